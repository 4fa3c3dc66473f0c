"""Engines with terms: one charges and is to be credited, one has a licence; and one designs voices."""

import os
from pathlib import Path

from pydantic import BaseModel

from studio.engines.card import Cloning, Licence, Price
from studio.engines.contract import Chunk, EngineProblem, Enrolment, Preset, Remark, Usage
from studio.locales import Note
from studio_test_engines.script import RATE, Speaker, beep, card

REFUSING = "TEST_ENGINES_REFUSING"
"""The variable that names a file: while it is there, any request is refused with its words."""


class Model(BaseModel):
    model: str = "hd"


class Paid(Speaker):
    """Charges ten characters for each of the text's words; clones remotely."""

    card = card(
        "test_paid",
        cloning=Cloning(kind="remote", min_seconds=2, max_seconds=300),
        price=Price(
            per_million_characters=100.0,
            currency="USD",
            as_of="2026-01-31",
            source="https://example.org/prices",
            by_model={"turbo": 60.0},
        ),
    ).model_copy(
        update={
            "licence": Licence(
                code="MIT",
                weights="service",
                commercial=True,
                url="",
                attribution="Voice: Paid Co.",
            )
        }
    )
    Options = Model

    @classmethod
    def presets(cls, weights):
        return [Preset("eve", "Eve")]

    def enroll(self, clip):
        return Enrolment(values={"number": 0})

    def synthesize(self, request, stop):
        refusing = Path(os.environ.get(REFUSING, "/nothing"))
        if refusing.is_file():
            raise EngineProblem(refusing.read_text().strip(), engine=self.card.title)
        word, *rest = request.text.split()
        if word == "problem":
            raise EngineProblem(rest[0], engine=self.card.title)
        if word == "expired" and request.enrolment.values["number"] < int(rest[0]):
            raise EngineProblem("enrolment_lost", engine=self.card.title)
        yield Usage(10 * len(request.text.split()), request.options["model"])
        yield from super().synthesize(request, stop)

    def do_say(self, request, stop, *words):
        yield Chunk(beep(0.2 * (1 + len(words))), RATE)

    def do_problem_after(self, request, stop, code):
        yield Chunk(beep(0.2), RATE)
        raise EngineProblem(code, engine=self.card.title)

    def do_remark(self, request, stop):
        yield Chunk(beep(0.2), RATE)
        yield Remark(Note("Cut at the budget."))


class Licensed(Speaker):
    """Its licence must be accepted."""

    card = card("test_licensed").model_copy(
        update={
            "licence": Licence(
                code="MIT",
                weights="CPML",
                commercial=False,
                url="https://example.org/cpml",
                acceptance=True,
                terms=Note("Not for business."),
            )
        }
    )


class Description(BaseModel):
    voice_description: str = ""


class Designer(Speaker):
    """Makes up a voice from a description; its beeps are all the same."""

    card = card("test_designer", voice_design=True)
    Options = Description

    def do_say(self, request, stop, *_):
        assert request.preset == ""
        yield Chunk(beep(0.3), RATE)
