"""Pocket TTS's library, made to work from local files alone and to say what it would hide.

Its import sets torch to one thread, on purpose: a frame's generation and the decoding of the one
before run in two threads of its own, which more threads would only hinder. An engine has a process
of its own, so that nobody else notices.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.engines.contract import EngineProblem
from studio.engines.pocket.models import CLONING, model_of, tokeniser_name, weights_name

if TYPE_CHECKING:
    from pocket_tts import TTSModel

State = dict[str, dict[str, Any]]
"""What a model remembers of a voice: tensors by module and name."""


def open_model(folder: Path, set_name: str) -> "TTSModel":
    """The model of a weight set, from its folder alone.

    The library would look for the version without cloning where it cannot download the other; a
    file that is there leaves it nothing to look for.

    A file ``<model>/config.yaml`` beside the weights, which models trained elsewhere need, takes
    the place of the library's own configuration.

    Raises:
        EngineProblem: ``pocket_weights_incomplete``, ``pocket_weights_wrong`` or
            ``pocket_weights_do_not_clone``.
    """
    from pocket_tts import TTSModel

    weights, tokeniser = folder / weights_name(set_name), folder / tokeniser_name(set_name)
    for file in (weights, tokeniser):
        if not file.is_file():
            raise EngineProblem("pocket_weights_incomplete", file=file.name, set=set_name)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "local.yaml"  # JSON is YAML, too
        try:
            config = _config(folder, set_name)
            config["weights_path"] = str(weights)
            config["flow_lm"]["weights_path"] = config["mimi"]["weights_path"] = None
            config["flow_lm"]["lookup_table"]["tokenizer_path"] = str(tokeniser)
            path.write_text(json.dumps(config), encoding="utf-8")
            model = TTSModel.load_model(config=path)
        except Exception as problem:  # torch's, safetensors', the tokeniser's: all mean the same
            reason = str(problem).strip().partition("\n")[0][:200]
            raise EngineProblem("pocket_weights_wrong", set=set_name, reason=reason) from problem
    # One frame a call: how many are decoded at once would depend on timing, and so would the
    # samples' last bits.
    model.max_decoder_frames_per_call = 1
    model.has_voice_cloning = set_name.endswith(CLONING) and _listens(model)
    if set_name.endswith(CLONING) and not model.has_voice_cloning:
        raise EngineProblem("pocket_weights_do_not_clone", set=set_name, file=weights.name)
    return model


def _config(folder: Path, set_name: str) -> dict[str, Any]:
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    name = model_of(set_name).name
    own = folder / name / "config.yaml"
    return load_config(own if own.is_file() else CONFIGS_DIR / f"{name}.yaml").model_dump()


def _listens(model: "TTSModel") -> bool:
    """Whether two different sounds leave different traces.

    The version without cloning has the same tensors, emptied of what hears; loaded in place of the
    other it would speak in some voice or other and no error would tell.
    """
    import torch

    rate = model.sample_rate
    time = torch.arange(rate) / rate
    tones = [0.3 * torch.sin(2 * torch.pi * hertz * time)[None] for hertz in (150, 1300)]
    one, two = (model.get_state_for_audio_prompt(tone) for tone in tones)
    pairs = [
        (tensor, two[module][key])
        for module, tensors in one.items()
        for key, tensor in tensors.items()
        if tensor.is_floating_point()
    ]
    if not all(torch.isfinite(tensor).all() for pair in pairs for tensor in pair):
        return False
    return any(a.shape != b.shape or not torch.allclose(a, b) for a, b in pairs)


def heard(model: "TTSModel", samples: NDArray[np.float32]) -> State:
    """What a model remembers of a recording.

    Args:
        model: one that clones.
        samples: float32 mono at the model's rate, shape (n,).
    """
    import torch

    return model.get_state_for_audio_prompt(torch.from_numpy(samples)[None])


def resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Mono samples at another rate (Hz), the library's own way."""
    import torch
    from pocket_tts.data.audio_utils import convert_audio

    mono = torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None]
    return convert_audio(mono, rate, wanted, 1)[0].contiguous().numpy().astype(np.float32)


def as_arrays(state: State, prefix: str) -> dict[str, NDArray[Any]]:
    """A state as named arrays: ``<prefix>/<module>/<key>``."""
    return {
        f"{prefix}/{module}/{key}": tensor.cpu().numpy()
        for module, tensors in state.items()
        for key, tensor in tensors.items()
    }


def from_arrays(arrays: Mapping[str, NDArray[Any]], prefix: str) -> State:
    """:func:`as_arrays` undone; empty where no array has the prefix."""
    import torch

    state: State = {}
    for name, array in arrays.items():
        set_name, _, rest = name.partition("/")
        if set_name == prefix:
            module, _, key = rest.rpartition("/")
            state.setdefault(module, {})[key] = torch.from_numpy(np.array(array))
    return state
