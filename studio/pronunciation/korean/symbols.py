"""Signs between Korean words and numbers: ~, &, +, =, ①, Ⅱ, №."""

import re
from collections.abc import Iterator

from studio.pronunciation.korean.figures import sino
from studio.pronunciation.suggestion import Confidence, Suggestion, suggestion

_BETWEEN: tuple[tuple[str, tuple[str, ...], Confidence], ...] = (
    (r"(?<=[가-힣0-9\0]) ?[~∼〜～] ?(?=[가-힣0-9\0])", ("에서 ", "부터 "), "likely"),
    (r"(?<=[\w)\0]) ?& ?(?=[\w\0])", (" 앤드 ", " 그리고 "), "likely"),
    (r"(?<=[\d\0]) ?\+ ?(?=[\d\0])", (" 더하기 ", " 플러스 "), "certain"),
    (r"(?<=[\w)\0]) ?\+ ?(?=[\w(\0])", (" 플러스 ", " 더하기 "), "likely"),
    (r"(?<=[\d\0]) ?[-−–] (?=[\d\0])", (" 빼기 ", " 마이너스 "), "likely"),
    (r"(?<=[\d\0]) ?[×*xX] ?(?=[\d\0])", (" 곱하기 ", " 바이 "), "likely"),
    (r"(?<=[\d\0]) ?÷ ?(?=[\d\0])", (" 나누기 ",), "certain"),
    (r"(?<=[\w)\0]) ?[=＝] ?(?=[\w(\0−-])", (" 이퀄 ", " 은 ", " 는 "), "likely"),
    (r"(?<=[\w)\0]) ?(?:≥|>=) ?(?=[\w\0])", (" 크거나 같다 ", " 이상 "), "guess"),
    (r"(?<=[\w)\0]) ?(?:≤|<=) ?(?=[\w\0])", (" 작거나 같다 ", " 이하 "), "guess"),
    (r"№ ?(?=[\d\0])", ("넘버 ",), "certain"),
    (r"℡ ?", ("전화 ",), "certain"),
    (r"㈜ ?", ("주식회사 ",), "certain"),
    (r"\(주\) ?", ("주식회사 ",), "likely"),
)
_CIRCLED = re.compile("[①-⑳]")
_ROMAN = re.compile(r"[Ⅰ-Ⅻ]|(?<![A-Za-z])(?:II|III|IV|VI|VII|VIII|IX)(?![A-Za-z0-9])")
_LATIN = {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_ENGLISH = ("", "원", "투", "쓰리", "포", "파이브", "식스", "세븐", "에잇", "나인", "텐", "일레븐",
            "트웰브")  # fmt: skip


def found(text: str) -> Iterator[Suggestion]:
    """Signs that are words when they are said."""
    for pattern, ways, sure in _BETWEEN:
        for match in re.finditer(pattern, text):
            yield suggestion(*match.span(), *ways, kind="symbol", confidence=sure)
    for match in _CIRCLED.finditer(text):
        said = sino(ord(match[0]) - ord("①") + 1)
        yield suggestion(*match.span(), said, f"{said}번", kind="symbol", confidence="likely")
    for match in _ROMAN.finditer(text):
        value = _LATIN.get(match[0]) or ord(match[0]) - ord("Ⅰ") + 1
        ways = (
            (_ENGLISH[value], sino(value)) if match[0] in _LATIN else (sino(value), _ENGLISH[value])
        )
        yield suggestion(*match.span(), *ways, kind="symbol", confidence="likely")
