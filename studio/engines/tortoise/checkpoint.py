"""From Tortoise's files to the model: seven of them, and no configuration among them.

The library assumes the sizes of the published release. Here they are read off the tensors, and
every tensor of the model must be in its file: the library leaves what is missing at random values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.torch_files import foreign, present, read_tensors
from studio.engines.tortoise.card import CARD, WEIGHTS

if TYPE_CHECKING:
    import torch
    from TTS.tts.models.tortoise import Tortoise

    State = Mapping[str, torch.Tensor]

_ENGINE = CARD.title
_HEAD = 64
"""Width of an attention head, the same everywhere in Tortoise."""


@dataclass(frozen=True)
class Checkpoint:
    """A loaded Tortoise."""

    model: "Tortoise"
    dice: "tuple[torch.nn.Module, torch.nn.Module]"
    """Make up a voice: its latents (1, n) for the autoregressive model and for the diffusion."""


def load_model(folder: Path, device: str) -> Checkpoint:
    """The model on a device, the dice on the CPU.

    Args:
        folder: with the files of the card.
        device: ``cpu`` or ``cuda:N``.

    Raises:
        EngineProblem: a file is missing, damaged or of another model.
    """
    from TTS.tts.configs.tortoise_config import TortoiseConfig
    from TTS.tts.models.tortoise import Tortoise

    paths = {file.name: present(folder, file.name, engine=_ENGINE) for file in WEIGHTS.files}
    states = {name: read_tensors(path, engine=_ENGINE) for name, path in paths.items()}
    states["vocoder.pth"] = _part(states["vocoder.pth"], "model_g", paths["vocoder.pth"])
    arguments = {
        **_of(paths["autoregressive.pth"], states, _autoregressive),
        **_of(paths["diffusion_decoder.pth"], states, _diffusion),
        **_of(paths["clvp2.pth"], states, _clvp),
        "autoregressive_batch_size": 1 if device == "cpu" else 4,
    }
    config = TortoiseConfig()
    for name, value in arguments.items():
        setattr(config.model_args, name, value)
    try:
        model = Tortoise(config)
    except Exception as problem:
        raise foreign(paths["autoregressive.pth"], _ENGINE) from problem
    for name, part in (
        ("autoregressive.pth", model.autoregressive),
        ("diffusion_decoder.pth", model.diffusion),
        ("clvp2.pth", model.clvp),
        ("vocoder.pth", model.vocoder),
    ):
        _fill(part, states[name], paths[name])
    model.mel_norm_path = str(paths["mel_norms.pth"])
    _check_norms(states["mel_norms.pth"], paths["mel_norms.pth"])
    model.autoregressive.post_init_gpt2_config(model.args.kv_cache)
    model.eval()
    widths = (model.args.ar_model_dim, 2 * model.args.diff_model_channels)
    dice = [
        _die(states[name], paths[name], width)
        for name, width in zip(("rlg_auto.pth", "rlg_diffuser.pth"), widths, strict=True)
    ]
    return Checkpoint(model.to(device), (dice[0], dice[1]))


def _of(path: Path, states: Mapping[str, Any], sizes: Any) -> dict[str, int]:
    """What ``sizes`` reads off a state.

    A state without the tensors it looks for is another model's.
    """
    try:
        return sizes(states[path.name])
    except (KeyError, TypeError, AttributeError, IndexError) as problem:
        raise foreign(path, _ENGINE) from problem


def _autoregressive(state: "State") -> dict[str, int]:
    texts, width = state["text_embedding.weight"].shape
    conditions = 2
    return {
        "ar_model_dim": width,
        "ar_heads": width // _HEAD,
        "ar_layers": _count(state, "gpt.h."),
        "ar_number_text_tokens": texts - 1,
        "ar_start_text_token": texts - 1,
        "ar_max_conditioning_inputs": conditions,
        "ar_max_mel_tokens": len(state["mel_pos_embedding.emb.weight"]) - 2 - conditions,
        "ar_max_text_tokens": len(state["text_pos_embedding.emb.weight"]) - 2,
    }


def _diffusion(state: "State") -> dict[str, int]:
    width, channels, _ = state["inp_block.weight"].shape
    plain = 3  # the last layers have no attention
    return {
        "diff_model_channels": width,
        "diff_in_channels": channels,
        "diff_out_channels": len(state["out.2.weight"]),
        "diff_in_latent_channels": state["latent_conditioner.0.weight"].shape[1],
        "diff_in_tokens": len(state["code_embedding.weight"]),
        "diff_num_heads": width // _HEAD,
        "diff_num_layers": _count(state, "layers.") - plain,
    }


def _clvp(state: "State") -> dict[str, int]:
    found = {"clvp_dim_latent": len(state["to_text_latent.weight"])}
    for side in ("text", "speech"):
        tokens, width = state[f"{side}_emb.weight"].shape
        layers = f"{side}_transformer.transformer.attn_layers.layers."
        found |= {
            f"clvp_dim_{side}": width,
            f"clvp_num_{side}_tokens": tokens,
            f"clvp_{side}_heads": width // _HEAD,
            f"clvp_{side}_enc_depth": _count(state, layers) // 2,  # attention, then feed-forward
        }
    return found


def _count(state: "State", prefix: str) -> int:
    """How many numbered parts there are: ``prefix`` is followed by the number."""
    return 1 + max(
        int(key.removeprefix(prefix).split(".")[0]) for key in state if key.startswith(prefix)
    )


def _part(found: Any, name: str, path: Path) -> Any:
    if not isinstance(found, dict) or name not in found:
        raise foreign(path, _ENGINE)
    return found[name]


def _fill(module: "torch.nn.Module", state: Any, path: Path) -> None:
    """Tensors into a module. Superfluous ones are left: older releases carry masks as well."""
    try:
        missing = module.load_state_dict(state, strict=False).missing_keys
    except (RuntimeError, TypeError, AttributeError) as problem:
        raise foreign(path, _ENGINE) from problem
    if missing:
        raise foreign(path, _ENGINE)


def _check_norms(norms: Any, path: Path) -> None:
    import torch

    bands = 80
    if not isinstance(norms, torch.Tensor) or norms.shape != (bands,):
        raise foreign(path, _ENGINE)


def _die(state: Any, path: Path, width: int) -> "torch.nn.Module":
    from TTS.tts.layers.tortoise.random_latent_generator import RandomLatentConverter

    die = RandomLatentConverter(width).eval()
    _fill(die, state, path)
    return die
