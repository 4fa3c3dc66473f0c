"""Commands as they stand in the README and in docs/: whole lines of code blocks, and names in prose."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL = ("sh", "bash", "console", "")
_ASSIGNMENT = r"(?:[A-Z_]+=\S+ +)*"
_COMMAND = re.compile(
    rf"{_ASSIGNMENT}(?:(?:\.venv/bin/)?python|make|pip|curl|docker|gcloud|ray|git|printf|openssl)\b"
)
_IN_PROSE = re.compile(r"`((?:(?:\.venv/bin/)?python -m |make )[^`\n]+)`")


def blocks(document: str, kind: str) -> list[str]:
    """The code blocks of a document in a language, in order."""
    return [code for name, code in _BLOCK.findall((ROOT / document).read_text()) if name == kind]


def commands(document: str) -> list[str]:
    """The lines of its shell blocks that are commands: joined where they go on, comments gone."""
    found = []
    for name, code in _BLOCK.findall((ROOT / document).read_text()):
        if name not in _SHELL:
            continue
        whole = re.sub(r"'[^']*'", lambda quoted: re.sub(r"\n\s*", " ", quoted.group()), code)
        for line in re.sub(r"\\\n\s*", "", whole).splitlines():
            command = re.sub(r"\s+#\s.*$", "", line).strip()
            if _COMMAND.match(command):
                found.append(command)
    return found


def named(document: str) -> list[str]:
    """Commands that its sentences name."""
    prose = _BLOCK.sub("", (ROOT / document).read_text())
    return _IN_PROSE.findall(prose)
