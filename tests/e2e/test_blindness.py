"""Before the vote nothing in the browser tells A from B: all traffic is recorded and searched."""

import json
import struct

import pytest

from tests.e2e import steps

TEXT = "Blindness means that nothing but the sound may tell the two apart."


@pytest.fixture(scope="module")
def comparison(studio):
    made = studio.order(TEXT, [{"engine": "piper"}, {"engine": "espeak"}])["id"]
    takes = studio.finished(made)
    assert {take["state"] for take in takes.values()} == {"done"}
    return studio.client.get(f"/api/comparisons/{made}").json()


def test_nothing_before_the_vote_tells_a_from_b(visit, studio, comparison):
    person = visit("en")
    page = person.go("blind", f"?comparison={comparison['id']}")
    steps.hear_both(page)
    person.shoot("en-blind")
    document = page.evaluate("document.documentElement.outerHTML")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    person.traffic.settle()

    secrets = [take["id"] for take in comparison["takes"]]
    # "default" or "f2" stand in any page; a real name of a voice does not.
    secrets += [take["preset"] for take in comparison["takes"] if "_" in take["preset"]]
    assert len(secrets) > 2
    seen = [("document", document), ("storage", kept), *person.traffic.seen]
    for where, said in seen:
        for secret in secrets:
            assert secret not in said, f"{where} holds {secret}"

    # Engines are named nowhere, save labels of settings in the texts that every page carries.
    state = page.evaluate(
        "[...document.querySelectorAll('vs-blind, vs-blind *')]"
        ".flatMap((e) => [e.textContent, ...[...e.attributes].map((a) => a.value)]).join(' ')"
    )
    answers = [(w, s) for w, s in seen if "/api/" in w]
    for name in ("kokoro", "piper", "espeak"):
        assert name not in state.lower()
        assert not [where for where, said in answers if name in said.lower()]
    trial = next(json.loads(s) for w, s in seen if w.startswith("body of") and "/api/trials" in w)
    assert set(trial) == {"token", "a_url", "b_url"}
    assert page.locator("vs-blind canvas, vs-blind img").count() == 0, "a picture would tell"

    # after the vote, everything is told
    steps.vote(page, "2")
    assert page.locator("[data-side=b]").get_attribute("data-outcome") == "won"
    assert len(page.locator(".vs-reveal strong").all_inner_texts()) == 2
    assert person.traffic.complaints == []


def test_both_clips_come_in_one_dress(visit, studio, comparison):
    """Same headers, same format; lengths in bytes follow from lengths in time alone."""
    person = visit("en")
    page = person.go("blind", f"?comparison={comparison['id']}")
    page.wait_for_selector("vs-blind[data-stage=listening]")
    clips = [one for one in person.traffic.responses if "/api/stimuli/" in one.url]
    assert len(clips) == 2
    own = {"date", "content-length", "x-request-id"}  # the last one is random
    dresses = [
        {name: value for name, value in clip.all_headers().items() if name not in own}
        for clip in clips
    ]
    assert dresses[0] == dresses[1]
    assert dresses[0]["cache-control"] == "no-store"
    assert "etag" not in dresses[0]
    formats = [struct.unpack("<HHIIHH", clip.body()[20:36]) for clip in clips]
    assert formats[0] == formats[1]


def test_switching_sides_keeps_the_playhead(visit, comparison):
    person = visit("en")
    page = person.go("blind", f"?comparison={comparison['id']}")
    page.wait_for_selector("vs-blind[data-stage=listening]")
    page.keyboard.press("Space")
    page.wait_for_timeout(900)
    before, side = page.evaluate(
        "(() => { const p = document.querySelector('vs-blind').pair;"
        " const at = p.position; p.hear('b'); return [at - p.position, p.side]; })()"
    )
    assert abs(before) < 0.01
    assert side == "b"
    page.keyboard.press("ArrowLeft")
    assert page.locator("[data-side=a]").get_attribute("aria-pressed") == "true"
    # a vote before both were heard does nothing
    page.keyboard.press("1")
    assert page.locator("vs-blind").get_attribute("data-stage") == "listening"
    page.keyboard.press("Space")
    stopped = page.evaluate("document.querySelector('vs-blind').pair.position")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('vs-blind').pair.position") == stopped
