"""Real speech for a reference clip, said by eSpeak NG through the studio's own adapter."""

import threading
from pathlib import Path

TEXTS = {
    "en": "The harbour was quiet that morning. Only a few boats moved slowly towards the open sea.",
    "ko": "오늘 아침 항구는 조용했습니다. 작은 배 몇 척만 천천히 바다로 나아가고 있었습니다.",
}


def a_clip(path: Path, language: str, text: str | None = None) -> Path:
    """Write a WAV file of speech.

    Args:
        path: where.
        language: ``en`` or ``ko``.
        text: what to say; by default about five seconds of it.
    """
    import numpy as np
    import soundfile

    from studio.engines.contract import Request
    from studio.engines.espeak import Espeak

    engine = Espeak()
    engine.load(None, "cpu")
    preset = engine.presets(None)[0].id
    request = Request(text=text or TEXTS[language], language=language, preset=preset)
    chunks = list(engine.synthesize(request, threading.Event()))
    samples = np.concatenate([chunk.samples for chunk in chunks])
    engine.unload()
    rate = chunks[0].sample_rate
    quiet = np.zeros(rate // 4, dtype=np.float32)
    soundfile.write(path, np.concatenate([quiet, samples, quiet]), rate, subtype="PCM_16")
    return path
