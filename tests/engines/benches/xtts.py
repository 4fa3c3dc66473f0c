"""A tiny XTTS checkpoint: the real architecture with one narrow transformer layer, random weights.

The vocoder and the speaker encoder have fixed sizes, so it takes 46 MB (as half floats).
"""

import json
from pathlib import Path

from studio.engines.coqui_import import import_coqui
from studio.engines.xtts.languages import LANGUAGES

WIDTH = 64
SPEAKERS = ("Tiny One", "Tiny Two")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-:;\"()"


def prepare(folder: Path, *, endless: bool = False) -> dict[str, Path]:
    """Write the checkpoint; its utterances end by chance, ``endless`` ones never by themselves."""
    out = folder / "xtts-v2"
    if (out / "speakers_xtts.pth").is_file():
        return {"xtts-v2": out}
    out.mkdir(parents=True)
    import_coqui()
    import torch
    from TTS.tts.models.xtts import Xtts

    torch.manual_seed(0)
    config = _config(_vocabulary(out / "vocab.json"))
    (out / "config.json").write_text(json.dumps(config.to_dict()))
    model = Xtts(config)
    with torch.no_grad():
        model.gpt.mel_head.bias.zero_()
        model.gpt.mel_head.bias[config.model_args.gpt_stop_audio_token] = -100 if endless else 0.6
    state = {
        name: value.half() if value.is_floating_point() else value
        for name, value in model.state_dict().items()
    }
    torch.save({"model": state, "config": config.to_dict()}, out / "model.pth")
    torch.save(
        {
            name: {
                "gpt_cond_latent": torch.randn(1, 32, WIDTH),
                "speaker_embedding": torch.randn(1, 512, 1),
            }
            for name in SPEAKERS
        },
        out / "speakers_xtts.pth",
    )
    return {"xtts-v2": out}


def _vocabulary(path: Path) -> dict[str, int]:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tags = [f"[{language.code or tag}]" for tag, language in LANGUAGES.items()]
    special = ["[STOP]", "[UNK]", "[SPACE]", *tags, "[START]"]
    vocabulary = {token: at for at, token in enumerate([*special, *LETTERS])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.add_special_tokens(special)
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(path))
    return vocabulary


def _config(vocabulary: dict[str, int]):
    from TTS.tts.configs.xtts_config import XttsArgs, XttsConfig

    arguments = XttsArgs(
        gpt_layers=1,
        gpt_n_model_channels=WIDTH,
        gpt_n_heads=2,
        gpt_max_audio_tokens=605,
        gpt_number_text_tokens=len(vocabulary),
        gpt_start_text_token=vocabulary["[START]"],
        gpt_stop_text_token=vocabulary["[STOP]"],
        gpt_num_audio_tokens=66,
        gpt_start_audio_token=64,
        gpt_stop_audio_token=65,
        gpt_use_perceiver_resampler=True,
        decoder_input_dim=WIDTH,
    )
    return XttsConfig(model_args=arguments, gpt_cond_len=30, max_ref_len=30)
