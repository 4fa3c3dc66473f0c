"""Sentences out of a text that is still being written.

A sentence is given out once what follows shows that it has ended: "3." may go on with "14", and
"Dr." with a name. What no text may follow, an exclamation mark with a space behind it, say, ends
it at once. Nothing is dropped and nothing said twice.
"""

import re

from studio.engines.sentences import LONGEST, Ending, Piece, speakable, split

_ENDED = re.compile(r"(?:[。！？｡]\s*|[!?؟।]\s+|\n\s*)$")
"""Ends of a text so far after which no letter could make the sentence go on."""
_QUOTE_OPEN = re.compile("[「『“][^」』”]*$")
"""「行く。」と言った: what is being quoted may go on behind the quotation."""
_RUN_ON = 2 * LONGEST
"""Characters without an end of a sentence, after which clauses are given out instead."""


class SentencesIn:
    """Collects what is written, and gives out whole sentences."""

    def __init__(self) -> None:
        self._text = ""

    @property
    def empty(self) -> bool:
        """Whether nothing that can be said is waiting for its end."""
        return not speakable(self._text)

    def feed(self, text: str) -> list[str]:
        """Sentences that this completes."""
        self._text += text
        pieces = split(self._text)
        if not pieces:
            return []
        ended = _ENDED.search(self._text) and not _QUOTE_OPEN.search(self._text)
        return self._taken(pieces if ended else _complete(pieces))

    def flush(self) -> list[str]:
        """What is left, sentence by sentence; the text has ended."""
        found = self._taken(split(self._text))
        self._text = ""
        return found

    def _taken(self, pieces: list[Piece]) -> list[str]:
        """The sentences that these pieces make up; they leave the text."""
        found: list[str] = []
        start = end = 0
        opened = False
        for piece in pieces:
            at = self._text.index(piece.text, end)
            if not opened:
                start, opened = at, True
            end = at + len(piece.text)
            if piece.ending is not Ending.CLAUSE or end - start > _RUN_ON:
                found.append(self._text[start:end])
                opened = False
        if opened:
            found.append(self._text[start:end])
        self._text = self._text[end:]
        return found


def _complete(pieces: list[Piece]) -> list[Piece]:
    """All before the last sentence; where that one runs on and on, all but its last clause."""
    *whole, _ = pieces
    if sum(len(piece.text) for piece in _tail(pieces)) > _RUN_ON:
        return whole
    while whole and whole[-1].ending is Ending.CLAUSE:
        whole.pop()
    return whole


def _tail(pieces: list[Piece]) -> list[Piece]:
    """The clauses of the last sentence."""
    *before, last = pieces
    tail = [last]
    while before and before[-1].ending is Ending.CLAUSE:
        tail.append(before.pop())
    return tail
