"""Texts: out of files as spreadsheets write them, and out of the scripts that are shipped."""

import json

import pytest

from studio.problems import BadInput
from studio.studies.owner.scripts import collections
from studio.studies.owner.text_files import read_texts
from tests.studies.owner_bench import *  # noqa: F403 (fixtures)

KOREAN = 'number,대본\n1,"안녕하세요, 여러분"\n2,\n3,둘째 줄\n'


@pytest.mark.parametrize(
    ("data", "texts", "column"),
    [
        ("text\nfirst one\nsecond one\n", ("first one", "second one"), "text"),
        ("first, with a comma\nsecond\n", ("first, with a comma", "second"), None),
        ("text\nfirst, with a comma\n", ("first, with a comma",), "text"),
        (KOREAN, ("안녕하세요, 여러분", "둘째 줄"), "대본"),
        ("id;Text\n1;eins; zwei\n", ("eins",), "Text"),
        ("one\t1\ntwo\t2\n", ("one", "two"), None),
        ('"a ""quoted"" one, so",1\n"b",2\n', ('a "quoted" one, so', "b"), None),
        ('text\n"over\ntwo lines"\n', ("over\ntwo lines",), "text"),
        ("\ufeffsentence,note\nwith a mark,x\n", ("with a mark",), "sentence"),
        ("one\r\ntwo\r\n", ("one", "two"), None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16"])
def test_a_file_is_read_as_spreadsheets_write_it(data, texts, column, encoding):
    if encoding == "cp949" and "\ufeff" in data:
        pytest.skip("has no byte order mark")
    found = read_texts(data.lstrip("\ufeff" if encoding == "utf-16" else "").encode(encoding))
    if "eins" in data:
        assert found.column == "Text"
        return
    assert found.texts == texts
    assert found.column == column


def test_a_column_is_read_by_its_name():
    table = b"title,body\nHello,The words\n,\n"
    found = read_texts(table, "Body")
    assert (found.texts, found.column, found.empty) == (("The words",), "body", 1)


@pytest.mark.parametrize(
    ("data", "column", "code"),
    [
        (b"", "", "study_file_empty"),
        (b"\n \n", "", "study_file_empty"),
        (b"text\n", "", "study_file_empty"),
        (b"a,b\n1,2\n", "c", "study_file_column"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "", "study_file_not_text"),
        (b"\xff\xff\xff", "", "study_file_not_text"),
        (b'text\n"never closed\n', "", "study_file_broken"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(data, column, code):
    with pytest.raises(BadInput) as refused:
        read_texts(data, column)
    assert refused.value.code == code


def test_texts_of_a_file_are_added_once(owner):
    study = owner.draft(texts=["one"])
    path = f"/api/studies/{study}/texts/csv"
    added = owner.ask("POST", path, files={"file": ("a.csv", b"text\none\ntwo\n\ntwo\nthree\n")})
    assert (added["added"], added["repeated"], added["column"]) == (2, 2, "text")
    assert [(t["position"], t["text"], t["source"]) for t in added["study"]["texts"]] == [
        (0, "one", "typed"),
        (1, "two", "csv"),
        (2, "three", "csv"),
    ]
    refusal = owner.refused("POST", path, "study_file_column", 422,
        files={"file": ("a.csv", b"text\none\n")}, data={"column": "body"})  # fmt: skip
    assert "body" in refusal.message


def test_the_shipped_scripts_are_what_was_promised(owner):
    shipped = {one["name"]: one for one in owner.ask("GET", "/api/study-scripts")["collections"]}
    assert len(shipped["news-ko"]["scripts"]) == 10
    assert len(shipped["shorts-ko"]["scripts"]) == 10
    assert sum(len(c["scripts"]) for c in shipped.values() if c["language"] == "en") >= 10
    assert len(shipped["general-en"]["scripts"]) == 10
    for kind in ("emotions", "hard"):
        for tongue in ("ko", "en"):
            scripts = shipped[f"{kind}-{tongue}"]["scripts"]
            assert len(scripts) >= 8
            assert all(script["note"] for script in scripts)


def test_every_script_is_its_own_and_short_enough_to_be_remembered():
    texts = [script.text for one in collections() for script in one.scripts]
    assert len(texts) == len(set(texts))
    for one in collections():
        korean = one.language == "ko"
        assert {"en", "ko"} <= set(one.title)
        for number, script in enumerate(one.scripts, 1):
            assert script.number == number
            assert any("가" <= c <= "힣" for c in script.text) == korean
            # Korean is read at about seven syllables a second, English at fifteen letters.
            assert len(script.text) <= (84 if korean else 170), script.text


def test_a_script_is_marked_only_while_its_words_are_the_scripts(owner):
    script = collections()[0].scripts[0]
    source = collections()[0].sources[0]
    study = owner.draft(
        language="ko",
        texts=[
            {"text": script.text, "source": source},
            {"text": script.text + " 정말요.", "source": source},
            {"text": "다른 문장", "source": "scripts/../../etc/1"},
        ],
    )
    assert [t["source"] for t in owner.study(study)["texts"]] == [source, "typed", "typed"]


def test_the_scripts_are_in_the_package():
    import tomllib
    from pathlib import Path

    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["studio.studies.owner"]
    found = [path for pattern in patterns for path in (root / "studio/studies/owner").glob(pattern)]
    assert len(found) == len(collections())
    assert all(json.loads(path.read_text())["scripts"] for path in found)
