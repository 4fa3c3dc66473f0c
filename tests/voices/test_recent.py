"""What is remembered is bounded, and the least used goes first."""

from studio.voices.recent import Recent


def test_what_was_used_last_stays_when_memory_runs_short():
    recent = Recent(100)
    for key in "abc":
        recent.put(key, key.upper(), 30)
    assert recent.get("a") == "A"
    recent.put("d", "D", 30)
    assert [recent.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_the_sum_never_passes_the_bound_and_replacing_counts_once():
    recent = Recent(100)
    for size in (40, 60, 10, 90, 5, 100):
        recent.put("same", size, size)
        assert recent._bytes == size
    recent.put("other", 1, 1)
    assert recent.get("same") is None
    assert recent._bytes == 1


def test_what_is_too_large_alone_is_not_kept_and_pushes_nothing_out():
    recent = Recent(100)
    recent.put("small", 1, 10)
    recent.put("large", 2, 101)
    assert recent.get("large") is None
    assert recent.get("small") == 1


def test_what_is_forgotten_makes_room():
    recent = Recent(100)
    recent.put("a", 1, 60)
    recent.put("b", 2, 40)
    recent.forget(lambda value: value == 1)
    recent.put("c", 3, 60)
    assert [recent.get(key) for key in "abc"] == [None, 2, 3]
