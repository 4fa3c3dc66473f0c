"""XTTS-v2 through coqui-tts: clones a voice from six seconds and speaks 17 languages with it."""
