"""Tiny Qwen3-TTS checkpoints with random weights: the real classes, layouts and file names, 1 MB each.

Length and conditioning are arranged by hand, because random weights would never end and hardly
listen. Three dimensions of the hidden state are kept clear of everything else: 0 is set by every
audio code, 1 by the end of the text, 2 by the padding that follows it. The end code's score is a
sum of those three alone, so that an utterance ends soon after its text does. All other weights are
so large that what was heard before (the voice, an instruction) decides which codes come.
"""

import json
from pathlib import Path

from benchmarks._qwen3_checkpoint import write_tokenizer

HIDDEN, GROUPS, BOOK = 32, 4, 16
SUPPRESSED = 1024
"""The library forbids the last 1024 ids of the vocabulary, where the control codes are."""
LANGUAGES = ("chinese", "english", "japanese", "korean", "german", "french", "russian")
LANGUAGES += ("portuguese", "spanish", "italian")
SPEAKERS = ("vivian", "serena", "uncle_fu", "dylan", "eric", "ryan", "aiden", "ono_anna", "sohee")
DIALECTS = {"dylan": "beijing_dialect", "eric": "sichuan_dialect"}
KINDS = {
    "0.6b-base": ("base", "0b6"),
    "1.7b-base": ("base", "1b7"),
    "0.6b-custom": ("custom_voice", "0b6"),
    "1.7b-custom": ("custom_voice", "1b7"),
    "1.7b-design": ("voice_design", "1b7"),
}
FRAME = 1920
"""Samples of a frame, 80 ms at 24 kHz."""


def prepare(folder: Path) -> dict[str, Path]:
    """A checkpoint for every weight set of the card, by name."""
    return {name: build(folder / name, *kind) for name, kind in KINDS.items()}


def build(folder: Path, kind: str, size: str, *, ends: bool = True, seed: int = 0) -> Path:
    """Write one checkpoint.

    Args:
        folder: made if it is not there.
        kind: ``base``, ``custom_voice`` or ``voice_design``.
        size: ``0b6`` or ``1b7``, as the real configurations have it; the weights are as tiny.
        ends: False: the end code never comes.
        seed: of the random weights.
    """
    from studio.engines.torchaudio_native import ensure_torchaudio

    ensure_torchaudio()
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    ids, vocabulary = write_tokenizer(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        _write_model(folder, kind, size, ids, vocabulary, ends)
        torch.manual_seed(1)  # the codec is the same in all of them, as it is on the hub
        _write_codec(folder / "speech_tokenizer")
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {"padding_side": "left", "padding_value": 0.0, "processor_class": "Qwen3TTSProcessor"}
        )
    )
    sampling = {"repetition_penalty": 1.05, "temperature": 0.9, "top_p": 1.0, "top_k": 50}
    (folder / "generation_config.json").write_text(
        json.dumps(
            {"do_sample": True, "max_new_tokens": 8192, **sampling}
            | {f"subtalker_{k}": v for k, v in sampling.items() if k != "repetition_penalty"}
            | {"subtalker_dosample": True}
        )
    )
    return folder


