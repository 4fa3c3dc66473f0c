"""Recordings through the process that decodes what strangers send: examined, kept, read back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.locales import Note
from studio.problems import BadInput, Unavailable
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.voices.views import CheckupView, Clip

_BENCH = "media"
_EXAMINE = "studio.voices.examination:examine"
_ALIVE = "studio.voices.examination:alive"
_SAMPLES = "studio.voices.examination:samples"
_FACTS = "studio.voices.examination:facts"
_WAV = "studio.voices.examination:as_wav"
_EXAMINE_SECONDS = 60.0
_READ_SECONDS = 30.0


class Clips:
    """Decodes uploads and reads what was kept of them.

    Args:
        settings: limits of uploads.
        blobs: where clips are kept.
        runtime: the process that does it.
    """

    def __init__(self, settings: Settings, blobs: Blobs, runtime: Runtime) -> None:
        self._settings = settings
        self._blobs = blobs
        self._runtime = runtime

    def examine(
        self, data: bytes, *, keep: bool, short: bool = False
    ) -> tuple[CheckupView, Clip | None]:
        """Check an upload up.

        Args:
            data: the file.
            keep: also give what is kept of a clip that was not refused,
            short: or for nothing but too little speech to be cloned from.

        Returns:
            What was found and, where asked, what is kept of a clip that was not refused.

        Raises:
            BadInput: it cannot be read (a code of `studio.audio.errors.CODES`).
        """
        limits = (self._settings.upload_max_bytes, self._settings.upload_max_seconds)
        try:
            found: dict[str, Any] = self._call(
                _EXAMINE, data, *limits, keep, short, timeout=_EXAMINE_SECONDS
            )
        except Unavailable as ended:
            if ended.code == "workbench_timeout":
                raise BadInput(ended.code, **ended.params) from ended  # shorter files work
            if ended.code != "workbench_crashed":
                raise
            # The decoder fell over this file, unless the bench cannot work at all.
            self._call(_ALIVE)
            raise BadInput("unreadable") from ended
        reasons = tuple(
            Note(f"checkup.reason.{reason['code']}", reason["params"])
            for reason in found["checkup"].pop("reasons")
        )
        view = CheckupView(reasons=reasons, **found["checkup"])
        clip = Clip(found["flac"], found["sha256"], view.seconds) if "flac" in found else None
        return view, clip

    def facts(self, flac: bytes) -> Clip:
        """A clip that was made here, with its hash and length."""
        sha256, seconds = self._call(_FACTS, flac)
        return Clip(flac, sha256, seconds)

    def stored(self, blob: str) -> bytes:
        """The FLAC of a kept clip.

        Raises:
            Unavailable: ``clip_missing``: the store has lost it.
        """
        try:
            return self._blobs.get(blob)
        except Unavailable as missing:
            raise Unavailable("clip_missing") from missing

    def samples(self, blob: str) -> tuple[NDArray[np.float32], int]:
        """Samples (float32 mono, shape (n,)) and rate (Hz) of a kept clip.

        Raises:
            Unavailable: ``clip_missing``.
        """
        samples, rate = self._call(_SAMPLES, self.stored(blob))
        return samples, rate

    def wav(self, blob: str) -> bytes:
        """A kept clip as WAV, mono, 16 bit.

        Raises:
            Unavailable: ``clip_missing``.
        """
        wav: bytes = self._call(_WAV, self.stored(blob))
        return wav

    def _call(self, function: str, *arguments: Any, timeout: float = _READ_SECONDS) -> Any:
        return self._runtime.call(function, *arguments, bench=_BENCH, timeout=timeout)
