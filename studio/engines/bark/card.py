"""Bark's card: what is true of it, and where its two sizes come from."""

from studio.engines.bark.voices import LANGUAGES, VOICES, file_names
from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    HubFile,
    Licence,
    Patience,
    WeightFile,
    WeightSet,
)
from studio.locales import Note, note

FULL, SMALL = "bark", "bark-small"
_REVISIONS = {
    FULL: "70a8a7d34168586dc5d028fa9666aceade177992",
    SMALL: "1dbd7a128513b8ae4a4e2130fed57b7ac9da5bcd",
}
_KNOWN: dict[tuple[str, str], tuple[int, str]] = {
    (FULL, "pytorch_model.bin"): (
        4_486_643_861,
        "4e3d407b9b3b619da184c85786c88e5e35f90f9089303e16db696ed0be477989",
    ),
    (FULL, "config.json"): (
        8_806,
        "48be144c0232acd8c55786d1eea9161ae6c973f21ec4a2f02627c844065ea695",
    ),
    (SMALL, "pytorch_model.bin"): (
        1_676_663_913,
        "f0f7f16b24f65789ce42b3c491aa6a1cdf219f7ef425066fcd194485245e65d9",
    ),
    (SMALL, "config.json"): (
        8_803,
        "9d95e9c3027cd79cf5f762cc03a69b6393cea87c51e9dd6b998fde3a7f01510e",
    ),
    **{
        (size, "generation_config.json"): (
            4_908,
            "ab2969fcd40e085bc924ad99ad419c27f62f5acb61afac5de7490ab0c796b5b9",
        )
        for size in (FULL, SMALL)
    },
}
"""Bytes and SHA-256 at these revisions."""
_FILES = (
    "pytorch_model.bin",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
)


def _file(size: str, name: str) -> WeightFile:
    known = _KNOWN.get((size, name), (None, None))
    source = HubFile(repository=f"suno/{size}", revision=_REVISIONS[size], path=name)
    return WeightFile(name=f"{size}/{name}", sources=(source,), bytes=known[0], sha256=known[1])


def _weights(size: str, *, total: int, purpose: Note, cuda_memory_mb: int) -> WeightSet:
    voices = [name for preset in VOICES for name in file_names(preset)]
    return WeightSet(
        name=size,
        licence="MIT",
        files=tuple(_file(size, name) for name in (*_FILES, *voices)),
        bytes=total,
        purpose=purpose,
        cuda_memory_mb=cuda_memory_mb,
    )


CARD = Card(
    name="bark",
    model_option="size",
    title="Bark",
    summary=note("engine.bark.summary"),
    homepage="https://github.com/suno-ai/bark",
    licence=Licence(
        code="Apache-2.0",  # of transformers, which runs it
        weights="MIT",
        commercial=True,
        url="https://huggingface.co/suno/bark",
    ),
    languages=LANGUAGES,
    cloning=Cloning(why_not=note("engine.bark.why_not")),
    streaming=True,
    deterministic=True,
    hardware=Hardware(
        runs_on=("cpu", "cuda"),
        memory_mb=6000,
        cuda_memory_mb=6000,
        note=note("engine.bark.hardware"),
    ),
    sets_serve="each",
    weights=(
        _weights(
            SMALL,
            total=1_690_000_000,
            purpose=note("engine.bark.purpose_small"),
            cuda_memory_mb=3000,
        ),
        _weights(
            FULL,
            total=4_500_000_000,
            purpose=note("engine.bark.purpose_full"),
            cuda_memory_mb=6000,
        ),
    ),
    patience=Patience(load_seconds=600.0, silence_seconds=1200.0),
    environment=Environment(probe=("transformers", "torch")),
)
