"""Kokoro-82M: a small neural voice."""
