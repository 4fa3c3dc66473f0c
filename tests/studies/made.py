"""Finished studies without anybody listening: simulated raters straight into the tables.

What raters prefer is known, and so is what is wrong with a study: bots that favour one condition,
raters who press one side or do not listen, a stimulus that gives its condition away.
"""

import hashlib
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert

from studio.store.database import Database
from studio.store.study_tables import (
    Study,
    StudyAnswer,
    StudyCondition,
    StudyInvite,
    StudyItem,
    StudyRater,
    StudyReference,
    StudyText,
    StudyTrial,
)
from studio.store.tables import Comparison, Take, TakeReport
from studio.studies.chain import link
from studio.studies.plan import StudyPlan
from studio.studies.seal import (
    answer_record,
    chain_start,
    heard_digest,
    key_document,
    make_seal,
    minute,
    plan_document,
    token_digest,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONDITIONS = (
    ("Qwen3 1.7B", "qwen3/sohee@1.7B"),
    ("Kokoro", "kokoro/jf_alpha"),
    ("Piper", "piper/kss"),
    ("XTTS", "xtts/ana"),
    ("Bark", "bark/ko_0"),
    ("Pocket", "pocket/alba"),
)
TEXTS = (
    "정부는 내년 예산안을 오늘 국회에 제출했습니다.",
    "밤사이 내린 눈으로 출근길 도로가 얼어붙었습니다.",
    "올해 수출이 지난해보다 12퍼센트 늘었습니다.",
    "대표팀이 연장 끝에 2 대 1로 이겼습니다.",
    "기상청은 주말에 전국에 비가 내리겠다고 내다봤습니다.",
    "서울 시내버스 요금이 다음 달부터 오릅니다.",
    "연구진이 새로운 배터리 소재를 개발했습니다.",
    "태풍이 제주 남쪽 바다를 지나 북상하고 있습니다.",
    "한국은행이 기준금리를 그대로 두기로 했습니다.",
    "올해 첫 반딧불이가 남쪽 마을에서 발견됐습니다.",
)

_NOT_ASKED = {"status": "not_asked", "note": {"code": "take.reference.not_asked", "params": {}}}


@dataclass(frozen=True)
class Recipe:
    """What study to make.

    Attributes:
        quality: of each condition: log strength (pairs), points on the scale (scores; MUSHRA
            times ten). As many conditions as there are values.
        rater_sd, text_sd: how much raters and texts differ in what they prefer.
        ties: share of ties between equals.
        first_advantage: log odds of what is in place A.
        bots: raters who choose `favourite` in `subtle` of their screens with it, otherwise honest.
        one_sided: raters who always choose A (or score alike).
        careless: raters who answer at random.
        leak: feature and amount that `leaking` has more than others, or None.
        hears: ABX: chance that a difference is heard.
        failed_headphones: raters who failed the headphone check.
    """

    protocol: str = "ab"
    question: str = "preference"
    quality: Sequence[float] = (0.6, 0.0, -0.6)
    texts: int = 10
    raters: int = 20
    trials: int = 20
    seed: int = 1
    rater_sd: float = 0.3
    text_sd: float = 0.2
    ties: float = 0.2
    first_advantage: float = 0.0
    bots: int = 0
    favourite: int = 1
    subtle: float = 1.0
    one_sided: int = 0
    careless: int = 0
    leak: tuple[str, float] | None = None
    leaking: int = 1
    hears: float = 0.5
    failed_headphones: int = 0
    plan: Mapping[str, Any] = field(default_factory=dict)
    state: str = "closed"
    language: str = "ko"
    use: str = "news"
    title: str = ""
    owner: str = "local"
    reports: bool = True


def make(database: Database, recipe: Recipe | None = None, **changes: Any) -> str:
    """Fill a study and give its id. Either a recipe or its fields as keywords."""
    wanted = recipe or Recipe(**changes)
    return database.write(_Maker(wanted).fill)


class _Maker:
    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        # Ids differ between two recipes, so that one database holds many studies.
        own = zlib.crc32(f"{recipe.protocol}{recipe.title}{recipe.use}{recipe.state}".encode())
        self.rng = np.random.default_rng([recipe.seed, own])
        self.k = len(recipe.quality)
        differences = {"acr": 0.3, "smos": 0.3, "ccr": 0.3, "mushra": 5.0}
        difference = differences.get(recipe.protocol, 0.1)
        told = {
            "difference": difference,
            "raters": recipe.raters,
            "trials": recipe.trials,
            **recipe.plan,
        }
        self.plan = StudyPlan.model_validate(told)
        self.study_id = self.uuid()
        names = recipe.bots + recipe.one_sided + recipe.careless
        self.people = recipe.raters + names
        self.rater_bias = self.rng.normal(0, recipe.rater_sd, (self.people, self.k))
        self.text_bias = self.rng.normal(0, recipe.text_sd, (recipe.texts, self.k))
        self.severity = self.rng.normal(0, recipe.rater_sd, self.people)

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self.rng.bytes(16), version=4))

    def token(self) -> str:
        return self.rng.bytes(18).hex()

    # -- the study -----------------------------------------------------------------------------

    def fill(self, session: Any) -> str:
        recipe = self.recipe
        study = Study(
            id=self.study_id,
            owner=recipe.owner,
            title=recipe.title or f"{recipe.protocol.upper()} {recipe.use}",
            question=recipe.question,
            protocol=recipe.protocol,
            language=recipe.language,
            use=recipe.use,
            state=recipe.state,
            plan=self.plan.model_dump(mode="json"),
            created_at=START - timedelta(days=1),
            opened_at=START,
            closed_at=START + timedelta(days=3) if recipe.state == "closed" else None,
            closed_because="target" if recipe.state == "closed" else "",
        )
        conditions = [
            StudyCondition(
                study_id=study.id,
                position=position,
                label=CONDITIONS[position][0],
                condition=CONDITIONS[position][1],
                engine=CONDITIONS[position][1].split("/")[0],
                wanted={"engine": CONDITIONS[position][1].split("/")[0]},
                voice_id=None,
                instruction="",
            )
            for position in range(self.k)
        ]
        texts = [
            StudyText(
                study_id=study.id,
                position=position,
                text=self.words(position),
                text_sha256=hashlib.sha256(self.words(position).encode()).hexdigest(),
            )
            for position in range(recipe.texts)
        ]
        items = [self.item(session, text, condition) for text in texts for condition in conditions]
        references = self.references()
        study.seal = None
        if self.plan.sealed:
            key = key_document(conditions, items, references)
            salt = self.rng.bytes(16).hex()
            study.seal = make_seal(plan_document(study, texts), key, salt, START)
        session.add(study)
        session.flush()
        session.add_all([*conditions, *texts, *items, *references])
        invite = StudyInvite(
            id=self.uuid(),
            study_id=study.id,
            token=self.token(),
            kind="open",
            name="Panel of friends",
        )
        session.add(invite)
        session.flush()
        raters = [self.rater(number, invite.id) for number in range(self.people)]
        session.execute(insert(StudyRater), raters)
        self.answer_all(session, study, [rater["id"] for rater in raters], references)
        return study.id

    def words(self, position: int) -> str:
        text = TEXTS[position % len(TEXTS)]
        return text if position < len(TEXTS) else f"{text} ({position})"

    def references(self) -> list[StudyReference]:
        if self.recipe.protocol not in ("axy", "smos", "mushra"):
            return []
        wanted = range(self.recipe.texts) if self.recipe.protocol == "mushra" else [None]
        if self.recipe.protocol == "mushra" and not self.plan.hidden_reference:
            wanted = range(0)
        return [
            StudyReference(
                id=self.uuid(),
                study_id=self.study_id,
                text=text,
                name="recording",
                blob="none",
                sha256=self.rng.bytes(32).hex(),
                seconds=4.0,
                findings=[],
            )
            for text in wanted
        ]

    def item(self, session: Any, text: StudyText, condition: StudyCondition) -> StudyItem:
        comparison, take = self.uuid(), self.uuid()
        quality = self.recipe.quality[condition.position]
        session.add(
            Comparison(
                id=comparison,
                owner=self.recipe.owner,
                text=text.text,
                text_sha256=text.text_sha256,
                language=self.recipe.language,
                study_id=self.study_id,
            )
        )
        session.flush()
        session.add(
            Take(
                id=take,
                comparison_id=comparison,
                position=0,
                engine=condition.engine,
                preset="",
                key=self.rng.bytes(32).hex(),
                state="done",
                request={},
                aspects=dict.fromkeys(("reference", "instruction", "language"), _NOT_ASKED),
                seconds=4.0,
                sample_rate=24000,
                created_at=START,
            )
        )
        if self.recipe.reports:
            session.flush()
            session.add(
                self.report(take, quality + self.text_bias[text.position, condition.position])
            )
        return StudyItem(
            study_id=self.study_id,
            text=text.position,
            condition=condition.position,
            comparison_id=comparison,
            first_take=take,
            take_id=take,
            verdict="good",
        )

    def report(self, take: str, quality: float) -> TakeReport:
        """Naturalness follows what listeners like, the error rate hardly, pitch not at all."""
        draw = self.rng.normal

        def figure(name: str, value: float, unit: str) -> dict[str, Any]:
            return {"name": name, "value": value, "unit": unit, "method": "made 1", "detail": {}}

        return TakeReport(
            take_id=take,
            state="done",
            figures=[
                figure("distillmos", float(3.5 + 0.6 * quality + draw(0, 0.2)), "MOS"),
                figure("cer", float(max(0, 0.05 - 0.01 * quality + draw(0, 0.03))), "share"),
                figure("rtf", float(abs(draw(0.5, 0.1))), "ratio"),
                figure("pitch_median_hz", float(draw(200, 20)), "Hz"),
            ],
            findings=[],
            remarks=[],
        )

    def rater(self, number: int, invite: str) -> dict[str, Any]:
        failed = number < self.recipe.failed_headphones
        return {
            "id": self.rng.bytes(12).hex(),
            "study_id": self.study_id,
            "invite_id": invite,
            "key": self.rng.bytes(32).hex(),
            "locale": "ko",
            "headphones": "failed" if failed else ("passed", "skipped")[number % 2],
            "headphone_trials": [],
            "finished_at": START + timedelta(days=1),
            "completion_code": f"CODE-{number}",
            "created_at": START,
            "seen_at": START,
        }

    # -- screens -------------------------------------------------------------------------------

    def answer_all(
        self, session: Any, study: Study, raters: list[str], references: list[StudyReference]
    ) -> None:
        trials: list[dict[str, Any]] = []
        answers: list[dict[str, Any]] = []
        asked: list[list[dict[str, Any]]] = [
            self.screens(person, rater, references) for person, rater in enumerate(raters)
        ]
        previous, sequence = chain_start(study.seal), 0
        for number in range(max(len(screens) for screens in asked)):
            for person, screens in enumerate(asked):
                if number >= len(screens):
                    continue
                trial = screens[number]
                given = trial.pop("_answer", None) or self.answer(person, trial)
                trials.append(trial)
                sequence += 1
                moment = START + timedelta(minutes=number, seconds=person % 60)
                record = answer_record(
                    sequence=sequence,
                    trial=token_digest(trial["token"]),
                    rater=trial["rater"],
                    kind=trial["kind"],
                    text=trial["text"],
                    conditions=[slot["condition"] for slot in trial["slots"]],
                    heard=heard_digest(trial["slots"]),
                    answer=given,
                    answered_at=minute(moment),
                )
                own = link(previous, record)
                answers.append(
                    {
                        "trial": trial["token"],
                        "study_id": self.study_id,
                        "rater": trial["rater"],
                        "sequence": sequence,
                        "answer": given,
                        "seconds": float(np.round(self.rng.gamma(4, 1), 3)),
                        "answered_at": moment,
                        "previous_sha256": previous,
                        "sha256": own,
                    }
                )
                previous = own
        session.execute(insert(StudyTrial), trials)
        session.execute(insert(StudyAnswer), answers)

    def screens(
        self, person: int, rater: str, references: list[StudyReference]
    ) -> list[dict[str, Any]]:
        plan, protocol = self.plan, self.recipe.protocol
        kinds = ["main"] * plan.trials
        extra = {
            "repeat": plan.repeats if protocol != "abx" else 0,
            "identical": plan.identical if protocol in ("ab", "axy", "ccr") else 0,
            "attention": plan.attention if protocol != "abx" else 0,
        }
        for kind, share in extra.items():
            kinds += [kind] * round(share * plan.trials)
        main = [kind for kind in kinds if kind == "main"]
        rest = [kind for kind in kinds if kind != "main"]
        found: list[dict[str, Any]] = []
        for number, kind in enumerate([*main, *rest], start=1):
            found.append(self.screen(number, kind, rater, found, references, person))
        return found

    def screen(
        self,
        number: int,
        kind: str,
        rater: str,
        before: list[dict[str, Any]],
        references: list[StudyReference],
        person: int,
    ) -> dict[str, Any]:
        repeat_of = None
        text = int((number * 7 + person) % self.recipe.texts)
        if kind == "repeat":
            original = before[int(self.rng.integers(self.plan.trials))]
            text, repeat_of = original["text"], original["token"]
            sources = [s["source"] for s in original["slots"] if s["slot"] != "x"][::-1]
        else:
            sources = self.sources(kind, text, references)
        names = ("a", "b") if self.recipe.protocol in ("ab", "axy", "abx", "ccr") else None
        slots = [
            self.slot(names[i] if names else str(i + 1), source) for i, source in enumerate(sources)
        ]
        if self.recipe.protocol == "abx":
            equal = slots[int(self.rng.integers(2))]
            slots.append({**equal, "slot": "x", "clip": self.token(), "role": "reference"})
        elif self.recipe.protocol in ("axy", "smos"):
            slots.append(self.slot("x", {"reference": references[0].id}))
        elif self.recipe.protocol == "mushra" and references:
            slots.append(self.slot("x", {"reference": references[text].id}))
        return {
            "token": self.token(),
            "study_id": self.study_id,
            "rater": rater,
            "number": number,
            "kind": kind,
            "text": text,
            "slots": slots,
            "repeat_of": repeat_of,
            "listen_seconds": 4.0 * len(slots),
            "preparation": {
                "specification": {"rate": 24000, "loudness_lufs": -23.0},
                "slots": {s["slot"]: {"nuisance": self.nuisance(s)} for s in slots},
                "check": self.check(kind, slots),
            },
            "issued_at": START,
        }

    def sources(self, kind: str, text: int, references: list[StudyReference]) -> list[Any]:
        order = [int(c) for c in self.rng.permutation(self.k)]
        spoilt: dict[str, Any] = {"anchor": [text, order[0]]}
        items = [{"item": [text, c]} for c in order]
        if self.recipe.protocol == "smos" and kind == "attention":
            return [{"reference": references[0].id}]
        if self.recipe.protocol in ("acr", "smos"):
            return [spoilt] if kind == "attention" else items[:1]
        if self.recipe.protocol == "mushra":
            found: list[Any] = items
            if self.plan.hidden_reference:
                found = [*found, {"reference": references[text].id}]
            if self.plan.low_anchor or kind == "attention":
                found = [*found, spoilt]
            return [found[int(i)] for i in self.rng.permutation(len(found))]
        if kind == "identical":
            return [items[0], items[0]]
        pair = [items[0], spoilt] if kind == "attention" else items[:2]
        return pair if self.rng.random() < 0.5 else pair[::-1]

    def slot(self, name: str, source: dict[str, Any]) -> dict[str, Any]:
        condition = source["item"][1] if "item" in source else None
        roles = {"item": "condition", "anchor": "anchor", "reference": "hidden_reference"}
        return {
            "slot": name,
            "clip": self.token(),
            "role": "reference" if name == "x" else roles[next(iter(source))],
            "source": source,
            "condition": condition,
        }

    def check(self, kind: str, slots: list[dict[str, Any]]) -> dict[str, Any] | None:
        """What a listener must say, where there is a right answer."""
        if self.recipe.protocol == "abx":
            right = slots[0] if slots[0]["condition"] == slots[2]["condition"] else slots[1]
            return {"choice": right["slot"]}
        if kind != "attention":
            return None
        if self.recipe.protocol in ("ab", "axy"):
            return {"choice": next(s["slot"] for s in slots if "item" in s["source"])}
        if self.recipe.protocol == "ccr":
            return {"score_sign": -1 if "anchor" in slots[1]["source"] else 1}
        if self.recipe.protocol == "mushra":
            return {"below_others": next(s["slot"] for s in slots if "anchor" in s["source"])}
        return {"score_at_least": 4} if self.recipe.protocol == "smos" else {"score_at_most": 2}

    def nuisance(self, slot: dict[str, Any]) -> dict[str, float]:
        draw = self.rng.normal
        source = slot["source"].get("item") or slot["source"].get("anchor") or [0, 0]
        text = float(source[0])
        found = {
            "seconds": 4 + 0.3 * text + abs(draw(0, 0.4)),
            "lead_seconds": 0.2 + draw(0, 0.001),
            "tail_seconds": 0.2 + draw(0, 0.001),
            "loudness_lufs": -23 + draw(0, 0.03),
            "true_peak": 0.5 + draw(0, 0.05),
            "bandwidth_hz": 11000 + draw(0, 300),
            "rate_hz": 24000.0,
            "extra_bytes": 44.0,
            "made_seconds": abs(draw(0.05, 0.01)),
        }
        if self.recipe.leak and slot["condition"] == self.recipe.leaking:
            found[self.recipe.leak[0]] += self.recipe.leak[1]
        return {name: float(np.round(value, 6)) for name, value in found.items()}

    # -- answers -------------------------------------------------------------------------------

    def answer(self, person: int, trial: dict[str, Any]) -> dict[str, Any]:
        role = self.role(person)
        if self.recipe.protocol in ("ab", "axy"):
            said: dict[str, Any] = {"choice": self.choice(role, person, trial)}
        elif self.recipe.protocol == "abx":
            said = {"choice": self.abx(role, trial)}
        elif self.recipe.protocol == "ccr":
            said = {"score": self.ccr(role, person, trial)}
        elif self.recipe.protocol == "mushra":
            slots = [slot for slot in trial["slots"] if slot["slot"] != "x"]
            said = {"scores": {s["slot"]: self.slider(role, person, trial, s) for s in slots}}
        else:
            said = {"score": self.grade(role, person, trial, trial["slots"][0])}
        return {**said, "unusable": False}

    def role(self, person: int) -> str:
        edge = self.recipe.raters
        for name, size in (
            ("bot", self.recipe.bots),
            ("one_sided", self.recipe.one_sided),
            ("careless", self.recipe.careless),
        ):
            if edge <= person < edge + size:
                return name
            edge += size
        return "honest"

    def liking(self, person: int, trial: dict[str, Any], slot: dict[str, Any]) -> float:
        if slot["condition"] is None:
            return 3.0 if "reference" in slot["source"] else -4.0
        place = slot["condition"]
        return float(
            self.recipe.quality[place]
            + self.rater_bias[person, place]
            + self.text_bias[trial["text"], place]
        )

    def choice(self, role: str, person: int, trial: dict[str, Any]) -> str:
        a, b = trial["slots"][0], trial["slots"][1]
        if role == "one_sided":
            return "a"
        if role == "careless":
            return str(self.rng.choice(["a", "b"]))
        if role == "bot" and a["condition"] != b["condition"]:
            for slot in (a, b):
                if (
                    slot["condition"] == self.recipe.favourite
                    and self.rng.random() < self.recipe.subtle
                ):
                    return str(slot["slot"])
        gap = self.liking(person, trial, a) - self.liking(person, trial, b)
        gap += self.recipe.first_advantage
        nu = 2 * self.recipe.ties / (1 - self.recipe.ties) if self.plan.ties else 0.0
        up, down = np.exp(gap / 2), np.exp(-gap / 2)
        chances = np.array([up, down, nu]) / (up + down + nu)
        return str(self.rng.choice(["a", "b", "tie"], p=chances))

    def abx(self, role: str, trial: dict[str, Any]) -> str:
        x = trial["slots"][2]["condition"]
        right = "a" if trial["slots"][0]["condition"] == x else "b"
        if role == "honest" and self.rng.random() < self.recipe.hears:
            return right
        return "a" if role == "one_sided" else str(self.rng.choice(["a", "b"]))

    def ccr(self, role: str, person: int, trial: dict[str, Any]) -> int:
        if role == "one_sided":
            return -3
        if role == "careless":
            return int(self.rng.integers(-3, 4))
        a, b = trial["slots"][0], trial["slots"][1]
        gap = self.liking(person, trial, b) - self.liking(person, trial, a)
        gap -= self.recipe.first_advantage
        return int(np.clip(np.round(gap + self.rng.normal(0, 0.8)), -3, 3))

    def grade(self, role: str, person: int, trial: dict[str, Any], slot: dict[str, Any]) -> int:
        if role == "one_sided":
            return 5
        if role == "careless":
            return int(self.rng.integers(1, 6))
        if role == "bot" and slot["condition"] == self.recipe.favourite:
            return 5
        level = 3.2 + self.liking(person, trial, slot) + self.severity[person]
        return int(np.clip(np.round(level + self.rng.normal(0, 0.6)), 1, 5))

    def slider(self, role: str, person: int, trial: dict[str, Any], slot: dict[str, Any]) -> int:
        if role == "careless":
            return int(self.rng.integers(0, 101))
        if role == "bot" and slot["condition"] == self.recipe.favourite:
            return 100
        if "reference" in slot["source"]:
            return int(np.clip(np.round(100 - abs(self.rng.normal(0, 4))), 0, 100))
        if "anchor" in slot["source"]:
            return int(np.clip(np.round(20 + self.rng.normal(0, 6)), 0, 100))
        level = 60 + 10 * (self.liking(person, trial, slot) + self.severity[person])
        return int(np.clip(np.round(level + self.rng.normal(0, 8)), 0, 100))
