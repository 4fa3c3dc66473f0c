"""What a person types about a voice is cleaned, bounded and refused with a reason."""

import unicodedata

import pytest

from studio.problems import BadInput
from studio.voices import fields


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  민지   목소리 ", "민지 목소리"),
        (unicodedata.normalize("NFD", "김하늘"), "김하늘"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\u2066b\u2069c\u200fd", "abcd"),
        ("two\nlines\tand\x00nul\x1b[31m", "two lines andnul[31m"),
        ("가족 👨‍👩‍👧", "가족 👨‍👩‍👧"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("<script>", "<script>"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_is_kept_printable_composed_and_in_one_line(typed, kept):
    assert fields.voice_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "   ", "\u202e\u202d", "\x00\x01", "\u200d\u200c", "\u200b\ufeff"]
)
def test_a_name_without_anything_to_see_is_refused(typed):
    with pytest.raises(BadInput, match="name_missing"):
        fields.voice_name(typed)


def test_a_name_is_measured_after_cleaning_and_refused_beyond_80_characters():
    with pytest.raises(BadInput, match="name_too_long") as refusal:
        fields.voice_name("가" * 81)
    assert refusal.value.params == {"characters": 81, "limit": 80}
    assert fields.voice_name("가\u202e" * 80) == "가" * 80


@pytest.mark.parametrize(
    ("tag", "code"), [("ko", "ko"), ("ko-KR", "ko"), ("EN_us", "en"), (" yue ", "yue")]
)
def test_a_language_tag_is_reduced_to_its_language(tag, code):
    assert fields.language(tag) == code


@pytest.mark.parametrize(
    "tag", ["korean", "xq", "k", "한국어", "ko;DROP", "../ko", "und", "ko\u202e"]
)
def test_a_language_nobody_knows_is_refused(tag):
    with pytest.raises(BadInput, match="language_unknown"):
        fields.language(tag)


def test_no_language_is_refused_by_a_sentence_of_its_own():
    with pytest.raises(BadInput, match="language_missing"):
        fields.language("  ")


def test_a_transcript_keeps_its_lines_and_loses_what_cannot_be_printed():
    assert fields.transcript("첫 줄\r\n둘째\u2028셋째\x07\u202e ", 100) == "첫 줄\n둘째\n셋째"


def test_a_transcript_is_bounded():
    with pytest.raises(BadInput, match="transcript_too_long"):
        fields.transcript("a" * 11, 10)
