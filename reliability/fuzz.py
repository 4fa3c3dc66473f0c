"""Ten thousand requests that schemathesis makes up from the OpenAPI document, half of them wrong.

They go over HTTP to the whole studio with things of somebody's in it, whose ids stand in half of
the paths. Goal: no 500, and the process lives. Left out are the requests that make the studio
download or build for minutes: they are refused or begun in one line that other tests hold.
"""

import itertools
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from reliability._figures import none, yes
from reliability._sounds import recording
from tests.studio_process import StudioProcess, running

REQUESTS = 10_000
_PATIENCE_SECONDS = 30.0
_TOO_LONG = {
    "POST /api/engines/{name}/environment",
    "POST /api/engines/{name}/weights/{set_name}",
    "POST /api/models/{name}/weights/{set_name}",
}
_MADE_UP_IDS = ("", "0", "..", "%00", "' OR 1=1 --", "{0}", "a" * 300, "가나다")


def run(requests_wanted: int = REQUESTS, seed: int = 1) -> dict[str, dict]:
    """Send them, and count what comes back."""
    with tempfile.TemporaryDirectory() as folder:
        studio = StudioProcess(Path(folder) / "data", STUDIO_MEASURE="0", STUDIO_STOP_SECONDS="1")
        with running(studio):
            ids = _things(studio)
            statuses, faults = _all(studio, ids, requests_wanted, seed)
            alive = studio.process is not None and studio.process.poll() is None
    for fault in sorted(faults)[:40]:
        print(f"  {fault}: {faults[fault]}")
    bad = sum(faults.values())
    return {
        "requests": {"value": statuses.total(), "unit": f"(seed {seed})"},
        "of them answered with 2xx": {"value": _of(statuses, 2), "unit": ""},
        "refused with 4xx": {"value": _of(statuses, 4), "unit": ""},
        "told to come later with 503": {"value": statuses[503], "unit": ""},
        "answered with 500, or not": none(bad),
        "the process lives": yes(alive),
    }


def _of(statuses: Counter[int], hundred: int) -> int:
    return sum(n for status, n in statuses.items() if status // 100 == hundred)


def _all(
    studio: StudioProcess, ids: dict[str, list[str]], wanted: int, seed: int
) -> tuple[Counter[int], Counter[str]]:
    schema = schemathesis.openapi.from_url(f"{studio.address}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    operations = [one for one in operations if one.label not in _TOO_LONG]
    each = -(-wanted // (2 * len(operations)))
    statuses: Counter[int] = Counter()
    faults: Counter[str] = Counter()
    session = requests.Session()
    for again in itertools.count():  # of some operations there are but a few different requests
        for operation, mode in itertools.product(operations, GenerationMode):
            if statuses.total() + faults.total() >= wanted:
                return statuses, faults
            try:
                strategy = operation.as_strategy(mode)
                _send(strategy, session, studio.address, ids, each, seed + again, statuses, faults)
            except (hypothesis.errors.Unsatisfiable, schemathesis.errors.SchemathesisError):
                continue  # nothing can be wrong about a request without parameters
    raise AssertionError


def _send(  # noqa: PLR0913, PLR0917 (what one operation needs)
    strategy: st.SearchStrategy[Case],
    session: requests.Session,
    address: str,
    ids: dict[str, list[str]],
    each: int,
    seed: int,
    statuses: Counter[int],
    faults: Counter[str],
) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=each,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=strategy, data=st.data())
    def one(case: Case, data: st.DataObject) -> None:
        _name_things(case, ids, data.draw)
        label = f"{case.method} {case.path}"
        try:
            status = _status(case, session, address)
        except requests.RequestException as problem:
            faults[f"{label}: {type(problem).__name__}"] += 1
            return
        statuses[status] += 1
        if status >= 500 and status != 503:
            faults[f"{label}: {status}"] += 1

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one()


def _name_things(
    case: Case, ids: dict[str, list[str]], draw: Callable[[st.SearchStrategy[Any]], Any]
) -> None:
    for name in case.path_parameters or {}:
        known = ids.get(name)
        if known and draw(st.booleans()):
            case.path_parameters[name] = draw(st.sampled_from([*known, *_MADE_UP_IDS]))


def _status(case: Case, session: requests.Session, address: str) -> int:
    """The answer's status. Streams that would last are left after their head."""
    kwargs = case.as_transport_kwargs(base_url=address)
    kwargs["headers"] = {
        name: value.encode("utf-8", "replace") for name, value in dict(kwargs["headers"]).items()
    }
    with session.request(
        **kwargs, timeout=_PATIENCE_SECONDS, stream=True, allow_redirects=False
    ) as answer:
        return answer.status_code


def _things(studio: StudioProcess) -> dict[str, list[str]]:
    """Something of every kind that has an id."""
    client = studio.client
    voice = client.post(
        "/api/voices",
        data={"name": "Mine", "language": "en", "consent": "true", "insist_clip": "true"},
        files={"file": ("clip.wav", recording(1), "audio/wav")},
    ).json()
    comparison = studio.order("Something of mine.", [{"engine": "espeak"}, {"engine": "test_echo"}])
    takes = studio.finished(comparison["id"])
    study = client.post("/api/studies", json={}).json()
    return {
        "voice_id": [voice["id"]],
        "consent_id": [voice["consent"]["id"]],
        "comparison_id": [comparison["id"]],
        "take_id": [take["id"] for take in takes.values()],
        "study_id": [study["id"]] if "id" in study else [],
        "engine": ["espeak", "kokoro", "test_echo"],
        "name": ["espeak", "kokoro", "whisper-base", "trials", "board"],
        "model": ["espeak", "tts-1"],
        "kind": ["csv", "parquet"],
        "text": ["0"],
        "condition": ["0"],
    }
