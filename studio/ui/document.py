"""Gradio's HTML document, made ours: language, title, styles, header, and nothing from outside.

Gradio renders one fixed template. What must be right before its bundle runs (the page's language,
the colour scheme, no external link) is put in here, on the way out.
"""

import html
import json
import re

from studio import __version__
from studio.locales import direction
from studio.ui.header import Address, header, page_name
from studio.ui.texts import Texts

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
    "readings",
    "compare",
    "take-parts",
    "library",
    "costs",
)
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


def rewrite(document: str, address: Address) -> str:
    """Gradio's document with our head, header and language.

    Args:
        document: what Gradio's template gave.
        address: the page asked for.
    """
    t = Texts(address.language)
    document = _OUTSIDE.sub("", document)
    document = _HTML_TAG.sub(
        f'<html data-root="{html.escape(address.root)}" lang="{address.language}"'
        f' dir="{direction(address.language)}"',
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
