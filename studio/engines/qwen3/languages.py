"""The ten languages: the library's names, and a sentence of each to speak as a reference."""

from studio.engines.contract import EngineProblem

TITLE = "Qwen3-TTS"

NAMES = {
    "zh": "Chinese",
    "en": "English",
    "ja": "Japanese",
    "ko": "Korean",
    "de": "German",
    "fr": "French",
    "ru": "Russian",
    "pt": "Portuguese",
    "es": "Spanish",
    "it": "Italian",
}
"""ISO 639-1 codes and what qwen-tts calls the languages."""

REFERENCE_SENTENCES = {
    "zh": "我今天有件事想告诉你，请你坐下来，慢慢听我说。",
    "en": "There is something I want to tell you today, so please sit down and listen to me.",
    "ja": "今日はあなたに話したいことがあるので、そこに座って聞いてください。",
    "ko": "오늘 당신에게 꼭 하고 싶은 말이 있으니, 거기 앉아서 내 이야기를 들어 주세요.",
    "de": "Ich möchte dir heute etwas erzählen, also setz dich bitte hin und hör mir zu.",
    "fr": "Il y a une chose que je veux te dire aujourd'hui, alors assieds-toi et écoute-moi.",
    "ru": "Сегодня я хочу тебе кое-что рассказать, поэтому сядь, пожалуйста, и послушай меня.",
    "pt": "Há uma coisa que quero contar-te hoje, por isso senta-te e ouve-me com atenção.",
    "es": "Hoy quiero contarte una cosa, así que siéntate, por favor, y escúchame.",
    "it": "Oggi c'è una cosa che voglio dirti, quindi siediti, per favore, e ascoltami.",
}
"""About five seconds each, of no mood in themselves."""


def primary(tag: str) -> str:
    """``ko`` for ``ko-KR``.

    Raises:
        EngineProblem: ``engine_language_unknown``, none of the ten.
    """
    code = tag.lower().replace("_", "-").partition("-")[0]
    if code not in NAMES:
        raise EngineProblem("engine_language_unknown", engine=TITLE, language=tag)
    return code
