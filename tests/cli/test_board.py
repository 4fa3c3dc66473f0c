"""``python -m studio board votes.csv``: JSON alone on the standard output, refusals by line."""

import json
import subprocess
import sys

import choix
import evalica
import numpy as np
import pytest

from studio import locales
from studio.cli import main
from studio.statistics import points
from studio.statistics.pairwise_csv import CsvFault
from tests.statistics import simulated

HEADER = "left,right,winner,rater,item\n"
STRENGTHS = np.array([0.9, 0.3, 0.0, -0.4, -0.8])


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def run(tmp_path, capsys):
    def of(text, *options):
        file = tmp_path / "votes.csv"
        file.write_text(text, encoding="utf-8")
        status = main(["board", str(file), *options])
        out, err = capsys.readouterr()
        return status, json.loads(out) if status == 0 else out, err

    return of


def _csv(votes):
    names = votes.conditions
    winner = {1: "left", -1: "right", 0: "tie"}
    rows = zip(votes.left, votes.right, votes.outcome, votes.rater, votes.item, strict=True)
    return HEADER + "".join(
        f"{names[a]},{names[b]},{winner[int(w)]},r{r},t{t}\n" for a, b, w, r, t in rows
    )


def _ratings(found):
    return {one["condition"]: one["rating"] for one in found["conditions"]}


def test_the_json_has_exactly_these_fields(run):
    status, found, err = run(_csv(simulated.votes(1, 400, STRENGTHS)), "--draws", "100")
    assert status == 0
    assert err == ""
    assert list(found) == ["votes", "conditions", "components", "ties"]
    assert {tuple(one) for one in found["conditions"]} == {
        ("condition", "rating", "low", "high", "rank", "votes")
    }
    assert found["votes"] == 400
    assert sum(one["votes"] for one in found["conditions"]) == 800
    assert found["components"] == [[f"condition {i}" for i in range(5)]]
    assert all(one["low"] < one["rating"] < one["high"] for one in found["conditions"])


def test_the_process_prints_json_and_nothing_else(tmp_path):
    file = tmp_path / "votes.csv"
    file.write_text(f"{HEADER}x,y,left,r,t\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "studio", "board", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["votes"] == 1


def test_bradley_terry_ratings_agree_with_choix_and_evalica(run):
    votes = simulated.votes(2, 5000, STRENGTHS, nu=0.6)
    _, found, _ = run(_csv(votes), "--model", "bradley-terry", "--draws", "20")
    wins, ties = simulated.counts(votes)
    twice = [
        (i, j) for i, j in np.ndindex(wins.shape) for _ in range(int(2 * wins[i, j] + ties[i, j]))
    ]
    by_choix = points(choix.opt_pairwise(5, twice, alpha=2 / (2 * 2.0**2), tol=1e-12))
    meaning = {1: evalica.Winner.X, -1: evalica.Winner.Y, 0: evalica.Winner.Draw}
    by_evalica = evalica.bradley_terry(
        votes.left.tolist(),
        votes.right.tolist(),
        [meaning[int(won)] for won in votes.outcome],
        tolerance=1e-12,
        limit=100_000,
    ).scores.sort_index()
    logs = np.log(by_evalica.to_numpy())
    for i, name in enumerate(votes.conditions):
        assert _ratings(found)[name] == pytest.approx(by_choix[i], abs=1e-3)
        # evalica has no prior; at 5000 votes ours is worth less than one point.
        assert _ratings(found)[name] == pytest.approx(points(logs - logs.mean())[i], abs=1.0)


def test_the_same_file_and_seed_print_the_same_bytes(run):
    text = _csv(simulated.votes(3, 300, STRENGTHS))
    first = run(text, "--draws", "50", "--seed", "4")
    assert run(text, "--draws", "50", "--seed", "4") == first
    assert run(text, "--draws", "50", "--seed", "5") != first
    lines = text.splitlines(keepends=True)
    assert run("".join([lines[0], *lines[:0:-1]]), "--draws", "50", "--seed", "4") == first


def test_one_to_nothing_is_finite_and_ranks_nobody(run):
    _, found, _ = run(f"{HEADER}x,y,x,r,t\n")
    assert [one["rank"] for one in found["conditions"]] == [1, 1]
    assert all(np.isfinite([one["low"], one["high"]]).all() for one in found["conditions"])


@pytest.mark.parametrize("model", ["davidson", "bradley-terry"])
def test_ties_alone_rate_all_alike(run, model):
    _, found, _ = run(HEADER + "x,y,tie,r1,t1\ny,z,tie,r2,t2\n" * 10, "--model", model)
    assert found["ties"] == found["votes"] == 20
    assert set(_ratings(found).values()) == {1500.0}
    assert [one["rank"] for one in found["conditions"]] == [1, 1, 1]


def test_groups_without_a_link_are_told_and_never_ranked_across(run):
    text = HEADER + "x,y,x,r1,t1\n" * 30 + "p,q,q,r2,t2\n" * 20
    _, found, err = run(text)
    assert found["components"] == [["x", "y"], ["p", "q"]]
    assert sorted(one["rank"] for one in found["conditions"])[:2] == [1, 1]
    assert "2 groups" in err


def test_no_votes_are_an_empty_board(run):
    assert run(HEADER)[1] == {"votes": 0, "conditions": [], "components": [], "ties": 0}


def test_what_the_file_does_not_tell_is_said_beside_the_json(run):
    status, _, err = run("left,right,winner\nx,y,\n")
    assert status == 0
    for part in ("raters", "items", "counted as ties: 1"):
        assert part in err


def test_a_row_that_is_no_vote_is_named_by_its_line(run):
    status, out, err = run(f"{HEADER}x,y,left,r,t\nx,y,nobody,r,t\n")
    assert (status, out) == (1, "")
    assert "Line 3" in err
    assert "nobody" in err


@pytest.mark.parametrize("options", [("--draws", "1"), ("--seed", "-1")])
def test_impossible_options_are_refused(run, options):
    assert run(f"{HEADER}x,y,left,r,t\n", *options)[0] == 1


def test_a_file_that_is_not_there_is_refused(capsys):
    assert main(["board", "no-such-file.csv"]) == 1
    assert "no-such-file.csv" in capsys.readouterr().err


def test_every_fault_of_a_file_has_its_sentence():
    texts = locales.catalogue("en")
    assert [code for code in CsvFault.CODES if f"error.{code}" not in texts] == []
