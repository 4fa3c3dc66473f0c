"""Pronunciation over HTTP: previews, each person's own dictionary, a try by a real engine."""

import io
import wave
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.accounts.principal import Principal, Role
from studio.api import problems, pronunciation
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.database import Database
from studio.takes.acceptance import LicenceService
from studio.takes.prices import Prices
from studio.takes.pronunciations import Pronunciations
from studio.takes.trying import Trying


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    database = Database(settings)
    database.start()
    runtime = Runtime(settings, WeightStore(settings))
    app = FastAPI()
    app.state.studio = SimpleNamespace(
        settings=settings,
        pronunciations=Pronunciations(settings, database),
        trying=Trying(database, runtime, LicenceService(database), Prices({})),
    )
    app.include_router(pronunciation.router)
    problems.install(app)
    yield app
    runtime.close()
    database.close()


@pytest.fixture
def client(app):
    return TestClient(app)


class _As:
    """The same app, asked by somebody."""

    def __init__(self, app, who):
        self._app, self._who = app, who

    async def __call__(self, scope, receive, send):
        await self._app({**scope, "principal": self._who}, receive, send)


def somebody(app, name):
    who = Principal(id=name, name=name, roles=frozenset({Role.CREATOR}))
    return TestClient(_As(app, who))


def previewed(client, text, language="ko"):
    answer = client.post("/api/pronunciation", json={"text": text, "language": language})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_preview_names_places_readings_and_other_ways(client):
    found = previewed(client, "  3시에 2번 👍 25℃ ")
    assert found["text"] == "3시에 2번 👍 25℃"
    assert found["spoken"].startswith("세 시에 ")
    assert found["own"] is False
    first, second, third = found["readings"]
    assert first == {
        "start": 0, "end": 2, "written": "3시", "reading": "세 시", "kind": "time",
        "alternatives": first["alternatives"],
        "confidence": "certain", "from": "rules",
    }  # fmt: skip
    assert second["confidence"] == "guess"
    assert found["text"][third["start"] : third["end"]] == "25℃" == third["written"]


def test_english_and_other_languages_get_what_is_known_of_them(client):
    english = previewed(client, "It costs $1.50 at 3:30, call 555-1234.", "en-GB")
    assert "one dollar and fifty cents" in english["spoken"]
    assert "three thirty" in english["spoken"]
    assert english["language"] == "en"
    german = previewed(client, "Ich habe 25 Katzen seit 3.10.2020 um 15:30.", "de")
    assert german["spoken"] == "Ich habe fünfundzwanzig Katzen seit 3.10.2020 um 15:30."
    assert previewed(client, "२५ और 25", "xx")["readings"] == []


def test_ones_own_words_go_first_and_nobody_elses(app):
    anna, ben = somebody(app, "anna"), somebody(app, "ben")
    word = {"language": "ko", "written": "Piper", "reading": "피페르"}
    assert anna.put("/api/pronunciations", json=word).json()["reading"] == "피페르"
    found = previewed(anna, "piper로 만든 음성")
    assert found["own"] is True
    assert found["spoken"] == "피페르로 만든 음성"
    assert found["readings"][0]["from"] == "own"
    assert "파이퍼" in found["readings"][0]["alternatives"]
    assert previewed(ben, "piper로 만든 음성")["own"] is False
    assert ben.get("/api/pronunciations").json() == {"pronunciations": []}
    gone = {"language": "ko", "written": "Piper"}
    assert ben.delete("/api/pronunciations", params=gone).status_code == 404
    assert anna.delete("/api/pronunciations", params=gone).status_code == 204
    assert previewed(anna, "piper로 만든 음성")["own"] is False


def test_a_word_is_remembered_once_and_by_language(client):
    for reading in ("하나", "둘"):
        client.put(
            "/api/pronunciations",
            json={"language": "ko", "written": "K-Word", "reading": reading},
        )
    client.put("/api/pronunciations", json={"language": "en", "written": "K-Word", "reading": "x"})
    kept = client.get("/api/pronunciations", params={"language": "ko"}).json()["pronunciations"]
    assert [(one["written"], one["reading"]) for one in kept] == [("K-Word", "둘")]
    assert len(client.get("/api/pronunciations").json()["pronunciations"]) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("written", ""),
        ("written", "x" * 121),
        ("written", "a\nb"),
        ("reading", " "),
        ("reading", "x" * 201),
        ("language", "not a language"),
    ],
)
def test_what_cannot_be_remembered_is_refused(client, field, value):
    word = {"language": "ko", "written": "a", "reading": "b", field: value}
    answer = client.put("/api/pronunciations", json=word)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_a_few_words_can_be_heard_at_once(client):
    answer = client.post("/api/pronunciation/sound", json={"text": "세 시", "language": "ko"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-engine"] == "eSpeak NG"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert 0.2 < sound.getnframes() / sound.getframerate() < 3


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [("…", "ko", 422), ("가" * 201, "ko", 422), ("aa", "qqq", 503)],
)
def test_what_cannot_be_tried_says_why(client, text, language, status):
    answer = client.post("/api/pronunciation/sound", json={"text": text, "language": language})
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
