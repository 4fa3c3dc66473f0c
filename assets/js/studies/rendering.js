/** Making all takes of a study: what it will need, the button, how far it is, what failed. */

import { button, fill, h, icon } from "../dom.js";
import { get, post } from "../http.js";
import { counted, language, number, t } from "../texts.js";

const money = ({ amount, currency }) =>
  amount === null ? t("studies.cost_unknown") : t("studies.estimate_cost", { cost: new Intl.NumberFormat(language, { style: "currency", currency, maximumSignificantDigits: 3 }).format(amount) });

export class Rendering {
  constructor({ draft, say, followed }) {
    Object.assign(this, { draft, say, followed });
    this.make = button({ kind: "accent", label: "", onclick: () => this.start() });
    this.make.classList.add("vs-study-render");
    this.stop = button({ kind: "quiet", icon: "stop", label: t("comparison.cancel_all"), onclick: () => this.cancel() });
    this.bar = h("i", {});
    this.words = h("p", { class: "vs-hint", role: "status" });
    this.needs = h("div", { class: "vs-study-needs" });
    this.track = h("div", { class: "vs-progress-track", role: "progressbar", "aria-label": t("studies.render_progress"), "aria-valuemin": "0", "aria-valuemax": "100" }, this.bar);
    this.element = h("section", { class: "vs-card vs-study-rendering" }, h("div", { class: "vs-study-bar" }, h("h3", {}, t("studies.render_title")), h("div", { class: "vs-actions" }, this.make, this.stop)), h("div", { class: "vs-progress" }, this.track, this.words), this.needs);
  }

  refresh() {
    const { total, missing, working, done, failed, measuring } = this.draft.study.rendering;
    const left = missing + failed;
    this.make.hidden = working > 0 || left === 0;
    this.make.querySelector("span").textContent = done + failed === 0 ? counted("studies.render_all", total) : failed && !missing ? counted("studies.render_failed", failed) : counted("studies.render_rest", left);
    this.stop.hidden = working === 0;
    const share = total ? done / total : 0;
    this.bar.style.setProperty("--share", share.toFixed(3));
    this.track.setAttribute("aria-valuenow", Math.round(share * 100));
    const said = [total ? t("studies.render_done", { done: number(done), total: number(total) }) : t("studies.render_nothing"), working && counted("studies.render_working", working), measuring && counted("studies.render_measuring", measuring), failed && counted("studies.render_failures", failed)].filter(Boolean).join(" · ");
    if (this.words.textContent !== said) this.words.textContent = said;
    const asked = `${total}/${missing}`;
    if (missing && working === 0 && asked !== this.asked) {
      this.asked = asked;
      this.estimate();
    }
    if (!missing || working) fill(this.needs);
  }

  /** What the takes still to be made will need, and which will not be. */
  async estimate() {
    try {
      const { seconds, costs, refusals, warnings } = await get(`/api/studies/${this.draft.study.id}/estimate`);
      const costly = costs.filter((one) => one.amount !== 0);
      fill(
        this.needs,
        seconds >= 1 || costly.length ? h("p", { class: "vs-hint" }, [seconds >= 1 && t("studies.estimate", { time: duration(seconds) }), ...costly.map(money)].filter(Boolean).join(" · ")) : null,
        refusals.map((one) => h("p", { class: "vs-refusal" }, icon("warn"), h("span", {}, h("strong", {}, one.label, ": "), one.message))),
        warnings.map((one) => h("p", { class: "vs-hint" }, one.label, ": ", one.message)),
      );
    } catch {
      /* an estimate is welcome, not needed */
    }
  }

  async start() {
    this.make.disabled = true;
    this.say("");
    try {
      await this.draft.flush();
      this.draft.take(await post(`/api/studies/${this.draft.study.id}/render`));
      this.followed();
    } catch (reason) {
      this.say(reason.message);
    } finally {
      this.make.disabled = false;
    }
  }

  async cancel() {
    this.stop.disabled = true;
    try {
      this.draft.take(await post(`/api/studies/${this.draft.study.id}/render/cancel`));
    } catch (reason) {
      this.say(reason.message);
    } finally {
      this.stop.disabled = false;
    }
  }
}

/** "about 3 minutes", "about 40 seconds" */
export const duration = (seconds) => (seconds >= 90 ? counted("studies.minutes", Math.round(seconds / 60)) : counted("studies.seconds", Math.round(seconds)));
