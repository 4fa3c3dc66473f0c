/**
 * `<vs-welcome>`: a newcomer's example. It is asked for while the rest of the page still loads, and
 * shown in `<vs-comparison>`; this element says what it is and what to do next.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { page, post } from "./http.js";
import { follow, progressBar, watchJobs } from "./jobs.js";
import { bytes, t } from "./texts.js";

const KEPT = "vs-welcome";
const asked = new URLSearchParams(location.search);

/** What was answered for the example that the address names: a reload loses no explanation. */
function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    return found && found.comparison === asked.get("comparison") ? found : null;
  } catch {
    return null;
  }
}

function keep(answer) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(answer));
  } catch {
    /* private mode: after a reload the example is a comparison like others */
  }
}

let answering = null;

/** The studio's answer, asked for once on this page. */
function answer() {
  if (asked.get("comparison") !== null) return Promise.resolve(kept());
  if (asked.get("reuse") !== null) return Promise.resolve(null);
  answering ??= post("/api/welcome").catch(() => null); // without an example the page still works
  return answering;
}

class Welcome extends HTMLElement {
  async connectedCallback() {
    const found = await answer();
    if (!this.isConnected || !found) return;
    if (found.nothing) this.nothing(found.nothing);
    if (!found.comparison) return;
    // Whoever was quicker than the answer has something of their own to look at.
    const shown = document.querySelector("vs-comparison");
    const current = shown?.getAttribute("comparison");
    if (!shown || (current && current !== found.comparison)) return;
    keep(found);
    this.show(found);
    if (!current) shown.setAttribute("comparison", found.comparison);
    this.watch(shown, found.comparison);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
    this.unwatch?.();
  }

  /** The example gives way to whatever is made or opened next. */
  watch(shown, example) {
    this.watcher = new MutationObserver(() => {
      this.hidden = shown.getAttribute("comparison") !== example;
    });
    this.watcher.observe(shown, { attributes: true, attributeFilter: ["comparison"] });
  }

  nothing(words) {
    this.hidden = false;
    fill(this, h("div", { class: "vs-welcome" }, h("p", {}, words), h("p", {}, h("a", { class: "vs-button vs-button-plain", href: page("engines") }, icon("engine"), h("span", {}, t("welcome.to_engines"))))));
  }

  show({ other_language: why, remedy }) {
    this.hidden = false;
    const write = button({ kind: "plain", label: t("welcome.write"), onclick: () => this.write() });
    fill(
      this,
      h(
        "section",
        { class: "vs-welcome", "aria-label": t("welcome.label") },
        h("p", { class: "vs-welcome-line" }, h("strong", { class: "vs-badge" }, t("welcome.badge")), h("span", {}, t("welcome.words"))),
        why && h("p", { class: "vs-hint" }, why, " ", remedy && t("welcome.remedy", { engine: remedy.title, set: remedy.set, licence: remedy.licence })),
        h("div", { class: "vs-actions" }, write, remedy && this.remedy(remedy)),
      ),
    );
  }

  write() {
    const box = document.querySelector("#vs-text textarea");
    box?.scrollIntoView({ block: "center" });
    box?.focus({ preventScroll: true });
    box?.select();
  }

  /** What one click would change: a voice for the page's own language. */
  remedy({ engine, title, set, bytes: size }) {
    const spot = h("div", { class: "vs-welcome-remedy" });
    const label = t("welcome.get", { engine: title, size: bytes(size) });
    const get = button({
      kind: "plain",
      icon: "download",
      label,
      onclick: async () => {
        get.disabled = true;
        try {
          const job = await post(`/api/engines/${engine}/weights/${encodeURIComponent(set)}`);
          const bar = progressBar(job, label);
          fill(spot, bar);
          spot.toggleAttribute("wide", true);
          this.unwatch = watchJobs((now, ended) => {
            if (now.id !== job.id) return;
            if (!ended) bar.show(now);
            else this.fetched(spot, now, engine);
          });
          follow(job);
        } catch (reason) {
          get.disabled = false;
          this.fault(spot, reason.message, engine);
        }
      },
    });
    fill(spot, get);
    return spot;
  }

  fetched(spot, job, engine) {
    this.unwatch?.();
    if (job.state !== "done") {
      this.fault(spot, job.error?.message || t("welcome.not_fetched"), engine);
      return;
    }
    const again = () => location.assign(page(""));
    fill(spot, h("p", { class: "vs-done", role: "status" }, icon("check"), t("welcome.fetched")), button({ kind: "plain", label: t("welcome.reload"), onclick: again }));
  }

  fault(spot, words, engine) {
    spot.querySelector(".vs-alert")?.remove();
    spot.append(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), h("span", {}, words, " ", h("a", { href: page(`engines#engine-${engine}`) }, t("plan.to_engines")))));
  }
}

// Before Gradio has drawn anything: takes are made meanwhile.
if (/^\/[a-z-]+\/?$/.test(location.pathname.slice((document.documentElement.dataset.root || "").length))) answer();
define("vs-welcome", Welcome);
