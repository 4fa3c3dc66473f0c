"""What measuring costs whoever waits for sound: takes while others are measured, and while not.

A backlog of takes is being measured all the while. The same sentence is rendered in turns, with a
seed of its own each time: once while the measuring process works, once while it is stopped
(SIGSTOP). TTFA, RTF and the time from order to end are compared pair by pair; goal: the median
ratio is at most 1.1. A pair counts only where the process used the processor in the first half of
the pair and did not in the second.
"""

import os
import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._figures import Figures, figure
from benchmarks._studio import RunningStudio, children_of, running_studio

SENTENCE = "Nobody knew that a letter would arrive before noon and change the whole village."
_ENGINES = ("kokoro", "piper")
_PROCESS = "workbench-measuring"[:15]
"""As the kernel shortens it."""
_BACKLOG = 2
_TRIES = 3
"""Of pairs that were asked for, so many times as many are tried."""


def run(pairs: int = 9) -> Figures:
    """Measure on a fresh studio."""
    with running_studio(STUDIO_MEASURE="1", STUDIO_TAKE_RETRIES="0") as studio:
        studio.render("Warm up.", [{"engine": name} for name in _ENGINES])
        backlog = _Backlog(studio)
        found: Figures = {}
        for name in _ENGINES:
            found |= _beside(name, studio, backlog, pairs)
        return found


class _Backlog:
    """Takes that wait to be measured, and the process that works on them.

    Args:
        studio: with measuring on.
    """

    def __init__(self, studio: RunningStudio) -> None:
        self._studio = studio
        self._seed = 10_000

    def fill(self) -> None:
        """See to it that measuring goes on for a while."""
        while self._waiting() < _BACKLOG or self._process() is None:
            self._seed += 1
            self._studio.render(SENTENCE, [{"engine": "piper", "seed": self._seed}])

    def processor_seconds(self) -> float:
        """What the measuring process used so far."""
        process = self._process()
        if process is None:
            return 0.0
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Nothing is measured meanwhile."""
        process = self._process()
        if process is not None:
            os.kill(process, signal.SIGSTOP)
            time.sleep(0.05)
        try:
            yield
        finally:
            if process is not None:
                os.kill(process, signal.SIGCONT)

    def _process(self) -> int | None:
        return children_of(self._studio.pid).get(_PROCESS)

    def _waiting(self) -> int:
        latest = self._studio.ask("/api/comparisons?limit=50")["comparisons"]
        reports = [take["report"] for each in latest for take in each["takes"] if take["report"]]
        return sum(report["state"] in ("pending", "running") for report in reports)


def _beside(engine: str, studio: RunningStudio, backlog: _Backlog, pairs: int) -> Figures:
    ratios: dict[str, list[float]] = {"TTFA": [], "RTF": [], "order to end": []}
    for number in range(_TRIES * pairs):
        if len(ratios["TTFA"]) == pairs:
            break
        backlog.fill()
        seeds = (2 * number + 1, 2 * number + 2)
        used = backlog.processor_seconds()
        beside = _timed(studio, engine, seeds[0])
        used_beside = backlog.processor_seconds() - used
        with backlog.stopped():
            used = backlog.processor_seconds()
            alone = _timed(studio, engine, seeds[1])
            used_alone = backlog.processor_seconds() - used
        if used_beside > 0 and used_alone == 0:
            for name, ratio in ratios.items():
                ratio.append(beside[name] / alone[name])
    medians = {
        f"{engine}, {name}: while measuring / not": figure(statistics.median(ratio), "×", most=1.1)
        for name, ratio in ratios.items()
        if ratio
    }
    return {**medians, f"{engine}: pairs": figure(len(ratios["TTFA"]), "")}


def _timed(studio: RunningStudio, engine: str, seed: int) -> dict[str, float]:
    seconds, comparison = studio.render(SENTENCE, [{"engine": engine, "seed": seed}])
    (take,) = comparison["takes"]
    return {"TTFA": take["ttfa_seconds"], "RTF": take["rtf"], "order to end": seconds}
