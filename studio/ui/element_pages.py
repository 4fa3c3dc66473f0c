"""Pages that are a heading and one custom element, which talks to the HTTP API by itself."""

import html

import gradio as gr

from studio.settings import Settings
from studio.ui.texts import Texts


def heading(t: Texts, page: str) -> str:
    """Title and one line of explanation."""
    return (
        f'<div class="vs-heading"><h1>{html.escape(t(f"{page}.title"))}</h1>'
        f"<p>{html.escape(t(f'{page}.lead'))}</p></div>"
    )


def element(markup: str, elem_id: str | None = None) -> gr.HTML:
    """A custom element inside Gradio's layout, without Gradio's own styles."""
    return gr.HTML(html_template=markup, js_on_load=None, apply_default_css=False, elem_id=elem_id)


_MARKUP = {
    "blind": '<vs-blind listen="{listen}"></vs-blind>',
    "leaderboard": "<vs-leaderboard></vs-leaderboard>",
    "library": "<vs-library></vs-library>",
    "studies": "<vs-studies></vs-studies>",
    "voices": (
        '<div class="vs-two">'
        '<section class="vs-card"><h2 class="vs-subtitle">{new}</h2><vs-clip></vs-clip></section>'
        '<section><h2 class="vs-subtitle">{yours}</h2><vs-voices></vs-voices></section>'
        "</div>"
    ),
    "engines": "<vs-engines></vs-engines>",
    "costs": "<vs-costs></vs-costs>",
    "verify": "<vs-verify></vs-verify>",
}
_TEXTS = {"leaderboard": "board"}
"""Where a page's texts are called otherwise than the page."""
PAGES = tuple(_MARKUP)
"""Addresses of these pages."""


def build(page: str, t: Texts, settings: Settings) -> None:
    """Draw one of the pages in the current Blocks."""
    content = _MARKUP[page].format(
        listen=settings.listen_fraction,
        new=html.escape(t("voices.new")),
        yours=html.escape(t("voices.yours")),
    )
    element(
        f'<div class="vs-page vs-{page}-page" id="vs-main" tabindex="-1">'
        f"{heading(t, _TEXTS.get(page, page))}{content}</div>"
    )
