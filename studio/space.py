"""What a Hugging Face Space is given where its owner set nothing: shared by strangers, small, free.

A Space tells what it is by variables of its own (``SPACE_ID``, ``SPACE_HOST``, ``OAUTH_CLIENT_ID``,
``SPACES_ZERO_GPU``). Whatever stands in a ``STUDIO_…`` variable outweighs what is said here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

DISK = Path("/data")
"""Where a Space that has a disk of its own finds it; without one all is lost at its next start."""

_DEMO: Mapping[str, Any] = {
    "text_max_characters": 600,
    "upload_max_seconds": 60.0,
    "upload_max_bytes": 10 * 1024 * 1024,
    "comparison_max_engines": 4,
    "batch_max_takes": 50,
    "take_retries": 1,
    "quota_takes_per_day": 100,
    "quota_characters_per_day": 20_000,
    "quota_voices": 3,
    "requests_per_minute_user": 300,
}
"""Two cores for everybody who comes by."""

_ZERO_GPU: Mapping[str, Any] = {
    "runtime": "zerogpu",
    "engine_load_seconds": 300.0,
    "engine_silence_seconds": 240.0,
}
"""A graphics card is waited for, and the model is loaded on it within the take's own time."""


def on_a_space(environment: Mapping[str, str]) -> bool:
    """Whether this process runs on a Space."""
    return bool(environment.get("SPACE_ID"))


def zero_gpu(environment: Mapping[str, str]) -> bool:
    """Whether the Space borrows graphics cards for single calls."""
    return environment.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def preset(environment: Mapping[str, str], disk: Path = DISK) -> dict[str, Any]:
    """Settings for this Space, by field; nothing elsewhere.

    Visitors sign in with Hugging Face where the Space offers that (``hf_oauth: true``): without
    accounts everybody would hear everybody's recordings.

    Args:
        environment: the process's variables.
        disk: where a Space's disk would be.
    """
    if not on_a_space(environment):
        return {}
    found: dict[str, Any] = {**_DEMO, "host": "0.0.0.0"}  # noqa: S104 - a container's
    if host := environment.get("SPACE_HOST"):
        found["public_url"] = f"https://{host}"
    if environment.get("OAUTH_CLIENT_ID"):
        found |= {"auth": "on", "auth_sign_up": "huggingface"}
    if disk.is_dir():
        found |= {"data_dir": disk / "studio", "sqlite_journal": "delete"}
    if zero_gpu(environment):
        found |= _ZERO_GPU
    return found
