"""Kyutai TTS's card: what is true of it, and where its weights come from."""

from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    HubFile,
    Instructing,
    Licence,
    Patience,
    WeightFile,
    WeightSet,
)
from studio.engines.kyutai.voices import VOICES
from studio.locales import note

_MODEL = "kyutai/tts-1.6b-en_fr"
_MODEL_REVISION = "f65439609986c392cb12df63938abcc550c3fb15"
_VOICES = "kyutai/tts-voices"
_VOICES_REVISION = "323332d33f997de8394f24a193e1a76df720e01a"
_VOICE_HASHES = {
    "donated-robert": "bc79b0162c94862aadd6c5d351b5b4984274af0616e3a56b0df9973ff7c793c7",
}

CONFIG = "config.json"
MODEL = "dsm_tts_1e68beda@240.safetensors"
CODEC = "tokenizer-e351c8d8-checkpoint125.safetensors"
TOKENISER = "tokenizer_spm_8k_en_fr_audio.model"


def _of_model(name: str, size: int | None = None, sha256: str | None = None) -> WeightFile:
    source = HubFile(repository=_MODEL, revision=_MODEL_REVISION, path=name)
    return WeightFile(name=name, sources=(source,), bytes=size, sha256=sha256)


WEIGHTS = WeightSet(
    name="en-fr",
    licence="CC-BY-4.0",
    files=(
        _of_model(CONFIG),
        _of_model(
            MODEL,
            3_683_719_712,
            "726ddadd90a080c89cbc6b217745296ef32d8e25666d30f81a09e8ae5c9e0f0c",
        ),
        _of_model(
            CODEC,
            384_644_900,
            "09b782f0629851a271227fb9d36db65c041790365f11bbe5d3d59369cf863f50",
        ),
        _of_model(
            TOKENISER,
            120_378,
            "cd87dd5d17169151782ac700280ec057e5d658a9afbe238a048ea5ff318cce69",
        ),
        *(
            WeightFile(
                name=voice.file,
                sources=(
                    HubFile(repository=_VOICES, revision=_VOICES_REVISION, path=voice.source),
                ),
                sha256=_VOICE_HASHES.get(voice.preset.id),
            )
            for voice in VOICES
        ),
    ),
    bytes=4_071_000_000,
)

CARD = Card(
    name="kyutai",
    title="Kyutai TTS 1.6B",
    summary=note("engine.kyutai.summary"),
    homepage="https://huggingface.co/kyutai/tts-1.6b-en_fr",
    licence=Licence(
        code="MIT",
        weights="CC-BY-4.0",
        commercial=True,
        url="https://huggingface.co/kyutai/tts-1.6b-en_fr",
        attribution=(
            "Kyutai TTS 1.6B by Kyutai, with voices from VCTK (University of Edinburgh) and"
            " CML-TTS; CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
        ),
    ),
    languages=("en", "fr"),
    cloning=Cloning(kind="none", why_not=note("engine.kyutai.why_not")),
    instruction=Instructing.NONE,
    streaming=True,
    deterministic=True,
    hardware=Hardware(
        runs_on=("cpu", "cuda"),
        memory_mb=6000,
        cuda_memory_mb=6000,
        note=note("engine.kyutai.hardware"),
    ),
    weights=(WEIGHTS,),
    patience=Patience(load_seconds=300.0, silence_seconds=180.0),
    environment=Environment(
        kind="own",
        requirements="studio/engines/requirements/kyutai.txt",
        probe=("torch", "moshi.models.tts"),
        disk_mb=7500,
    ),
)
