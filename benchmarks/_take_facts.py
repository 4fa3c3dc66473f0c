"""What take checks go by, measured on takes of the corpus and kept, as that is what takes time."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._faulty_takes import Take
from studio.audio.clipping import clipping_ratio
from studio.quality import naturalness, vad
from studio.quality.asr import Transcript, model_name, transcribe
from studio.quality.ending import ending
from studio.quality.noise import snr_db
from studio.quality.take_checks import TakeFacts


def measured(take: Take, whisper: Path, kept: Path) -> TakeFacts:
    """The facts of a take, measured as `studio.quality.take` does; its ending every time anew.

    Args:
        take: what to measure.
        whisper: folder of the recogniser's weights.
        kept: folder in which facts are kept for the next time, by sound, text and models.
    """
    models = f"{model_name(whisper)} {vad.method()} {naturalness.dnsmos_name()} 1"
    digest = hashlib.sha256(take.samples.tobytes())
    digest.update(f"\0{take.rate}\0{take.text}\0{take.language}\0{models}".encode())
    file = kept / f"{digest.hexdigest()[:24]}.json"
    if file.exists():
        facts = _from_json(json.loads(file.read_text(encoding="utf-8")))
    else:
        facts = _measure(take, whisper)
        kept.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(_to_json(facts), ensure_ascii=False), encoding="utf-8")
    return replace(
        facts,
        ending=ending(take.samples, take.rate),
        reference_transcript=take.reference_transcript,
        formant=take.engine == "espeak",
    )


def _measure(take: Take, whisper: Path) -> TakeFacts:
    samples, rate = take.samples, take.rate
    speech = vad.speech(samples, rate)
    transcript = transcribe(samples, rate, whisper, language=take.language) if speech else None
    opinion = naturalness.dnsmos(samples, rate)
    peak = float(np.max(np.abs(samples)))
    facts = TakeFacts(
        text=take.text,
        language=take.language,
        seconds=len(samples) / rate,
        speech=speech,
        transcript=transcript,
        languages=transcript.languages if transcript else (),
        snr_db=snr_db(samples, rate, speech),
        background=opinion.background if opinion else None,
        clipping_ratio=clipping_ratio(samples),
        peak_dbfs=20 * float(np.log10(peak)) if peak else None,
    )
    if facts.needs_other:
        facts = replace(facts, other=transcribe(samples, rate, whisper))
    return facts


def _to_json(facts: TakeFacts) -> dict[str, Any]:
    plain = {name: getattr(facts, name) for name in TakeFacts.__dataclass_fields__}
    for name in ("transcript", "other"):
        plain[name] = plain[name].to_json() if plain[name] else None
    return {**plain, "ending": None}


def _from_json(plain: dict[str, Any]) -> TakeFacts:
    for name in ("transcript", "other"):
        plain[name] = Transcript.from_json(plain[name]) if plain[name] else None
    plain["ending"] = None
    return TakeFacts(**plain)
