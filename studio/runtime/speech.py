"""One pass of an engine over one request or several: who hears what, and how each of them ends."""

import time
from collections.abc import Sequence

from studio.engines.contract import Usage
from studio.locales import Note
from studio.problems import Problem, Unavailable
from studio.runtime import wire
from studio.runtime.chunks import ChunkCheck, Garbage
from studio.runtime.engine_process import POLL, EngineProcess, plain, refusal
from studio.runtime.limits import Limits
from studio.runtime.report import BatchItem, RenderReport
from studio.runtime.wire import Message

Outcome = RenderReport | Exception


class _Item:
    """What is known of one item so far."""

    def __init__(self, item: BatchItem) -> None:
        self.item = item
        self.check = ChunkCheck(item.request.text)
        self.ttfa: float | None = None
        self.samples = 0
        self.usage: Usage | None = None
        self.remarks: list[Note] = []
        self.problem: Exception | None = None
        self.cancelled_after: float | None = None

    @property
    def wanted(self) -> bool:
        return self.problem is None and self.cancelled_after is None


class Speech:
    """Items being spoken by a loaded engine.

    Args:
        process: with the engine in it and all weight sets loaded that the items need.
        items: one, or as many as the engine renders together.
        limits: how long it may be silent.
    """

    def __init__(self, process: EngineProcess, items: Sequence[BatchItem], limits: Limits) -> None:
        self._process = process
        self._items = [_Item(item) for item in items]
        self._limits = limits
        self._exchange = 0
        self._began = 0.0
        self._deadline = 0.0
        self._garbage = False

    def run(self, load_seconds: float = 0.0, device: str = "") -> list[Outcome]:
        """Speak to the end of all items; each one's report, or the problem that ended it.

        Args:
            load_seconds: for the reports.
            device: for the reports.
        """
        requests = [wire.encode(plain(one.item.request)) for one in self._items]
        self._began = time.monotonic()
        if len(requests) == 1:
            self._exchange = self._process.request("synthesize", request=requests[0])
        else:
            self._exchange = self._process.request("synthesize_batch", requests=requests)
        self._deadline = self._began + self._limits.silence
        seconds = None
        try:
            seconds = self._listen()
        except Problem as problem:
            self._end_all(problem)
        except BaseException:
            self._stop()
            raise
        return [self._outcome(one, seconds, load_seconds, device) for one in self._items]

    def _listen(self) -> float | None:
        """Until the engine is done, or nobody wants the rest; seconds that it worked, if told."""
        while self._look_around():
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise self._process.hung()
            message = self._process.receive(self._exchange, min(left, POLL))
            if message is None:
                continue
            if message["did"] == "done":
                if self._garbage:
                    self._process.kill()
                return float(message["seconds"])
            if message["did"] in ("failed", "refused", "garbage"):
                raise self._process.problem(message)
            self._hear(message)
        self._stop()
        return None

    def _look_around(self) -> bool:
        """Let go of items that were cancelled; whether anyone wants the rest."""
        for number, one in enumerate(self._items):
            if one.wanted and one.item.cancel.is_set():
                one.cancelled_after = time.monotonic() - self._began
                self._process.cancel(self._exchange, number)
        return any(one.wanted for one in self._items)

    def _stop(self) -> None:
        if self._garbage:
            self._process.kill()
        else:
            self._process.stop(self._exchange, self._hear)

    def _hear(self, message: Message) -> None:
        number = message["item"]
        one = self._items[number]
        if message["did"] == "usage":
            self._charge(one, message)
        elif not one.wanted:
            return
        elif message["did"] == "remark":
            one.remarks.append(Note.from_json(wire.decode(message["note"])))
        elif message["did"] == "ended" and "garbage" in message:
            self._spoil(number, one, message["garbage"])
        elif message["did"] == "ended":
            one.problem = refusal(self._process.name, message)
        else:
            self._take(number, one, message)

    def _charge(self, one: _Item, message: Message) -> None:
        usage = Usage(int(message["characters"]), str(message["model"]))
        before = one.usage.characters if one.usage is not None else 0
        one.usage = Usage(before + usage.characters, usage.model)
        if one.item.on_usage is None:
            return
        try:
            one.item.on_usage(usage)
        except Exception as failure:  # noqa: BLE001 - the caller's own
            one.problem = one.problem or failure

    def _take(self, number: int, one: _Item, message: Message) -> None:
        try:
            chunk = one.check.accept(message["samples"], message["rate"])
        except Garbage as garbage:
            self._spoil(number, one, str(garbage))
            return
        if chunk is None:
            return  # no samples are no progress: the deadline stays
        if one.ttfa is None:
            one.ttfa = time.monotonic() - self._began
        one.samples += chunk.samples.size
        try:
            one.item.on_chunk(chunk)
        except Exception as failure:  # noqa: BLE001 - the caller's own: nobody wants the rest
            one.problem = failure
            self._process.cancel(self._exchange, number)
        self._deadline = time.monotonic() + self._limits.silence

    def _spoil(self, number: int, one: _Item, reason: str) -> None:
        """End an item for garbage; the process goes when the others are done."""
        self._garbage = True
        one.problem = self._process.garbage(reason)
        self._process.cancel(self._exchange, number)

    def _end_all(self, problem: Problem) -> None:
        for one in self._items:
            if one.wanted:
                one.problem = problem

    def _outcome(
        self, one: _Item, seconds: float | None, load_seconds: float, device: str
    ) -> Outcome:
        if one.problem is not None:
            return one.problem
        cancelled = one.cancelled_after is not None
        if one.ttfa is None and not cancelled:
            return Unavailable("engine_gave_nothing", engine=self._process.name)
        worked = one.cancelled_after
        if worked is None:
            every = sum(other.samples for other in self._items)
            worked = (seconds or 0.0) * one.samples / every
        return RenderReport(
            load_seconds=load_seconds,
            synthesis_seconds=worked,
            ttfa_seconds=one.ttfa,
            cancelled=cancelled,
            clipped_samples=one.check.clipped,
            usage=one.usage,
            remarks=tuple(one.remarks),
            device=device,
            together=len(self._items),
        )
