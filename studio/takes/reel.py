"""One take's parts on their way to one sound: what is yet to be rendered, what listeners get."""

import logging
from collections.abc import Callable, Mapping

import numpy as np

from studio.audio.join import Joiner, own_pause
from studio.audio.resample import Samples
from studio.engines.contract import Chunk
from studio.engines.sentences import Ending, split
from studio.problems import Unavailable
from studio.runtime.report import BatchItem, RenderReport
from studio.takes.job import Job
from studio.takes.keeping_parts import Load, PartKeeper
from studio.takes.preparing import Prepared

_PAUSES = {Ending.CLAUSE: 0.15, Ending.SENTENCE: 0.35, Ending.PARAGRAPH: 0.6, Ending.TEXT: 0.0}
"""Seconds of quiet after a part where the first one does not tell how the engine pauses."""
_CLAUSE, _PARAGRAPH = 0.5, 1.5
"""Pauses there, as a share of the one between sentences."""
_SHORTEST, _LONGEST = 0.12, 0.9
"""Of a pause between sentences, seconds."""


log = logging.getLogger(__name__)


class Reel:
    """Renders a take's parts in any order and joins them in theirs.

    Args:
        job: the take.
        prepared: what its engine is asked; without parts the whole is the only one.
        keeper: keeps each part.
        heard: gets what listeners hear, in order.
    """

    def __init__(
        self, job: Job, prepared: Prepared, keeper: PartKeeper, heard: Callable[[Chunk], None]
    ) -> None:
        self.job = job
        self.prepared = prepared
        self.problem: Exception | None = None
        self._keeper = keeper
        self._heard = heard
        self._cancelled = False
        self._chunks: dict[int, list[Chunk]] = {}
        self._ready: dict[int, Load] = {}
        self._reports: dict[int, RenderReport] = {}
        self._joiner: Joiner | None = None
        self._rate = 0
        self._pause: float | None = None
        self._next = 0
        self._made_seconds = 0.0
        self._count = max(1, len(prepared.parts))
        job.parts.clear()

    def begin(self) -> None:
        """Take up what was rendered before."""
        if not self.prepared.parts:
            return
        there: Mapping[int, Load] = self._keeper.begin(self.job, self.prepared.parts)
        self._ready.update(there)
        if self._join_on():
            self._keeper.tell(self.job)

    @property
    def open(self) -> bool:
        """Whether anything is to be rendered (any more)."""
        if self.job.live.cancel.is_set():
            self._cancelled = True
        return self.problem is None and not self._cancelled and bool(self.lacking())

    def lacking(self) -> list[int]:
        """Numbers of the parts that are not there yet, in order."""
        done = (*self._ready, *self._reports)
        return [number for number in range(self._next, self._count) if number not in done]

    def item(self, number: int) -> BatchItem:
        """What the engine is asked for a part."""
        whole = not self.prepared.parts
        request = self.prepared.request if whole else self.prepared.part_request(number)
        self._chunks[number] = []
        job = self.job

        def heard(chunk: Chunk) -> None:
            if whole:
                self._chunks[number] = [chunk]  # enough to know that something was heard
                self._heard(chunk)
                return
            self._chunks[number].append(chunk)
            if number == 0:
                self._hand_on(self._joined_at(chunk.sample_rate).hear(chunk.samples))

        return BatchItem(request, heard, job.live.cancel, job.charges.append)

    def silent(self, number: int) -> bool:
        """Whether nothing came of a part so far, so that it may be asked for once more."""
        return not self._chunks.get(number)

    def ended(self, number: int, outcome: RenderReport | Exception) -> None:
        """A part's render has ended."""
        if isinstance(outcome, Exception):
            self.problem = outcome
            return
        if outcome.cancelled:
            self._cancelled = True
            return
        self._reports[number] = outcome
        if not self.prepared.parts:
            self._next = 1
            return
        chunks = self._chunks.pop(number)
        samples, rate = np.concatenate([one.samples for one in chunks]), chunks[0].sample_rate
        self._made_seconds += samples.size / rate
        self._ready[number] = lambda: (samples, rate)
        try:
            self._join_on()
            self._keeper.keep(self.job, self.prepared.parts[number].key, samples, rate)
        except Exception as problem:  # noqa: BLE001 (stores may raise anything): it ends this take
            self.problem = problem

    def stop(self) -> None:
        """Nobody wants the rest."""
        self._cancelled = True

    def outcome(self) -> RenderReport | Exception:
        """How all of it went."""
        if self.problem is not None:
            return self.problem
        if self._cancelled or self.job.live.cancel.is_set():
            return RenderReport(cancelled=True)
        if not self.prepared.parts:
            return self._reports[0]
        reports = list(self._reports.values())
        first = self._reports.get(0)
        return RenderReport(
            load_seconds=sum(one.load_seconds for one in reports),
            synthesis_seconds=sum(one.synthesis_seconds for one in reports),
            ttfa_seconds=first.ttfa_seconds if first else None,
            clipped_samples=sum(one.clipped_samples for one in reports),
            remarks=tuple(dict.fromkeys(remark for one in reports for remark in one.remarks)),
            device=reports[-1].device if reports else "",
            together=max((one.together for one in reports), default=1),
            audio_seconds=self._made_seconds,
        )

    def _join_on(self) -> bool:
        """Join the parts whose turn it is; whether there were some."""
        before = self._next
        while (load := self._ready.pop(self._next, None)) is not None:
            kept = self._next not in self._reports
            try:
                samples, rate = load()
            except Exception:
                if not kept:
                    raise
                log.exception("a part that was kept cannot be read and is rendered again")
                break
            joiner = self._joined_at(rate)
            part = self.prepared.parts[self._next].part
            if self._next == 0:
                self._pause = own_pause(samples, rate, len(split(part.text)))
            self._hand_on(joiner.add(samples, self._pause_after(part.ending)))
            self._next += 1
            if self._next == self._count:
                self._hand_on(joiner.finish())
            self._note(joiner)
        return self._next > before

    def _joined_at(self, rate: int) -> Joiner:
        if self._joiner is None:
            self._joiner, self._rate = Joiner(rate), rate
        if rate != self._rate:
            raise Unavailable(
                "engine_garbage", engine=self.job.engine, reason=f"{self._rate} → {rate} Hz"
            )
        return self._joiner

    def _note(self, joiner: Joiner) -> None:
        for part, span in zip(self.job.parts, joiner.spans, strict=False):
            part["start_seconds"] = round(span.start / self._rate, 3)
            part["end_seconds"] = round(span.end / self._rate, 3)

    def _pause_after(self, ending: Ending) -> float:
        if self._pause is None or ending is Ending.TEXT:
            return _PAUSES[ending]
        between = min(_LONGEST, max(_SHORTEST, self._pause))
        if ending is Ending.SENTENCE:
            return between
        return between * (_PARAGRAPH if ending is Ending.PARAGRAPH else _CLAUSE)

    def _hand_on(self, samples: Samples) -> None:
        if samples.size:
            self._heard(Chunk(samples, self._rate))
