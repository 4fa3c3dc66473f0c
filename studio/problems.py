"""Refusals a person can act on: one type per kind, a code, and parameters for its sentence.

The sentence itself lives in the locale catalogues under ``error.<code>``; HTTP statuses are decided
here once, so that a page, a route and the command line all say the same thing.
"""

from typing import ClassVar


class Problem(Exception):
    """Something the studio will not or cannot do.

    Args:
        code: key of the sentence in the catalogues, without the ``error.`` prefix.
        params: values for the sentence's ``{placeholders}``; only text and numbers.
    """

    status: ClassVar[int] = 400

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class BadInput(Problem):
    """What was sent cannot be used as it is."""

    status = 422


class NotFound(Problem):
    """There is no such thing, or it is not this person's."""

    status = 404


class Conflict(Problem):
    """Right request, wrong moment: the state does not allow it (yet, or any more)."""

    status = 409


class TooLarge(Problem):
    """Over a limit of size or length."""

    status = 413


class NotAllowed(Problem):
    """This person may not do that (a trial of another rater, say)."""

    status = 403


class TooMany(Problem):
    """Too many requests; ``retry_after`` (seconds) is among the parameters."""

    status = 429


class Unavailable(Problem):
    """An engine or a store cannot serve now; trying later, or after the named step, may help."""

    status = 503
