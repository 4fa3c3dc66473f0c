"""The whole studio over the test engines, and what an owner does with a study over HTTP."""

from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.api import routers
from studio.api.problems import install
from studio.settings import Settings
from studio.wiring import build
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import until

__all__ = ["client", "engines", "owner", "studio"]

TEXTS = ["say one two three", "say four five", "say six seven eight nine"]
ANN = {"wanted": {"engine": "speaker", "voice": "ann"}}
BOB = {"wanted": {"engine": "speaker", "voice": "bob"}}
CAT = {"wanted": {"engine": "second"}}


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_ENGINES_JOURNAL", str(tmp_path_factory.mktemp("journal") / "journal"))
        find_engines(patch)
        yield
    forget_engines()


@pytest.fixture(scope="module")
def studio(tmp_path_factory, engines):
    running = build(
        Settings(
            data_dir=tmp_path_factory.mktemp("data"), enrol_saved_voices=False, bootstrap_draws=100
        )
    )
    running.start()
    yield running
    running.close()


@pytest.fixture
def client(studio):
    with TestClient(app_of(studio), base_url="http://studio.test") as client:
        yield client


@pytest.fixture
def owner(client):
    return Owner(client)


def app_of(studio):
    app = FastAPI()
    app.state.studio = studio
    install(app)
    for router in routers():
        app.include_router(router)
    return app


class Owner:
    """Brings a study along; every answer is checked."""

    def __init__(self, client):
        self.client = client

    def ask(self, method, path, status=200, **rest):
        answer = self.client.request(method, path, **rest)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def refused(self, method, path, code, status, **rest):
        error = self.ask(method, path, status, **rest)["error"]
        assert error["code"] == code, error
        assert error["message"]
        return SimpleNamespace(**error)

    def draft(self, conditions=(ANN, BOB), texts=TEXTS, **fields):
        body = {
            "title": "Ann or Bob",
            "language": "en",
            "conditions": list(conditions),
            "texts": list(texts),
            "plan": {"trials": 2},
            **fields,
        }
        return self.ask("POST", "/api/studies", 201, json=body)["id"]

    def study(self, study):
        return self.ask("GET", f"/api/studies/{study}")

    def change(self, study, **change):
        return self.ask("PATCH", f"/api/studies/{study}", json=change)

    def render(self, study, seconds=30):
        self.ask("POST", f"/api/studies/{study}/render", 202)
        return self.settled(study, seconds)

    def settled(self, study, seconds=30):
        def reached():
            whole = self.study(study)
            return whole if whole["rendering"]["settled"] else None

        return until(reached, seconds)

    def hear(self, study, text, condition):
        answer = self.client.get(f"/api/studies/{study}/items/{text}/{condition}/audio")
        assert answer.status_code == 200, answer.text
        return answer.content

    def judge(self, study, text, condition, verdict):
        path = f"/api/studies/{study}/items/{text}/{condition}"
        return self.ask("PUT", path, json={"verdict": verdict})

    def listen(self, study):
        """Hear everything and find it good."""
        whole = self.study(study)
        out = {text["position"] for text in whole["texts"] if text["out"]}
        for item in whole["items"]:
            if item["verdict"] == "" and item["text"] not in out:
                self.hear(study, item["text"], item["condition"])
                self.judge(study, item["text"], item["condition"], "good")
        return self.study(study)

    def opened(self, **draft):
        study = self.draft(**draft)
        self.render(study)
        self.listen(study)
        self.ask("POST", f"/api/studies/{study}/open")
        return study
