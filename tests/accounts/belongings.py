"""Everything that a person can have in the studio, made over HTTP as a person makes it.

Each thing carries words that nobody else may ever read.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from studio.store.study_tables import Decision
from studio.wiring import Studio
from tests.e2e.speech import a_clip
from tests.waiting import until

MARK = "Quokka-7f3a"
"""Stands in every text and name of theirs."""
ANN = {"wanted": {"engine": "speaker", "voice": "ann"}}
BOB = {"wanted": {"engine": "speaker", "voice": "bob"}}


@dataclass
class Belongings:
    """Ids of what one person has, by the names that routes use for their parameters."""

    person: httpx.Client
    user_id: str
    name: str
    ids: dict[str, str]
    clip: bytes
    exported: bytes
    result_blob: str
    voice_blob: str


def make(studio: Studio, person: httpx.Client, folder: Path) -> Belongings:
    me = asked(person, "GET", "/api/account")
    clip = a_clip(folder / f"{me['id']}.wav", "en").read_bytes()
    voice = asked(
        person,
        "POST",
        "/api/voices",
        201,
        files={"file": ("a.wav", clip)},
        data={
            "name": f"Voice {MARK}",
            "language": "en",
            "transcript": MARK,
            "consent": "true",
            "speaker": MARK,
            "insist_clip": "true",
            "insist_transcript": "true",
        },
    )
    order = {
        "text": f"This is said by {MARK}.",
        "language": "en",
        "instruction": MARK,
        "engines": [
            {"engine": "speaker", "voice": "ann", "insist": True},
            {"engine": "speaker", "voice": "bob", "insist": True},
        ],
    }
    comparison = asked(person, "POST", "/api/comparisons", 202, json=order)
    take = done(person, comparison["id"])
    trial = asked(person, "POST", "/api/trials", 201, json={"comparison": comparison["id"]})
    study = a_study(person, clip)
    invite = asked(
        person, "POST", f"/api/studies/{study['study_id']}/invites", 201, json={"kind": "open"}
    )["invites"][0]
    batch = asked(
        person,
        "POST",
        "/api/batches",
        202,
        json={"name": MARK, "texts": [f"Batch of {MARK}."], **_spoken(order)},
    )
    key = asked(
        person, "POST", "/api/account/keys", 201, json={"name": MARK, "scopes": ["creator"]}
    )
    uploaded = asked(
        person,
        "POST",
        "/upload-voice",
        files={"file": ("a.wav", clip)},
        data={"user_id": me["id"], "language": "en", "name": f"Other {MARK}", "insist_clip": "1"},
    )
    ids = {
        "voice_id": voice["id"],
        "consent_id": voice["consent"]["id"],
        "comparison_id": comparison["id"],
        "take_id": take,
        "trial": trial["token"],
        "stimulus": trial["a_url"].rpartition("/")[2],
        "invite_id": invite["id"],
        "batch_id": batch["id"],
        "key_id": key["id"],
        "user_id": me["id"],
        "decision_id": a_decision(studio, me["id"], study["study_id"]),
        **study,
    }
    exported = person.get(f"/api/takes/{take}/audio", params={"format": "wav"}).content
    return Belongings(
        person,
        me["id"],
        me["name"],
        ids,
        clip,
        exported,
        result_blob=f"results/{me['id']}/{take}",
        voice_blob=uploaded["blob"],
    )


def asked(person: httpx.Client, method: str, path: str, status: int = 200, **rest: Any) -> Any:
    answer = person.request(method, path, **rest)
    assert answer.status_code == status, f"{method} {path}: {answer.text[:500]}"
    return answer.json()


def done(person: httpx.Client, comparison: str) -> str:
    """Wait for a comparison's takes; the first one's id."""

    def finished() -> list[dict] | None:
        takes = asked(person, "GET", f"/api/comparisons/{comparison}")["takes"]
        return takes if all(take["state"] == "done" for take in takes) else None

    return until(finished, 60)[0]["id"]


def a_study(person: httpx.Client, clip: bytes) -> dict[str, str]:
    """A study that is rendered, heard and open; and a draft with a reference."""
    body = {
        "title": f"Study of {MARK}",
        "language": "en",
        "conditions": [ANN, BOB],
        "texts": [f"Text one of {MARK}", f"Text two of {MARK}"],
        "plan": {"trials": 2, "headphones": "off"},
    }
    draft = asked(person, "POST", "/api/studies", 201, json={**body, "protocol": "axy"})["id"]
    referred = asked(
        person,
        "POST",
        f"/api/studies/{draft}/references",
        201,
        files={"file": ("r.wav", clip)},
        data={"name": MARK},
    )
    study = asked(person, "POST", "/api/studies", 201, json=body)["id"]
    asked(person, "POST", f"/api/studies/{study}/render", 202)
    until(lambda: asked(person, "GET", f"/api/studies/{study}")["rendering"]["settled"], 60)
    for item in asked(person, "GET", f"/api/studies/{study}")["items"]:
        path = f"/api/studies/{study}/items/{item['text']}/{item['condition']}"
        assert person.get(f"{path}/audio").status_code == 200
        asked(person, "PUT", path, json={"verdict": "good"})
    asked(person, "POST", f"/api/studies/{study}/open")
    found = referred["references"][-1] if "references" in referred else referred
    return {"study_id": study, "draft_id": draft, "reference_id": found["id"]}


def a_decision(studio: Studio, owner: str, study: str) -> str:
    """As closing a study with enough answers would allow it."""
    import uuid

    row = Decision(
        id=str(uuid.uuid4()),
        owner=owner,
        study_id=study,
        language="en",
        use="news",
        label=MARK,
        condition="speaker/ann",
        wanted={"engine": "speaker", "voice": "ann"},
        instruction=MARK,
        evidence={
            "sentence": {"code": MARK, "params": {}},
            "votes": 1,
            "raters": 1,
            "value": 0.5,
            "low": 0.1,
            "high": 0.9,
            "method": MARK,
            "answers_sha256": "",
        },
    )
    studio.database.write(lambda session: session.add(row))
    return row.id


def _spoken(order: dict[str, Any]) -> dict[str, Any]:
    return {name: order[name] for name in ("language", "engines")}
