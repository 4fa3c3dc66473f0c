"""Figures, findings and remarks over HTTP: what was measured, said in the reader's language."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel

from studio.locales import Note, catalogue, say
from studio.quality.catalogue import FIGURES, meaning_code, name_code
from studio.quality.figure import Figure, Finding

Subject = Literal["take", "doctor"]


class FigureJson(BaseModel):
    """One measured quantity, with its name, its meaning and its value in words."""

    name: str
    value: float | None
    """``null`` where the recording gives no answer."""
    unit: str
    method: str
    """Model or standard with its version."""
    detail: dict[str, Any]
    title: str
    meaning: str
    words: str | None
    """The value in words, where there are any for it."""
    better: Literal["high", "low"] | None
    """The direction in which a take gets better; ``null`` where neither is."""
    digits: int
    """Decimals that are worth showing."""

    @classmethod
    def of(cls, figure: Figure | Mapping[str, Any], language: str) -> Self:
        """A figure, or its stored form, put into a language.

        A figure that the catalogue has forgotten keeps its value under its own name.
        """
        if not isinstance(figure, Figure):
            figure = Figure.from_json(figure)
        known = FIGURES.get(figure.name)
        word = known.word(figure.value) if known else None
        return cls(
            **figure.to_json(),
            title=_sentence(language, name_code(figure.name)) or figure.name,
            meaning=_sentence(language, meaning_code(figure.name)),
            words=_sentence(language, word) or None if word else None,
            better=known.better if known else None,
            digits=known.digits if known else 2,
        )


class FindingJson(BaseModel):
    """Something wrong with a recording or a take."""

    code: str
    severity: Literal["fault", "warning"]
    """A fault has a take made again; a warning is only told."""
    params: dict[str, Any]
    """Numbers and words of the sentence; ``at`` and ``until`` are seconds, where known."""
    message: str

    @classmethod
    def of(cls, finding: Finding | Mapping[str, Any], language: str, subject: Subject) -> Self:
        """A finding, or its stored form, put into a language.

        Args:
            finding: what was found.
            language: of the sentence.
            subject: whose sentences: ``take.finding.<code>`` or ``doctor.finding.<code>``.
        """
        if not isinstance(finding, Finding):
            finding = Finding.from_json(finding)
        note = Note(f"{subject}.finding.{finding.code}", finding.params)
        return cls(**finding.to_json(), message=say(language, note))


class RemarkJson(BaseModel):
    """A sentence about the measuring itself: what could not be measured and why."""

    code: str
    message: str

    @classmethod
    def of(cls, remark: Note | Mapping[str, Any], language: str) -> Self:
        """A note, or its stored form, put into a language."""
        if not isinstance(remark, Note):
            remark = Note.from_json(remark)
        return cls(code=remark.code, message=say(language, remark))


def _sentence(language: str, code: str) -> str:
    return catalogue(language).get(code, "")
