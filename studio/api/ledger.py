"""The ledger over HTTP: what paid services charged, row by row, in sums and for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from studio.api.dependencies import Language, Owner, StudioDep
from studio.costs.sums import Sums, engine_title
from studio.locales import text
from studio.takes.ledger import LedgerEntry, LedgerSum

router = APIRouter(tags=["costs"])
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's old code page."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell instead of showing it."""
_COLUMNS = (
    "costs.csv.at", "costs.csv.engine", "costs.csv.model", "costs.csv.voice", "costs.csv.project",
    "costs.csv.characters", "costs.csv.amount", "costs.csv.currency", "costs.csv.per_million",
    "costs.csv.price_as_of", "costs.csv.price_source", "costs.csv.take",
)  # fmt: skip


class ChargeJson(BaseModel):
    """One charge. The price is the one that was valid then."""

    take_id: str
    engine: str
    title: str
    """Of the engine; empty where it is gone."""
    model: str
    voice_id: str
    """The cloned voice that spoke; empty where none did."""
    voice_name: str
    """Empty where the voice is gone."""
    project: str
    characters: int
    amount: float | None
    """``null`` where no price was known."""
    currency: str
    per_million_characters: float | None
    price_as_of: str
    price_source: str
    at: datetime

    @classmethod
    def of(cls, entry: LedgerEntry, names: dict[str, str]) -> Self:
        """A charge with the name of its voice."""
        return cls(
            **entry.model_dump(),
            title=engine_title(entry.engine),
            voice_name=names.get(entry.voice_id, ""),
        )


class LedgerJson(BaseModel):
    """Charges, the newest first, and their sums over all time."""

    rows: list[ChargeJson]
    sums: list[LedgerSum]
    more: bool
    """Whether there are older ones."""


@router.get("/api/ledger")
def read_ledger(
    studio: StudioDep,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> LedgerJson:
    """Charges, the newest first, and the sums of all by engine and currency."""
    view = studio.ledger.view(owner, limit + 1, skip)
    rows = view.rows[:limit]
    names = studio.costs.voice_names(owner, [row.voice_id for row in rows])
    return LedgerJson(
        rows=[ChargeJson.of(row, names) for row in rows],
        sums=list(view.sums),
        more=len(view.rows) > limit,
    )


@router.get("/api/ledger/sums")
def read_sums(studio: StudioDep, owner: Owner) -> Sums:
    """All charges, summed by engine, by voice, by project and by month (UTC)."""
    return studio.costs.sums(owner)


@router.get("/api/ledger.csv", response_class=StreamingResponse, responses=_CSV)
def ledger_table(studio: StudioDep, owner: Owner, language: Language) -> StreamingResponse:
    """Every charge as a line, the newest first; the headings in the reader's language."""
    names: dict[str, str] = {}

    def body() -> Iterator[bytes]:
        heads = [text(language, column) for column in _COLUMNS]
        yield (_MARK + _line(heads)).encode()
        for entry in studio.ledger.each(owner):
            if entry.voice_id and entry.voice_id not in names:
                known = studio.costs.voice_names(owner, [entry.voice_id])
                names[entry.voice_id] = known.get(entry.voice_id, entry.voice_id)
            yield _line(_cells(entry, names)).encode()

    return StreamingResponse(
        body(),
        headers={"Content-Disposition": 'attachment; filename="ledger.csv"'},
        media_type="text/csv; charset=utf-8",
    )


def _cells(entry: LedgerEntry, names: dict[str, str]) -> list[str | int | float]:
    return [
        entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        entry.engine,
        _cell(entry.model),
        _cell(names.get(entry.voice_id, "")),
        _cell(entry.project),
        entry.characters,
        "" if entry.amount is None else entry.amount,
        entry.currency,
        "" if entry.per_million_characters is None else entry.per_million_characters,
        entry.price_as_of,
        _cell(entry.price_source),
        entry.take_id,
    ]


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(cells: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
