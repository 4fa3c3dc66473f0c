"""A Kyutai TTS checkpoint of random weights, 0.6 MB, in the vendor's own layout."""

from pathlib import Path

from tests.engines.own_environments import put_in_place, run_in


def prepare(folder: Path) -> dict[str, Path]:
    """Weight set → folder. Made in the engine's environment: only there is its library."""
    target = folder / "en-fr"
    run_in("kyutai", "tests.engines.benches.kyutai_checkpoint", target)
    return {"en-fr": target}


def environment(settings) -> None:
    """Give a studio the engine's environment."""
    put_in_place("kyutai", settings)
