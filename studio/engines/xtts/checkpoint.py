"""From the files of an XTTS checkpoint to the model, without touching them.

The library reads a checkpoint of the original release with a fallback that writes it back in
another form; here it is handed the tensors instead, so that a verified file stays verified.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.torch_files import damaged, foreign, present, read_json, read_tensors
from studio.engines.xtts.card import CARD
from studio.engines.xtts.languages import LANGUAGES
from studio.engines.xtts.speakers import FILE as SPEAKERS

if TYPE_CHECKING:
    from TTS.tts.models.xtts import Xtts

_ENGINE = CARD.title


def load_model(folder: Path, device: str) -> "Xtts":
    """The model, ready to speak, with ``speaker_manager.speakers`` filled.

    Args:
        folder: config.json, model.pth, vocab.json and speakers_xtts.pth.
        device: ``cpu`` or ``cuda:N``.

    Raises:
        EngineProblem: a file is missing, damaged or of another model.
    """
    from TTS.tts.configs.xtts_config import XttsConfig
    from TTS.tts.models.xtts import Xtts

    files = {
        name: present(folder, name, engine=_ENGINE)
        for name in ("config.json", "model.pth", "vocab.json", SPEAKERS)
    }
    plain = read_json(files["config.json"], engine=_ENGINE)
    if plain.get("model") != "xtts":
        raise foreign(files["config.json"], _ENGINE)
    _check_vocabulary(files["vocab.json"])
    state = _state(files["model.pth"])
    speakers = _speakers(files[SPEAKERS])
    config = XttsConfig()
    try:
        config.from_dict(plain)
        # Unknown for now, or the largest part is made twice: here, and again when it is loaded.
        config.model_args.gpt_number_text_tokens = None
        model = Xtts(config)
    except Exception as problem:
        raise foreign(files["config.json"], _ENGINE) from problem
    # In place of the library's own reading, which may write.
    model._load_checkpoint = lambda _path: state  # noqa: SLF001
    try:
        model.load_checkpoint(
            config, checkpoint_path=files["model.pth"], vocab_path=files["vocab.json"], eval=True
        )
    except Exception as problem:
        raise foreign(files["model.pth"], _ENGINE) from problem
    finally:
        del model._load_checkpoint  # noqa: SLF001
    width = model.args.gpt_n_model_channels
    if any(voice["gpt_cond_latent"].shape[-1] != width for voice in speakers.values()):
        raise foreign(files[SPEAKERS], _ENGINE)
    return model.to(device)


def _check_vocabulary(path: Path) -> None:
    from tokenizers import Tokenizer

    try:
        vocabulary = Tokenizer.from_file(str(path)).get_vocab()
    except Exception as problem:
        raise damaged(path, _ENGINE) from problem
    tags = [f"[{language.code or tag}]" for tag, language in LANGUAGES.items()]
    if not {"[START]", "[STOP]", *tags} <= vocabulary.keys():
        raise foreign(path, _ENGINE)


def _state(path: Path) -> dict[str, Any]:
    """The tensors of the model. The original release holds its configuration beside them."""
    from TTS.config.shared_configs import BaseDatasetConfig
    from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig

    once = "TTS.tts.models.xtts"  # where these classes lay when it was written
    allowed = [
        XttsConfig,
        BaseDatasetConfig,
        *((kind, f"{once}.{kind.__name__}") for kind in (XttsArgs, XttsAudioConfig)),
    ]
    found = read_tensors(path, engine=_ENGINE, allowed=allowed)
    if not isinstance(found, dict) or not isinstance(found.get("model"), dict):
        raise foreign(path, _ENGINE)
    return found["model"]


def _speakers(path: Path) -> dict[str, dict[str, Any]]:
    found = read_tensors(path, engine=_ENGINE)
    needed = {"gpt_cond_latent", "speaker_embedding"}
    if not isinstance(found, dict) or not all(
        isinstance(voice, dict) and needed <= voice.keys() for voice in found.values()
    ):
        raise foreign(path, _ENGINE)
    return found
