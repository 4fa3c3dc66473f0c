"""eSpeak NG: languages, variants, settings, and a voice that never lingers."""

import threading

import numpy as np
import pytest

from studio.engines.contract import Asked, EngineProblem, Request
from studio.engines.espeak.voices import languages, voice_name
from studio.engines.registry import engine_class


def pitch(samples, rate):
    """Median fundamental frequency (Hz) by autocorrelation over 40 ms frames."""
    frame, found = int(0.04 * rate), []
    for start in range(0, len(samples) - frame, frame):
        piece = samples[start : start + frame]
        if np.square(piece).mean() < 1e-3:
            continue
        auto = np.correlate(piece, piece, "full")[frame - 1 :]
        low, high = rate // 400, rate // 60
        found.append(rate / (low + int(np.argmax(auto[low:high]))))
    return float(np.median(found))


def test_the_card_lists_a_hundred_languages_with_korean_from_the_librarys_data():
    card = engine_class("espeak").card
    assert len(card.languages) > 100
    assert {"ko", "zh", "yue", "de", "sw"} <= set(card.languages)
    assert "cmn" not in card.languages
    assert set(card.language_faults) == {"ja", "hak"}


def test_the_library_has_a_voice_for_every_language_of_the_card(loaded):
    library = loaded("espeak")._library._lib
    unknown = [
        language
        for language in languages()
        if library.espeak_SetVoiceByName(voice_name(language, "default", whisper=False).encode())
    ]
    assert not unknown


def test_it_speaks_korean(speak):
    assert speak("espeak", "안녕하세요. 오늘 날씨가 참 좋네요.", "ko").seconds > 1.5


def test_an_unknown_language_is_refused_and_not_spoken_in_the_last_voice(speak):
    speak("espeak", "안녕하세요.", "ko")
    with pytest.raises(EngineProblem, match="engine_language_unknown"):
        speak("espeak", "Hello.", "xx")


def test_every_preset_sounds_different_and_women_higher_than_men(speak, loaded):
    takes = {
        p.id: speak("espeak", "Good morning.", preset=p.id) for p in loaded("espeak").presets(None)
    }
    assert len({take.samples.tobytes() for take in takes.values()}) == len(takes) == 9
    heights = {name: pitch(take.samples, take.rate) for name, take in takes.items()}
    assert heights["f1"] > 1.3 * heights["m1"]


@pytest.mark.parametrize(
    ("option", "low", "high", "measure"),
    [
        ("rate", 300, 100, lambda take: take.seconds),
        ("pitch", 10, 90, lambda take: pitch(take.samples, take.rate)),
        ("volume", 40, 100, lambda take: np.square(take.samples).mean()),
    ],
)
def test_a_setting_does_what_it_says(option, low, high, measure, speak):
    less, more = (
        speak("espeak", "A sunny morning in May.", options={option: value}) for value in (low, high)
    )
    assert measure(more) > 1.3 * measure(less)


def test_one_takes_settings_do_not_stay_for_the_next(speak):
    before = speak("espeak", "Good morning.")
    speak("espeak", "Good morning.", "ko", preset="f2", options={"rate": 400, "pitch": 90})
    after = speak("espeak", "Good morning.")
    assert after.seconds == pytest.approx(before.seconds, rel=0.02)
    assert pitch(after.samples, after.rate) == pytest.approx(
        pitch(before.samples, before.rate), rel=0.1
    )


def test_whispering_has_no_pitch(speak):
    loud, soft = (
        speak("espeak", "Good morning to you all.", options={"whisper": on}) for on in (False, True)
    )

    def voicing(take):
        frame = int(0.04 * take.rate)
        peaks = []
        for start in range(0, len(take.samples) - frame, frame):
            piece = take.samples[start : start + frame]
            auto = np.correlate(piece, piece, "full")[frame - 1 :]
            if auto[0] > 0.1:
                peaks.append(auto[take.rate // 400 : take.rate // 60].max() / auto[0])
        return np.median(peaks)

    assert voicing(soft) < 0.7 * voicing(loud)


def test_ssml_marks_and_nul_characters_are_no_commands(speak):
    assert speak("espeak", "a\0b <break time='9s'/> c").seconds < 8


def test_two_takes_at_once_keep_their_own_voices(loaded, speak):
    engine = loaded("espeak")
    asked = {"en": {"rate": 300}, "ko": {"rate": 100}, "de": {"rate": 175}}
    alone = {
        language: speak("espeak", "1 2 3 4 5 6 7 8", language, options=options).samples
        for language, options in asked.items()
    }
    together = {}

    def run(language):
        request = Request("1 2 3 4 5 6 7 8", language, "default", options=asked[language])
        chunks = engine.synthesize(request, threading.Event())
        together[language] = np.concatenate([c.samples for c in chunks])

    threads = [threading.Thread(target=run, args=(language,)) for language in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for language, samples in alone.items():
        assert len(together[language]) == pytest.approx(len(samples), rel=0.02)


def test_leaving_a_stream_early_ends_its_thread(loaded):
    stream = loaded("espeak").synthesize(
        Request("word " * 5000, "en", "default"), threading.Event()
    )
    next(stream)
    stream.close()
    assert not any(thread.name == "espeak" for thread in threading.enumerate())


def test_an_instruction_turns_the_settings():
    reading = engine_class("espeak").interpret(
        Asked("", "ko", instruction="신나고 열정적인 목소리로")
    )
    assert reading.options["rate"] > 175
    assert reading.options["pitch"] > 50
    sad = engine_class("espeak").interpret(Asked("", "en", instruction="sadly, but faster")).options
    assert sad["pitch"] < 50
    assert sad["rate"] > 175, "what is asked for by name wins"
    assert engine_class("espeak").interpret(Asked("", "en", instruction="like a pirate")) is None
    engine_class("espeak").Options(**reading.options)
