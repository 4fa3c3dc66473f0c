"""Which environment variables a child gets: no other engine's secrets, and nobody is told of it."""

from collections.abc import Collection, Mapping

_PREFIX = "STUDIO_"
"""The studio's settings (a database's URL may hold a password) and the variables of engines."""
_HUB_TOKENS = frozenset({"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN"})
"""Downloads are the studio's own work; engines get folders."""
_UNWATCHED = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""onnxruntime 1.31 reports each session to its maker, and leaves a file ``.ses`` behind, unless it
finds the first of these before it is imported."""


def child_environment(ours: Mapping[str, str], variables: Collection[str]) -> dict[str, str]:
    """Our environment without the studio's variables, and with what stops libraries' reports.

    Args:
        ours: the studio's own environment.
        variables: names of those that this child may see, as its engine's card declares them.
    """
    kept = {
        name: value
        for name, value in ours.items()
        if name in variables or not (name.startswith(_PREFIX) or name in _HUB_TOKENS)
    }
    return kept | _UNWATCHED
