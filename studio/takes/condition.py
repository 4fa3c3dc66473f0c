"""The name under which a take's ratings are counted."""


def condition(engine: str, preset: str, voice: str | None = None, speaker: str = "") -> str:
    """``engine/preset``, ``engine/clone:voice`` of a reference clip, ``engine/designed:hash``."""
    if speaker or preset:
        return f"{engine}/{speaker or preset}"
    return f"{engine}/clone:{voice}" if voice else engine
