"""Reading the settings, or ending with a sentence about the variable that is wrong."""

import re
import sys

from pydantic import ValidationError
from pydantic_settings import SettingsError

from studio.cli.words import said
from studio.locales import Note, note
from studio.settings import Settings
from studio.takes.option_fault import option_fault


def read_settings() -> Settings:
    """The settings.

    Raises:
        SystemExit: a variable holds what cannot be its value; the text names it and says why.
    """
    try:
        return Settings()
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        field, fault = str(first["loc"][0]), option_fault(first)
    except SettingsError as problem:  # JSON that is none
        field = "".join(re.findall(r'field "(\w+)"', str(problem)))
        fault = note("option.json")
    sys.exit(said(_sentence(field, fault)))


def _sentence(field: str, fault: Note) -> Note:
    variable = field if field.isupper() else f"STUDIO_{field.upper()}"
    return note("cli.setting_wrong", variable=variable, fault=fault)
