"""What may be said of a study in one sentence, or how many answers are missing until it may.

The first place is said to be ahead of the second when the interval of their direct comparison
leaves nought (one half) out and its test, corrected by Holm over all pairs of the study, does, too:
the two were picked after the fact. Where the whole interval lies within the difference that the
plan calls the smallest that matters, there is none that matters. Otherwise nothing can be said, and
answers are missing until the plan's difference would be found at its power.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.locales import LanguageName, Note, Parameter, note
from studio.statistics.clustered import Estimate
from studio.statistics.planning import missing as missing_answers
from studio.studies.dataset import Dataset
from studio.studies.results.figures import number

_SENTENCES = {
    ("pairs", "sure"): "result.headline.pairs_sure",
    ("pairs", "equal"): "result.headline.pairs_equal",
    ("pairs", "undecided"): "result.headline.pairs_undecided",
    ("pairs", "open"): "result.headline.pairs_open",
    ("pairs", "far"): "result.headline.pairs_far",
    ("scale", "far"): "result.headline.scale_far",
    ("abx", "far"): "result.headline.abx_far",
    ("scale", "sure"): "result.headline.scale_sure",
    ("scale", "equal"): "result.headline.scale_equal",
    ("scale", "undecided"): "result.headline.scale_undecided",
    ("scale", "open"): "result.headline.scale_open",
    ("abx", "sure"): "result.headline.abx_sure",
    ("abx", "equal"): "result.headline.abx_equal",
    ("abx", "undecided"): "result.headline.abx_undecided",
    ("abx", "open"): "result.headline.abx_open",
}
_VERBS = {
    "preference": ("result.verb.preference", "result.whether.preference"),
    "naturalness": ("result.verb.naturalness", "result.whether.naturalness"),
    "likeness": ("result.verb.likeness", "result.whether.likeness"),
    "instruction": ("result.verb.instruction", "result.whether.instruction"),
    "pronunciation": ("result.verb.pronunciation", "result.whether.pronunciation"),
}
_USES = {
    "news": "result.use.news",
    "shorts": "result.use.shorts",
    "dialogue": "result.use.dialogue",
    "audiobook": "result.use.audiobook",
    "announcement": "result.use.announcement",
    "emotions": "result.use.emotions",
    "hard": "result.use.hard",
}
_COUNTS = {
    "votes": ("result.count.vote", "result.count.votes"),
    "ratings": ("result.count.rating", "result.count.ratings"),
    "answers": ("result.count.answer", "result.count.answers"),
}
_MOST_TIMES = 20
_MOST = 5000
"""More answers than both of these nobody is asked to collect."""
FEW_RATERS = 5
"""Fewer cannot speak for others, whatever the interval says."""


@dataclass(frozen=True)
class Duel:
    """The comparison that the headline is about.

    Attributes:
        first, second: positions, the better one first.
        found: share of `first` (about one half), or how much better it is (about nought).
        p_holm: of no difference, corrected over all pairs of the study.
        centre: where there is no difference: 0.5 or 0.
        raters: how many took part in it.
    """

    first: int
    second: int
    found: Estimate
    p_holm: float
    centre: float
    raters: int


@dataclass(frozen=True)
class Headline:
    """A sentence with its numbers.

    Attributes:
        code: sure, undecided, equal or nothing.
        sure: whether a difference may be claimed.
        missing: further answers to this comparison; None where none are missing or nobody knows.
        notes: further sentences that belong to it.
    """

    code: str
    message: Note
    sure: bool
    missing: int | None
    duel: Duel | None
    notes: tuple[Note, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Its part of the result."""
        about: dict[str, Any] = dict.fromkeys(
            ("first", "second", "value", "low", "high", "votes", "raters", "p_holm")
        )
        if self.duel is not None:
            found = self.duel.found
            about = {
                "first": self.duel.first,
                "second": self.duel.second,
                "value": number(found.value),
                "low": number(found.low),
                "high": number(found.high),
                "votes": found.answers,
                "raters": self.duel.raters,
                "p_holm": number(self.duel.p_holm),
            }
        return {
            "code": self.code,
            "message": self.message,
            "sure": self.sure,
            "missing": self.missing,
            **about,
            "notes": list(self.notes),
        }


def subject(data: Dataset) -> Note:
    """What a result holds for: a language and a use."""
    language = LanguageName(data.language)
    if data.use in ("", "general"):
        return note("result.subject.language", language=language)
    use: Parameter = Note(_USES[data.use]) if data.use in _USES else data.use
    return note("result.subject.use", language=language, use=use)


