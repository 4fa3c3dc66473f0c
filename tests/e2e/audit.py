"""What can be told of a page's accessibility without a person: names, ids, headings, contrast."""

from playwright.sync_api import Page

_AUDIT = """
() => {
  const found = [];
  const count = {};
  for (const e of document.querySelectorAll("[id]")) if (e.id) count[e.id] = (count[e.id] || 0) + 1;
  for (const [id, n] of Object.entries(count)) if (n > 1) found.push(`id ${id} stands ${n} times`);
  for (const e of document.querySelectorAll("button, a[href], input, select, textarea")) {
    if (!e.offsetParent || e.closest("details:not([open]) > :not(summary)")) continue;
    const labels = e.labels ? [...e.labels].map((l) => l.innerText).join("") : "";
    const name = e.getAttribute("aria-label") || e.innerText || e.title || labels;
    if (!name.trim()) found.push(`no name: ${e.outerHTML.slice(0, 120)}`);
  }
  const h1 = document.querySelectorAll("h1").length;
  if (h1 !== 1) found.push(`${h1} main headings`);
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const v = part / 255;
      return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (/^rgb\\(/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const e of document.querySelectorAll("body *")) {
    if (!e.offsetParent || e.closest(":disabled, [aria-disabled=true], [inert]")) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const colour = getComputedStyle(e).color;
    if (!colour.startsWith("rgb(")) continue;
    const pair = [light(colour), light(ground(e))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${e.innerText.slice(0, 40)}`);
  }
  return found;
}
"""


def faults(page: Page) -> list[str]:
    """Controls without a name, ids used twice, headings, text below WCAG's contrast of 4.5."""
    return page.evaluate(_AUDIT)
