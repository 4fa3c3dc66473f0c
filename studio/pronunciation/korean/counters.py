"""Words that are counted with: some take native numbers (세 시), some Sino-Korean (삼 층)."""

# ruff: noqa: PLR2004 - the numbers below are those of speech

import re

from studio.pronunciation.korean.figures import native, number, sino, value_of
from studio.pronunciation.suggestion import Confidence

_NATIVE_MOST: dict[str, int] = {
    # up to where the native number is the usual one; beyond it the Sino-Korean one is
    **dict.fromkeys(("살",), 99),
    **dict.fromkeys(("명", "사람", "마리", "그루", "송이", "켤레"), 59),
    **dict.fromkeys(
        ("개", "권", "병", "잔", "장", "벌", "채", "척", "자루", "포기", "알", "톨", "대",
         "가지", "곳", "군데", "번째", "쌍", "다발", "묶음", "상자", "박스", "봉지", "캔", "컵",
         "접시", "그릇", "조각", "줄", "칸", "판", "통", "곡", "편", "글자", "단어", "문장",
         "문제", "팀", "식구", "가구", "종류", "자리", "걸음", "발짝", "바퀴", "방울",
         "모금", "끼", "숟가락", "스푼", "차례", "골", "건", "마디", "자녀", "남매",
         "형제", "자매", "아이", "친구", "학생", "손님", "작품", "도시", "나라", "달", "해",
         "가닥", "꼭지", "토막", "뿌리", "덩이", "덩어리", "움큼", "줌", "꾸러미",
         "주먹", "사발", "문항", "항목", "정거장", "매듭", "겹", "갈래",
         "문단", "팩", "페어", "세트", "번"), 39),
    **dict.fromkeys(("시간",), 20),
    **dict.fromkeys(("시",), 12),
    **dict.fromkeys(("배",), 10),
}  # fmt: skip
_GLUED = (
    "년", "월", "일", "분", "초", "층", "호", "회", "차", "위", "등", "번", "학년", "반", "교시",
    "분기", "세기", "호선", "급", "과", "항", "조", "절", "동", "단계", "박", "승", "패", "무",
    "타", "루", "권", "부", "집", "막", "악장", "차선", "차원", "번지", "세대", "대",
)  # fmt: skip
"""Sino-Korean counters written together with their number."""
_APART = (
    "주일", "주간", "주", "개월", "개국", "개년", "개소", "개사", "개교", "개",
    "인분", "인승", "인용", "인", "원", "달러", "유로", "엔", "위안", "파운드", "루피", "센트",
    "도", "점", "평", "킬로", "미터", "센티", "센티미터", "밀리미터", "킬로미터", "킬로그램",
    "그램", "리터", "톤", "마일", "인치", "피트", "야드", "온스", "배럴", "퍼센트", "프로",
    "포인트", "마력", "볼트", "와트", "헤르츠", "데시벨", "기가", "메가", "테라", "기가바이트",
    "메가바이트", "칼로리", "킬로칼로리", "화소", "픽셀", "비트", "코어", "석", "매", "세", "시즌",
    "시리즈", "퍼", "배속", "연패", "연승", "할", "푼", "리", "광년", "에이커", "헥타르",
    "제곱미터",
    "기압", "채널", "안타", "타점", "득점", "실점", "순위", "라운드", "세트장", "량", "자릿수",
    "명당", "시간대", "대양", "대주", "주년", "년대", "년생", "년차", "년도", "월호", "개입",
    "도씨", "조각상", "진법", "각형", "면체", "중주", "인조", "인방", "연속", "선", "형",
)  # fmt: skip
_TOGETHER = ("년대", "년생", "년차", "년도", "주년", "월호", "인분", "인조", "진법", "각형", "중주",
             "면체", "연패", "연승", "형", "대양", "대주")  # fmt: skip
