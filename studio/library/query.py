"""What somebody looks for in the library: kind, words, filters, order, place in the list."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from studio.problems import BadInput

Kind = Literal["comparison", "take", "voice", "study"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Sort = Literal["newest", "oldest", "name", "longest"]
SORTS: tuple[Sort, ...] = get_args(Sort)
MOST_CHARACTERS = 200
PAGE = 40
"""Things on one page."""


class Query(BaseModel):
    """One question to the library. A filter that a kind has nothing for finds none of that kind."""

    model_config = ConfigDict(frozen=True)

    kind: Kind = "comparison"
    q: str = Field(default="", max_length=MOST_CHARACTERS)
    """Words that must all be found, as parts of words too, in text, name, title, note or tag."""
    tag: str = ""
    project: str = ""
    engine: str = ""
    """Its name; of a study, among what it compares."""
    language: str = ""
    state: str = ""
    """Of a comparison, of any of its takes."""
    starred: bool = False
    since: datetime | None = None
    """Made then or later."""
    until: datetime | None = None
    """Made before."""
    sort: Sort = "newest"
    """In the bin, ``newest`` and ``oldest`` go by when things came there."""
    cursor: str = Field(default="", max_length=1000)
    """Where the page before ended."""
    bin: bool = False
    """What is in the bin, in place of what is not."""

    def checked(self) -> "Query":
        """The same, where it can be asked.

        Raises:
            BadInput: ``library_sort``: only takes have a length; ``library_moment``: a
                day without a time zone.
        """
        if self.sort == "longest" and self.kind != "take":
            raise BadInput("library_sort")
        if any(one is not None and one.tzinfo is None for one in (self.since, self.until)):
            raise BadInput("library_moment")
        return self
