"""Words on a terminal, in its language."""

import os

from studio import locales
from studio.problems import Problem


def language() -> str:
    """The language of the terminal, by the POSIX variables."""
    tag = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return locales.negotiate(tag.partition(".")[0].replace("_", "-"))


def word(key: str, **params: str | float) -> str:
    """The text ``cli.<key>``."""
    return locales.text(language(), f"cli.{key}", **params)


def said(note: locales.Note) -> str:
    """A note."""
    return locales.say(language(), note)


def sentence(problem: Problem) -> str:
    """A refusal."""
    return locales.text(language(), f"error.{problem.code}", **problem.params)
