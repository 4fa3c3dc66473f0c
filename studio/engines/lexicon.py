"""The words of instructions: patterns in Korean and English for emotions and for ways of speaking.

Korean is matched by stems at the start of a word ("신나" finds 신나게, 신나는), since endings
change and stems do not; English by whole words. More specific patterns stand first: they take
their words.
"""

import re
from enum import StrEnum


class Emotion(StrEnum):
    """Emotions and manners that engines commonly name."""

    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    FEARFUL = "fearful"
    SURPRISED = "surprised"
    CALM = "calm"
    SERIOUS = "serious"
    WHISPER = "whisper"


class Dimension(StrEnum):
    """Ways of speaking that go up and down."""

    TEMPO = "tempo"
    PITCH = "pitch"
    LOUDNESS = "loudness"


def _ko(*stems: str) -> str:
    return r"(?<![가-힣])(?:" + "|".join(stems) + ")"


def _en(*words: str) -> str:
    return r"(?<![\w'])(?:" + "|".join(words) + r")(?![\w'])"


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_UP = "높|올리|올려|키우|키워|크|커|큰|세|센"
_DOWN = "낮|내리|내려|줄이|줄여|작"
_JOSA = r"[을를은는이가도만]?\s*(?:(?:좀|조금|약간|더|많이|살짝|아주|매우)\s*)*"

DIMENSIONS: tuple[tuple[Dimension, float, re.Pattern[str]], ...] = (
    # A noun that says which scale, with a verb that says which way.
    (Dimension.TEMPO, 0.6, _either(_ko(f"(?:속도|템포|스피드){_JOSA}(?:{_UP}|빠르|빨리)"))),
    (Dimension.TEMPO, -0.6, _either(_ko(f"(?:속도|템포|스피드){_JOSA}(?:{_DOWN}|늦|느리|천천)"))),
    (Dimension.LOUDNESS, 0.6, _either(_ko(f"(?:볼륨|소리|음량|성량){_JOSA}(?:{_UP})"))),
    (Dimension.LOUDNESS, -0.6, _either(_ko(f"(?:볼륨|소리|음량|성량){_JOSA}(?:{_DOWN})"))),
    (Dimension.LOUDNESS, 0.6, _either(_ko(f"목소리{_JOSA}(?:키우|키워|크|커)"))),
    (Dimension.LOUDNESS, -0.6, _either(_ko(f"목소리{_JOSA}(?:줄이|줄여|작)"))),
    (
        Dimension.PITCH,
        0.6,
        _either(
            _ko(f"(?:톤|음|음정|음높이|피치|목소리){_JOSA}(?:높|올리|올려)"),
            _ko(
                r"높(?:은|고)\s*(?:[가-힣]+\s+)?(?:목소리|톤|음|피치|소리)",
                "고음",
                "하이톤",
                "하이 톤",
            ),
            _en(
                r"high(?:er)?[- ]?pitch(?:ed)?",
                r"high(?:er)?\s+(?:voice|tone|register)",
                r"(?:raise|increase)\s+(?:the |your )?pitch",
            ),
        ),
    ),
    (
        Dimension.PITCH,
        -0.6,
        _either(
            _ko(f"(?:톤|음|음정|음높이|피치|목소리){_JOSA}(?:낮|내리|내려|깔)"),
            _ko(
                r"(?:낮|굵|깊)(?:은|고)\s*(?:[가-힣]+\s+)?(?:목소리|톤|음|피치|소리)",
                "저음",
                "중저음",
                "로우톤",
            ),
            _en(
                r"low(?:er)?[- ]?pitch(?:ed)?",
                r"(?:low(?:er)?|deep(?:er)?)\s+(?:voice|tone|register)",
                r"(?:lower|drop|reduce)\s+(?:the |your )?pitch",
            ),
        ),
    ),
    (
        Dimension.TEMPO,
        0.6,
        _either(
            _ko("빠르", "빠른", "빨리", "재빨", "신속", "급하", "급히", "서둘", "속사포"),
            _en(
                "fast",
                "faster",
                "quick",
                "quicker",
                "quickly",
                "rapid",
                "rapidly",
                "hurried",
                "brisk",
                "briskly",
                "fast-paced",
                r"speed(?:y|ed)?(?: it)? up",
                "speedily",
            ),
        ),
    ),
    (
        Dimension.TEMPO,
        -0.6,
        _either(
            _ko("천천", "느리", "느린", "느긋", "느릿", "여유롭", "여유 있", "여유있"),
            _en(
                "slow",
                "slower",
                "slowly",
                "slow-paced",
                "leisurely",
                "unhurried",
                r"slow(?:ed)?(?: it)? down",
                "take your time",
                "drawling",
            ),
        ),
    ),
    (
        Dimension.LOUDNESS,
        0.6,
        _either(
            _ko(
                r"큰\s*(?:목소리|소리)",
                "크게",
                "우렁",
                "힘차",
                "힘 있",
                "힘있",
                "외치",
                "소리치",
                "고함",
            ),
            _en(
                "loud",
                "louder",
                "loudly",
                "shout",
                "shouting",
                "shouted",
                "yell",
                "yelling",
                r"speak(?:ing)? up",
                "booming",
            ),
        ),
    ),
    (
        Dimension.LOUDNESS,
        -0.6,
        _either(
            _ko(r"작은\s*(?:목소리|소리)", "작게", "조용", "나지막", "나직", "여리"),
            _en("quiet", "quieter", "quietly", "softly", "hushed", r"low(?:er)? volume", "faint"),
        ),
    ),
)
"""(scale, direction and size, pattern)."""

