"""Invitations to studies over HTTP: links, and pictures of them to scan."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.problems import spoken
from studio.problems import BadInput
from studio.studies.owner.invites import InviteView
from studio.studies.owner.links import hint, link, qr_svg
from studio.wiring import Studio

router = APIRouter(tags=["studies"])

_SVG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {}}}}
_SVG_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


class InviteJson(BaseModel):
    """An invitation, and how far those went who followed it."""

    id: str
    kind: str
    name: str
    url: str
    qr: str
    """Where the link is a picture (SVG)."""
    created_at: datetime
    revoked_at: datetime | None
    raters: int
    answers: int
    finished: int

    @classmethod
    def of(cls, view: InviteView, study: str, base: str) -> Self:
        """An invitation with its address."""
        return cls(
            **view.model_dump(exclude={"token"}),
            url=link(base, view.token),
            qr=f"/api/studies/{study}/invites/{view.id}/qr.svg",
        )


class InvitesJson(BaseModel):
    """All invitations, the newest first, revoked ones too."""

    invites: list[InviteJson]
    base: str
    """What the links begin with."""
    hint: dict[str, Any] | None
    """What to do where others cannot follow such links."""


class InviteOrder(BaseModel):
    """What invitations are wanted."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["open", "personal"]
    names: list[Annotated[str, Field(max_length=1000)]] = []
    """Of personal ones: whom each is for; the owner's note."""
    count: int | None = None
    """Of personal ones: how many, without names."""

    def each(self) -> list[str]:
        """A name, or none, for each personal invitation.

        Raises:
            BadInput: ``invites_names_or_count``.
        """
        if (self.count is None) == (not self.names):
            raise BadInput("invites_names_or_count")
        if self.count is not None:
            return [""] * max(min(self.count, 10_000), 0)
        return self.names


def base_of(studio: Studio, request: Request) -> str:
    """Where others reach the studio: as the settings say, else as this request did."""
    return (studio.settings.public_url.strip() or str(request.base_url)).rstrip("/")


def _all(studio: Studio, request: Request, owner: str, study: str, language: str) -> InvitesJson:
    base = base_of(studio, request)
    told = hint(base)
    return InvitesJson(
        invites=[
            InviteJson.of(one, study, base) for one in studio.studies.invites.list(owner, study)
        ],
        base=base,
        hint=spoken(language, told) if told else None,
    )


@router.get("/api/studies/{study_id}/invites")
def list_invites(
    study_id: str, request: Request, studio: StudioDep, owner: Owner, language: Language
) -> InvitesJson:
    """All invitations."""
    return _all(studio, request, owner, study_id, language)


@router.post("/api/studies/{study_id}/invites", status_code=201)
def invite(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    study_id: str,
    order: InviteOrder,
    request: Request,
    studio: StudioDep,
    owner: Owner,
    language: Language,
) -> InvitesJson:
    """Make a link for everybody, or one for each of several people."""
    if order.kind == "open":
        studio.studies.invites.open_link(owner, study_id)
    else:
        studio.studies.invites.personal_links(owner, study_id, order.each())
    return _all(studio, request, owner, study_id, language)


@router.delete("/api/studies/{study_id}/invites/{invite_id}")
def revoke_invite(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    study_id: str,
    invite_id: str,
    request: Request,
    studio: StudioDep,
    owner: Owner,
    language: Language,
) -> InvitesJson:
    """Take an invitation back; what was answered under it stays."""
    studio.studies.invites.revoke(owner, study_id, invite_id)
    return _all(studio, request, owner, study_id, language)


@router.get(
    "/api/studies/{study_id}/invites/{invite_id}/qr.svg",
    response_class=Response,
    responses=_SVG,
)
def invite_qr(
    study_id: str, invite_id: str, request: Request, studio: StudioDep, owner: Owner
) -> Response:
    """The link as a QR code."""
    token = studio.studies.invites.token(owner, study_id, invite_id)
    picture = qr_svg(link(base_of(studio, request), token))
    return Response(picture, 200, _SVG_HEADERS, "image/svg+xml")
