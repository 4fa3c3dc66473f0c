"""Whose votes somebody may see the sum of, by whatever door they ask."""

from starlette.requests import HTTPConnection

from studio.accounts.principal import LOCAL, Principal, Role
from studio.api.clients.asking import asker_of

FIRST = Principal(id="local", name="ada", roles=frozenset({Role.ADMIN}))


def _asking(principal):
    scope = {"type": "http", "headers": [], "query_string": b"", "principal": principal}
    return asker_of(HTTPConnection(scope), "https://studio.example")


def test_without_accounts_they_are_everybodys():
    assert LOCAL.votes_of is None
    assert _asking(LOCAL).votes_of is None


def test_with_accounts_they_are_ones_own_even_for_the_first_account():
    assert FIRST.votes_of == "local"
    assert _asking(FIRST).votes_of == "local"
