"""Kyutai TTS 1.6B through moshi: English and French, streamed frame by frame, voices of its own."""
