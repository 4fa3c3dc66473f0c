"""What takes are accused of, and what not, by facts made up for the purpose."""

import pytest

from studio.locales import LanguageName, Note, languages, say
from studio.quality.ending import Ending
from studio.quality.figure import Finding
from studio.quality.take_checks import check
from tests.quality.takes import KOREAN, TEXT, facts, transcript


def faults(*args, **more):
    return {one.code: one.params for one in check(facts(*args, **more)) if one.severity == "fault"}


def warnings(*args, **more):
    return [one.code for one in check(facts(*args, **more)) if one.severity == "warning"]


# nothing wrong


@pytest.mark.parametrize(
    "heard",
    [
        TEXT,
        "the harbor was quiet that morning and only a few boats moved slowly towards the sea",
        "The harbour was quiet that morning and only a few votes moved slowly to words the sea.",
        "The harbour was quite that morning, only few boats moved slowly towards the sea.",
        "Teh harber wass quiat thet mornin, und onle a fow boots mooved slowlie tords the seea.",
    ],
)
def test_a_recognisers_slips_are_no_faults(heard):
    assert check(facts(TEXT, heard=heard)) == ()


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (
            "Our train leaves at seven fifteen from platform nine.",
            "Our train leaves at 7.15 from platform 9.",
        ),
        (
            "It costs $26.50, or 3 for 70.",
            "It costs twenty six dollars and fifty cents, or three for seventy.",
        ),
        ("Everybody came back in 2019.", "Every body came back in twenty nineteen."),
    ],
)
def test_numbers_and_spaces_may_be_written_in_any_way(text, heard):
    assert check(facts(heard, text=text)) == ()


def test_words_a_recogniser_did_not_write_but_the_voice_took_time_for_were_said():
    """The transcript has a hole of just the time that the words need."""
    first, last = "The harbour was quiet that", "boats moved slowly towards the sea."
    head = transcript(first)
    tail = transcript(last, start=head.words[-1].end + 0.07 * 20)
    whole = transcript(f"{first} {last}")
    holed = type(whole)(**{**vars(whole), "words": head.words + tail.words})
    assert faults(TEXT, transcript=holed) == {}


def test_korean_spelt_otherwise_is_no_fault():
    heard = "오늘 아침 항군은 조용했고 작은 배 몇 적만 천천이 바다로 나아갔습니다"
    assert check(facts(KOREAN, text=KOREAN, heard=heard, language="ko")) == ()


def test_foreign_names_in_korean_may_be_written_in_either_script():
    latin = "내일은 PowerPoint 발표 자료를 Kubernetes 모임에서 함께 보겠습니다."
    hangul = "내일은 파워포인트 발표 자료를 쿠버네티스 모임에서 함께 보겠습니다."
    for text, heard in ((latin, hangul), (hangul, latin)):
        assert faults(hangul, text=text, heard=heard, language="ko") == {}
    assert "words_missing" in faults(
        "내일은 파워포인트 발표 자료를 함께 보겠습니다.", text=latin, language="ko"
    )


def test_markup_is_not_read_out():
    marked = TEXT.replace("morning,", 'morning, <break time="1.5s"/>')
    assert faults(TEXT, text=marked) == {}


@pytest.mark.parametrize(("before", "after"), [(0.0, 4.0), (3.0, 0.0)])
def test_words_heard_into_silence_are_not_believed(before, after):
    said = transcript(TEXT, start=before)
    over = said.words[-1].end
    invented = transcript("Thank you for watching.", start=over + 0.5 if after else 0.5)
    both = sorted((said, invented), key=lambda one: one.words[0].start)
    whole = type(said)(**{**vars(said), "words": both[0].words + both[1].words,
                          "text": f"{both[0].text} {both[1].text}"})  # fmt: skip
    assert faults(transcript=whole, seconds=over + after, speech=((before, over),)) == {}


def test_a_number_may_be_read_in_another_way_than_it_is_written():
    """715 is "seven hundred and fifteen" to whoever reads it alone."""
    text = "Our train leaves at seven fifteen from platform nine."
    said = transcript(text)
    first, last = said.words[4:6]
    number = type(first)("715", first.start, last.end, 0.8)
    written = type(said)(**{**vars(said), "words": (*said.words[:4], number, *said.words[6:]),
                            "text": "Our train leaves at 715 from platform nine."})  # fmt: skip
    assert faults(text=text, transcript=written, seconds=said.words[-1].end) == {}


# words


def test_a_phrase_left_out_is_named_as_the_text_writes_it():
    found = faults("The harbour was quiet that morning, moved slowly towards the sea.")
    assert found.keys() == {"words_missing"}
    assert found["words_missing"]["words"] == "and only a few boats"


