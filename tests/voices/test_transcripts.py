"""A person's transcript: honoured, but not where it cannot be what engines get to hear."""

import pytest

from studio import locales
from studio.problems import BadInput, Unavailable
from studio.voices.doctor_views import DoctorView
from studio.voices.saving import Application, Correction
from studio.voices.transcripts import TranscriptNotCovering, TranscriptRule
from tests.audio import files, speech
from tests.voices.doctor_double import Double, heard

OWNER = "local"
HEARD = "오늘 아침 항구는 조용했고"
GIVEN = {"name": "민지", "language": "ko", "consent": True}


@pytest.fixture(scope="module")
def korean():
    return files.make("wav", *speech.espeak(speech.KOREAN, "ko"))


@pytest.fixture
def double(bench, monkeypatch):
    double = Double(bench.runtime)
    double.report = heard(HEARD)
    monkeypatch.setattr(bench.runtime, "call", double)
    return double


@pytest.mark.parametrize("language", locales.languages())
def test_one_that_contradicts_is_refused_with_both_texts(bench, korean, double, language):
    double.agrees = False
    with pytest.raises(TranscriptNotCovering) as refusal:
        bench.voices.create(OWNER, korean, Application(**GIVEN, transcript="어제 밤 바다"))
    problem = refusal.value
    assert (problem.params["typed"], problem.params["heard"]) == ("어제 밤 바다", HEARD)
    assert problem.params["insist"] == "insist_transcript"
    said = locales.text(language, f"error.{problem.code}", **problem.params)
    assert "어제 밤 바다" in said
    assert HEARD in said
    assert {"en": "Too much: “어제”", "ko": "더해진 말: “어제”"}[language] in said
    assert "Note(" not in said
    assert bench.files() == []
    assert bench.voices.list(OWNER) == []


def test_whoever_insists_keeps_theirs_word_for_word(bench, korean, double):
    double.agrees = False
    asked = Application(**GIVEN, transcript=" 어제 밤 바다 ", insist_transcript=True)
    saved = bench.voices.create(OWNER, korean, asked)
    assert saved.transcript == "어제 밤 바다"
    assert double.judged == []
    assert bench.voices.reference(OWNER, saved.id).transcript == "어제 밤 바다"


def test_one_that_agrees_is_kept_and_not_the_recognisers(bench, korean, double):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN, transcript="오늘, 아침!"))
    assert saved.transcript == "오늘, 아침!"
    ((typed, said),) = double.judged
    assert typed == "오늘, 아침!"
    assert (said["text"], said["language"]) == (HEARD, "ko")


def test_the_proposal_is_never_used_unseen(bench, korean, double):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    assert saved.transcript == ""
    assert saved.doctor.transcript.text == HEARD
    assert bench.voices.reference(OWNER, saved.id).transcript == ""
    assert double.judged == []


@pytest.mark.parametrize(
    "report",
    [heard(HEARD, proven=False), heard(HEARD, "th"), heard("")],
    ids=["not all was understood", "another language was understood", "nothing was understood"],
)
def test_what_was_heard_does_not_stand_against_a_person_where_it_is_doubtful(
    bench, korean, double, report
):
    double.agrees = False
    double.report = report
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN, transcript=speech.KOREAN))
    assert saved.transcript == speech.KOREAN
    assert double.judged == []


@pytest.mark.parametrize("broken", [Unavailable("workbench_crashed", reason="x")])
def test_a_comparison_that_breaks_does_not_hinder_saving(bench, korean, double, broken):
    def failing(function, *arguments, **options):
        if "judging" in function:
            raise broken
        return double(function, *arguments, **options)

    bench.runtime.call = failing
    assert bench.voices.create(OWNER, korean, Application(**GIVEN, transcript=HEARD)).transcript


LONG = "and then they went on to the next village where nobody had heard of it " * 6


@pytest.mark.parametrize(
    ("typed", "language", "seconds", "code"),
    [
        (LONG, "en", 4.0, "transcript_takes_longer"),
        ("가나다라마바사" * 20, "ko", 4.0, "transcript_takes_longer"),
        ("Yes", "en", 12.0, "transcript_too_little"),
        ("네", "ko", 12.0, "transcript_too_little"),
        (speech.ENGLISH, "en", 5.2, None),
        (speech.KOREAN, "ko", 5.5, None),
        (speech.ENGLISH, "en", 3.2, None),
        (speech.ENGLISH, "ko", 3.2, None),  # letters are no syllables: the language is amiss
        (speech.ENGLISH, "en", 12.0, None),
        ("", "en", 12.0, None),
        (" \n", "en", 12.0, None),
    ],
)
@pytest.mark.parametrize("doctor", [None, DoctorView(verdict="usable")])
def test_unheard_it_is_held_against_the_time_it_takes(
    bench, typed, language, seconds, code, doctor
):
    rule = TranscriptRule(bench.runtime)
    if code is None:
        rule.hold(typed, language, doctor, seconds)
        return
    with pytest.raises(BadInput, match=code) as refusal:
        rule.hold(typed, language, doctor, seconds)
    for tongue in locales.languages():
        said = locales.text(tongue, f"error.{code}", **refusal.value.params)
        assert "insist_transcript=true" in said


# corrections


def test_a_correction_changes_what_it_names_and_nothing_else(bench, korean, double):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN, transcript=HEARD))
    named = bench.voices.correct(OWNER, saved.id, Correction(name=" Minji \u202e"))
    assert named == saved.model_copy(update={"name": "Minji"})
    spoken = bench.voices.correct(OWNER, saved.id, Correction(language="en-GB"))
    assert (spoken.name, spoken.language, spoken.transcript) == ("Minji", "en", HEARD)
    silent = bench.voices.correct(OWNER, saved.id, Correction(transcript=" "))
    assert silent.transcript == ""
    assert bench.voices.get(OWNER, saved.id) == silent


def test_a_corrected_transcript_is_held_against_what_was_heard_when_it_was_saved(
    bench, korean, double
):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    double.agrees = False
    with pytest.raises(TranscriptNotCovering):
        bench.voices.correct(OWNER, saved.id, Correction(transcript="어제"))
    assert bench.voices.get(OWNER, saved.id) == saved
    bench.voices.correct(OWNER, saved.id, Correction(name="M"))
    change = Correction(transcript="어제", insist_transcript=True)
    assert bench.voices.correct(OWNER, saved.id, change).transcript == "어제"
    assert len(double.asked) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"language": "klingonish"}, "language_unknown"),
        ({"transcript": "가" * 5001}, "transcript_too_long"),
    ],
)
def test_a_correction_that_will_not_do_changes_nothing(bench, korean, double, change, code):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    with pytest.raises(BadInput, match=code):
        bench.voices.correct(OWNER, saved.id, Correction(**{"name": "X"} | change))
    assert bench.voices.get(OWNER, saved.id) == saved


def test_an_old_voice_whose_transcript_is_not_that_of_the_part_stays_as_it_was(
    bench, korean, double
):
    double.fails = Unavailable("workbench_crashed", reason="x")
    old = bench.voices.create(OWNER, korean, Application(**GIVEN, transcript=speech.KOREAN))
    double.fails, double.agrees = None, False
    with pytest.raises(TranscriptNotCovering) as refusal:
        bench.voices.examine(OWNER, old.id)
    assert refusal.value.params["heard"] == HEARD
    assert bench.voices.get(OWNER, old.id) == old
    assert len(bench.files()) == 1
    double.agrees = True
    view, _ = bench.voices.examine(OWNER, old.id, change=Correction(transcript=HEARD))
    assert view.transcript == HEARD
    assert view.reference is not None