def headline(data: Dataset, duel: Duel | None, notes: Sequence[Note] = ()) -> Headline:
    """The sentence for the best two conditions.

    Args:
        data: the study.
        duel: the best against the second best; None where no two conditions were compared.
        notes: what must be said beside it.
    """
    if duel is None:
        nothing = note("result.headline.nothing", subject=subject(data))
        return Headline("nothing", nothing, False, None, None, tuple(notes))
    level = data.plan.stopping.level
    low, high = duel.found.low - duel.centre, duel.found.high - duel.centre
    sure = low > 0 and duel.p_holm < level and duel.raters >= FEW_RATERS
    matters = data.plan.difference
    params = _params(data, duel)
    if sure:
        if high < matters:
            small = note("result.note.small", matters=_amount(data, matters))
            notes = [*notes, small]
        return Headline("sure", _message(data, "sure", params), True, None, duel, tuple(notes))
    if max(abs(low), abs(high)) < matters and duel.raters >= FEW_RATERS:
        params["matters"] = _amount(data, matters)
        return Headline("equal", _message(data, "equal", params), False, None, duel, tuple(notes))
    params["matters"] = _amount(data, matters)
    wanted = _missing(data, duel)
    if wanted > max(_MOST_TIMES * duel.found.answers, _MOST):
        said = _message(data, "far", params)
        return Headline("undecided", said, False, None, duel, tuple(notes))
    params["missing"] = wanted
    said = _message(data, "undecided" if wanted else "open", params)
    return Headline("undecided", said, False, wanted or None, duel, tuple(notes))


def _missing(data: Dataset, duel: Duel) -> int:
    """Answers until the plan's difference would be found, at least from `FEW_RATERS` listeners."""
    found = duel.found
    se = found.se
    if se <= 0:
        se = max(found.high - found.low, 0.2) / 4
    if found.answers < 1 or se == float("inf"):
        return 0
    plan = data.plan
    level = 1 - plan.stopping.level
    wanted = missing_answers(found.answers, se, plan.difference, plan.power, level)
    if duel.raters < FEW_RATERS:
        by_one = -(-found.answers // max(duel.raters, 1))
        wanted = max(wanted, (FEW_RATERS - duel.raters) * by_one)
    return wanted


def _shares(data: Dataset) -> bool:
    """Whether the protocol's answers are shares and not means on a scale."""
    return data.protocol.name in ("ab", "axy", "abx")


def _message(data: Dataset, what: str, params: Mapping[str, Parameter]) -> Note:
    """The sentence of a kind of protocol; it picks the values that it says."""
    kind = "abx" if data.protocol.name == "abx" else "pairs" if _shares(data) else "scale"
    return Note(_SENTENCES[kind, what], params)


def _params(data: Dataset, duel: Duel) -> dict[str, Parameter]:
    found = duel.found
    return {
        "first": data.labels[duel.first],
        "second": data.labels[duel.second],
        "subject": subject(data),
        "verb": Note(_VERBS[data.question][0]),
        "whether": Note(_VERBS[data.question][1]),
        "value": _amount(data, found.value, signed=True),
        "low": _amount(data, found.low, signed=True),
        "high": _amount(data, found.high, signed=True),
        "counted": counted_note(data, found.answers),
        "listeners": listeners(duel.raters),
    }


def listeners(number_: int) -> Note:
    """So many listeners, in words."""
    name = "result.count.listener" if number_ == 1 else "result.count.listeners"
    return Note(name, {"raters": number_})


def counted_note(data: Dataset, number_: int) -> Note:
    """So many votes, ratings or answers, in words."""
    kind = "answers" if data.protocol.name == "abx" else "votes" if _shares(data) else "ratings"
    one, many = _COUNTS[kind]
    return Note(one if number_ == 1 else many, {"votes": number_})


def _amount(data: Dataset, value: float, *, signed: bool = False) -> str:
    """A share in percent without its sign; a difference of means with one decimal."""
    if _shares(data):
        return f"{100 * min(max(value, 0.0), 1.0):.0f}"
    digits = 1 if data.protocol.name == "mushra" else 2
    shown = round(value, digits) or 0.0  # no minus before nought
    text = f"{shown:{'+' if signed and shown else ''}.{digits}f}"
    return text.replace("-", "−")
