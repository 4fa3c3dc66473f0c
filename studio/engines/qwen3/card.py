"""Qwen3-TTS's card, and where its five checkpoints come from."""

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
from studio.engines.qwen3.checkpoints import FILES
from studio.engines.qwen3.languages import NAMES, TITLE
from studio.locales import Note, note

_CODEC = "speech_tokenizer/"
_SHARED = {
    "generation_config.json": (
        245,
        "f1b90b4513f3b34c62851049e2492d7b4c5940daf1276f89c82b8ef04127f3aa",
    ),
    "merges.txt": (
        1_671_839,
        "599bab54075088774b1733fde865d5bd747cbcc7a547c5bc12610e874e26f5e3",
    ),
    "preprocessor_config.json": (
        127,
        "efdde1022ea9d76928bf7a9cd53139138f5ba2e466e837f08f6105ab1af1c119",
    ),
    "tokenizer_config.json": (
        7_344,
        "dc3c31c3bdaedd5016382bb3cbe07323026775ad51f5a4fb564505992ae4a670",
    ),
    "vocab.json": (
        2_776_833,
        "ca10d7e9fb3ed18575dd1e277a2579c16d108e32f27439684afa0e10b1440910",
    ),
    _CODEC + "config.json": (
        2_336,
        "ee65bb901c876664ab8707c487157aa1a6ee57c65969b28fb5ec9dc211e68167",
    ),
    _CODEC + "model.safetensors": (
        682_293_092,
        "836b7b357f5ea43e889936a3709af68dfe3751881acefe4ecf0dbd30ba571258",
    ),
    _CODEC + "preprocessor_config.json": (
        234,
        "fcb3805e597e786d4067706e602f6688524640f8d3396790e2e09b5942fcbdfb",
    ),
}
"""Files that are the same in all five repositories: bytes and SHA-256."""


def _weight_set(  # noqa: PLR0913, PLR0917 - a row of the table below
    name: str,
    repository: str,
    revision: str,
    config: tuple[int, str],
    model: tuple[int, str],
    purpose: Note,
) -> WeightSet:
    own = {"config.json": config, "model.safetensors": model}
    facts = {file: own.get(file) or _SHARED[file] for file in FILES}
    hub = f"Qwen/Qwen3-TTS-12Hz-{repository}"
    large = name.startswith("1.7b")
    return WeightSet(
        name=name,
        licence="Apache-2.0",
        files=tuple(
            WeightFile(
                name=file,
                sources=(HubFile(repository=hub, revision=revision, path=file),),
                bytes=size,
                sha256=digest,
            )
            for file, (size, digest) in facts.items()
        ),
        bytes=sum(size for size, _ in facts.values()),
        purpose=purpose,
        cuda_memory_mb=8_000 if large else 6_000,
    )


# In the order of preference: what the studio is for (cloning), then presets, the large ones first.
WEIGHTS = (
    _weight_set(
        "1.7b-base",
        "1.7B-Base",
        "fd4b254389122332181a7c3db7f27e918eec64e3",
        (4_494, "b4f01752d15a488abde3e1ab44723ae4f4b9e68a4037257b098b3737893cc1f9"),
        (3_857_413_744, "38fc7fc51c5e776e840414b6fd443962e9411b9654888fd7913e4da643cb857c"),
        note("engine.qwen3.purpose_base_large"),
    ),
    _weight_set(
        "0.6b-base",
        "0.6B-Base",
        "5d83992436eae1d760afd27aff78a71d676296fc",
        (4_494, "2e714c787c8edb98b05432685cddb634add2de4d4e645f653d68251ef72ba011"),
        (1_829_344_272, "180b3b10eb1c9f1b4db7806d5475bae3071c0243c299d49926bab1da3b6946f6"),
        note("engine.qwen3.purpose_base_small"),
    ),
    _weight_set(
        "1.7b-custom",
        "1.7B-CustomVoice",
        "0c0e3051f131929182e2c023b9537f8b1c68adfe",
        (4_908, "17a07f527a1c25ea30b4e023a184482a23d3e279d697b1dc81b1bde498d29cf9"),
        (3_833_402_552, "38b1d5971bdbd982b561cccec982669a53b0537c3cf5e9bd4778ed07bb2f5137"),
        note("engine.qwen3.purpose_custom_large"),
    ),
    _weight_set(
        "0.6b-custom",
        "0.6B-CustomVoice",
        "85e237c12c027371202489a0ec509ded67b5e4b5",
        (4_908, "81aca2b6fac304944d8acf345272d8a9a727d5fc2e2e66b222ab4729340c7455"),
        (1_811_626_576, "bc3c7e785eb961179c25450d1acff03f839e0002f2f3a5aeb67b5735c0fa2adb"),
        note("engine.qwen3.purpose_custom_small"),
    ),
    _weight_set(
        "1.7b-design",
        "1.7B-VoiceDesign",
        "5ecdb67327fd37bb2e042aab12ff7391903235d3",
        (4_421, "aecd2cc4c1fe9edef1cb7ca7c401685a43879ad43f3f9e883f1c6760b61731e0"),
        (3_833_402_552, "391e8db219f292c515297cdceeb43e4eae67cdde35fa57e79a6a8a532fca0522"),
        note("engine.qwen3.purpose_design"),
    ),
)

CARD = Card(
    name="qwen3",
    model_option="size",
    title=TITLE,
    summary=note("engine.qwen3.summary"),
    homepage="https://github.com/QwenLM/Qwen3-TTS",
    licence=Licence(
        code="Apache-2.0",
        weights="Apache-2.0",
        commercial=True,
        url="https://github.com/QwenLM/Qwen3-TTS/blob/main/LICENSE",
    ),
    languages=tuple(NAMES),
    cloning=Cloning(kind="in_context", min_seconds=3.0, max_seconds=30.0, transcript="optional"),
    instruction=Instructing.NATIVE,
    streaming=True,
    # About a minute of speech: what the frame budget can double without a runaway's length.
    max_characters=900,
    max_characters_by_language={"zh": 270, "ja": 350, "ko": 420},
    adapter_revision="1",
    deterministic=True,
    hardware=Hardware(
        runs_on=("cpu", "cuda"),
        memory_mb=9_000,  # 1.7B in float32; 0.6B takes half of it
        cuda_memory_mb=8_000,
        note=note("engine.qwen3.hardware"),
    ),
    weights=WEIGHTS,
    sets_serve="each",
    voice_design=True,
    batch=4,
    # On a CPU: billions of weights to widen, and for an acted-out reference a sentence that nobody
    # hears before the take begins.
    patience=Patience(load_seconds=600.0, silence_seconds=300.0),
    environment=Environment(probe=("qwen_tts", "torch")),
    cuda_environment=Environment(
        kind="own",
        requirements="studio/engines/requirements/qwen3-cuda.txt",
        probe=("faster_qwen3_tts",),
        disk_mb=9_000,
    ),
)
