"""How often an address, and an account, may ask; where accounts are on.

The guard calls it: the address before anybody knows who it is, so that guessing keys is bounded,
too; the account afterwards. Each process counts for itself. The pages of raters have limits of
their own, by invitation: a laboratory behind one address may listen with many people.
"""

import ipaddress

from studio import telemetry
from studio.accounts.principal import Principal
from studio.listening.limits import RateLimit
from studio.problems import TooMany
from studio.settings import Settings

_IPV6_NETWORK = 64
"""Bits: whoever has an IPv6 address usually has 2^64 of them."""


class RequestLimits:
    """Token buckets by address and by account.

    Args:
        settings: how many requests a minute each may make.
    """

    def __init__(self, settings: Settings) -> None:
        self._per_user = settings.requests_per_minute_user
        self._addresses = RateLimit(settings.requests_per_minute_address)
        self._users: dict[int, RateLimit] = {}

    def by_address(self, address: str | None) -> None:
        """Count a request of a network address; no address (a socket of this machine) is free.

        Raises:
            TooMany: ``too_many_requests`` with ``retry_after`` in seconds.
        """
        if address:
            _take(self._addresses, network(address), "requests_address")

    def by_user(self, principal: Principal, per_minute: int | None = None) -> None:
        """Count a request of an account.

        Args:
            principal: whose.
            per_minute: their own limit (``requests_per_minute`` of their account's limits), if any.

        Raises:
            TooMany: ``too_many_requests`` with ``retry_after`` in seconds.
        """
        rate = max(1, per_minute or self._per_user)
        limit = self._users.setdefault(rate, RateLimit(rate))
        _take(limit, principal.id, "requests_user")


def network(address: str) -> str:
    """What counts as one place: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    return str(parsed)


def _take(limit: RateLimit, key: str, name: str) -> None:
    try:
        limit.take(key)
    except TooMany:
        telemetry.limit_hit(name)
        raise
