"""Writes the small checkpoint; run with the engine's own interpreter: ``… styletts2_checkpoint FOLDER``."""

import sys
from pathlib import Path

import torch
import yaml

from studio.engines.styletts2.card import CONFIG, MODEL
from studio.engines.styletts2.checkpoint import _SPEAKING, _empty
from studio.engines.styletts2.library import import_library

SHAPES = {
    "multispeaker": True,
    "dim_in": 8,
    "hidden_dim": 512,
    "max_conv_dim": 512,
    "n_layer": 1,
    "n_mels": 80,
    "n_token": 178,
    "max_dur": 10,
    "style_dim": 128,
    "dropout": 0.2,
    "decoder": {
        "type": "hifigan",
        "resblock_kernel_sizes": [3],
        "upsample_rates": [10, 5, 3, 2],
        "upsample_initial_channel": 512,
        "resblock_dilation_sizes": [[1, 3, 5]],
        "upsample_kernel_sizes": [20, 10, 6, 4],
    },
    "slm": {"model": "none", "sr": 16000, "hidden": 8, "nlayers": 1, "initial_channel": 8},
    "diffusion": {
        "embedding_mask_proba": 0.1,
        "transformer": {"num_layers": 1, "num_heads": 2, "head_features": 16, "multiplier": 1},
        "dist": {"sigma_data": 0.2, "estimate_sigma_data": True, "mean": -3.0, "std": 1.0},
    },
}


def main(folder):
    folder.mkdir(parents=True)
    (folder / CONFIG).write_text(yaml.safe_dump({"model_params": SHAPES}))
    tts, _ = import_library()
    torch.manual_seed(0)
    _, nets = _empty(tts, SHAPES, folder / CONFIG)
    # A random network under spectral normalisation is loud until its norms are known.
    for encoder in (nets.style_encoder.train(), nets.predictor_encoder.train()):
        for _ in range(20):
            encoder(torch.randn(1, 1, 80, 96))
    parts = {name: nets[name].state_dict() for name in _SPEAKING}
    # As published: half of them come from training on several graphics cards.
    parts["bert"] = {f"module.{name}": tensor for name, tensor in parts["bert"].items()}
    torch.save({"net": parts}, folder / MODEL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
