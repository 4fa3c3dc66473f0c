"""CSV files of preferences: lenient where a file means one thing, strict where it does not."""

import numpy as np
import pytest

from studio.statistics.pairwise_csv import CsvFault, Read, read_csv

HEADER = "left,right,winner,rater,item\n"


def _read(text: str, encoding: str = "utf-8") -> Read:
    return read_csv(text.encode(encoding))


def _labelled(read: Read) -> list[tuple]:
    votes = read.votes
    return [
        (votes.conditions[a], votes.conditions[b], int(won))
        for a, b, won in zip(votes.left, votes.right, votes.outcome, strict=True)
    ]


def test_columns_in_any_order_with_others_between_are_read():
    read = _read("note,item,winner,rater,right,left\nx,t1,left,r1,piper,kokoro\n,t2,tie,r2,a,b\n")
    assert _labelled(read) == [("kokoro", "piper", 1), ("b", "a", 0)]
    assert [read.votes.raters[code] for code in read.votes.rater] == ["r1", "r2"]
    assert [read.votes.items[code] for code in read.votes.item] == ["t1", "t2"]
    assert read.missing == ()


@pytest.mark.parametrize(
    ("winner", "outcome"),
    [
        ("left", 1),
        (" LEFT ", 1),
        ("right", -1),
        ("tie", 0),
        ("Tie", 0),
        ("draw", 0),
        ("both", 0),
        ("", 0),
        ("  ", 0),
        ("a", 1),
        ("B", -1),
        ("model_b", -1),
        ("tie (bothbad)", 0),
        ("Kokoro", 1),
        ("kokoro", 1),
        ("Piper", -1),
        ("왼쪽", 1),
        ("무승부", 0),
    ],
)
def test_a_winner_may_be_said_in_many_ways(winner: str, outcome: int):
    assert _labelled(_read(f"{HEADER}Kokoro,Piper,{winner},r,t\n")) == [
        ("Kokoro", "Piper", outcome)
    ]


def test_a_name_counts_before_a_letter_and_by_its_case_first():
    read = _read(f"{HEADER}B,A,A,r,t\nB,A,b,r,t\nx,X,X,r,t\nx,X,x,r,t\n2,1,1,r,t\n")
    assert [row[2] for row in _labelled(read)] == [-1, 1, -1, 1, -1]


def test_an_empty_winner_is_a_tie_and_is_counted():
    read = _read(f"{HEADER}x,y,,r,t\nx,y, ,r,t\nx,y,tie,r,t\n")
    assert read.votes.outcome.tolist() == [0, 0, 0]
    assert read.blank_winners == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends(delimiter: str, encoding: str, end: str):
    rows = [["Left", "RIGHT", "winner"], ["코코로", "파이퍼", "right"]]
    text = end.join(delimiter.join(row) for row in rows) + end
    assert _labelled(_read(text, encoding)) == [("코코로", "파이퍼", -1)]


def test_a_spreadsheets_first_line_names_the_separator():
    assert _labelled(_read("sep=;\r\nleft;right;winner\r\nx;y;left\r\n")) == [("x", "y", 1)]


def test_quoted_names_blanks_and_empty_lines():
    text = '\nleft,right,winner\n\n"one, two", y ,"one, two"\n,,\n"y","one, two",y,,\n'
    assert _labelled(_read(text)) == [("one, two", "y", 1), ("y", "one, two", 1)]


def test_without_raters_or_items_all_is_one_raters_on_one_item():
    for text in ("left,right,winner\nx,y,left\n", f"{HEADER}x,y,left,,\n"):
        read = _read(text)
        assert read.missing == ("rater", "item")
        assert (read.votes.rater.tolist(), read.votes.item.tolist()) == ([0], [0])
    assert _read("left,right,winner,item\nx,y,left,t\n").missing == ("rater",)


def test_a_header_alone_is_no_votes():
    read = _read(HEADER)
    assert len(read.votes) == 0
    assert read.votes.conditions == ()


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "empty", {}),
        (" \n\n", "empty", {}),
        ("left,right\nx,y\n", "columns", {"missing": "winner"}),
        ("x,y,1\n", "columns", {"missing": "left, right, winner"}),
        ("left,right,winner,winner\n", "column_twice", {"column": "winner"}),
        (f"{HEADER}x,y,left,r,t\n\nx,y\n", "cells", {"line": 4, "found": 2, "wanted": 5}),
        (f"{HEADER}x,y,left,r,t,more\n", "cells", {"line": 2, "found": 6, "wanted": 5}),
        (f"{HEADER}x,y,left,r,t\n,y,left,r,t\n", "no_condition", {"line": 3, "column": "left"}),
        (f"{HEADER}x, ,left,r,t\n", "no_condition", {"line": 2, "column": "right"}),
        (f"{HEADER}x,x,left,r,t\n", "same", {"line": 2, "condition": "x"}),
        (f"{HEADER}x,y,z,r,t\n", "winner", {"line": 2, "winner": "z"}),
        (f"{HEADER}x,left,left,r,t\n", "ambiguous", {"line": 2, "winner": "left"}),
        (f"{HEADER}x,tie,tie,r,t\n", "ambiguous", {"line": 2, "winner": "tie"}),
        (f"{HEADER}x,y,left,r,t\nx,y,left,,t\n", "blank", {"line": 3, "column": "rater"}),
        (f"{HEADER}x,y,left,r,\nx,y,left,r,t\n", "blank", {"line": 2, "column": "item"}),
        ("sep=,\nleft,right,winner\nx,y,z\n", "winner", {"line": 3, "winner": "z"}),
        (f'{HEADER}x,y,"{"z" * 140_000}"\n', "csv", {"line": 2}),
    ],
)
def test_what_is_no_table_of_votes_is_refused_with_its_line(text: str, code: str, params: dict):
    with pytest.raises(CsvFault) as refused:
        _read(text)
    assert (refused.value.code, refused.value.params) == (f"votes_{code}", params)
    assert refused.value.code in CsvFault.CODES


@pytest.mark.parametrize(
    "data", [b"\x89PNG\x00\x00\x01", b"\xff\xff\xff", b"left,right\x00,winner"]
)
def test_what_is_no_text_is_refused(data: bytes):
    with pytest.raises(CsvFault, match="encoding"):
        read_csv(data)


def test_many_rows_are_those_written_one_by_one():
    rng = np.random.default_rng(3)
    names = ["x", "y", "z"]
    rows = [
        (*rng.choice(names, 2, replace=False), rng.choice(["left", "right", "tie"]), r, t)
        for r, t in rng.integers(0, 9, (2000, 2))
    ]
    read = _read(HEADER + "".join(f"{a},{b},{w},r{r},t{t}\n" for a, b, w, r, t in rows))
    meaning = {"left": 1, "right": -1, "tie": 0}
    assert _labelled(read) == [(str(a), str(b), meaning[str(w)]) for a, b, w, _, _ in rows]
    assert [read.votes.raters[c] for c in read.votes.rater] == [f"r{row[3]}" for row in rows]
