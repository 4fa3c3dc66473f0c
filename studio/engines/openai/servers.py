"""Which servers there are, from the environment; nothing is asked over the network."""

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

SERVERS = "STUDIO_OPENAI_SERVERS"
KEY = "STUDIO_OPENAI_KEY"
CLONING = "STUDIO_OPENAI_CLONING"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,120}")


@dataclass(frozen=True)
class Server:
    """One server.

    name: as in ``openai-<name>``; empty for the only one.
    url: up to ``/v1``; empty where the setting cannot be read.
    clones: the setting says that its voices API takes recordings.
    """

    name: str
    url: str
    clones: bool = False

    @property
    def key_variable(self) -> str:
        """Where its key stands. A key goes to the one server it is named for and to no other."""
        return f"{KEY}_{self.name.upper()}" if self.name else KEY

    @property
    def host(self) -> str:
        """Its host and port, for sentences; never what else may stand in an address."""
        try:
            parts = urlsplit(self.url)
            host = parts.netloc.rpartition("@")[2]
        except ValueError:
            return ""
        return host if _HOST.fullmatch(host) else ""

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own."""
        return self.host == "api.openai.com"


def configured() -> list[Server]:
    """The servers of the setting, in its order.

    ``STUDIO_OPENAI_SERVERS`` holds ``name=address`` pairs, or one address alone, with spaces or
    commas between. What is no such pair makes a server without an address, so that it is seen
    that something is wrong; so does an empty setting.
    """
    cloning = set(re.split(r"[\s,]+", os.environ.get(CLONING, "").strip()))
    found: dict[str, Server] = {}
    faulty = False
    words = [word for word in re.split(r"[\s,]+", os.environ.get(SERVERS, "")) if word]
    for word in words:
        name, mark, url = word.partition("=")
        if not mark or "/" in name:
            name, url = "", word
        right = (not name or _NAME.fullmatch(name)) and name not in found
        if not right or (not name and len(words) > 1):
            faulty = True
            continue
        found[name] = Server(name, with_version(url), bool({name, "all"} & cloning))
    if faulty or not found:
        found.setdefault("", Server("", ""))
    return list(found.values())


def with_version(url: str) -> str:
    """An address up to ``/v1``, which is often left out."""
    try:
        bare = urlsplit(url).path in ("", "/")
    except ValueError:
        return url
    return url.rstrip("/") + "/v1" if bare and "?" not in url and "#" not in url else url
