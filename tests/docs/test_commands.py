"""Every command that the README and docs/ tell people to type is typed."""

import importlib.util
import re
import shlex
import subprocess
import sys
import textwrap

import httpx
import pytest

from tests.docs.stage import Stage
from tests.docs.written import DOCUMENTS, ROOT, blocks, commands, named
from tests.e2e.open_study import open_study
from tests.object_stores import store
from tests.studio_process import StudioProcess, running
from tests.waiting import until

ELSEWHERE = {
    "gcloud": "needs an account at Google Cloud",
    "openssl": "its output goes to gcloud",
    "printf": "its output goes to gcloud",
    "docker": "needs Docker, which a test machine may lack; tests/system reads what it would run",
    "ray": "tests/runtime/ray starts the same on 127.0.0.1",
    "git": "needs the address of the repository",
}
"""Programs whose commands cannot be typed here, and why."""

NEEDY = {"kyutai": "needy", "qwen3 1.7b-base ~/models/mine": "needy small mine"}
INSTEAD = {
    # gigabytes of weights and packages: typed for an engine of the tests with a hub of its own
    "weights get kokoro": {"get kokoro": "get --offline kokoro"},
    "weights get qwen3 --set 1.7b-base": {
        "qwen3 --set 1.7b-base": "needy --set small --accept-licence"
    },
    "weights get xtts --accept-licence": {"xtts": "needy --set large"},
    "weights verify qwen3": {"qwen3": "needy"},
    "weights use qwen3 1.7b-base ~/models/mine": {
        "qwen3 1.7b-base ~/models/mine": "needy small mine"
    },
    "weights remove qwen3": {"qwen3": "needy"},
    "restore FOLDER": {"python -m": "STUDIO_DATA_DIR=restored python -m", "FOLDER": "backup"},
    "backup FOLDER": {"FOLDER": "backup"},
}
"""By the end of a command: what is typed otherwise."""
LONG = ("benchmarks", "reliability")
"""Packages whose runs take minutes: each name must be one that they know."""
BIG = re.compile(r"engines (install|remove) ")
"""Gigabytes of packages: tests/runtime/test_environments.py installs small ones by the same door."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stage")
    # the engines that clone need weights from a hub: Kokoro answers with its closest preset
    settings = {"STUDIO_MEASURE": "0", "STUDIO_CLONING_ENGINE": "kokoro"}
    with running(StudioProcess(folder / "data", plugins=None, **settings)) as studio:
        stage = Stage(folder, studio)
        stage.typed("python -m studio weights get --offline kokoro piper")
        yield stage
        stage.close()


def _program(command: str) -> str:
    words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
    return words[0]


def _dry(command: str) -> bool:
    """Commands that take long, or change the machine: what they would do must exist."""
    if module := re.search(rf"python -m ({'|'.join(LONG)})\b(.*)", command):
        package, rest = module.groups()
        names = [word for word in rest.split() if re.fullmatch(r"[a-z_]+", word)]
        missing = [n for n in names if importlib.util.find_spec(f"{package}.{n}") is None]
        assert missing == [], command
        return True
    if target := re.fullmatch(r"make ([a-z-]+)", command):
        if target.group(1) == "run":
            return False
        done = subprocess.run(
            ["make", "--dry-run", target.group(1)],
            check=False,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return True
    if BIG.search(command):
        _known(command)
        return True
    return False


def _known(command: str) -> None:
    """The parser takes it: asked for help at its deepest word that is a subcommand."""
    words = re.sub(r"[\[\]…]", "", command).split()
    words = words[words.index("-m") + 1 :]
    action = [word for word in words[1:3] if re.fullmatch(r"[a-z]+", word)]
    if words[0] != "studio":
        assert _dry(command), command
        return
    done = subprocess.run(
        [sys.executable, "-m", "studio", *action, "--help"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode and len(action) > 1:  # the second word was an argument
        _known(f"-m studio {action[0]}")
        return
    assert done.returncode == 0, (command, done.stderr)
    for option in (word for word in words if word.startswith("--")):
        assert option in done.stdout, (command, option)


def _instead(command: str) -> dict[str, str]:
    return next((how for end, how in INSTEAD.items() if command.endswith(end)), {})


_OWN = {"docs/accounts.md", "docs/cloning.md", "docs/listening.md", "docs/running-a-study.md"}
"""Documents whose commands build on each other's answers: tests of their own, below."""


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name not in _OWN])
def test_every_command_of(document, stage, postgresql_url):
    for command in commands(document):
        if _program(command) in ELSEWHERE or _dry(command):
            continue
        if re.search(r"(make run|python app\.py)$", command):
            _serve(stage, command, postgresql_url)
        else:
            stage.typed(command, **_instead(command))


