"""ElevenLabs' card."""

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
from studio.engines.elevenlabs.models import LANGUAGES, MODELS
from studio.locales import note

KEY = "STUDIO_ELEVENLABS_API_KEY"
ADDRESS = "STUDIO_ELEVENLABS_URL"
DEFAULT_ADDRESS = "https://api.elevenlabs.io"

CARD = Card(
    name="elevenlabs",
    model_option="model",
    title="ElevenLabs",
    summary=note("engine.elevenlabs.summary"),
    homepage="https://elevenlabs.io/docs/overview/models",
    licence=Licence(
        code="",
        weights="ElevenLabs Terms of Service",
        condition=note("engine.elevenlabs.commercial"),
        commercial=None,
        url="https://elevenlabs.io/terms-of-use",
    ),
    languages=LANGUAGES,
    cloning=Cloning(kind="remote", min_seconds=5.0, max_seconds=180.0),
    instruction=Instructing.MAPPED,
    streaming=True,
    max_characters=max(model.characters for model in MODELS.values()),
    price=Price(
        per_million_characters=80.0,
        currency="USD",
        as_of="2026-11-11",
        source="https://elevenlabs.io/pricing/api",
        remark=note("engine.elevenlabs.price"),
        by_model={
            "eleven_v3": 80.0,
            "eleven_v4": 80.0,
            "eleven_multilingual_v2": 80.0,
            "eleven_flash_v2_5": 40.0,
        },
    ),
    hardware=Hardware(runs_on=("remote",), memory_mb=250),
    patience=Patience(load_seconds=120.0, silence_seconds=120.0),  # for a cloning
    variables=(
        Variable(name=KEY, meaning=note("engine.elevenlabs.key"), required=True, secret=True),
        Variable(name=ADDRESS, meaning=note("engine.elevenlabs.address")),
    ),
    environment=Environment(probe=("elevenlabs", "httpx")),
)
