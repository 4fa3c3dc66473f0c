"""A further language is one file: found, checked, chosen, and never in the way of the studio."""

import json
import subprocess
import sys

import pytest

from studio import locales
from studio.cli import main
from studio.locales import folders
from studio.locales.translating import standing
from tests.locales.japanese import TEXTS, written
from tests.studio_process import StudioProcess, running


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one's own; what was read before is forgotten, now and afterwards."""
    place = tmp_path / "locales"
    place.mkdir()
    monkeypatch.setenv(folders.VARIABLE, str(place))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    _forget()
    yield place
    monkeypatch.undo()
    _forget()


def _forget():
    for known in (locales.languages, locales.own, locales.catalogue):
        known.cache_clear()


def test_one_file_is_a_language_and_what_it_lacks_is_english(folder):
    (folder / "ja.json").write_text('{"ui": {"nav": {"voices": "声"}}}', encoding="utf-8")
    assert locales.languages() == ("en", "ja", "ko")
    assert locales.text("ja", "ui.nav.voices") == "声"
    assert locales.text("ja", "ui.nav.engines") == locales.text("en", "ui.nav.engines")
    assert set(locales.catalogue("ja")) == set(locales.catalogue("en"))


def test_a_slip_in_a_sentence_shows_the_english_one(folder):
    written(folder, **{"error.text_too_long": "{文字}文字です", "error.text_empty": "{ ない"})
    assert locales.text("ja", "error.text_too_long", characters=9, limit=5) == locales.text(
        "en", "error.text_too_long", characters=9, limit=5
    )
    assert locales.text("ja", "error.text_empty") == locales.text("en", "error.text_empty")


def test_names_of_languages_are_said_in_the_further_language(folder):
    written(folder)
    sentence = locales.note(
        "take.language.not_spoken", engine="Piper", language=locales.LanguageName("ko")
    )
    assert locales.say("ja", sentence) == "Piperは韓国語を話しません"


@pytest.mark.parametrize(
    ("name", "text"),
    [("ja.json", "{"), ("ja.json", "[]"), ("ja.json", '{"ui": 3}'), ("notes.json", "{}")],
)
def test_what_is_no_translation_is_left_out_and_the_studio_goes_on(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    assert locales.languages() == ("en", "ko")


def test_a_region_is_found_before_its_language(folder):
    for tag in ("pt", "pt-BR"):
        (folder / f"{tag}.json").write_text("{}", encoding="utf-8")
    assert locales.negotiate("pt-BR,pt;q=0.9") == "pt-BR"
    assert locales.negotiate("pt-PT") == "pt"
    assert locales.language_name("pt-BR", "en") == "Portuguese (Brazil)"


def test_the_template_has_every_text_and_keeps_what_is_translated(folder, capsys):
    assert main(["locales", "template", "ja"]) == 0
    texts = folders.texts_of(folder / "ja.json")
    assert texts.keys() == locales.own("en").keys()
    assert texts["ui.language_name"] == "日本語"
    file = written(folder)
    whole = json.loads(file.read_text(encoding="utf-8"))
    del whole["ui"]["nav"]["voices"]
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert main(["locales", "check", "ja"]) == 1
    assert "ui.nav.voices" in capsys.readouterr().out
    assert main(["locales", "template", "ja"]) == 0
    assert main(["locales", "check", "ja"]) == 0
    assert folders.texts_of(file)["ui.studio.render"] == TEXTS["ui.studio.render"]


def test_the_check_tells_what_is_missing_unknown_wrong_and_still_english():
    english = dict(locales.own("en"))
    del english["ui.nav.voices"]
    english["error.text_too_long"] = "{letters} zeichen"
    english["ui.nav.nothing"] = "x"
    found = standing(english)
    assert found.missing == ("ui.nav.voices",)
    assert found.unknown == ("ui.nav.nothing",)
    assert found.wrong == ("error.text_too_long",)
    assert "ui.nav.engines" in found.same
    assert not found.whole
    assert standing(locales.own("ko")).whole


@pytest.mark.parametrize("arguments", [["template", "ko"], ["template", "../x"], ["check", "fr"]])
def test_commands_that_cannot_be_done_say_why(folder, capsys, arguments):
    assert main(["locales", *arguments]) == 1
    assert capsys.readouterr().err.strip()


def test_the_command_runs_as_it_is_written(folder):
    done = subprocess.run(
        [sys.executable, "-m", "studio", "locales", "template", "de"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "de.json").exists()


def test_the_pages_open_in_a_language_that_one_file_added(tmp_path):
    place = tmp_path / "locales"
    place.mkdir()
    written(place)
    data = tmp_path / "data"
    studio = StudioProcess(data, plugins=None, STUDIO_LOCALES_DIR=str(place))
    with running(studio) as started:
        accept = {"Accept-Language": "ja-JP,ja;q=0.9"}
        home = started.client.get("/", headers=accept)
        assert home.url.path == "/ja/"
        assert 'lang="ja"' in home.text
        assert "<title>ボイススタジオ</title>" in home.text
        for page in ("library", "voices", "engines", "costs", "verify", "studies", "blind"):
            answer = started.client.get(f"/ja/{page}")
            assert answer.status_code == 200, page
            assert "ライブラリ" in answer.text
        for tag, name in (("ko", "日本語"), ("en", "日本語"), ("ja", "한국어")):
            assert f">{name}</a>" in started.client.get(f"/{tag}/").text
        gone = started.client.get("/api/comparisons/none", headers=accept)
        assert gone.json()["error"]["message"] == "その比較はありません。"
        english = started.client.get("/api/takes/none?lang=ja")  # not translated
        assert english.json()["error"]["message"] == locales.text("en", "error.unknown_take")
