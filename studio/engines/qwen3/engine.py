"""Qwen3-TTS: requests to utterances, checkpoints in memory, takes out of a streaming model."""

import gc
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from studio.engines.card import Card
from studio.engines.contract import (
    Asked,
    Chunk,
    Engine,
    EngineProblem,
    Enrolment,
    Interpretation,
    Piece,
    Preset,
    ReferenceClip,
    Remark,
    Request,
    StopFlag,
)
from studio.engines.qwen3 import intent
from studio.engines.qwen3.acting import Abandoned, act
from studio.engines.qwen3.budget import frame_budget
from studio.engines.qwen3.card import CARD
from studio.engines.qwen3.checkpoints import DESIGN, checkpoint, examine
from studio.engines.qwen3.languages import NAMES, TITLE, primary
from studio.engines.qwen3.options import Qwen3Options
from studio.engines.qwen3.reference import compile_clip, sizes, voice_prompt
from studio.engines.qwen3.speakers import presets
from studio.engines.qwen3.utterance import SAMPLE_RATE, Cut, Utterance, VoicePrompt
from studio.engines.sentences import speakable
from studio.locales import Note, note


@dataclass(frozen=True)
class _Job:
    """A request made ready: which model says what, and how it draws."""

    checkpoint: str
    utterance: Utterance
    sampling: dict[str, Any]


class Qwen3(Engine):
    """The adapter. One take or batch at a time.

    A row of a batch draws from its own seed, so that it sounds as it does alone; only rounding in
    padded rows may tip a draw that was nearly even.
    """

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = Qwen3Options

    def __init__(self) -> None:
        self._models: dict[str, Any] = {}  # PlainModel or FastModel, by weight set
        self._acted: dict[tuple[str, str], VoicePrompt] = {}
        self._turn = threading.Lock()
        self.remarks: tuple[Note, ...] = ()

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return presets(weights) if weights is not None else []

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        return intent.interpret(asked)

    @classmethod
    def checkpoints(cls, asked: Asked) -> tuple[str, ...]:
        return intent.checkpoints(asked)

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        return intent.refuse(asked)

    def load(self, weights: Path | None, device: str) -> None:
        from studio.engines.qwen3.loading import load

        if weights is None:
            raise RuntimeError("Qwen3-TTS needs weights")
        found = examine(weights, self.loading)
        self._models[found.name], self.remarks = load(weights, found, device)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """For every Base checkpoint in memory."""
        bases = sorted(name for name in self._models if name.endswith("-base"))
        self._model(checkpoint("base", "auto", frozenset(bases)))
        with self._turn:
            return compile_clip(
                {name.removesuffix("-base"): self._models[name].library for name in bases}, clip
            )

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Piece]:
        for _, piece in self.synthesize_batch([request], [stop]):
            if isinstance(piece, EngineProblem):
                raise piece
            yield piece

    def synthesize_batch(
        self, requests: Sequence[Request], stops: Sequence[StopFlag]
    ) -> Iterator[tuple[int, Piece | EngineProblem]]:
        """See the contract. Requests that draw alike share a pass; others follow."""
        with self._turn:
            passes: dict[tuple[Any, ...], list[tuple[int, _Job]]] = {}
            for index, request in enumerate(requests):
                try:
                    job = self._job(request, stops[index])
                except EngineProblem as problem:
                    yield index, problem
                    continue
                except Abandoned:
                    continue
                alike = (job.checkpoint, *job.sampling.items())
                passes.setdefault(alike, []).append((index, job))
            for rows in passes.values():
                yield from self._pass(rows, stops)

    def unload(self) -> None:
        self._models.clear()
        self._acted.clear()
        gc.collect()

    def _pass(
        self, rows: Sequence[tuple[int, _Job]], stops: Sequence[StopFlag]
    ) -> Iterator[tuple[int, Piece]]:
        job = rows[0][1]
        sounds = self._model(job.checkpoint).speak(
            [job.utterance for _, job in rows], job.sampling, [stops[index] for index, _ in rows]
        )
        for row, sound in sounds:
            index = rows[row][0]
            if isinstance(sound, Cut):
                yield index, Remark(note("engine.qwen3.cut", seconds=round(sound.seconds)))
            else:
                yield index, Chunk(sound, SAMPLE_RATE)

    def _job(self, request: Request, stop: StopFlag) -> _Job:
        options = Qwen3Options.model_validate(dict(request.options))
        language = primary(request.language)
        if not speakable(request.text):
            raise EngineProblem("nothing_to_say", engine=TITLE)
        description, instruction = options.voice_description.strip(), request.instruction.strip()
        name, speaker, voice = self._speaker(request, options)
        if description:
            instruction = " ".join(filter(None, (description, instruction)))
        elif voice is not None and instruction:
            if options.instruction_route == "designed_reference":
                acted = self._act(instruction, language, stop)
                voice = VoicePrompt(voice.embedding, acted.codes, acted.text)
            if options.instruction_route != "instruct_ids":
                instruction = ""
        utterance = Utterance(
            text=request.text,
            language=NAMES[language],
            frames=frame_budget(request.text),
            seed=request.seed,
            instruction=instruction,
            speaker=speaker,
            voice=voice,
        )
        return _Job(name, utterance, options.sampling())

    def _speaker(
        self, request: Request, options: Qwen3Options
    ) -> tuple[str, str, VoicePrompt | None]:
        """Which checkpoint speaks, as which preset, with which voice to clone."""
        if options.voice_description.strip():
            return DESIGN, "", None
        enrolment = request.enrolment
        if enrolment is None:
            name = checkpoint("custom", options.size, self._models.keys())
            if request.preset not in (self._model(name).library.get_supported_speakers() or ()):
                raise EngineProblem("unknown_preset", engine=TITLE, preset=request.preset)
            return name, request.preset, None
        usable = {name for size in sizes(enrolment) if (name := f"{size}-base") in self._models}
        name = checkpoint("base", options.size, usable)
        acted = request.instruction.strip() and options.instruction_route == "designed_reference"
        mode = "x_vector" if acted else options.clone_mode
        return name, "", voice_prompt(enrolment, name.removesuffix("-base"), mode)

    def _act(self, instruction: str, language: str, stop: StopFlag) -> VoicePrompt:
        """An instruction carried out by a designed voice, for a clone to continue; made once.

        Nothing of the request but the instruction enters, so that every take gets the same.

        Raises:
            EngineProblem: ``qwen3_reference_endless``; the designed voice never came to an end.
        """
        key = (instruction, language)
        if key not in self._acted:
            self._acted[key] = act(self._model(DESIGN), instruction, language, stop)
        return self._acted[key]

    def _model(self, name: str) -> Any:
        """A model in memory.

        Raises:
            EngineProblem: ``qwen3_checkpoint_not_loaded``; its folder holds another checkpoint.
        """
        if name not in self._models:
            raise EngineProblem(
                "qwen3_checkpoint_not_loaded", wanted=name, loaded=", ".join(self._models) or "–"
            )
        return self._models[name]
