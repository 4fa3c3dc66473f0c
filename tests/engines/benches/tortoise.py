"""A tiny Tortoise checkpoint: the real architecture, one narrow layer of each kind, random weights.

The vocoder has a fixed size, so it takes 40 MB (as half floats).
"""

from pathlib import Path

from studio.engines.coqui_import import import_coqui

WIDTH = 64


def prepare(folder: Path, *, endless: bool = False) -> dict[str, Path]:
    """Write the checkpoint; its readings end by chance, ``endless`` ones never by themselves."""
    out = folder / "tortoise-v2"
    if (out / "mel_norms.pth").is_file():
        return {"tortoise-v2": out}
    out.mkdir(parents=True)
    import_coqui()
    import torch
    from TTS.tts.configs.tortoise_config import TortoiseArgs, TortoiseConfig
    from TTS.tts.layers.tortoise.random_latent_generator import RandomLatentConverter
    from TTS.tts.models.tortoise import Tortoise

    torch.manual_seed(0)
    sizes = {f"clvp_dim_{part}": WIDTH for part in ("text", "speech", "latent")}
    sizes |= {f"clvp_{side}_{n}": 1 for side in ("text", "speech") for n in ("enc_depth", "heads")}
    arguments = TortoiseArgs(
        ar_layers=1,
        ar_model_dim=WIDTH,
        ar_heads=1,
        diff_model_channels=WIDTH,
        diff_num_layers=1,
        diff_in_latent_channels=WIDTH,
        diff_num_heads=1,
        **sizes,
    )
    model = Tortoise(TortoiseConfig(model_args=arguments))
    reader = model.autoregressive
    with torch.no_grad():
        reader.mel_head.bias.zero_()
        reader.mel_head.bias[reader.start_mel_token] = -100
        reader.mel_head.bias[reader.stop_mel_token] = -100 if endless else 1.3
        for part in model.diffusion.modules():
            # Made to begin at nothing; a voice and a text would make no difference.
            if hasattr(part, "proj_out"):
                part.proj_out.weight.normal_(std=0.2)

    def save(name: str, state: object) -> None:
        torch.save(state, out / name)

    def half(module: "torch.nn.Module") -> dict:
        return {name: value.half() for name, value in module.state_dict().items()}

    save("autoregressive.pth", half(reader))
    save("diffusion_decoder.pth", half(model.diffusion))
    save("clvp2.pth", half(model.clvp))
    save("vocoder.pth", {"model_g": half(model.vocoder)})
    save("rlg_auto.pth", half(RandomLatentConverter(WIDTH)))
    save("rlg_diffuser.pth", half(RandomLatentConverter(2 * WIDTH)))
    save("mel_norms.pth", torch.ones(80))
    return {"tortoise-v2": out}
