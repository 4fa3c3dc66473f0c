/** `<vs-engine-memory>`: who is in memory now and what is left, looked at while the page is seen. */

import { define, fill, h } from "./dom.js";
import { get } from "./http.js";
import { bytes, t } from "./texts.js";

const EVERY = 5000;

class EngineMemory extends HTMLElement {
  connectedCallback() {
    this.className = "vs-memory";
    this.line = h("p", {});
    this.bar = h("div", { class: "vs-memory-bar", "aria-hidden": "true" });
    fill(this, this.line, this.bar);
    this.look();
    this.timer = setInterval(() => document.visibilityState === "visible" && this.look(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async look() {
    let memory;
    try {
      memory = await get("/api/memory");
    } catch {
      return; // the next look will tell
    }
    this.draw(memory);
    const names = memory.engines.map((one) => one.name).sort().join();
    if (this.names !== undefined && names !== this.names) this.dispatchEvent(new CustomEvent("vs-memory-changed", { detail: { was: this.names.split(","), is: names.split(",") } }));
    this.names = names;
  }

  draw({ engines, studio_mb: studio, free_mb: free }) {
    const size = (mb) => bytes((mb || 0) * 1e6);
    const held = engines.map((one) => t("engines.memory_one", { engine: one.title, memory: size(one.memory_mb) }));
    const words = [held.length ? held.join(" · ") : t("engines.memory_nobody"), studio && t("engines.memory_studio", { memory: size(studio) }), free && t("engines.memory_free", { memory: size(free) })];
    fill(this.line, h("b", {}, t("engines.memory_title")), " ", words.filter(Boolean).join(" · "));
    const parts = [...engines.map((one) => ["engine", one.memory_mb || 0]), ["studio", studio || 0], ["free", free || 0]];
    fill(this.bar, parts.map(([kind, mb]) => h("i", { data: { kind }, style: { "flex-grow": String(Math.round(mb)) } })));
  }
}

define("vs-engine-memory", EngineMemory);
