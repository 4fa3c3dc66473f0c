"""The pages: one Gradio app per language, nine pages each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studio.ui import lean_gradio  # noqa: F401 (before Gradio itself)

# isort: split
import gradio as gr
from gradio.routes import App

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
    with _no_app_of_its_own():
        with gr.Blocks(title=t("brand"), analytics_enabled=False, fill_width=True) as blocks:
            studio_page.build(studio, t)
        for page in element_pages.PAGES:
            with blocks.route(t(f"nav.{page}"), page, show_in_navbar=False):
                element_pages.build(page, t, studio.settings)
    return blocks


@contextmanager
def _no_app_of_its_own() -> Iterator[None]:
    """Spare the web apps that Gradio makes and drops: one at the end of each page, two more before.

    Mounting makes the one that serves. Each costs a tenth of a second, a third of our start.
    """
    create = App.create_app
    App.create_app = staticmethod(lambda *_, **__: None)
    try:
        yield
    finally:
        App.create_app = staticmethod(create)
