"""Pocket TTS's presets: voices that Kyutai embedded for each of its models, with their licences.

Licences as the hub page of ``kyutai/tts-voices`` states them by source. Two of the library's voices
(cosette from Expresso, jean from EARS) are CC BY-NC and left out, since takes may be used
commercially by the card.
"""

from dataclasses import dataclass
from pathlib import Path

from studio.engines.contract import Preset
from studio.engines.pocket.models import MODELS, Model, sets_in

_VCTK = "CC-BY-4.0"
_DONATED = "CC0-1.0"


@dataclass(frozen=True)
class Voice:
    """A voice of the library's catalogue."""

    name: str
    language: str
    """Of the recording; with another model the voice has that accent."""
    licence: str
    """Of the recording (SPDX); empty: not stated."""
    gender: str = ""

    @property
    def preset(self) -> Preset:
        """As the studio lists it.

        English voices speak every language, with their accent; the others are there for their own.
        """
        title = " · ".join(
            part
            for part in (self.name.replace("_", " ").title(), self.language, self.licence)
            if part
        )
        languages = () if self.language == "en" else (self.language,)
        return Preset(self.name, title, languages, self.gender, native=self.language)


_ALL = (
    # first those that are the best choice for their own language, so that they become its default
    Voice("estelle", "fr", _DONATED, "female"),
    Voice("juergen", "de", "", "male"),
    Voice("giovanni", "it", "CC0-1.0", "male"),
    Voice("rafael", "pt", "", "male"),
    Voice("lola", "es", "CC0-1.0", "female"),
    Voice("daan", "nl", "CC-BY-4.0", "male"),
    Voice("alba", "en", "CC-BY-4.0", "female"),
    Voice("marius", "en", _DONATED, "male"),
    Voice("javert", "en", _DONATED, "male"),
    Voice("anna", "en", _VCTK, "female"),
    Voice("vera", "en", _VCTK, "female"),
    Voice("fantine", "en", _VCTK, "female"),
    Voice("charles", "en", _VCTK, "male"),
    Voice("paul", "en", _VCTK, "male"),
    Voice("eponine", "en", _VCTK, "female"),
    Voice("azelma", "en", _VCTK, "female"),
    Voice("george", "en", _VCTK, "male"),
    Voice("mary", "en", _VCTK, "female"),
    Voice("jane", "en", _VCTK, "female"),
    Voice("michael", "en", _VCTK, "male"),
    Voice("eve", "en", _VCTK, "female"),
    Voice("bill_boerst", "en", _DONATED, "male"),
    Voice("peter_yearsley", "en", _DONATED, "male"),
    Voice("stuart_bell", "en", _DONATED, "male"),
    Voice("caro_davy", "en", _DONATED, "female"),
)
VOICES = {voice.name: voice for voice in _ALL}
_WITH_LARGE = frozenset({"alba", "marius"})
"""English voices fetched with a large model, whose embeddings are four times as long."""


def voices_of(model: Model) -> list[Voice]:
    """The voices that come with a model."""
    return [
        voice
        for voice in _ALL
        if voice.language == model.language
        or (voice.language == "en" and (not model.large or voice.name in _WITH_LARGE))
    ]


def voice_name(model: str, voice: str) -> str:
    """An embedding, as a path below a weight set's folder."""
    return f"{model}/embeddings/{voice}.safetensors"


def presets(folder: Path) -> list[Preset]:
    """The voices that a folder of weights has embeddings of, the default first."""
    held = [name for name in sets_in(folder) if name in MODELS]
    return [
        voice.preset
        for voice in _ALL
        if any((folder / voice_name(model, voice.name)).is_file() for model in held)
    ]
