"""What stands in the document that a browser gets."""

import json
import re

import pytest

from studio.locales import text
from studio.ui.document import rewrite
from studio.ui.header import Address
from studio.ui.texts import Texts


@pytest.fixture(scope="module")
def page(client):
    return client.get("/ko/blind").text


def test_no_address_outside_is_linked_or_loaded(page):
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']([^\"']+)", page)
    assert loaded
    assert not [one for one in loaded if re.match(r"(?:https?:)?//", one)]
    assert "og:image" not in page


def test_the_policy_lets_the_browser_talk_to_the_studio_alone(client):
    policy = client.get("/en/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert "http" not in policy


def test_the_title_is_the_pages_own(page):
    assert f"<title>{text('ko', 'ui.nav.blind')} · {text('ko', 'ui.brand')}</title>" in page
    assert 'control_page_title="false"' in page


def test_the_texts_for_the_browser_are_all_there_and_cannot_end_their_script(page):
    raw = re.search(r'id="vs-texts">(.*?)</script>', page, re.DOTALL).group(1)
    assert json.loads(raw.replace("<\\/", "</")) == Texts("ko").for_browser()


def test_the_consent_shown_is_the_consent_recorded():
    for language in ("en", "ko"):
        shown = Texts(language).for_browser()["clip.consent"]
        assert shown == text(language, "voices.consent_statement")


def test_addresses_keep_a_proxys_prefix():
    made = rewrite(
        '<html lang="en"><head><meta charset="utf-8" /></head><body></body></html>',
        Address(language="en", page="blind", root="/tts"),
    )
    assert 'data-root="/tts"' in made
    assert 'href="/tts/ko/blind"' in made
    assert 'src="/tts/assets/js/main.js' in made


def test_no_page_offers_an_interface_beside_the_http_api(page):
    info = re.search(r"window.gradio_api_info = (\{.*?\});", page).group(1)
    assert json.loads(info)["named_endpoints"] == {}


def test_the_blind_page_names_no_engine(page):
    """Nothing on it could be bound to a side."""
    for name in ("kokoro", "piper", "espeak"):
        inside = [m.start() for m in re.finditer(name, page, re.IGNORECASE)]
        labels = json.dumps(Texts("ko").for_browser(), ensure_ascii=False).lower().count(name)
        assert len(inside) <= labels
