"""What a rater is told: addresses before the vote, conditions after it."""

from typing import Literal

from pydantic import BaseModel

Choice = Literal["a", "b", "tie"]


class IssuedTrial(BaseModel):
    """A trial as its rater knows it: random tokens, nothing else."""

    token: str
    a_url: str
    b_url: str


class Revealed(BaseModel):
    """What was behind one position."""

    engine: str
    title: str
    """The engine's name as its card writes it."""
    preset: str
    model: str
    """Which of the engine's models; empty where it has one."""
    comparison: str
    take: str


class Reveal(BaseModel):
    """The frozen vote and what it was about."""

    choice: Choice
    a: Revealed
    b: Revealed
