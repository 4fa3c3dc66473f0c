"""The card of one server."""

from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    Instructing,
    Licence,
    Patience,
    Variable,
)
from studio.engines.openai.languages import LANGUAGES
from studio.engines.openai.servers import CLONING, SERVERS, Server
from studio.locales import note

SILENCE_SECONDS = 230.0
"""A server without a graphics card may take minutes before its first byte."""
_OPENAI_CHARACTERS = 4096


def card(server: Server) -> Card:
    """What is true of a server without asking it."""
    summary = note("engine.openai.summary", host=server.host)
    return Card(
        model_option="model",
        name=f"openai-{server.name}" if server.name else "openai",
        title=f"OpenAI API: {server.name}" if server.name else "OpenAI API",
        summary=summary if server.host else note("engine.openai.none"),
        homepage="https://platform.openai.com/docs/api-reference/audio/createSpeech",
        licence=Licence(
            code="",
            weights="",
            condition=note("engine.openai.licence"),
            commercial=None,
            url="https://platform.openai.com/docs/api-reference/audio/createSpeech",
        ),
        languages=tuple(LANGUAGES),
        languages_certain=False,
        cloning=_cloning(server),
        instruction=Instructing.EXPERIMENTAL,
        streaming=True,
        max_characters=_OPENAI_CHARACTERS if server.is_openai else None,
        hardware=Hardware(runs_on=("remote",), memory_mb=150),
        patience=Patience(silence_seconds=SILENCE_SECONDS + 10),
        variables=_variables(server),
        environment=Environment(probe=("httpx",)),
    )


def _cloning(server: Server) -> Cloning:
    if not server.clones:
        return Cloning(why_not=note("engine.openai.cloning_not_known", variable=CLONING))
    return Cloning(kind="remote", min_seconds=3.0, max_seconds=120.0, transcript="optional")


def _variables(server: Server) -> tuple[Variable, ...]:
    key = (
        note("engine.openai.key", host=server.host)
        if server.host
        else note("engine.openai.general_key")
    )
    return (
        Variable(name=SERVERS, meaning=note("engine.openai.servers"), required=True),
        Variable(name=server.key_variable, meaning=key, secret=True),
        Variable(name=CLONING, meaning=note("engine.openai.cloning")),
    )
