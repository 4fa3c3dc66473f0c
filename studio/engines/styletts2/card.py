"""StyleTTS2's card: what is true of it, and where its weights come from."""

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

_REPOSITORY = "yl4579/StyleTTS2-LibriTTS"
_REVISION = "d2ca3f14cf019cd2da653c74564e04f8e1f5c5ab"
_FOLDER = "Models/LibriTTS"
_LICENCE = "StyleTTS2 pre-trained models"  # terms in the project's README, without a name

CONFIG = "config.yml"
MODEL = "epochs_2nd_00020.pth"

WEIGHTS = WeightSet(
    name="libritts",
    licence=_LICENCE,
    files=(
        WeightFile(
            name=CONFIG,
            sources=(
                HubFile(repository=_REPOSITORY, revision=_REVISION, path=f"{_FOLDER}/{CONFIG}"),
            ),
        ),
        WeightFile(
            name=MODEL,
            sources=(
                HubFile(repository=_REPOSITORY, revision=_REVISION, path=f"{_FOLDER}/{MODEL}"),
            ),
            sha256="1164ffe19a17449d2c722234cecaf2836b35a698fb8ffd42562d2663657dca0a",
            bytes=771_390_526,
        ),
    ),
    bytes=771_400_000,
)

CARD = Card(
    name="styletts2",
    title="StyleTTS2",
    summary=note("engine.styletts2.summary"),
    homepage="https://github.com/yl4579/StyleTTS2",
    licence=Licence(
        code="MIT",
        weights=_LICENCE,
        commercial=True,
        url="https://github.com/yl4579/StyleTTS2#pre-requisites",
        acceptance=True,
        terms=note("engine.styletts2.terms"),
    ),
    languages=("en",),
    cloning=Cloning(kind="speaker_embedding", min_seconds=10.0, max_seconds=60.0),
    instruction=Instructing.NONE,
    streaming=True,
    deterministic=True,
    hardware=Hardware(runs_on=("cpu", "cuda"), memory_mb=2500, cuda_memory_mb=3000),
    weights=(WEIGHTS,),
    patience=Patience(load_seconds=180.0, silence_seconds=120.0),
    environment=Environment(
        kind="own",
        requirements="studio/engines/requirements/styletts2.txt",
        probe=("torch", "styletts2", "gruut", "nltk", "librosa"),
        disk_mb=7500,
    ),
)
