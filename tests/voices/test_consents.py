"""Consent: whose voice, who agreed, to which words, about which recording; it outlives the voice."""

import pytest

from studio import locales
from studio.problems import BadInput, NotFound
from studio.voices.saving import Application
from tests.audio import files, speech
from tests.voices.doctor_double import Double

OWNER = "local"
GIVEN = {"name": "Joe", "language": "en", "consent": True}


@pytest.fixture
def save(bench, monkeypatch):
    monkeypatch.setattr(bench.runtime, "call", Double(bench.runtime))
    clip = files.make("wav", *speech.piper())

    def save(owner=OWNER, **more):
        return bench.voices.create(owner, clip, Application(**GIVEN | more))

    return save


@pytest.mark.parametrize("locale", locales.languages())
def test_ones_own_voice_and_anothers_are_agreed_to_in_different_words(save, locale):
    own, other = save(locale=locale).consent, save(locale=locale, speaker=" Kim\tMinji ").consent
    assert (own.speaker, other.speaker) == ("", "Kim Minji")
    assert own.statement == locales.text(locale, "voices.consent_statement")
    assert "Kim Minji" in other.statement
    assert {"en": "allowed me", "ko": "허락"}[locale] in other.statement
    assert {"en": "allowed me", "ko": "허락"}[locale] not in own.statement
    assert own.locale == other.locale == locale


def test_a_consent_says_who_agreed_when_and_about_which_recording(bench, save):
    saved = save(owner="anna", speaker="Joe")
    consent = bench.voices.consent("anna", saved.id)
    assert consent == saved.consent
    assert (consent.owner, consent.voice_id) == ("anna", saved.id)
    assert consent.clip_sha256 == bench.row(saved.id).clip_sha256
    assert consent.given_at == saved.created_at
    assert bench.voices.consent_record("anna", consent.id) == consent


def test_it_can_be_read_after_the_voice_is_gone(bench, save):
    saved = save(speaker="Joe")
    bench.voices.delete(OWNER, saved.id)
    left = bench.voices.consent_record(OWNER, saved.consent.id)
    assert left == saved.consent.model_copy(update={"voice_exists": False})
    assert bench.voices.consent(OWNER, saved.id) == left


def test_nobody_else_can_read_it(bench, save):
    saved = save()
    for read, key in (
        (bench.voices.consent, saved.id),
        (bench.voices.consent_record, saved.consent.id),
    ):
        with pytest.raises(NotFound, match="unknown_consent"):
            read("other", key)
        for nothing in ("", "nobody"):
            with pytest.raises(NotFound, match="unknown_consent"):
                read(OWNER, nothing)


def test_a_statement_is_not_filled_from_what_the_name_says(save):
    tricky = save(speaker="{speaker} {0} {owner}").consent
    assert "{speaker} {0} {owner}" in tricky.statement


@pytest.mark.parametrize(
    ("speaker", "code"), [("\u202e \u200b", "speaker_missing"), ("x" * 81, "speaker_too_long")]
)
def test_a_speaker_without_a_name_is_refused(bench, save, speaker, code):
    with pytest.raises(BadInput, match=code) as refusal:
        save(speaker=speaker)
    assert locales.text("ko", f"error.{code}", **refusal.value.params)
    assert bench.files() == []
