"""From the files of a Kyutai TTS checkpoint to the model."""

from pathlib import Path
from typing import TYPE_CHECKING

from studio.engines.contract import EngineProblem
from studio.engines.kyutai.card import CARD, CODEC, CONFIG, MODEL, TOKENISER
from studio.engines.kyutai.options import KyutaiOptions
from studio.engines.torch_files import damaged, foreign, present, read_json

if TYPE_CHECKING:
    from moshi.models.tts import TTSModel

_FILES = (CONFIG, MODEL, CODEC, TOKENISER)


def load_model(weights: Path, device: str) -> "TTSModel":
    """The model, on a device, in the precision it was published in.

    Raises:
        EngineProblem: a file is missing, damaged or of another model.
    """
    import torch
    from moshi.models import loaders
    from moshi.models.tts import TTSModel

    config, model, codec, tokeniser = (present(weights, n, engine=CARD.title) for n in _FILES)
    facts = read_json(config, engine=CARD.title)
    if facts.get("model_type") != "tts" or "speaker_wavs" not in facts.get("conditioners", {}):
        raise foreign(config, CARD.title)
    for path in (model, codec):
        _readable(path)
    shape = _beside(config, facts.get("mimi_config_name"))
    try:
        found = loaders.CheckpointInfo.from_hf_repo(
            "local",  # never asked for anything: every file is given
            moshi_weights=model,
            mimi_weights=codec,
            tokenizer=tokeniser,
            config_path=config,
            mimi_config_path=shape,
        )
        return TTSModel.from_checkpoint_info(
            found, n_q=int(facts["n_q"]), device=device, dtype=torch.bfloat16
        )
    except (torch.OutOfMemoryError, MemoryError):
        raise
    except Exception as problem:  # shapes that do not fit, a tokeniser that is none
        raise foreign(_culprit(problem, codec, tokeniser, model), CARD.title) from problem


def check_guidance(model: "TTSModel") -> None:
    """See to it that the model knows every strength of guidance that the options offer.

    Raises:
        EngineProblem: it is another model of the family.
    """
    wanted = KyutaiOptions.model_fields["cfg_coef"].default
    if wanted not in model.valid_cfg_conditionings:
        raise EngineProblem("checkpoint_of_another_model", engine=CARD.title, file=CONFIG)


def _readable(path: Path) -> None:
    """Look at a safetensors file's table of contents, which holds against the file's length."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt"):
            return
    except SafetensorError as problem:
        raise damaged(path, CARD.title) from problem


def _beside(config: Path, name: str | None) -> Path | None:
    """A file that the configuration names; one without it belongs to the codec's usual shape."""
    return present(config.parent, Path(name).name, engine=CARD.title) if name else None


def _culprit(problem: Exception, codec: Path, tokeniser: Path, model: Path) -> Path:
    """Which file it was, by where the library was when it gave up."""
    names = set()
    at = problem.__traceback__
    while at is not None:
        names.add(at.tb_frame.f_code.co_name)
        at = at.tb_next
    if "get_mimi" in names:
        return codec
    return tokeniser if "get_text_tokenizer" in names else model
