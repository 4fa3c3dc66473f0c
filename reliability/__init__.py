"""Faults and loads on a real studio: each run breaks something and holds the studio to its word."""
