"""XTTS-v2's card: what is true of it, and where its weights come from."""

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
from studio.engines.xtts.languages import LANGUAGES
from studio.locales import note

_REPOSITORY = "coqui/XTTS-v2"
_REVISION = "6c2b0d75eae4b7047358e3b6bd9325f857d43f77"
_LICENCE = "CPML"

WEIGHTS = WeightSet(
    name="xtts-v2",
    licence=_LICENCE,
    files=tuple(
        WeightFile(
            name=name,
            sources=(HubFile(repository=_REPOSITORY, revision=_REVISION, path=name),),
            sha256=sha256,
            bytes=size,
        )
        for name, size, sha256 in (
            (
                "config.json",
                4_368,
                "ef262b1454dd2a77e1461b0b2cd53e19b8a7624cc131b837d36df67356bc75e8",
            ),
            (
                "model.pth",
                1_867_929_118,
                "c7ea20001c6a0a841c77e252d8409f6a74fb423e79b3206a0771ba5989776187",
            ),
            (
                "vocab.json",
                361_219,
                "928260878a59da8a72a2a5b7687fea29d5106137669d90945430fe17e415304a",
            ),
            (
                "speakers_xtts.pth",
                7_754_818,
                "f0f6137c19a4eab0cbbe4c99b5babacf68b1746e50da90807708c10e645b943b",
            ),
        )
    ),
)

CARD = Card(
    name="xtts",
    title="XTTS-v2",
    summary=note("engine.xtts.summary"),
    homepage="https://huggingface.co/coqui/XTTS-v2",
    licence=Licence(
        code="MPL-2.0",  # of coqui-tts
        weights=_LICENCE,  # Coqui Public Model License 1.0.0; it has no SPDX identifier
        commercial=False,
        url="https://huggingface.co/coqui/XTTS-v2/blob/main/LICENSE.txt",
        acceptance=True,
        terms=note("engine.xtts.terms"),
    ),
    languages=tuple(LANGUAGES),
    cloning=Cloning(kind="speaker_embedding", min_seconds=6.0, max_seconds=30.0),
    instruction=Instructing.NONE,
    streaming=True,
    sentence_characters_by_language={
        tag: language.characters for tag, language in LANGUAGES.items()
    },
    deterministic=True,
    hardware=Hardware(
        runs_on=("cpu", "cuda"),
        memory_mb=2800,
        cuda_memory_mb=3500,
        note=note("engine.xtts.hardware"),
    ),
    weights=(WEIGHTS,),
    patience=Patience(load_seconds=300.0, silence_seconds=180.0),
    environment=Environment(
        probe=("TTS", "torch", "torchaudio", "transformers", "ko_speech_tools")
    ),
)
