/**
 * What the form's scripts know and Gradio does not: which engines a person has chosen or left out
 * while the page was still arriving, and how parts of the text are to be said. Gradio's handlers
 * read both from `window` (studio/ui/arrival.py).
 */

window.vsTouched = new Set();
window.vsReadings = null;

document.addEventListener("change", (event) => {
  const id = event.isTrusted && event.target.closest?.("[id^=vs-choose-]")?.id;
  if (id) window.vsTouched.add(id);
});
document.addEventListener("vs-readings", (event) => {
  window.vsReadings = event.detail;
});

/** Put a text into one of Gradio's boxes, as if it had been typed. */
export function put(box, text) {
  const kind = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The field of a Gradio box, once it is drawn. */
export const field = (id) => document.getElementById(id)?.querySelector("textarea, input");

/** The engines of the form with their plans: `{name, title, chosen, plan}`, those that are seen. */
export function engines() {
  return [...document.querySelectorAll(".vs-engine")].map((row) => {
    const name = row.id.replace("vs-engine-", "");
    return { name, title: row.querySelector(".vs-engine-line label span")?.textContent.trim() || name, chosen: Boolean(row.querySelector(`#vs-choose-${name} input`)?.checked), plan: row.querySelector("vs-plan")?.plan || null };
  });
}
