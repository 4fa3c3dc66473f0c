"""MiniMax's card."""

from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    Instructing,
    Licence,
    Patience,
    Price,
    Variable,
)
from studio.engines.minimax.options import LANGUAGES
from studio.locales import note

KEY = "STUDIO_MINIMAX_API_KEY"
ADDRESS = "STUDIO_MINIMAX_URL"
DEFAULT_ADDRESS = "https://api.minimax.io"
_HD, _TURBO = 100.0, 60.0

CARD = Card(
    name="minimax",
    model_option="model",
    title="MiniMax Speech",
    summary=note("engine.minimax.summary"),
    homepage="https://platform.minimax.io/docs/api-reference/speech-t2a-intro",
    licence=Licence(
        code="",
        weights="MiniMax Terms of Service",
        commercial=True,
        url="https://platform.minimax.io/protocol/terms-of-service",
    ),
    languages=tuple(LANGUAGES),
    cloning=Cloning(kind="remote", min_seconds=10.0, max_seconds=300.0),
    instruction=Instructing.MAPPED,
    streaming=True,
    max_characters=9999,  # "fewer than 10,000"
    price=Price(
        per_million_characters=_HD,
        currency="USD",
        as_of="2026-08-24",
        source="https://platform.minimax.io/docs/guides/pricing-paygo",
        remark=note("engine.minimax.price"),
        by_model={
            f"speech-{line}-{kind}": price
            for line in ("2.8", "2.6", "02")
            for kind, price in (("hd", _HD), ("turbo", _TURBO))
        },
    ),
    hardware=Hardware(runs_on=("remote",), memory_mb=150),
    patience=Patience(silence_seconds=120.0),  # for an upload and a cloning; audio comes sooner
    variables=(
        Variable(name=KEY, meaning=note("engine.minimax.key"), required=True, secret=True),
        Variable(name=ADDRESS, meaning=note("engine.minimax.address")),
    ),
    environment=Environment(probe=("httpx",)),
)
