"""The rater's document: its first screen, drawn here, so that a phone shows it with one answer.

Everything the page needs to begin stands in it: style, words, the small script that starts. Nothing
in it tells what is compared; the study's title is not known here.
"""

import functools
import html
import json
from collections.abc import Mapping
from typing import Any

from studio.locales import FALLBACK, catalogue, direction, languages, text
from studio.ui.rater_files import digest, files

PREFIX = "rater."
_QUESTIONS = {"ab": "pair", "acr": "score", "ccr": "compared", "mushra": "each"}
_FIXED = {"axy": "likeness_axy", "abx": "same", "smos": "likeness_smos"}
_NOTICES = ("closed", "full", "revoked", "waiting", "unknown")


@functools.cache
def policy() -> str:
    """The content security policy: by their digests what the document holds, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{digest(files().start)}' '{digest(files().script)}'",
            f"style-src '{digest(files().style)}'",
            "connect-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def document(language: str, invite: str, view: Mapping[str, Any], root: str = "") -> str:
    """The page of an invitation.

    Args:
        language: tag of a catalogue.
        invite: the token in its address.
        view: what GET /api/rater/{invite} answers, or ``{"state": "unknown"}``.
        root: the path that a proxy puts before ours; mostly empty.
    """
    words = {
        key.removeprefix(PREFIX): sentence
        for key, sentence in catalogue(language).items()
        if key.startswith(PREFIX)
    }
    # "</" would end the script element early wherever a text contained it.
    data = json.dumps(words, ensure_ascii=False).replace("</", "<\\/")
    others = "".join(
        f'<a href="?lang={tag}" hreflang="{tag}" lang="{tag}" data-language="{tag}">'
        f"{html.escape(catalogue(tag)['ui.language_name'])}</a> "
        for tag in languages()
        if tag != language
    )
    startable = view["state"] in {"welcome", "rating"}
    script = f'<script type="module">{files().script}</script>' if startable else ""
    title = _say(language, "title")
    return (
        f'<!doctype html><html lang="{language}" dir="{direction(language)}"'
        f' data-root="{html.escape(root)}"'
        f' data-invite="{html.escape(invite)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="robots" content="noindex, nofollow">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="format-detection" content="telephone=no">'
        f"<title>{title}</title><style>{files().style}</style><script>{files().start}</script>"
        f'<link rel="icon" href="{root}/assets/icon.svg" type="image/svg+xml">'
        "</head><body>"
        f'<a class="skip" href="#screen">{_say(language, "skip")}</a>'
        f'<header class="top"><div class="top-in"><span>{title}</span>'
        f"<span>{others}</span></div>"
        '<div class="line" id="line" role="progressbar" aria-valuemin="0" aria-valuemax="100"'
        f' aria-valuenow="0" aria-label="{_say(language, "progress_name")}" hidden></div></header>'
        f'<main id="screen">{_screen(language, view, root)}</main>'
        '<p class="net" id="net" role="status"></p><p class="quiet" id="say" role="status"></p>'
        f'<script type="application/json" id="words">{data}</script>{script}</body></html>'
    )


def _screen(language: str, view: Mapping[str, Any], root: str) -> str:
    state = view["state"]
    code = view.get("completion_code")
    if state == "welcome":
        return _welcome(language, view["study"], view.get("sign_in"), root)
    if state == "rating":
        return _back(language, view["progress"])
    if state == "finished" or code:
        return _thanks(language, code)
    kind = state if state in _NOTICES else "unknown"
    return _page(
        _say(language, f"notice.{kind}_title"),
        f'<p class="lead">{_say(language, f"notice.{kind}")}</p>',
    )


def _welcome(language: str, study: Mapping[str, Any], sign_in: str | None, root: str) -> str:
    protocol = study["protocol"]
    question = _FIXED.get(protocol) or f"{study['question']}_{_QUESTIONS[protocol]}"
    facts = [_counted(language, "welcome.screens", study["screens"])]
    if study["training"]:
        facts.append(_counted(language, "welcome.training", study["training"]))
    private = "sign_in.private" if sign_in else "welcome.private"
    facts += [_say(language, key) for key in ("welcome.place", "welcome.saved", private)]
    begin = _start(language, "welcome.start")
    if sign_in:
        door = html.escape(root + sign_in)
        begin = f'<a class="go" href="{door}">{_say(language, "sign_in.start")}</a>'
    return _page(
        _say(language, "title"),
        f'<p class="lead">{_say(language, "welcome.lead")}</p>'
        f'<div class="asks"><h2>{_say(language, "welcome.question")}</h2>'
        f"<strong>{_say(language, f'question.{question}')}</strong>"
        f"<p>{_say(language, f'how.{protocol}')}</p></div>"
        f'<ul class="facts">{"".join(f"<li>{fact}</li>" for fact in facts)}</ul>' + begin,
    )


def _back(language: str, progress: Mapping[str, Any]) -> str:
    told = text(language, PREFIX + "back.progress", done=progress["done"], of=progress["of"])
    return _page(
        _say(language, "back.title"),
        f'<p class="lead">{html.escape(told)}</p>' + _start(language, "back.start"),
    )


def _thanks(language: str, code: str | None) -> str:
    shown = (
        f'<div class="code"><p id="code-name">{_say(language, "thanks.code")}</p>'
        f'<output aria-labelledby="code-name">{html.escape(code)}</output>'
        f'<button type="button" class="soft" data-copy>{_say(language, "thanks.copy")}</button>'
        f'<p class="aside">{_say(language, "thanks.code_hint")}</p></div>'
        if code
        else ""
    )
    return _page(
        _say(language, "thanks.title"),
        f'<p class="lead">{_say(language, "thanks.text")}</p>{shown}'
        f'<p class="aside">{_say(language, "thanks.close")}</p>',
    )


def _page(title: str, content: str) -> str:
    return f'<section class="page"><h1 tabindex="-1">{title}</h1>{content}</section>'


def _start(language: str, key: str) -> str:
    words = _say(language, key)
    return (
        f'<button type="button" class="go" data-start>{words}</button>'
        f"<noscript><p>{_say(language, 'noscript')}</p></noscript>"
    )


def _say(language: str, key: str) -> str:
    known = catalogue(language)
    return html.escape(known.get(PREFIX + key) or catalogue(FALLBACK)[PREFIX + key])


def _counted(language: str, key: str, count: int) -> str:
    form = "one" if count == 1 else "other"
    return html.escape(text(language, f"{PREFIX}{key}_{form}", count=count))
