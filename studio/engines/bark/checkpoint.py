"""Bark's model from a folder: read as tensors only, complete, and nothing fetched."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.engines.torch_files import foreign, present, read_json, read_tensors

if TYPE_CHECKING:
    from transformers import BarkModel, BarkProcessor


@dataclass(frozen=True)
class Loaded:
    """One size in memory and what its generation settings say."""

    model: "BarkModel"
    processor: "BarkProcessor"
    folder: Path
    semantic_codes: int
    codes: int
    """Of each codebook."""
    sample_rate: int
    budget_seconds: float
    """The longest piece."""


def load(folder: Path, device: str, *, engine: str) -> Loaded:
    """Make a size ready to speak.

    Args:
        folder: laid out as the hub's repository.
        device: ``cpu`` or ``cuda:N``.
        engine: title, for the sentences.

    Raises:
        EngineProblem: ``checkpoint_file_missing``, ``checkpoint_file_damaged`` or
            ``checkpoint_of_another_model``.
    """
    from transformers import AutoTokenizer, BarkConfig, BarkModel, BarkProcessor, GenerationConfig

    configuration = present(folder, "config.json", engine=engine)
    generation = present(folder, "generation_config.json", engine=engine)
    weights = present(folder, "pytorch_model.bin", engine=engine)
    present(folder, "tokenizer.json", engine=engine)
    facts = read_json(configuration, engine=engine)
    if facts.get("model_type") != "bark":
        raise foreign(configuration, engine)
    settings = read_json(generation, engine=engine)
    tensors = read_tensors(weights, engine=engine)
    if not isinstance(tensors, dict):
        raise foreign(weights, engine)
    try:
        model, report = BarkModel.from_pretrained(
            None,
            config=BarkConfig.from_pretrained(folder, local_files_only=True),
            state_dict=tensors,
            output_loading_info=True,
        )
    except Exception as problem:  # of shapes and types, each in its own way
        raise foreign(weights, engine) from problem
    if report["missing_keys"] or report["mismatched_keys"]:
        # The library would fill the gaps with chance and speak noise.
        raise foreign(weights, engine)
    model.generation_config = GenerationConfig.from_pretrained(folder, local_files_only=True)
    tokeniser = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    try:
        semantic = settings["semantic_config"]
        return Loaded(
            model=model.to(device).eval(),
            processor=BarkProcessor(tokeniser),
            folder=folder,
            semantic_codes=int(semantic["semantic_vocab_size"]),
            codes=int(settings["codebook_size"]),
            sample_rate=int(settings["sample_rate"]),
            budget_seconds=semantic["max_new_tokens"] / semantic["semantic_rate_hz"],
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise foreign(generation, engine) from problem
