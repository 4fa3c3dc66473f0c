"""Where a browser goes after signing in: to a page of the studio, never elsewhere."""

import re

from studio.accounts.pages import PAGE_ROLES
from studio.locales import languages

_PAGES = "|".join([*(page for page in PAGE_ROLES if page), "account"])
_QUERY = r"(?:\?[A-Za-z0-9_=&%.~+-]{0,300})?"
_OWN = re.compile(rf"/(?:{'|'.join(languages())})/((?:{_PAGES})?/?{_QUERY})|/docs|/gradio/?")


def landing(to: str, language: str) -> str:
    """The page asked for, in the language in which somebody signed in; else the first page.

    Args:
        to: an address below the root, from outside.
        language: the language's tag.
    """
    found = _OWN.fullmatch(to)
    if found is None:
        return f"/{language}/"
    return to if found.group(1) is None else f"/{language}/{found.group(1)}"
