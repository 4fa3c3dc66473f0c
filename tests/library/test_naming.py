"""Titles, projects and tags: kept as somebody means them, refused where they cannot be kept."""

import pytest

from studio.library.query import Query
from studio.library.views import Tagged
from studio.problems import BadInput, NotFound, TooLarge
from tests.library.bench import OWNER


def test_a_comparison_gets_a_title_and_a_project_on_one_line(shelf, library):
    comparison, _ = shelf.comparison("Rain.")
    library.rename(OWNER, comparison, "  Morning\n news ")
    library.rename(OWNER, comparison, project=" Radio ")
    item = library.page(OWNER, Query()).items[0]
    assert (item.title, item.project) == ("Morning news", "Radio")
    library.rename(OWNER, comparison, "")
    item = library.page(OWNER, Query()).items[0]
    assert (item.title, item.project) == ("", "Radio")
    with pytest.raises(TooLarge):
        library.rename(OWNER, comparison, project="x" * 81)
    with pytest.raises(NotFound):
        library.rename("other", comparison, "mine")


def test_tags_are_kept_once_and_without_their_sign(shelf, library):
    comparison, (take, _) = shelf.comparison()
    kept = library.tags.put(OWNER, "comparison", comparison, ["#완성", " intro ", "INTRO", ""])
    assert kept == ("intro", "완성")
    library.tags.put(OWNER, "take", take, ["intro"])
    assert library.page(OWNER, Query()).items[0].tags == ("intro", "완성")
    assert library.choices(OWNER).tags[0] == Tagged(tag="intro", things=2)
    library.tags.put(OWNER, "comparison", comparison, [])
    assert library.page(OWNER, Query()).items[0].tags == ()


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (["x" * 41], "tag_too_long"),
        (["a, b"], "tag_comma"),
        ([str(number) for number in range(21)], "tags_too_many"),
    ],
)
def test_a_tag_that_cannot_be_kept_is_refused_and_the_old_ones_stay(shelf, library, tags, code):
    voice = shelf.voice()
    library.tags.put(OWNER, "voice", voice, ["old"])
    with pytest.raises((BadInput, TooLarge), match=code):
        library.tags.put(OWNER, "voice", voice, tags)
    assert library.page(OWNER, Query(kind="voice")).items[0].tags == ("old",)


def test_nobody_tags_what_is_anothers(shelf, library):
    things = {
        "comparison": shelf.comparison()[0],
        "take": shelf.comparison()[1][0],
        "voice": shelf.voice(),
        "study": shelf.study(),
    }
    for kind, identity in things.items():
        with pytest.raises(NotFound):
            library.tags.put("other", kind, identity, ["mine"])
