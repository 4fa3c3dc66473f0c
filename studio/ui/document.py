"""Gradio's HTML document, made ours: language, title, styles, header, and nothing from outside.

Gradio renders one fixed template. What must be right before its bundle runs (the page's language,
the colour scheme, no external link) is put in here, on the way out.
"""

import html
import json
import re
from dataclasses import dataclass

from starlette.types import Scope

from studio import __version__
from studio.accounts.pages import PAGE_ROLES
from studio.accounts.principal import LOCAL, NOBODY
from studio.locales import languages
from studio.ui.texts import Texts

PAGES = (
    "",
    "library",
    "blind",
    "leaderboard",
    "studies",
    "voices",
    "engines",
    "costs",
    "verify",
)
"""Addresses below ``/{language}/``, the studio page first."""
_STYLES = (
    "tokens",
    "base",
    "shell",
    "gradio",
    "parts",
    "takes",
    "reports",
    "blind",
    "pages",
    "doctor",
    "engines",
    "verify",
    "studies",
    "result",
    "compose",
    "compare",
    "library",
    "costs",
)
_ICONS = {
    "": "studio",
    "blind": "blind",
    "leaderboard": "board",
    "studies": "study",
    "library": "library",
    "voices": "voice",
    "engines": "engine",
    "costs": "cost",
    "verify": "seal",
}
_OUTSIDE = re.compile(
    r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*|<link\s+rel=\"manifest\"[^>]*>\s*"
    r"|<link[^>]+(?:fonts\.googleapis|fonts\.gstatic)[^>]*>\s*"
    r"|<script[^>]+src=\"https?://[^>]*></script>\s*",
)
_HTML_TAG = re.compile(r"<html\s+lang=\"[a-z-]*\"")
_BODY_TAG = re.compile(r"<body[^>]*>", re.DOTALL)

_BEFORE_GRADIO = """
(() => {
  const root = document.documentElement;
  for (const [name, value] of [["language", root.lang], ["languages", [root.lang]]])
    Object.defineProperty(navigator, name, { get: () => value, configurable: true });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let kept = null;
  try { kept = localStorage.getItem("vs-theme"); } catch { /* private mode: follow the system */ }
  root.dataset.theme = kept || (dark.matches ? "dark" : "light");
})();
"""


@dataclass(frozen=True)
class Address:
    """Which page in which language, below which root path (a proxy's prefix, mostly empty)."""

    language: str
    page: str
    root: str = ""
    query: str = ""
    pages: tuple[str, ...] = PAGES
    """Those that the navigation offers."""
    person: str | None = None
    """The name of who signed in; None where accounts are off."""

    def at(self, *, language: str | None = None, page: str | None = None) -> str:
        """The address of a page, by default of this one."""
        target = self.page if page is None else page
        return f"{self.root}/{language or self.language}/{target}"


def address_of(scope: Scope, language: str, page: str, *, accounts: bool) -> Address:
    """The address of a page as somebody asks for it, with what they may open."""
    root = scope.get("root_path", "")
    who = scope.get("principal", LOCAL)
    if not accounts:
        return Address(language=language, page=page, root=root)
    if who is NOBODY:
        return Address(language=language, page=page, root=root, pages=())
    pages = tuple(one for one in PAGES if who.may(PAGE_ROLES[one]))
    return Address(language=language, page=page, root=root, pages=pages, person=who.name)


def rewrite(document: str, address: Address) -> str:
    """Gradio's document with our head, header and language.

    Args:
        document: what Gradio's template gave.
        address: the page asked for.
    """
    t = Texts(address.language)
    document = _OUTSIDE.sub("", document)
    document = _HTML_TAG.sub(
        f'<html data-root="{html.escape(address.root)}" lang="{address.language}"',
        document,
        count=1,
    )
    document = document.replace('control_page_title="true"', 'control_page_title="false"')
    document = document.replace(", shrink-to-fit=no", ", viewport-fit=cover")
    document = document.replace('<meta charset="utf-8" />', _head(t, address), 1)
    return _BODY_TAG.sub(lambda tag: tag.group() + header(t, address), document, count=1)


def _head(t: Texts, address: Address) -> str:
    name = page_name(t, address.page)
    title = t("brand") if not address.page else f"{name} · {t('brand')}"
    assets = f"{address.root}/assets"
    # "</" would end the script element early wherever a text contained it.
    texts = json.dumps(t.for_browser(), ensure_ascii=False).replace("</", "<\\/")
    styles = "".join(
        f'<link rel="stylesheet" href="{assets}/css/{sheet}.css?v={__version__}">'
        for sheet in _STYLES
    )
    return (
        '<meta charset="utf-8" />'
        f"<title>{html.escape(title)}</title>"
        f'<meta name="description" content="{html.escape(t("description"))}">'
        '<meta name="color-scheme" content="light dark">'
        f"<script>{_BEFORE_GRADIO}</script>"
        f'<link rel="icon" href="{assets}/icon.svg" type="image/svg+xml">{styles}'
        f'<script type="application/json" id="vs-texts">{texts}</script>'
        f'<script type="module" src="{assets}/js/main.js?v={__version__}"></script>'
    )


def page_name(t: Texts, page: str) -> str:
    """The name of a page in the navigation."""
    return t(f"nav.{page or 'studio'}")


def header(t: Texts, address: Address) -> str:
    """What stands above every page: brand, navigation, language and theme, the person.

    Args:
        t: texts of the page's language.
        address: the page.
    """
    icons = f"{address.root}/assets/icons.svg"

    def icon(name: str) -> str:
        return f'<svg class="vs-icon" aria-hidden="true"><use href="{icons}#{name}"/></svg>'

    here = ' aria-current="page"'
    links = "".join(
        f'<a class="vs-nav-link" href="{address.at(page=page)}"'
        f"{here if page == address.page else ''}>"
        f"{icon(_ICONS[page])}<span>{html.escape(page_name(t, page))}</span></a>"
        for page in address.pages
    )
    others = "".join(
        f'<a class="vs-switch" data-language="{tag}" hreflang="{tag}" lang="{tag}"'
        f' href="{address.at(language=tag)}">{html.escape(Texts(tag)("language_name"))}</a>'
        for tag in languages()
        if tag != address.language
    )
    return (
        f'<a class="vs-skip" href="#vs-main">{html.escape(t("skip"))}</a>'
        '<header class="vs-header"><div class="vs-header-in">'
        f'<a class="vs-brand" href="{address.at(page="")}">'
        f'<svg class="vs-mark" aria-hidden="true"><use href="{icons}#mark"/></svg>'
        f"<span>{html.escape(t('brand'))}</span></a>"
        f'<nav class="vs-nav" aria-label="{html.escape(t("nav.label"))}">{links}</nav>'
        f'<div class="vs-switches">{_person(t, address, icon("person"))}{others}'
        f'<button class="vs-theme" type="button" aria-label="{html.escape(t("theme"))}"'
        f' title="{html.escape(t("theme"))}">{icon("sun")}{icon("moon")}</button>'
        "</div></div></header>"
        f"<noscript><p>{html.escape(t('noscript'))}</p></noscript>"
    )


def _person(t: Texts, address: Address, picture: str) -> str:
    """The way to one's own account; nothing where there are none."""
    if address.person is None:
        return ""
    here = ' aria-current="page"' if address.page == "account" else ""
    name = html.escape(address.person)
    return (
        f'<a class="vs-person" href="{address.at(page="account")}"{here}'
        f' aria-label="{html.escape(t("nav.account"))}: {name}">{picture}<span>{name}</span></a>'
    )
