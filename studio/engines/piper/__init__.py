"""Piper: small VITS voices, one file a voice, in some fifty languages."""
