"""The main job, from a clip to the leaderboard, as a person does it in Korean and in English."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from studio.locales import text
from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Vote
from tests.e2e import steps
from tests.e2e.speech import a_clip

JOBS = {
    "en": {
        "name": "Narrator",
        "text": "The first train leaves at six. The city is still asleep. A cold wind comes from"
        " the sea. Somewhere a door closes. Then it is quiet again.",
        "instruction": "excited and energetic",
        "key": "1",
        "choice": "a",
        "scheme": "light",
    },
    "ko": {
        "name": "이야기꾼",
        "text": "첫차는 여섯 시에 떠납니다. 도시는 아직 잠들어 있습니다.",
        "instruction": "신나고 열정적인 목소리로",
        "key": "0",
        "choice": "tie",
        "scheme": "dark",
    },
}


@pytest.mark.parametrize("language", JOBS)
def test_a_person_does_the_whole_job(visit, studio, tmp_path, language):
    job = JOBS[language]
    person = visit(language, scheme=job["scheme"])
    page = person.go()
    expect(page.locator("html")).to_have_attribute("lang", language)

    # a reference clip: looked at, agreed to, saved
    steps.upload_clip(page, a_clip(tmp_path / "clip.wav", language))
    verdict = page.locator("vs-clip .vs-verdict")
    assert verdict.get_attribute("data-verdict") in {"usable", "warning"}
    expect(page.locator("vs-clip .vs-figures div")).to_have_count(5)
    consent = text(language, "voices.consent_statement")
    expect(page.locator("vs-clip .vs-consent")).to_have_text(consent)
    person.shoot(f"{language}-1-check-up")
    steps.save_voice(page, job["name"])
    assert studio.client.get("/api/voices").json()["voices"][0]["name"] == job["name"]

    # text, instruction, every engine; the plan says beforehand what each will do
    steps.write(page, job["text"], job["instruction"])
    insisted = steps.choose_all_engines(page)
    assert insisted == {"en": [], "ko": ["kokoro", "piper"]}[language]
    person.shoot(f"{language}-2-plan")
    comparison = steps.render(page)

    # the first sound comes before the take is finished
    first = steps.listen_while_made(page, "kokoro")
    person.shoot(f"{language}-3-rendering")
    if language == "en":
        assert first["state"] == "running"
    steps.wait_for_all(page)
    takes = {
        take["engine"]: take
        for take in studio.client.get(f"/api/comparisons/{comparison}").json()["takes"]
    }
    assert {name: take["state"] for name, take in takes.items()} == dict.fromkeys(
        steps.ENGINES, "done"
    )

    # every card says what became of reference, instruction and language, and why
    for engine, take in takes.items():
        card = steps.card(page, engine)
        for aspect in ("reference", "instruction", "language"):
            line = card.locator(f"[data-aspect={aspect}]")
            expect(line).to_have_attribute("data-status", take["aspects"][aspect]["status"])
            expect(line.locator(".vs-why")).to_be_visible()
        expect(card.locator(".vs-spectrogram")).to_be_visible()
    assert takes["kokoro"]["aspects"]["reference"]["status"] == "approximated"
    wrong = {name for name, take in takes.items() if take["warnings"]}
    assert wrong >= set(insisted)
    page.wait_for_timeout(500)
    person.shoot(f"{language}-4-takes")

    # downloads decode to the take's length
    for kind in ("wav", "flac", "mp3"):
        name, seconds = steps.download(page, "piper", kind)
        assert name.endswith(f".{kind}")
        assert seconds == pytest.approx(takes["piper"]["seconds"], abs=0.08)

    # a reload loses nothing
    page.reload()
    expect(page.locator("vs-take[data-state=done]")).to_have_count(3)

    # blind, by keys; then the engines are named
    page.click(".vs-rate")
    page.wait_for_url(f"**/{language}/blind?comparison={comparison}")
    before = studio.client.get(f"/api/leaderboard?language={language}").json()["votes"]
    steps.hear_both(page)
    steps.vote(page, job["key"])
    named = page.locator(".vs-reveal strong").all_inner_texts()
    assert len(set(named)) == 2
    page.wait_for_timeout(600)
    person.shoot(f"{language}-5-revealed")

    # the vote is in the database …
    database = Database(Settings(data_dir=studio.data_dir))
    with database.read() as session:
        stored = session.scalars(select(Vote).order_by(Vote.voted_at.desc()).limit(1)).one()
    database.close()
    titles = {take["engine"]: take["title"] for take in takes.values()}
    assert stored.choice == job["choice"]
    assert stored.language == language
    conditions = (stored.condition_a, stored.condition_b)
    assert [titles[condition.partition("/")[0]] for condition in conditions] == named

    # … and on the leaderboard
    page.click(".vs-after a >> nth=0")
    page.wait_for_selector(".vs-ranks")
    page.select_option("vs-leaderboard select[name=language]", language)
    expect(page.locator(".vs-basis strong").first).to_have_text(str(before + 1))
    ranked = set(page.locator(".vs-ranks .vs-col-condition strong").all_inner_texts())
    assert ranked >= set(named)
    person.shoot(f"{language}-6-leaderboard")

    assert person.traffic.outside == []
    assert person.traffic.complaints == []


def test_a_voice_is_recorded_from_the_microphone(visit, studio):
    person = visit("en", width=390)
    page = person.go()
    before = studio.client.get("/api/voices").json()["voices"][:1]
    steps.record_clip(page, 5)
    assert page.locator("vs-clip .vs-verdict").get_attribute("data-verdict") != "refused"
    speech = page.locator("vs-clip [data-figure=speech] dd").inner_text()
    assert float(speech.split()[0]) > 3

    # saved before the doctor has heard that it is not the text on the screen: the words come first
    on_screen = page.locator("vs-clip textarea").input_value()
    steps.press_save(page, "From the microphone")
    heard = steps.words_to_check(page)
    assert heard != on_screen
    expect(page.locator("vs-clip .vs-words-origin")).to_contain_text("not the text above")
    assert studio.client.get("/api/voices").json()["voices"][:1] == before
    page.click("vs-clip button[type=submit]")
    steps.saved(page, "From the microphone")
    saved = studio.client.get("/api/voices").json()["voices"][0]
    assert saved["name"] == "From the microphone"
    assert saved["transcript"] == heard
    assert saved["consent"]["statement"] == text("en", "voices.consent_statement")

    # and is deleted again, after being asked
    page = person.go("voices")
    row = page.locator(f"[data-voice='{saved['id']}']")
    row.locator(".vs-delete").click()
    expect(row.locator(".vs-ask")).to_be_visible()
    row.locator(".vs-button-bad").click()
    expect(row).to_have_count(0)
    assert saved["id"] not in [
        voice["id"] for voice in studio.client.get("/api/voices").json()["voices"]
    ]
    assert person.traffic.complaints == []
