/** An open study: who comes, how many answers there are, when its result opens. Never an outcome before. */

import { button, fill, h, icon } from "../dom.js";
import { get, post } from "../http.js";
import { counted, language, moment, number, t } from "../texts.js";
import { invites } from "./invites.js";
import { copyOf, headOf, result } from "./opened.js";
import { setup } from "./setup.js";

const EVERY = 4000;

export function running(study, again) {
  const bar = h("i", {});
  const track = h("div", { class: "vs-progress-track", role: "progressbar", "aria-label": t("studies.progress"), "aria-valuemin": "0", "aria-valuemax": "100" }, bar);
  const main = h("p", { class: "vs-live-main" });
  const figures = h("dl", { class: "vs-figures vs-figures-worded" });
  const opens = h("p", { class: "vs-live-opens" });
  const days = h("div", { class: "vs-live-days" });
  const word = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const act = h("div", { class: "vs-actions" });
  const close = button({ icon: "lock", label: t("studies.close_now"), onclick: () => sure() });
  close.classList.add("vs-study-close");
  const links = invites(study);
  const element = h(
    "div",
    { class: "vs-study-opened" },
    headOf(study),
    word,
    h(
      "div",
      { class: "vs-study-two" },
      h(
        "div",
        { class: "vs-study-main" },
        h("section", { class: "vs-card vs-live", "aria-label": t("studies.progress") }, h("h3", {}, t("studies.progress")), main, track, figures, days, opens, act),
        study.plan.stopping.rule === "anytime" ? result(study) : null,
      ),
      h("div", { class: "vs-study-main" }, links.element),
    ),
    h("details", { class: "vs-card vs-setup-fold" }, h("summary", {}, t("studies.setup_title")), h("p", { class: "vs-refusal" }, icon("lock"), h("span", {}, t("studies.fixed"))), setup(study), copyOf(study)),
  );
  let timer = null;
  let over = false;

  function sure() {
    const yes = button({ kind: "bad", label: t("studies.close_yes"), onclick: () => end(yes) });
    yes.classList.add("vs-study-close-yes");
    fill(act, h("p", { class: "vs-label" }, t("studies.close_ask")), yes, button({ kind: "quiet", label: t("no"), onclick: () => fill(act, close) }));
    yes.focus();
  }

  async function end(opener) {
    opener.disabled = true;
    try {
      await post(`/api/studies/${study.id}/close`);
      again();
    } catch (reason) {
      word.hidden = false;
      fill(word, icon("warn"), reason.message);
      fill(act, close);
    }
  }

  function show(now) {
    bar.style.setProperty("--share", Math.min(1, now.share).toFixed(3));
    track.setAttribute("aria-valuenow", Math.round(100 * now.share));
    fill(main, h("strong", {}, number(now.answers)), " ", t("studies.live_of", { target: number(now.target_answers), raters: number(now.target_raters) }));
    const { raters } = now;
    fill(
      figures,
      [
        [t("studies.live_started"), number(raters.started)],
        [t("studies.live_finished"), number(raters.finished)],
        [t("studies.live_active"), number(raters.active)],
        [t("studies.live_hour"), now.per_hour === null ? "–" : number(now.per_hour, now.per_hour < 10 ? 1 : 0)],
        [t("studies.live_remaining"), remaining(now.remaining_hours)],
        [t("studies.live_last"), now.last_answer_at ? moment(now.last_answer_at) : "–"],
      ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
    fill(opens, icon("lock"), h("span", {}, now.opens?.message || ""));
    opens.hidden = !now.opens;
    fill(days, now.by_day.length > 1 ? dayBars(now.by_day) : null);
  }

  async function look() {
    clearTimeout(timer);
    try {
      const now = await get(`/api/studies/${study.id}/progress`);
      if (over) return;
      // Its target was reached, or it was closed in another window.
      if (now.state !== "open") {
        again();
        return;
      }
      show(now);
      links.refresh();
    } catch {
      /* the studio may be restarting */
    }
    if (!over) timer = setTimeout(look, EVERY);
  }

  fill(act, close);
  look();
  return {
    element,
    close: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}

const remaining = (hours) => (hours === null ? "–" : hours < 1 ? counted("studies.minutes", Math.max(1, Math.round(60 * hours))) : hours < 48 ? counted("studies.hours", Math.round(hours)) : counted("studies.days", Math.round(hours / 24)));

/** Answers of each day, as bars with their numbers for those who do not see them. */
function dayBars(days) {
  const most = Math.max(...days.map((one) => one.answers), 1);
  const name = (day) => new Intl.DateTimeFormat(language, { month: "short", day: "numeric" }).format(new Date(`${day}T12:00:00`));
  return h(
    "ol",
    { "aria-label": t("studies.live_days") },
    days.slice(-14).map(({ day, answers }) => h("li", { title: `${name(day)}: ${number(answers)}`, style: { "--share": percentOf(answers, most) } }, h("i", { "aria-hidden": "true" }), h("small", {}, name(day)), h("span", { class: "vs-hidden" }, number(answers)))),
  );
}

const percentOf = (value, most) => `${Math.round((100 * value) / most)}%`;
