"""Tortoise through coqui-tts: English, clones or voices drawn by lot, slow and careful."""
