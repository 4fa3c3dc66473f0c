"""Environments of engines' own: built by the real pip, from an index that the tests make."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from studio import cli
from studio.engines.registry import engine_class
from studio.problems import BadInput, Conflict, Unavailable
from studio.runtime import environment_build
from studio.runtime.environments import Environments
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.runtime.conftest import saying
from tests.runtime.own_engine import install_beside_the_studio, publish
from tests.suite_engines import forget_engines
from tests.waiting import runs, until
from tests.wheels import make_wheel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def requirements(shop, tmp_path, monkeypatch):
    """The requirements file of the plugin as it is installed beside the studio."""
    path = install_beside_the_studio(shop, tmp_path / "plugin")
    monkeypatch.syspath_prepend(str(tmp_path / "plugin"))
    forget_engines()
    yield path
    sys.modules.pop("tiny_voice", None)


@pytest.fixture
def own_settings(shop, tmp_path):
    return Settings(
        data_dir=tmp_path / "data", pip_options=f"--no-index --find-links {shop}", devices="cpu"
    )


@pytest.fixture
def environments(requirements, own_settings):
    return Environments(own_settings)


@pytest.fixture
def card(requirements):
    return engine_class("tiny_own").card


@pytest.fixture(scope="module")
def built(shop, tmp_path_factory):
    """An installed environment, to be copied by tests that only look at it or spoil it."""
    folder = tmp_path_factory.mktemp("built")
    requirements = install_beside_the_studio(shop, folder / "plugin")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from studio.runtime.environments import Environments\n"
        "from studio.settings import Settings\n"
        "assert Environments(Settings()).install('tiny_own')\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(requirements.parents[1])],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "STUDIO_DATA_DIR": str(folder / "data"),
            "STUDIO_PIP_OPTIONS": f"--no-index --find-links {shop}",
        },
        check=True,
        timeout=120,
    )
    return folder / "data" / "environments"


@pytest.fixture
def installed(built, environments, own_settings, requirements):
    own_settings.data_dir.mkdir()
    shutil.copytree(built, own_settings.data_dir / "environments", symlinks=True)
    return own_settings.data_dir / "environments" / "tiny_own"


def test_an_engine_speaks_with_its_own_version_of_a_library(installed, own_settings, environments):
    import tiny_words

    assert tiny_words.VERSION == 1
    runtime = Runtime(own_settings, WeightStore(own_settings), environments)
    try:
        assert runtime.state("tiny_own").state == "ready"
        chunks, _ = saying(runtime)("hello", engine="tiny_own", preset="only")
    finally:
        runtime.close()
    assert chunks[0].samples[0] == pytest.approx(0.2)
    assert chunks[1].samples[0] == pytest.approx(
        len(str(next(installed.glob("*/bin")).parent)) / 1000
    )


def test_without_its_environment_an_engine_says_how_to_install_it(environments, own_settings):
    runtime = Runtime(own_settings, WeightStore(own_settings), environments)
    try:
        assert runtime.state("tiny_own").state == "environment_missing"
        with pytest.raises(Unavailable, match="environment_missing"):
            saying(runtime)("hello", engine="tiny_own", preset="only")
    finally:
        runtime.close()


def test_an_installation_goes_through_its_steps_and_is_ready_only_then(environments, card):
    steps = []
    assert environments.state(card) == "missing"
    assert environments.install(
        "tiny_own", lambda step: steps.append((step, environments.state(card)))
    )
    codes = list(dict.fromkeys(step.note.code for step, _ in steps))
    assert codes[0] == "environment.making"
    assert codes[-1] == "environment.checking"
    assert "environment.collecting" in codes
    assert {state for _, state in steps} == {"missing"}
    assert environments.state(card) == "ready"
    assert all(step.share is None or 0 <= step.share <= 1 for step, _ in steps)


def test_what_is_installed_is_found_by_another_start_of_the_studio(installed, own_settings, card):
    python = Environments(own_settings).python(card, "cpu")
    said = subprocess.run(
        [python, "-c", "import tiny_words; print(tiny_words.VERSION)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "2"


def test_the_studio_s_own_environment_needs_no_installation(environments):
    shared = engine_class("speaker").card
    assert environments.state(shared) == "ready"
    assert environments.python(shared, "cpu") == sys.executable
    with pytest.raises(BadInput, match="environment_shared"):
        environments.install("speaker")


def test_another_requirements_file_makes_it_outdated_but_a_comment_does_not(
    installed, environments, card, requirements
):
    text = requirements.read_text()
    requirements.write_text(f"# a word more\n{text}")
    assert environments.state(card) == "ready"
    requirements.write_text(text.replace("tiny-words==2.0", "tiny-words==3.0"))
    assert environments.state(card) == "outdated"
    assert environments.python(card, "cpu") is None
    assert environments.install("tiny_own")
    assert environments.state(card) == "ready"
    assert len([p for p in installed.iterdir() if p.is_dir()]) == 1, "the old one is gone"


def test_packages_whose_demands_contradict_each_other_come_without_them(
    installed, environments, card, requirements, shop
):
    make_wheel(shop, "stubborn", "1.0", {"stubborn.py": ""}, requires=["tiny-words<2"])
    requirements.with_name("requirements-nodeps.txt").write_text("stubborn==1.0\n")
    assert environments.state(card) == "outdated"
    assert environments.install("tiny_own")
    python = environments.python(card, "cpu")
    subprocess.run([python, "-c", "import stubborn"], check=True)


def test_an_interpreter_that_went_away_is_a_broken_environment(installed, environments, card):
    interpreter = Path(environments.python(card, "cpu"))
    interpreter.unlink()
    interpreter.symlink_to("/nowhere/python3")
    assert environments.state(card) == "broken"
    with pytest.raises(Unavailable, match="environment_broken"):
        environments.require(card, "cpu")


@pytest.mark.parametrize(
    ("text", "state"), [("5", "missing"), ("[1]", "missing"), ('{"folder": 5}', "broken")]
)
def test_a_note_that_was_spoilt_by_hand_is_no_environment(
    environments, card, own_settings, text, state
):
    place = own_settings.data_dir / "environments" / card.name
    place.mkdir(parents=True)
    (place / "finished.json").write_text(text)
    assert environments.state(card) == state
    assert environments.python(card, "cpu") is None


def test_an_environment_that_is_not_offered_is_not_called_the_studio_s(environments, card):
    for work in (environments.install, environments.remove):
        with pytest.raises(BadInput) as problem:
            work(card.name, cuda=True)
        assert problem.value.code == "environment_not_offered"


def test_removal_frees_the_disk(installed, environments, card):
    assert environments.remove("tiny_own") > 10_000
    assert environments.state(card) == "missing"
    assert not installed.exists()
    assert environments.remove("tiny_own") == 0


def test_libraries_that_do_not_import_leave_no_environment(environments, card, requirements):
    requirements.write_text(requirements.read_text().replace("tiny-words==2.0", "tiny-words==4.0"))
    with pytest.raises(Unavailable, match="environment_probe_failed") as refused:
        environments.install("tiny_own")
    assert "libtiny.so" in refused.value.params["reason"]
    assert environments.state(card) == "missing"


def test_what_pip_cannot_find_is_told_and_what_there_was_stays(
    installed, environments, card, requirements
):
    before = requirements.read_text()
    requirements.write_text(before.replace("tiny-words==2.0", "tiny-words==9.0"))
    with pytest.raises(Unavailable, match="environment_pip_failed") as refused:
        environments.install("tiny_own")
    assert "tiny-words==9.0" in refused.value.params["reason"]
    requirements.write_text(before)
    assert environments.state(card) == "ready"


def test_a_full_disk_is_told_before_anything_is_written(environments, card, monkeypatch):
    free = shutil.disk_usage("/")._replace(free=100_000_000)
    monkeypatch.setattr("studio.runtime.disk.shutil.disk_usage", lambda _: free)
    with pytest.raises(Unavailable, match="disk_full") as refused:
        environments.install("tiny_own")
    assert refused.value.params["needed"] == "8 MB"
    assert environments.state(card) == "missing"


@pytest.fixture
def slow_shop(shop, environments, own_settings, requirements):
    """A package that takes a minute to build, as big ones take a minute to download."""
    source = own_settings.data_dir / "slow_words"
    source.mkdir(parents=True)
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n'
    )
    (source / "slow.py").write_text(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(source / 'started')!r}).write_text(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    requirements.write_text(f"{requirements.read_text()}\n{source}\n")
    return source / "started"


def test_cancelling_ends_pip_at_once_and_leaves_nothing(
    environments, card, slow_shop, own_settings
):
    stop = threading.Event()
    done = []
    thread = threading.Thread(
        target=lambda: done.append(environments.install("tiny_own", cancelled=stop))
    )
    thread.start()
    until(slow_shop.is_file, 60)
    with pytest.raises(Conflict, match="environment_busy"):
        environments.install("tiny_own")
    pid = int(slow_shop.read_text())
    began = time.monotonic()
    stop.set()
    thread.join(10)
    assert time.monotonic() - began < 2
    assert done == [False]
    assert not runs(pid)
    assert environments.state(card) == "missing"
    left = own_settings.data_dir / "environments" / "tiny_own"
    assert [p.name for p in left.iterdir()] == ["install.log"]


def test_a_killed_installation_is_none_and_the_next_one_starts_afresh(
    environments, card, slow_shop, own_settings, shop, requirements
):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from studio.cli import main\n"
        "main(['engines', 'install', 'tiny_own'])\n"
    )
    installer = subprocess.Popen(
        [sys.executable, "-c", code, str(requirements.parents[1])],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "STUDIO_DATA_DIR": str(own_settings.data_dir),
            "STUDIO_PIP_OPTIONS": own_settings.pip_options,
        },
        stderr=subprocess.DEVNULL,
    )
    until(slow_shop.is_file, 60)
    installer.send_signal(signal.SIGKILL)
    installer.wait()
    assert environments.state(card) == "missing"
    requirements.write_text(requirements.read_text().replace(str(slow_shop.parent), ""))
    assert environments.install("tiny_own")
    assert environments.state(card) == "ready"
    place = own_settings.data_dir / "environments" / "tiny_own"
    folder = json.loads((place / "finished.json").read_text())["folder"]
    assert [p.name for p in place.iterdir() if p.is_dir()] == [folder]
    orphan = int(slow_shop.read_text())
    if runs(orphan):
        os.killpg(os.getpgid(orphan), signal.SIGKILL)


def test_the_command_line_installs_says_what_it_does_and_removes(
    environments, card, own_settings, monkeypatch, capsys
):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(own_settings.data_dir))
    monkeypatch.setenv("STUDIO_PIP_OPTIONS", own_settings.pip_options)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert cli.main(["engines", "install", "tiny_own", "speaker"]) == 1
    said = capsys.readouterr()
    assert "tiny_own: the environment is ready" in said.out
    steps = [line for line in said.err.splitlines() if line.startswith("tiny_own: ")]
    assert steps[0] == "tiny_own: making a Python environment"
    assert steps[-1] == "tiny_own: importing the engine's libraries once"
    assert len(steps) == len(set(steps)), "a step is told once where nobody watches"
    assert "speaker lives in the studio's own Python environment" in said.err
    assert environments.state(card) == "ready"
    assert cli.main(["engines", "remove", "tiny_own"]) == 0
    assert "freed" in capsys.readouterr().out
    assert environments.state(card) == "missing"


@pytest.mark.slow
def test_without_a_pip_beside_the_studio_the_environment_gets_its_own(
    environments, card, monkeypatch
):
    monkeypatch.setattr(environment_build, "_our_pip_can", lambda: False)
    assert environments.install("tiny_own")
    python = environments.python(card, "cpu")
    subprocess.run([python, "-c", "import pip, tiny_words"], check=True)


def test_without_any_pip_the_person_is_told_what_to_install(environments, card, monkeypatch):
    monkeypatch.setattr(environment_build, "_our_pip_can", lambda: False)
    monkeypatch.setattr(environment_build.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Unavailable, match="environment_no_pip"):
        environments.install("tiny_own")
    assert environments.state(card) == "missing"
