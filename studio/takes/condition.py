"""The name under which a take's ratings are counted."""


def condition(engine: str, preset: str, voice: str | None = None) -> str:
    """``engine/preset``, and ``engine/clone:voice`` where the engine cloned a reference clip."""
    if preset:
        return f"{engine}/{preset}"
    return f"{engine}/clone:{voice}" if voice else engine
