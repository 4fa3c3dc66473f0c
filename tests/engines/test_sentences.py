"""Cutting texts into sentences."""

import time

import pytest

from studio.engines.sentences import LONGEST, Ending, split


def texts(text):
    return [piece.text for piece in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Really? Yes! It is.", ["Really?", "Yes!", "It is."]),
        ("Dr. Smith met Mrs. Jones. They left.", ["Dr. Smith met Mrs. Jones.", "They left."]),
        ("It costs $3.50. Pay now.", ["It costs $3.50.", "Pay now."]),
        ("J. R. R. Tolkien wrote. I read.", ["J. R. R. Tolkien wrote.", "I read."]),
        ("We met at 5 p.m. on Jan. 5. It rained.", ["We met at 5 p.m. on Jan. 5.", "It rained."]),
        ("I live in the U.S. They know.", ["I live in the U.S.", "They know."]),
        ("See No. 5. No. That is wrong.", ["See No. 5.", "No.", "That is wrong."]),
        ("Apples, e.g. red ones. Good.", ["Apples, e.g. red ones.", "Good."]),
        ("He left... then came back. Then...", ["He left... then came back.", "Then..."]),
        ("Go to example.com. Now.", ["Go to example.com.", "Now."]),
        ('"Why?" he asked. "No!" she said.', ['"Why?" he asked.', '"No!" she said.']),
        ("1. First point. 2. Second point.", ["1. First point.", "2. Second point."]),
        ("그래서 I. 끝.", ["그래서 I.", "끝."]),
        ("안녕하세요. 오늘은 3.5도네요! 정말요?", ["안녕하세요.", "오늘은 3.5도네요!", "정말요?"]),
        (
            '"좋아요."라고 말했다. 끝났다.그리고 갔다.',
            ['"좋아요."라고 말했다.', "끝났다.", "그리고 갔다."],
        ),
        ("「行くよ。」と言った。でも寒い。", ["「行くよ。」と言った。", "でも寒い。"]),
        ("你好。今天天气很好！是吗？", ["你好。", "今天天气很好！", "是吗？"]),
        ("¿Cómo estás? ¡Bien! La Sra. Díaz.", ["¿Cómo estás?", "¡Bien!", "La Sra. Díaz."]),
        ("M. Dupont est là. Il parle.", ["M. Dupont est là.", "Il parle."]),
        ("नमस्ते। आप कैसे हैं?", ["नमस्ते।", "आप कैसे हैं?"]),
        ("no stop at all", ["no stop at all"]),
        ("", []),
        (" \n ... !!! \n", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert texts(text) == expected


def test_lines_are_sentences_and_their_breaks_paragraphs():
    pieces = split("A title\nFirst. Second.\n\n\nLast")
    assert [(p.text, p.ending) for p in pieces] == [
        ("A title", Ending.PARAGRAPH),
        ("First.", Ending.SENTENCE),
        ("Second.", Ending.PARAGRAPH),
        ("Last", Ending.TEXT),
    ]


def test_a_long_sentence_is_cut_at_clause_marks_into_parts_of_like_size():
    pieces = split("We walked along the river, " * 30 + "and home.")
    assert all(piece.text.endswith((",", ".")) for piece in pieces)
    lengths = [len(piece.text) for piece in pieces]
    assert max(lengths) <= LONGEST
    assert min(lengths) > LONGEST / 2
    assert [p.ending for p in pieces[:-1]] == [Ending.CLAUSE] * (len(pieces) - 1)


@pytest.mark.parametrize(
    "text", ["word " * 500, "あ" * 5000, "가나다 " * 700, "x" * 901, "、" * 900 + "あ"]
)
def test_nothing_is_lost_or_said_twice_however_long(text):
    pieces = split(text)
    assert "".join(p.text for p in pieces).replace(" ", "") == text.replace(" ", "")
    assert all(len(piece.text) <= LONGEST for piece in pieces)


def test_no_text_takes_long_to_cut():
    began = time.perf_counter()
    for text in ("." * 5000, "a." * 2500, "Dr. " * 1250, '"' * 5000, "1. " * 1600, "…" * 5000):
        split(text + " a")
    assert time.perf_counter() - began < 2
