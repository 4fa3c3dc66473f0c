"""A library of the size of a busy year, written as rows: what was made does not matter to it."""

import hashlib
import random
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from studio.store.base import now
from studio.store.library_tables import Tag, TakeMark
from studio.store.study_tables import Study, StudyCondition, StudyText
from studio.store.tables import Comparison, Consent, Take, Voice
from studio.studies.plan import StudyPlan
from studio.wiring import Studio

_ENGINES = ("kokoro", "piper", "espeak", "qwen3")
_PROJECTS = ("", "뉴스 브리핑", "Bedtime stories", "게임 예고편", "Course 101")
_TAGS = ("완성", "다시 듣기", "intro", "shorts", "client A", "너무 빠름", "favourite")
_SENTENCES = {
    "ko": (
        "오늘 오전 서울에는 가벼운 비가 내리겠습니다.",
        "열차가 곧 도착하오니 한 걸음 물러서 주시기 바랍니다.",
        "그날 이후로 마을에는 아무도 그 편지 이야기를 꺼내지 않았습니다.",
        "새로 나온 이어폰을 일주일 동안 직접 써 봤습니다.",
        "어린 왕자는 별을 바라보며 조용히 웃었습니다.",
    ),
    "en": (
        "Nobody knew that a letter would arrive before noon.",
        "The next train to the coast leaves from platform nine.",
        "A light rain is expected in the capital this morning.",
        "We tried the new headphones for a whole week.",
        "She opened the window and listened to the birds.",
    ),
}
_NOTE = {"status": "not_asked", "note": {"code": "take.aspect.none", "params": {}}}
_OPTIONS = {f"setting_{number}": number / 10 for number in range(12)}
_AT_ONCE = 500


def fill(studio: Studio, owner: str, takes: int, *, each: int = 4, seed: int = 7) -> None:
    """Write so many takes of an owner, four of a text, with the voices and studies beside them."""
    chance = random.Random(seed)
    moment = now()
    count = takes // each
    for start in range(0, count, _AT_ONCE):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Comparison, Take, TakeMark, Tag)
        }
        for number in range(start, min(start + _AT_ONCE, count)):
            _order(rows, owner, moment - timedelta(minutes=31 * number), each, chance)
        _write(studio, rows)
    _write(studio, _beside(owner, chance))


def _write(studio: Studio, rows: dict[Any, list[dict[str, Any]]]) -> None:
    def write(session: Session) -> None:
        for table, some in rows.items():
            if some:
                session.execute(insert(table), some)

    studio.database.write(write)


def _order(
    rows: dict[Any, list[dict[str, Any]]],
    owner: str,
    moment: Any,
    each: int,
    chance: random.Random,
) -> None:
    language = chance.choice(("ko", "ko", "en"))
    text = " ".join(chance.choices(_SENTENCES[language], k=chance.randint(1, 12)))
    comparison = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    rows[Comparison].append(
        {
            "id": comparison,
            "owner": owner,
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "language": language,
            "instruction": chance.choice(("", "", "차분하게", "cheerful, a little faster")),
            "created_at": moment,
            "title": chance.choice(("", "", f"Take {chance.randint(1, 99)}", "오프닝 시안")),
            "project": chance.choice(_PROJECTS),
        }
    )
    if chance.random() < 0.3:
        rows[Tag].append(_tag("comparison", comparison, owner, chance))
    for position in range(each):
        take = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        rows[Take].append(_take(take, rows[Comparison][-1], position, chance))
        if chance.random() < 0.1:
            rows[TakeMark].append(
                {
                    "take_id": take,
                    "owner": owner,
                    "name": chance.choice(("", "최종", "best so far")),
                    "note": chance.choice(("", "끝이 조금 빨라요", "a breath before the name")),
                    "starred": chance.random() < 0.5,
                    "pinned": False,
                    "changed_at": moment,
                }
            )
        if chance.random() < 0.1:
            rows[Tag].append(_tag("take", take, owner, chance))


