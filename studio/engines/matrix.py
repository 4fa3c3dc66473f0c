"""The capability matrix: what every engine can do, in comparable cells, drawn from the cards alone.

The engines page and the README show the same cells; a page adds colours, not facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from studio.engines.card import Card, Cloning, Hardware, Instructing, Licence, Price
from studio.locales import LanguageName, Note, note, say

Level = Literal["yes", "partly", "no", "plain"]
"""How far an engine has what the column asks for; ``plain``: a fact without a better and worse."""

COLUMNS = (
    "languages",
    "korean",
    "cloning",
    "instruction",
    "streaming",
    "commercial",
    "price",
    "hardware",
)
LANGUAGES = ("ko", "en", "ja", "zh", "es", "fr", "de", "it", "pt", "ru", "hi")
"""Columns of the matrix of languages: those that most engines of the field name."""

BEGIN = "<!-- engines: written by python -m studio engines matrix --write README.md -->"
END = "<!-- /engines -->"
_SIGNS = {"yes": "●", "partly": "◐", "no": "○"}
_MB_PER_GB = 1000


@dataclass(frozen=True)
class Cell:
    """One fact of one engine."""

    column: str
    level: Level
    words: Note
    more: Note | None = None
    """What to know besides, in a line of its own."""


@dataclass(frozen=True)
class Row:
    """One engine."""

    engine: str
    title: str
    cells: tuple[Cell, ...]
    """One for each of ``COLUMNS``, in their order."""
    languages: tuple[Cell, ...]
    """One for each of ``LANGUAGES``."""

    def cell(self, column: str) -> Cell:
        """The cell of a column of ``COLUMNS``."""
        return self.cells[COLUMNS.index(column)]


def columns(language: str) -> tuple[str, ...]:
    """The columns in the order for readers of a language: Koreans look for Korean first."""
    if language == "ko":
        return ("korean", *(column for column in COLUMNS if column != "korean"))
    return COLUMNS


def row(card: Card, price: Price | None = None) -> Row:
    """An engine's row.

    Args:
        card: the engine's.
        price: valid instead of the card's own.
    """
    cells = (
        _count(card),
        _language(card, "ko", "korean"),
        _cloning(card.cloning),
        _instruction(card),
        Cell(
            "streaming",
            "yes" if card.streaming else "no",
            note("matrix.streams" if card.streaming else "matrix.whole"),
        ),
        _commercial(card.licence),
        _price(price or card.price, card.hardware),
        _hardware(card),
    )
    return Row(card.name, card.title, cells, tuple(_language(card, tag, tag) for tag in LANGUAGES))


def _language(card: Card, tag: str, column: str) -> Cell:
    if tag in card.languages:
        if not card.languages_certain:
            return Cell(column, "partly", note("matrix.language_depends"))
        return Cell(column, "yes", note("matrix.yes"))
    if tag in card.language_faults:
        return Cell(column, "partly", note("matrix.wrongly"))
    return Cell(column, "no", note("matrix.no"))


def _count(card: Card) -> Cell:
    count = len(card.languages)
    if count == 1:
        name = LanguageName(card.languages[0])
        return Cell("languages", "plain", note("matrix.one_language", language=name))
    return Cell("languages", "plain", note("matrix.languages", count=count))


def _cloning(cloning: Cloning) -> Cell:
    if cloning.kind == "none":
        if cloning.closest_preset:
            return Cell("cloning", "partly", note("matrix.closest_preset"))
        return Cell("cloning", "no", note("matrix.no"), cloning.why_not)
    words = note("matrix.clones", seconds=f"{cloning.min_seconds:g}")
    more = {
        "unused": note("matrix.transcript_unused"),
        "optional": note("matrix.transcript_optional"),
        "required": note("matrix.transcript_required"),
    }
    return Cell("cloning", "yes", words, more[cloning.transcript])


_INSTRUCTION: dict[Instructing, tuple[Level, Note]] = {
    Instructing.NATIVE: ("yes", note("matrix.native")),
    Instructing.EXPERIMENTAL: ("partly", note("matrix.experimental")),
    Instructing.MAPPED: ("partly", note("matrix.mapped")),
    Instructing.NONE: ("no", note("matrix.no")),
}


def _instruction(card: Card) -> Cell:
    level, words = _INSTRUCTION[card.instruction]
    return Cell("instruction", level, words, note("matrix.designs") if card.voice_design else None)


_COMMERCIAL: dict[bool | None, tuple[Level, Note]] = {
    True: ("yes", note("matrix.yes")),
    None: ("partly", note("matrix.commercial_depends")),
    False: ("no", note("matrix.no")),
}


def _commercial(licence: Licence) -> Cell:
    level, words = _COMMERCIAL[licence.commercial]
    return Cell("commercial", level, words, _terms(licence))


def _terms(licence: Licence) -> Note | None:
    name = licence.weights or licence.code
    if not name:
        return licence.condition
    if licence.condition:
        return note("matrix.licence_condition", licence=name, condition=licence.condition)
    if licence.acceptance:
        return note("matrix.licence_accept", licence=name)
    return note("matrix.licence", licence=name)


def _price(price: Price | None, hardware: Hardware) -> Cell:
    if price is None:
        local = set(hardware.runs_on) != {"remote"}
        return Cell("price", "plain", note("matrix.free" if local else "matrix.price_theirs"))
    rates = sorted({price.per_million_characters, *price.by_model.values()})
    amount = f"{rates[0]:g}" if len(rates) == 1 else f"{rates[0]:g}–{rates[-1]:g}"
    words = note("matrix.price", amount=amount, currency=price.currency)
    more = note("matrix.price_source", date=price.as_of, source=price.source)
    if price.remark:
        more = note("matrix.price_remark", source=more, remark=price.remark)
    return Cell("price", "plain", words, more)


def _hardware(card: Card) -> Cell:
    hardware = card.hardware
    words = _where(hardware)
    if card.environment.kind == "own":
        size = _size(card.environment.disk_mb)
        return Cell("hardware", "plain", words, note("matrix.own_environment", size=size))
    return Cell("hardware", "plain", words)


def _where(hardware: Hardware) -> Note:
    places = {
        "cpu": note("matrix.on_cpu", memory=_size(hardware.memory_mb)),
        "cuda": note("matrix.on_cuda", memory=_size(hardware.cuda_memory_mb))
        if hardware.cuda_memory_mb
        else note("matrix.on_some_cuda"),
        "remote": note("matrix.on_remote"),
    }
    found = [places[place] for place in hardware.runs_on]
    if not found:
        return note("matrix.no")
    words = found[0]
    for other in found[1:]:
        words = note("matrix.or", first=words, second=other)
    return words


def _size(megabytes: float) -> str:
    if megabytes >= _MB_PER_GB:
        return f"{megabytes / _MB_PER_GB:.1f} GB".replace(".0 GB", " GB")
    return f"{megabytes:.0f} MB"


# the README


def markdown(cards: Iterable[Card], language: str = "en") -> str:
    """Both matrices as Markdown tables, the languages last."""
    rows = [row(card) for card in cards]
    engine = say(language, note("matrix.engine"))
    order = columns(language)
    head = [engine, *(say(language, heading(column)) for column in order)]
    facts = [[_name(one), *(_text(one.cell(column), language) for column in order)] for one in rows]
    spoken = [
        [_name(one), *(_SIGNS[cell.level] for cell in one.languages), _text(count, language)]
        for one in rows
        for count in (one.cell("languages"),)
    ]
    tags = [engine, *LANGUAGES, say(language, heading("languages"))]
    legend = say(language, note("matrix.legend"))
    return f"{_table(head, facts)}\n\n{legend}\n\n{_table(tags, spoken)}\n"


def heading(column: str) -> Note:
    """A column's name."""
    return Note(f"matrix.column_{column}")


def replaced(document: str, table: str) -> str:
    """A document with what stands between the markers renewed.

    Raises:
        ValueError: it has no markers.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the markers are missing")
    return f"{before}{BEGIN}\n{table}{END}{after}"


def _name(one: Row) -> str:
    return f"`{one.engine}` {one.title}"


def _text(cell: Cell, language: str) -> str:
    sign = f"{_SIGNS[cell.level]} " if cell.level in _SIGNS else ""
    more = f"<br>{say(language, cell.more)}" if cell.more else ""
    return f"{sign}{say(language, cell.words)}{more}".replace("|", "\\|").replace("\n", " ")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
