"""Which environment variables a child process gets: none that hold another engine's secrets."""

from collections.abc import Collection, Mapping

_PREFIX = "STUDIO_"
"""The studio's settings (a database's URL may hold a password) and the variables of engines."""
_HUB_TOKENS = frozenset({"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN"})
"""Downloads are the studio's own work; engines get folders."""


def child_environment(ours: Mapping[str, str], variables: Collection[str]) -> dict[str, str]:
    """Our environment without the studio's variables.

    Args:
        ours: the studio's own environment.
        variables: names of those that this child may see, as its engine's card declares them.
    """
    return {
        name: value
        for name, value in ours.items()
        if name in variables or not (name.startswith(_PREFIX) or name in _HUB_TOKENS)
    }
