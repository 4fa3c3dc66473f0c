"""From the owner's draft to the rater's code in the wired studio, over HTTP, with a real engine."""

import io
import time

import pytest
import soundfile
from fastapi.testclient import TestClient

from studio.settings import Settings
from studio.wiring import build
from tests.studies.owner_bench import Owner, app_of
from tests.waiting import until

TEXTS = ["안녕하세요. 반갑습니다.", "오늘은 날씨가 좋습니다.", "내일 다시 만나요."]


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    studio = build(
        Settings(data_dir=tmp_path_factory.mktemp("data"), listen_fraction=0, bootstrap_draws=50)
    )
    studio.start()
    yield studio
    studio.close()


def spoken(voice: str) -> dict:
    return {"wanted": {"engine": "espeak", "voice": voice}}


def test_a_study_is_opened_rated_by_two_people_and_closes_at_its_target(studio):
    with TestClient(app_of(studio), base_url="http://studio.test") as browser:
        owner = Owner(browser)
        study = owner.opened(
            conditions=[spoken("f1"), spoken("m1")],
            texts=TEXTS,
            language="ko",
            plan={"trials": 3, "raters": 2, "training": 1, "headphones": "off"},
        )
        invites = f"/api/studies/{study}/invites"
        (made,) = owner.ask("POST", invites, 201, json={"kind": "open"})["invites"]
        base = f"/api/rater/{made['url'].rpartition('/')[2]}"
        codes, waits = [], []
        for _ in range(2):
            person = TestClient(app_of(studio), base_url="http://studio.test")
            assert person.get(base).json()["state"] == "welcome"
            person.post(f"{base}/begin", json={"locale": "ko"})
            while True:
                began = time.perf_counter()
                trials = person.get(f"{base}/trials").json()["trials"]
                waits.append(time.perf_counter() - began)
                if not trials:
                    break
                assert trials[0]["text"] in TEXTS
                clips = [person.get(slot["url"]).content for slot in trials[0]["slots"]]
                formats = [soundfile.info(io.BytesIO(clip)) for clip in clips]
                assert {(f.samplerate, f.channels, f.subtype) for f in formats} == {
                    (24000, 1, "PCM_16")
                }
                reply = person.post(
                    f"{base}/trials/{trials[0]['token']}/answer",
                    json={"answer": {"choice": "tie"}},
                ).json()
            assert reply["state"] == "finished"
            codes.append(reply["completion_code"])
            assert person.get(base).json()["completion_code"] == codes[-1]
        assert len(set(codes)) == 2
        whole = until(lambda: (s := owner.study(study))["state"] == "closed" and s)
        assert whole["closed_because"] == "target"
        assert whole["raters"] == 2
        latest = TestClient(app_of(studio), base_url="http://studio.test")
        assert latest.get(base).json()["state"] == "closed"
        refused = latest.post(f"{base}/begin", json={})
        assert refused.json()["error"]["code"] == "study_closed"
        result = owner.ask("GET", f"/api/studies/{study}/result")
        assert result["state"] == "ready"
        assert result["basis"]["by_kind"]["main"] == 6
        assert result["seal"]["sound"] is True
