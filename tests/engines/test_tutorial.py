"""The tutorial's engine, taken out of the page as it stands: installed, planned, rendered, tested."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from studio.engines import registry
from studio.engines.contract import EngineProblem, ReferenceClip
from studio.locales import text
from studio.server import create_app
from studio.settings import Settings
from tests.audio.speech import ENGLISH, espeak
from tests.waiting import until
from tests.wheels import make_wheel, unpack

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-an-engine.md"


def blocks(language):
    page = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The page's package, as pip would have installed it."""
    folder = tmp_path_factory.mktemp("hum")
    (project,) = map(tomllib.loads, blocks("toml"))
    *module, test = blocks("python")
    (group,) = project["project"]["entry-points"]
    points = "".join(f"{n} = {v}\n" for n, v in project["project"]["entry-points"][group].items())
    (name,) = project["tool"]["setuptools"]["py-modules"]
    wheel = make_wheel(
        folder,
        project["project"]["name"].replace("-", "_"),
        project["project"]["version"],
        {f"{name}.py": "\n\n".join(module)},
        entry_points=f"[{group}]\n{points}",
    )
    site = folder / "site"
    unpack(wheel, site)
    (folder / "test_hum.py").write_text(test, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def client(installed, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(installed / "site"))
        registry.forget()
        settings = Settings(data_dir=tmp_path_factory.mktemp("data"), devices="cpu")
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            client.headers["accept-language"] = "en"
            yield client
    registry.forget()
    sys.modules.pop("hum_voice", None)


def order(**more):
    return {"text": "How are you today?", "language": "en", "engines": [{"engine": "hum"}], **more}


def rendered(client, **more):
    take = client.post("/api/comparisons", json=order(**more)).json()["takes"][0]["id"]
    return until(
        lambda: (t := client.get(f"/api/takes/{take}").json())["state"] in ("done", "failed") and t,
        seconds=40,
    )


def test_the_pages_own_tests_pass(installed):
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_hum.py"],
        cwd=installed,
        env={"PYTHONPATH": f"{installed / 'site'}:{ROOT}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 passed" in ended.stdout


def test_the_engine_is_found_with_its_card_and_settings(client):
    engine = client.get("/api/engines/hum").json()
    assert engine["state"] == "ready"
    assert engine["title"] == "Hum"
    assert [preset["id"] for preset in engine["presets"]] == ["low", "high"]
    assert set(engine["options"]["properties"]) == {"speed", "brightness"}
    assert engine["licence"]["commercial"] is True


def test_it_is_planned_as_its_card_and_class_say(client):
    (plan,) = client.post("/api/plans", json=order(instruction="fast")).json()["engines"]
    assert plan["refusal"] is None
    assert plan["aspects"]["instruction"] == {"status": "approximated", "note": "fast: speed 1.5"}
    (plan,) = client.post("/api/plans", json=order(language="ja")).json()["engines"]
    assert plan["refusal"]


def test_it_renders_faster_when_told_so_and_is_heard(client):
    plain = rendered(client)
    assert plain["state"] == "done", plain["error"]
    assert plain["seconds"] > 0.5
    fast = rendered(client, instruction="fast")
    assert fast["seconds"] == pytest.approx(plain["seconds"] / 1.5, rel=0.05)
    sound = client.get(f"/api/takes/{plain['id']}/audio?format=wav")
    assert sound.content[:4] == b"RIFF"


def test_it_is_warmed_up_and_tells_its_past(client):
    rendered(client, text="Once more, please.")
    assert client.get("/api/engines/hum").json()["state"] == "loaded"
    past = client.get("/api/engines/hum/history").json()
    assert past["renderings"][-1]["state"] == "done"
    assert past["last_error"] is None


def test_it_takes_a_voice_from_a_recording(client):
    engine = registry.engine_class("hum")()
    engine.load(None, "cpu")
    samples, rate = espeak(ENGLISH, voice="en-us")
    clip = ReferenceClip(samples.astype(np.float32), rate)
    assert 60 < engine.enroll(clip).values["hertz"] < 400


def test_what_it_refuses_is_a_sentence(client):
    engine = registry.engine_class("hum")()
    with pytest.raises(EngineProblem) as refused:
        engine.enroll(ReferenceClip(np.zeros(24_000, np.float32), 24_000))
    said = text("en", f"error.{refused.value.code}", **refused.value.params)
    assert "Use a longer recording" in said
