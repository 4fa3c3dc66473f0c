"""The clips of a study's screens, held in bounded memory for as long as they are wanted."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

_HELD_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Clip:
    """One stimulus as it is sent.

    Attributes:
        token: of its address.
        trial: token of its screen.
        slot: where on the screen.
        study: whose screen it is.
        key: digest of its rater's cookie; None for a personal link, which needs none.
        data: a WAV file.
    """

    token: str
    trial: str
    slot: str
    study: str
    key: str | None
    data: bytes


class Clips:
    """Clips by token; the longest unused leave.

    Args:
        held_bytes: how much memory they may take.
    """

    def __init__(self, held_bytes: int = _HELD_BYTES) -> None:
        self._limit = held_bytes
        self._bytes = 0
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._lock = threading.Lock()

    def hold(self, clips: Iterable[Clip]) -> None:
        """Keep clips at hand."""
        with self._lock:
            for clip in clips:
                before = self._clips.pop(clip.token, None)
                self._bytes += len(clip.data) - (len(before.data) if before else 0)
                self._clips[clip.token] = clip
            while self._bytes > self._limit and self._clips:
                self._bytes -= len(self._clips.popitem(last=False)[1].data)

    def held(self, token: str) -> Clip | None:
        """The clip of a token, where it is in memory."""
        with self._lock:
            clip = self._clips.get(token)
            if clip is not None:
                self._clips.move_to_end(token)
            return clip
