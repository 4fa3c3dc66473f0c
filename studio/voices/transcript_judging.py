"""Whether a person's transcript covers what was heard. Runs in a workbench process only."""

from collections.abc import Mapping
from typing import Any


def agrees(typed: str, heard: Mapping[str, Any]) -> bool:
    """Hold one text against the other.

    Args:
        typed: by a person.
        heard: ``text``, ``words`` (``text``, ``start``, ``end``, ``probability``), ``language``
            and its ``probability``.
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
    return bool(coverage.agrees(typed, transcript, language))
