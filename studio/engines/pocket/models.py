"""The models of Pocket TTS: one a language and size, each in a version that clones and one not.

Facts of ``pocket-tts`` 4.0.1 (its ``config`` folder): repositories, paths and pinned revisions. The
version that clones is given only to people who agreed to Kyutai's terms on the hub. The library
takes the other one in silence where it cannot have it; here they are different weight sets.
"""

from dataclasses import dataclass
from pathlib import Path

PUBLIC, GATED = "kyutai/pocket-tts-without-voice-cloning", "kyutai/pocket-tts"
VOICES_REVISION = "a7056f505a4a8ca72d8b5fb1440071d6f1a35739"
CLONING = "-cloning"
"""Ending of the names of weight sets that clone."""


@dataclass(frozen=True)
class Model:
    """A language's model.

    name: as the library calls its configuration.
    """

    name: str
    language: str
    public: str
    """Revision of the weights that do not clone."""
    gated: str
    """Revision of the weights that do."""
    tokeniser: str
    """Revision of the tokeniser, in the public repository."""

    @property
    def large(self) -> bool:
        return self.name.endswith("_24l")


_MODELS = (
    Model(
        "english",
        "en",
        public="a7056f505a4a8ca72d8b5fb1440071d6f1a35739",
        gated="db04f0e653473e5c7333c69686ac92b7460b0c1d",
        tokeniser="00eac05ed3d16bdc3f6b5d598874019c34a89214",
    ),
    *(
        Model(
            name,
            language,
            public="1e08e6a23401048648a9fdcfde2f89348215c2a7",
            gated="3e82814a68665eec246ff649b14c71331f955c06",
            tokeniser=(
                "8843db76457a91db32077edf8dfcd1c0e3e755fd"
                if language == "fr"
                else "4e1e0a3e611c51c0b4ed8174fc10f32a54644303"
            ),
        )
        for name, language in (
            ("french", "fr"),
            ("german", "de"),
            ("italian", "it"),
            ("portuguese", "pt"),
            ("spanish", "es"),
            ("dutch", "nl"),
            ("french_24l", "fr"),
            ("italian_24l", "it"),
        )
    ),
    *(
        Model(
            name,
            language,
            public="4e1e0a3e611c51c0b4ed8174fc10f32a54644303",
            gated="2dd944b099d06bb9edbd221fef138685711d9bf0",
            tokeniser="4e1e0a3e611c51c0b4ed8174fc10f32a54644303",
        )
        for name, language in (
            ("german_24l", "de"),
            ("portuguese_24l", "pt"),
            ("spanish_24l", "es"),
            ("dutch_24l", "nl"),
        )
    ),
)
MODELS = {model.name: model for model in _MODELS}
LANGUAGES = ("en", "fr", "de", "it", "pt", "es", "nl")


def set_for(language: str, *, clones: bool, large: bool) -> str:
    """Name of the weight set that speaks a language.

    English has one size. A language the engine does not speak, asked for all the same, is read by
    the English model.
    """
    fitting = [m for m in _MODELS if m.language == language] or [MODELS["english"]]
    chosen = next((m for m in fitting if m.large == large), fitting[0])
    return chosen.name + (CLONING if clones else "")


def model_of(set_name: str) -> Model:
    """The model of a weight set."""
    return MODELS[set_name.removesuffix(CLONING)]


def weights_name(set_name: str) -> str:
    """The weights of a set, as a path below its folder.

    The two versions have different names, so that neither is taken for the other.
    """
    kind = "cloning" if set_name.endswith(CLONING) else "model"
    return f"{model_of(set_name).name}/{kind}.safetensors"


def tokeniser_name(set_name: str) -> str:
    """The tokeniser of a set, as a path below its folder."""
    return f"{model_of(set_name).name}/tokenizer.json"


def sets_in(folder: Path) -> list[str]:
    """Names of the weight sets that a folder holds."""
    names = [name + ending for name in MODELS for ending in ("", CLONING)]
    return [name for name in names if (folder / weights_name(name)).is_file()]
