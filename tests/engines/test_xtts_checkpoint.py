"""What XTTS says of a folder that is not what it should be, and that it leaves a good one alone."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from studio.engines.contract import EngineProblem
from studio.engines.xtts.engine import Xtts
from tests.engines.benches import xtts as bench

FILES = ("config.json", "model.pth", "vocab.json", "speakers_xtts.pth")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("xtts-files"))["xtts-v2"]


@pytest.fixture
def folder(good, tmp_path):
    """The checkpoint's files, each to be replaced."""
    for name in FILES:
        (tmp_path / name).symlink_to(good / name)
    return tmp_path


def replace(folder: Path, name: str) -> Path:
    (folder / name).unlink()
    return folder / name


def refused(folder: Path) -> tuple[str, str]:
    with pytest.raises(EngineProblem) as problem:
        Xtts().load(folder, "cpu")
    return problem.value.code, problem.value.params["file"]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    replace(folder, name)
    assert refused(folder) == ("checkpoint_file_missing", name)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_named(folder, good, name):
    whole = (good / name).read_bytes()
    replace(folder, name).write_bytes(whole[: len(whole) // 2])
    assert refused(folder) == ("checkpoint_file_damaged", name)


@pytest.mark.parametrize("name", FILES)
def test_an_empty_file_is_named(folder, name):
    replace(folder, name).write_bytes(b"")
    assert refused(folder) == ("checkpoint_file_damaged", name)


def test_another_models_configuration_is_told(folder):
    replace(folder, "config.json").write_text(json.dumps({"model": "vits"}))
    assert refused(folder) == ("checkpoint_of_another_model", "config.json")


def test_another_models_vocabulary_is_told(folder):
    plain = json.loads((folder / "vocab.json").read_text())
    del plain["model"]["vocab"]["[ko]"]
    plain["added_tokens"] = [t for t in plain["added_tokens"] if t["content"] != "[ko]"]
    replace(folder, "vocab.json").write_text(json.dumps(plain))
    assert refused(folder) == ("checkpoint_of_another_model", "vocab.json")


@pytest.mark.parametrize(
    "state",
    [{"weight": torch.zeros(2)}, {"model": {"gpt.weight": torch.zeros(2)}}, torch.zeros(2)],
    ids=["bare", "other", "tensor"],
)
def test_another_models_tensors_are_told(folder, state):
    torch.save(state, replace(folder, "model.pth"))
    assert refused(folder) == ("checkpoint_of_another_model", "model.pth")


@pytest.mark.parametrize(
    "speakers",
    [
        {"Someone": torch.zeros(1, 512)},
        {
            "Someone": {
                "gpt_cond_latent": torch.zeros(1, 32, 1024),
                "speaker_embedding": torch.zeros(1, 512, 1),
            }
        },
    ],
    ids=["no latents", "other width"],
)
def test_speakers_of_another_model_are_told(folder, speakers):
    torch.save(speakers, replace(folder, "speakers_xtts.pth"))
    assert refused(folder) == ("checkpoint_of_another_model", "speakers_xtts.pth")


class Bomb:
    """Pickled, it makes a file when it is read."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self):
        return Path.touch, (self._mark,)


@pytest.mark.parametrize("name", ["model.pth", "speakers_xtts.pth"])
def test_nothing_in_a_pickle_is_run(folder, tmp_path, name):
    mark = tmp_path / "ran"
    torch.save({"model": Bomb(mark), "Someone": Bomb(mark)}, replace(folder, name))
    assert Xtts.presets(folder) == ([] if name.startswith("speakers") else Xtts.presets(folder))
    assert refused(folder) == ("checkpoint_file_damaged", name)
    pickle.loads(pickle.dumps(Bomb(mark)))
    assert mark.exists(), "the bomb itself is a dud"


@pytest.mark.parametrize("whole", [b"", b"PK\x03\x04", b"\x80\x02}q\x00."])
def test_a_broken_speakers_file_has_no_names_and_does_not_fail(folder, whole):
    replace(folder, "speakers_xtts.pth").write_bytes(whole)
    assert Xtts.presets(folder) == []


def test_the_release_with_its_configuration_as_an_object_loads_and_stays_as_it_is(folder, good):
    """The original file holds XttsConfig under its former address; the library rewrites that."""
    old = torch.load(good / "model.pth", weights_only=True)
    path = replace(folder, "model.pth")
    _save_with_former_addresses(path, old["model"])
    before = {name: _digest(folder / name) for name in FILES}
    folder.joinpath("model.pth").chmod(0o444)
    Xtts().load(folder, "cpu")
    assert {name: _digest(folder / name) for name in FILES} == before


def _save_with_former_addresses(path: Path, state: dict) -> None:
    from TTS.tts.configs import xtts_config

    moved = (xtts_config.XttsArgs, xtts_config.XttsAudioConfig)
    try:
        for kind in moved:
            kind.__module__ = "TTS.tts.models.xtts"
        torch.save({"model": state, "config": xtts_config.XttsConfig()}, path)
    finally:
        for kind in moved:
            kind.__module__ = xtts_config.__name__


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_loading_asks_nobody_and_reaches_for_no_download(good):
    """With stdin closed and the terms' variable unset: acceptance is the page's business."""
    script = """
        import socket, sys

        def refuse(*_): raise AssertionError("reached for the network")
        socket.socket.connect = socket.getaddrinfo = refuse
        from pathlib import Path
        from studio.engines.xtts.engine import Xtts
        Xtts().load(Path(sys.argv[1]), "cpu")
        assert "TTS.utils.manage" not in sys.modules, "the library's downloader is in"
        assert "torchcodec" not in sys.modules
        print("loaded")
    """
    environment = {k: v for k, v in os.environ.items() if k != "COQUI_TOS_AGREED"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(good)],
        env=environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: os.close(0),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip().endswith("loaded"), done.stderr[-2000:]


def test_cards_and_presets_come_without_torch(good):
    script = """
        import sys
        from pathlib import Path
        from studio.engines.contract import Asked
        from studio.engines.xtts.engine import Xtts
        assert len(Xtts.presets(Path(sys.argv[1]))) == 2
        Xtts.refuse(Asked("Hello", "ja"))
        heavy = {"torch", "TTS", "transformers", "torchaudio", "cutlet", "numba"} & set(sys.modules)
        assert not heavy, heavy
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(good)], check=True, timeout=60
    )
