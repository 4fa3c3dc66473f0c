"""A Space that starts from this repository as it is: what it reads, installs, is given, and serves."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import httpx
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from studio.settings import Settings
from studio.space import preset
from studio.store.journal import across_a_network, journal_for
from tests.studio_process import ROOT, StudioProcess, running
from tests.waiting import until

SPACE = {
    "SPACE_ID": "someone/voice-studio",
    "SPACE_HOST": "someone-voice-studio.hf.space",
    "OAUTH_CLIENT_ID": "id",
    "OAUTH_CLIENT_SECRET": "secret",
}


def front_matter():
    _, head, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head)


def requirements():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    plain = (line.partition("  #")[0].strip() for line in lines)
    return [line for line in plain if line and not line.startswith("#")]


# what it reads


def test_the_front_matter_names_what_is_there():
    facts = front_matter()
    assert facts["sdk"] == "gradio"
    assert (ROOT / facts["app_file"]).is_file()
    assert facts["hf_oauth"] is True
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert facts["license"] == project["license"].lower()
    lowest, above = re.findall(r"3\.\d+", project["requires-python"])
    assert Version(lowest) <= Version(facts["python_version"]) < Version(above)
    assert f"gradio=={facts['sdk_version']}" in requirements()
    assert len(facts["short_description"]) <= 60


def test_the_page_still_begins_with_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    first = text.index("```sh\n")
    assert text[:first].strip() == "# Voice Studio"
    assert re.findall(r"^make (\w+)", text[first:], re.MULTILINE)[:2] == ["run", "test"]


# what it installs


def test_one_file_without_others_is_enough():
    """The build sees requirements.txt alone: no file that it names, no option of pip."""
    for line in requirements():
        Requirement(line)


def test_what_the_build_adds_to_the_requirements_contradicts_none_of_them():
    """It installs gradio[oauth,mcp] beside them, in one go."""
    gradio = importlib.metadata.distribution("gradio")
    ours = {(r := Requirement(line)).name.lower().replace("_", "-"): r for line in requirements()}
    bounds = {}
    for line in gradio.requires or ():
        wish = Requirement(line)
        extras = [{"extra": extra} for extra in ("", "oauth", "mcp")]
        if wish.marker is None or any(wish.marker.evaluate(extra) for extra in extras):
            bounds.setdefault(wish.name.lower().replace("_", "-"), []).append(wish.specifier)
    assert "pydantic" in bounds
    assert "mcp" in bounds
    for name, wishes in bounds.items():
        if name not in ours:
            continue
        pinned = [s.version for s in ours[name].specifier if s.operator == "=="]
        # where we give a range, its lowest version is one that the build may take
        lowest = [s.version for s in ours[name].specifier if s.operator == ">="]
        version = (pinned or lowest)[0]
        assert all(wish.contains(version) for wish in wishes), (name, version, wishes)


def test_ranges_are_pinned_for_everybody_else():
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    for line in requirements():
        wish = Requirement(line)
        if not any(s.operator == "==" for s in wish.specifier):
            assert re.search(rf"^{wish.name}==", pins, re.MULTILINE), wish


# what it is given


@pytest.fixture
def on_a_space(monkeypatch):
    for name, value in SPACE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_strangers_share_a_demo_with_accounts_and_small_limits(on_a_space):
    settings = Settings()
    assert settings.auth == "on"
    assert settings.auth_sign_up == "huggingface"
    assert settings.host == "0.0.0.0"
    assert settings.public_url == "https://someone-voice-studio.hf.space"
    assert settings.text_max_characters < 5000
    assert settings.quota_takes_per_day
    assert settings.quota_voices
    assert settings.runtime == "process"


def test_a_variable_outweighs_what_a_space_is_given(on_a_space):
    on_a_space.setenv("STUDIO_QUOTA_VOICES", "50")
    on_a_space.setenv("STUDIO_AUTH", "off")
    settings = Settings()
    assert settings.quota_voices == 50
    assert settings.auth == "off"


def test_nothing_is_given_elsewhere():
    assert preset({}) == {}
    assert preset({"OAUTH_CLIENT_ID": "id"}) == {}


def test_its_disk_is_used_where_it_has_one_and_without_a_write_ahead_log(tmp_path):
    assert "data_dir" not in preset(SPACE, disk=tmp_path / "none")
    given = preset(SPACE, disk=tmp_path)
    assert given["data_dir"] == tmp_path / "studio"
    assert given["sqlite_journal"] == "delete"


def test_borrowed_cards_are_used_where_they_are_lent(on_a_space):
    on_a_space.setenv("SPACES_ZERO_GPU", "true")
    assert Settings().runtime == "zerogpu"


def test_every_preset_is_a_setting(tmp_path):
    everything = preset({**SPACE, "SPACES_ZERO_GPU": "1"}, disk=tmp_path)
    assert set(everything) <= set(Settings.model_fields)
    Settings(**everything)


# how SQLite journals


@pytest.mark.parametrize(
    ("kind", "across"),
    [("ext4", False), ("overlay", False), ("nfs4", True), ("fuse.gcsfuse", True), ("cifs", True)],
)
def test_a_disk_across_a_network_gets_no_write_ahead_log(tmp_path, kind, across):
    disk = tmp_path / "my disk"
    disk.mkdir()
    mounts = tmp_path / "mounts"
    at = str(disk).replace(" ", "\\040")
    mounts.write_text(f"overlay / overlay rw 0 0\nserver:/x {at} {kind} rw 0 0\n")
    assert across_a_network(disk / "not yet there", mounts) is across
    assert across_a_network(tmp_path, mounts) is False


def test_what_is_wanted_outweighs_what_is_found(tmp_path):
    assert journal_for("delete", tmp_path) == "delete"
    assert journal_for("wal", tmp_path) == "wal"
    assert journal_for("auto", tmp_path) == "wal"


# that it starts


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    """`python app.py` as a Space runs it, its disk a folder of the test's."""
    folder = tmp_path_factory.mktemp("space")
    started = StudioProcess(folder / "data", plugins=None, **SPACE, STUDIO_SQLITE_JOURNAL="delete")
    with running(started) as studio:
        yield studio


def test_it_starts_with_two_voices_at_hand_and_asks_who_comes(space):
    assert httpx.get(f"{space.address}/healthz").status_code == 200
    for engine in ("kokoro", "piper"):
        weights = space.data_dir / "models" / engine
        until(lambda weights=weights: any(weights.rglob("*.onnx")))
    browser = {"accept": "text/html", "sec-fetch-mode": "navigate"}
    asked = httpx.get(f"{space.address}/ko/", headers=browser, follow_redirects=False)
    assert asked.status_code in (302, 303, 307)
    assert "/ko/login" in asked.headers["location"]
    door = httpx.get(f"{space.address}/ko/login")
    assert "/login/huggingface" in door.text
    assert httpx.post(f"{space.address}/api/comparisons", json={}).status_code == 401
    database = space.data_dir / "studio.sqlite3"
    if database.exists():  # elsewhere the run is on PostgreSQL
        assert not Path(f"{database}-wal").exists()
