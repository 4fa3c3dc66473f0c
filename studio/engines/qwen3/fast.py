"""The fast path on a graphics card: faster-qwen3-tts, which replays CUDA graphs and streams itself.

It lives in an environment of its own, whose ``qwen_tts`` is a fork for a newer transformers. Its
graphs hold one utterance: a batch is spoken row after row, each several times faster than plain.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import torch

from studio.engines.contract import StopFlag
from studio.engines.qwen3.generation import prompt_item
from studio.engines.qwen3.utterance import Cut, Sound, Utterance, plain

_CHUNK_FRAMES = 8
"""0.64 s of sound in a chunk, for which the vendor of the fast path states its latency."""
_LONGEST = 2560
"""Frames of clip and text and utterance that the graphs are made for."""


class FastModel:
    """A checkpoint run by faster-qwen3-tts; the same interface as ``PlainModel``.

    Args:
        folder: of the checkpoint.
        device: ``cuda:N``.
        kind: ``base``, ``custom`` or ``design``.

    Raises:
        ImportError: the library is not in this environment.
    """

    def __init__(self, folder: Path, device: str, kind: str) -> None:
        from faster_qwen3_tts import FasterQwen3TTS

        self._fast = FasterQwen3TTS.from_pretrained(
            str(folder),
            device=device,
            dtype=torch.bfloat16,
            attn_implementation="sdpa",
            max_seq_len=_LONGEST,
        )
        self.library = self._fast.model
        self.kind = kind

    def speak(
        self,
        utterances: Sequence[Utterance],
        sampling: dict[str, Any],
        stops: Sequence[StopFlag],
    ) -> Iterator[tuple[int, Sound | Cut]]:
        """Speak one text after the other; see ``PlainModel.speak``."""
        self._tune(sampling)
        talker = {name: v for name, v in sampling.items() if not name.startswith("subtalker_")}
        for row, (utterance, stop) in enumerate(zip(utterances, stops, strict=True)):
            if stop.is_set():
                continue
            torch.manual_seed(utterance.seed % 2**63)
            frames = 0
            with closing(self._stream(utterance, talker)) as stream:
                for sound, _rate, timing in stream:
                    if stop.is_set():
                        break
                    frames = timing["total_steps_so_far"]
                    yield row, sound.astype("float32", copy=False).clip(-1.0, 1.0)
            if frames >= utterance.frames and not stop.is_set():
                yield row, Cut(frames / 12.5)

    def _stream(self, utterance: Utterance, sampling: dict[str, Any]) -> Any:
        """The library's own generator of (samples, rate, timing)."""
        arguments = {
            "text": plain(utterance.text),
            "language": utterance.language,
            "instruct": plain(utterance.instruction),
            "max_new_tokens": utterance.frames,
            "chunk_size": _CHUNK_FRAMES,
            **sampling,
        }
        if self.kind == "custom":
            return self._fast.generate_custom_voice_streaming(
                speaker=utterance.speaker, **arguments
            )
        if self.kind == "design":
            return self._fast.generate_voice_design_streaming(**arguments)
        return self._fast.generate_voice_clone_streaming(
            voice_clone_prompt=[prompt_item(utterance)], **arguments
        )

    def _tune(self, sampling: dict[str, Any]) -> None:
        """How the timbre is drawn is part of a captured graph: another way, another capture."""
        graph = self._fast.predictor_graph
        wanted = {
            "do_sample": sampling["subtalker_dosample"],
            "temperature": sampling["subtalker_temperature"],
            "top_k": sampling["subtalker_top_k"],
        }
        if all(getattr(graph, name) == value for name, value in wanted.items()):
            return
        for name, value in wanted.items():
            setattr(graph, name, value)
        if graph.captured:
            graph.capture()


def available() -> bool:
    """Whether this environment has the fast path."""
    import importlib.util

    return importlib.util.find_spec("faster_qwen3_tts") is not None
