/** Where the person is on the page of studies: which study, which step. The address keeps it. */

/** The steps of the wizard, in their order. */
export const STEPS = ["question", "conditions", "texts", "listen", "plan", "open"];

/** @returns {{study: string, step: string}} empty where the address names none */
export function place() {
  const asked = new URLSearchParams(location.search);
  const step = asked.get("step") || "";
  return { study: asked.get("study") || "", step: STEPS.includes(step) ? step : "" };
}

/** The address of a place on this page. */
export function addressOf({ study = "", step = "" }) {
  const asked = new URLSearchParams();
  if (study) asked.set("study", study);
  if (study && step) asked.set("step", step);
  return `${location.pathname}${asked.size ? `?${asked}` : ""}`;
}

/** Go there. `replace`: the place before is no place to come back to. */
export function go(to, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](history.state, "", addressOf(to));
  dispatchEvent(new Event("vs-studies-place"));
}

/** Properties of a link that goes there without a new page. */
export const way = (to) => ({
  href: addressOf(to),
  onclick: (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  },
});
