"""Which things of each kind answer a question: conditions in SQL that both databases know."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from studio.library.matching import Matching, engines_called, words
from studio.library.query import Kind, Query
from studio.store.library_tables import Tag, TakeMark
from studio.store.study_tables import Study, StudyCondition, StudyText
from studio.store.tables import Comparison, Take, Voice

_NAME_CHARACTERS = 80
"""So much of a name decides its place; the id decides among the same."""
Condition = ColumnElement[bool]
TABLES: dict[Kind, Any] = {
    "comparison": Comparison,
    "take": Take,
    "voice": Voice,
    "study": Study,
}


class Selecting:
    """Makes conditions.

    Args:
        sqlite: which database it is.
    """

    def __init__(self, *, sqlite: bool) -> None:
        self._matching = Matching(sqlite=sqlite)
        self._kinds: dict[Kind, Callable[[str, Query], list[Condition]]] = {
            "comparison": self._comparisons,
            "take": self._takes,
            "voice": self._voices,
            "study": self._studies,
        }

    def found(self, owner: str, asked: Query, kind: Kind) -> Select[tuple[str]]:
        """Ids of all things of a kind that answer, in no order."""
        table = TABLES[kind]
        query = select(table.id)
        if kind == "take":
            query = query.join(Comparison, Comparison.id == Take.comparison_id)
        conditions = [*self._kinds[kind](owner, asked), *_made(table, asked)]
        if asked.tag:
            conditions.append(_tagged(owner, kind, Tag.tag == asked.tag, table.id))
        conditions += [
            or_(
                _tagged(owner, kind, self._matching.any([Tag.tag], word), table.id),
                *self._words(owner, kind, word),
            )
            for word in words(asked.q)
        ]
        return query.where(*conditions)

    def sorted_by(self, asked: Query) -> tuple[ColumnElement[Any], type, bool]:
        """What the things of a question are sorted by.

        Returns:
            the column, the type of its values, and whether the greatest comes first.
        """
        table = TABLES[asked.kind]
        if asked.sort == "longest":
            return func.coalesce(Take.seconds, 0.0), float, True
        if asked.sort == "name":
            short = func.lower(func.substr(_name(asked.kind), 1, _NAME_CHARACTERS))
            return self._matching.ordered(short), str, False
        moment = table.created_at
        if asked.bin:
            moment = table.deleted_at
        return moment, datetime, asked.sort == "newest"

    # kinds

    def _comparisons(self, owner: str, asked: Query) -> list[Condition]:
        found = [
            Comparison.owner == owner,
            Comparison.study_id.is_(None),
            _binned(Comparison, asked),
        ]
        if asked.project:
            found.append(Comparison.project == asked.project)
        if asked.language:
            found.append(Comparison.language == asked.language)
        theirs = []
        if asked.engine:
            theirs.append(Take.engine == asked.engine)
        if asked.state:
            theirs.append(Take.state == asked.state)
        if asked.starred:
            theirs.append(Take.id.in_(_starred(owner)))
        for one in theirs:
            seen = [one] if asked.bin else [one, Take.deleted_at.is_(None)]
            found.append(Comparison.id.in_(select(Take.comparison_id).where(*seen)))
        return found

    def _takes(self, owner: str, asked: Query) -> list[Condition]:
        found = [
            Comparison.owner == owner,
            Comparison.study_id.is_(None),
            Comparison.deleted_at.is_(None),  # else it lies in the bin as a part of that
            _binned(Take, asked),
        ]
        if asked.project:
            found.append(Comparison.project == asked.project)
        if asked.language:
            found.append(Comparison.language == asked.language)
        if asked.engine:
            found.append(Take.engine == asked.engine)
        if asked.state:
            found.append(Take.state == asked.state)
        if asked.starred:
            found.append(Take.id.in_(_starred(owner)))
        return found

    def _voices(self, owner: str, asked: Query) -> list[Condition]:
        found = [Voice.owner == owner, _binned(Voice, asked)]
        if asked.language:
            found.append(Voice.language == asked.language)
        if asked.project or asked.engine or asked.state or asked.starred:
            found.append(false())
        return found

    def _studies(self, owner: str, asked: Query) -> list[Condition]:
        found = [Study.owner == owner, _binned(Study, asked)]
        if asked.language:
            found.append(Study.language == asked.language)
        if asked.state:
            found.append(Study.state == asked.state)
        if asked.engine:
            with_it = select(StudyCondition.study_id).where(StudyCondition.engine == asked.engine)
            found.append(Study.id.in_(with_it))
        if asked.project or asked.starred:
            found.append(false())
        return found

    # words

    def _words(self, owner: str, kind: Kind, word: str) -> list[Condition]:
        """Where a word may stand, each place looked through once and not for every row."""
        has = self._matching.any
        if kind == "voice":
            return [has([Voice.name, Voice.transcript], word)]
        engines = engines_called(word)
        if kind == "study":
            texts = select(StudyText.study_id).where(has([StudyText.text], word))
            with_it = select(StudyCondition.study_id).where(
                or_(StudyCondition.engine.in_(engines), has([StudyCondition.label], word))
            )
            return [has([Study.title], word), Study.id.in_(texts), Study.id.in_(with_it)]
        noted = select(TakeMark.take_id).where(
            TakeMark.owner == owner, has([TakeMark.name, TakeMark.note], word)
        )
        said = [Comparison.title, Comparison.text, Comparison.instruction, Comparison.project]
        if kind == "comparison":
            of_takes = select(Take.comparison_id).where(
                or_(Take.engine.in_(engines), Take.id.in_(noted))
            )
            return [has(said, word), Comparison.id.in_(of_takes)]
        saying = select(Comparison.id).where(Comparison.owner == owner, has(said, word))
        return [
            Take.comparison_id.in_(saying),
            Take.engine.in_(engines),
            Take.id.in_(noted),
            has([Take.preset], word),
        ]


def _binned(table: Any, asked: Query) -> Condition:
    column: ColumnElement[Any] = table.deleted_at
    return column.is_not(None) if asked.bin else column.is_(None)


def _made(table: Any, asked: Query) -> list[Condition]:
    found = []
    if asked.since is not None:
        found.append(table.created_at >= asked.since)
    if asked.until is not None:
        found.append(table.created_at < asked.until)
    return found


def _tagged(owner: str, kind: Kind, which: Condition, identity: ColumnElement[str]) -> Condition:
    tagged = select(Tag.thing_id).where(Tag.owner == owner, Tag.kind == kind, which)
    return identity.in_(tagged)


def _starred(owner: str) -> Select[str]:
    return select(TakeMark.take_id).where(TakeMark.owner == owner, TakeMark.starred.is_(True))


def _name(kind: Kind) -> ColumnElement[str]:
    if kind == "voice":
        return func.coalesce(Voice.name, "")
    if kind == "study":
        return func.coalesce(Study.title, "")
    of_comparison = func.coalesce(func.nullif(Comparison.title, ""), Comparison.text)
    if kind == "comparison":
        return of_comparison
    own = select(func.nullif(TakeMark.name, "")).where(TakeMark.take_id == Take.id)
    return func.coalesce(own.scalar_subquery(), of_comparison)
