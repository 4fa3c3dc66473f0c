"""The name under which a take's ratings are counted."""


def condition(
    engine: str, preset: str, voice: str | None = None, speaker: str = "", model: str = ""
) -> str:
    """``engine/preset``, ``engine/clone:voice`` of a reference clip, ``engine/designed:hash``.

    Of an engine with several models, the model follows: ``minimax/wise_woman@speech-2.8-hd``.
    """
    who = speaker or preset or (f"clone:{voice}" if voice else "")
    return engine + (f"/{who}" if who else "") + (f"@{model}" if model else "")
