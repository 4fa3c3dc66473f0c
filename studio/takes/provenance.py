"""Where an exported take comes from, in a form for programs and in one for people.

The document says that the speech is synthetic and what made it. It names voices and consents by
their ids only: no person's name and no word of what is said leaves the studio with it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from studio import __version__
from studio.audio.tags import Tags
from studio.store.tables import Take
from studio.takes.rows import title_and_licence

FIELD = "PROVENANCE"
"""Name of the field that holds the document."""
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's term for media that a trained model made."""
_TEXTS = (
    *("generator", "digitalSourceType", "engine", "engine_title", "model", "model_revision"),
    *("licence", "attribution", "consent", "take", "made_at", "watermark", "instead_of"),
)
_VOICE = ("kind", "id", "preset")
_LONGEST = 500
_COMMENT = "Synthetic speech"
_PAIR = re.compile(r"(\w[\w ]*): ([^;]*)")
_IN_COMMENT = {
    "engine": "engine_title",
    "model": "model",
    "revision": "model_revision",
    "licence": "licence",
    "voice": "voice",
    "consent": "consent",
    "take": "take",
    "made": "made_at",
    "watermark": "watermark",
}
"""What the comment says, by the word that stands before it."""

Document = dict[str, Any]


def document(take: Take, consent: str | None, voice: str | None, watermark: str | None) -> Document:
    """What a take says of itself.

    Args:
        take: the row of a done take.
        consent: id of the consent under which its voice was cloned.
        voice: id of that voice.
        watermark: name and version of the watermark in the sound; None for none.
    """
    title, licence = title_and_licence(take.engine)
    kind = take.request.get("speaker", "preset")
    return {
        "synthetic": True,
        "digitalSourceType": SOURCE_TYPE,
        "generator": f"Voice Studio {__version__}",
        "engine": take.engine,
        "engine_title": title,
        "model": take.model,
        "model_revision": take.model_revision,
        "checkpoints": list(take.request.get("checkpoints", ())),
        "licence": licence,
        "attribution": take.attribution,
        "voice": {"kind": kind, "id": voice, "preset": take.preset or None},
        "consent": consent,
        "take": take.id,
        "made_at": take.rendered_at.isoformat(timespec="seconds") if take.rendered_at else None,
        "watermark": watermark,
        "instead_of": take.instead_of["engine"] if take.instead_of else None,
    }


def tags(about: Document) -> Tags:
    """The document as the texts of a file: whole in a field, and its main parts as a comment.

    The comment has a form of its own because it is all that many programs keep.
    """
    flat = {**about, "voice": about["voice"]["id"]}
    parts = [f"{word}: {_plain(flat[name])}" for word, name in _IN_COMMENT.items() if flat[name]]
    credit = [_plain(about["attribution"])] if about["attribution"] else []
    comment = "; ".join([f"{_COMMENT} ({about['generator']})", *parts, *credit])
    whole = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    return Tags(comment, {FIELD: whole})


def _plain(text: str) -> str:
    return text.replace(";", ",")


def from_tags(found: Tags) -> Document | None:
    """What a file says of itself, as far as it has our form; None where it says nothing of it.

    Nothing that comes out of a file is believed: kept are known names with short texts.
    """
    return _from_field(found.fields.get(FIELD, "")) or _from_comment(found.comment)


def _from_field(text: str) -> Document | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("synthetic") is not True:
        return None
    about: Document = {"synthetic": True, **_texts(data, _TEXTS)}
    voice = data.get("voice")
    about["voice"] = _texts(voice if isinstance(voice, dict) else {}, _VOICE)
    return about


def _from_comment(comment: str) -> Document | None:
    if not comment.startswith(f"{_COMMENT} ("):
        return None
    generator = comment[len(_COMMENT) + 2 :].partition(")")[0]
    said = {name: text.strip() for name, text in _PAIR.findall(comment[: 4 * _LONGEST])}
    data = {name: said.get(word) for word, name in _IN_COMMENT.items()}
    about: Document = {"synthetic": True, **_texts({**data, "generator": generator}, _TEXTS)}
    about["voice"] = _texts({"id": data["voice"]}, _VOICE)
    return about


def _texts(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str | None]:
    """Short texts by name; None where there is none."""
    kept = {}
    for name in names:
        value = data.get(name)
        kept[name] = _sendable(value[:_LONGEST]) if isinstance(value, str) and value else None
    return kept


def _sendable(text: str) -> str:
    """JSON may hold halves of surrogate pairs and zeros, which not every database can take."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
