"""What an engine's own environment is made of: facts of the card, and the requirements files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from studio.engines.card import Card, Environment

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Own:
    """An environment of an engine's own."""

    name: str
    """Of its folder: the engine's name, ``-cuda`` behind it where it is for graphics cards."""
    environment: Environment
    requirements: Path
    """The file of what is installed with all it pulls in."""

    @property
    def files(self) -> list[tuple[Path, bool]]:
        """Requirements files in order, each with whether pip adds what the packages ask for.

        ``<name>-nodeps.txt`` beside the requirements file: packages whose own demands contradict
        each other; all they really need is in the other file.
        """
        alone = self.requirements.with_name(f"{self.requirements.stem}-nodeps.txt")
        return [(self.requirements, True), *([(alone, False)] if alone.is_file() else [])]

    @property
    def sha256(self) -> str:
        """Of what the files ask for; comments may change."""
        digest = hashlib.sha256()
        for path, dependencies in self.files:
            digest.update(f"dependencies {dependencies}\n".encode())
            for line in path.read_text(encoding="utf-8").splitlines():
                if asked := line.partition(" #")[0].strip():
                    digest.update(b"" if asked.startswith("#") else f"{asked}\n".encode())
        return digest.hexdigest()


def own_environments(card: Card) -> list[Own]:
    """What there is to install for an engine; the one for the processor first."""
    found = []
    for suffix, environment in (("", card.environment), ("-cuda", card.cuda_environment)):
        if environment is not None and environment.kind == "own":
            if environment.requirements is None:
                raise ValueError(f"the card of {card.name} names no requirements file")
            path = _ROOT / environment.requirements  # an absolute path stays as it is
            found.append(Own(card.name + suffix, environment, path))
    return found
