"""Tags of files that other programs made of ours (Ogg, MP4, WebM …), as FFmpeg reads them."""

import io
from typing import Any, NoReturn

from studio.audio.containers import inspect
from studio.audio.errors import AudioError
from studio.audio.tags.tags import MAX_PARTS, MAX_TEXT_BYTES, Tags, gathered


def read(data: bytes) -> Tags:
    """Read the texts of a container that we know; nothing where it cannot be opened.

    FFmpeg gets one demuxer, chosen by the first bytes, and may open nothing else.
    """
    import av

    try:
        facts = inspect(data)
        with av.open(
            io.BytesIO(data),
            mode="r",
            format=facts.demuxer,
            options={"protocol_whitelist": "none"},
            io_open=_refuse_to_open,
            metadata_errors="replace",
        ) as container:
            return gathered(_texts(container))
    except (AudioError, av.error.FFmpegError, ValueError, LookupError, OSError):
        return Tags()


def _refuse_to_open(*_: object) -> NoReturn:
    raise PermissionError


def _texts(container: Any) -> dict[str, str]:
    """Those of the container before those of its streams."""
    texts: dict[str, str] = {}
    for part in (container, *container.streams):
        for name, text in list(part.metadata.items())[:MAX_PARTS]:
            if len(text) <= MAX_TEXT_BYTES:
                texts.setdefault(name.upper(), text)
    return texts
