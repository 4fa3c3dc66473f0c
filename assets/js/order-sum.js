/**
 * `<vs-order>`: the whole order beside its button: how many takes, how long it will take, what it
 * costs, and who will not render it. Put together from the plans that the page shows already.
 */

import { define, fill, h } from "./dom.js";
import { engines } from "./form-state.js";
import { money } from "./money.js";
import { counted, seconds, t } from "./texts.js";

const LOOK = 400;

class OrderSum extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-label", t("order.label"));
    const look = () => this.look();
    document.addEventListener("vs-planned", look);
    document.addEventListener("change", look);
    // Gradio ticks boxes without an event when the language changes.
    this.timer = setInterval(look, LOOK);
    this.stop = () => {
      document.removeEventListener("vs-planned", look);
      document.removeEventListener("change", look);
    };
    look();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.stop?.();
  }

  look() {
    const chosen = engines().filter((one) => one.chosen);
    const key = JSON.stringify(chosen.map(({ name, plan }) => [name, plan?.refusal?.code, plan?.estimate_seconds, plan?.cost, plan?.retries?.cost_at_most, plan?.parts]));
    if (key === this.key) return;
    this.key = key;
    this.show(chosen);
  }

  show(chosen) {
    if (!chosen.length) {
      fill(this, h("span", {}, t("order.none")));
      return;
    }
    const made = chosen.filter(({ plan }) => !plan?.refusal);
    const refused = chosen.filter(({ plan }) => plan?.refusal).map(({ title }) => title);
    const known = made.filter(({ plan }) => typeof plan?.estimate_seconds === "number");
    const needed = known.reduce((sum, { plan }) => sum + plan.estimate_seconds, 0);
    const unmeasured = made.filter(({ plan }) => plan && plan.estimate_seconds === null).map(({ title }) => title);
    const parts = [
      counted("order.takes", made.length),
      known.length ? t("order.seconds", { seconds: seconds(Math.max(1, needed), 0) }) : null,
      ...this.costs(made),
    ].filter(Boolean);
    fill(
      this,
      h("span", { class: "vs-order-sum" }, parts.map((part) => h("span", {}, part))),
      unmeasured.length ? h("span", { class: "vs-order-note" }, t("order.unmeasured", { engines: unmeasured.join(", ") })) : null,
      refused.length ? h("span", { class: "vs-order-refused" }, t("order.refused", { engines: refused.join(", ") })) : null,
    );
  }

  costs(made) {
    const priced = made.filter(({ plan }) => plan?.cost);
    if (!priced.length) return made.length ? [t("order.free")] : [];
    const sums = {};
    const most = {};
    const unknown = [];
    for (const { title, plan } of priced) {
      const { cost, retries } = plan;
      if (cost.amount === null) {
        unknown.push(title);
        continue;
      }
      sums[cost.currency] = (sums[cost.currency] || 0) + cost.amount;
      most[cost.currency] = (most[cost.currency] || 0) + (retries?.cost_at_most?.amount || cost.amount);
    }
    const words = Object.entries(sums).map(([currency, amount]) => t("order.cost", { amount: money(amount), currency }));
    const further = Object.entries(most)
      .filter(([currency, amount]) => amount > sums[currency])
      .map(([currency, amount]) => t("order.cost_at_most", { amount: money(amount), currency }));
    return [...words, ...further, unknown.length ? t("order.unpriced", { engines: unknown.join(", ") }) : null];
  }
}

define("vs-order", OrderSum);
