"""Anyone recomputes a study from its bundle, and finds whatever was changed in it."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest

from studio.settings import Settings
from studio.store.database import Database
from studio.studies.dataset import read
from studio.studies.results import bundle
from studio.studies.results.bundle import BundleFault
from studio.studies.results.proof import seal_view
from studio.studies.results.service import ResultService
from studio.studies.results.verification import verify
from tests.studies.made import make

EVERY = ("ab", "axy", "abx", "acr", "smos", "ccr", "mushra")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Settings(data_dir=tmp_path_factory.mktemp("studies"), bootstrap_draws=50)


@pytest.fixture(scope="module")
def database(place):
    database = Database(place)
    database.start()
    yield database
    database.close()


@pytest.fixture(scope="module")
def results(place, database):
    service = ResultService(place, database)
    yield service
    service.close()


@pytest.fixture(scope="module")
def ab(results, database):
    return results.bundle("local", make(database, title="bundle", raters=8, trials=20, bots=1))


def packed(files):
    """The files as a bundle whose own listing fits: a forger would see to that."""
    files = {name: content for name, content in files.items() if name != bundle.LISTING}
    files[bundle.LISTING] = bundle._listing(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def forged(content, name, change):
    files = bundle.unpack(content)
    files[name] = change(files[name].decode()).encode()
    return packed(files)


def faults(content):
    return {one.code.rpartition(".")[2] for one in verify(content).faults}


@pytest.mark.parametrize("protocol", EVERY)
def test_a_bundle_of_every_protocol_verifies(results, database, protocol):
    study = make(database, protocol=protocol, title="every", raters=5, trials=6)
    found = verify(results.bundle("local", study))
    assert found.faults == ()
    assert found.sound
    assert found.sealed
    assert found.answers >= 30


def test_the_same_answers_give_the_same_bundle_bit_for_bit(results, database, place):
    study = make(database, title="same", raters=4, trials=5)
    again = ResultService(place, database)
    try:
        assert results.bundle("local", study) == again.bundle("local", study)
    finally:
        again.close()


def test_a_changed_answer_breaks_the_chain_and_the_result(ab):
    def other(lines):
        rows = [json.loads(line) for line in lines.splitlines()]
        chosen = next(row for row in rows if row["record"]["answer"]["choice"] == "a")
        chosen["record"]["answer"]["choice"] = "b"
        return "\n".join(json.dumps(row) for row in rows)

    assert "chain" in faults(forged(ab, "answers.jsonl", other))


def test_a_removed_answer_breaks_the_chain(ab):
    def fewer(lines):
        rows = lines.splitlines()
        return "\n".join(rows[:10] + rows[11:])

    assert "chain" in faults(forged(ab, "answers.jsonl", fewer))


def test_an_exchanged_take_breaks_the_chain(ab):
    def other(lines):
        rows = [json.loads(line) for line in lines.splitlines()]
        rows[3]["slots"][0]["source"][0] += 1
        return "\n".join(json.dumps(row) for row in rows)

    assert "chain" in faults(forged(ab, "answers.jsonl", other))


def test_a_check_turned_round_to_throw_a_rater_out_is_found(ab):
    def turned(lines):
        rows = [json.loads(line) for line in lines.splitlines()]
        chosen = next(row for row in rows if row["record"]["kind"] == "attention")
        chosen["check"] = {"choice": {"a": "b", "b": "a"}[chosen["check"]["choice"]]}
        return "\n".join(json.dumps(row) for row in rows)

    assert "check" in faults(forged(ab, "answers.jsonl", turned))


def test_a_repeat_that_is_said_to_mirror_another_screen_is_found(ab):
    def turned(lines):
        rows = [json.loads(line) for line in lines.splitlines()]
        repeat = next(row for row in rows if row["record"]["kind"] == "repeat")
        repeat["repeat_of"] = next(
            row["record"]["trial"]
            for row in rows
            if row["record"]["rater"] == repeat["record"]["rater"]
            and row["record"]["kind"] == "main"
            and row["record"]["trial"] != repeat["repeat_of"]
        )
        return "\n".join(json.dumps(row) for row in rows)

    assert "repeat" in faults(forged(ab, "answers.jsonl", turned))


def test_other_words_than_were_read_aloud_are_found(ab):
    def other(study):
        told = json.loads(study)
        told["texts"]["0"] += " (not really)"
        return json.dumps(told)

    assert "plan" in faults(forged(ab, "study.json", other))


def test_the_studio_itself_notices_what_its_database_was_made_to_say(results, database):
    study = make(database, title="noticed", raters=4, trials=20)
    with database.read() as session:
        data = read(session, study)
    assert seal_view(data)["sound"]
    chosen = next(at for at, one in enumerate(data.answers) if one.check)
    turned = {"a": "b", "b": "a"}[data.answers[chosen].check["choice"]]
    answers = [*data.answers]
    answers[chosen] = replace(answers[chosen], check={"choice": turned})
    found = seal_view(replace(data, answers=tuple(answers)))
    assert not found["sound"]
    assert found["astray"] == {"what": "check", "answer": data.answers[chosen].sequence}


@pytest.mark.parametrize("name", ["votes", "ratings", "trials", "stimuli", "plan"])
def test_a_table_that_says_other_than_the_answers_is_named(ab, name):
    fewer = forged(ab, f"{name}.csv", lambda table: table.rsplit("\n", 2)[0] + "\n")
    (fault,) = verify(fewer).faults
    assert fault.params["part"] == f"{name}.csv"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("seal.json", "5"),
        ("result.json", "[]"),
        ("key.json", "[" * 100_000 + "]" * 100_000),
        ("answers.jsonl", "{}"),
    ],
)
def test_a_part_of_a_wrong_shape_is_refused(ab, name, content):
    with pytest.raises(BundleFault):
        verify(forged(ab, name, lambda _: content))


def test_an_empty_seal_fits_nothing(ab):
    assert {"plan", "key", "chain"} <= set(faults(forged(ab, "seal.json", lambda _: "{}")))


def test_a_study_whose_last_answers_were_cut_off_gives_another_result(ab):
    cut = faults(forged(ab, "answers.jsonl", lambda lines: "\n".join(lines.splitlines()[:-5])))
    assert "result" in cut


def test_another_plan_is_not_the_sealed_one(ab):
    lenient = forged(
        ab, "plan.json", lambda text: text.replace('"favouring_p": 0.005', '"favouring_p": 0.001')
    )
    assert "plan" in faults(lenient)


def test_exchanged_labels_are_not_the_sealed_key(ab):
    swapped = forged(
        ab,
        "key.json",
        lambda text: text.replace("Kokoro", "*").replace("Piper", "Kokoro").replace("*", "Piper"),
    )
    assert "key" in faults(swapped)


def test_a_result_that_claims_more_than_its_answers_give_is_found(ab):
    def better(text):
        told = json.loads(text)
        told["board"]["kept"][0]["value"] += 100
        return json.dumps(told)

    assert faults(forged(ab, "result.json", better)) == {"result"}


def test_a_file_that_is_not_as_listed_is_named(ab):
    files = bundle.unpack(ab)
    files["ratings.csv"] += b"\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (fault,) = verify(out.getvalue()).faults
    assert fault.code == "result.verify.altered"
    assert fault.params["file"] == "ratings.csv"


def test_the_votes_of_the_bundle_give_the_board_by_the_other_command_too(ab, tmp_path):
    file = tmp_path / "votes.csv"
    files = bundle.unpack(ab)
    file.write_bytes(files["votes.csv"])
    from studio.statistics import board
    from studio.statistics.pairwise_csv import read_csv

    found = board(read_csv(file.read_bytes()).votes, draws=50)
    told = json.loads(files["result.json"])
    assert found.votes_sha256 == told["votes_sha256"]
    assert [one.rating for one in found.standings] == [
        one["value"] for one in told["board"]["kept"]
    ]
    assert [one.low for one in found.standings] == [one["low"] for one in told["board"]["kept"]]


@pytest.mark.parametrize("content", [b"", b"nonsense", packed({"a": b"b"})])
def test_what_is_no_bundle_is_refused(content):
    with pytest.raises(BundleFault):
        verify(content)


def test_the_command_line_says_what_does_not_fit(ab, tmp_path):
    sound, broken = tmp_path / "sound.zip", tmp_path / "broken.zip"
    sound.write_bytes(ab)
    broken.write_bytes(
        forged(ab, "result.json", lambda text: text.replace('"votes": ', '"votes": 1'))
    )

    def run(*given):
        return subprocess.run(
            [sys.executable, "-m", "studio", "study", "verify", *given],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin", "LANG": "en_US.UTF-8", "PYTHONPATH": "."},
        )

    good = run(str(sound), "--json")
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["sound"]
    bad = run(str(broken))
    assert bad.returncode == 1
    assert "The result claims something else" in bad.stdout
    none = run(str(tmp_path / "nowhere.zip"))
    assert none.returncode == 1
    assert none.stderr.strip()


def test_a_study_that_was_not_sealed_is_chained_all_the_same(results, database):
    study = make(database, title="unsealed", raters=4, trials=4, plan={"sealed": False})
    found = verify(results.bundle("local", study))
    assert found.sound
    assert not found.sealed
