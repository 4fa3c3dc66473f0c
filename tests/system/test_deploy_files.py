"""Dockerfiles and compose files, read and held against the studio: no Docker is needed for that."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import make_url

from benchmarks.startup import free_port
from studio.api.permissions import Access, rule_for
from studio.cli.space import _AT_ONCE
from studio.settings import Settings
from studio.store.postgresql import with_driver
from tests.studio_process import ROOT
from tests.waiting import until

DOCKERFILES = ("Dockerfile", "Dockerfile.cuda")
VARIABLES = {"host": "STUDIO_HOST", "port": "PORT", "space_id": "SPACE_ID"}
DEFAULT = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def instructions(name):
    """A Dockerfile's instructions as (word, rest), continued lines joined."""
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def of_kind(name, word):
    return [rest for kind, rest in instructions(name) if kind == word]


def environment(name):
    return dict(pair.split("=", 1) for rest in of_kind(name, "ENV") for pair in shlex.split(rest))


def compose(*files):
    """The files, later ones laid over earlier ones as Compose does with mappings."""
    found = {}
    for file in files:
        found = laid_over(found, yaml.safe_load((ROOT / file).read_text(encoding="utf-8")))
    return found


def laid_over(below, above):
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {
        **below,
        **{key: laid_over(below[key], value) if key in below else value
           for key, value in above.items()},
    }  # fmt: skip


def filled(text, given):
    """A value of a compose file with its variables filled in, as Compose does."""

    def fill(match):
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        assert kind != "?", f"{name} is missing: {rest}"
        return rest or ""

    return DEFAULT.sub(fill, str(text))


def known(variable):
    """Whether a STUDIO_ variable is a setting."""
    fields = {f"STUDIO_{name.upper()}" for name in Settings.model_fields}
    return variable in fields or variable in VARIABLES.values()


# Dockerfiles


@pytest.mark.parametrize("name", DOCKERFILES)
def test_an_image_copies_and_installs_what_is_there(name):
    for rest in of_kind(name, "COPY"):
        *sources, _ = shlex.split(rest)
        for source in sources:
            assert list(ROOT.glob(source)), source
    copied = {Path(s).name for rest in of_kind(name, "COPY") for s in shlex.split(rest)[:-1]}
    patterns = [s for rest in of_kind(name, "COPY") for s in shlex.split(rest)[:-1]]
    for rest in of_kind(name, "RUN"):
        for file in re.findall(r"(?:-r|-c) ([\w.-]+\.txt)", rest):
            assert any(Path(file).match(pattern) for pattern in patterns), file
    assert {"app.py", "pyproject.toml", "studio", "assets"} <= copied
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert not copied & set(ignored)


@pytest.mark.parametrize("name", DOCKERFILES)
def test_an_images_variables_are_settings_and_agree_with_its_port_and_volume(name):
    given = environment(name)
    for variable in given:
        assert not variable.startswith("STUDIO_") or known(variable), variable
    assert of_kind(name, "EXPOSE") == [given["PORT"]]
    assert of_kind(name, "VOLUME") == [given["STUDIO_DATA_DIR"]]
    assert given["STUDIO_HOST"] == "0.0.0.0"
    (user,) = of_kind(name, "USER")
    assert user != "root"
    assert any(f"chown {user} {given['STUDIO_DATA_DIR']}" in run for run in of_kind(name, "RUN"))


def test_both_images_have_the_same_python_and_the_one_that_the_project_wants():
    (cpu,), (cuda,) = (of_kind(name, "FROM") for name in DOCKERFILES)
    assert cpu == cuda
    assert re.fullmatch(r"python:3\.11-slim", cpu)


def test_both_images_start_alike():
    cpu, cuda = (of_kind(name, "CMD") for name in DOCKERFILES)
    assert cpu == cuda


