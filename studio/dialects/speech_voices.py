"""Which voice a client means by a name: an engine's preset, or one of its owner's cloned voices."""

from dataclasses import dataclass

from studio.dialects.text_language import text_language
from studio.engines.contract import Preset
from studio.problems import BadInput
from studio.runtime.runtime import Runtime
from studio.takes.rows import is_id
from studio.voices.service import VoiceService
from studio.voices.voice_view import VoiceView

STOCK = frozenset(
    {"alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx"}
    | {"sage", "shimmer", "verse"}
)
"""Names of OpenAI's own voices. With a default model they stand for the default's voice."""
DEFAULT = "default"
_MOST_NAMED = 30


@dataclass(frozen=True)
class Speaking:
    """Who is to speak."""

    preset: Preset | None = None
    cloned: VoiceView | None = None


class VoiceNames:
    """Finds voices by name.

    Args:
        runtime: engines' presets.
        voices: cloned ones.
    """

    def __init__(self, runtime: Runtime, voices: VoiceService) -> None:
        self._runtime = runtime
        self._voices = voices

    def cloned(self, owner: str, name: str) -> VoiceView | None:
        """A cloned voice that this owner may use, by its id or its name.

        Raises:
            BadInput: ``voice_ambiguous``, where several have the name.
        """
        found = self._voices.list(owner)
        if is_id(name):
            return next((voice for voice in found if voice.id == name), None)
        named = [voice for voice in found if voice.name == name]
        named = [voice for voice in named if voice.mine] or named  # one's own go before shared ones
        if len(named) > 1:
            raise BadInput("voice_ambiguous", voice=name, ids=", ".join(v.id for v in named[:5]))
        return next(iter(named), None)

    def preset(self, engine: str, name: str) -> Preset | None:
        """A preset of an engine by its id."""
        presets = self._runtime.state(engine).presets
        return next((preset for preset in presets if preset.id == name), None)

    def presets(self, engine: str) -> list[Preset]:
        """An engine's presets."""
        return list(self._runtime.state(engine).presets)

    def unknown(self, owner: str, engine: str, name: str) -> BadInput:
        """The refusal of a name that nothing has."""
        known = [preset.id for preset in self.presets(engine)]
        known = [voice.name for voice in self._voices.list(owner)][:_MOST_NAMED] + known
        return BadInput(
            "voice_not_found",
            voice=name[:80],
            engine=engine,
            known=", ".join(known[:_MOST_NAMED]) or "–",
        )


def spoken_language(text: str, speaking: Speaking) -> str:
    """The language to speak a text in where nobody said: the script's, helped by the voice's."""
    likely = "en"
    if speaking.cloned is not None:
        likely = speaking.cloned.language
    elif speaking.preset is not None and len(tags := _languages(speaking.preset)) == 1:
        (likely,) = tags
    return text_language(text, likely)


def _languages(preset: Preset) -> set[str]:
    return {tag.lower().replace("_", "-").split("-")[0] for tag in preset.languages}
