"""Arrays in, arrays out: decode, resample, trim, loudness, check-up, encode, draw, stimuli.

Nothing here knows the rest of the project. Every signal is float32 mono in [-1, 1], shape (n,),
beside its sample rate in Hz. Heavy libraries are imported inside the functions that need them.
"""
