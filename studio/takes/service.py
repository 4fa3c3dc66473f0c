"""The service of takes: orders in, views out. Everything belongs to an owner."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.engines.registry import engine_class
from studio.locales import Note, note
from studio.problems import BadInput, Conflict, NotFound
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take, now
from studio.takes.bell import Bells
from studio.takes.key import take_key
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.plan import EngineFacts, plan_take
from studio.takes.rendering import Renderer
from studio.takes.rows import (
    answer_from_store,
    apply_plan,
    comparison_of,
    comparison_view,
    new_comparison,
    new_take,
    recent_rtf,
    same_key,
    take_of,
    take_view,
    takes_of,
)
from studio.takes.speakers import VoiceFacts, VoiceLookup
from studio.takes.views import FINAL, ComparisonView, TakePlan, TakeView

Format = Literal["wav", "flac", "mp3"]
_PIECE_SECONDS = 1.0
_NAME_CHARACTERS = 40
_REMIND_SECONDS = 15.0
"""Proxies close a stream on which nothing comes for long."""


@dataclass(frozen=True)
class _Planned:
    """A plan with the key that was settled already, and the take that answers it."""

    wanted: EngineOrder
    plan: TakePlan
    model_revision: str
    key: str
    earlier: Take | None


class TakeService:
    """Plans, renders, keeps and streams takes.

    Args:
        settings: limits.
        database, blobs: where everything is kept.
        runtime: where engines run.
        voices: finds what an order says by voice id.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceLookup,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._voices = voices
        self._bells = Bells()
        self._renderer = Renderer(database, blobs, runtime, voices, self._bells)
        self._closed = False

    def start(self) -> None:
        """Take up what was left: running takes are queued again, everything queued is rendered."""
        self._blobs.sweep()

        def requeue(session: Session) -> list[tuple[str, str]]:
            running = update(Take).where(Take.state == "running")
            session.execute(running.values(state="queued"))
            query = select(Take.engine, Take.id).where(Take.state == "queued")
            ordered = query.order_by(Take.created_at, Take.position)
            return [(engine, take_id) for engine, take_id in session.execute(ordered)]

        for engine, take_id in self._database.write(requeue):
            self._renderer.enqueue(engine, take_id)

    def close(self) -> None:
        """Stop rendering and end event streams; the next start takes up what was not finished."""
        self._closed = True
        self._bells.ring_all()
        self._renderer.close()

    # ordering

    def plan(self, owner: str, order: ComparisonOrder) -> list[TakePlan]:
        """What each engine of an order will honour, approximate, ignore or refuse. Keeps nothing.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong as a whole.
        """
        order, voice = self._checked(owner, order)
        return [self._plan_one(owner, order, wanted, voice) for wanted in order.engines]

    def create(self, owner: str, order: ComparisonOrder) -> ComparisonView:
        """Order takes. All rows are kept in one transaction; a refused engine is a failed take.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong as a whole, or every engine refuses it
                for what it asks.
        """
        order, voice = self._checked(owner, order)
        planned = [self._planned(owner, order, wanted, voice) for wanted in order.engines]
        if all(item.plan.refusal is not None and item.plan.by_input for item in planned):
            raise _refused(planned[0].plan.refusal)

        def keep(session: Session) -> tuple[Comparison, list[Take]]:
            comparison = new_comparison(owner, order)
            session.add(comparison)
            session.flush()  # takes refer to it
            takes = []
            for position, item in enumerate(planned):
                take = new_take(comparison, position, item.wanted)
                _apply(take, item)
                takes.append(take)
            session.add_all(takes)
            return comparison, takes

        comparison, takes = self._database.write(keep)
        for take in takes:
            if take.state == "queued":
                self._renderer.enqueue(take.engine, take.id)
        return comparison_view(
            comparison, takes, voice.name if voice else None, self._renderer.progress
        )

    def cancel(self, owner: str, take_id: str) -> TakeView:
        """Stop a take. One that is final already stays as it is.

        Raises:
            NotFound: ``unknown_take``.
        """

        def mark(session: Session) -> tuple[Take, bool]:
            take, _ = take_of(session, owner, take_id)
            changed = take.state not in FINAL
            if changed:
                take.state, take.finished_at = "cancelled", now()
            return take, changed

        take, changed = self._database.write(mark)
        if changed:
            self._renderer.stop(take_id)
            self._bells.ring(take.comparison_id)
        return take_view(take, self._renderer.progress)

    def retry(self, owner: str, take_id: str, *, insist: bool = False) -> TakeView:
        """Render a failed or cancelled take anew, with the same seed, planned by today's facts.

        Args:
            owner: whose take it is.
            take_id: the take.
            insist: render although the studio advised against it.

        Raises:
            NotFound: ``unknown_take``, or its voice is gone.
            Conflict: ``take_not_retryable``.
        """
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id)
        if take.state not in ("failed", "cancelled"):
            raise Conflict("take_not_retryable")
        wanted = EngineOrder.model_validate(take.request["wanted"])
        if insist:
            wanted = wanted.model_copy(update={"insist": True})
        order = ComparisonOrder(
            text=comparison.text,
            language=comparison.language,
            voice=comparison.voice_id,
            instruction=comparison.instruction,
            engines=[wanted],
        )
        order, voice = self._checked(owner, order)
        planned = self._planned(owner, order, wanted, voice)

        def again(session: Session) -> Take:
            row, _ = take_of(session, owner, take_id)
            if row.state not in ("failed", "cancelled"):
                raise Conflict("take_not_retryable")
            row.request = {**row.request, "wanted": wanted.model_dump(mode="json")}
            _apply(row, planned)
            return row

        take = self._database.write(again)
        if take.state == "queued":
            self._renderer.enqueue(take.engine, take.id)
        self._bells.ring(take.comparison_id)
        return take_view(take, self._renderer.progress)

    # looking

    def comparison(self, owner: str, comparison_id: str) -> ComparisonView:
        """A comparison as it stands.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        with self._database.read() as session:
            row = comparison_of(session, owner, comparison_id)
            takes = takes_of(session, [row.id])[row.id]
        return comparison_view(row, takes, self._voice_name(row), self._renderer.progress)

    def recent(self, owner: str, limit: int = 20) -> list[ComparisonView]:
        """The latest comparisons, newest first."""
        query = select(Comparison).where(Comparison.owner == owner)
        query = query.order_by(Comparison.created_at.desc(), Comparison.id).limit(limit)
        with self._database.read() as session:
            rows = list(session.scalars(query))
            takes = takes_of(session, [row.id for row in rows])
        names = {row.voice_id: self._voice_name(row) for row in rows}
        return [
            comparison_view(row, takes[row.id], names[row.voice_id], self._renderer.progress)
            for row in rows
        ]

    def take(self, owner: str, take_id: str) -> TakeView:
        """A take as it stands.

        Raises:
            NotFound: ``unknown_take``.
        """
        with self._database.read() as session:
            take, _ = take_of(session, owner, take_id)
        return take_view(take, self._renderer.progress)

    async def changes(self, owner: str, comparison_id: str) -> AsyncGenerator[ComparisonView]:
        """The comparison now and after each change; ends when all takes are final.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        from anyio.to_thread import run_sync

        with self._bells.listen(comparison_id) as rung:
            while not self._closed:
                rung.clear()
                view = await run_sync(self.comparison, owner, comparison_id)
                yield view
                if view.final:
                    return
                with contextlib.suppress(TimeoutError):  # then once more, to keep the line open
                    await asyncio.wait_for(rung.wait(), _REMIND_SECONDS)

    # hearing

    def samples(self, owner: str, take_id: str) -> tuple[Any, int]:
        """A done take: float32 mono in [-1, 1], shape (n,), and its sample rate in Hz.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``take_not_done``.
        """
        from studio.audio.encode import read_flac

        with self._database.read() as session:
            take, _ = take_of(session, owner, take_id)
        if take.state != "done" or take.blob is None:
            raise Conflict("take_not_done")
        return read_flac(self._blobs.get(take.blob))

    def audio(self, owner: str, take_id: str, file_format: Format) -> bytes:
        """A done take as a file without metadata: WAV of 16 bits, FLAC of 24 bits, or MP3.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``take_not_done``.
        """
        from studio.audio import encode

        encoders: dict[str, Callable[[Any, int], bytes]] = {
            "wav": encode.wav,
            "flac": encode.flac,
            "mp3": encode.mp3,
        }
        samples, rate = self.samples(owner, take_id)
        return encoders[file_format](samples, rate)

    def file_name(self, owner: str, take_id: str) -> str:
        """A name for a download, without extension: engine, preset and the text's first words.

        Raises:
            NotFound: ``unknown_take``.
        """
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id)
        words = "".join(c if c.isalnum() else " " for c in comparison.text[:_NAME_CHARACTERS])
        return "-".join([take.engine, *([take.preset] if take.preset else []), *words.split()])

    def spectrogram(self, owner: str, take_id: str) -> bytes:
        """A done take's spectrogram as PNG. Raises as :meth:`samples` does."""
        from studio.audio.draw import spectrogram_png

        return spectrogram_png(*self.samples(owner, take_id))

    def peaks(self, owner: str, take_id: str) -> tuple[list[tuple[int, int]], float]:
        """A done take's waveform: (lowest, highest) of equal slices in -127…127, and its seconds.

        Raises as :meth:`samples` does.
        """
        from studio.audio.draw import peaks

        samples, rate = self.samples(owner, take_id)
        extremes = iter(peaks(samples))
        return list(zip(extremes, extremes, strict=True)), samples.size / rate

    async def stream(self, owner: str, take_id: str) -> AsyncGenerator[tuple[int, bytes]]:
        """(rate in Hz, 16-bit mono PCM) from the take's beginning, while it is being rendered.

        A take that fails or is cancelled on the way ends the stream.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``take_without_sound``: it failed or was cancelled before.
        """
        from anyio.to_thread import run_sync

        from studio.audio.encode import pcm16

        view = await run_sync(self.take, owner, take_id)
        live = self._renderer.live(take_id)
        heard = False
        if live is not None:
            async with aclosing(live.pcm()) as pieces:
                async for piece in pieces:
                    heard = True
                    yield live.sample_rate or 0, piece
        if heard:
            return
        view = await run_sync(self.take, owner, take_id)
        if view.state != "done":
            raise Conflict("take_without_sound")
        samples, rate = await run_sync(self.samples, owner, take_id)
        step = round(rate * _PIECE_SECONDS)
        for start in range(0, samples.size, step):
            yield rate, pcm16(samples[start : start + step])

    # planning, inside

    def _checked(
        self, owner: str, order: ComparisonOrder
    ) -> tuple[ComparisonOrder, VoiceFacts | None]:
        order = order.cleaned(self._settings)
        return order, self._voices.get(owner, order.voice) if order.voice else None

    def _plan_one(
        self, owner: str, order: ComparisonOrder, wanted: EngineOrder, voice: VoiceFacts | None
    ) -> TakePlan:
        facts = self._facts(wanted.engine)
        closest = None
        if voice and facts.card.cloning.closest_preset and facts.trouble is None:
            closest = self._voices.known_closest_presets(owner, voice.id, wanted.engine)
        return plan_take(order, wanted, facts, voice, closest)

    def _planned(
        self, owner: str, order: ComparisonOrder, wanted: EngineOrder, voice: VoiceFacts | None
    ) -> _Planned:
        """A plan, and where its speaker is settled, its key and the earlier take with that key."""
        plan = self._plan_one(owner, order, wanted, voice)
        if plan.refusal is not None or plan.speaker == "clone" or not plan.preset:
            return _Planned(wanted, plan, "", "", None)
        revision = self._runtime.model_revision(plan.engine)
        key = take_key(
            engine=plan.engine,
            model_revision=revision,
            speaker=f"preset:{plan.preset}",
            text=plan.text,
            language=plan.language,
            instruction=plan.instruction,
            options=plan.options,
            seed=plan.seed,
        )
        with self._database.read() as session:
            earlier = same_key(session, owner, key)
        if earlier is not None and not self._blobs.exists(str(earlier.blob)):
            earlier = None
        return _Planned(wanted, plan, revision, key, earlier)

    def _facts(self, engine: str) -> EngineFacts:
        kind = engine_class(engine)
        state = self._runtime.state(engine)
        trouble: Note | None = None
        if state.state.endswith("_missing"):
            reason = state.detail or note(f"state.{state.state}")
            trouble = note("error.engine_not_ready", engine=kind.card.title, reason=reason)
        with self._database.read() as session:
            rtf = recent_rtf(session, engine)
        return EngineFacts(kind.card, kind.Options, state.presets, kind.interpret, trouble, rtf)

    def _voice_name(self, row: Comparison) -> str | None:
        if row.voice_id is None:
            return None
        try:
            return self._voices.get(row.owner, row.voice_id).name
        except NotFound:  # deleted since
            return None


def _apply(take: Take, item: _Planned) -> None:
    apply_plan(take, item.plan, item.key, item.model_revision)
    if item.earlier is not None:
        answer_from_store(take, item.earlier)


def _refused(reason: Note | None) -> BadInput:
    assert reason is not None  # noqa: S101 (only called with a refusal)
    return BadInput(reason.code.removeprefix("error."), **reason.params)  # type: ignore[arg-type]
