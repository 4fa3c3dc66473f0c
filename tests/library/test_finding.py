"""Finding things: words, filters, order, pages, counts; the same on both databases."""

import unicodedata
from datetime import timedelta

import pytest

from studio.library.query import PAGE, Query
from studio.problems import BadInput
from tests.library.bench import BEGAN, OWNER, Shelf


def found(library, owner=OWNER, **asked):
    return [item.id for item in library.page(owner, Query(**asked)).items]


def test_part_of_a_korean_word_is_enough(shelf, library):
    letter, _ = shelf.comparison(
        "그날 이후로 아무도 편지이야기를 꺼내지 않았습니다.", language="ko"
    )
    shelf.comparison("열차가 도착합니다.", language="ko")
    assert found(library, q="지이야") == [letter]
    assert found(library, q=unicodedata.normalize("NFD", "편지")) == [letter]


def test_words_are_found_in_any_place_and_all_of_them_must_be(shelf, library):
    rain, takes = shelf.comparison("Rain is expected.", title="Morning news", project="Radio")
    shelf.comparison("Snow is expected.")
    shelf.mark(takes[1], name="The calm one", note="a breath before the name")
    shelf.tag("comparison", rain, "client A")
    for words in ("rain", "RAIN expec", "morning", "radio", "calm", "breath", "client"):
        assert found(library, q=words) == [rain], words
    assert found(library, q="rain snow") == []


def test_takes_are_found_by_their_text_engine_name_note_and_tag(shelf, library):
    _, (kokoro, piper) = shelf.comparison("Rain is expected.")
    shelf.comparison("Snow.", engines=("espeak",))
    shelf.mark(piper, name="최종본", note="끝이 빨라요")
    shelf.tag("take", kokoro, "intro")
    assert set(found(library, kind="take", q="rain")) == {kokoro, piper}
    assert found(library, kind="take", q="Kokoro") == [kokoro]
    assert found(library, kind="take", q="종본") == [piper]
    assert found(library, kind="take", q="빨라") == [piper]
    assert found(library, kind="take", q="intro") == [kokoro]
    assert found(library, kind="take", q="rain piper") == [piper]


def test_voices_and_studies_are_found(shelf, library):
    anna = shelf.voice("수진 목소리", transcript="What she said.")
    shelf.voice("Tom")
    news = shelf.study("News voices")
    shelf.study("Other")
    assert found(library, kind="voice", q="진 목") == [anna]
    assert found(library, kind="voice", q="SHE SAID") == [anna]
    assert found(library, kind="study", q="news") == [news]


def test_signs_that_stand_for_others_stand_for_themselves(shelf, library):
    percent, _ = shelf.comparison("100% sure_thing")
    shelf.comparison("100 sure things")
    for words in ("100%", "sure_t", "/"):
        assert found(library, q=words) == ([percent] if words != "/" else [])


def test_filters_take_away_what_does_not_fit(shelf, library):
    korean, (first, second) = shelf.comparison("가", language="ko", project="Radio")
    english, _ = shelf.comparison("A", engines=("espeak",), state="failed")
    shelf.mark(second, starred=True)
    shelf.tag("comparison", english, "later")
    assert found(library, language="ko") == [korean]
    assert found(library, project="Radio") == [korean]
    assert found(library, engine="espeak") == [english]
    assert found(library, state="failed") == [english]
    assert found(library, starred=True) == [korean]
    assert found(library, tag="later") == [english]
    assert found(library, tag="late") == []
    assert found(library, kind="take", starred=True) == [second]
    assert set(found(library, kind="take", project="Radio")) == {first, second}
    day = BEGAN + timedelta(hours=1, minutes=30)
    assert found(library, until=day) == [korean]
    assert found(library, since=day) == [english]
    shelf.voice()
    assert found(library, kind="voice", project="Radio") == []


