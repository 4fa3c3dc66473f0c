"""Texts of the pages: the ``ui`` part of a catalogue, for Python and, as JSON, for the browser."""

from studio.locales import FALLBACK, catalogue, text

PREFIX = "ui."
_CONSENT = {
    "clip.consent": "voices.consent_statement",
    "clip.consent_other": "voices.consent_statement_other",
    "sharing.statement": "voices.sharing_statement",
    "sharing.statement_other": "voices.sharing_statement_other",
}


class Texts:
    """Looks up the pages' sentences in one language.

    Args:
        language: tag of a catalogue folder.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, /, **params: str | float) -> str:
        """The sentence below ``ui.<key>``."""
        return text(self.language, PREFIX + key, **params)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key; titles of options are translated where it does."""
        return PREFIX + key in catalogue(self.language)

    def for_browser(self) -> dict[str, str]:
        """All ``ui`` texts, keys without the prefix. The custom elements read nothing else.

        With them go the statements of consent, word for word as the voices service records them.
        """
        known = dict(catalogue(FALLBACK)) | dict(catalogue(self.language))
        texts = {
            key.removeprefix(PREFIX): sentence
            for key, sentence in known.items()
            if key.startswith(PREFIX)
        }
        return texts | {
            key: known[statement] for key, statement in _CONSENT.items() if statement in known
        }