def _serve(stage: Stage, command: str, postgresql_url: str) -> None:
    if "postgresql://" in command:
        address = re.search(r"postgresql://\S+", command).group()
        stage.served(command, **{address: shlex.quote(postgresql_url)})
    elif "s3://" in command:
        with store("s3") as kept:
            variables = " ".join(f"{name}={value}" for name, value in kept.environment.items())
            address = re.search(r"s3://\S+", command).group()
            stage.served(command, **{address: f"{kept.url} {variables}"})
    elif "STUDIO_RUNTIME=ray" in command:
        return  # tests/runtime/ray: it needs a cluster
    else:
        stage.served(command)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_sentences_name_exists(document):
    for command in named(document):
        if command.startswith("make "):
            target = command.split()[1]
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), command
        else:
            _known(command)


def test_the_commands_about_accounts(stage, tmp_path):
    typed = commands("docs/accounts.md")
    with running(StudioProcess(tmp_path / "data", plugins=None, STUDIO_AUTH="on")) as studio:
        before, stage.studio = stage.studio, studio
        try:
            said = ""
            for command in typed:
                if command.startswith("python -m studio users add kim"):
                    said = stage.typed(command)
                elif command.startswith("curl"):
                    key = _key(studio, said)
                    answer = stage.typed(
                        command, **{"vs_…": key, "https://studio.example": studio.address}
                    )
                    assert '"voices"' in answer
                elif command.endswith("app.py"):
                    stage.served(command)
                else:
                    stage.typed(command)
        finally:
            stage.studio = before


def _key(studio: StudioProcess, said: str) -> str:
    """A key of the account that was just made."""
    password = said.rsplit(maxsplit=1)[-1]
    with httpx.Client(base_url=studio.address, headers={"origin": studio.address}) as client:
        answer = client.post("/login", data={"name": "kim", "password": password})
        assert answer.status_code < 400, answer.text
        made = client.post("/api/account/keys", json={"name": "docs", "scopes": ["creator"]})
        assert made.is_success, made.text
        return made.json()["key"]


def test_the_commands_of_the_cloning_service(stage):
    upload, synthesize, fetch = commands("docs/cloning.md")
    voice = stage.typed(upload)
    url = re.search(r'"gcs_url": ?"([^"]+)"', voice).group(1)
    written = re.search(r'"input_voice_gcs": ?"([^"]+)"', synthesize).group(1)
    # Kokoro speaks no Korean
    made = stage.typed(synthesize, **{written: url, "안녕하세요": "Good morning."})
    blob = re.search(r'"result_blob": ?"([^"]+)"', made).group(1).replace("/", "%2F")
    written = re.search(r"blob=([^']+)", fetch).group(1)
    until(lambda: _fetched(stage, fetch, written, blob), 120)


def _fetched(stage: Stage, fetch: str, written: str, blob: str) -> bool:
    try:
        stage.typed(fetch, **{written: blob})
    except AssertionError:
        return False
    return True


def test_the_commands_about_studies(stage, tmp_path):
    study = open_study(stage.studio, tmp_path)
    study.close()
    for command in [*commands("docs/listening.md"), *commands("docs/running-a-study.md")]:
        if not _dry(command):
            stage.id = study.id
            stage.typed(command)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_blocks_are_python(document):
    for code in blocks(document, "python"):
        compile(textwrap.dedent(code), document, "exec")  # methods may stand alone
