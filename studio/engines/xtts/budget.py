"""How long a stretch of text may become: XTTS babbles on after a short one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_CODES_A_SECOND = 22050 / 1024
_GRACE_SECONDS = 2.5
_SECONDS_A_CHARACTER = 0.2
"""Very slow reading: 5 letters a second, a third of the usual pace."""
_SECONDS_A_SYLLABLE = 0.5
"""The same for writing with a syllable or more to a character."""
_DENSE = frozenset({"ko", "ja", "zh"})


def codes_for(text: str, language: str) -> int:
    """Audio codes within which any reading of the text is over."""
    pace = _SECONDS_A_SYLLABLE if language in _DENSE else _SECONDS_A_CHARACTER
    return round((_GRACE_SECONDS + pace * len(text)) * _CODES_A_SECOND)


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
