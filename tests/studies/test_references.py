"""Second recordings of speakers: kept, heard, and never the very clip that was cloned."""

import uuid

import pytest

from studio.store.tables import Voice
from studio.voices import consents
from studio.voices.clips import Clips
from tests.audio import files, speech
from tests.studies.owner_bench import *  # noqa: F403 (fixtures)
from tests.studies.owner_bench import ANN, BOB, TEXTS

SECOND = "She opened the letter slowly, as if the words might fly away when they saw the light."
CLONE = {"wanted": {"engine": "test_speech"}, "label": "clone"}
FAST = {"wanted": {"engine": "test_speech", "seed": 5}, "label": "other clone"}


def recording(text=speech.ENGLISH, container="wav", cut=slice(None)):
    samples, rate = speech.espeak(text)
    return files.make(container, samples[cut], rate)


@pytest.fixture(scope="module")
def voice(studio):
    """A saved voice, without the doctor's models, which take long to load."""
    clips = Clips(studio.settings, studio.blobs, studio.runtime)
    check, clip = clips.examine(recording(), keep=True)
    row = Voice(
        id=str(uuid.uuid4()),
        owner="local",
        name="Joan",
        language="en",
        clip_blob=f"voices/local/{uuid.uuid4()}",
        clip_sha256=clip.sha256,
        checkup=check.to_json(),
    )
    studio.blobs.put(row.clip_blob, clip.flac)
    consent = consents.agreed(row, "", "en")
    studio.database.write(lambda session: session.add_all([row, consent]))
    return row.id


def axy(owner, voice, **more):
    conditions = [{**CLONE, "voice_id": voice}, {**FAST, "voice_id": voice}]
    return owner.draft(conditions=conditions, texts=TEXTS, protocol="axy", **more)


def add(owner, study, data, status=201, **fields):
    return owner.ask(
        "POST",
        f"/api/studies/{study}/references",
        status,
        files={"file": ("x.wav", data)},
        data=fields,
    )


def reasons(study):
    return {one["code"] for one in study["ready"]["reasons"]}


def test_a_second_recording_is_kept_heard_and_removed(owner, voice, studio):
    study = axy(owner, voice)
    assert "references_missing" in reasons(owner.study(study))
    added = add(owner, study, recording(SECOND, "mp3"), voice=voice, name=" At\nhome ")
    assert "references_missing" not in reasons(added)
    (kept,) = added["references"]
    assert (kept["voice_id"], kept["voice_name"], kept["text"]) == (voice, "Joan", None)
    assert kept["name"] == "At home"
    assert kept["seconds"] == pytest.approx(speech.espeak(SECOND)[0].size / 22050, abs=0.3)
    heard = owner.client.get(kept["audio"])
    assert heard.content[:4] == b"RIFF"
    folder = studio.settings.data_dir / "blobs" / "studies" / "local"
    before = len(list(folder.iterdir()))
    left = owner.ask("DELETE", f"/api/studies/{study}/references/{kept['id']}")
    assert left["references"] == []
    assert len(list(folder.iterdir())) == before - 1
    assert owner.client.get(kept["audio"]).status_code == 404


@pytest.mark.parametrize(
    ("container", "cut"),
    [("wav", slice(None)), ("mp3", slice(None)), ("opus", slice(22050, 4 * 22050))],
)
def test_the_clip_that_was_cloned_is_refused_however_it_is_packed(owner, voice, container, cut):
    study = axy(owner, voice)
    answer = add(owner, study, recording(container=container, cut=cut), 422, voice=voice)
    assert answer["error"]["code"] == "study_reference_cloned"
    assert "Joan" in answer["error"]["message"]
    assert "another recording" in answer["error"]["message"]
    unnamed = add(owner, study, recording(container=container, cut=cut), 422)
    assert unnamed["error"]["code"] == "study_reference_cloned"
    assert owner.study(study)["references"] == []


def test_what_cannot_be_a_reference_is_refused(owner, voice):
    study = axy(owner, voice)
    good = recording(SECOND)
    add(owner, study, good, voice=voice)
    for data, fields, code in (
        (good, {"voice": voice}, "study_reference_twice"),
        (good, {"voice": "nobody"}, "unknown_voice"),
        (good, {"text": "7"}, "unknown_study_text"),
        (good, {"text": "-1"}, "study_text_not_a_number"),
        (good, {"text": "१"}, "study_text_not_a_number"),
        (good, {"name": "x" * 201}, "study_words_too_long"),
        (b"no sound", {}, "unknown_format"),
        (recording(" ".join([SECOND] * 8)), {}, "study_reference_long"),
    ):
        answer = add(owner, study, data, _status(code), **fields)
        assert answer["error"]["code"] == code
    assert len(owner.study(study)["references"]) == 1


def _status(code):
    if code == "study_words_too_long":
        return 413
    return 404 if code.startswith("unknown_") and code != "unknown_format" else 422


def test_axy_compares_one_voice_and_smos_needs_one_recording_of_each(owner, voice):
    study = axy(owner, voice)
    add(owner, study, recording(SECOND), voice=voice)
    mixed = owner.change(study, conditions=[{**CLONE, "voice_id": voice}, ANN])
    assert "voices_differ" in reasons(mixed)
    smos = owner.change(study, protocol="smos")
    assert "voices_differ" not in reasons(smos)
    assert "references_missing" in reasons(smos)
    both = add(owner, study, recording("The boats were asleep, and so was she, that evening."))
    assert "references_missing" not in reasons(both)


def test_a_hidden_reference_follows_its_text_and_goes_with_it(owner):
    study = owner.draft(conditions=[ANN, BOB], protocol="mushra", plan={"trials": 1})
    add(owner, study, recording(SECOND), text="2")
    add(owner, study, recording(), text="0")
    assert "hidden_reference_missing" in reasons(owner.study(study))
    moved = owner.change(study, texts=[TEXTS[2], TEXTS[1]])
    assert [one["text"] for one in moved["references"]] == [0]
    replaced = add(owner, study, recording("The boats were asleep this very evening."), text="0")
    assert len(replaced["references"]) == 1
    complete = owner.change(study, texts=[TEXTS[2]])
    assert "hidden_reference_missing" not in reasons(complete)


def test_an_upload_over_the_limit_is_refused_while_it_arrives(owner, voice, studio):
    study = axy(owner, voice)
    data = b"RIFF" + bytes(studio.settings.upload_max_bytes)
    assert add(owner, study, data, 413)["error"]["code"] == "too_large"


def test_a_clone_is_rendered_compared_and_opened_with_its_second_recording(owner, voice):
    study = axy(owner, voice, plan={"trials": 3})
    add(owner, study, recording(SECOND), voice=voice)
    owner.render(study, 60)
    owner.listen(study)
    opened = owner.ask("POST", f"/api/studies/{study}/open")
    assert opened["conditions"][0]["condition"] == f"test_speech/clone:{voice}"
    assert opened["conditions"][0]["voice_name"] == "Joan"
    path = f"/api/studies/{study}/references/{opened['references'][0]['id']}"
    owner.refused("DELETE", path, "study_not_draft", 409)
