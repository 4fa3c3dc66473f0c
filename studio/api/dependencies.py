"""What routes get handed: the studio's services, whose request it is, and in which language."""

import re
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from studio.accounts.principal import LOCAL, Principal
from studio.locales import negotiate
from studio.wiring import Studio


async def studio(connection: HTTPConnection) -> Studio:  # async: a plain one costs a thread's turn
    """The services behind this application."""
    return cast(Studio, connection.app.state.studio)


async def who(connection: HTTPConnection) -> Principal:
    """Who asks: whom the guard let in, and everybody where accounts are off."""
    return cast(Principal, connection.scope.get("principal", LOCAL))


async def owner(connection: HTTPConnection) -> str:
    """Whose voices and takes the request may see."""
    return (await who(connection)).id


def language(connection: HTTPConnection) -> str:
    """The language to answer in: ``?lang=``, else the cookie ``lang``, else the browser's."""
    chosen = connection.query_params.get("lang") or connection.cookies.get("lang")
    return negotiate(connection.headers.get("accept-language"), chosen)


def bare_language(tag: str | None) -> str | None:
    """``en-GB`` as ``en``: texts are kept under the bare code. ``None`` for nothing."""
    return re.split("[-_]", tag.strip())[0].lower() or None if tag else None


StudioDep = Annotated[Studio, Depends(studio)]
Owner = Annotated[str, Depends(owner)]
Who = Annotated[Principal, Depends(who)]
Language = Annotated[str, Depends(language)]
