"""What somebody's things can be filtered by: their tags, projects, engines and languages."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.library.tags import used
from studio.library.views import Choice, Choices
from studio.store.study_tables import Study
from studio.store.tables import Comparison, Take, Voice
from studio.takes.rows import kept, title_and_licence

_MOST_PROJECTS = 200


def choices_of(session: Session, owner: str) -> Choices:
    """All that can be chosen; projects by their latest use, the rest by name."""
    mine = (Comparison.owner == owner, Comparison.study_id.is_(None), *kept(Comparison))
    latest = func.max(Comparison.created_at)
    projects = select(Comparison.project).where(*mine, Comparison.project != "")
    projects = projects.group_by(Comparison.project).order_by(latest.desc(), Comparison.project)
    engines = select(Take.engine).join(Comparison, Comparison.id == Take.comparison_id)
    engines = engines.where(*mine, *kept(Take)).distinct()
    languages = {*session.scalars(select(Comparison.language).where(*mine).distinct())}
    for table in (Voice, Study):
        theirs = select(table.language).where(table.owner == owner, table.deleted_at.is_(None))
        languages.update(session.scalars(theirs.distinct()))
    named = [
        Choice(value=name, title=title_and_licence(name)[0]) for name in session.scalars(engines)
    ]
    return Choices(
        tags=used(session, owner),
        projects=tuple(session.scalars(projects.limit(_MOST_PROJECTS))),
        engines=tuple(sorted(named, key=lambda one: one.title.casefold())),
        languages=tuple(sorted(languages)),
    )
