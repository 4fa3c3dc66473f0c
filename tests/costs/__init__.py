"""Tests of what speech costs."""
