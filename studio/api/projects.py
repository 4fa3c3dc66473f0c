"""A person's projects over HTTP: the names they gave them, for boxes that suggest."""

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Owner, StudioDep

router = APIRouter(tags=["comparisons"])


class ProjectsJson(BaseModel):
    """Names of projects, the one that was used last first."""

    projects: list[str]


@router.get("/api/projects")
def list_projects(studio: StudioDep, owner: Owner) -> ProjectsJson:
    """What comparisons were made for."""
    return ProjectsJson(projects=studio.takes.projects(owner))
