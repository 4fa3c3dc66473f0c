"""Does it work: faults found and good clips blamed, on speech that nothing was tuned on.

About 40 minutes of one core for the whole split; what was measured is kept and taken up again, by
the sources that measured it. ``STUDIO_QUALITY_COUNT=8`` takes so many clips for each engine,
``STUDIO_QUALITY_SPLIT=tune`` the other split, ``STUDIO_QUALITY_PARTS=takes,words`` some parts.
"""

import ast
import hashlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from benchmarks import _clean_speech, _doctor_faults, _take_faults, _voices_apart, _watermark
from benchmarks._figures import Figures
from benchmarks.corpus import Split
from studio.quality.models import WHISPER
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.statistics.proportion import wilson

FOUND, BLAMED, WORDS_WRONG, VOICES_MIXED = 0.95, 0.02, 0.05, 0.05
"""The goals: at least this share of faults, at most this share of false alarms, WER, and EER."""
Part = Literal["doctor", "takes", "words", "voices", "watermark"]
NATURAL = ("kokoro", "piper")
_FAULTY_TAKES = 10
"""Of each fault by each engine, unless a count is asked for."""
_WATCHED = ("studio.quality", "studio.audio", "benchmarks.")
_MODULES: Mapping[Part, str] = {
    "doctor": "benchmarks._doctor_faults",
    "takes": "benchmarks._take_faults",
    "words": "benchmarks._clean_speech",
    "voices": "benchmarks._voices_apart",
    "watermark": "benchmarks._watermark",
}


