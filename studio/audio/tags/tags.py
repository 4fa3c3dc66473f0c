"""What a file says in words beside its sound, and how much of it is ever read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_TEXT_BYTES = 64 * 1024
"""A longer text is not read: no tag of ours comes near, and it is somebody else's memory bomb."""
MAX_PARTS = 1000
"""Chunks, blocks, frames and fields that are looked at in one file."""


@dataclass(frozen=True)
class Tags:
    """Texts in a file.

    Attributes:
        comment: what players and editors show as the comment; empty for none.
        fields: texts under names of their own: capital letters, figures and ``_``.
    """

    comment: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: "Tags") -> "Tags":
        """Both; where they differ, this one's."""
        return Tags(self.comment or other.comment, {**other.fields, **self.fields})


def gathered(texts: Mapping[str, str]) -> Tags:
    """Tags from names and texts as programs write them: the comment under ``comment``, any case."""
    named = {name.upper(): text for name, text in texts.items()}
    return Tags(named.pop("COMMENT", ""), named)
