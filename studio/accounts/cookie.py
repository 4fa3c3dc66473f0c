"""The cookie of a browser that signed in."""

from typing import Any

from studio.settings import Settings

COOKIE = "studio_session"


def cookie(settings: Settings, token: str, seconds: int, *, secure: bool) -> dict[str, Any]:
    """What to give ``Response.set_cookie``; no script reads it, no other site sends it.

    Args:
        settings: whether this is a Space, which is shown in a frame of another site: there a
            browser sends only what may come from everywhere, and `studio.api.origin` alone keeps
            other sites out.
        token: its value.
        seconds: how long it lasts.
        secure: whether the page came over HTTPS.
    """
    framed = secure and bool(settings.space_id)
    return {
        "key": COOKIE,
        "value": token,
        "max_age": seconds,
        "httponly": True,
        "secure": secure,
        "samesite": "none" if framed else "lax",
        "path": "/",
    }
