"""Tiny Bark models with random weights in both sizes, laid out as the card lays them out."""

import json
from pathlib import Path

import numpy as np

from studio.engines.bark.card import FULL, SMALL
from studio.engines.bark.voices import PARTS, VOICES, file_names

SEMANTIC, CODES = 64, 32
"""Semantic codes, and codes of each codebook."""
BUDGET = 48
"""Semantic codes of a piece at most: about a second."""
_HISTORY = 50
"""Semantic codes of a voice's recording, a second; of the others there are half as many again."""
_TEXT_OFFSET = 80
_ALPHABET = "abcdefghijklmnopqrstuvwxyz.,!?[]'"


def prepare(folder: Path) -> dict[str, Path]:
    made = {}
    for seed, size in enumerate((SMALL, FULL)):
        made[size] = folder / size
        if not made[size].exists():
            build(made[size] / size, seed)
    return made


def build(folder: Path, seed: int) -> None:
    """One model: four stages of one layer, a tokeniser of letters, voices of random codes."""
    import torch
    from transformers import BarkConfig, BarkModel

    folder.mkdir(parents=True)
    _tokeniser(folder)
    text = _TEXT_OFFSET + len(_ALPHABET) * 2 + 5
    # large random weights, so that what goes in is heard in what comes out
    shape = {"num_layers": 1, "num_heads": 2, "hidden_size": 16, "initializer_range": 0.6}
    config = BarkConfig(
        semantic_config={**shape, "input_vocab_size": text + 2, "output_vocab_size": _TEXT_OFFSET},
        coarse_acoustics_config={
            **shape,
            "input_vocab_size": SEMANTIC + 2 * CODES + 2,
            "output_vocab_size": SEMANTIC + 2 * CODES + 2,
        },
        fine_acoustics_config={
            **shape,
            "input_vocab_size": CODES + 1,
            "output_vocab_size": CODES + 1,
        },
        codec_config={
            "model_type": "encodec",
            "hidden_size": 16,
            "num_filters": 2,
            "num_lstm_layers": 1,
            "codebook_size": CODES,
            "codebook_dim": 16,
        },
    )
    generation = {
        "sample_rate": 24000,
        "codebook_size": CODES,
        "model_type": "bark",
        "semantic_config": {
            "eos_token_id": SEMANTIC,
            "semantic_vocab_size": SEMANTIC,
            "text_encoding_offset": _TEXT_OFFSET,
            "text_pad_token": text,
            "semantic_infer_token": text + 1,
            "semantic_rate_hz": 49.9,
            "max_input_semantic_length": 256,
            "max_new_tokens": BUDGET,
            "temperature": 0.7,
        },
        "coarse_acoustics_config": {
            "coarse_semantic_pad_token": SEMANTIC + 2 * CODES,
            "coarse_infer_token": SEMANTIC + 2 * CODES + 1,
            "temperature": 0.7,
        },
        "fine_acoustics_config": {"temperature": 0.5},
    }
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = BarkModel(config)
        with torch.no_grad():
            model.semantic.lm_head.weight[SEMANTIC] = 0  # its end is improbable, not impossible
        for tensor in model.codec_model.quantizer.buffers():
            if tensor.is_floating_point():
                tensor.normal_()
    config.architectures = ["BarkModel"]
    config.save_pretrained(folder)
    (folder / "generation_config.json").write_text(json.dumps(generation))
    torch.save(as_published(model.state_dict()), folder / "pytorch_model.bin")
    _voices(folder, seed)


def as_published(tensors: dict) -> dict:
    """Names of the published files, from a time when torch called the parts otherwise."""
    endings = {
        "parametrizations.weight.original0": "weight_g",
        "parametrizations.weight.original1": "weight_v",
    }
    renamed = {}
    for name, tensor in tensors.items():
        new = next((ending for ending in endings if name.endswith(ending)), "")
        renamed[name.removesuffix(new) + endings.get(new, "")] = tensor
    return renamed


def _tokeniser(folder: Path) -> None:
    """WordPiece over single letters, as Bark's is over many."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [*special, *_ALPHABET, *(f"##{letter}" for letter in _ALPHABET)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    slow = BertWordPieceTokenizer(str(folder / "vocab.txt"))
    slow.save(str(folder / "tokenizer.json"))
    BertTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary))


def _voices(folder: Path, seed: int) -> None:
    chance = np.random.default_rng(seed)
    for preset in VOICES:
        for part, name in zip(PARTS, file_names(preset), strict=True):
            most = SEMANTIC if part.rows == 0 else CODES
            shape = (part.rows, _HISTORY * 3 // 2) if part.rows else (_HISTORY,)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, chance.integers(0, most, shape), allow_pickle=False)
