"""Every text a person reads: JSON catalogues per language, looked up by key.

A catalogue file holds nested objects; its keys join with dots (``error.too_large``). English and
Korean have a folder of them each. Adding a language means adding one file, ``ja.json``, beside the
folders or in the folder that ``STUDIO_LOCALES_DIR`` names (``python -m studio locales``); what it
lacks is said in English.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from studio.locales.folders import found, texts_of
from studio.locales.particles import Name

if TYPE_CHECKING:
    from babel import Locale

FALLBACK = "en"


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
    """Tags of the languages that have texts, English first."""
    return (FALLBACK, *sorted(tag for tag in found() if tag != FALLBACK))


@functools.cache
def own(language: str) -> Mapping[str, str]:
    """The texts that a language has itself, keys joined with dots."""
    texts: dict[str, str] = {}
    for path in found()[language]:
        for key, sentence in texts_of(path).items():
            if key in texts:
                raise ValueError(f"{path.name} repeats the key {key}")
            texts[key] = sentence
    return texts


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts in one language, keys joined with dots; in English where it lacks one."""
    english = own(FALLBACK)
    if language == FALLBACK:
        return english
    return {**english, **{key: said for key, said in own(language).items() if key in english}}


def text(language: str, code: str, /, **params: Parameter) -> str:
    """The sentence for ``code`` in ``language``, English where that language lacks it.

    Raises:
        KeyError: no language has the code; a test walks the sources so that this cannot happen.
    """
    english = catalogue(FALLBACK)[code]
    template = catalogue(language)[code] if language in languages() else english
    values = {name: _filled(language, value) for name, value in params.items()}
    try:
        return template.format(**values)
    except (KeyError, IndexError, ValueError):
        if template == english:
            raise
        return english.format(**values)  # a translator's slip must not cost the page


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

    reader = _locale(language)
    try:
        name = Locale.parse(tag.replace("_", "-"), sep="-").get_display_name(reader)
    except (UnknownLocaleError, ValueError):
        name = reader.languages.get(tag)
    return str(name or tag)


@functools.cache
def _locale(language: str) -> "Locale":
    """What Unicode's CLDR knows of a page's language; of English where it knows nothing."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK)


def direction(language: str) -> str:
    """``rtl`` for languages that are written from the right, else ``ltr``."""
    return "rtl" if _locale(language).character_order == "right-to-left" else "ltr"


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
        wanted.append((-weight, tag.lower()))
    known = {tag.lower(): tag for tag in languages()}
    for _, tag in sorted(wanted, key=lambda pair: pair[0]):
        for part in (tag, tag.split("-")[0]):
            if part in known:
                return known[part]
    return FALLBACK
