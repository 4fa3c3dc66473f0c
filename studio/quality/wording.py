"""Whether two texts say the same: word and character error rate after taking writing out of it.

Case, punctuation, British and American spelling, figures or words, one word or two: none of that
can be heard, so none of it counts. Error rates by jiwer (Levenshtein alignment).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from studio.pronunciation.korean.letters import LETTERS
from studio.pronunciation.numerals import ENGLISH, FIGURES, english, plain
from studio.quality.numerals_ko import KOREAN, korean
from studio.quality.spelling import one_spelling

VERSION = "1"
_BY_CHARACTER = frozenset({"ko", "ja", "zh", "yue", "th", "lo", "km", "my"})
"""Languages whose words are not parted by spaces, or, in Korean, by spaces few agree on."""
_OTHER = re.compile(FIGURES)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*|[%&+=@]")
_UNSAID = re.compile(r"\[[^\]\d]{1,30}\]|♪[^♪]*♪")
"""``[laughs]``, ``♪ la la ♪``: directions in a text and guesses of a transcriber."""
_SIGNS = {
    "en": {"&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at"},
    "ko": {"%": "퍼센트", "+": "더하기", "&": "앤드", "@": "골뱅이"},
}
_LONGEST_ACRONYM = 5
_BETWEEN = "\0"
_Kind = Literal["equal", "substitute", "delete", "insert"]
_KINDS: dict[str, _Kind] = {
    "equal": "equal", "substitute": "substitute", "delete": "delete", "insert": "insert",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A word, or a character: what is compared.

    Attributes:
        text: in its one spelling.
        start: where what it stands for begins in the text as given (composed, NFC), characters.
        end: where that ends. Words of one number share their place.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Edit:
    """A stretch of the alignment.

    Attributes:
        kind: what happened to the reference.
        reference: (start, end) in ``ErrorRate.reference``; empty for an insertion.
        hypothesis: (start, end) in ``ErrorRate.hypothesis``; empty for a deletion.
    """

    kind: _Kind
    reference: tuple[int, int]
    hypothesis: tuple[int, int]


@dataclass(frozen=True)
class ErrorRate:
    """How far a hypothesis is from a reference.

    Attributes:
        kind: ``wer`` counts words, ``cer`` characters.
        value: (substitutions + deletions + insertions) / length; 0 is perfect, and above 1 is
            possible. 1 where the reference is empty and the hypothesis is not.
        length: tokens of the reference.
        edits: the whole alignment, in order; equal stretches are equally long on both sides.
        reference: the tokens that were compared.
        hypothesis: likewise.
    """

    kind: Literal["wer", "cer"]
    value: float
    substitutions: int
    deletions: int
    insertions: int
    length: int
    edits: tuple[Edit, ...]
    reference: tuple[Token, ...]
    hypothesis: tuple[Token, ...]


@dataclass(frozen=True)
class _Piece:
    """A word or a number of a text, with each way it may be said; the usual one first."""

    readings: tuple[tuple[str, ...], ...]
    start: int
    end: int


def kind_of(language: str) -> Literal["wer", "cer"]:
    """Which rate a language is measured by; ``language`` is a tag such as ``ko`` or ``zh-cn``."""
    return "cer" if _primary(language) in _BY_CHARACTER else "wer"


def tokens(text: str, language: str) -> tuple[str, ...]:
    """What is said in a text: words, or characters for Korean, Japanese, Chinese and Thai.

    Args:
        text: any.
        language: its tag.
    """
    return tuple(token.text for token in _read(_pieces(text, _primary(language)), ()))


def error_rate(reference: str, hypothesis: str, language: str) -> ErrorRate:
    """Compare what should have been said with what was heard.

    Args:
        reference: what should be there.
        hypothesis: what is.
        language: tag of both.
    """
    main = _primary(language)
    expected, found = _pieces(reference, main), _pieces(hypothesis, main)
    usual = [token.text for token in _read(found, ())]
    left = _read(expected, usual)
    right = _read(found, [token.text for token in left])
    left, right = _one_word(left, right), _one_word(right, left)
    edits = tuple(_aligned(left, right))
    counts = dict.fromkeys(("substitute", "delete", "insert"), 0)
    for edit in edits:
        if edit.kind != "equal":
            counts[edit.kind] += max(
                edit.reference[1] - edit.reference[0], edit.hypothesis[1] - edit.hypothesis[0]
            )
    wrong = sum(counts.values())
    return ErrorRate(
        kind=kind_of(language),
        value=wrong / len(left) if left else float(wrong > 0),
        substitutions=counts["substitute"],
        deletions=counts["delete"],
        insertions=counts["insert"],
        length=len(left),
        edits=edits,
        reference=left,
        hypothesis=right,
    )


def _primary(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]


# reading


def _pieces(text: str, language: str) -> list[_Piece]:
    whole = unicodedata.normalize("NFC", text)
    whole = _UNSAID.sub(lambda found: " " * len(found[0]), whole)
    return sorted(_found(whole, language), key=lambda piece: piece.start)


def _found(text: str, language: str) -> Iterator[_Piece]:
    pattern = {"en": ENGLISH, "ko": KOREAN}.get(language, _OTHER)
    rest = text
    for match in pattern.finditer(text):
        if language == "en":
            readings = tuple(tuple(map(one_spelling, r)) for r in english(match))
        elif language == "ko":
            readings = tuple(tuple(reading) for reading in korean(match))
        else:
            readings = tuple(_split(r, language) for r in plain(language, match[0]))
        yield _Piece(readings, match.start(), match.end())
        blank = " " * (match.end() - match.start())
        rest = rest[: match.start()] + blank + rest[match.end() :]
    for match in _WORD.finditer(rest):
        readings = tuple(_written(match[0], language))
        if readings[0]:
            yield _Piece(readings, match.start(), match.end())


def _written(word: str, language: str) -> Iterator[tuple[str, ...]]:
    plain_word = unicodedata.normalize("NFKC", word).casefold()
    plain_word = re.sub(r"['’.]", "", plain_word)
    if sign := _SIGNS.get(language, {}).get(plain_word):
        yield _split((sign,), language)
    elif not plain_word.isalpha():
        yield ()
    elif language == "en":
        yield (one_spelling(plain_word),)
    else:
        yield _split((plain_word,), language)
        if language == "ko" and plain_word.isascii() and len(plain_word) <= _LONGEST_ACRONYM:
            yield tuple("".join(LETTERS[letter] for letter in plain_word))


def _split(words: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple("".join(words)) if language in _BY_CHARACTER else tuple(words)


def _read(pieces: Sequence[_Piece], other: Sequence[str]) -> tuple[Token, ...]:
    """The tokens of a text: of each number the reading that the other side has, if it has one."""
    said: list[Token] = []
    there = _joined(other)
    for piece in pieces:
        readings = [reading for reading in piece.readings if reading] or [()]
        heard = (reading for reading in readings[1:] if _joined(reading) in there)
        usual = readings[0]
        chosen = usual if _joined(usual) in there else next(heard, usual)
        said.extend(Token(word, piece.start, piece.end) for word in chosen)
    return tuple(said)


def _joined(words: Sequence[str]) -> str:
    return _BETWEEN + "".join(word + _BETWEEN for word in words)


# aligning


def _one_word(said: tuple[Token, ...], other: Sequence[Token]) -> tuple[Token, ...]:
    """Two words that the other side writes as one (``e-mail``, ``every one``) become one."""
    words = {token.text for token in other}
    there = _joined([token.text for token in other])
    made: list[Token] = []
    for token in said:
        before = made[-1] if made else None
        if (
            before is not None
            and before.text + token.text in words
            and _joined((before.text, token.text)) not in there
        ):
            made[-1] = Token(before.text + token.text, before.start, token.end)
        else:
            made.append(token)
    return tuple(made)


def _aligned(left: Sequence[Token], right: Sequence[Token]) -> Iterator[Edit]:
    if not left or not right:
        if left:
            yield Edit("delete", (0, len(left)), (0, 0))
        if right:
            yield Edit("insert", (0, 0), (0, len(right)))
        return
    import jiwer

    as_is = jiwer.Compose([jiwer.ReduceToListOfListOfWords(word_delimiter=_BETWEEN)])
    found = jiwer.process_words(
        [_BETWEEN.join(token.text for token in left)],
        [_BETWEEN.join(token.text for token in right)],
        reference_transform=as_is,
        hypothesis_transform=as_is,
    )
    for chunk in found.alignments[0]:
        yield Edit(
            _KINDS[chunk.type],
            (chunk.ref_start_idx, chunk.ref_end_idx),
            (chunk.hyp_start_idx, chunk.hyp_end_idx),
        )
