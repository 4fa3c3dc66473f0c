"""What stands above every page: brand, navigation, language and theme, the person."""

import html
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

from studio.accounts.pages import PAGE_ROLES
from studio.accounts.principal import LOCAL, NOBODY
from studio.locales import languages
from studio.ui.texts import Texts

_ICONS = {
    "": "studio",
    "library": "library",
    "voices": "voice",
    "blind": "blind",
    "leaderboard": "board",
    "studies": "study",
    "engines": "engine",
    "costs": "cost",
    "verify": "seal",
}
PAGES = tuple(_ICONS)
"""Addresses below ``/{language}/``, as the navigation has them: the studio page first."""
_AT_HAND = 4
"""A phone's bar has room for so many, and a door to the others."""


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

    links = _links(t, address, icon)
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


def _links(t: Texts, address: Address, icon: Callable[[str], str]) -> str:
    """The navigation; a phone shows the first, and the others behind a button."""

    def link(page: str) -> str:
        here = ' aria-current="page"' if page == address.page else ""
        return (
            f'<a class="vs-nav-link" href="{address.at(page=page)}"{here}>'
            f"{icon(_ICONS[page])}<span>{html.escape(page_name(t, page))}</span></a>"
        )

    first = "".join(link(page) for page in address.pages[:_AT_HAND])
    others = address.pages[_AT_HAND:]
    if not others:
        return first
    among = " data-here" if address.page in others else ""
    return (
        f'{first}<button class="vs-nav-link vs-nav-more" type="button" aria-expanded="false"'
        f' aria-controls="vs-nav-others"{among}>{icon("more")}'
        f"<span>{html.escape(t('nav.more'))}</span></button>"
        f'<div class="vs-nav-others" id="vs-nav-others">{"".join(map(link, others))}</div>'
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
