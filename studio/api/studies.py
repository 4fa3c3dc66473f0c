"""Studies over HTTP: drafts, their texts, opening, closing, how far they are."""

from typing import Any, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.problems import spoken
from studio.api.study_json import StudyBriefJson, StudyJson
from studio.api.uploads import form_schema, read_upload
from studio.studies.owner.change import Change
from studio.studies.owner.scripts import Collection, collections
from studio.studies.owner.text_files import LARGEST_BYTES, read_texts
from studio.wiring import Studio

router = APIRouter(tags=["studies"])


class NewStudyJson(Change):
    """A new study: what is known of it already, or another one to begin from."""

    copy_of: str | None = Field(default=None, alias="copy", max_length=64)
    """Id of a study whose question, conditions, texts and plan are taken over."""


class StudiesJson(BaseModel):
    """All studies, the newest first."""

    studies: list[StudyBriefJson]


class AddedTextsJson(BaseModel):
    """A study after texts were added from a file."""

    study: StudyJson
    added: int
    repeated: int
    """Left out, for they are there already."""
    empty: int
    """Lines with nothing to say."""
    column: str | None
    """The one that was read; ``null``: the first, which has no name."""


class CollectionJson(BaseModel):
    """Scripts that go together."""

    name: str
    language: str
    use: str
    title: str
    about: str
    scripts: list[dict[str, Any]]

    @classmethod
    def of(cls, one: Collection, language: str) -> Self:
        """Titles in a language; the scripts stay in theirs."""
        return cls(
            name=one.name,
            language=one.language,
            use=one.use,
            title=one.title.get(language, one.title["en"]),
            about=one.about.get(language, one.about["en"]),
            scripts=[
                {**script.model_dump(), "source": source}
                for script, source in zip(one.scripts, one.sources, strict=True)
            ],
        )


class CollectionsJson(BaseModel):
    """The scripts that come with the studio."""

    collections: list[CollectionJson]


class PlannerJson(BaseModel):
    """What to look ahead for; what is not named is as the study has it."""

    model_config = ConfigDict(extra="forbid")

    plan: dict[str, Any] = {}
    conditions: int | None = None
    texts: int | None = None
    raters: int | None = None
    trials: int | None = None

    def change(self) -> dict[str, Any]:
        """The part of the plan that differs."""
        named = {"raters": self.raters, "trials": self.trials}
        return {**self.plan, **{name: v for name, v in named.items() if v is not None}}


def shown(studio: Studio, owner: str, study_id: str, language: str) -> StudyJson:
    """A study as it stands, put into a language."""
    return StudyJson.of(studio.studies.showing.one(owner, study_id), language)


@router.get("/api/studies")
def list_studies(studio: StudioDep, owner: Owner, language: Language) -> StudiesJson:
    """All studies, the newest first."""
    views = studio.studies.showing.list(owner)
    return StudiesJson(studies=[StudyBriefJson.of(view, language) for view in views])


@router.post("/api/studies", status_code=201)
def begin_study(
    new: NewStudyJson, studio: StudioDep, owner: Owner, language: Language
) -> StudyJson:
    """Begin a draft, empty or as a copy of another study."""
    if new.copy_of is not None:
        made = studio.studies.drafts.copy(owner, new.copy_of)
    else:
        change = Change.model_construct(
            new.model_fields_set - {"copy_of"},
            **{name: getattr(new, name) for name in Change.model_fields},
        )
        made = studio.studies.drafts.create(owner, change, language)
    return shown(studio, owner, made, language)


@router.get("/api/studies/{study_id}")
def read_study(study_id: str, studio: StudioDep, owner: Owner, language: Language) -> StudyJson:
    """A study with everything in it."""
    return shown(studio, owner, study_id, language)


@router.patch("/api/studies/{study_id}")
def change_study(
    study_id: str, change: Change, studio: StudioDep, owner: Owner, language: Language
) -> StudyJson:
    """Change a draft; what stays the same keeps its takes and what was said of them."""
    studio.studies.drafts.change(owner, study_id, change)
    return shown(studio, owner, study_id, language)


@router.delete("/api/studies/{study_id}", status_code=204)
def delete_study(study_id: str, studio: StudioDep, owner: Owner, answers: bool = False) -> None:
    """Forget a study; one that has answers only with ``?answers=true``."""
    studio.studies.drafts.delete(owner, study_id, answers=answers)


@router.get("/api/study-scripts")
def list_scripts(language: Language) -> CollectionsJson:
    """The scripts that come with the studio."""
    return CollectionsJson(collections=[CollectionJson.of(one, language) for one in collections()])


@router.post(
    "/api/studies/{study_id}/texts/csv",
    openapi_extra=form_schema(
        {"column": {"type": "string", "description": "the one to read; by default it is found"}}, []
    ),
)
async def add_texts(
    study_id: str, request: Request, studio: StudioDep, owner: Owner, language: Language
) -> AddedTextsJson:
    """Add the texts of a file: a table (CSV, TSV) or a text on each line."""
    upload = await read_upload(request, LARGEST_BYTES, ("column",))

    def add() -> AddedTextsJson:
        found = read_texts(upload.data, upload.fields.get("column", ""))
        added = studio.studies.drafts.add_texts(owner, study_id, found.texts)
        return AddedTextsJson(
            study=shown(studio, owner, study_id, language),
            added=added.added,
            repeated=added.repeated,
            empty=found.empty,
            column=found.column,
        )

    return await run_in_threadpool(add)


@router.post("/api/studies/{study_id}/planner")
def look_ahead(
    study_id: str, wanted: PlannerJson, studio: StudioDep, owner: Owner, language: Language
) -> dict[str, Any]:
    """What difference the plan, or a change of it, can detect. Keeps nothing."""
    found = studio.studies.forecaster.forecast(
        owner, study_id, wanted.change(), wanted.conditions, wanted.texts
    )
    return {
        **found.model_dump(exclude={"sentence", "assumptions"}),
        "sentence": spoken(language, found.sentence),
        "assumptions": [spoken(language, one) for one in found.assumptions],
    }


@router.post("/api/studies/{study_id}/open")
def open_study(study_id: str, studio: StudioDep, owner: Owner, language: Language) -> StudyJson:
    """Open a draft to raters: from now on nothing of it changes.

    Refused as ``study_not_ready`` with all ``reasons`` while something hinders it.
    """
    studio.studies.opening.open(owner, study_id)
    return shown(studio, owner, study_id, language)


@router.post("/api/studies/{study_id}/close")
def close_study(study_id: str, studio: StudioDep, owner: Owner, language: Language) -> StudyJson:
    """Close an open study: no answer counts any more, its result may be read."""
    studio.studies.opening.close(owner, study_id)
    return shown(studio, owner, study_id, language)


@router.get("/api/studies/{study_id}/progress")
def study_progress(
    study_id: str, studio: StudioDep, owner: Owner, language: Language
) -> dict[str, Any]:
    """How far it is: how many, never what they said."""
    view = studio.studies.progress.of(owner, study_id)
    return {**view.model_dump(exclude={"opens"}), "opens": spoken(language, view.opens)}
