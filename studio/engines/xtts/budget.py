"""How many codes a stretch of text may become: XTTS babbles on after a short one."""

from typing import TYPE_CHECKING

from studio.engines.reading_time import longest_reading

if TYPE_CHECKING:
    import torch

_CODES_A_SECOND = 22050 / 1024


def codes_for(text: str, language: str) -> int:
    """Audio codes within which any reading of the text is over."""
    return round(longest_reading(text, language) * _CODES_A_SECOND)


class Budget:
    """A stopping criterion of transformers' generation: so many codes and no more.

    Args:
        codes: how many.
    """

    def __init__(self, codes: int) -> None:
        self._left = codes

    @property
    def spent(self) -> bool:
        """The generation was cut here."""
        return self._left <= 0

    def __call__(self, ids: "torch.Tensor", _scores: object, **_named: object) -> "torch.Tensor":
        """Called after each code; true where the sequence ends."""
        import torch

        self._left -= 1
        return torch.full((ids.shape[0],), self.spent, device=ids.device, dtype=torch.bool)
