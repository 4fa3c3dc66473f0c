"""Which pair comes next."""

import random
from collections import Counter
from types import SimpleNamespace

from studio.listening.draw import Kind, Pool


def take(name: str, comparison: str, condition: str, text: str | None = None, language: str = "en"):
    return SimpleNamespace(
        take=name,
        comparison=comparison,
        condition=condition,
        language=language,
        text_sha256=text or comparison,
    )


def pool_of(comparisons: dict[str, str], language: str = "en") -> Pool:
    return Pool(
        [
            take(f"{c}{condition}", c, condition, language=language)
            for c, conditions in comparisons.items()
            for condition in conditions
        ]
    )


def nothing(kind: Kind) -> dict[str, int]:
    return {}


def kind_of(pair) -> str:
    return pair.first.condition + pair.second.condition


def test_takes_of_one_condition_or_of_two_comparisons_never_meet():
    pool = Pool(
        [
            take("1", "x", "a"),
            take("2", "x", "a"),
            take("3", "x", "b"),
            take("4", "y", "b"),
            take("5", "y", "b"),
        ]
    )
    drawn = {pool.draw({}, nothing).takes for _ in range(100)}
    assert drawn == {frozenset({"1", "3"}), frozenset({"2", "3"})}


def test_a_pool_without_a_pair_draws_none():
    assert Pool([]).draw({}, nothing) is None
    assert Pool([take("1", "x", "a"), take("2", "x", "a")]).draw({}, nothing) is None


def test_the_graph_is_joined_before_anything_else():
    pool = pool_of({"x": "abcd"})
    votes = {Kind("en", "a", "b"): 1, Kind("en", "c", "d"): 500}
    drawn = {kind_of(pool.draw(votes, nothing)) for _ in range(200)}
    assert drawn == {"ac", "ad", "bc", "bd"}
    votes[Kind("en", "a", "c")] = 1000
    assert "ab" in {kind_of(pool.draw(votes, nothing)) for _ in range(200)}


def test_each_language_has_a_graph_of_its_own():
    pool = Pool(
        [
            take("1", "x", "a"),
            take("2", "x", "b"),
            take("3", "y", "a", language="ko"),
            take("4", "y", "b", language="ko"),
        ]
    )
    votes = {Kind("ko", "a", "b"): 3}
    assert {pool.draw(votes, nothing).first.language for _ in range(50)} == {"en"}


def test_pairs_with_few_votes_come_more_often_but_not_always():
    pool = pool_of({"x": "abc"})
    votes = {Kind("en", "a", "b"): 1, Kind("en", "b", "c"): 9, Kind("en", "a", "c"): 9}
    chance = random.Random(1)
    drawn = Counter(kind_of(pool.draw(votes, nothing, chance=chance)) for _ in range(2000))
    assert 1300 < drawn["ab"] < 1550  # 1/2 of 1/2 + 1/10 + 1/10: 5/7 of 2000 = 1429
    assert min(drawn["bc"], drawn["ac"]) > 200


def test_texts_are_balanced_within_a_pair():
    pool = pool_of({"x": "ab", "y": "ab", "z": "ab"})
    asked: Counter[str] = Counter()
    chance = random.Random(2)
    for _ in range(300):
        asked[pool.draw({}, lambda kind: asked, chance=chance).first.text_sha256] += 1
    assert max(asked.values()) - min(asked.values()) < 20


def test_what_a_rater_has_judged_comes_again_only_when_nothing_else_is_left():
    pool = pool_of({"x": "ab", "y": "ab"})
    judged = {frozenset({"xa", "xb"})}
    assert {pool.draw({}, nothing, judged).first.comparison for _ in range(50)} == {"y"}
    judged.add(frozenset({"ya", "yb"}))
    assert {pool.draw({}, nothing, judged).first.comparison for _ in range(50)} == {"x", "y"}


def test_refused_pairs_never_come():
    pool = pool_of({"x": "ab", "y": "ab"})
    refused = {frozenset({"xa", "xb"})}
    assert {pool.draw({}, nothing, refused=refused).first.comparison for _ in range(50)} == {"y"}
    refused.add(frozenset({"ya", "yb"}))
    assert pool.draw({}, nothing, refused=refused) is None
