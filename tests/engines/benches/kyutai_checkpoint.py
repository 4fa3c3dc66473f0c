"""Writes the tiny checkpoint; run with the engine's own interpreter: ``… kyutai_checkpoint FOLDER``."""

import json
import sys
from pathlib import Path

import sentencepiece
import torch
from moshi.models import loaders
from safetensors.torch import save_file

from studio.engines.kyutai.card import CODEC, CONFIG, MODEL, TOKENISER
from studio.engines.kyutai.voices import VOICES

CODEBOOKS = 10
"""The fewest that leave the option for fewer something to do."""
CARD = 16
WORDS = "Hello there. Good morning. It will rain before noon. Take a coat with you. Bonjour. Il va pleuvoir."
"""Words of the tests, which become one token each: the fewer tokens, the shorter the take."""
LETTERS = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 . , ! ? ' - ; \""


def tokeniser(path):
    """A vocabulary of letters, where 1 and 2 are the speakers' marks and 3 is the pause."""
    with path.open("wb") as model:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([f"{WORDS} {LETTERS}"] * 20),
            model_writer=model,
            vocab_size=240,
            model_type="bpe",
            hard_vocab_limit=False,
            unk_id=0,
            bos_id=1,
            eos_id=2,
            pad_id=3,
            minloglevel=2,
        )
    return sentencepiece.SentencePieceProcessor(str(path)).vocab_size()


def codec(path):
    """The frame rate and sample rate of the real one; everything else narrow."""
    narrow = {"d_model": 16, "num_heads": 2, "num_layers": 1, "dim_feedforward": 32}
    shape = {
        "sample_rate": 24000,
        "channels": 1,
        "frame_rate": 12.5,
        "seanet": {**loaders._seanet_kwargs, "dimension": 16, "n_filters": 2},
        "quantizer": {
            "dimension": 8,
            "n_q": CODEBOOKS,
            "bins": CARD,
            "input_dimension": 16,
            "output_dimension": 16,
        },
        "transformer": {
            **loaders._transformer_kwargs,
            **narrow,
            "input_dimension": 16,
            "output_dimensions": [16],
        },
    }
    model = loaders.get_mimi(None, shape, num_codebooks=CODEBOOKS)
    for name, buffer in model.named_buffers():
        if name.endswith("embedding_sum"):
            buffer.normal_()
        elif name.endswith(("_initialized", "cluster_usage")):
            buffer.fill_(1)
    save(model, path)
    return shape


def config(words):
    """What the vendor's file says, for a model of two heads and one layer."""
    strengths = ["1.0", "1.5", "2.0", "2.5", "3.0", "3.5", "4.0"]
    table = {"dim": 4, "tokenizer": "noop"}
    return {
        "dim": 32,
        "text_card": words,
        "text_card_out": 4,  # a word or a pause: few choices, so that words come soon
        "existing_text_padding_id": 3,
        "n_q": CODEBOOKS,
        "dep_q": CODEBOOKS,
        "card": CARD,
        "num_heads": 2,
        "num_layers": 1,
        "hidden_scale": 2,
        "causal": True,
        "layer_scale": None,
        "context": 500,
        "max_period": 10000,
        "gating": "silu",
        "norm": "rms_norm_f32",
        "positional_embedding": "rope",
        "depformer_dim": 16,
        "depformer_dim_feedforward": 32,
        "depformer_num_heads": 2,
        "depformer_num_layers": 1,
        "depformer_layer_scale": None,
        "depformer_multi_linear": True,
        "depformer_context": CODEBOOKS,
        "depformer_max_period": 10000,
        "depformer_gating": "silu",
        "depformer_pos_emb": "none",
        "depformer_weights_per_step": True,
        "delays": [0, 0] + [2] * (CODEBOOKS - 1),
        "cross_attention": True,
        "demux_second_stream": True,
        "conditioners": {
            "speaker_wavs": {"type": "tensor", "tensor": {"dim": 8}},
            "cfg": {"type": "lut", "lut": {"n_bins": 7, "possible_values": strengths, **table}},
            "control": {"type": "lut", "lut": {"n_bins": 1, "possible_values": ["ok"], **table}},
        },
        "fuser": {
            "cross_attention_pos_emb": True,
            "cross_attention_pos_emb_scale": 1,
            "sum": ["control", "cfg"],
            "prepend": [],
            "cross": ["speaker_wavs"],
        },
        "tts_config": {"audio_delay": 1.28, "second_stream_ahead": 2},
        "model_id": {"sig": "1e68beda", "epoch": 240},
        "model_type": "tts",
        "lm_gen_config": {},
        "moshi_name": MODEL,
        "mimi_name": CODEC,
        "mimi_config_name": "codec.json",
        "tokenizer_name": TOKENISER,
    }


def save(module, path):
    state = {name: tensor.contiguous().clone() for name, tensor in module.state_dict().items()}
    save_file(state, str(path))


def main(folder):
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    facts = config(tokeniser(folder / TOKENISER))
    (folder / "codec.json").write_text(json.dumps(codec(folder / CODEC)))
    (folder / CONFIG).write_text(json.dumps(facts))
    names = ("moshi_name", "mimi_name", "mimi_config_name", "tokenizer_name")
    others = ("tts_config", "model_id", "model_type", "lm_gen_config")
    shape = {name: value for name, value in facts.items() if name not in (*names, *others)}
    model = loaders.get_moshi_lm(None, shape, dtype=torch.float32)
    for parameter in model.parameters():
        parameter.data.nan_to_num_(0).normal_(0, 0.2)
    save(model, folder / MODEL)
    (folder / "voices").mkdir()
    for voice in VOICES:
        save_file({"speaker_wavs": torch.randn(1, 8, 125)}, str(folder / voice.file))


if __name__ == "__main__":
    with torch.no_grad():
        main(Path(sys.argv[1]))
