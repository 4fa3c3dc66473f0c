"""A take's file over HTTP: at once for the page's player, marked where needed for a download."""

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Response

from studio.api.audio_file import AUDIO_TYPES, disposition
from studio.api.dependencies import Owner, StudioDep
from studio.api.ranges import ranged

router = APIRouter(tags=["takes"])

_PARTS: dict[int | str, dict[str, Any]] = {
    206: {"description": "The part that was asked for"},
    416: {"description": "The take is shorter than that"},
}
_AUDIO: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {} for kind in AUDIO_TYPES.values()},
        "headers": {
            "X-Watermark": {
                "description": "Name of the watermark in the sound, or `none`",
                "schema": {"type": "string"},
            }
        },
    },
    **_PARTS,
}


@router.get("/api/takes/{take_id}/audio", response_class=Response, responses=_AUDIO)
def take_audio(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    take_id: str,
    studio: StudioDep,
    owner: Owner,
    format: Literal["wav", "flac", "mp3"] = "wav",  # noqa: A002 (the name in the address)
    listen: bool = False,
    watermark: bool | None = None,
    byte_range: Annotated[str | None, Header(alias="range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """A done take as a file; parts of it by ``Range``. Every file says that it is synthetic speech.

    A cloned voice carries an inaudible watermark unless the studio's settings leave it out;
    ``watermark`` asks for one, or for none, where the settings do not decide. ``listen`` is for a
    player that must not wait: the samples as they are kept, not offered as a download.
    """
    if listen:
        data, mark = studio.exports.listen(owner, take_id, format), None
        caching, shown = "private, max-age=31536000, immutable", "inline"
    else:
        made = studio.exports.export(owner, take_id, format, marked=watermark)
        data, mark = made.data, made.watermark
        name = f"{studio.takes.file_name(owner, take_id)}.{format}"
        caching, shown = "private, no-cache", disposition("attachment", name)
    headers = {
        "Cache-Control": caching,
        "Content-Disposition": shown,
        "ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"',
        "X-Content-Type-Options": "nosniff",
        "X-Watermark": mark or "none",
    }
    return ranged(data, AUDIO_TYPES[format], headers, byte_range, if_range)
