"""The server's clocks decide, and no setting of the wall clock lets a vote in early."""

from datetime import UTC, datetime, timedelta

from studio.listening.heard import Stopwatches

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Clocks:
    def __init__(self) -> None:
        self.monotonic, self.wall = 1000.0, NOON

    def pass_(self, seconds: float) -> None:
        self.monotonic += seconds
        self.wall += timedelta(seconds=seconds)

    def stopwatches(self, **more) -> Stopwatches:
        return Stopwatches(clock=lambda: self.monotonic, wall=lambda: self.wall, **more)


def test_the_later_clip_counts_and_sending_again_does_not_start_anew():
    clocks = Clocks()
    watches = clocks.stopwatches()
    watches.start("t", "a")
    clocks.pass_(5)
    assert watches.elapsed("t", None, None) is None
    watches.start("t", "b")
    clocks.pass_(2)
    watches.start("t", "b")
    assert watches.elapsed("t", None, None) == 2


def test_setting_the_wall_clock_forward_changes_nothing():
    clocks = Clocks()
    watches = clocks.stopwatches()
    watches.start("t", "a")
    watches.start("t", "b")
    clocks.wall += timedelta(hours=1)
    assert watches.elapsed("t", NOON, NOON) == 0


def test_after_a_restart_the_moments_in_the_database_count():
    clocks = Clocks()
    clocks.pass_(7)
    assert clocks.stopwatches().elapsed("t", NOON, NOON + timedelta(seconds=3)) == 4


def test_a_clock_set_back_during_a_restart_starts_the_wait_anew_and_ends_it():
    clocks = Clocks()
    clocks.wall -= timedelta(hours=1)
    watches = clocks.stopwatches()
    assert watches.elapsed("t", NOON, NOON) == 0
    clocks.pass_(6)
    assert watches.elapsed("t", NOON, NOON) == 6


def test_forgotten_trials_fall_back_to_the_database():
    clocks = Clocks()
    watches = clocks.stopwatches(trials=1)
    watches.start("t", "a")
    watches.start("t", "b")
    watches.start("u", "a")
    clocks.pass_(3)
    assert watches.elapsed("t", NOON, NOON) == 3
    assert watches.elapsed("t", None, NOON) is None
