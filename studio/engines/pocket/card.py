"""Pocket TTS's card: what is true of it, and where its models come from."""

from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    HubFile,
    Licence,
    WeightFile,
    WeightSet,
)
from studio.engines.pocket.models import (
    CLONING,
    GATED,
    LANGUAGES,
    MODELS,
    PUBLIC,
    VOICES_REVISION,
    Model,
    tokeniser_name,
    weights_name,
)
from studio.engines.pocket.voices import voice_name, voices_of
from studio.locales import LanguageName, Note

MIN_SECONDS, MAX_SECONDS = 3.0, 30.0
"""Of a reference clip. Kyutai shows clones of a few seconds; the library cuts at thirty."""


def _tokeniser(model: Model) -> WeightFile:
    path = f"languages/{model.name}/tokenizer.json"
    source = HubFile(repository=PUBLIC, revision=model.tokeniser, path=path)
    return WeightFile(name=tokeniser_name(model.name), sources=(source,))


_PURPOSES = {
    (False, False): "engine.pocket.purpose_presets",
    (False, True): "engine.pocket.purpose_presets_large",
    (True, False): "engine.pocket.purpose_cloning",
    (True, True): "engine.pocket.purpose_cloning_large",
}
"""By whether it clones and whether it is large."""


def _purpose(model: Model, *, clones: bool) -> Note:
    return Note(_PURPOSES[clones, model.large], {"language": LanguageName(model.language)})


def _public(model: Model) -> WeightSet:
    weights = HubFile(
        repository=PUBLIC,
        revision=model.public,
        path=f"languages/{model.name}/model.safetensors",
    )
    embeddings = tuple(
        WeightFile(
            name=voice_name(model.name, voice.name),
            sources=(
                HubFile(
                    repository=PUBLIC,
                    revision=VOICES_REVISION,
                    path=f"languages/{model.name}/embeddings/{voice.name}.safetensors",
                ),
            ),
        )
        for voice in voices_of(model)
    )
    licences = sorted({voice.licence for voice in voices_of(model) if voice.licence})
    unstated = [voice.name for voice in voices_of(model) if not voice.licence]
    said = f"CC-BY-4.0; voices {', '.join(licences)}"
    return WeightSet(
        name=model.name,
        licence=f"{said}, {', '.join(unstated)}: not stated" if unstated else said,
        files=(
            WeightFile(name=weights_name(model.name), sources=(weights,)),
            _tokeniser(model),
            *embeddings,
        ),
        purpose=_purpose(model, clones=False),
    )


def _gated(model: Model) -> WeightSet:
    name = model.name + CLONING
    weights = HubFile(
        repository=GATED,
        revision=model.gated,
        path=f"languages/{model.name}/model.safetensors",
    )
    return WeightSet(
        name=name,
        licence="CC-BY-4.0, given after agreeing to Kyutai's terms on the hub",
        gated=True,
        files=(WeightFile(name=weights_name(name), sources=(weights,)), _tokeniser(model)),
        purpose=_purpose(model, clones=True),
    )


CARD = Card(
    name="pocket",
    title="Pocket TTS",
    summary=Note("engine.pocket.summary"),
    homepage="https://github.com/kyutai-labs/pocket-tts",
    licence=Licence(
        code="MIT",
        weights="CC-BY-4.0",
        commercial=True,
        url="https://huggingface.co/kyutai/pocket-tts",
        attribution="Pocket TTS by Kyutai, CC BY 4.0; preset voices from kyutai/tts-voices",
    ),
    languages=LANGUAGES,
    cloning=Cloning(
        kind="in_context",
        min_seconds=MIN_SECONDS,
        max_seconds=MAX_SECONDS,
        transcript="unused",
    ),
    streaming=True,
    deterministic=True,
    hardware=Hardware(runs_on=("cpu",), memory_mb=1300, note=Note("engine.pocket.hardware")),
    sets_serve="each",
    weights=(
        *(_public(model) for model in MODELS.values()),
        *(_gated(model) for model in MODELS.values()),
    ),
    environment=Environment(probe=("pocket_tts", "torch")),
)
