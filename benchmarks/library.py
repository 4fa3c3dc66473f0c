"""How long a page of the library takes on the server, with 10,000 takes, on both databases.

Every kind with every order and every filter, searches that find much, little and nothing, deep
pages, and the bin: for each the median of several askings after one that warms the caches (on a
machine that does other things the slowest tells of those). A service's own time, as JSON ready to
be sent; the network and the page come on top.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._figures import Figures, figure
from benchmarks._filled_library import fill
from benchmarks.scale import _opened, _postgresql
from studio.library.query import KINDS, SORTS, Query
from studio.library.views import Thing
from studio.settings import Settings
from studio.store.base import now
from studio.wiring import Studio

_TAKES = 10_000
_BUDGET = 300.0
_AGAIN = 5
_OWNER = "local"


def run(takes: int = _TAKES) -> Figures:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    from tests import postgres

    figures: Figures = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        _opened(Settings(data_dir=Path(folder))) as studio,
    ):
        figures |= measured("SQLite", studio, takes)
    if postgres.available():
        with _postgresql() as studio:
            figures |= measured("PostgreSQL", studio, takes)
    return figures


def measured(name: str, studio: Studio, takes: int) -> Figures:
    """The figures of one database."""
    fill(studio, _OWNER, takes)
    if not studio.database.is_sqlite:
        _analyse(studio)
    library = studio.library
    figures: Figures = {}
    for title, question in _questions(studio):
        taken = _taken(partial(_asked, studio, question))
        figures[f"{name}: {title}"] = figure(taken, "ms", most=_BUDGET)
    choices = _taken(lambda: library.choices(_OWNER).model_dump_json())
    figures[f"{name}: what can be chosen"] = figure(choices, "ms", most=_BUDGET)
    things = [Thing(kind="comparison", id=one.id) for one in library.page(_OWNER, Query()).items]
    began = time.perf_counter()
    library.bin.put(_OWNER, things)
    figures[f"{name}: {len(things)} comparisons into the bin"] = _since(began)
    binned = _taken(lambda: library.page(_OWNER, Query(bin=True)).model_dump_json())
    figures[f"{name}: the bin"] = figure(binned, "ms", most=_BUDGET)
    began = time.perf_counter()
    library.bin.restore(_OWNER, things)
    figures[f"{name}: {len(things)} comparisons out of it"] = _since(began)
    return figures


def _questions(studio: Studio) -> Iterator[tuple[str, Query]]:
    for kind in KINDS:
        for sort in SORTS:
            if sort != "longest" or kind == "take":
                yield f"{kind}, {sort}", Query(kind=kind, sort=sort)
    filters: dict[str, dict[str, Any]] = {
        "tag": {"tag": "완성"},
        "project": {"project": "뉴스 브리핑"},
        "engine": {"engine": "kokoro"},
        "language": {"language": "ko"},
        "state": {"state": "failed"},
        "starred": {"starred": True},
        "a month": {"since": now() - timedelta(days=60), "until": now() - timedelta(days=30)},
        "a common part of a word": {"q": "편지"},
        "an engine's name": {"q": "Kokoro"},
        "three words": {"q": "열차 도착 kss"},
        "a word of notes": {"q": "빨라요"},
        "a word that is nowhere": {"q": "존재하지않는말"},
        "all at once": {
            "q": "비가",
            "project": "뉴스 브리핑",
            "engine": "kokoro",
            "language": "ko",
            "state": "done",
            "starred": True,
        },
    }
    for title, some in filters.items():
        for kind in ("comparison", "take"):
            for sort in ("newest", "name"):
                yield f"{kind}, {title}, {sort}", Query(kind=kind, sort=sort, **some)
    for sort in SORTS:
        yield f"take, the 100th page, {sort}", _deep(studio, sort)


def _asked(studio: Studio, question: Query) -> str:
    return studio.library.page(_OWNER, question).model_dump_json()


def _deep(studio: Studio, sort: Any) -> Query:
    asked = Query(kind="take", sort=sort)
    for _ in range(99):
        following = studio.library.page(_OWNER, asked).next
        if following is None:
            break
        asked = asked.model_copy(update={"cursor": following})
    return asked


def _taken(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(_AGAIN):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _since(began: float) -> dict[str, Any]:
    return figure((time.perf_counter() - began) * 1000, "ms", most=1000.0)


def _analyse(studio: Studio) -> None:
    """As the server does by itself within a minute."""
    from sqlalchemy import text

    studio.database.write(lambda session: session.execute(text("ANALYZE")) and None)
