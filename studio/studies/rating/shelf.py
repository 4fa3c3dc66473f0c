"""The studies that were opened, each read once, with the counts that steer what is drawn of it."""

import threading
from dataclasses import dataclass

from sqlalchemy.orm import Session

from studio.studies.rating.frozen import Frozen, read
from studio.studies.rating.schedule import screens
from studio.studies.rating.tallies import Tallies


@dataclass(frozen=True, slots=True)
class Shelved:
    """A study with its counts.

    Attributes:
        screens: how many one rater has, training included.
    """

    study: Frozen
    tallies: Tallies
    screens: int


class Shelf:
    """Studies by id. Ask only for one that was opened: what is read once stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._studies: dict[str, Shelved] = {}

    def get(self, session: Session, study_id: str) -> Shelved:
        """A study, read where that was not done before.

        Raises:
            NotFound: ``unknown_study``.
        """
        with self._lock:
            found = self._studies.get(study_id)
            if found is None:
                study = read(session, study_id)
                tallies = Tallies(study_id, study.protocol)
                found = Shelved(study, tallies, screens(study.plan, study.protocol))
                self._studies[study_id] = found
            return found
