"""Whether a study's seal and chain hold, and the hash of the answers that a result stands on."""

from typing import Any

from studio.studies.chain import digest, first_break
from studio.studies.dataset import Dataset
from studio.studies.results.following import astray, words_fit
from studio.studies.seal import chain_start


def answers_sha256(data: Dataset) -> str:
    """SHA-256 of all answers as they are chained, in order, sealed or not."""
    return digest({"answers": [one.record for one in data.answers]})


def seal_view(data: Dataset) -> dict[str, Any]:
    """The seal with what was found when it was checked.

    ``plan_fits`` and ``key_fits`` say whether plan and answer key still have the sealed hashes;
    ``broken_at`` is the number of the first answer that does not follow from the one before;
    ``astray`` names an answer of which something beside its hash does not follow from it;
    ``complete`` says whether the answers that there were at closing are all there.
    """
    start = chain_start(data.seal)
    broken = first_break(start, ((one.record, one.sha256) for one in data.answers))
    gap = next((place for place, one in enumerate(data.answers, 1) if one.sequence != place), None)
    number = data.answers[broken].sequence if broken is not None else gap
    beside = astray(data)
    complete = _complete(data)
    plan_fits = key_fits = None
    if data.seal is not None:
        plan_fits = digest(data.plan_document) == data.seal.get("plan_sha256") and words_fit(data)
        salted = {"salt": data.seal.get("salt"), "key": dict(data.key_document)}
        key_fits = digest(salted) == data.seal.get("key_sha256")
    return {
        "sealed": data.seal is not None,
        "sealed_at": (data.seal or {}).get("sealed_at"),
        "plan_sha256": (data.seal or {}).get("plan_sha256"),
        "key_sha256": (data.seal or {}).get("key_sha256"),
        "head_sha256": data.answers[-1].sha256 if data.answers else start,
        "answers": len(data.answers),
        "plan_fits": plan_fits,
        "key_fits": key_fits,
        "broken_at": number,
        "complete": complete,
        "astray": beside and {"what": beside[0], "answer": beside[1]},
        "sound": number is None
        and beside is None
        and complete is not False
        and plan_fits is not False
        and key_fits is not False,
    }


def _complete(data: Dataset) -> bool | None:
    """Whether the chain still reaches what it was at closing; None where that was not noted."""
    ended = (data.seal or {}).get("closed_after")
    if ended is None:
        return None
    number = ended["answers"]
    if len(data.answers) < number:
        return False
    return number == 0 or data.answers[number - 1].sha256 == ended["head_sha256"]
