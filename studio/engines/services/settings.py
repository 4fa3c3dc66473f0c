"""Reading an engine's own variables: a service's key and its address."""

import os
from urllib.parse import urlsplit

from studio.engines.contract import EngineProblem

_LONGEST = 2000


def secret(variable: str, *, engine: str, required: bool = True) -> str:
    """A key from the environment; empty where there is none and none is required.

    Raises:
        EngineProblem: ``service_key_missing``, or ``service_key_malformed`` where it could not
            travel in a header. Neither says anything of the key.
    """
    key = os.environ.get(variable, "").strip()
    if not key and required:
        raise EngineProblem("service_key_missing", engine=engine, variable=variable)
    if not (key.isascii() and key.isprintable()) or " " in key or len(key) > _LONGEST:
        # An HTTP library would refuse it too, and quote it.
        raise EngineProblem("service_key_malformed", engine=engine, variable=variable)
    return key


def address(variable: str, default: str, *, engine: str) -> str:
    """The address of a service from the environment, without a slash at its end.

    Raises:
        EngineProblem: see :func:`checked_address`.
    """
    return checked_address(os.environ.get(variable, "").strip() or default, variable, engine=engine)


def checked_address(url: str, variable: str, *, engine: str) -> str:
    """An address that begins with http:// or https://, names a host and nothing else but a path.

    Raises:
        EngineProblem: ``service_bad_address``. It does not quote the address, in which a person
            may have written a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EngineProblem("service_bad_address", engine=engine, variable=variable) from None
    plain = url.isascii() and url.isprintable() and " " not in url and port != 0
    named = parts.scheme in ("http", "https") and bool(parts.hostname)
    more = parts.username is not None or parts.password is not None or "?" in url or "#" in url
    if not plain or not named or more or len(url) > _LONGEST:
        raise EngineProblem("service_bad_address", engine=engine, variable=variable)
    return url.rstrip("/")
