"""How written words are said: numerals, units, Latin words in Korean, and what people prefer."""

from studio.pronunciation.readings import Reading, applied, carried, checked

__all__ = ["Reading", "applied", "carried", "checked"]