def run(
    split: Split | None = None, count: int | None = None, parts: tuple[Part, ...] | None = None
) -> Figures:
    """Measure everything.

    Args:
        split: ``test`` for figures to be told; by default ``STUDIO_QUALITY_SPLIT``, else that.
        count: clips for each engine, and takes of each fault by each engine; by default
            ``STUDIO_QUALITY_COUNT``, else all, and 10.
        parts: by default ``STUDIO_QUALITY_PARTS``, else all.
    """
    split = split or os.environ.get("STUDIO_QUALITY_SPLIT", "test")  # type: ignore[assignment]
    if split not in get_args(Split):
        raise SystemExit(f"STUDIO_QUALITY_SPLIT is one of {get_args(Split)}, not {split!r}")
    count = count or int(os.environ.get("STUDIO_QUALITY_COUNT", "0")) or None
    named = os.environ.get("STUDIO_QUALITY_PARTS", "")
    parts = parts or tuple(named.split(",") if named else get_args(Part))  # type: ignore[assignment]
    figures: Figures = {}
    for part in parts or ():
        began = time.perf_counter()
        figures |= _kept(part, split, count, _PARTS[part])
        print(f"  {part}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


def share(
    found: int, total: int, *, least: float | None = None, most: float | None = None
) -> dict[str, Any]:
    """A figure for a share of cases, with its 95 % interval (Wilson 1927)."""
    interval = wilson(found, total)
    fact = {
        "value": interval.value if total else None,
        "unit": f"({found}/{total}; 95 %: {interval.low:.3f} to {interval.high:.3f})",
        "found": found,
        "total": total,
        "low": interval.low,
        "high": interval.high,
    }
    return _with_goal(fact, least=least, most=most)


def _with_goal(
    fact: dict[str, Any], *, least: float | None = None, most: float | None = None
) -> dict[str, Any]:
    value = fact["value"]
    if value is None:
        return fact
    if least is not None:
        fact |= {"goal": f"≥ {least:g}", "met": value >= least}
    if most is not None:
        fact |= {"goal": f"≤ {most:g}", "met": value <= most}
    return fact


def _doctor(split: Split, count: int | None) -> Figures:
    outcome = _doctor_faults.run(split, count=count)
    figures = _of_faults("doctor", outcome.faults, outcome.false_alarms)
    figures["doctor, false alarms"] |= {"how": outcome.wrongly}
    figures["doctor, faults found"] |= {"how": list(outcome.missed)}
    return figures


def _takes(split: Split, count: int | None) -> Figures:
    whisper = _whisper()
    counts = _take_faults.run(split, whisper, count=count or _FAULTY_TAKES)
    faults: dict[str, tuple[int, int]] = {}
    alarms: dict[str, tuple[int, int]] = {}
    caught = total = 0
    missed: dict[str, Any] = {}
    for (kind, engine), tally in counts.items():
        missed |= {name: list(codes) for name, codes in tally.missed.items()}
        if kind == _take_faults.GOOD:
            alarms[engine] = tally.caught, tally.takes
            continue
        found, of = faults.get(kind, (0, 0))
        faults[kind] = found + tally.named, of + tally.takes
        caught, total = caught + tally.caught, total + tally.takes
    figures = _of_faults("takes", faults, alarms)
    figures["takes, faults found"] |= {"how": missed}
    figures["takes, made again (any fault found)"] = share(caught, total, least=FOUND)
    return figures


def _of_faults(
    name: str, faults: Mapping[str, tuple[int, int]], alarms: Mapping[str, tuple[int, int]]
) -> Figures:
    """One figure for all faults, one for all false alarms, and one for each kind of both."""
    figures = {
        f"{name}, faults found": share(*_sum(faults), least=FOUND),
        f"{name}, false alarms": share(*_sum(alarms), most=BLAMED),
    }
    figures |= {f"{name}, found: {f}": share(*counted) for f, counted in faults.items()}
    figures |= {f"{name}, false alarms: {e}": share(*counted) for e, counted in alarms.items()}
    return figures


def _sum(counts: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    return sum(found for found, _ in counts.values()), sum(total for _, total in counts.values())


def _words(split: Split, count: int | None) -> Figures:
    rows = _clean_speech.run(split, _whisper(), count)
    natural = [row for row in rows if row.engine in NATURAL]
    figures = {"WER, Kokoro and Piper": _word_rate(natural, most=WORDS_WRONG)}
    for engine in sorted({row.engine for row in rows}):
        own = [row for row in rows if row.engine == engine]
        figures[f"WER, {engine}"] = _word_rate(own)
        for voice in sorted({row.voice for row in own}):
            figures[f"WER, {voice}"] = _word_rate([row for row in own if row.voice == voice])
    figures["WER, Kokoro and Piper"]["how"] = [vars(row) for row in natural if row.errors]
    return figures


def _word_rate(rows: list[_clean_speech.Transcribed], most: float | None = None) -> dict[str, Any]:
    rate = _clean_speech.pooled(rows)
    interval = f"95 %: {rate.low:.3f} to {rate.high:.3f}"
    return _with_goal(
        {
            **vars(rate),
            "unit": f"({rate.errors}/{rate.words} words, {rate.sentences} clips; {interval})",
        },
        most=most,
    )


def _voices(split: Split, count: int | None) -> Figures:
    figures: Figures = {}
    for title, engines in {
        "all voices": (*NATURAL, "espeak"),
        "Kokoro and Piper": NATURAL,
        "eSpeak": ("espeak",),
    }.items():
        for design, apart in _voices_apart.run(split, engines, count).items():
            fact = {
                **vars(apart),
                "value": apart.eer,
                "unit": f"({apart.same} pairs of one, {apart.different} of two of {apart.voices} "
                f"voices; 95 %: {apart.low:.3f} to {apart.high:.3f})",
            }
            most = VOICES_MIXED if title != "eSpeak" else None
            figures[f"EER, {title}, {design}"] = _with_goal(fact, most=most)
    return figures


def _watermarks(split: Split, count: int | None) -> Figures:
    outcome = _watermark.run(split, count=count)
    plain = outcome.plain
    figures = {
        "watermark, found in marked files": share(plain.found, plain.clips, least=FOUND),
        "watermark, found in unmarked files": share(plain.accused, plain.clips, most=BLAMED),
    }
    for name, counted in outcome.treatments.items():
        figures[f"watermark, found after: {name}"] = share(counted.found, counted.clips)
        figures[f"watermark, wrongly after: {name}"] = share(counted.accused, counted.clips)
    for way, cost in outcome.cost.items():
        figures[f"watermark, change of DistillMOS: {way}"] = {
            "value": cost.distillmos,
            "unit": f"MOS (worst {cost.worst_distillmos:.2f})",
            "how": vars(cost),
        }
    return figures


_PARTS: Mapping[Part, Callable[[Split, int | None], Figures]] = {
    "doctor": _doctor,
    "takes": _takes,
    "words": _words,
    "voices": _voices,
    "watermark": _watermarks,
}


def _whisper() -> Path:
    """whisper-base, so that figures of two machines can be compared."""
    return WeightStore(Settings()).get(WHISPER, offline=True, set_name="base").folder


def _kept(
    part: Part, split: Split, count: int | None, measure: Callable[[Split, int | None], Figures]
) -> Figures:
    """A part's figures: those of an earlier run of the same sources, else new ones."""
    many = count or (_FAULTY_TAKES if part == "takes" else None)
    recipe = f"{part} {split} {many} {_fingerprint(_MODULES[part])}"
    name = hashlib.sha256(recipe.encode()).hexdigest()[:20]
    file = Settings().data_dir / "quality-results" / f"{part}-{name}.json"
    if not file.exists():
        figures = measure(split, count)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def _fingerprint(module: str) -> str:
    """Of every source that has a say in a part's figures: what its module imports, and so on."""
    waiting, found = [module], {}
    while waiting:
        name = waiting.pop()
        if name in found or not name.startswith(_WATCHED):
            continue
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError:  # a name of a module, not a module
            spec = None
        source = Path(spec.origin).read_bytes() if spec and spec.origin else b""
        found[name] = source
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(found[name])
    return digest.hexdigest()
