"""What listeners would answer, as predicted by two models whose weights ship in their packages.

DistillMOS (Stahl and Gamper 2025, "Distillation and pruning for scalable self-supervised
representation-based speech quality assessment") predicts one opinion. DNSMOS P.835 (Reddy et al.
2022, "DNSMOS P.835: a non-intrusive perceptual objective speech quality metric to evaluate noise
suppressors") predicts three: of the voice, of the background, and overall. Both hear 16 kHz. Of a
long take both hear evenly spread windows, where the packages would hear one for each second.
"""

import contextlib
import functools
import importlib.metadata
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.audio.resample import Samples, resample

_RATE = 16_000
_MOST_WINDOWS = 6
_DISTILLMOS_WINDOW, _DISTILLMOS_HOP = 122_880, 16_000
_DNSMOS_WINDOW, _DNSMOS_HOP = 144_160, 16_000
"""9.01 s, as the model was exported."""
_MIN_SECONDS = 0.3
"""Too short to have an opinion of."""


@dataclass(frozen=True)
class Dnsmos:
    """Predicted opinions, MOS 1 to 5: overall, of the voice, and of how quiet the background is."""

    overall: float
    signal: float
    background: float


def distillmos_name() -> str:
    """Name and version of the model, without loading it: ``distillmos 0.9.1``."""
    return f"distillmos {importlib.metadata.version('distillmos')}"


def dnsmos_name() -> str:
    """Name and version of the model, without loading it: ``DNSMOS P.835 (speechmos 0.0.1.1)``."""
    return f"DNSMOS P.835 (speechmos {importlib.metadata.version('speechmos')})"


def distillmos(samples: Samples, rate: int) -> float | None:
    """Predict the mean opinion score, 1 to 5.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.

    Returns:
        For up to 13 s just what the package answers. None below 0.3 s or without sound.
    """
    heard = _prepared(samples, rate)
    if heard is None:
        return None
    import torch

    if heard.size < _DISTILLMOS_WINDOW:
        heard = np.pad(heard, (0, _DISTILLMOS_WINDOW - heard.size))
    room = heard.size - _DISTILLMOS_WINDOW
    count = min(_MOST_WINDOWS, int(np.ceil(room / _DISTILLMOS_HOP)) + 1)
    answers = []
    with torch.inference_mode():
        for place in np.linspace(0, 1, count):  # one by one: together they take 60 MB a second
            start = int(place * room)
            window = torch.from_numpy(heard[start : start + _DISTILLMOS_WINDOW])[None]
            answers.append(float(_distillmos()(window)))
    return float(np.mean(answers))


def dnsmos(samples: Samples, rate: int) -> Dnsmos | None:
    """Predict the three opinions.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.

    Returns:
        For up to 15 s what the package answers: it repeats what is shorter than 9.01 s. None below
        0.3 s or without sound.
    """
    heard = _prepared(samples, rate)
    if heard is None:
        return None
    while heard.size < _DNSMOS_WINDOW:
        heard = np.concatenate((heard, heard))
    last = int(heard.size // _RATE - _DNSMOS_WINDOW / _RATE)
    starts = np.unique(np.round(np.linspace(0, last, min(_MOST_WINDOWS, last + 1))).astype(int))
    session, calibrate = _dnsmos()
    answers = []
    for start in starts * _DNSMOS_HOP:
        window = np.clip(heard[start : start + _DNSMOS_WINDOW], -1, 1)
        signal, background, overall = session.run(None, {"input_1": window[None]})[0][0]
        answers.append(calibrate(signal, background, overall))
    signal, background, overall = np.mean(np.asarray(answers, np.float64), axis=0)
    return Dnsmos(float(overall), float(signal), float(background))


def _prepared(samples: Samples, rate: int) -> Samples | None:
    """What the models hear; None where there is nothing to hear."""
    if len(samples) < _MIN_SECONDS * rate or not np.any(samples):
        return None
    return resample(samples, rate, _RATE)


@functools.cache
def _distillmos() -> Any:
    from studio.engines.torchaudio_native import ensure_torchaudio

    ensure_torchaudio()
    import torch
    from distillmos import ConvTransformerSQAModel

    torch.set_num_threads(1)
    with contextlib.redirect_stdout(sys.stderr):  # it announces its weights
        return ConvTransformerSQAModel().eval()


@functools.cache
def _dnsmos() -> tuple[Any, Any]:
    """The session, and what maps its answers to the scale of listeners."""
    import onnxruntime
    from speechmos import dnsmos as package

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = Path(package.__file__).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def calibrate(signal: float, background: float, overall: float) -> Any:
        return package.DNSMOS.get_polyfit_val(None, signal, background, overall, False)

    return session, calibrate