def test_an_ending_that_was_not_heard_is_cut_off():
    found = faults("The harbour was quiet that morning, and only a few boats moved slowly")
    assert found == {"cut_off": {"words": "towards the sea"}}


def test_one_last_word_that_left_no_trace_is_cut_off():
    assert faults(TEXT.removesuffix(" sea.")) == {"cut_off": {"words": "sea"}}


def test_a_beginning_that_was_not_heard_is_missing():
    assert "words_missing" in faults(
        "that morning, and only a few boats moved slowly towards the sea."
    )


def test_a_phrase_said_twice_is_named():
    found = faults(TEXT.replace("a few boats", "a few boats a few boats"))
    assert found.keys() == {"words_repeated"}
    assert found["words_repeated"]["words"] == "a few boats"


def test_a_phrase_said_twice_but_written_once_shows_in_the_time_of_a_word():
    once = transcript(TEXT)
    longer = [
        type(word)(word.text, word.start + 0.9 * (n > 9), word.end + 0.9 * (n >= 9), 0.9)
        for n, word in enumerate(once.words)
    ]
    late = type(once)(**{**vars(once), "words": tuple(longer)})
    assert faults(transcript=late, seconds=longer[-1].end).keys() == {"more_said"}


def test_letters_said_one_by_one_may_take_their_time():
    def drawn_out(text):
        """The third word takes 0.9 s longer than its letters."""
        once = transcript(text)
        words = tuple(
            type(word)(word.text, word.start + 0.9 * (n > 2), word.end + 0.9 * (n >= 2), 0.9)
            for n, word in enumerate(once.words)
        )
        late = type(once)(**{**vars(once), "words": words})
        return faults(text=text, transcript=late, seconds=words[-1].end)

    assert drawn_out("She watched TV until the others came home.") == {}
    assert "more_said" in drawn_out("She watched us until the others came home.")


def test_a_number_in_figures_may_leave_its_time_to_the_word_beside_it():
    text = "In 1998 the harbour was rebuilt and larger ships came."
    once = transcript(text)
    late = [
        type(word)(word.text, word.start + 0.8 * (n > 2), word.end + 0.8 * (n >= 2), 0.9)
        for n, word in enumerate(once.words)
    ]
    held = type(once)(**{**vars(once), "words": tuple(late)})
    assert faults(text=text, transcript=held, seconds=late[-1].end) == {}


def test_words_of_the_reference_clip_are_told_from_other_added_words():
    leaked = "for all these years " + TEXT
    assert faults(leaked, reference_transcript="I have lived here for all these years.").keys() == {
        "reference_leak"
    }
    assert faults(leaked, reference_transcript="Something else entirely.").keys() == {"words_added"}


def test_little_words_in_common_with_the_reference_clip_are_no_leak():
    heard = TEXT.replace("was quiet", "was and the quiet")
    assert faults(heard, reference_transcript="He and the cat sat on the mat.") == {}


def test_speech_after_the_text_is_runaway_with_and_without_words_in_it():
    spoken = facts().seconds
    babble = {"seconds": spoken + 4, "speech": ((0.0, spoken), (spoken + 0.2, spoken + 4))}
    found = faults(**babble)
    assert found.keys() == {"runaway"}
    assert found["runaway"]["seconds"] == pytest.approx(3.8, abs=0.4)
    assert "runaway" in faults(TEXT + " and so on it went until nobody was there to hear it")


def test_a_take_far_too_long_is_runaway_even_without_a_recogniser():
    assert faults(transcript=None, seconds=40.0).keys() == {"runaway"}
    assert faults(transcript=None, seconds=9.0) == {}


def test_other_words_clearly_heard_are_a_fault():
    other = "She sold seven green bicycles because her uncle dislikes modern furniture nowadays."
    assert faults(other).keys() <= {"other_words", "words_missing", "cut_off", "words_added"}
    assert faults(other)


def test_a_voice_nobody_understands_is_a_warning_not_a_fault():
    murmur = transcript("oh wisher about the keying some mat you of rise", probability=0.3)
    assert faults(transcript=murmur) == {}
    assert warnings(transcript=murmur) == ["not_checked"]


def test_a_little_speech_for_much_text_is_too_short_even_where_nobody_understands_it():
    murmur = transcript("oh", probability=0.2)
    assert "too_short" in faults(transcript=murmur, seconds=1.5, speech=((0.2, 1.2),))


# the ending's sound


def test_a_sound_broken_off_is_a_fault_although_every_word_was_understood():
    broken = Ending(-30.0, -8.0, 0.0, 4.9)
    assert faults(ending=broken) == {"breaks_off": {"words": "towards the sea"}}


