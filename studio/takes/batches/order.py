"""What a batch asks for: texts, as a list or a table, and what every one of them is said with."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from studio.locales import note
from studio.problems import BadInput, Problem, TooLarge
from studio.settings import Settings
from studio.takes.order import (
    MOST_RETRIES,
    MOST_TITLE_CHARACTERS,
    ComparisonOrder,
    EngineOrder,
)

COLUMN = "text"
_LANGUAGE = "language"
_INSTRUCTION = "instruction"
_TITLE = "title"
_MARK = "\ufeff"
_LONGEST_FIELD = 1_000_000


class BatchOrder(BaseModel):
    """Many texts, each to be said by the same engines in the same way."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(default="", max_length=200)
    """For people."""
    texts: list[str] = Field(default=[], max_length=100_000)
    """What is to be said, in order."""
    csv: str = ""
    """Instead of ``texts``: a table with a column ``text`` and, where texts differ in them,
    ``language``, ``instruction`` and ``title``. Other columns are left alone."""
    language: str = Field(max_length=35)
    """ISO 639 code, as for a comparison."""
    voice: str | None = Field(default=None, max_length=64)
    """Id of a voice with a reference clip."""
    instruction: str = ""
    engines: list[EngineOrder]
    retries: int | None = Field(default=None, ge=0, le=MOST_RETRIES)
    """As for a comparison."""
    project: str = Field(default="", max_length=80)
    """As for a comparison, the same for all."""


@dataclass(frozen=True)
class Line:
    """One text of a batch."""

    text: str
    language: str
    instruction: str = ""
    """Instead of the batch's; empty: the batch's."""
    title: str = ""


def lines_of(order: BatchOrder, settings: Settings) -> list[Line]:
    """All texts of a batch.

    Raises:
        BadInput: ``batch_empty``, ``batch_texts_twice``, ``batch_table_broken``,
            ``batch_column_missing``.
        TooLarge: ``batch_too_large``.
    """
    if order.texts and order.csv:
        raise BadInput("batch_texts_twice")
    texts = list(_table(order)) if order.csv else [Line(t, order.language) for t in order.texts]
    if not texts:
        raise BadInput("batch_empty")
    takes = len(texts) * len(order.engines)
    if takes > settings.batch_max_takes:
        raise TooLarge("batch_too_large", takes=takes, limit=settings.batch_max_takes)
    return texts


def _table(order: BatchOrder) -> Iterator[Line]:
    csv.field_size_limit(_LONGEST_FIELD)
    text = order.csv.removeprefix(_MARK)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if COLUMN not in (rows.fieldnames or ()):
            raise BadInput("batch_column_missing", column=COLUMN)
        for row in rows:
            said = row.get(COLUMN) or ""
            if said.strip():
                language, instruction, title = (
                    (row.get(column) or "").strip() for column in (_LANGUAGE, _INSTRUCTION, _TITLE)
                )
                yield Line(said, language or order.language, instruction, title)
    except csv.Error as problem:
        raise BadInput("batch_table_broken", reason=str(problem)) from problem


def order_of(order: BatchOrder, line: Line, number: int, settings: Settings) -> ComparisonOrder:
    """One text's order, as it is kept.

    Args:
        order: the batch.
        line: its text.
        number: 1 for the first one.
        settings: limits.

    Raises:
        BadInput: ``batch_text_wrong`` with the text's number and what is wrong with it.
    """
    try:
        return ComparisonOrder(
            text=line.text,
            language=line.language[:_LONGEST_FIELD],
            voice=order.voice,
            instruction=line.instruction or order.instruction,
            title=line.title,
            project=order.project,
            engines=order.engines,
            retries=order.retries,
        ).cleaned(settings)
    except Problem as problem:
        reason = note(f"error.{problem.code}", **problem.params)
        raise BadInput("batch_text_wrong", number=number, reason=reason) from problem  # type: ignore[arg-type]
    except ValueError as problem:  # what the table says is too long to be one
        too_long = len(line.title) > MOST_TITLE_CHARACTERS
        reason = note("error.title_too_long" if too_long else "error.language_not_a_code")
        raise BadInput("batch_text_wrong", number=number, reason=reason) from problem  # type: ignore[arg-type]
