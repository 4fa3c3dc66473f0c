"""Signs of units and of money, as they are said after a Korean number."""

import re

UNITS: dict[str, tuple[str, ...]] = {
    "%p": ("퍼센트포인트", "퍼센트 포인트"), "%": ("퍼센트", "프로"), "‰": ("퍼밀",),
    "℃": ("도", "섭씨 도"), "°C": ("도", "섭씨 도"), "℉": ("화씨 도",), "°F": ("화씨 도",),
    "°": ("도",), "˚": ("도",),
    "km": ("킬로미터", "킬로"), "㎞": ("킬로미터", "킬로"), "m": ("미터",), "cm": ("센티미터",
    "센티"),
    "㎝": ("센티미터", "센티"), "mm": ("밀리미터", "밀리"), "㎜": ("밀리미터", "밀리"),
    "μm": ("마이크로미터",), "㎛": ("마이크로미터",), "nm": ("나노미터", "나노"),
    "㎚": ("나노미터",),
    "kg": ("킬로그램", "킬로"), "㎏": ("킬로그램", "킬로"), "g": ("그램",), "mg": ("밀리그램",),
    "㎎": ("밀리그램",), "μg": ("마이크로그램",), "㎍": ("마이크로그램",), "t": ("톤",),
    "m²": ("제곱미터",), "m2": ("제곱미터",), "㎡": ("제곱미터",), "km²": ("제곱킬로미터",),
    "㎢": ("제곱킬로미터",), "cm²": ("제곱센티미터",), "㎠": ("제곱센티미터",),
    "m³": ("세제곱미터",),
    "m3": ("세제곱미터",), "㎥": ("세제곱미터",), "cm³": ("세제곱센티미터",), "ha": ("헥타르",),
    "㎍/㎥": ("마이크로그램 퍼 세제곱미터",), "μg/m³": ("마이크로그램 퍼 세제곱미터",),
    "g/km": ("그램 퍼 킬로미터",), "km/L": ("킬로미터 퍼 리터",), "km/ℓ": ("킬로미터 퍼 리터",),
    "L": ("리터",), "ℓ": ("리터",), "l": ("리터",), "ml": ("밀리리터",), "mL": ("밀리리터",),
    "㎖": ("밀리리터",), "dL": ("데시리터",), "cc": ("시시",), "kcal": ("킬로칼로리", "칼로리"),
    "㎉": ("킬로칼로리",), "cal": ("칼로리",), "kJ": ("킬로줄",), "J": ("줄",),
    "W": ("와트",), "kW": ("킬로와트",), "kWh": ("킬로와트시", "킬로와트아워"), "MW": ("메가와트",),
    "GW": ("기가와트",), "V": ("볼트",), "kV": ("킬로볼트",), "A": ("암페어",),
    "mA": ("밀리암페어",),
    "mAh": ("밀리암페어시", "밀리암페어아워"), "Ah": ("암페어시",), "Ω": ("옴",), "Hz": ("헤르츠",),
    "kHz": ("킬로헤르츠",), "MHz": ("메가헤르츠",), "GHz": ("기가헤르츠",), "KB": ("킬로바이트",),
    "kB": ("킬로바이트",), "MB": ("메가바이트", "메가"), "GB": ("기가바이트", "기가"),
    "TB": ("테라바이트", "테라"), "PB": ("페타바이트",), "bit": ("비트",), "bps": ("비피에스",),
    "kbps": ("킬로비피에스",),
    "Kbps": ("킬로비피에스",), "Mbps": ("메가비피에스",), "Gbps": ("기가비피에스", "기가"),
    "dB": ("데시벨",), "dBFS": ("디비 에프에스",), "LUFS": ("러프스",), "px": ("픽셀",),
    "pt": ("포인트",), "dpi": ("디피아이",), "ppi": ("피피아이",), "fps": ("에프피에스", "프레임"),
    "rpm": ("알피엠",), "RPM": ("알피엠",), "bpm": ("비피엠",), "BPM": ("비피엠",),
    "ppm": ("피피엠",),
    "ppb": ("피피비",), "hPa": ("헥토파스칼",), "kPa": ("킬로파스칼",), "MPa": ("메가파스칼",),
    "Pa": ("파스칼",), "mmHg": ("밀리미터 에이치지",), "ms": ("밀리초",), "sec": ("초",),
    "min": ("분",),
    "hr": ("시간",), "in": ("인치",), "″": ("인치",), "ft": ("피트",), "yd": ("야드",),
    "mi": ("마일",),
    "lb": ("파운드",), "lbs": ("파운드",), "oz": ("온스",), "kn": ("노트",), "lx": ("럭스",),
    "lm": ("루멘",), "cd": ("칸델라",), "N": ("뉴턴",), "kN": ("킬로뉴턴",), "mSv": ("밀리시버트",),
    "mol": ("몰",), "pH": ("피에이치",), "D": ("디옵터",),
}  # fmt: skip
"""By sign; the usual word first."""
RATES: dict[str, tuple[str, str]] = {
    "km/h": ("시속", "킬로미터"), "㎞/h": ("시속", "킬로미터"), "kph": ("시속", "킬로미터"),
    "mph": ("시속", "마일"), "m/s": ("초속", "미터"), "㎧": ("초속", "미터"), "km/s": ("초속",
    "킬로미터"),
    "m/min": ("분속", "미터"),
}  # fmt: skip
"""Speeds: the word that is said before the number, and the unit after it."""
MONEY: dict[str, str] = {
    "US$": "달러", "$": "달러", "€": "유로", "£": "파운드", "₩": "원", "￦": "원", "¥": "엔",
    "￥": "엔",
    "元": "위안", "₹": "루피", "฿": "밧", "₫": "동",
}  # fmt: skip
"""Signs before an amount."""
CODES: dict[str, str] = {
    "USD": "달러", "KRW": "원", "EUR": "유로", "GBP": "파운드", "JPY": "엔", "CNY": "위안",
    "BTC": "비트코인", "ETH": "이더리움",
}  # fmt: skip
"""Codes before or after an amount."""
_AMBIGUOUS = {"m", "g", "t", "l", "in", "D", "N", "A", "V", "J", "W", "L", "min", "cd", "pt"}
"""Only as they are written: "5M" and "5G" are other things."""
_FOLDED = {sign.lower(): sign for sign in UNITS if sign not in _AMBIGUOUS}
_BY_CASE = "|".join(
    re.escape(sign) for sign in sorted((*UNITS, *RATES), key=lambda one: (-len(one), one))
)
UNIT = rf"(?:{_BY_CASE})(?![A-Za-z0-9²³])"
"""A unit's sign."""
_UNSURE = {"D", "N", "A", "in", "J", "m2", "m3", "t", "V", "pt"}


def canonical(sign: str) -> str | None:
    """A unit's sign as the table has it, or ``None``: "KM" is "km", "5M" is nothing."""
    if sign in UNITS or sign in RATES:
        return sign
    folded = _FOLDED.get(sign.lower())
    return folded or next((one for one in RATES if one.lower() == sign.lower()), None)


def is_sure(sign: str) -> bool:
    """Whether a sign can hardly be anything else."""
    return sign not in _UNSURE
