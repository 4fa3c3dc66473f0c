"""Accounts: who may come in, by which door, and what they may do there."""
