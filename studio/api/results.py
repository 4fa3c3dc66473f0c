"""Results of studies over HTTP: the result, its tables, exports and the bundle."""

from typing import Any

from fastapi import APIRouter, Response

from studio.api.dependencies import Language, Owner, StudioDep
from studio.studies.results.encoding import TYPES
from studio.studies.results.wording import worded

router = APIRouter(tags=["study results"])

_NO_STORE = {"Cache-Control": "no-store"}


@router.get("/api/studies/{study_id}/result")
def result(
    studio: StudioDep, owner: Owner, language: Language, study_id: str, response: Response
) -> dict[str, Any]:
    """What may be said, and what it stands on; ``shut`` while the plan does not allow to look.

    Parts named in ``pending`` take seconds: ask again.
    """
    response.headers.update(_NO_STORE)
    found = worded(studio.results.result(owner, study_id), language)
    if found["state"] == "ready":
        found["exports"] = _addresses(study_id)
    return dict(found)


@router.get("/api/studies/{study_id}/result/tables/{name}.{kind}")
def table(studio: StudioDep, owner: Owner, study_id: str, name: str, kind: str) -> Response:
    """A part of the result (``board``, ``matrix``, ``by_text`` …) as ``csv`` or ``parquet``."""
    return _file(studio.results.table(owner, study_id, name, kind), f"{name}.{kind}", TYPES[kind])


@router.get("/api/studies/{study_id}/export/{name}.{kind}")
def export(studio: StudioDep, owner: Owner, study_id: str, name: str, kind: str) -> Response:
    """``trials``, ``ratings``, ``stimuli`` or ``plan`` as ``csv`` or ``parquet``."""
    return _file(studio.results.export(owner, study_id, name, kind), f"{name}.{kind}", TYPES[kind])


@router.get("/api/studies/{study_id}/bundle.zip")
def bundle(studio: StudioDep, owner: Owner, study_id: str) -> Response:
    """Everything from which anyone recomputes the result, and how."""
    content = studio.results.bundle(owner, study_id)
    return _file(content, f"study-{study_id}.zip", "application/zip")


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {
        **_NO_STORE,
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=kind, headers=headers)


def _addresses(study_id: str) -> dict[str, Any]:
    base = f"/api/studies/{study_id}"
    names = ("trials", "ratings", "stimuli", "plan")
    kinds = ("csv", "parquet")
    return {
        **{kind: {name: f"{base}/export/{name}.{kind}" for name in names} for kind in kinds},
        "tables": f"{base}/result/tables/",
        "bundle": f"{base}/bundle.zip",
    }
