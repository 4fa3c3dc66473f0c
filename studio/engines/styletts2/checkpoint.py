"""From the files of a StyleTTS2 checkpoint to the model, reading tensors only.

The library would fetch three helper models as well; two of them serve training alone, and the third
(a BERT of phonemes) is in the checkpoint, further trained. So they are built empty or left out.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.engines.styletts2.card import CARD, CONFIG, MODEL
from studio.engines.styletts2.library import import_library, quietly
from studio.engines.torch_files import damaged, foreign, present, read_tensors
from studio.locales import Note

_SPEAKING = (
    "bert",
    "bert_encoder",
    "predictor",
    "decoder",
    "text_encoder",
    "predictor_encoder",
    "style_encoder",
    "diffusion",
)
"""Parts that speech is made with; the others belong to training."""
_DERIVED = "position_ids"
"""A buffer that older versions of transformers stored and newer ones compute."""


def load_model(weights: Path, device: str) -> tuple[Any, tuple[Note, ...]]:
    """The library's model object, and remarks.

    Raises:
        EngineProblem: a file is missing, damaged or of another model.
    """
    config = present(weights, CONFIG, engine=CARD.title)
    checkpoint = present(weights, MODEL, engine=CARD.title)
    shapes = _shapes(config)
    tensors = read_tensors(checkpoint, engine=CARD.title)
    parts: Any = tensors.get("net") if isinstance(tensors, dict) else None
    if not isinstance(parts, dict) or not set(_SPEAKING) <= set(parts):
        raise foreign(checkpoint, CARD.title)
    tts, remarks = import_library()

    class Model(tts.StyleTTS2):  # type: ignore[name-defined]
        """Built from what we read instead of what the library would fetch."""

        def load_model(self, model_path: object = None, config_path: object = None) -> Any:
            self.device = device  # the library takes a graphics card wherever there is one
            self.model_params, nets = _empty(tts, shapes, config)
            for name in _SPEAKING:
                if not _fill(nets[name], parts[name]):
                    raise foreign(checkpoint, CARD.title)
                nets[name].eval().to(device)
            return nets

    with quietly():
        return Model(), remarks


def _shapes(config: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(config.read_text(encoding="utf-8"))
        shapes = found["model_params"]
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as problem:
        raise damaged(config, CARD.title) from problem
    if not isinstance(shapes, dict):
        raise damaged(config, CARD.title)
    return shapes


def _empty(tts: Any, shapes: Mapping[str, Any], config: Path) -> tuple[Any, Any]:
    """The networks of these shapes, unfilled: (shapes as the library wants them, networks)."""
    import torch
    import yaml
    from styletts2.Utils.PLBERT.util import CustomAlbert
    from transformers import AlbertConfig

    published = Path(tts.__file__).parent / "Utils" / "PLBERT" / CONFIG
    bert = yaml.safe_load(published.read_text())["model_params"]
    try:
        wanted = tts.utils.recursive_munch(shapes)
        nothing = torch.nn.Module()
        nets = tts.models.build_model(wanted, nothing, nothing, CustomAlbert(AlbertConfig(**bert)))
    except (AttributeError, TypeError, ValueError, AssertionError, RuntimeError) as problem:
        raise foreign(config, CARD.title) from problem
    for name in set(nets) - set(_SPEAKING):
        del nets[name]
    return wanted, nets


def _fill(net: Any, tensors: Mapping[str, Any]) -> bool:
    """Load the tensors of a network; whether they are its own, all of them and no others."""
    plain = {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    try:
        differing = net.load_state_dict(plain, strict=False)
    except RuntimeError:  # other sizes
        return False
    names = (*differing.missing_keys, *differing.unexpected_keys)
    return all(name.endswith(_DERIVED) for name in names)
