"""The pages: one Gradio app per language, five pages each."""

from typing import TYPE_CHECKING

import gradio as gr

from studio.ui import element_pages, studio_page
from studio.ui.texts import Texts

if TYPE_CHECKING:
    from studio.wiring import Studio


def build(studio: "Studio", language: str) -> gr.Blocks:
    """All pages in one language.

    Args:
        studio: the services the pages translate for.
        language: tag of a catalogue folder.
    """
    t = Texts(language)
    with gr.Blocks(title=t("brand"), analytics_enabled=False, fill_width=True) as blocks:
        studio_page.build(studio, t)
    for page in element_pages.PAGES:
        with blocks.route(t(f"nav.{page}"), page, show_in_navbar=False):
            element_pages.build(page, t, studio.settings)
    return blocks
