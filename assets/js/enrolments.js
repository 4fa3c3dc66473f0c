/**
 * `<vs-enrolments voice="id">`: for which engines a voice is compiled, kept up to date while it is.
 * Looks when it comes into view; fires `vs-enrolled` (detail: {ready, pending, able}) with what it saw.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { get, post } from "./http.js";
import { counted, t } from "./texts.js";

const POLL = 1500;
const SIGNS = { ready: "check", failed: "warn", impossible: "none", ask: "empty", open: "empty" };

class Enrolments extends HTMLElement {
  connectedCallback() {
    this.list ||= this.appendChild(h("ul", { class: "vs-enrolments", "aria-live": "polite" }));
    // in a closed fold it has no box: then its fold's place on the page decides
    this.sight = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      this.sight.disconnect();
      this.load();
    });
    this.sight.observe(this.closest("details") || this);
  }

  disconnectedCallback() {
    this.sight?.disconnect();
    clearTimeout(this.timer);
  }

  async load() {
    clearTimeout(this.timer);
    try {
      const { enrolments } = await get(`/api/voices/${this.getAttribute("voice")}/enrolments`);
      this.show(enrolments);
      if (this.isConnected && enrolments.some((one) => one.state === "pending")) this.timer = setTimeout(() => this.load(), POLL);
    } catch (reason) {
      fill(this.list, h("li", { class: "vs-faint" }, reason.message));
    }
  }

  show(enrolments) {
    const key = JSON.stringify(enrolments);
    if (key === this.shown) return;
    this.shown = key;
    const inState = (state) => enrolments.filter((one) => one.state === state).length;
    this.dispatchEvent(new CustomEvent("vs-enrolled", { detail: { ready: inState("ready"), pending: inState("pending"), able: enrolments.length - inState("impossible") } }));
    const others = enrolments.filter((one) => one.state === "impossible");
    const able = enrolments.filter((one) => one.state !== "impossible");
    fill(this.list, able.length ? able.map((one) => this.row(one)) : h("li", { class: "vs-enrolment-none" }, t("enrolment.nobody")));
    const open = this.querySelector("details")?.open;
    this.querySelector("details")?.remove();
    if (!others.length) return;
    this.append(h("details", {}, h("summary", {}, counted("enrolment.others", others.length)), h("ul", { class: "vs-enrolments" }, others.map((one) => this.row(one)))));
    this.querySelector("details").open = Boolean(open);
  }

  row({ engine, title, state, reason, can_start: open = state === "ask" || state === "open" || state === "failed", paid }) {
    const sign = state === "pending" ? h("span", { class: "vs-pulse", "aria-hidden": "true" }) : icon(SIGNS[state] || "none");
    return h(
      "li",
      { data: { engine, state } },
      h("span", { class: "vs-enrolment-sign" }, sign),
      h("span", {}, h("strong", {}, title), " ", h("span", { class: "vs-faint" }, t(`enrolment.${state}`)), reason && state !== "ready" ? h("small", {}, reason) : null),
      open && state !== "ready" && state !== "pending"
        ? button({ kind: "quiet", label: t(paid || state === "ask" ? "enrolment.send" : "enrolment.start"), "aria-label": `${t(paid || state === "ask" ? "enrolment.send" : "enrolment.start")}: ${title}`, onclick: (event) => this.start(event, engine) })
        : null,
    );
  }

  async start(event, engine) {
    event.currentTarget.disabled = true;
    try {
      await post(`/api/voices/${this.getAttribute("voice")}/enrolments/${engine}`);
      await this.load();
    } catch (reason) {
      fill(event.target.closest("li"), h("span", { class: "vs-enrolment-sign" }, icon("warn")), h("span", { role: "alert" }, reason.message));
    }
  }
}

define("vs-enrolments", Enrolments);
