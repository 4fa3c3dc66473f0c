"""Who asks for an action: whom the guard let in, their language, and where they reach us."""

from starlette.requests import HTTPConnection, Request

from studio.accounts.principal import LOCAL, Principal
from studio.api.dependencies import language
from studio.dialects.actions import Asker

ROOT = "studio.root"
"""In a scope: the root path of the whole studio, which applications mounted in it lose."""


def asker_of(connection: HTTPConnection, public_url: str) -> Asker:
    """The asker behind a request.

    Args:
        connection: the request, as the guard passed it on.
        public_url: where others reach the studio; empty: as the request says.
    """
    principal: Principal = connection.scope.get("principal", LOCAL)
    root = connection.scope.get(ROOT, connection.scope.get("root_path", ""))
    base = public_url.strip() or str(Request({**connection.scope, "app_root_path": root}).base_url)
    tongue = language(connection)
    return Asker(principal.id, tongue, base.rstrip("/"), principal.votes_of)
