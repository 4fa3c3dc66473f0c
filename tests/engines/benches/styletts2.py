"""A StyleTTS2 checkpoint of random weights. Its decoder's widths are fixed: 150 MB at the least."""

from pathlib import Path

from tests.engines.own_environments import put_in_place, run_in


def prepare(folder: Path) -> dict[str, Path]:
    """Weight set → folder. Made in the engine's environment: only there is its library."""
    target = folder / "libritts"
    run_in("styletts2", "tests.engines.benches.styletts2_checkpoint", target)
    return {"libritts": target}


def environment(settings) -> None:
    """Give a studio the engine's environment."""
    put_in_place("styletts2", settings)