EMOTIONS: tuple[tuple[Emotion, float, re.Pattern[str]], ...] = (
    (
        Emotion.WHISPER,
        0.8,
        _either(
            _ko("속삭", "소곤", "귓속말", "귀엣말"),
            _en(
                "whisper",
                "whispers",
                "whispering",
                "whispered",
                "whispery",
                r"under (?:your|his|her) breath",
            ),
        ),
    ),
    (
        Emotion.HAPPY,
        0.9,
        _either(
            _ko(
                "신나",
                "신난",
                "신바람",
                "들뜬",
                "들떠",
                "들뜨",
                "흥분",
                "열정",
                "열광",
                "환호",
                "신이 나",
                "신이 난",
            ),
            _en(
                "excited",
                "excitedly",
                "exciting",
                "excitement",
                "enthusiastic",
                "enthusiastically",
                "enthusiasm",
                "passionate",
                "passionately",
                "energetic",
                "energetically",
                "thrilled",
                "ecstatic",
                "high[- ]energy",
                "overjoyed",
            ),
        ),
    ),
    (
        Emotion.HAPPY,
        0.6,
        _either(
            _ko(
                "기쁘",
                "기쁜",
                "기쁨",
                "기뻐",
                "행복",
                "즐겁",
                "즐거",
                "활기",
                "밝은",
                "밝고",
                "밝게",
                "명랑",
                "쾌활",
                "유쾌",
                "발랄",
                "웃으",
                "웃는",
                "미소",
                "경쾌",
                "생기",
            ),
            _en(
                "happy",
                "happily",
                "happiness",
                "joyful",
                "joyfully",
                "joy",
                "cheerful",
                "cheerfully",
                "cheery",
                "bright",
                "brightly",
                "upbeat",
                "lively",
                "playful",
                "playfully",
                "smiling",
                "delighted",
                "glad",
                "merry",
                "bubbly",
            ),
        ),
    ),
    (
        Emotion.SAD,
        0.7,
        _either(
            _ko(
                "슬프",
                "슬픈",
                "슬픔",
                "슬퍼",
                "슬피",
                "우울",
                "울먹",
                "울면",
                "우는",
                "애절",
                "애통",
                "서글",
                "서러",
                "쓸쓸",
                "침울",
                "구슬프",
                "구슬픈",
                "눈물",
                "비통",
                "외로",
            ),
            _en(
                "sad",
                "sadly",
                "sadness",
                "sorrowful",
                "sorrowfully",
                "sorrow",
                "gloomy",
                "melancholy",
                "melancholic",
                "depressed",
                "tearful",
                "tearfully",
                "crying",
                "mournful",
                "mournfully",
                "grieving",
                "heartbroken",
                "lonely",
            ),
        ),
    ),
    (
        Emotion.ANGRY,
        0.7,
        _either(
            _ko(
                "화난",
                "화나",
                r"화가\s*(?:난|나)",
                r"화를?\s*(?:내|낸|냄)",
                "화내",
                "분노",
                "분한",
                "성난",
                "성내",
                "격앙",
                "격분",
                "짜증",
                "노여",
                "버럭",
            ),
            _en(
                "angry",
                "angrily",
                "anger",
                "furious",
                "furiously",
                "fury",
                "mad",
                "irritated",
                "annoyed",
                "enraged",
                "outraged",
                "rage",
                "raging",
            ),
        ),
    ),
    (
        Emotion.FEARFUL,
        0.7,
        _either(
            _ko(
                "무서워",
                "무서운",
                "무섭",
                "두려",
                "두렵",
                "겁에",
                "겁먹",
                "겁나",
                "공포",
                "불안",
                "떨리",
                "떨면",
                "떠는",
                "긴장",
            ),
            _en(
                "fearful",
                "fearfully",
                "afraid",
                "scared",
                "frightened",
                "terrified",
                "anxious",
                "anxiously",
                "nervous",
                "nervously",
                "trembling",
                "fear",
                "panicked",
                "panicky",
            ),
        ),
    ),
    (
        Emotion.SURPRISED,
        0.7,
        _either(
            _ko("놀란", "놀라", "놀람", "깜짝", "경악", "충격"),
            _en("surprised", "surprise", "astonished", "amazed", "shocked", "startled", "stunned"),
        ),
    ),
    (
        Emotion.SERIOUS,
        0.6,
        _either(
            _ko(
                "진지", "엄숙", "엄중", "근엄", "단호", "무게 있", "무게감", "심각", "비장", "엄하"
            ),
            _en(
                "serious",
                "seriously",
                "solemn",
                "solemnly",
                "grave",
                "gravely",
                "stern",
                "sternly",
                "formal",
                "formally",
                "authoritative",
                "firm",
                "firmly",
            ),
        ),
    ),
    (
        Emotion.CALM,
        0.6,
        _either(
            _ko(
                "차분",
                "침착",
                "평온",
                "잔잔",
                "편안",
                "온화",
                "부드럽",
                "부드러",
                "나긋",
                "담담",
                "안정",
                "포근",
                "다정",
                "따뜻",
                "고요",
            ),
            _en(
                "calm",
                "calmly",
                "calming",
                "soothing",
                "soothingly",
                "relaxed",
                "gentle",
                "gently",
                "peaceful",
                "peacefully",
                "serene",
                "serenely",
                "soft",
                "warm",
                "warmly",
                "mellow",
                "composed",
                "tranquil",
            ),
        ),
    ),
)
"""(emotion, intensity where no degree is said, pattern)."""

