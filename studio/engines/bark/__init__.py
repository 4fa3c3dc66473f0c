"""Bark by Suno: speech, laughter and music from one model, slowly."""
