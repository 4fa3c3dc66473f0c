"""Piper's card: what is true of Piper, and where its voices come from."""

from studio.engines.card import Card, Environment, Hardware, Instructing, Licence
from studio.engines.piper.catalogue import languages, weight_sets
from studio.locales import note

CARD = Card(
    name="piper",
    title="Piper",
    summary=note("engine.piper.summary"),
    homepage="https://github.com/OHF-Voice/piper1-gpl",
    licence=Licence(
        code="GPL-3.0-or-later",
        weights="CC0-1.0 (joe)",
        condition=note("engine.piper.licences"),
        commercial=None,
        url="https://huggingface.co/rhasspy/piper-voices",
    ),
    languages=languages(),
    instruction=Instructing.MAPPED,
    streaming=True,
    hardware=Hardware(runs_on=("cpu",), memory_mb=300),
    sets_serve="each",
    weights=weight_sets(),
    environment=Environment(probe=("piper", "onnxruntime")),
)
