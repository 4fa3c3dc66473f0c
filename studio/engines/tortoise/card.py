"""Tortoise's card: what is true of it, and where its weights come from."""

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
from studio.locales import note

_REPOSITORY = "jbetker/tortoise-tts-v2"
# The repository changed its files one by one; no single commit could be confirmed to hold them all
# without reaching the hub. So the branch is named and the large files are pinned by SHA-256.
_REVISION = "main"

STRETCH_CHARACTERS = 200
"""Spoken in one go. The authors' own reader cuts there; the model ends at about 23 seconds."""

_FILES = (
    (
        "autoregressive.pth",
        ".models/autoregressive.pth",
        "9c6651b9996df6cef6a1fc459738ae207ab60f902ec49b4d0623ca8ab6110d51",
    ),
    (
        "diffusion_decoder.pth",
        ".models/diffusion_decoder.pth",
        "ea776fc354eabb70cfae145777153483fad72e3e0c5ea345505ded2231a90ce1",
    ),
    (
        "clvp2.pth",
        ".models/clvp2.pth",
        "6097e708cf692eb93bd770880660953935e87e8995eb864819bbe51b7d91342c",
    ),
    (
        "vocoder.pth",
        ".models/vocoder.pth",
        "16e8153e9f8ffb00b116f7f67833df2802fcf81e6bc173acc3b3b4bf9f04189d",
    ),
    (
        "rlg_auto.pth",
        ".models/rlg_auto.pth",
        "4473c125482e2a3322a5ea762025a0c6ec657955c3002cf099c0635d79967551",
    ),
    (
        "rlg_diffuser.pth",
        ".models/rlg_diffuser.pth",
        "6e84b1ce60631c56dc8dec3d27c131993dd99d3060e7919cc351857457dbfdac",
    ),
    ("mel_norms.pth", "data/mel_norms.pth", None),
)

WEIGHTS = WeightSet(
    name="tortoise-v2",
    licence="Apache-2.0",
    bytes=4_380_000_000,
    files=tuple(
        WeightFile(
            name=name,
            sources=(HubFile(repository=_REPOSITORY, revision=_REVISION, path=path),),
            sha256=sha256,
        )
        for name, path, sha256 in _FILES
    ),
)

CARD = Card(
    name="tortoise",
    title="Tortoise",
    summary=note("engine.tortoise.summary"),
    homepage="https://huggingface.co/jbetker/tortoise-tts-v2",
    licence=Licence(
        code="MPL-2.0",  # of coqui-tts
        weights="Apache-2.0",
        commercial=True,
        url="https://huggingface.co/jbetker/tortoise-tts-v2/blob/main/README.md",
    ),
    languages=("en",),
    cloning=Cloning(kind="speaker_embedding", min_seconds=6.0, max_seconds=30.0),
    instruction=Instructing.NONE,
    streaming=False,
    sentence_characters_by_language={"en": STRETCH_CHARACTERS},
    deterministic=True,
    hardware=Hardware(
        runs_on=("cpu", "cuda"),
        memory_mb=5000,
        cuda_memory_mb=8000,
        note=note("engine.tortoise.hardware"),
    ),
    weights=(WEIGHTS,),
    patience=Patience(load_seconds=600.0, silence_seconds=7200.0),
    environment=Environment(probe=("TTS", "torch", "torchaudio", "transformers")),
)