def test_a_last_word_that_is_over_too_soon_and_only_guessed_was_cut():
    said = transcript(TEXT)
    last = said.words[-1]
    for probability, expected in ((0.4, {"breaks_off"}), (0.99, set())):
        guessed = type(last)(last.text, last.start, last.end, probability)
        taken = type(said)(**{**vars(said), "words": (*said.words[:-1], guessed)})
        end = last.start + 0.08
        assert faults(transcript=taken, ending=Ending(-30, -40, 0, end)).keys() == expected


def test_noise_behind_the_voice_is_no_broken_off_sound():
    assert faults(ending=Ending(-18.0, -18.0, 0.0, 4.9), snr_db=20.0) == {}


def test_formant_synthesis_may_end_abruptly():
    assert faults(ending=Ending(-30.0, -8.0, 0.0, 4.9), formant=True) == {}
    assert faults(ending=Ending(-30.0, -1.0, 0.0, 4.9), formant=True).keys() == {"breaks_off"}


# language


ENGLISH_HEARD = (("en", 0.97), ("nn", 0.01))


def test_english_for_a_korean_text_is_the_wrong_language():
    gibberish = transcript("더 하버 워즈 콰이엇", "ko", probability=0.4, languages=ENGLISH_HEARD)
    found = faults(
        TEXT, text=KOREAN, language="ko", transcript=gibberish, other=transcript(TEXT),
        languages=ENGLISH_HEARD,
    )  # fmt: skip
    assert found.keys() == {"wrong_language"}
    assert found["wrong_language"] == {"heard": LanguageName("en"), "wanted": LanguageName("ko")}


def test_an_accent_is_not_another_language():
    """The words fit, whatever the recogniser takes the language for."""
    assert faults(languages=(("ja", 0.8), ("en", 0.1))) == {}


def test_robotic_korean_that_sounds_like_thai_is_not_accused():
    thai = (("th", 0.9), ("ko", 0.02))
    murmur = transcript("오디션 요게 독좋아요", "ko", probability=0.5, languages=thai)
    guess = transcript("อะไร", "th", probability=0.3)
    taken = {"text": KOREAN, "language": "ko", "transcript": murmur, "other": guess}
    assert faults(KOREAN, **taken, languages=thai, formant=True) == {}
    assert warnings(KOREAN, **taken, languages=thai, formant=True) == ["not_checked"]
    assert faults(KOREAN, **taken, languages=thai).keys() == {"wrong_language"}


# sound


@pytest.mark.parametrize(
    "more",
    [{"peak_dbfs": None, "ending": None}, {"peak_dbfs": -60.0}, {"speech": ()}],
)
def test_a_take_without_speech_is_silent_and_nothing_else(more):
    assert faults(transcript=None, **more).keys() == {"silent"}


def test_a_long_silence_inside_is_found_with_its_place():
    speech = ((0.0, 2.0), (4.5, 7.4))
    found = faults(seconds=7.4, speech=speech, transcript=None)
    assert found == {"inner_silence": {"seconds": 2.5, "at": 2.0, "until": 4.5}}


def test_pauses_between_sentences_and_those_a_text_asks_for_are_none():
    assert check(facts(seconds=6.0, speech=((0.0, 2.0), (3.0, 6.0)), transcript=None)) == ()
    asked = TEXT + "\n\n" + TEXT
    speech = ((0.0, 5.0), (7.0, 12.0))
    assert faults(seconds=12.0, speech=speech, text=asked, transcript=None) == {}


def test_silence_before_and_after_is_no_inner_silence():
    assert check(facts(seconds=12.0, speech=((3.0, 7.9),), transcript=None)) == ()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"snr_db": 9.0}, "noisy"),
        ({"background": 1.8}, "noise_heard"),
        ({"clipping_ratio": 0.02}, "clipped"),
    ],
)
def test_noise_and_distortion_are_found(more, code):
    assert faults(**more).keys() == {code}


def test_what_could_not_be_measured_accuses_nobody():
    assert check(facts(snr_db=None, background=None, transcript=None, clipping_ratio=0.0)) == ()


# forms


def test_faults_stand_before_warnings():
    spoken = facts().seconds
    paused = ((0.0, spoken / 2), (spoken / 2 + 1.4, spoken + 1.4))
    broken = Ending(-30.0, -5.0, 0.0, spoken + 1.4)
    found = check(facts(seconds=spoken + 1.4, speech=paused, ending=broken))
    assert [(one.code, one.severity) for one in found] == [
        ("breaks_off", "fault"),
        ("inner_silence", "warning"),
    ]


def test_a_finding_survives_the_wire_and_names_languages_in_the_readers_own():
    finding = Finding(
        "wrong_language", "fault", {"heard": LanguageName("en"), "wanted": LanguageName("ko")}
    )
    again = Finding.from_json(finding.to_json())
    assert again == finding
    sentences = {
        language: say(language, Note("take.finding.wrong_language", again.params))
        for language in languages()
    }
    assert "English" in sentences["en"]
    assert "한국어" in sentences["ko"]