_GAP = r"[\s,]*(?:(?:and|or|more|과|와)\s+)?$"

DEGREES: tuple[tuple[float, re.Pattern[str]], ...] = (
    (
        0.5,
        _either(
            _ko("조금", "약간", "살짝", "다소", "좀", "은근") + r"(?:은|씩)?(?:\s*더)?" + _GAP,
            _en(
                "slightly",
                "a little(?: bit)?",
                "a bit",
                "a touch",
                "a tad",
                "somewhat",
                "mildly",
                "kind of",
            )
            + _GAP,
        ),
    ),
    (
        1.5,
        _either(
            _ko(
                "아주",
                "매우",
                "정말로?",
                "몹시",
                "엄청",
                "굉장히",
                "무척",
                "진짜",
                "훨씬",
                "많이",
                "대단히",
                "극도로",
                "너무너무",
                "너무",
            )
            + r"(?:\s*더)?"
            + _GAP,
            _en(
                "very",
                "really",
                "extremely",
                "super",
                "much",
                "so",
                "too",
                "incredibly",
                "intensely",
                "deeply",
                "utterly",
                "highly",
            )
            + _GAP,
        ),
    ),
    (
        1.0,
        _either(
            _ko("더", "더욱", "보다", "꽤") + _GAP, _en("more", "quite", "rather", "fairly") + _GAP
        ),
    ),
)
"""(factor, pattern that must end where the word begins)."""

SLIGHTLY_INSIDE = re.compile("조금|약간|살짝|좀")
"""A degree between a noun and its verb: 속도를 조금 높여."""

NEGATION_BEFORE = _either(
    # Up to two words may stand between ("not to be too"), but no comma and no "but".
    r"(?:(?<![\w'])(?:not|no|never|without|less|non|avoid)|n't)(?:[\s-]+(?:being|be|sounding|sound|to|be|get|so|too|very|"
    r"that|overly|at all|any|a|speak|speaking|talk|talking|read|reading|go|going))*[\s-]+$",
    r"(?<![가-힣])(?:안|덜|못)\s+(?:(?:너무|아주|많이)\s+)?$",
)
NEGATION_AFTER = re.compile(
    r"[가-힣]{0,3}?\s?(?:지\s?(?:는|도|를)?\s?(?:않|말|마|못)|기보다|지\s?안)"
    r"|[가-힣]{0,3}\s(?:말고|아니|아닌|없이)|(?:이|가)?\s?(?:아니|아닌|없이)"
)
"""빠르지 않게, 슬퍼하지 말고, 화난 목소리 말고 is not seen (too far), 감정 없이."""

FILLERS = re.compile(
    "(?:"
    "목소리로?|말투로?|톤으로?|느낌으로?|어조로?|분위기로?|감정으로?|감정을?|식으로|말해|말하듯이?|말하는|읽어|읽는|"
    "해줘|말해줘|읽어줘|말해주세요|읽어주세요|해주세요|하게|있게|주세요|줘|줄래|듯이?|처럼|좀|그리고|또|수|것|한|된|듯한|듯|"
    "a|an|the|and|or|but|with|in|at|of|to|it|this|is|be|please|say|said|speak|speaking|spoken|talk|"
    "read|reading|sound|sounding|voice|tone|manner|way|style|like|as|if|you|your|are|were|were|feeling|"
    "emotion|mood|very|more|make|use|using|for|that|someone|who|i|want|should"
    ")",
    re.IGNORECASE,
)
