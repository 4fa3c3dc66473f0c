"""The alignment: least cost against every way there is, gaps in one piece, and speed."""

import functools
import random
import time

import pytest

from studio.quality.alignment import align, sounds


def shown(reference, heard):
    left, right = reference.split(), heard.split()
    return " ".join(
        f"{left[p.reference] if p.reference is not None else '-'}"
        f"/{right[p.heard] if p.heard is not None else '-'}"
        for p in align(left, right)
    )


def cost(pairs):
    """By the rules of the module: 1 a gap, 0.6 for opening one, 2.4 × unlikeness for a pair."""
    total, before = 0.0, "pair"
    for pair in pairs:
        kind = "left" if pair.heard is None else "right" if pair.reference is None else "pair"
        total += 2.4 * (1 - pair.likeness) if kind == "pair" else 1.0 + 0.6 * (kind != before)
        before = kind
    return total


def least(left, right):
    """The cheapest way among all, tried one by one."""
    from rapidfuzz.distance import Levenshtein

    @functools.cache
    def rest(i, j, before):
        if i == len(left) and j == len(right):
            return 0.0
        ways = []
        if i < len(left) and j < len(right):
            alike = Levenshtein.normalized_similarity(sounds(left[i]), sounds(right[j]))
            ways.append(2.4 * (1 - alike) + rest(i + 1, j + 1, "pair"))
        if i < len(left):
            ways.append(1.0 + 0.6 * (before != "left") + rest(i + 1, j, "left"))
        if j < len(right):
            ways.append(1.0 + 0.6 * (before != "right") + rest(i, j + 1, "right"))
        return min(ways)

    return rest(0, 0, "pair")


def test_no_other_alignment_is_cheaper():
    draw = random.Random(4)
    words = ["the", "a", "road", "roads", "sea", "see", "seat", "left", "lift", "가", "나", "각"]
    for _ in range(300):
        left, right = (tuple(draw.choices(words, k=draw.randrange(7))) for _ in range(2))
        pairs = align(left, right)
        assert [p.reference for p in pairs if p.reference is not None] == list(range(len(left)))
        assert [p.heard for p in pairs if p.heard is not None] == list(range(len(right)))
        assert cost(pairs) == pytest.approx(least(left, right))


def test_what_is_left_out_is_left_out_in_one_piece():
    assert shown("the cat saw the dog and the bird", "the cat saw the bird").count("/-") == 3
    assert "the/- dog/- and/-" in shown("the cat saw the dog and the bird", "the cat saw the bird")


def test_misheard_words_stand_beside_what_they_were():
    assert shown("new boats moved", "few votes moved") == "new/few boats/votes moved/moved"


def test_one_side_may_be_empty():
    assert align((), ()) == ()
    assert shown("", "a b") == "-/a -/b"
    assert shown("a b", "") == "a/- b/-"


def test_a_long_korean_text_takes_seconds():
    text = [chr(0xAC00 + n * 37 % 900) for n in range(2500)]
    began = time.process_time()
    pairs = align(text, text[:1200] + text[1210:])
    assert time.process_time() - began < 5
    assert sum(pair.heard is None for pair in pairs) == 10
