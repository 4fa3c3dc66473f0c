"""Documents of the sign-in page and the account page: outside of Gradio, light, strict.

The sign-in page works without scripts, and with every password manager: it is a form.
"""

import base64
import hashlib
import html
import json
from dataclasses import dataclass
from urllib.parse import quote

from studio import __version__
from studio.locales import text
from studio.ui.header import Address, header
from studio.ui.texts import Texts

_STYLES = ("tokens", "base", "shell", "parts", "account")
_START = (
    "(() => { let kept = null; try { kept = localStorage.getItem('vs-theme'); } catch {}"
    " document.documentElement.dataset.theme ="
    " kept || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'); })();"
)
"""Colours before the first paint."""
_BROWSER_TEXTS = ("account.", "error.")


@dataclass(frozen=True)
class Try:
    """A sign-in that did not succeed.

    Attributes:
        sentence: why.
        name: what was typed as the name.
    """

    sentence: str
    name: str = ""


def policy() -> str:
    """The content security policy of both documents."""
    digest = base64.b64encode(hashlib.sha256(_START.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{digest}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def login(  # noqa: PLR0913 (what the page depends on, each by name)
    address: Address,
    *,
    to: str,
    failed: Try | None = None,
    huggingface: bool = False,
    sign_up: bool = False,
    nobody_yet: bool = False,
) -> str:
    """The sign-in page.

    Args:
        address: where it stands.
        to: the page to go to afterwards.
        failed: what was tried before.
        huggingface: whether that can be signed in with.
        sign_up: whether that makes an account for whoever has none.
        nobody_yet: nobody has an account so far.
    """
    t = Texts(address.language)
    root = html.escape(address.root)
    alert = f'<p class="vs-alert" role="alert" id="why">{_e(failed.sentence)}</p>' if failed else ""
    first = f'<p class="vs-refusal">{_e(t("login.nobody_yet"))}</p>' if nobody_yet else ""
    described = ' aria-describedby="why"' if failed else ""
    focus_name = " autofocus" if not (failed and failed.name) else ""
    focus_password = "" if focus_name else " autofocus"
    other = ""
    if huggingface:
        way = f"{root}/login/huggingface?to={quote(to)}&amp;lang={address.language}"
        hint = f'<p class="vs-hint">{_e(t("login.sign_up"))}</p>' if sign_up else ""
        other = (
            f'<div class="vs-or"><span>{_e(t("login.or"))}</span></div>'
            f'<a class="vs-button" href="{way}">{_e(t("login.huggingface"))}</a>{hint}'
        )
    card = (
        f'<form class="vs-card vs-sign-in" method="post" action="{root}/login">'
        f'<svg class="vs-mark" aria-hidden="true"><use href="{root}/assets/icons.svg#mark"/></svg>'
        f"<h1>{_e(t('login.title'))}</h1><p class='vs-hint'>{_e(t('login.lead'))}</p>"
        f"{alert}{first}"
        f'<input type="hidden" name="to" value="{_e(to)}">'
        f'<input type="hidden" name="lang" value="{address.language}">'
        f'<label class="vs-field"><span>{_e(t("login.name"))}</span>'
        '<input class="vs-input" name="name" autocomplete="username" autocapitalize="none"'
        f' spellcheck="false" maxlength="200" required value="{_e(failed.name if failed else "")}"'
        f"{focus_name}{described}></label>"
        f'<label class="vs-field"><span>{_e(t("login.password"))}</span>'
        '<input class="vs-input" name="password" type="password" autocomplete="current-password"'
        f' maxlength="1000" required{focus_password}{described}></label>'
        f'<button class="vs-button vs-button-accent" type="submit">{_e(t("login.submit"))}</button>'
        f'{other}<p class="vs-hint">{_e(t("login.forgotten"))}</p></form>'
    )
    body = f'<main class="vs-sign-in-page" id="vs-main" tabindex="-1">{card}</main>'
    return _document(t, address, t("login.title"), body)


def account(address: Address, *, huggingface: bool, problem: str | None) -> str:
    """The account page; its parts ask the HTTP API.

    Args:
        address: where it stands.
        huggingface: whether an account there can be connected.
        problem: why connecting one did not succeed.
    """
    t = Texts(address.language)
    alert = f'<p class="vs-alert" role="alert">{_e(problem)}</p>' if problem else ""
    offered = ' huggingface=""' if huggingface else ""
    body = (
        '<main class="vs-page vs-account-page" id="vs-main" tabindex="-1">'
        f'<div class="vs-heading"><h1>{_e(t("account.title"))}</h1>'
        f"<p>{_e(t('account.lead'))}</p></div>{alert}<vs-account{offered}></vs-account></main>"
    )
    return _document(t, address, t("account.title"), body, script="account/page.js")


def _document(t: Texts, address: Address, title: str, body: str, script: str = "shell.js") -> str:
    assets = f"{html.escape(address.root)}/assets"
    styles = "".join(
        f'<link rel="stylesheet" href="{assets}/css/{sheet}.css?v={__version__}">'
        for sheet in _STYLES
    )
    texts = {
        key: sentence for key, sentence in t.for_browser().items() if key.startswith(_BROWSER_TEXTS)
    }
    # "</" would end the script element early wherever a text contained it.
    data = json.dumps(texts, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<!doctype html><html lang="{address.language}" data-root="{html.escape(address.root)}">'
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="robots" content="noindex, nofollow">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{_e(title)} · {_e(t('brand'))}</title><script>{_START}</script>"
        f'<link rel="icon" href="{assets}/icon.svg" type="image/svg+xml">{styles}'
        f'<script type="application/json" id="vs-texts">{data}</script>'
        f'<script type="module" src="{assets}/js/{script}?v={__version__}"></script></head>'
        f"<body>{header(t, address)}{body}</body></html>"
    )


def problem_sentence(language: str, code: str) -> str | None:
    """Why signing in elsewhere did not succeed, in words for a person before a page."""
    t = Texts(language)
    here = {
        "sign_in_wrong": t("login.shut"),
        "sign_in_expired": t("login.expired"),
        "sign_in_refused": t("login.refused"),
    }
    as_told = ("sign_up_closed", "identity_taken", "sign_in_not_set_up", "sign_in_unreachable")
    return here.get(code) or (text(language, f"error.{code}") if code in as_told else None)


def _e(words: str) -> str:
    return html.escape(words)
