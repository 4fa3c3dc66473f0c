"""Which page answers where, in which language."""

import pytest

from studio.ui.header import PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_bare_address_leads_to_the_browsers_language(client, page):
    answer = client.get(
        f"/{page}?comparison=7",
        headers={"accept-language": "fr, ko;q=0.8, en;q=0.5"},
        follow_redirects=False,
    )
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/ko/{page}?comparison=7"
    assert "cookie" in answer.headers["vary"].lower()


def test_the_language_once_chosen_beats_the_browsers(client):
    answer = client.get(
        "/blind",
        headers={"accept-language": "ko", "cookie": "lang=en"},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/en/blind"


def test_a_language_nobody_speaks_here_falls_back_to_english(client):
    answer = client.get(
        "/", headers={"accept-language": "xx", "cookie": "lang=../evil"}, follow_redirects=False
    )
    assert answer.headers["location"] == "/en/"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands_in_its_language(client, language, page):
    answer = client.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert answer.headers["content-language"] == language
    other = {"en": "ko", "ko": "en"}[language]
    assert f'href="/{other}/{page}"' in answer.text
    assert answer.text.count('aria-current="page"') == 1


def test_assets_are_checked_again_but_not_sent_again(client):
    first = client.get("/assets/css/tokens.css")
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/assets/css/tokens.css", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_assets_stay_in_their_folder(client):
    assert client.get("/assets/..%2fpyproject.toml").status_code == 404
