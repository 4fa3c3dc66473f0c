"""A study that is open, made over HTTP as its owner makes it: short takes of espeak voices."""

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.speech import a_clip
from tests.studio_process import StudioProcess
from tests.waiting import until

TEXTS = ("One two.", "Hello there.", "Good day.", "Come in.")
QUICK: dict[str, Any] = {
    "raters": 50,
    "trials": 2,
    "training": 0,
    "headphones": "off",
    "repeats": 0,
    "identical": 0,
    "attention": 0,
}
_RECORDED = {"axy", "smos"}
_SERIAL = itertools.count(1)


@dataclass
class OpenStudy:
    """What its owner knows of it.

    Attributes:
        secrets: everything that would tell a rater what is compared: ids, names, the title.
    """

    studio: StudioProcess
    id: str
    invite: str
    secrets: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.studio.address}/r/{self.invite}"

    def progress(self) -> dict[str, Any]:
        return self.studio.client.get(f"/api/studies/{self.id}/progress").json()

    @property
    def answers(self) -> int:
        return self.progress()["answers"]

    def close(self) -> None:
        assert self.studio.client.post(f"/api/studies/{self.id}/close").status_code == 200


def open_study(
    studio: StudioProcess,
    folder: Path,
    protocol: str = "ab",
    texts: tuple[str, ...] = TEXTS[:2],
    **plan: Any,
) -> OpenStudy:
    """Make, render, listen to, open and invite to a study.

    Args:
        studio: where.
        folder: for the recordings that AXY, SMOS and MUSHRA need.
        protocol: which screens it has.
        texts: what is said.
        plan: what differs from QUICK.
    """
    client = studio.client
    serial = next(_SERIAL)
    voices = (f"f{1 + serial % 3}", f"m{1 + serial % 3}")
    labels = [f"Secret label {serial} {voice}" for voice in voices]
    title = f"Secret title {serial}"
    made = client.post("/api/studies", json={"title": title, "protocol": protocol}).json()
    here = f"/api/studies/{made['id']}"
    draft = client.patch(
        here,
        json={
            "language": "en",
            "conditions": [
                {"label": label, "wanted": {"engine": "espeak", "voice": voice}}
                for label, voice in zip(labels, voices, strict=True)
            ],
            "texts": list(texts),
            "plan": QUICK | plan,
        },
    )
    assert draft.status_code == 200, draft.text
    assert client.post(f"{here}/render").status_code == 202
    until(lambda: _rendered(client, here), 60)
    for item in client.get(here).json()["items"]:
        place = f"{here}/items/{item['text']}/{item['condition']}"
        assert client.get(f"{place}/audio").content
        # The last byte is booked a moment after it was sent.
        until(lambda place=place: _called_good(client, place), 10)
    _record(client, here, protocol, len(texts), folder)
    opened = client.post(f"{here}/open")
    assert opened.status_code == 200, opened.text
    invites = client.post(f"{here}/invites", json={"kind": "open"}).json()["invites"]
    takes = [item["take"] for item in client.get(here).json()["items"]]
    return OpenStudy(
        studio,
        made["id"],
        invites[0]["url"].rsplit("/", 1)[1],
        [made["id"], title, *labels, *takes, "espeak"],
    )


def _rendered(client: Any, here: str) -> bool:
    rendering = client.get(f"{here}/rendering").json()["rendering"]
    assert not rendering["failed"]
    return rendering["done"] == rendering["total"]


def _called_good(client: Any, place: str) -> bool:
    return client.put(place, json={"verdict": "good"}).status_code == 200


def _record(client: Any, here: str, protocol: str, texts: int, folder: Path) -> None:
    if protocol in _RECORDED:
        forms: list[dict[str, str]] = [{}]
    elif protocol == "mushra":
        forms = [{"text": str(text)} for text in range(texts)]
    else:
        return
    for form in forms:
        clip = a_clip(folder / "recording.wav", "en").read_bytes()
        files = {"file": ("recording.wav", clip, "audio/wav")}
        answer = client.post(f"{here}/references", data={"name": "me", **form}, files=files)
        assert answer.status_code == 201, answer.text