COUNTERS = tuple(
    sorted({*_NATIVE_MOST, *_GLUED, *_APART, "다스"}, key=lambda one: (-len(one), one))
)
"""All of them, longer ones first."""
_MONTHS = {6: "유", 10: "시"}
_TIMES_BEFORE = re.compile(
    r"(?:하루에?|매일|매주|매달|매월|매년|날마다|(?:한|두|세) ?(?:달|주|해)에|일주일에?|연간?|딱"
    r"|단|벌써|최소|최대|총|적어도|무려|다시)\s?$"
)
_NUMBERED_AFTER = re.compile(
    r"\s?(?:출구|버스|국도|문제|타자|채널|홀|선수|곡|좌석|환자|고객|창구|교향곡|트랙|게이트|방|자리"
    r"|마|플랫폼|승강장|레인|차량|을|이|은|으로|로|에서|이다|입니다|이에요)"
)
_TIMES_AFTER = re.compile(
    r"\s?(?:이나|만|씩|더|째|이상|이하|반복|연속|넘게|정도|도|시도|확인|말|읽|가|갔|왔|봤|들|클릭"
    r"|눌|누르|먹|울|물|생각|연습|방문|전화|했|해|하|한|접|돌|뛰)"
)
_PEOPLE_BEFORE = re.compile(
    r"(?:손님|어르신|선생님|고객님?|회원님?|어른|귀빈|내빈|신사|숙녀|님)\s?$"
)
_THING_BEFORE = re.compile(
    r"(?:차|자동차|버스|트럭|택시|비행기|컴퓨터|서버|노트북|텔레비전|카메라|에어컨|냉장고|세탁기"
    r"|피아노|휴대폰|스마트폰|전화기|기계|로봇|드론|자전거|오토바이|승용차|화물차|TV|PC|전차|탱크)"
    r"\s?$"
)
_OF_KIND_AFTER = re.compile(
    r"\s?(?:보험|요소|강국|천왕|명절|왕|독자|조건|원칙|명산|기획사|과제|사업|영양소|악|도시|은행"
    r"|거래소|종교|문명|성인|미항|폭포|궁|미디어|일간지|째|가 |한 집|[0-9])"
)


def counted(  # noqa: PLR0913 (named parts of one place)
    figures: str, counter: str, before: str, after: str, *, apart: bool, numbered: bool = False
) -> tuple[tuple[str, ...], Confidence]:
    """A number with its counter: readings, the usual one first, and how sure that is.

    Args:
        figures: as written.
        counter: one of :data:`COUNTERS`.
        before: what stands before the number.
        after: what stands after the counter.
        apart: whether a space parts them in the text.
        numbered: 제 stands before: 제3권.
    """
    value = value_of(figures)
    sino_said = _sino(figures, counter, apart=apart)
    if counter == "월" and value in _MONTHS:
        return (f"{_MONTHS[value]}월",), "certain"
    most = _NATIVE_MOST.get(counter)
    if value is None or numbered or (most is None and counter != "분"):
        return (sino_said,), "certain"
    native_said = _native(value, counter)
    if not native_said:
        return (sino_said,), "certain"
    first = _native_first(value, counter, before, after)
    if first is None:
        first, sure = value <= (most or 0), "guess"
    else:
        sure = "certain" if value < 20 and counter not in _EITHER else "likely"
    pair = (native_said, sino_said) if first else (sino_said, native_said)
    return pair, sure  # type: ignore[return-value]


_EITHER = ("번", "대", "분", "권", "장", "부", "통", "편", "판", "점", "곡", "시간")


def _native_first(value: int, counter: str, before: str, after: str) -> bool | None:  # noqa: PLR0911 (one line a case)
    """Whether the native number is meant; ``None``: the text does not tell."""
    if counter == "번":
        if _TIMES_BEFORE.search(before):
            return True
        if _NUMBERED_AFTER.match(after):
            return False
        return True if value <= 20 and _TIMES_AFTER.match(after) else None
    if counter == "분":
        return bool(_PEOPLE_BEFORE.search(before))
    if counter == "대":
        if _THING_BEFORE.search(before):
            return True
        if value >= 10 and value % 10 == 0:
            return False
        return False if _OF_KIND_AFTER.match(after) else None
    if counter == "장" and re.match(r"\s?\d+\s?절", after):
        return False
    most = _NATIVE_MOST[counter]
    return value <= most or (most > 12 and value > 100 and 0 < value % 100 < 10)


def _sino(figures: str, counter: str, *, apart: bool) -> str:
    together = counter in _TOGETHER or (counter in _GLUED and not apart)
    return f"{number(figures)}{'' if together else ' '}{counter}"


def _native(value: int, counter: str) -> str:
    """After a hundred the rest is native: 105명 is 백다섯 명."""
    if counter == "번째" and value == 1:
        return "첫 번째"
    hundreds, rest = value // 100 * 100, value % 100
    if hundreds:
        return f"{sino(hundreds, ' ')}{native(rest)} {counter}" if 0 < rest < 10 else ""
    return f"{native(value)} {counter}" if native(value) else ""
