"""``python -m studio provenance FILE``: what a file says of its origin, and its watermark."""

import argparse
import json
from pathlib import Path
from typing import Any

from studio.cli.words import said, word
from studio.problems import BadInput
from studio.settings import Settings
from studio.takes.verifying import KnownView, ProvenanceView, view

_MARKS = {
    "found": "provenance_found",
    "not_found": "provenance_not_found",
    "not_checked": "provenance_not_checked",
}


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("provenance", help=word("provenance"))
    parser.add_argument("file", type=Path, metavar="FILE", help=word("provenance_file"))
    parser.add_argument("--json", action="store_true", help=word("provenance_json"))
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, settings: Settings) -> int:
    found = _looked(options.file, settings)
    if options.json:
        print(json.dumps(_plain(found), ensure_ascii=False))
        return 0
    print(said(found.says))
    for name, value in lines(found):
        print(f"  {word(name)}: {value}")
    print(f"{word(_MARKS[found.watermark.state])} {said(found.watermark.says)}")
    return 0


def _plain(found: ProvenanceView) -> dict[str, Any]:
    """The form of `POST /api/provenance`, less what only a studio's database knows."""
    plain = found.model_dump(mode="json", exclude={"known": True, "watermark": {"reason"}})
    plain["watermark"]["message"] = said(found.watermark.says)
    return {**plain, "message": said(found.says)}


def lines(found: ProvenanceView) -> list[tuple[str, str]]:
    """What a file says of itself, name by name, without what it leaves open."""
    about = found.metadata or {}
    if not about:
        return []
    voice = about["voice"]
    said_of = {
        "provenance_generator": about["generator"],
        "provenance_engine": about["engine_title"] or about["engine"],
        "provenance_model": " ".join(
            part for part in (about["model"], about["model_revision"]) if part
        ),
        "provenance_licence": about["licence"],
        "provenance_attribution": about["attribution"],
        "provenance_voice": voice["id"] or voice["preset"],
        "provenance_consent": about["consent"],
        "provenance_take": about["take"],
        "provenance_made_at": about["made_at"],
        "provenance_watermark": about["watermark"],
    }
    return [(name, value) for name, value in said_of.items() if value]


def _looked(path: Path, settings: Settings) -> ProvenanceView:
    """In this process: the file is of whoever asks."""
    from studio.quality.watermark import look
    from studio.takes.opening import opened

    try:
        data = path.read_bytes()
    except OSError as problem:
        raise BadInput("file_unreadable", file=str(path)) from problem
    found = opened(data, settings.upload_max_bytes)
    heard = None
    if found["samples"] is not None:
        try:
            heard = look(found["samples"], found["rate"])
        except ImportError:
            heard = None
    return view(found, heard, lambda _document: KnownView())
