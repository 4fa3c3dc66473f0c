"""Every text a person reads: one folder of JSON catalogues per language, looked up by key.

A catalogue file holds nested objects; its keys join with dots (``error.too_large``). A language is
complete when it has the keys of English; adding one means adding a folder, nothing else.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from studio.locales.particles import Name

FALLBACK = "en"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class LanguageName:
    """A parameter of a sentence: the name of a language, in the language of the sentence."""

    tag: str

    def to_json(self) -> dict:
        """A plain form for the database."""
        return {"language_tag": self.tag}


@dataclass(frozen=True)
class Note:
    """A sentence yet to be put into a language: a catalogue key and its parameters.

    A parameter that is itself a ``Note`` or a ``LanguageName`` is put into that language first.
    """

    code: str
    params: Mapping[str, "Parameter"] = field(default_factory=dict)

    def to_json(self) -> dict:
        """A plain form for the database: ``{"code", "params"}``."""
        params = {
            k: v.to_json() if isinstance(v, Note | LanguageName) else v
            for k, v in self.params.items()
        }
        return {"code": self.code, "params": params}

    @classmethod
    def from_json(cls, data: Mapping) -> "Note":
        """The inverse of :meth:`to_json`."""
        return cls(data["code"], {k: _parameter(v) for k, v in data["params"].items()})


Parameter: TypeAlias = str | float | Note | LanguageName


def _parameter(value: str | float | Mapping) -> Parameter:
    if not isinstance(value, Mapping):
        return value
    return LanguageName(value["language_tag"]) if "language_tag" in value else Note.from_json(value)


def note(code: str, **params: Parameter) -> Note:
    """Short for ``Note(code, params)``."""
    return Note(code, params)


@functools.cache
def languages() -> tuple[str, ...]:
    """Tags of the languages that have a folder, English first."""
    found = sorted(p.name for p in _FOLDER.iterdir() if p.is_dir() and any(p.glob("*.json")))
    return (FALLBACK, *(tag for tag in found if tag != FALLBACK))


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language, keys joined with dots."""
    texts: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.json")):
        for key, text in _flatten(json.loads(path.read_text(encoding="utf-8"))):
            if key in texts:
                raise ValueError(f"{path.name} repeats the key {key}")
            texts[key] = text
    return texts


def _flatten(tree: Mapping, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping):
            yield from _flatten(value, key)
        else:
            yield key, value


def text(language: str, code: str, /, **params: Parameter) -> str:
    """The sentence for ``code`` in ``language``, English where that language lacks it.

    Raises:
        KeyError: no language has the code; a test walks the sources so that this cannot happen.
    """
    template = catalogue(language).get(code) if language in languages() else None
    if template is None:
        template = catalogue(FALLBACK)[code]
    return template.format(**{name: _filled(language, value) for name, value in params.items()})


def _filled(language: str, value: Parameter) -> str | float:
    if isinstance(value, Note):
        return Name(say(language, value))
    if isinstance(value, LanguageName):
        value = language_name(value.tag, language)
    return Name(value) if isinstance(value, str) else value


def say(language: str, message: Note) -> str:
    """A note in a language.

    A plugin's own sentence, which no catalogue holds, is its code and is said as it stands.
    """
    if message.code not in catalogue(FALLBACK):
        return message.code
    return text(language, message.code, **message.params)


def language_name(tag: str, language: str) -> str:
    """A language's name in another language (Unicode's CLDR); the tag where it has none."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        found = Locale.parse(tag).get_display_name(language)
    except (UnknownLocaleError, ValueError):
        found = Locale.parse(language).languages.get(tag)
    return str(found or tag)


def negotiate(accept_language: str | None, chosen: str | None = None) -> str:
    """The language to answer in: an explicit choice, else the best of ``Accept-Language``."""
    if chosen in languages():
        return str(chosen)
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wanted.append((-weight, tag.split("-")[0].lower()))
    for _, tag in sorted(wanted, key=lambda pair: pair[0]):
        if tag in languages():
            return tag
    return FALLBACK
