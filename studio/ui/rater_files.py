"""What the rater's document is made of: style and scripts, read once and put into one piece.

All of it stands in the document. A phone pays for every file with a round trip; together they are
smaller, compressed, than one picture, and their digests permit them and nothing else to run.
"""

import base64
import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets"
_FOLDER = ASSETS / "rater"
_STYLES = (ASSETS / "css" / "tokens.css", _FOLDER / "rater.css")
_START, _MAIN = "start.js", "main.js"

_IMPORT = re.compile(r"^import \{([^}]*)\} from \"\./([\w-]+\.js)\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function) (\w+))", re.MULTILINE)
_REMARK = re.compile(r"^\s*(?:/\*\*?.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Files:
    """What stands in the document.

    Attributes:
        style: the style sheet.
        start: the first script: colours before the first paint, a start button that works at once.
        script: everything else, a module without imports.
    """

    style: str
    start: str
    script: str


@functools.cache
def files() -> Files:
    """Read everything, once."""
    return Files(
        style="\n".join(_plain(path.read_text(encoding="utf-8")) for path in _STYLES),
        start=_REMARK.sub("", (_FOLDER / _START).read_text(encoding="utf-8")),
        script=joined(_MAIN),
    )


def digest(content: str) -> str:
    """By which a content security policy permits it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def joined(main: str) -> str:
    """A module with all that it imports, in one script.

    Each module becomes a function that returns its exports and runs once, after those it imports.
    What our modules use of the syntax is known: named imports from beside them, in one line or
    several, at the top; exports where something is declared. They import nothing in a circle.

    Raises:
        ValueError: a module uses other syntax than that.
    """
    return "\n".join(_wrapped(name) for name in _in_order(main, [])) + "\n"


def _in_order(name: str, above: list[str]) -> Iterator[str]:
    if name in above:
        raise ValueError(f"{' imports '.join([*above, name])}")
    seen: list[str] = []
    for _, wanted in _IMPORT.findall((_FOLDER / name).read_text(encoding="utf-8")):
        seen += [one for one in _in_order(wanted, [*above, name]) if one not in seen]
    yield from [*seen, name]


def _wrapped(name: str) -> str:
    source = _REMARK.sub("", (_FOLDER / name).read_text(encoding="utf-8"))
    exports = ", ".join(_EXPORT.findall(source))
    body = _IMPORT.sub(_bound, _EXPORT.sub("", source))
    if re.search(r"^(?:import|export)\b", body, re.MULTILINE):
        raise ValueError(f"{name} imports or exports in a way that is not known here")
    return f"const {_module(name)} = (() => {{\n{body}return {{ {exports} }};\n}})();"


def _bound(found: re.Match[str]) -> str:
    names = " ".join(found.group(1).split()).replace(" as ", ": ").rstrip(",")
    return f"const {{ {names} }} = {_module(found.group(2))};\n"


def _module(name: str) -> str:
    return "module_" + name.removesuffix(".js").replace("-", "_")


def _plain(sheet: str) -> str:
    """A style sheet without indentation and remarks: it travels with every document."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())
