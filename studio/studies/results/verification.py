"""Whether a bundle is what it says: hashes, seal and chain hold, and its result comes out again."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from studio.locales import Note, note
from studio.studies.results import bundle
from studio.studies.results.bundle import BundleFault
from studio.studies.results.later import FROM_DATABASE, LATER
from studio.studies.results.proof import seal_view
from studio.studies.results.result import result
from studio.studies.results.wording import worded

_SLACK = 2e-6
"""Numbers are rounded to a millionth; the last digit may differ between processors."""
_SHOWN = 20
_MALFORMED = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What parts of a wrong shape end in, somewhere on the way to a result."""
_ASTRAY = {"check": "result.verify.check", "repeat": "result.verify.repeat"}
_ABOUT_TAKES = {*LATER, *FROM_DATABASE, "reasons", "pending", "exports"}


@dataclass(frozen=True)
class Verified:
    """What was found.

    Attributes:
        faults: what does not fit, in sentences; empty for a sound bundle.
        sealed: whether the study was sealed at all.
        answers: how many there are.
        headline: the sentence that the answers give now; None where none could be computed.
        board: the board as it was computed now.
        head_sha256: where the chain ends.
    """

    faults: tuple[Note, ...]
    sealed: bool
    answers: int
    headline: Note | None
    board: Mapping[str, Any] | None
    head_sha256: str

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return not self.faults


def verify(content: bytes) -> Verified:
    """Check a bundle and compute its result anew.

    Raises:
        BundleFault: it cannot be read as one.
    """
    files = bundle.unpack(content)
    try:
        return _verified(files)
    except BundleFault:
        raise
    except _MALFORMED as problem:
        raise BundleFault(repr(problem)) from problem


def _verified(files: Mapping[str, bytes]) -> Verified:
    data = bundle.dataset(files)
    faults = [note("result.verify.altered", file=name) for name in bundle.altered(files)]
    proof = seal_view(data)
    if proof["plan_fits"] is False:
        faults.append(note("result.verify.plan"))
    if proof["key_fits"] is False:
        faults.append(note("result.verify.key"))
    if proof["broken_at"] is not None:
        faults.append(note("result.verify.chain", answer=proof["broken_at"]))
    if proof["complete"] is False:
        faults.append(note("result.verify.missing"))
    if proof["astray"] is not None:
        what, answer = proof["astray"].values()
        faults.append(note(_ASTRAY[what], answer=answer))
    claimed = json.loads(files["result.json"])
    found = result(data, bundle.draws(files))
    now = json.loads(json.dumps(worded(found, "en")))
    for name in sorted(_comparable(now)):
        places = list(_differences(now[name], claimed.get(name), name))[:_SHOWN]
        faults += [note("result.verify.result", part=place) for place in places]
    if not faults:  # else they differ for reasons that are told already
        tables = bundle.tables(data, found)
        faults += [
            note("result.verify.result", part=name)
            for name, content in sorted(tables.items())
            if _rows(files.get(name, b"")) != _rows(content)
        ]
    return Verified(
        faults=tuple(faults),
        sealed=data.seal is not None,
        answers=len(data.answers),
        headline=found["headline"]["message"],
        board=now["board"],
        head_sha256=proof["head_sha256"],
    )


def _rows(table: bytes) -> list[list[str]]:
    """Rows of a CSV file as named cells, in an order that does not depend on how it was written."""
    reader = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    header = next(reader, [])
    named = [[*zip_longest(header, row, fillvalue="")] for row in reader]
    return sorted(sorted(f"{name}={cell}" for name, cell in row) for row in named)


def _comparable(found: Mapping[str, Any]) -> set[str]:
    """Parts that follow from the bundle alone."""
    return set(found) - _ABOUT_TAKES


def _differences(now: Any, claimed: Any, place: str) -> Iterator[str]:
    """Places where two results differ."""
    if place in ("headline.notes", "board.adjusted", "board.covariates"):
        return  # what takes long adds to these
    if isinstance(now, Mapping) and isinstance(claimed, Mapping):
        for key in sorted(set(now) | set(claimed)):
            yield from _differences(now.get(key), claimed.get(key), f"{place}.{key}")
    elif isinstance(now, list) and isinstance(claimed, list) and len(now) == len(claimed):
        for number, (one, other) in enumerate(zip(now, claimed, strict=True)):
            yield from _differences(one, other, f"{place}.{number}")
    elif isinstance(now, int | float) and isinstance(claimed, int | float):
        if abs(now - claimed) > _SLACK * max(1.0, abs(now)):
            yield place
    elif now != claimed:
        yield place
