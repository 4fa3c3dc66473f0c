"""Engines that stand for services: with keys, voices of the service's own, and a price."""

import json
import os
import time
from pathlib import Path

from studio.engines.card import Hardware, Variable
from studio.engines.contract import Chunk, EngineProblem, Enrolment, Preset, Remark, Usage
from studio.locales import Note
from studio_test_engines.script import RATE, Speaker, beep, card

REMOTE = Hardware(runs_on=("remote",), memory_mb=50)
ROSTER = "TEST_ENGINES_ROSTER"
"""The variable that names a file of voices: JSON, or ``refuse``, ``raise`` or ``stall``."""


class Service(Speaker):
    """Needs a key; tells of its environment when it enrols."""

    card = card(
        "test_service",
        adapter_revision="api-2",
        variables=(
            Variable(
                name="STUDIO_TEST_SERVICE_KEY", meaning=Note("The key."), required=True, secret=True
            ),
            Variable(name="STUDIO_TEST_SERVICE_REGION", meaning=Note("The region.")),
        ),
    ).model_copy(update={"hardware": REMOTE})

    def enroll(self, clip):
        return Enrolment(values=dict(os.environ))

    def do_charge(self, request, stop, characters="10", then="", *_):
        yield Usage(int(characters), "model-1")
        yield Chunk(beep(0.1), RATE)
        if then == "refuse":
            raise EngineProblem("text_empty", word="ugly")
        if then == "exit":
            os._exit(3)
        while then == "wait" and not stop.is_set():
            time.sleep(0.01)

    def do_remark(self, request, stop, *_):
        yield Chunk(beep(0.1), RATE)
        yield Remark(Note("Cut at {seconds} s.", {"seconds": 9}))


class OtherService(Service):
    """With a key of its own, and voices that only the service knows."""

    card = card(
        "test_other_service",
        variables=(
            Variable(name="STUDIO_TEST_OTHER_KEY", meaning=Note("Another key."), secret=True),
        ),
    ).model_copy(update={"hardware": REMOTE})

    def roster(self):
        text = Path(os.environ[ROSTER]).read_text()
        if text == "refuse":
            raise EngineProblem("text_empty", word="key")
        if text == "raise":
            raise OSError("no route to host")
        if text == "stall":
            time.sleep(60)
        return [Preset(**{**row, "languages": tuple(row["languages"])}) for row in json.loads(text)]
