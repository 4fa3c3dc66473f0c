"""Generating with plain qwen-tts, streamed and cancelled from outside.

The library has no stream and hears no stop: its generate methods return when all is done. But
every step calls the talker module, whose output carries the step's audio codes. So generation runs
in a thread of its own, a forward hook hands the codes out as they come, and hooks before the
layers raise once nobody wants the rest. The model stays usable after that.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any

import torch

from studio.engines.contract import StopFlag
from studio.engines.qwen3.decoding import StreamingDecoder
from studio.engines.qwen3.draws import row_draws
from studio.engines.qwen3.utterance import Cut, Sound, Utterance, plain
from studio.engines.torch_stop import Stopped, stopping

_POLL = 0.02
"""Seconds between looks at the stop flags while no codes come."""


class PlainModel:
    """A checkpoint run by qwen-tts. One generation at a time: the model keeps state in itself.

    Args:
        library: ``Qwen3TTSModel``.
        kind: ``base``, ``custom`` or ``design``.
    """

    def __init__(self, library: Any, kind: str) -> None:
        self.library = library
        self.kind = kind

    def speak(
        self,
        utterances: Sequence[Utterance],
        sampling: dict[str, Any],
        stops: Sequence[StopFlag],
    ) -> Iterator[tuple[int, Sound | Cut]]:
        """Speak several texts in one pass.

        Args:
            utterances: the rows of the batch.
            sampling: the library's arguments, for all of them.
            stops: one for each; a stopped row ends without an error, the others go on.

        Yields:
            The row and its next stretch of sound, in order, and last of all what cut it.
        """
        codec = self.library.model.speech_tokenizer
        decoders = [StreamingDecoder(codec, u.voice.codes if u.voice else None) for u in utterances]
        with (
            suppress(Stopped),
            stopping(_leaves(codec.model.decoder), _All(stops)),
            closing(self.frames(utterances, sampling, stops)) as frames,
        ):
            for row, frame in frames:
                if isinstance(frame, torch.Tensor):
                    sound = decoders[row].add(frame)
                else:
                    sound = decoders[row].finish()
                if stops[row].is_set():
                    continue
                if sound is not None:
                    yield row, sound
                if isinstance(frame, Cut):
                    yield row, frame

    def frames(
        self,
        utterances: Sequence[Utterance],
        sampling: dict[str, Any],
        stops: Sequence[StopFlag],
    ) -> Generator[tuple[int, torch.Tensor | Cut | None], None, None]:
        """The rows' frames as they come, shape (groups,); then ``None``, or what cut the row."""
        end = self.library.model.config.talker_config.codec_eos_token_id
        counts = dict.fromkeys(range(len(utterances)), 0)  # of the rows still going on
        with self._running(utterances, sampling) as steps:
            for codes in steps(lambda: _wanted(counts, stops)):
                for row in list(counts):
                    if codes is None or codes[row, 0] == end:
                        del counts[row]
                        yield row, None
                    elif counts[row] == utterances[row].frames:
                        del counts[row]
                        seconds = utterances[row].frames / 12.5
                        yield row, Cut(seconds)
                    else:
                        counts[row] += 1
                        yield row, codes[row]

    @contextmanager
    def _running(
        self, utterances: Sequence[Utterance], sampling: dict[str, Any]
    ) -> Iterator[Callable[[Callable[[], bool]], Iterator[torch.Tensor | None]]]:
        """Runs the library in a thread while inside.

        Gives a function that takes whether any row is still wanted and yields the codes of every
        step, shape (rows, groups), ``None`` after the last.
        """
        out: queue.SimpleQueue[torch.Tensor | BaseException | None] = queue.SimpleQueue()
        abandoned = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(utterances, sampling, out, abandoned), name="qwen3", daemon=True
        )

        def steps(wanted: Callable[[], bool]) -> Iterator[torch.Tensor | None]:
            while wanted():
                try:
                    step = out.get(timeout=_POLL)
                except queue.Empty:
                    continue
                if isinstance(step, BaseException):
                    raise step
                yield step

        thread.start()
        try:
            yield steps
        finally:
            abandoned.set()
            thread.join()

    def _run(
        self,
        utterances: Sequence[Utterance],
        sampling: dict[str, Any],
        out: "queue.SimpleQueue[torch.Tensor | BaseException | None]",
        abandoned: threading.Event,
    ) -> None:
        model = self.library.model

        def collect(_module: object, _inputs: object, output: Any) -> None:
            codes = output.hidden_states[1]  # None when the prompt is read
            if codes is not None:
                out.put(codes.detach().to("cpu", torch.long))

        try:
            with ExitStack() as hooks:
                hooks.enter_context(stopping(_layers(model.talker), abandoned))
                hooks.callback(model.talker.register_forward_hook(collect).remove)
                hooks.enter_context(_nothing_decoded(model.speech_tokenizer))
                hooks.enter_context(row_draws([u.seed for u in utterances], model.device))
                self._generate(
                    utterances,
                    # One for the end code, one to tell an utterance that ended from a cut one.
                    {**sampling, "max_new_tokens": max(u.frames for u in utterances) + 2},
                )
        except (Stopped, _Done):
            out.put(None)
        except BaseException as problem:  # noqa: BLE001 - whatever it is, the other thread raises it
            out.put(problem)

    def _generate(self, utterances: Sequence[Utterance], arguments: dict[str, Any]) -> None:
        """The library's own method for this kind of checkpoint."""
        texts = [plain(u.text) for u in utterances]
        languages = [u.language for u in utterances]
        instructions = [plain(u.instruction) for u in utterances]
        if self.kind == "custom":
            self.library.generate_custom_voice(
                text=texts,
                language=languages,
                speaker=[u.speaker for u in utterances],
                instruct=instructions,
                **arguments,
            )
        elif self.kind == "design":
            self.library.generate_voice_design(
                text=texts, language=languages, instruct=instructions, **arguments
            )
        else:
            self.library.generate_voice_clone(
                text=texts,
                language=languages,
                voice_clone_prompt=[prompt_item(u) for u in utterances],
                instruct_ids=[self._instruction_ids(words) for words in instructions],
                **arguments,
            )

    def _instruction_ids(self, instruction: str) -> torch.Tensor | None:
        """An instruction as the other checkpoints get theirs: the words of a user.

        ``generate_voice_clone`` has no such argument, but hands what it does not know to the model,
        which reads it before everything else.
        """
        if not instruction.strip():
            return None
        words = f"<|im_start|>user\n{instruction}<|im_end|>\n"
        tokens = self.library.processor(text=words, return_tensors="pt", padding=True)
        return tokens["input_ids"].to(self.library.device)


