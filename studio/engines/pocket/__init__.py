"""Pocket TTS by Kyutai: a small streaming model a language, cloning on the CPU."""
