"""Reading instructions: emotions, tempo, pitch, loudness, negation and degree."""

import pytest

from studio import locales
from studio.engines import instruction
from studio.engines.instruction import Dimension, Emotion, read


@pytest.mark.parametrize(
    ("text", "emotions"),
    [
        ("신나고 열정적인 목소리로", ["happy"]),
        ("잔뜩 들떠서", ["happy"]),
        ("차분하고 진지하게", ["calm", "serious"]),
        ("슬픈 목소리로 속삭이듯이", ["sad", "whisper"]),
        ("화난 말투로", ["angry"]),
        ("화를 내면서", ["angry"]),
        ("깜짝 놀란 듯이", ["surprised"]),
        ("겁에 질린 목소리", ["fearful"]),
        ("슬프지 않게", []),
        ("화내지 말고 진지하게", ["serious"]),
        ("화가처럼", []),
        ("with great excitement", ["happy"]),
        ("Whisper, as if afraid", ["whisper", "fearful"]),
        ("sad but calm", ["sad", "calm"]),
        ("don't sound angry; be cheerful", ["happy"]),
        ("not too serious", []),
        ("without any fear", []),
        ("a madrigal in Sadville", []),
        ("", []),
    ],
)
def test_emotions_are_read_in_the_order_of_the_text(text, emotions):
    assert [feeling.emotion.value for feeling in read(text).feelings] == emotions


@pytest.mark.parametrize(
    ("text", "dimension", "sign"),
    [
        ("빠르게", "tempo", 1),
        ("천천히 읽어 주세요", "tempo", -1),
        ("너무 빠르지 않게", "tempo", -1),
        ("덜 빠르게", "tempo", -1),
        ("속도를 조금 높여서", "tempo", 1),
        ("템포를 늦춰", "tempo", -1),
        ("빠르게 말고 천천히", "tempo", -1),
        ("not too fast", "tempo", -1),
        ("don't speak so slowly", "tempo", 1),
        ("slow down", "tempo", -1),
        ("높은 목소리로", "pitch", 1),
        ("목소리를 낮게 깔고", "pitch", -1),
        ("중저음으로", "pitch", -1),
        ("in a deep voice", "pitch", -1),
        ("higher pitch please", "pitch", 1),
        ("큰 소리로", "loudness", 1),
        ("볼륨을 낮추고", "loudness", -1),
        ("목소리를 키워 주세요", "loudness", 1),
        ("조용하게", "loudness", -1),
        ("speak up", "loudness", 1),
        ("quietly", "loudness", -1),
    ],
)
def test_ways_of_speaking_are_read_with_their_direction(text, dimension, sign):
    reading = read(text)
    assert getattr(reading, dimension) * sign > 0
    others = {d.value for d in Dimension} - {dimension}
    assert all(getattr(reading, other) == 0 for other in others)


def test_degrees_make_it_more_or_less():
    assert read("조금 빠르게").tempo < read("빠르게").tempo < read("아주 빠르게").tempo
    assert read("slightly sad").feeling.intensity < read("very sad").feeling.intensity
    assert read("속도를 조금 높여").tempo < read("속도를 높여").tempo
    assert -1 <= read("아주 아주 너무 느리게").tempo < 0


def test_a_denied_tempo_is_a_gentler_wish_than_its_opposite():
    assert read("slow").tempo < read("not too fast").tempo < 0


def test_what_meant_nothing_is_reported_and_fillers_are_not():
    assert read("like a pirate, slowly please").unread == ("pirate",)
    assert read("해적처럼 천천히 말해줘").unread == ("해적처럼",)
    assert read("신나고 열정적인 목소리로").unread == ()


def test_the_strongest_emotion_leads():
    assert read("slightly sad, very angry").feeling.emotion is Emotion.ANGRY
    assert read("fast").feeling is None


@pytest.mark.parametrize("language", locales.languages())
def test_every_part_of_a_reading_has_words(language):
    for emotion in Emotion:
        assert f"engine.instruction.{emotion.value}" in locales.catalogue(language)
    reading = read("아주 빠르고 높은 목소리로 크게, 기쁘게")
    done, *missed = [note for _, note in reading.notes()]
    sentence = locales.say(language, instruction.understood([done], missed, ("몰라", "요")))
    assert "몰라, 요" in sentence
    assert "{" not in sentence


@pytest.mark.parametrize(
    "text", ["İstanbul ẞ fast", "ﬁrm", "🙂 빠르게", "\0", "천" * 500, "not " * 125]
)
def test_odd_texts_do_no_harm(text):
    read(text)
