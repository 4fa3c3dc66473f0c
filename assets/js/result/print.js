/** On paper everything is unfolded and light, whatever the screen shows. */

/** What is left of A4 and of Letter between the usual margins: a plot has no other width on paper. */
const PAPER = "680px";

/**
 * Prepare an element whenever its page is printed.
 * @param {HTMLElement} element
 * @returns {() => void} stop doing so
 */
export function printed(element) {
  const root = document.documentElement;
  let before;
  const prepare = () => {
    before = { theme: root.dataset.theme, open: [...element.querySelectorAll("details[open]")] };
    for (const one of element.querySelectorAll("details")) one.open = true;
    root.dataset.theme = "light";
    element.style.width = PAPER;
    for (const one of element.querySelectorAll(".vs-plot")) one.redraw();
  };
  const restore = () => {
    if (!before) return;
    root.dataset.theme = before.theme;
    element.style.removeProperty("width");
    for (const one of element.querySelectorAll("details")) one.open = before.open.includes(one);
    before = undefined;
  };
  addEventListener("beforeprint", prepare);
  addEventListener("afterprint", restore);
  return () => {
    removeEventListener("beforeprint", prepare);
    removeEventListener("afterprint", restore);
  };
}
