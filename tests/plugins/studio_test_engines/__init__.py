"""Engines of the test suite, found by entry point like anyone's: put ``tests/plugins`` on PYTHONPATH."""
