"""How often the proposed reading of a Korean text is the one a newsreader would say."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studio.pronunciation import Reading, applied
from studio.pronunciation.korean.reader import suggestions
from tests.pronunciation.korean_cases import CASES, UNSEEN

_TEXT = "2026년 3월 2일 오후 3:30에 KTX로 300km/h, 사과 3~4개 12,500원. iPhone 15와 Wi-Fi! "
_LETTERS = 5000
Cases = Mapping[str, Sequence[tuple[str, str]]]


def run() -> dict[str, dict[str, Any]]:
    """Measure both tables of cases, then how long a text of 5,000 characters takes."""
    text = (_TEXT * (_LETTERS // len(_TEXT) + 1))[:_LETTERS]
    suggestions("1")  # reads the list of words
    began = time.process_time()
    suggestions(text)
    seconds = time.process_time() - began
    return {
        "right, of all": _share(_all(CASES, UNSEEN), "kept while the rules were made, and after"),
        "right, of the table that came after the rules": _share(_all(UNSEEN), "rules mended since"),
        "called certain, of all readings": _certain(_all(CASES, UNSEEN)),
        "right, where all is certain": _share(
            [case for case in _all(CASES, UNSEEN) if _all_certain(case[0])], "no place is doubted"
        ),
        "5,000 characters": {
            "value": round(1000 * seconds),
            "unit": "ms",
            "goal": "≤ 100",
            "met": seconds <= 0.1,
            "how": "time of the processor, once",
        },
    }


def said(text: str) -> str:
    """A text with the usual reading of every place."""
    return applied(
        text, [Reading(start=s.start, end=s.end, reading=s.reading) for s in suggestions(text)]
    )


def _all(*tables: Cases) -> list[tuple[str, str]]:
    return [case for table in tables for cases in table.values() for case in cases]


def _right(case: tuple[str, str]) -> bool:
    return said(case[0]).replace(" ", "") == case[1].replace(" ", "")


def _all_certain(text: str) -> bool:
    return all(one.confidence == "certain" for one in suggestions(text))


def _share(cases: Sequence[tuple[str, str]], how: str) -> dict[str, Any]:
    right = sum(map(_right, cases))
    value = round(100 * right / len(cases), 1)
    return {"value": value, "unit": "%", "how": f"{right} of {len(cases)} sentences; {how}"}


def _certain(cases: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found = [one for text, _ in cases for one in suggestions(text)]
    certain = sum(one.confidence == "certain" for one in found)
    guessed = sum(one.confidence == "guess" for one in found)
    return {
        "value": round(100 * certain / len(found), 1),
        "unit": "%",
        "how": f"{certain} of {len(found)} places; {guessed} are called a guess",
    }
