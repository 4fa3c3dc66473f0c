"""What an engine needs, over HTTP: licence, weights, folders, environments, jobs."""

import sys

import pytest
from starlette.testclient import TestClient

from studio.engines import registry
from studio.server import create_app
from studio.settings import Settings
from tests import needy_engine
from tests.waiting import until

WEIGHTS = "/api/engines/needy/weights"


@pytest.fixture(scope="module")
def hub():
    started = needy_engine.a_hub()
    yield started
    started.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory, hub):
    folder = tmp_path_factory.mktemp("plugins") / "needy"
    needy_engine.install(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.setenv("HF_ENDPOINT", hub.url)
        patch.setenv("STUDIO_NEEDY_KEY", "the-key-is-secret")
        patch.delenv("HF_TOKEN", raising=False)
        registry.forget()
        settings = Settings(data_dir=tmp_path_factory.mktemp("data"), devices="cpu")
        app = create_app(settings)
        with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
            client.headers["accept-language"] = "en"
            client.settings = settings
            yield client
    registry.forget()
    sys.modules.pop("needy_voice", None)


@pytest.fixture
def accepted(client):
    shown = client.get("/api/engines/needy/acceptance").json()
    body = {"accept": True, "terms_sha256": shown["terms_sha256"]}
    assert client.post("/api/engines/needy/acceptance", json=body).status_code == 200
    yield
    client.delete("/api/engines/needy/acceptance")


@pytest.fixture
def clean(client):
    """Nothing is there and nothing is under way."""
    yield
    for job in client.get("/api/jobs").json()["jobs"]:
        client.delete(f"/api/jobs/{job['id']}")
    until(lambda: all(j["state"] != "running" for j in client.get("/api/jobs").json()["jobs"]))
    for name in ("large", "small"):
        client.delete(f"{WEIGHTS}/{name}")


def ended(client, job):
    return until(
        lambda: (now := client.get(f"/api/jobs/{job['id']}").json())["state"] != "running" and now
    )


def engine(client):
    return client.get("/api/engines/needy").json()


def the_set(client, name):
    return next(one for one in engine(client)["weights"] if one["name"] == name)


def test_nothing_is_fetched_before_the_licence_is_accepted(client, hub):
    before = len(hub.gets)
    for answer in (
        client.post(f"{WEIGHTS}/small"),
        client.put(f"{WEIGHTS}/small/folder", json={"path": "/"}),
        client.post("/api/engines/needy/environment"),
    ):
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "licence_not_accepted"
    assert len(hub.gets) == before
    acceptance = engine(client)["acceptance"]
    assert (acceptance["needed"], acceptance["accepted"]) == (True, False)
    assert "kind to it" in acceptance["statement"]


def test_weights_come_as_a_job_and_make_the_engine_ready(client, accepted, clean):
    assert engine(client)["state"] == "weights_missing"
    answer = client.post(f"{WEIGHTS}/small")
    assert answer.status_code == 202
    job = ended(client, answer.json())
    assert (job["state"], job["error"]) == ("done", None)
    assert "small" in job["result"]
    assert engine(client)["state"] == "ready"
    small = the_set(client, "small")
    assert small["present"]
    assert small["job"]["id"] == job["id"]


def test_an_accepted_licence_taken_back_stops_the_engine(client, accepted, clean):
    ended(client, client.post(f"{WEIGHTS}/small").json())
    client.delete("/api/engines/needy/acceptance")
    now = engine(client)
    assert now["state"] == "licence_not_accepted"
    assert now["state_detail"]


def test_a_download_is_watched_called_off_and_gone_on_with(client, accepted, clean, hub):
    hub.pace = 4_000_000
    try:
        job = client.post(f"{WEIGHTS}/large").json()
        seen = until(
            lambda: (now := client.get(f"/api/jobs/{job['id']}").json())["done"] > 1e6 and now
        )
        assert seen["total"] == len(needy_engine.LARGE)
        assert 1e6 < seen["speed"] < 20e6
        assert the_set(client, "large")["job"]["state"] == "running"
        assert client.post(f"{WEIGHTS}/large").json()["id"] == job["id"]
        other = client.post(f"{WEIGHTS}/small")
        assert (other.status_code, other.json()["error"]["code"]) == (409, "job_running")
        assert client.delete(f"{WEIGHTS}/large").status_code == 409
        client.delete(f"/api/jobs/{job['id']}")
        assert ended(client, job)["state"] == "cancelled"
        assert the_set(client, "large")["own_bytes"] > 1e6
    finally:
        hub.pace = None
    assert ended(client, client.post(f"{WEIGHTS}/large").json())["state"] == "done"
    assert hub.gets[-1][1] > 1e6, "it went on where it stopped"


def test_gated_weights_fail_with_the_page_to_agree_on(client, accepted, hub):
    job = ended(client, client.post(f"{WEIGHTS}/closed").json())
    assert (job["state"], job["error"]["code"]) == ("failed", "weights_gated")
    assert f"{hub.url}/someone/needy" in job["error"]["message"]
    assert "HF_TOKEN" in job["error"]["message"]


def test_what_is_there_is_verified_and_removed(client, accepted, clean):
    ended(client, client.post(f"{WEIGHTS}/small").json())
    job = ended(client, client.post(f"{WEIGHTS}/small/verify").json())
    assert job["result"] == "All files are the ones that were published: 1 of 1."
    path = client.settings.data_dir / "models" / "needy" / "small" / "small.json"
    path.write_text("damage")
    job = ended(client, client.post(f"{WEIGHTS}/small/verify").json())
    assert "small.json" in job["result"]
    assert client.delete(f"{WEIGHTS}/small").json()["freed"] > 0
    assert not the_set(client, "small")["present"]


def test_a_folder_of_ones_own_is_named_from_this_machine_alone(
    client, accepted, clean, tmp_path, monkeypatch
):
    (tmp_path / "small.json").write_text('{"voice": "mine"}')
    body = {"path": str(tmp_path)}
    for setting, value in (("host", "0.0.0.0"), ("allowed_hosts", "studio.example.org")):
        with monkeypatch.context() as patch:
            patch.setattr(client.settings, setting, value)
            answer = client.put(f"{WEIGHTS}/small/folder", json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (
                403,
                "weights_folder_remote",
            )
            assert client.get("/api/engines").json()["folders"] is False
    for reached, caller in (("192.0.2.7", "127.0.0.1"), ("127.0.0.1", "192.0.2.9")):
        # uvicorn was told to listen to the network, or a proxy tells who calls
        other = TestClient(client.app, base_url=f"http://{reached}", client=(caller, 1))
        answer = other.put(f"{WEIGHTS}/small/folder", json=body)
        assert answer.json()["error"]["code"] == "weights_folder_remote"
        assert other.get("/api/engines").json()["folders"] is False
    assert client.get("/api/engines").json()["folders"] is True
    assert client.put(f"{WEIGHTS}/small/folder", json=body).status_code == 204
    small = the_set(client, "small")
    assert (small["present"], small["folder"]) == (True, str(tmp_path))
    lacking = client.put(f"{WEIGHTS}/large/folder", json=body)
    assert lacking.status_code == 422
    assert "large.bin" in lacking.json()["error"]["message"]
    assert client.delete(f"{WEIGHTS}/small/folder").status_code == 204
    assert not the_set(client, "small")["present"]
    assert (tmp_path / "small.json").is_file()


@pytest.mark.parametrize("method", ["post", "delete"])
def test_unknown_things_are_not_found(client, accepted, method):
    for path in (f"{WEIGHTS}/nothing", "/api/engines/nobody/weights/small"):
        assert getattr(client, method)(path).status_code == 404
    assert client.get("/api/jobs/nothing").status_code == 404
    assert client.delete("/api/jobs/nothing").status_code == 404


def test_an_engine_of_the_shared_environment_has_none_to_install(client, accepted):
    answer = client.post("/api/engines/needy/environment")
    assert answer.json()["error"]["code"] == "environment_shared"


def test_a_variable_is_named_and_its_value_never(client):
    whole = client.get("/api/engines").text
    assert "the-key-is-secret" not in whole
    (variable,) = engine(client)["variables"]
    assert (variable["name"], variable["set"], variable["secret"]) == (
        "STUDIO_NEEDY_KEY",
        True,
        True,
    )


def test_the_matrix_comes_in_the_readers_order_and_language(client):
    korean = client.get("/api/engines?lang=ko").json()
    english = client.get("/api/engines?lang=en").json()
    assert korean["columns"][0]["name"] == "korean"
    assert english["columns"][0]["name"] == "languages"
    needy = next(one for one in english["engines"] if one["name"] == "needy")
    assert [fact["column"] for fact in needy["facts"]] == [c["name"] for c in english["columns"]]
    cells = {fact["column"]: fact for fact in needy["facts"]}
    assert cells["cloning"]["words"] == "from 3 s"
    assert cells["price"]["words"] == "5 USD per million characters"
    assert "2026-01-31" in cells["price"]["more"]
    assert cells["commercial"]["level"] == "no"
    assert needy["option_titles"] == {"warmth": "Warmth"}
