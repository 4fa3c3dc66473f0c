"""Reports on takes as the API gives them, for states that real engines reach only by chance."""

from typing import Any

from studio.api.figures import FigureJson
from studio.locales import text
from studio.quality.figure import Figure

_FIGURES = (
    ("wer", 0.0, "share"),
    ("distillmos", 4.2, "MOS"),
    ("dnsmos_overall", 3.1, "MOS"),
    ("snr_db", 38.0, "dB"),
    ("seconds", 3.5, "s"),
    ("loudness_lufs", -21.0, "LUFS"),
)


def figures(language: str, **values: float | None) -> list[dict[str, Any]]:
    """All figures of a take, with some values changed; None leaves one without a value."""
    return [
        FigureJson.of(
            Figure(name, values.get(name, value), unit, "a model 1.0"), language
        ).model_dump()
        for name, value, unit in _FIGURES
    ]


def finding(language: str, code: str = "cut_off", severity: str = "fault") -> dict[str, Any]:
    """A finding with its sentence."""
    message = text(language, "error.take_failed")
    return {"code": code, "severity": severity, "params": {}, "message": message}


def report(language: str, state: str = "done", findings=(), **values: float) -> dict[str, Any]:
    """A report as `TakeJson.report`."""
    done = state == "done"
    return {
        "state": state,
        "figures": figures(language, **values) if done else [],
        "findings": list(findings),
        "heard": {"text": "what was heard", "language": language} if done else None,
        "remarks": [],
        "measured_at": None,
        "seconds": None,
    }


def attempt(take: dict[str, Any], number: int, **changes: Any) -> dict[str, Any]:
    """The same take as another attempt at it."""
    return {**take, "attempt": number, "retries": 2, "attempts": [], **changes}
