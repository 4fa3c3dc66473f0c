"""Tiny Pocket TTS models with random weights, laid out as the card lays them out."""

import json
from pathlib import Path

from studio.engines.pocket.models import CLONING, MODELS, tokeniser_name, weights_name
from studio.engines.pocket.voices import voice_name, voices_of

CLONES = ("english", "french")
"""Models that are there in the version that clones, too."""
_RATE = 24000


def prepare(folder: Path) -> dict[str, Path]:
    """Every small model without cloning, one large one, and two that clone."""
    made = {}
    names = [name for name, model in MODELS.items() if not model.large] + ["french_24l"]
    for seed, name in enumerate(names):
        model = _build(folder / ".building" / name, seed)
        for kind in (name, name + CLONING) if name in CLONES else (name,):
            made[kind] = folder / kind
            if not made[kind].exists():
                _lay_out(model, kind, made[kind])
    return made


def configuration(tokeniser: Path) -> dict:
    """A configuration of the library's shape with hardly any layers."""
    return {
        "weights_path": None,
        "flow_lm": {
            "insert_bos_before_voice": True,
            "dtype": "float32",
            "flow": {"depth": 1, "dim": 32},
            "transformer": {
                "d_model": 32,
                "hidden_scale": 2,
                "max_period": 10000,
                "num_heads": 2,
                "num_layers": 1,
            },
            "lookup_table": {
                "dim": 32,
                "n_bins": 256,
                "tokenizer": "tokenizers",
                "tokenizer_path": str(tokeniser),
            },
        },
        "mimi": {
            "dtype": "float32",
            "sample_rate": _RATE,
            "inner_dim": 8,
            "outer_dim": 16,
            "channels": 1,
            "frame_rate": 12.5,
            "seanet": {
                "dimension": 16,
                "channels": 1,
                "n_filters": 4,
                "n_residual_layers": 1,
                "ratios": [6, 5, 4],
                "kernel_size": 7,
                "residual_kernel_size": 3,
                "last_kernel_size": 3,
                "dilation_base": 2,
                "pad_mode": "constant",
                "compress": 2,
            },
            "transformer": {
                "d_model": 16,
                "num_heads": 2,
                "num_layers": 1,
                "layer_scale": 0.01,
                "context": 250,
                "dim_feedforward": 32,
                "input_dimension": 16,
                "output_dimensions": [16],
            },
            "quantizer": {"dimension": 8, "output_dimension": 16},
        },
    }


def _build(scratch: Path, seed: int):
    """A model with random weights. It ends a sentence after about a second."""
    import torch
    from pocket_tts import TTSModel
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    scratch.mkdir(parents=True, exist_ok=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokeniser = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokeniser.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokeniser.decoder = decoders.ByteLevel()
    tokeniser.save(str(scratch / "tokenizer.json"))
    path = scratch / "config.yaml"
    path.write_text(json.dumps(configuration(scratch / "tokenizer.json")))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = TTSModel.load_model(config=path)
        with torch.no_grad():
            for tensor in (*model.parameters(), *model.buffers()):
                if not torch.isfinite(tensor).all():
                    tensor.nan_to_num_(0)
            model.flow_lm.speaker_proj_weight.normal_(0, 0.3)
    return model


def _lay_out(model, kind: str, folder: Path) -> None:
    import safetensors.torch
    import torch
    from pocket_tts import export_model_state

    name = kind.removesuffix(CLONING)
    tokeniser = folder / tokeniser_name(kind)
    tokeniser.parent.mkdir(parents=True)
    tokeniser.write_text(model.flow_lm.conditioner.tokenizer.tokenizer.to_str())
    (folder / name / "config.yaml").write_text(json.dumps(configuration(Path("nowhere.json"))))
    tensors = {key: tensor.contiguous() for key, tensor in model.state_dict().items()}
    if kind == name:
        for voice_seed, voice in enumerate(voices_of(MODELS[name])):
            sound = 0.2 * torch.randn(1, _RATE, generator=torch.Generator().manual_seed(voice_seed))
            embedding = folder / voice_name(name, voice.name)
            embedding.parent.mkdir(exist_ok=True)
            export_model_state(model.get_state_for_audio_prompt(sound), embedding)
        tensors = {key: emptied(key, tensor) for key, tensor in tensors.items()}
    safetensors.torch.save_file(tensors, folder / weights_name(kind))


def emptied(key: str, tensor):
    """A tensor as the version without cloning has it: what hears is nothing."""
    hears = key.startswith("mimi.encoder") or key == "flow_lm.speaker_proj_weight"
    return tensor.new_zeros(tensor.shape) if hears else tensor