def _take(
    take: str, comparison: dict[str, Any], position: int, chance: random.Random
) -> dict[str, Any]:
    engine = _ENGINES[position % len(_ENGINES)]
    state = chance.choices(("done", "failed", "cancelled"), (20, 1, 1))[0]
    moment = comparison["created_at"]
    done = state == "done"
    return {
        "id": take,
        "comparison_id": comparison["id"],
        "position": position,
        "engine": engine,
        "preset": chance.choice(("af_heart", "am_adam", "kss")),
        "key": hashlib.sha256(take.encode()).hexdigest(),
        "state": state,
        "request": {"seed": 1, "options": _OPTIONS, "wanted": {"engine": engine, **_OPTIONS}},
        "aspects": {"reference": _NOTE, "instruction": _NOTE, "language": _NOTE},
        "warnings": [],
        "reused": False,
        "blob": f"results/local/{take}" if done else None,
        "sample_rate": 24_000 if done else None,
        "seconds": round(chance.uniform(1.0, 60.0), 3) if done else None,
        "rtf": 0.2 if done else None,
        "measures": {"loudness_lufs": -20.0, "peak_dbfs": -3.0} if done else None,
        "created_at": moment,
        "finished_at": moment + timedelta(seconds=3),
        "speaker": "",
        "model": "",
        "attribution": "",
        "device": "cpu",
        "attempt": 1,
        "priority": 0,
        "tries": 1,
    }


def _tag(kind: str, thing: str, owner: str, chance: random.Random) -> dict[str, Any]:
    return {"kind": kind, "thing_id": thing, "tag": chance.choice(_TAGS), "owner": owner}


def _beside(owner: str, chance: random.Random) -> dict[Any, list[dict[str, Any]]]:
    """Voices and studies: dozens, as people have them."""
    moment = now()
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (Voice, Consent, Study, StudyCondition, StudyText)
    }
    for number in range(60):
        voice = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        made = moment - timedelta(days=number)
        rows[Voice].append(
            {
                "id": voice,
                "owner": owner,
                "name": f"{chance.choice(('수진', 'Anna', '민호', 'Tom'))} {number}",
                "language": chance.choice(("ko", "en")),
                "transcript": chance.choice(_SENTENCES["ko"] + _SENTENCES["en"]),
                "clip_blob": f"voices/{owner}/{voice}",
                "clip_sha256": hashlib.sha256(voice.encode()).hexdigest(),
                "checkup": {"seconds": 8.2},
                "created_at": made,
                "shared": False,
            }
        )
        rows[Consent].append(
            {
                "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "voice_id": voice,
                "owner": owner,
                "statement": "-",
                "locale": "en",
                "clip_sha256": "",
                "given_at": made,
                "speaker": "",
            }
        )
    for number in range(40):
        study = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        rows[Study].append(
            {
                "id": study,
                "owner": owner,
                "title": f"{chance.choice(('뉴스 목소리', 'Narrator', '예고편'))} {number}",
                "question": "preference",
                "protocol": "ab",
                "language": chance.choice(("ko", "en")),
                "use": "general",
                "state": chance.choice(("draft", "closed")),
                "plan": StudyPlan().model_dump(mode="json"),
                "created_at": moment - timedelta(days=number),
                "closed_because": "",
            }
        )
        for position, engine in enumerate(_ENGINES[:2]):
            rows[StudyCondition].append(
                {
                    "study_id": study,
                    "position": position,
                    "label": engine,
                    "condition": engine,
                    "engine": engine,
                    "wanted": {"engine": engine},
                    "instruction": "",
                }
            )
        for position, text in enumerate(_SENTENCES["ko"]):
            rows[StudyText].append(
                {
                    "study_id": study,
                    "position": position,
                    "text": text,
                    "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
                    "source": "typed",
                }
            )
    return rows
