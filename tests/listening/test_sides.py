"""Who is A."""

import random

from studio.listening.sides import first_is_a


def test_a_side_is_owed_by_both_counts_and_never_certain():
    tosses = random.Random(3)
    owed = sum(first_is_a(-4, -1, tosses.randrange) for _ in range(3000))
    assert 1890 < owed < 2110
    owing = sum(first_is_a(1, 7, tosses.randrange) for _ in range(3000))
    assert 890 < owing < 1110
    level = sum(first_is_a(2, -2, tosses.randrange) for _ in range(3000))
    assert 1380 < level < 1620


def test_the_lead_of_a_side_stays_small_where_a_fair_coins_would_grow():
    tosses = random.Random(4)
    lead, leads = 0, []
    for _ in range(20000):
        lead += 1 if first_is_a(lead, lead, tosses.randrange) else -1
        leads.append(abs(lead))
    assert max(leads) < 20  # a fair coin's would pass 100
    assert 0.4 < sum(x == 0 for x in leads[1::2]) / 10000 < 0.6  # Efron 1971: (r-1)/r = 1/2 for 2/3
