"""Weights over HTTP, of engines and of models that measure: fetch, check, remove, name a folder."""

import ipaddress
import threading
from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from studio.api.dependencies import Language, StudioDep
from studio.api.jobs import JobJson
from studio.engines.card import Card, ModelCard
from studio.locales import Note, note
from studio.problems import Conflict, NotAllowed
from studio.runtime.fetching import fetching
from studio.runtime.jobs import Told
from studio.runtime.weight_states import FileState
from studio.settings import Settings
from studio.wiring import Studio

router = APIRouter(tags=["weights"])


class FolderJson(BaseModel):
    """A folder on the studio's machine."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1, max_length=4096)


class FreedJson(BaseModel):
    """What a removal gave back."""

    freed: int
    """Bytes."""


@router.post("/api/engines/{name}/weights/{set_name}", status_code=202)
@router.post("/api/models/{name}/weights/{set_name}", status_code=202)
def get_weights(name: str, set_name: str, studio: StudioDep, language: Language) -> JobJson:
    """Fetch a weight set; the answer is the job to look at."""
    card = studio.weights.card(name)
    require_licence(studio, card)
    studio.weights.locate(card, set_name)  # an unknown set is refused now, not by the job

    work = fetching(studio.weights, name, set_name)
    return JobJson.of(studio.jobs.start("weights", name, set_name, work), language)


@router.post("/api/engines/{name}/weights/{set_name}/verify", status_code=202)
@router.post("/api/models/{name}/weights/{set_name}/verify", status_code=202)
def verify_weights(name: str, set_name: str, studio: StudioDep, language: Language) -> JobJson:
    """Read a set's files again and compare them; the answer is the job to look at."""
    studio.weights.locate(studio.weights.card(name), set_name)

    def work(told: Told, stop: threading.Event) -> Note:
        def bytes_told(done: int, total: int) -> None:
            told(done, total, note("job.reading"))

        return _verdict(studio.weights.verify(name, bytes_told, set_name=set_name, stop=stop))

    return JobJson.of(studio.jobs.start("verify", name, set_name, work), language)


@router.delete("/api/engines/{name}/weights/{set_name}")
@router.delete("/api/models/{name}/weights/{set_name}")
def remove_weights(name: str, set_name: str, studio: StudioDep) -> FreedJson:
    """Delete the studio's own copy of a set; a folder of the person's is only forgotten."""
    card = studio.weights.card(name)
    if studio.jobs.busy(name):
        raise Conflict("job_running", engine=name)
    if isinstance(card, Card):
        studio.runtime.release(name)  # what is idle need not stay for files that go
    return FreedJson(freed=studio.weights.remove(name, set_name))


@router.put("/api/engines/{name}/weights/{set_name}/folder", status_code=204)
@router.put("/api/models/{name}/weights/{set_name}/folder", status_code=204)
def use_folder(
    name: str, set_name: str, folder: FolderJson, studio: StudioDep, request: Request
) -> None:
    """Let a folder of the person's serve as a set, in place."""
    require_licence(studio, studio.weights.card(name))
    if not here_alone(studio.settings, request):
        raise NotAllowed("weights_folder_remote", engine=name, set=set_name)
    studio.weights.use(name, set_name, Path(folder.path))


@router.delete("/api/engines/{name}/weights/{set_name}/folder", status_code=204)
@router.delete("/api/models/{name}/weights/{set_name}/folder", status_code=204)
def forget_folder(name: str, set_name: str, studio: StudioDep) -> None:
    """Use the folder no more; its files stay."""
    studio.weights.use(name, set_name, None)


def here_alone(settings: Settings, request: HTTPConnection) -> bool:
    """Whether a request comes from this machine, and only people at it can reach the studio.

    They could read its disk anyway; nobody else may make it look at a path. What the settings say
    is not enough: ``uvicorn app:app --host 0.0.0.0`` listens to the network without them, so the
    addresses of the connection count as well, the caller's as a proxy here may have told it.
    """
    if settings.allowed_hosts.strip():
        return False  # a proxy here may serve the whole world
    caller = request.client.host if request.client else ""
    reached = (request.scope.get("server") or ("",))[0]
    return all(map(_is_here, (settings.host, caller, reached)))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_licence(studio: Studio, card: ModelCard) -> None:
    """Nothing is fetched before its licence is accepted, where that is asked for.

    Raises:
        NotAllowed: ``licence_not_accepted``.
    """
    if isinstance(card, Card) and not studio.licences.accepted(card.name):
        raise NotAllowed("licence_not_accepted", engine=card.title)


def _verdict(states: list[FileState]) -> Note:
    """What came of reading the files, in a sentence."""
    differing = [state.path.name for state in states if state.good is False]
    good = sum(state.good is True for state in states)
    if not states:
        return note("job.verify_nothing")
    if differing:
        return note("job.verify_differs", files=", ".join(differing))
    if good == len(states):
        return note("job.verified", count=good)
    return note("job.verified_partly", good=good, count=len(states))
