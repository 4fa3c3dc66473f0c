"""A recording that passes the check-up: spoken by eSpeak, in this process, once."""

import functools
import io
import threading

import numpy as np
import soundfile


def recording(number: int) -> bytes:
    """A WAV file of some seconds; another number is another file of the same sound."""
    samples, rate = _spoken()
    louder = samples * (0.5 + 0.4 * (number % 100) / 100)
    buffer = io.BytesIO()
    soundfile.write(buffer, louder, rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


@functools.cache
def _spoken() -> tuple[np.ndarray, int]:
    from studio.engines.contract import Request
    from studio.engines.registry import engine_class

    engine = engine_class("espeak")()
    engine.load(None, "cpu")
    request = Request(
        text="This is the voice of somebody who reads a sentence aloud, slowly and clearly.",
        language="en",
        preset=engine.presets(None)[0].id,
    )
    chunks = list(engine.synthesize(request, threading.Event()))
    engine.unload()
    return np.concatenate([chunk.samples for chunk in chunks]), chunks[0].sample_rate
