"""How a person's transcript stands to what was heard. Runs in a workbench process only."""

from collections.abc import Mapping
from typing import Any


def compare(typed: str, heard: Mapping[str, Any]) -> dict[str, list[str]]:
    """Hold one text against the other.

    Args:
        typed: by a person.
        heard: ``text``, ``words`` (``text``, ``start``, ``end``, ``probability``), ``language``
            and its ``probability``.

    Returns:
        ``missing``, what was heard and the person's text lacks, and ``added``, the reverse; both
        empty where the two agree, spelling and single words apart.
    """
    from studio.quality import coverage
    from studio.quality.asr import Transcript, Word

    language = heard["language"]
    transcript = Transcript(
        text=heard["text"],
        language=language,
        language_probability=heard["probability"],
        languages=((language, heard["probability"]),),
        words=tuple(Word(**word) for word in heard["words"]),
        segments=(),
        model="",
    )
    found = coverage.agrees(typed, transcript, language)
    if found.agrees:
        return {"missing": [], "added": []}
    return {"missing": list(found.missing), "added": list(found.added)}