def _write_model(folder, kind, size, ids, vocabulary, ends) -> None:
    import torch
    from qwen_tts.core.models import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration

    control = ("pad", "bos", "eos", "think", "nothink", "think_bos", "think_eos")
    codes = {f"codec_{name}_id": BOOK + n for n, name in enumerate(control)}
    codes["codec_eos_token_id"] = codes.pop("codec_eos_id")
    languages = {name: BOOK + 20 + n for n, name in enumerate([*LANGUAGES, *DIALECTS.values()])}
    speakers = SPEAKERS if kind == "custom_voice" else ()
    transformer = {
        "hidden_size": HIDDEN,
        "intermediate_size": 2 * HIDDEN,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "num_code_groups": GROUPS,
    }
    config = Qwen3TTSConfig(
        talker_config={
            **transformer,
            **codes,
            "vocab_size": BOOK + SUPPRESSED,
            "text_hidden_size": HIDDEN,
            "text_vocab_size": vocabulary,
            "max_position_embeddings": 4096,
            "rope_theta": 1_000_000,
            "rope_scaling": {
                "interleaved": True,
                "mrope_section": [4, 2, 2],
                "rope_type": "default",
            },
            "codec_language_id": languages,
            "spk_id": {name: BOOK + 50 + n for n, name in enumerate(speakers)},
            "spk_is_dialect": {name: DIALECTS.get(name, False) for name in speakers},
            "code_predictor_config": {
                **transformer,
                "vocab_size": BOOK,
                "max_position_embeddings": 64,
            },
        },
        speaker_encoder_config={
            "enc_dim": HIDDEN,
            "enc_channels": [16, 16, 16, 16, 48],
            "enc_res2net_scale": 2,
            "enc_se_channels": 8,
            "enc_attention_channels": 8,
            "sample_rate": 24000,
        },
        tokenizer_type="qwen3_tts_tokenizer_12hz",
        tts_model_size=size,
        tts_model_type=kind,
        im_start_token_id=ids["<|im_start|>"],
        im_end_token_id=ids["<|im_end|>"],
        **{f"tts_{name}_token_id": ids[f"<|tts_{name}|>"] for name in ("pad", "bos", "eos")},
    )
    model = Qwen3TTSForConditionalGeneration(config)
    # Base reads the text along with the codes and may end as soon as it is through; the others have
    # read it before the first code and must go on for a while.
    padding = 122.0 if kind == "base" else 108.0
    scores = (-60.0, 80.0, padding) if ends else (-900.0, 0.0, 0.0)
    _arrange(model.talker, ids, codes["codec_eos_token_id"], scores)
    if model.speaker_encoder is not None:
        with torch.no_grad():
            model.speaker_encoder.fc.weight.normal_(0, 2.0)
    model.save_pretrained(folder)
    # The library writes its defaults of the speaker encoder too, and does not read them back.
    written = json.loads((folder / "config.json").read_text())
    encoder = written["speaker_encoder_config"]
    written["speaker_encoder_config"] = {
        name: value
        for name, value in encoder.items()
        if name.startswith(("enc_", "mel_", "sample_"))
    }
    (folder / "config.json").write_text(json.dumps(written))


def _arrange(talker, ids, end, scores) -> None:
    """Make it end after the text, and depend on what it heard; see the module."""
    import torch

    with torch.no_grad():
        text, code = talker.model.text_embedding.weight, talker.model.codec_embedding.weight
        text.normal_(0, 1)
        code.normal_(0, 1)
        for weight in (
            text,
            code,
            *(e.weight for e in talker.code_predictor.model.codec_embedding),
        ):
            weight[:, :3] = 0
        code[:, 0] = 1.0
        text[ids["<|tts_eos|>"], 1] = 4.0
        text[ids["<|tts_pad|>"], 2] = 1.0
        for layer in (talker.text_projection.linear_fc1, talker.text_projection.linear_fc2):
            layer.weight.copy_(torch.eye(HIDDEN))
            layer.bias.zero_()
        for name, weight in talker.model.layers.named_parameters():
            if weight.dim() == 2:
                weight.normal_(0, 0.4)
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weight[:3] = 0
        head = talker.codec_head.weight
        head.normal_(0, 0.5)
        head[:, :3] = 0
        head[end] = 0
        head[end, :3] = torch.tensor(scores)


def _write_codec(folder: Path) -> None:
    import torch
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model
    from transformers import EncodecFeatureExtractor

    shared = {"codebook_size": BOOK, "hidden_size": 16, "intermediate_size": 32}
    shared |= {"num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2}
    shared |= {"head_dim": 8, "num_quantizers": GROUPS}
    encoder = {
        **shared,
        "num_filters": 4,
        "num_residual_layers": 1,
        "upsampling_ratios": [8, 6, 5, 4],
        "codebook_dim": 8,
        "vector_quantization_hidden_dimension": 8,
        "num_semantic_quantizers": 1,
        "upsample_groups": 16,
        "sliding_window": 250,
        "frame_rate": 12.5,
    }
    decoder = {
        **shared,
        "codebook_dim": 16,
        "latent_dim": 16,
        "sliding_window": 72,
        "upsample_rates": [8, 5, 4, 3],
        "upsampling_ratios": [2, 2],
        "decoder_dim": 32,
    }
    model = Qwen3TTSTokenizerV2Model(
        Qwen3TTSTokenizerV2Config(
            encoder_config=encoder, decoder_config=decoder, encoder_valid_num_quantizers=GROUPS
        )
    )
    with torch.no_grad():
        for name, value in [*model.named_parameters(), *model.named_buffers()]:
            if name.endswith(("embedding_sum", "embed_sum")):
                value.normal_()
            elif name.startswith("decoder.") and value.dim() > 1 and "conv" in name:
                value.normal_(0, value[0].numel() ** -0.5)
        model.decoder.decoder[-1].conv.weight.mul_(0.05)  # stays within full scale
    model.save_pretrained(folder)
    EncodecFeatureExtractor(sampling_rate=24000).save_pretrained(folder)
