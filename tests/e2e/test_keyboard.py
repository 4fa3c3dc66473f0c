"""Every page with the keyboard alone: whatever can be clicked is reached by Tab, and seen when it is."""

import pytest

from studio.ui.header import PAGES

_MARK = """
() => {
  const wanted = "a[href], button, input, select, textarea, summary, [role=slider], [role=tab], [role=button]";
  let number = 0;
  for (const e of document.querySelectorAll(wanted)) {
    const radio = e.type === "radio" && !e.checked && document.querySelector(`input[name="${e.name}"]:checked`);
    const roving = e.getAttribute("role") === "tab" && e.getAttribute("aria-selected") !== "true";
    const style = getComputedStyle(e);
    const shown = e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 0;
    if (!shown || e.disabled || e.closest("[inert], [aria-hidden=true]") || radio || roving) continue;
    if (e.closest("details:not([open]) > :not(summary)") || style.pointerEvents === "none") continue;
    e.dataset.stop = String(number++);
  }
  return number;
}
"""
_FOCUSED = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const seen = (x) => {
    const s = getComputedStyle(x);
    return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
  };
  const near = [e, e.parentElement, e.nextElementSibling, e.closest("label")].filter(Boolean);
  return {
    stop: e.dataset.stop ?? null,
    seen: near.some(seen) || e.getAttribute("aria-expanded") === "true", // an open list is seen
    what: e.outerHTML.slice(0, 120),
  };
}
"""


_PAUSES = 12


@pytest.mark.parametrize("name", PAGES)
def test_every_control_is_reached_by_tab_and_seen(visit, name):
    person = visit("en", width=1440)
    page = person.go(name)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.evaluate("document.activeElement?.blur()")
    count = page.evaluate(_MARK)
    reached, unseen, nowhere = set(), [], 0
    for _ in range(count * 2 + 20):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:  # the end of the page; Gradio's lists, too, let go of it for a moment
            nowhere += 1
            if nowhere > _PAUSES:
                break
            continue
        if not focused["seen"]:
            unseen.append(focused["what"])
        if focused["stop"] is not None:
            reached.add(focused["stop"])
        if len(reached) == count:
            break
    missed = page.evaluate(
        "(reached) => [...document.querySelectorAll('[data-stop]')]"
        ".filter((e) => !reached.includes(e.dataset.stop)).map((e) => e.outerHTML.slice(0, 160))",
        sorted(reached),
    )
    assert missed == []
    assert unseen == []