def test_what_an_image_copies_starts_by_its_own_command_and_is_found_healthy_by_its_own_check(
    tmp_path,
):
    name = "Dockerfile"
    place = tmp_path / "studio"
    place.mkdir()
    for rest in of_kind(name, "COPY"):
        *sources, to = shlex.split(rest)
        for source in (path for pattern in sources for path in ROOT.glob(pattern)):
            if source.is_dir():
                kept_out = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, place / to, ignore=kept_out)
            else:
                shutil.copy(source, place)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "python").symlink_to(sys.executable)
    variables = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        # the interpreter by another name would not find its packages
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p and p != str(ROOT)),
        **environment(name),
        "STUDIO_DATA_DIR": str(tmp_path / "data"),
        "STUDIO_HOST": "127.0.0.1",
        "STUDIO_DEVICES": "cpu",
        "PORT": str(free_port()),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    (command,) = of_kind(name, "CMD")
    (check,) = (rest.partition("CMD ")[2] for rest in of_kind(name, "HEALTHCHECK"))
    started = subprocess.Popen(
        json.loads(command), cwd=place, env=variables, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def healthy():
        ended = subprocess.run(
            check, shell=True, cwd=place, env=variables, capture_output=True, check=False
        )
        return ended.returncode == 0

    try:
        assert not healthy()
        until(healthy, seconds=90)
        base = f"http://127.0.0.1:{variables['PORT']}"
        page = httpx.get(f"{base}/ko/engines")
        assert page.status_code == 200
        states = {e["name"]: e["state"] for e in httpx.get(f"{base}/api/engines").json()["engines"]}
        assert {states[engine] for engine in _AT_ONCE} == {"ready"}
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(30)


# compose


GIVEN = {"POSTGRES_PASSWORD": "secret-of-the-test"}


@pytest.mark.parametrize("files", [("compose.yaml",), ("compose.yaml", "compose.gpu.yaml")])
def test_compose_builds_from_files_that_are_there_and_mounts_what_the_image_keeps(files):
    project = compose(*files)
    studio = project["services"]["studio"]
    dockerfile = studio["build"]["dockerfile"]
    assert dockerfile == ("Dockerfile" if len(files) == 1 else "Dockerfile.cuda")
    assert studio["volumes"] == [f"data:{environment(dockerfile)['STUDIO_DATA_DIR']}"]
    named = {v.partition(":")[0] for s in project["services"].values() for v in s["volumes"]}
    assert named == set(project["volumes"])
    ((bind, outside, inside),) = (filled(port, GIVEN).split(":") for port in studio["ports"])
    assert bind == "127.0.0.1", "open to the network unless asked for"
    assert inside == environment(dockerfile)["PORT"]
    assert outside == "7860"
    assert studio["image"] != "voice-studio" or dockerfile == "Dockerfile"


@pytest.mark.parametrize("files", [("compose.yaml",), ("compose.yaml", "compose.gpu.yaml")])
def test_composes_variables_are_settings_that_the_studio_takes(files, monkeypatch):
    studio = compose(*files)["services"]["studio"]
    for name in list(os.environ):
        if name.startswith("STUDIO_"):
            monkeypatch.delenv(name)
    for name, value in studio["environment"].items():
        assert known(name) or name == "NVIDIA_VISIBLE_DEVICES", name
        monkeypatch.setenv(name, filled(value, GIVEN))
    settings = Settings()
    assert settings.auth == "off"
    url = with_driver(make_url(settings.resolved_database_url))
    services = compose(*files)["services"]
    assert url.get_backend_name() == "postgresql"
    assert url.host in services
    database = {k: filled(v, GIVEN) for k, v in services[url.host]["environment"].items()}
    assert url.username == database["POSTGRES_USER"]
    assert url.database == database["POSTGRES_DB"]
    assert url.password == database["POSTGRES_PASSWORD"] == GIVEN["POSTGRES_PASSWORD"]


def test_compose_wants_a_password_and_publishes_no_database():
    services = compose("compose.yaml")["services"]
    with pytest.raises(AssertionError, match="POSTGRES_PASSWORD"):
        filled(services["studio"]["environment"]["STUDIO_DATABASE_URL"], {})
    assert "ports" not in services["database"]


def test_everything_says_whether_it_is_well_and_the_studio_waits_for_its_database():
    services = compose("compose.yaml")["services"]
    assert services["studio"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    (path,) = re.findall(r"127\.0\.0\.1:7860(/\w+)", services["studio"]["healthcheck"]["test"][-1])
    rule = rule_for("GET", path)
    assert rule is not None
    assert rule.access is Access.PUBLIC
    asked = services["database"]["healthcheck"]["test"]
    assert asked[1] == "pg_isready"
    assert "--username=studio" in asked
    # what runs is finished or handed back before Docker loses patience
    grace = float(services["studio"]["stop_grace_period"].rstrip("s"))
    assert grace > Settings.model_fields["stop_seconds"].default + 5


def test_a_graphics_card_is_asked_for_on_top_and_nowhere_else():
    assert "deploy" not in compose("compose.yaml")["services"]["studio"]
    studio = compose("compose.yaml", "compose.gpu.yaml")["services"]["studio"]
    (device,) = studio["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]
    assert set(yaml.safe_load((ROOT / "compose.gpu.yaml").read_text())["services"]) == {"studio"}
