"""A take as sound and picture: its samples, its stream while it is being made."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.problems import Conflict
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.takes.rendering import Renderer
from studio.takes.rows import take_of
from studio.takes.views import FINAL

if TYPE_CHECKING:
    from studio.quality.pitch import Pitch

_PIECE_SECONDS = 1.0
_LOOK_SECONDS = 0.3
"""How often the row of a take is looked at that is not made in this process now."""
_NAME_CHARACTERS = 40


@dataclass(frozen=True)
class Melody:
    """The pitch of a take.

    Attributes:
        hop_seconds: from one value to the next.
        hertz: 0 where nothing is voiced.
        whole: median, range and how much is voiced.
    """

    hop_seconds: float
    hertz: list[float]
    whole: "Pitch"


class Hearing:
    """What can be heard and seen of takes. Everything belongs to an owner.

    Args:
        database, blobs: where finished takes are.
        renderer: knows those in the making.
    """

    def __init__(self, database: Database, blobs: Blobs, renderer: Renderer) -> None:
        self._database = database
        self._blobs = blobs
        self._renderer = renderer
        self._closed = False

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

    def file_name(self, owner: str, take_id: str) -> str:
        """A name for a download, without extension: engine, preset and the text's first words.

        Raises:
            NotFound: ``unknown_take``.
        """
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id)
        words = "".join(c if c.isalnum() else " " for c in comparison.text[:_NAME_CHARACTERS])
        number = [f"attempt-{take.attempt}"] if take.attempt > 1 else []
        return "-".join(
            [take.engine, *([take.preset] if take.preset else []), *number, *words.split()]
        )

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

    def melody(self, owner: str, take_id: str) -> "Melody":
        """A done take's pitch over time. Raises as :meth:`samples` does."""
        from studio.quality.pitch import HOP_SECONDS, summed_up, track

        heard = track(*self.samples(owner, take_id))
        whole = summed_up(heard)
        return Melody(HOP_SECONDS, heard.tolist(), whole)

    async def stream(self, owner: str, take_id: str) -> AsyncGenerator[tuple[int, bytes]]:
        """(rate in Hz, 16-bit mono PCM) from the take's beginning, while it is being rendered.

        A take that fails or is cancelled on the way ends the stream. Of one that waits, or is made
        by another process, nothing comes until it is made here, or done.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``take_without_sound``: it failed or was cancelled before.
        """
        from anyio.to_thread import run_sync

        from studio.audio.encode import pcm16

        waited = False
        before = None
        while (state := await run_sync(self._state, owner, take_id)) not in FINAL:
            live = self._renderer.live(take_id)
            if live in (None, before):
                if self._closed:
                    return
                # It waits in its row, goes over to its fallback, is tried again, or is made by
                # another process.
                await asyncio.sleep(_LOOK_SECONDS)
                waited = True
                continue
            heard = False
            async with aclosing(live.pcm()) as pieces:
                async for piece in pieces:
                    heard = True
                    yield live.sample_rate or 0, piece
            if heard:
                return
            before, waited = live, True
        if state != "done":
            if waited:
                return  # whoever was waiting for its first sound hears none
            raise Conflict("take_without_sound")
        samples, rate = await run_sync(self.samples, owner, take_id)
        step = round(rate * _PIECE_SECONDS)
        for start in range(0, samples.size, step):
            yield rate, pcm16(samples[start : start + step])

    def _state(self, owner: str, take_id: str) -> str:
        with self._database.read() as session:
            return take_of(session, owner, take_id)[0].state
