/** The page's frame: theme switch, language switch, and Gradio's own theme kept in step. */

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const KEY = "vs-theme";

/** What the person chose, or null to follow the system. */
function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function apply() {
  const theme = chosen() || (system.matches ? "dark" : "light");
  if (root.dataset.theme !== theme) root.dataset.theme = theme;
  if (document.body.classList.contains("dark") !== (theme === "dark"))
    document.body.classList.toggle("dark", theme === "dark");
  document.querySelector(".vs-theme")?.setAttribute("aria-pressed", String(theme === "dark"));
}

apply();
system.addEventListener("change", apply);
// Gradio sets the class by the system's scheme when it starts; ours has the last word.
new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });

document.querySelector(".vs-theme")?.addEventListener("click", () => {
  const next = root.dataset.theme === "dark" ? "light" : "dark";
  try {
    // Back to what the system says is "no choice" again.
    if (next === (system.matches ? "dark" : "light")) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    /* not kept in private mode; still applied below */
  }
  root.dataset.theme = next;
  document.body.classList.toggle("dark", next === "dark");
});

/** On phones the pages that are not at hand are behind a button. */
const more = document.querySelector(".vs-nav-more");
const open = (yes) => more.setAttribute("aria-expanded", String(yes));
more?.addEventListener("click", () => open(more.getAttribute("aria-expanded") === "false"));
document.addEventListener("pointerdown", (event) => {
  if (more && !event.target.closest?.(".vs-nav")) open(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || more?.getAttribute("aria-expanded") !== "true") return;
  open(false);
  more.focus();
});

for (const link of document.querySelectorAll(".vs-switch"))
  link.addEventListener("click", () => {
    document.cookie = `lang=${link.dataset.language}; path=/; max-age=31536000; samesite=lax`;
    link.href = link.pathname + location.search;
  });
document.cookie = `lang=${root.lang}; path=/; max-age=31536000; samesite=lax`;
