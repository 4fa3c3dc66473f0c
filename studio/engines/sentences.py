"""Cutting a text into pieces that are rendered one by one: sentences, long ones at clause marks.

Rules instead of a model: the text may be in any language, mixed, and short. The pieces joined with
their white space give the text back, so nothing is ever dropped or said twice.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 300
"""Characters after which a sentence is cut at a clause mark (Kokoro takes 510 phonemes)."""


class Ending(StrEnum):
    """What follows a piece, for the pause after it."""

    CLAUSE = "clause"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    TEXT = "text"
    """Nothing follows."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text without surrounding white space, never empty."""

    text: str
    ending: Ending


_CLOSERS = "\"'”’»›)]}」』】〉》）］｣"
_WIDE_STOPS = "。！？｡"
_STOPS = ".!?…؟۔।॥‼⁇⁈⁉" + _WIDE_STOPS
_CLAUSE_MARKS = ",;:，、；：،؛—–·"
_STOP = re.compile(f"[{re.escape(_STOPS)}]+[{re.escape(_CLOSERS)}]*")
_INITIAL = re.compile(r"(?:^|[\s(\[\"'“‘.])[^\W\d_]$")
_WORD_BEFORE = re.compile(r"[\w.’'-]+$")
_QUOTED = re.compile("(?:と|って|라고|이라고|하고|라는|라며|란 )")
"""「…。」と言った: what was quoted goes on in the same sentence."""
_ELLIPSIS = re.compile(r"^(?:\.{2,}|…+)$")

_WORDS = {
    "names": "mr mrs ms dr prof st sr jr rev gen col capt lt sgt sen gov messrs mt vs cf approx "
    "e.g i.e a.k.a "
    "sra srta dña mme mlle m mgr sig dott ing avv exmo dra hr bzw z.b d.h u.a डॉ श्री",
    "numbers": "no nos vol vols p pp fig figs sec ch art eds núm pág nr str ca "
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "may_end": "etc a.m p.m u.s u.k u.n inc ltd co corp usw bros",
}
_BEFORE_NAMES = frozenset(_WORDS["names"].split())
"""Abbreviations that a name or a word follows: never the end of a sentence."""
_BEFORE_NUMBERS = frozenset(_WORDS["numbers"].split())
"""Abbreviations where a digit follows, ordinary words otherwise ("No. 5", "No. That is wrong.")."""
_MAY_END = frozenset(_WORDS["may_end"].split())
"""Abbreviations that end a sentence when a capital follows."""


def split(text: str, longest: int = LONGEST) -> list[Piece]:
    """The pieces of a text in order.

    Args:
        text: any text; white space around pieces is dropped.
        longest: a piece has at most so many characters.
    """
    pieces: list[Piece] = []
    paragraphs = [p for p in re.split(r"\s*\n\s*|[\u2028\u2029]", text) if speakable(p)]
    for at, paragraph in enumerate(paragraphs):
        sentences = _sentences(paragraph.strip())
        for index, sentence in enumerate(sentences):
            clauses = list(_clauses(sentence, longest))
            pieces += [Piece(clause, Ending.CLAUSE) for clause in clauses[:-1]]
            if index + 1 < len(sentences):
                ending = Ending.SENTENCE
            else:
                ending = Ending.PARAGRAPH if at + 1 < len(paragraphs) else Ending.TEXT
            pieces.append(Piece(clauses[-1], ending))
    return pieces


def speakable(text: str) -> bool:
    """Whether there is anything to say: a letter or a digit of any script."""
    return any(character.isalnum() for character in text)


def _sentences(paragraph: str) -> list[str]:
    found: list[str] = []
    start = 0
    for stop in _STOP.finditer(paragraph):
        if not _ends_here(paragraph, start, stop):
            continue
        candidate = paragraph[start : stop.end()].strip()
        if not speakable(candidate):
            continue
        found.append(candidate)
        start = stop.end()
    rest = paragraph[start:].strip()
    if speakable(rest):
        found.append(rest)
    elif rest and found:
        found[-1] += paragraph[start:].rstrip()
    return found


def _ends_here(  # noqa: PLR0911 - one rule a line
    paragraph: str, start: int, stop: re.Match[str]
) -> bool:
    marks = stop.group().rstrip(_CLOSERS)
    after = paragraph[stop.end() :]
    if not after.strip():
        return True
    closed = marks != stop.group()
    if closed and _QUOTED.match(after):
        return False
    if any(mark in _WIDE_STOPS for mark in marks):
        return True
    if not after[0].isspace():
        # 3.14, example.com, U.S.A; but "끝났다.그리고" is two sentences in careless Korean.
        return bool(re.match(r"[가-힣\u3040-\u30ff\u4e00-\u9fff]", after)) and bool(
            re.search(r"[가-힣\u3040-\u30ff\u4e00-\u9fff]$", paragraph[: stop.start()])
        )
    following = after.lstrip().lstrip("\"'“‘«‹([{「『¿¡-–— ")
    if _ELLIPSIS.match(marks) or closed:
        # "Well... maybe" and '"Stop!" he said' go on; a capital or another script starts anew.
        return not following[:1].islower()
    if marks != ".":
        return True
    return _full_stop_ends(paragraph[start : stop.start()], following)


def _full_stop_ends(before: str, following: str) -> bool:
    if following[:1].islower():
        return False
    word_match = _WORD_BEFORE.search(before)
    word = word_match.group().lower().lstrip(".'’-") if word_match else ""
    if word in _BEFORE_NAMES:
        return False
    if word in _BEFORE_NUMBERS:
        return not following[:1].isdigit()
    if word in _MAY_END:
        return following[:1].isupper() or not following[:1].isalpha()
    if word.isdigit() and before.strip() == word:
        return False  # "1. First point": a numbered item
    # J. R. R. Tolkien; but "Plan B. Then" is rare enough to lose. "I." ends a sentence.
    return not (_INITIAL.search(before) and before[-1:].isupper() and before[-1:] != "I")


def _clauses(sentence: str, longest: int) -> list[str]:
    """A sentence cut into nearly equal parts, at a clause mark, else a space, else anywhere."""
    if len(sentence) <= longest:
        return [sentence]
    parts = -(-len(sentence) // longest)
    target = len(sentence) / parts
    cut = _best_cut(sentence, round(target), longest)
    head, tail = sentence[:cut].strip(), sentence[cut:].strip()
    if not tail:
        return [head]
    return [head, *_clauses(tail, longest)]


def _best_cut(sentence: str, target: int, longest: int) -> int:
    lowest = max(1, target // 3)
    window = sentence[: longest + 1]
    marks = [
        m.end()
        for m in re.finditer(
            rf"[{re.escape(_CLAUSE_MARKS)}][{re.escape(_CLOSERS)}]*(?=\s|\W|$)|[、，；]", window
        )
        if lowest <= m.end() <= longest
    ]
    spaces = [m.end() for m in re.finditer(r"\s", window) if lowest <= m.end() <= longest]
    for cuts in (marks, spaces):
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - target))
    return longest
