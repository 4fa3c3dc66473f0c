"""Tiny checkpoints and stand-in services, one module an engine, for tests of the real libraries."""
