"""What measuring a take collects: figures, remarks on what failed, and how long each part took."""

import contextlib
import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

from studio.locales import Note, note
from studio.quality.catalogue import FIGURES
from studio.quality.figure import Figure

log = logging.getLogger(__name__)


class Sheet:
    """Filled in part by part; a part that fails loses its own figures and no others."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.remarks: list[Note] = []
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def part(self, name: str, title: Note) -> Iterator[None]:
        """Do a part; whatever it raises becomes a remark.

        Args:
            name: key of its time.
            title: what could not be measured, should it fail.
        """
        began = time.perf_counter()
        try:
            yield
        except Exception as error:  # what measures must not lose what was measured before
            log.exception("%s could not be measured", name)
            reason = type(error).__name__
            self.remarks.append(note("measure.remark.failed", what=title, reason=reason))
        finally:
            self.seconds[name] = round(time.perf_counter() - began, 4)

    def add(
        self,
        name: str,
        value: float | None,
        method: str,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down a figure of the catalogue."""
        self.figures.append(Figure(name, value, FIGURES[name].unit, method, detail or {}))

    def to_json(self) -> dict[str, Any]:
        """Figures in the order of the catalogue, remarks, and the time of each part."""
        order = {name: place for place, name in enumerate(FIGURES)}
        return {
            "figures": [f.to_json() for f in sorted(self.figures, key=lambda f: order[f.name])],
            "remarks": [remark.to_json() for remark in self.remarks],
            "part_seconds": self.seconds,
        }
