"""Reading pairwise preferences from a CSV file: left, right, winner and, if known, rater and item.

Lenient where a file can mean one thing only (letter case, blanks, a byte order mark, commas,
semicolons or tabs, the order of columns, further columns), strict where it cannot: a row that is
no vote stops the reading and is named by its line, never left out in silence.
"""

import csv
import io
import operator
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from studio.statistics.votes import Votes

_COLUMNS = {
    "left": ("left", "a", "model_a", "system_a", "condition_a", "option_a"),
    "right": ("right", "b", "model_b", "system_b", "condition_b", "option_b"),
    "winner": ("winner", "preferred", "preference", "choice", "answer", "vote", "outcome"),
    "rater": ("rater", "rater_id", "listener", "judge", "worker", "participant", "user"),
    "item": ("item", "item_id", "text", "text_id", "sentence", "question_id", "prompt"),
}
_REQUIRED = ("left", "right", "winner")
_OPTIONAL = ("rater", "item")
_DELIMITERS = ",;\t|"
_LEFT, _RIGHT, _TIE = 1, -1, 0
# Whole words say a side outright; a letter or a number does only where no condition is called so.
_WORDS = {
    **dict.fromkeys(("left", "model_a", "왼쪽"), _LEFT),
    **dict.fromkeys(("right", "model_b", "오른쪽"), _RIGHT),
    **dict.fromkeys(
        ("tie", "tied", "draw", "equal", "both", "neither", "none", "same", "no preference"), _TIE
    ),
    **dict.fromkeys(("both_bad", "bothbad", "both bad", "tie (bothbad)", "tie (both bad)"), _TIE),
    **dict.fromkeys(("무승부", "비김", "동점", "같음", "차이 없음"), _TIE),
}
_LETTERS = {
    **dict.fromkeys(("a", "l", "1"), _LEFT),
    **dict.fromkeys(("b", "r", "2"), _RIGHT),
    **dict.fromkeys(("", "=", "0", "-", "t"), _TIE),
}
_SHOWN = 60


class CsvFault(ValueError):
    """A file that is no table of votes.

    Attributes:
        code: `votes_empty`, `votes_encoding`, `votes_columns` (missing: names),
            `votes_column_twice` (column), or of one line (line): `votes_cells` (found, wanted),
            `votes_no_condition` (column), `votes_same` (condition), `votes_winner` (winner),
            `votes_ambiguous` (winner), `votes_blank` (column), `votes_csv`.
        params: what its sentence needs; `line` counts from 1, the header included.
    """

    CODES = (
        "votes_empty",
        "votes_encoding",
        "votes_columns",
        "votes_column_twice",
        "votes_cells",
        "votes_no_condition",
        "votes_same",
        "votes_winner",
        "votes_ambiguous",
        "votes_blank",
        "votes_csv",
    )

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Read:
    """What a file held.

    missing: those of rater and item that the file does not tell; all its votes are then by one.
    blank_winners: rows whose empty winner was taken as a tie.
    """

    votes: Votes
    missing: tuple[str, ...]
    blank_winners: int


def read_csv(data: bytes) -> Read:
    """Votes of a file with a header line.

    data: UTF-8 or UTF-16 with or without a byte order mark, or the Korean code page 949.

    A winner is `left`, `right`, `tie` or the name of one of the two conditions; also `a` and `b`,
    `both`, and empty for a tie. Names of conditions are told apart by case; blanks at their ends
    do not count. A file without a column `rater` or `item`, or with an empty one, is read as if
    one rater, or one item, were behind it all.

    Raises CsvFault; nothing is left out in silence.
    """
    text = _text(data)
    first, _, _ = text.partition("\n")
    if first.strip().casefold().startswith("sep="):
        text = text[len(first) + 1 :]
        return _Reader(text, first.strip()[4:5] or ",", 1).read()
    return _Reader(text, _delimiter(text), 0).read()


def _text(data: bytes) -> str:
    by_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if by_mark else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if not text.strip():
            raise CsvFault("votes_empty")
        return text
    raise CsvFault("votes_encoding")


