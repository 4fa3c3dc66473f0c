"""E-mail addresses, addresses of pages, and hashtags, as they are read out in Korean."""

import re
from collections.abc import Iterator

from studio.pronunciation.korean.figures import by_figure
from studio.pronunciation.korean.letters import spelled
from studio.pronunciation.korean.spelling import in_hangul
from studio.pronunciation.korean.words import known
from studio.pronunciation.suggestion import Suggestion, suggestion

_MAIL = re.compile(r"[A-Za-z0-9](?:[\w.+-]*\w)?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_PAGE = re.compile(
    r"(?:https?://[A-Za-z0-9][^\s가-힣,;()<>\"']*"
    r"|(?<![A-Za-z0-9@.])(?:www\.)?(?:[A-Za-z0-9-]+\.)+"
    r"(?:com|net|org|kr|io|ai|dev|app|co|me|gov|edu|jp|cn|us|tv|info)(?![A-Za-z0-9])"
    r"(?:/[^\s가-힣,;()<>\"']*)?)"
)
_AT_NAME = re.compile(r"(?<![\w@])@(?P<name>[A-Za-z0-9_.]*[A-Za-z0-9_])")
_TAG = re.compile(r"(?<![\w#&])#(?=[가-힣A-Za-z])")
_ENDS = {"com": "닷컴", "net": "닷넷", "org": "닷오알지"}
_NAMES = {"kr": "케이알", "co": "씨오", "go": "지오", "or": "오알", "ac": "에이씨", "re": "알이",
          "io": "아이오", "ai": "에이아이", "jp": "제이피", "cn": "씨엔", "us": "유에스",
          "me": "엠이", "tv": "티브이", "html": "에이치티엠엘",
          "www": "더블유더블유더블유"}  # fmt: skip
_SIGNS = {".": "점", "-": "대시", "_": "언더바", "+": "플러스", "@": "골뱅이", "/": "슬래시",
          "?": "물음표", "=": "이퀄", "&": "앤드", ":": "콜론", "#": "샵", "%": "퍼센트",
          "~": "물결표"}  # fmt: skip
_PIECE = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z0-9]")
_LETTERS_MOST = 2


def found(text: str) -> Iterator[Suggestion]:
    """Addresses and the signs of hashtags and names."""
    for match in _MAIL.finditer(text):
        yield suggestion(*match.span(), _said(match[0]), kind="address", confidence="likely")
    for match in _PAGE.finditer(text):
        written = match[0].rstrip(".!?:")
        whole = _said(written)
        short = _said(re.sub(r"^https?://(?:www\.)?|^www\.", "", written.rstrip("/")))
        start = match.start()
        yield suggestion(
            start, start + len(written), short, whole, kind="address", confidence="guess"
        )
    for match in _AT_NAME.finditer(text):
        yield suggestion(*match.span(), _said(match[0]), kind="address", confidence="guess")
    for match in _TAG.finditer(text):
        yield suggestion(*match.span(), "해시태그 ", "샵 ", kind="symbol", confidence="likely")


def _said(address: str) -> str:
    host_end = len(re.match(r"[^/]*", address.partition("://")[2] or address)[0])  # type: ignore[index]
    host_end += address.find("://") + 3 if "://" in address else 0
    words: list[str] = []
    at = 0
    for piece in _PIECE.findall(address):
        end = at + len(piece)
        ending = end == host_end and piece.lower() in _ENDS and at and address[at - 1] == "."
        if ending:
            words[-1] = _ENDS[piece.lower()]
        elif piece.isalpha() and piece.isascii():
            words.append(_word(piece))
        elif piece.isdecimal():
            words.append(by_figure(piece))
        elif piece in _SIGNS:
            words.append(_SIGNS[piece])
        at = end
    return " ".join(words)


def _word(piece: str) -> str:
    lower = piece.lower()
    if lower in _NAMES:
        return _NAMES[lower]
    if ways := known(piece):
        return ways[0]
    plain = len(piece) <= _LETTERS_MOST or not re.search("[aeiouy]", lower)
    return spelled(piece) if plain else in_hangul(piece)
