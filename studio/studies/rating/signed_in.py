"""Who signed in, read back from the signed cookie in which only a rater's key stands."""

from itsdangerous import BadSignature, URLSafeTimedSerializer

from studio.settings import Settings

COOKIE = "person"
SECONDS = 30 * 24 * 3600
"""How long signing in lasts."""


def serializer(settings: Settings, purpose: str) -> URLSafeTimedSerializer:
    """What signs and checks cookies of one purpose."""
    return URLSafeTimedSerializer(settings.oauth_client_secret, salt=f"voice-studio-{purpose}")


def key_of(settings: Settings, cookie: str | None) -> str | None:
    """A rater's key, made of who signed in here; ``None`` for nobody, or where nobody needs to.

    Args:
        settings: whether raters sign in, and the secret that signs.
        cookie: value of COOKIE, as it came.
    """
    if cookie is None or not settings.raters_sign_in:
        return None
    try:
        return str(serializer(settings, COOKIE).loads(cookie, max_age=SECONDS))
    except BadSignature:
        return None