def prompt_item(utterance: Utterance) -> Any:
    """The library's own form of a voice to clone."""
    from qwen_tts import VoiceClonePromptItem

    voice = utterance.voice
    if voice is None:
        raise ValueError("a Base checkpoint speaks with a voice to clone")
    in_context = voice.codes is not None
    return VoiceClonePromptItem(
        ref_code=voice.codes,
        ref_spk_embedding=voice.embedding,
        x_vector_only_mode=not in_context,
        icl_mode=in_context,
        ref_text=plain(voice.text) if in_context else None,
    )


class _Done(Exception):
    pass


@contextmanager
def _nothing_decoded(codec: Any) -> Iterator[None]:
    """Ends the library's call where it would decode, once more, what was decoded as it came.

    Only in the thread that enters: the stretches are decoded by the same module in another one.
    """
    generating = threading.get_ident()

    def refuse(_module: object, _inputs: object) -> None:
        if threading.get_ident() == generating:
            raise _Done

    handle = codec.model.decoder.register_forward_pre_hook(refuse)
    try:
        yield
    finally:
        handle.remove()


def _layers(talker: Any) -> list[torch.nn.Module]:
    return [*talker.model.layers, *talker.code_predictor.model.layers]


def _leaves(module: torch.nn.Module) -> list[torch.nn.Module]:
    """The parts that compute, each a small share of the whole."""
    return [part for part in module.modules() if not any(part.children())]


class _All:
    """Set when every one of several stop flags is."""

    def __init__(self, stops: Sequence[StopFlag]) -> None:
        self._stops = stops

    def is_set(self) -> bool:
        return all(stop.is_set() for stop in self._stops)


def _wanted(rows: dict[int, int], stops: Sequence[StopFlag]) -> bool:
    for row in [row for row in rows if stops[row].is_set()]:
        del rows[row]
    return bool(rows)
