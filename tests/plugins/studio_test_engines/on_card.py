"""Engines for a graphics card that is not there: they note when they load and when they render."""

import os
import time
from pathlib import Path

from studio.engines.card import Hardware
from studio_test_engines.script import Speaker, card

JOURNAL = "TEST_CARD_JOURNAL"
"""The variable that names a file: a line is added for each load and each render."""


def on_card(name, memory_mb, runs_on=("cuda", "cpu")):
    hardware = Hardware(runs_on=runs_on, memory_mb=50, cuda_memory_mb=memory_mb)
    return card(name).model_copy(update={"hardware": hardware})


class CardA(Speaker):
    """Takes 600 MB of a card."""

    card = on_card("test_card_a", 600)

    def load(self, weights, device):
        self.device = device
        with self.noted("load"):
            super().load(weights, device)
            time.sleep(0.1)

    def synthesize(self, request, stop):
        with self.noted("render"):
            yield from super().synthesize(request, stop)

    def noted(self, what):
        return Noted(f"{self.card.name} {self.device} {what}")


class CardB(CardA):
    card = on_card("test_card_b", 600)


class CardC(CardA):
    card = on_card("test_card_c", 600)


class CardHuge(CardA):
    """Too large for any card of the tests, but the processor will do."""

    card = on_card("test_card_huge", 900_000)


class CardOnly(CardA):
    """Too large for any card of the tests, and the processor will not do."""

    card = on_card("test_card_only", 900_000, ("cuda",))


class Noted:
    """Adds what was done to the journal, and from when to when."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        self.began = time.monotonic()

    def __exit__(self, *_):
        if journal := os.environ.get(JOURNAL):
            with Path(journal).open("a") as file:
                file.write(f"{self.what} {self.began} {time.monotonic()}\n")
