"""Pages that are a heading and one custom element, which talks to the HTTP API by itself."""

import html
from collections.abc import Callable

import gradio as gr

from studio.ui.texts import Texts


def heading(t: Texts, page: str) -> str:
    """Title and one line of explanation."""
    return (
        f'<div class="vs-heading"><h1>{html.escape(t(f"{page}.title"))}</h1>'
        f"<p>{html.escape(t(f'{page}.lead'))}</p></div>"
    )


def element(markup: str, elem_id: str | None = None) -> gr.HTML:
    """A custom element inside Gradio's layout, without Gradio's own styles."""
    return gr.HTML(
        html_template=markup, js_on_load=None, apply_default_css=False, elem_id=elem_id
    )


def _page(name: str, markup: str) -> Callable[[Texts], None]:
    def content(t: Texts) -> None:
        element(
            f'<main class="vs-page vs-{name}-page" id="vs-main">{heading(t, _TEXTS[name])}'
            f"{markup.format(**{key: html.escape(t(f'voices.{key}')) for key in ('new', 'yours')})}"
            "</main>"
        )

    return content


_TEXTS = {
    "blind": "blind",
    "leaderboard": "board",
    "voices": "voices",
    "engines": "engines",
}
PAGES: dict[str, Callable[[Texts], None]] = {
    "blind": _page("blind", "<vs-blind></vs-blind>"),
    "leaderboard": _page("leaderboard", "<vs-leaderboard></vs-leaderboard>"),
    "voices": _page(
        "voices",
        '<div class="vs-two"><section><h2 class="vs-subtitle">{yours}</h2><vs-voices></vs-voices></section>'
        '<section class="vs-card"><h2 class="vs-subtitle">{new}</h2><vs-clip></vs-clip></section></div>',
    ),
    "engines": _page("engines", "<vs-engines></vs-engines>"),
}
"""Addresses and what stands there."""