def test_each_order_holds_and_ties_are_broken_the_same_way_every_time(shelf, library):
    cherry, _ = shelf.comparison("cherry")
    apple, takes = shelf.comparison("zebra", title="Apple", engines=("a", "b", "c"))
    banana, _ = shelf.comparison("나비", engines=())
    assert found(library) == [banana, apple, cherry]
    assert found(library, sort="oldest") == [cherry, apple, banana]
    assert found(library, sort="name") == [apple, cherry, banana]
    assert found(library, kind="take", sort="longest", q="zebra") == takes[::-1]
    assert found(library, kind="take", sort="newest", q="zebra") == sorted(takes)
    shelf.mark(takes[2], name="0 before all")
    assert found(library, kind="take", sort="name")[0] == takes[2]


@pytest.mark.parametrize("sort", ["newest", "oldest", "name", "longest"])
def test_pages_together_are_the_whole_without_gap_or_repetition(shelf, library, sort):
    for number in range(30):
        shelf.comparison(f"Text {number % 7}", engines=("a", "b", "c"))
    seen, cursor, pages = [], "", 0
    while True:
        page = library.page(OWNER, Query(kind="take", sort=sort, cursor=cursor))
        seen += [item.id for item in page.items]
        pages += 1
        if page.next is None:
            break
        assert len(page.items) == PAGE
        cursor = page.next
        if pages == 1:
            shelf.comparison("Text made meanwhile", engines=("d",))
    old = set(seen)
    assert len(seen) == len(old)
    assert len(old) in (90, 91)
    assert pages == 3


def test_counts_tell_how_many_of_each_kind_answer(shelf, library):
    shelf.comparison("Rain.", language="ko")
    shelf.comparison("Snow.")
    shelf.voice(language="ko")
    shelf.study()
    whole = library.page(OWNER, Query()).counts
    assert whole == {"comparison": 2, "take": 4, "voice": 1, "study": 1}
    korean = library.page(OWNER, Query(kind="study", language="ko")).counts
    assert korean == {"comparison": 1, "take": 2, "voice": 1, "study": 0}


def test_what_a_study_rendered_is_found_in_the_study_alone(shelf, library):
    shelf.comparison("Of a study.", study_id=shelf.study())
    assert found(library) == []
    assert found(library, kind="take") == []


def test_another_person_finds_nothing(shelf, library):
    comparison, (take, _) = shelf.comparison("Secret rain.", project="Radio")
    shelf.tag("comparison", comparison, "mine")
    shelf.mark(take, starred=True, note="hush")
    shelf.voice()
    shelf.study()
    other = Shelf(shelf.studio, "other")
    own, _ = other.comparison("Own.", language="ko")
    assert found(library, "other") == [own]
    for kind in ("take", "voice", "study"):
        assert len(found(library, "other", kind=kind)) == (2 if kind == "take" else 0)
    assert found(library, "other", q="rain") == []
    assert found(library, "other", tag="mine") == []
    choices = library.choices("other")
    assert (choices.tags, choices.projects, choices.languages) == ((), (), ("ko",))


def test_choices_are_what_ones_things_have(shelf, library):
    comparison, _ = shelf.comparison("A", project="Radio", engines=("kokoro",))
    shelf.comparison("B", project="News", language="ko", engines=("piper",))
    shelf.tag("comparison", comparison, "intro")
    shelf.voice(language="ja")
    choices = library.choices(OWNER)
    assert [(one.tag, one.things) for one in choices.tags] == [("intro", 1)]
    assert choices.projects == ("News", "Radio")
    assert [one.value for one in choices.engines] == ["kokoro", "piper"]
    assert choices.languages == ("en", "ja", "ko")


@pytest.mark.parametrize("cursor", ["x", "W10=", "WyJhIiwgImIiXQ==", "eyJhIjogMX0=", "WzEsMl0="])
def test_a_cursor_of_nobodys_is_refused(library, cursor):
    with pytest.raises(BadInput, match="library_cursor"):
        library.page(OWNER, Query(cursor=cursor))


def test_an_order_that_a_kind_does_not_have_is_refused(library):
    with pytest.raises(BadInput, match="library_sort"):
        library.page(OWNER, Query(kind="voice", sort="longest"))
