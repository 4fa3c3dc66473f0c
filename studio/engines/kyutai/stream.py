"""One take of Kyutai TTS as a stream: the library calls back for every frame, we hand on sound."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from studio.engines.contract import Chunk, StopFlag
from studio.engines.kyutai.options import KyutaiOptions
from studio.engines.torch_stop import Stopped, stopping

if TYPE_CHECKING:
    import torch
    from moshi.models.tts import TTSModel

_AHEAD = 32
"""Frames made before they are fetched: 2.6 s of sound."""
_CLICK = 2
"""Decoded frames at the beginning that hold a click instead of speech; the library drops as many
when it returns a take whole, and a take is then as long as its last word's step says."""
_POLL = 0.05


class _Either:
    """Set when one of two is."""

    def __init__(self, one: StopFlag, other: StopFlag) -> None:
        self._flags = (one, other)

    def is_set(self) -> bool:
        return any(flag.is_set() for flag in self._flags)


class Take:
    """One text in one voice.

    Args:
        model: loaded.
        voice: file of the voice's embedding.
        options: as the person chose.
        seed: of the sampling.
    """

    def __init__(self, model: "TTSModel", voice: Path, options: KyutaiOptions, seed: int) -> None:
        self._model = model
        self._voice = voice
        self._options = options
        self._seed = seed
        self._frames: queue.Queue[np.ndarray] = queue.Queue(_AHEAD)
        self._failure: BaseException | None = None

    def speak(self, text: str, stop: StopFlag) -> Iterator[Chunk]:
        """The chunks; the generation runs in a thread of its own and ends when nobody listens."""
        left = threading.Event()
        unwanted = _Either(stop, left)
        worker = threading.Thread(target=self._work, args=(text, unwanted), name="kyutai")
        worker.start()
        try:
            while not stop.is_set():
                over = not worker.is_alive()
                frames = self._fetched()
                if frames:
                    yield Chunk(np.concatenate(frames), int(self._model.mimi.sample_rate))
                elif over:
                    break
        finally:
            left.set()
            worker.join()
        if self._failure is not None:
            raise self._failure

    def _fetched(self) -> list[np.ndarray]:
        """What has come, after a short wait for the first of it."""
        frames = []
        try:
            frames.append(self._frames.get(timeout=_POLL))
            while True:
                frames.append(self._frames.get_nowait())
        except queue.Empty:
            return frames

    def _work(self, text: str, stop: StopFlag) -> None:
        try:
            self._generate(text, stop)
        except Stopped:
            pass
        except BaseException as problem:  # noqa: BLE001 - told where the take is awaited
            self._failure = problem

    def _generate(self, text: str, stop: StopFlag) -> None:
        import torch

        model, options = self._model, self._options
        model.temp = options.temp
        model.n_q = min(options.n_q, model.lm.n_q)
        model.mimi.set_num_codebooks(model.n_q)
        entries = model.prepare_script([text], padding_between=options.padding_between)
        attributes = model.make_condition_attributes([self._voice], cfg_coef=options.cfg_coef)
        seen = 0

        def on_frame(frame: "torch.Tensor") -> None:
            nonlocal seen
            seen += 1
            if seen > model.delay_steps:  # before, the sound lags behind the text
                pcm = model.mimi.decode(frame[:, 1:, :]).clamp(-1.0, 1.0)
                if seen > model.delay_steps + _CLICK:
                    self._put(pcm[0, 0].float().cpu().numpy().copy(), stop)

        torch.manual_seed(self._seed)
        layers = [*model.lm.transformer.layers, *model.lm.depformer.layers]
        with stopping(layers, stop), model.mimi.streaming(1):
            result = model.generate([entries], [attributes], on_frame=on_frame)
        if result.end_steps[0] is None:
            raise RuntimeError("the model did not come to the last word")

    def _put(self, samples: np.ndarray, stop: StopFlag) -> None:
        while not stop.is_set():
            try:
                return self._frames.put(samples, timeout=_POLL)
            except queue.Full:
                continue
        raise Stopped
