"""The gist of an engine's licence as JSON, beside plans and takes."""

from typing import Self

from pydantic import BaseModel

from studio.locales import say
from studio.takes.licences import Commercial, licence_facts


class LicenceTermsJson(BaseModel):
    """What may be done with an engine's takes; the licence's own text alone is binding."""

    name: str
    commercial: Commercial
    """Whether they may be used commercially."""
    condition: str | None
    """What that depends on, where that is known."""
    url: str

    @classmethod
    def of(cls, engine: str, language: str) -> Self | None:
        """An engine's, in a language; nothing where its card cannot be read any more."""
        facts = licence_facts(engine)
        if facts is None:
            return None
        condition = say(language, facts.condition) if facts.condition else None
        return cls(name=facts.name, commercial=facts.commercial, condition=condition, url=facts.url)
