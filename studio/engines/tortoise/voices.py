"""Tortoise's voices without a clip: drawn by lot, because its recorded ones do not come with it.

The authors' voices are recordings of people, which the weights do not contain. What they do contain
is a network that turns noise into the latents of a voice nobody has. The same noise is the same
voice, so a few draws are kept by number; one more is drawn anew with every seed.
"""

from studio.engines.contract import Preset

_KEPT = 4
_BY_SEED = Preset(id="random", title="Random (another voice with every seed)", languages=("en",))

PRESETS = [
    *(
        Preset(id=f"drawn-{number}", title=f"Drawn voice {number}", languages=("en",))
        for number in range(1, _KEPT + 1)
    ),
    _BY_SEED,
]


def noise_seed(preset: str, seed: int) -> int | None:
    """What to seed the draw with; ``None``: there is no such voice."""
    if preset == _BY_SEED.id:
        return seed
    return next((at for at, one in enumerate(PRESETS, start=1) if one.id == preset), None)
