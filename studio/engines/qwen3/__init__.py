"""Qwen3-TTS: clones from three seconds, preset speakers, voices made from a description."""