def _delimiter(text: str) -> str:
    """The one that finds most columns in the header."""
    header = next(line for line in io.StringIO(text, newline="") if line.strip())

    def found(delimiter: str) -> int:
        names = [_plain(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
        return sum(any(name in names for name in known) for known in _COLUMNS.values())

    return max(_DELIMITERS, key=found)


def _plain(cell: str) -> str:
    return cell.strip().casefold()


class _Codes:
    """Numbers for the labels of a column, by their first appearance.

    Blanks at the ends do not count. Either every row has a label or none has.
    """

    def __init__(self, column: str, line: Callable[[], int]) -> None:
        self.column, self.line = column, line
        self.labels: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.blank_at = 0

    def of(self, cell: str) -> int:
        code = self.seen.get(cell)
        return self._new(cell) if code is None else code

    def _new(self, cell: str) -> int:
        label = cell.strip()
        if not label and not self.blank_at:
            self.blank_at = self.line()
        code = self.seen[cell] = self.labels.setdefault(label, len(self.labels))
        if self.blank_at and len(self.labels) > 1:
            raise CsvFault("votes_blank", line=self.blank_at, column=self.column)
        return code


class _Reader:
    """One pass over the rows. Every distinct triple of cells is understood once."""

    def __init__(self, text: str, delimiter: str, skipped: int) -> None:
        self.rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        self.skipped = skipped
        self.conditions: dict[str, int] = {}
        self.blank_winners = 0

    def read(self) -> Read:
        try:
            header = next((row for row in self.rows if any(cell.strip() for cell in row)), [])
            place = _places(header)
            by = {name: _Codes(name, self._line) for name in _OPTIONAL if name in place}
            columns = self._votes(place, by, len(header))
        except csv.Error as problem:
            raise CsvFault("votes_csv", line=self._line()) from problem
        labels = {name: tuple(codes.labels) for name, codes in by.items()}
        told = {name: known for name, known in labels.items() if known != ("",)}
        votes = Votes(
            left=np.array(columns["left"], np.int32),
            right=np.array(columns["right"], np.int32),
            outcome=np.array(columns["outcome"], np.int8),
            rater=np.array(columns["rater"], np.int32),
            item=np.array(columns["item"], np.int32),
            conditions=tuple(self.conditions),
            raters=told.get("rater", ()),
            items=told.get("item", ()),
        )
        return Read(votes, tuple(n for n in _OPTIONAL if n not in told), self.blank_winners)

    def _line(self) -> int:
        """Of the file, where the row just read ends."""
        return self.rows.line_num + self.skipped

    def _votes(
        self, place: dict[str, int], by: dict[str, _Codes], width: int
    ) -> dict[str, "array[int]"]:
        """The columns of `Votes`."""
        columns = {name: array("i") for name in ("left", "right", "outcome", *_OPTIONAL)}
        triple = operator.itemgetter(*(place[name] for name in _REQUIRED))
        left, right, outcome = (columns[name].append for name in ("left", "right", "outcome"))
        coded = [(columns[name].append, codes.of, place[name]) for name, codes in by.items()]
        known: dict[tuple[str, ...], tuple[int, int, int, bool]] = {}
        for row in self._whole(width):
            cells = triple(row)
            vote = known.get(cells)
            if vote is None:
                vote = known[cells] = self._vote(*(cell.strip() for cell in cells))
            left(vote[0])
            right(vote[1])
            outcome(vote[2])
            self.blank_winners += vote[3]
            for add, code, at in coded:
                add(code(row[at]))
        for name in set(_OPTIONAL) - set(by):
            columns[name] = array("i", bytes(columns["left"].itemsize * len(columns["left"])))
        return columns

    def _whole(self, width: int) -> Iterator[list[str]]:
        """Rows that are not empty, with as many cells as the header has."""
        for row in self.rows:
            if len(row) == width:
                if any(row):
                    yield row
                continue
            filled = row
            while len(filled) > width and not filled[-1].strip():
                filled = filled[:-1]
            if any(cell.strip() for cell in filled):
                if len(filled) != width:
                    raise CsvFault("votes_cells", line=self._line(), found=len(row), wanted=width)
                yield filled

    def _vote(self, left: str, right: str, winner: str) -> tuple[int, int, int, bool]:
        """Codes of both sides, the outcome, and whether the winner was left empty."""
        line = self._line()
        for column, name in (("left", left), ("right", right)):
            if not name:
                raise CsvFault("votes_no_condition", line=line, column=column)
        if left == right:
            raise CsvFault("votes_same", line=line, condition=left[:_SHOWN])
        code = self.conditions
        first, second = (code.setdefault(name, len(code)) for name in (left, right))
        return first, second, _outcome(left, right, winner, line), not winner


def _places(header: list[str]) -> dict[str, int]:
    """Where each known column stands."""
    names = [_plain(name) for name in header]
    places = {}
    for column, known in _COLUMNS.items():
        # Its proper name first: a file may well have both `item` and `text`.
        name = next((name for name in known if name in names), None)
        if name is not None:
            if names.count(name) > 1:
                raise CsvFault("votes_column_twice", column=name)
            places[column] = names.index(name)
    missing = [name for name in _REQUIRED if name not in places]
    if missing:
        raise CsvFault("votes_columns", missing=", ".join(missing))
    return places


def _outcome(left: str, right: str, winner: str, line: int) -> int:
    said = winner.casefold()
    named = _named(left, right, winner)
    if named is None:
        named = _named(left.casefold(), right.casefold(), said)
    word = _WORDS.get(said)
    if named is not None and word is not None and named != word:
        raise CsvFault("votes_ambiguous", line=line, winner=winner[:_SHOWN])
    found = next((of for of in (named, word, _LETTERS.get(said)) if of is not None), None)
    if found is None:
        raise CsvFault("votes_winner", line=line, winner=winner[:_SHOWN])
    return found


def _named(left: str, right: str, winner: str) -> int | None:
    """The side that is called so, if it is one of them."""
    if left == right:
        return None
    return {left: _LEFT, right: _RIGHT}.get(winner)
