"""How long an engine may take for what: its card's patience, else the settings."""

from dataclasses import dataclass

from studio.engines.card import Patience
from studio.settings import Settings


@dataclass(frozen=True)
class Limits:
    """Time limits of one engine, in seconds; settings are looked at anew each time."""

    settings: Settings
    patience: Patience

    @property
    def load(self) -> float:
        """To start its process, and again for each weight set."""
        return self.patience.load_seconds or self.settings.engine_load_seconds

    @property
    def silence(self) -> float:
        """Between two chunks, and for the first."""
        return self.patience.silence_seconds or self.settings.engine_silence_seconds

    @property
    def stop(self) -> float:
        """To stop by itself after a cancel."""
        return self.settings.engine_stop_seconds
