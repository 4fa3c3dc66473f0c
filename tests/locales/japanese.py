"""A real beginning of a Japanese translation: the words that every page shows."""

import json
from pathlib import Path

from studio.locales import own
from studio.locales.translating import template

TEXTS = {
    "ui.brand": "ボイススタジオ",
    "ui.description": "ひとつの文を、すべてのエンジンで聞き比べます。",
    "ui.nav.studio": "スタジオ",
    "ui.nav.library": "ライブラリ",
    "ui.nav.blind": "ブラインド評価",
    "ui.nav.leaderboard": "ランキング",
    "ui.nav.studies": "聴取評価",
    "ui.nav.voices": "声",
    "ui.nav.engines": "エンジン",
    "ui.nav.costs": "費用",
    "ui.nav.verify": "出所の確認",
    "ui.studio.title": "ひとつの文、すべてのエンジン",
    "ui.studio.text": "テキスト",
    "ui.studio.render": "音声をつくる",
    "ui.readings.title": "読み方",
    "error.unknown_comparison": "その比較はありません。",
    "take.language.not_spoken": "{engine}は{language}を話しません",
}


def written(folder: Path, **slips: str) -> Path:
    """``ja.json`` in a folder; what is not translated is left out."""
    texts = {key: text for key, text in TEXTS.items() if key in own("en")} | slips
    whole = template("ja", {**own("en"), **texts, "ui.language_name": "日本語"})
    file = folder / "ja.json"
    file.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return file
