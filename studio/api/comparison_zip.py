"""All takes of a comparison over HTTP: files, a manifest and a table of figures in one archive."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from studio import __version__
from studio.api.audio_file import disposition
from studio.api.comparisons import ComparisonJson
from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.figure_table import figures_csv
from studio.api.problems import spoken
from studio.api.takes import TakeJson
from studio.store.base import now
from studio.takes.archive import Archive, Packed
from studio.takes.views import ComparisonView

router = APIRouter(tags=["comparisons"])

MANIFEST, TABLE = "manifest.json", "figures.csv"
_FORM = 1
"""Number of the manifest's form; it grows when a field changes its meaning."""
_NAME_CHARACTERS = 40


@router.get(
    "/api/comparisons/{comparison_id}/takes.zip",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
)
def comparison_zip(
    comparison_id: str,
    studio: StudioDep,
    owner: Owner,
    language: Language,
    format: Literal["wav", "flac", "mp3"] = "wav",  # noqa: A002 (the name in the address)
) -> StreamingResponse:
    """Every take that is done, with ``manifest.json`` and ``figures.csv``; made while it is sent.

    The manifest says of each take what it says, who speaks, under which licence, with which seed
    and settings, what became of the request's parts, what was measured, where the file comes from,
    and its SHA-256. Voices stand in it by their ids alone.
    """

    def texts(view: ComparisonView, packed: Sequence[Packed]) -> Mapping[str, bytes]:
        whole = ComparisonJson.of(view, language)
        document = _manifest(whole, packed, language)
        plain = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        return {MANIFEST: plain.encode(), TABLE: figures_csv(whole)}

    archive = Archive(studio.takes, studio.database, studio.exports)
    whole, pieces = archive.pack(owner, comparison_id, format, texts)
    words = "".join(
        c if c.isalnum() else " " for c in (whole.title or whole.text)[:_NAME_CHARACTERS]
    )
    name = "-".join(words.split()) or whole.id
    headers = {
        "Content-Disposition": disposition("attachment", f"{name}.zip"),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")


def _manifest(whole: ComparisonJson, packed: Sequence[Packed], language: str) -> dict[str, Any]:
    order = whole.model_dump(
        mode="json",
        include={
            *("id", "title", "project", "text", "spoken", "readings", "language", "voice"),
            *("instruction", "created_at"),
        },
    )
    takes = {take.id: take for take in whole.takes}
    return {
        "form": _FORM,
        "generator": f"Voice Studio {__version__}",
        "made_at": now().isoformat(timespec="seconds"),
        "synthetic": True,
        "comparison": order,
        "takes": [_entry(takes[one.take.id], one, language) for one in packed],
    }


def _entry(take: TakeJson, packed: Packed, language: str) -> dict[str, Any]:
    said = take.model_dump(
        mode="json",
        include={
            *("id", "position", "engine", "title", "model", "model_revision", "checkpoints"),
            *(
                "preset",
                "preset_title",
                "licence",
                "terms",
                "attribution",
                "seed",
                "attempt",
                "state",
            ),
            *("seconds", "sample_rate", "rtf", "ttfa_seconds", "device", "rendered_at", "cost"),
            *("aspects", "warnings", "instead_of", "marks", "spoken"),
        },
    )
    report = take.report
    return {
        **said,
        "file": packed.file or None,
        "sha256": packed.sha256 or None,
        "bytes": packed.size or None,
        "no_file_because": spoken(language, packed.problem)["message"] if packed.problem else None,
        "options": dict(packed.options),
        "figures": [figure.model_dump(mode="json") for figure in report.figures] if report else [],
        "findings": [found.model_dump(mode="json") for found in report.findings] if report else [],
        "provenance": packed.about,
    }
