"""Figures that are said one by one: telephone numbers, accounts, numbers of emergency calls."""

import re
from collections.abc import Iterator

from studio.pronunciation.korean.figures import by_figure
from studio.pronunciation.suggestion import Suggestion, suggestion

_PHONE = re.compile(
    r"(?<![\d-])(?:\+\d{1,3}[- ]?)?"
    r"(?:\(?0\d{1,2}\)?[-. ]\d{3,4}[-. ]\d{4}|1[56]\d\d-\d{4})(?![\d-])"
    r"|(?<![\d-])01[016-9]\d{7,8}(?!\d)|(?<!\d)\+\d{1,3}(?:[- ]\d{1,4}){2,4}(?!\d)"
)
_GROUPS = re.compile(r"(?<![\d-])\d+(?:-\d+){2,}(?![\d-])")
_HOUSE = re.compile(r"(?<![\d-])(\d{1,4})-(\d{1,4})(?![\d-])(?P<house> ?(?:번지|호))?")
_EMERGENCY = re.compile(
    r"(?<![\d.,-])(?:112|119|114|111|117|118|120|129|131|1330|1339|1366|1388|1588|110)"
    r"(?=(?:에|로|으로|번(?!째)|번으로| ?신고| ?구급| ?상황| ?안전| ?전화| ?콜)(?![0-9]))"
)
_CORONA = re.compile(r"(?<=코로나)(?:-| )?19(?!\d)")


def found(text: str) -> Iterator[Suggestion]:
    """Places where figures are said one by one."""
    for match in _PHONE.finditer(text):
        groups = re.findall(r"\d+", match[0])
        if len(groups) == 1:  # 01012345678
            groups = [match[0][:3], match[0][3:-4], match[0][-4:]]
        plus = "플러스 " if match[0].startswith("+") else ""
        names = [by_figure(one) for one in groups]
        yield suggestion(
            *match.span(), f"{plus}{' '.join(names)}", f"{plus}{'에 '.join(names)}", kind="phone"
        )
    for match in _GROUPS.finditer(text):
        groups = [by_figure(one) for one in match[0].split("-")]
        said, dashed = " ".join(groups), " 다시 ".join(groups)
        yield suggestion(*match.span(), said, dashed, kind="code", confidence="likely")
    for match in _CORONA.finditer(text):
        yield suggestion(*match.span(), " 일구", " 십구", kind="code")
    for match in _EMERGENCY.finditer(text):
        yield suggestion(*match.span(), by_figure(match[0], "공일이삼사오육칠팔구"), kind="phone",
                         confidence="likely")  # fmt: skip
    yield from _houses(text)


def _houses(text: str) -> Iterator[Suggestion]:
    from studio.pronunciation.korean.figures import number

    for match in _HOUSE.finditer(text):
        first, last = number(match[1]), number(match[2])
        house = f" {match['house'].strip()}" if match["house"] else ""
        ways = [f"{first} 다시 {last}{house}", f"{first}에서 {last}{house}", f"{first} 대 {last}"]
        sure = "certain" if house else "guess"
        yield suggestion(*match.span(), *ways, kind="code", confidence=sure)  # type: ignore[arg-type]
