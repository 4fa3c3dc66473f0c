"""Two people render at once on one graphics card, which has room for one engine."""

from tests.takes.bench import a_bench, an_order
from tests.waiting import until

PEOPLE = ("ann", "bob")
ENGINES = ("test_card_a", "test_card_b")


def test_both_people_get_all_their_takes(tmp_path):
    with a_bench(tmp_path / "data", devices="cuda:0=1000") as bench:
        orders = [
            (person, bench.takes.create(person, an_order(f"chunks 3 0.1 0.05 {person}", *ENGINES)))
            for person in PEOPLE
        ]
        found = [
            until(lambda p=p, o=o: (v := bench.takes.comparison(p, o.id)).final and v, 40)
            for p, o in orders
        ]
    for comparison in found:
        assert [(take.state, take.device) for take in comparison.takes] == [("done", "cuda:0")] * 2
        assert [round(take.seconds, 1) for take in comparison.takes] == [0.3, 0.3]
