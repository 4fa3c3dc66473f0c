"""The forms in which quality is reported: figures with their method, findings with their weight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.locales import LanguageName, Note

Severity = Literal["fault", "warning"]
Unit = Literal[
    "s", "ratio", "LUFS", "dBFS", "dBTP", "dB", "Hz", "semitones", "syllables/s", "share",
    "cosine", "MOS",
]  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One measured quantity.

    Attributes:
        name: what was measured, e.g. ``wer``; see `studio.quality.catalogue.FIGURES`.
        value: None where the recording gives no answer (no voiced sound, nothing to compare with).
        unit: of the value.
        method: model or standard with its version, e.g. ``distillmos 0.9.1``.
        detail: further plain values that the page may show.
    """

    name: str
    value: float | None
    unit: Unit
    method: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database and the wire between processes."""
        return {**vars(self), "detail": dict(self.detail)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Figure":
        """The inverse of :meth:`to_json`."""
        return cls(**data)


@dataclass(frozen=True)
class Finding:
    """Something wrong with a recording or a take.

    Attributes:
        code: sentence ``take.finding.<code>`` or ``doctor.finding.<code>`` of the catalogue.
        severity: a ``fault`` has a take made again; a ``warning`` is only told.
        params: numbers, words and languages of the sentence; ``at`` and ``until`` are seconds,
            where known.
    """

    code: str
    severity: Severity
    params: Mapping[str, str | int | float | LanguageName] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database and the wire between processes."""
        return {"severity": self.severity, **Note(self.code, self.params).to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Finding":
        """The inverse of :meth:`to_json`."""
        note = Note.from_json({"code": data["code"], "params": data["params"]})
        return cls(data["code"], data["severity"], note.params)  # type: ignore[arg-type]
