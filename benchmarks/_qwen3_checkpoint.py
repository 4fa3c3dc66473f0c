"""Qwen3-TTS checkpoints of any size with random weights: for timing, which does not care for sense.

The full-size shapes have exactly the published checkpoints' numbers of parameters.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPECIALS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|tts_pad|>",
    "<|tts_bos|>",
    "<|tts_eos|>",
)
_END = 2150
"""The code that ends an utterance, as published."""


@dataclass(frozen=True)
class Shape:
    """What differs between sizes of the Base checkpoint."""

    name: str
    """As the weight set is called."""
    size: str
    """``tts_model_size``."""
    hidden: int
    feed_forward: int
    talker: tuple[tuple[str, int], ...]
    predictor: tuple[tuple[str, int], ...]
    rotary: tuple[int, int, int]
    text_vocabulary: int
    codec: tuple[tuple[str, int], ...]


_HEADS = (("num_attention_heads", 16), ("num_key_value_heads", 8), ("head_dim", 128))
_CODEC = (("hidden_size", 512), ("intermediate_size", 1024), ("codebook_dim", 512))


def _full(name: str, size: str, hidden: int, feed_forward: int) -> Shape:
    return Shape(
        name,
        size,
        hidden,
        feed_forward,
        talker=(*_HEADS, ("num_hidden_layers", 28)),
        predictor=(
            *_HEADS,
            ("num_hidden_layers", 5),
            ("hidden_size", 1024),
            ("intermediate_size", 3072),
        ),
        rotary=(24, 20, 20),
        text_vocabulary=151_936,
        codec=(*_CODEC, ("head_dim", 64)),
    )


FULL = (_full("0.6b-base", "0b6", 1024, 3072), _full("1.7b-base", "1b7", 2048, 6144))
_SMALL_HEADS = (("num_attention_heads", 2), ("num_key_value_heads", 1), ("head_dim", 16))
TINY = Shape(
    "0.6b-base",
    "0b6",
    hidden=32,
    feed_forward=64,
    talker=(*_SMALL_HEADS, ("num_hidden_layers", 1)),
    predictor=(
        *_SMALL_HEADS,
        ("num_hidden_layers", 1),
        ("hidden_size", 32),
        ("intermediate_size", 64),
    ),
    rotary=(4, 2, 2),
    text_vocabulary=512,
    codec=(
        ("hidden_size", 32),
        ("intermediate_size", 64),
        ("codebook_dim", 32),
        ("latent_dim", 32),
        ("num_hidden_layers", 1),
        ("num_attention_heads", 2),
        ("num_key_value_heads", 2),
        ("head_dim", 16),
        ("decoder_dim", 64),
    ),
)


def write(folder: Path, shape: Shape) -> Path:
    """A Base checkpoint in bfloat16, its codec in float32, as published. Never ends by itself."""
    import torch
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model
    from qwen_tts.core.models import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration
    from transformers import EncodecFeatureExtractor

    folder.mkdir(parents=True)
    ids, _ = write_tokenizer(folder)
    facts = _configuration(shape, ids)
    config = Qwen3TTSConfig(**facts)
    config.architectures = ["Qwen3TTSForConditionalGeneration"]
    config.save_pretrained(folder)
    # The library writes more of the speaker encoder than it reads back.
    written = json.loads((folder / "config.json").read_text())
    written["speaker_encoder_config"] = facts["speaker_encoder_config"]
    (folder / "config.json").write_text(json.dumps(written))
    with torch.device("meta"):
        model = Qwen3TTSForConditionalGeneration(config)
    _write_weights(folder, model, torch.bfloat16)
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"padding_side": "left", "processor_class": "Qwen3TTSProcessor"})
    )
    (folder / "generation_config.json").write_text("{}")
    codec = folder / "speech_tokenizer"
    codec.mkdir()
    parts = Qwen3TTSTokenizerV2Config(
        encoder_config={"num_quantizers": 32}, decoder_config=dict(shape.codec)
    )
    parts.save_pretrained(codec)
    with torch.device("meta"):
        both = Qwen3TTSTokenizerV2Model(parts)
    _write_weights(codec, both, torch.float32)
    EncodecFeatureExtractor(sampling_rate=24000).save_pretrained(codec)
    return folder


def _configuration(shape: Shape, ids: dict[str, int]) -> dict[str, Any]:
    rope = {"interleaved": True, "mrope_section": list(shape.rotary), "rope_type": "default"}
    return {
        "talker_config": {
            **dict(shape.talker),
            "hidden_size": shape.hidden,
            "intermediate_size": shape.feed_forward,
            "num_code_groups": 16,
            "vocab_size": 3072,
            "text_hidden_size": 2048 if shape.hidden >= 1024 else shape.hidden,
            "text_vocab_size": shape.text_vocabulary,
            "max_position_embeddings": 32768,
            "rope_theta": 1_000_000,
            "rope_scaling": rope,
            "codec_pad_id": 2148,
            "codec_bos_id": 2149,
            "codec_eos_token_id": _END,
            "codec_think_id": 2154,
            "codec_nothink_id": 2155,
            "codec_think_bos_id": 2156,
            "codec_think_eos_id": 2157,
            "codec_language_id": {"english": 2050, "korean": 2064},
            "spk_id": {},
            "spk_is_dialect": {},
            "code_predictor_config": {
                **dict(shape.predictor),
                "num_code_groups": 16,
                "vocab_size": 2048,
                "max_position_embeddings": 65536,
                "rope_theta": 1_000_000,
            },
        },
        "speaker_encoder_config": {"enc_dim": shape.hidden, "sample_rate": 24000},
        "tokenizer_type": "qwen3_tts_tokenizer_12hz",
        "tts_model_size": shape.size,
        "tts_model_type": "base",
        "im_start_token_id": ids["<|im_start|>"],
        "im_end_token_id": ids["<|im_end|>"],
        **{f"tts_{name}_token_id": ids[f"<|tts_{name}|>"] for name in ("pad", "bos", "eos")},
    }


def _write_weights(folder: Path, model: Any, dtype: Any) -> None:
    """Random tensors for everything that a model on the ``meta`` device would load."""
    import torch
    from safetensors.torch import save_file

    draws = torch.Generator().manual_seed(0)
    tensors = {}
    for name, like in model.state_dict().items():
        kind = dtype if like.dtype.is_floating_point else like.dtype
        if name.endswith(("norm.weight", "cluster_usage", "initialized")):
            tensors[name] = torch.ones(like.shape, dtype=kind)
        elif name.endswith((".bias", ".alpha", ".beta")):
            tensors[name] = torch.zeros(like.shape, dtype=kind)
        else:
            tensors[name] = torch.empty(like.shape, dtype=kind).normal_(0, 0.02, generator=draws)
        if name.endswith("talker.codec_head.weight"):
            tensors[name][_END] = 0  # an even score among thousands: never one of the best fifty
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def write_tokenizer(folder: Path) -> tuple[dict[str, int], int]:
    """A byte-pair vocabulary of the 256 bytes and the words that the prompts consist of.

    Returns:
        Ids of the special tokens, and how many ids there are.
    """
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shown = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in shown)
    shown |= {byte: chr(256 + n) for n, byte in enumerate(others)}
    vocabulary = {letter: n for n, letter in enumerate(sorted(shown.values()))}
    merges = []
    for word in ("assistant", "user"):
        for n in range(1, len(word)):
            if word[: n + 1] not in vocabulary:
                vocabulary[word[: n + 1]] = len(vocabulary)
                merges.append(f"{word[:n]} {word[n]}")
    ids = {special: len(vocabulary) + n for n, special in enumerate(SPECIALS)}
    flags = dict.fromkeys(("lstrip", "normalized", "rstrip", "single_word"), False)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]), encoding="utf-8")
    tokens = {str(n): {"content": text, "special": True, **flags} for text, n in ids.items()}
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "Qwen2Tokenizer",
                "eos_token": "<|im_end|>",
                "pad_token": "<|endoftext|>",
                "bos_token": None,
                "unk_token": None,
                "additional_special_tokens": list(SPECIALS[1:]),
                "added_tokens_decoder": tokens,
            }
        )
    )
    return ids, len(vocabulary) + len(ids)
