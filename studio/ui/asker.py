"""Whose page sent an event: the guard knew before Gradio did."""

import gradio as gr

from studio.accounts.principal import LOCAL, NOBODY, Principal


def principal(request: gr.Request) -> Principal:
    """Who asks. Nobody, where an event came by no request: it must not become the first account's.

    Where no guard stands before the page (a test's application), everybody is ``LOCAL``.
    """
    inner = request.request
    found = inner.scope.get("principal", LOCAL) if inner is not None else NOBODY
    return found if isinstance(found, Principal) else NOBODY


def owner(request: gr.Request) -> str:
    """Whose voices and takes the event may see."""
    return principal(request).id
