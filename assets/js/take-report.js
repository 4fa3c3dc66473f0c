/**
 * What was measured on a take, below its figures: three in plain words, one line on its state, and
 * folds with everything else. The part that is always seen has its final size from the start.
 */

import { attemptsFold, faultWords } from "./attempts.js";
import { fill, h, icon } from "./dom.js";
import { about, figureList, find, findingList, withUnit } from "./measured.js";
import { number, t } from "./texts.js";

const HEADLINES = [
  ["clear", "wer", "cer"],
  ["alike", "speaker_similarity"],
  ["natural", "distillmos", "dnsmos_overall"],
];
const MADE = ["queued", "running"];

export class TakeReport {
  constructor() {
    this.words = h("dl", { class: "vs-headlines" });
    this.line = h("div", { class: "vs-report-line", role: "status" });
    this.everything = h("div", { class: "vs-fold-body" });
    this.folds = h("div", { class: "vs-folds" }, h("details", { class: "vs-fold-figures" }, h("summary", {}, t("report.all")), this.everything));
    this.element = h("section", { class: "vs-report", "aria-label": t("report.label") }, this.words, this.line, this.folds);
  }

  /** @param {object} take as the API gives it */
  show(take) {
    const key = JSON.stringify([take.id, take.state, take.report, take.attempt, take.attempts]);
    if (key === this.shown) return;
    this.shown = key;
    const { report } = take;
    const measured = report?.state === "done" ? report : null;
    this.element.dataset.state = take.state === "done" ? report?.state || "none" : "waiting";
    const cloned = take.aspects?.reference?.status === "honoured" || Boolean(find(measured?.figures, "speaker_similarity"));
    fill(
      this.words,
      HEADLINES.filter(([name]) => name !== "alike" || cloned).map(([name, ...names]) => headline(name, find(measured?.figures, ...names))),
    );
    fill(this.line, stateLine(take));
    fill(this.everything, everything(report));
    this.showAttempts(take);
  }

  /** Other attempts are shown as soon as there are any: somebody asked for one. */
  unfold() {
    this.wanted = true;
    if (this.attempts) this.attempts.open = true;
  }

  showAttempts(take) {
    const others = take.attempts || [];
    const key = JSON.stringify(others);
    if (key === this.others) return;
    this.others = key;
    const open = this.attempts ? this.attempts.open : this.wanted;
    this.attempts?.remove();
    this.attempts = others.length ? attemptsFold(take, others) : null;
    if (!this.attempts) return;
    this.folds.append(this.attempts);
    this.attempts.open = Boolean(open);
  }
}

/** "Clear: every word clear, 0 %". */
function headline(name, figure) {
  const value = figure ? withUnit(figure) : "";
  return h(
    "div",
    { data: { headline: name }, title: figure ? about(figure) : "" },
    h("dt", {}, t(`report.${name}`)),
    h("dd", {}, figure ? [h("strong", {}, figure.words || value), figure.words && h("small", {}, h("span", { class: "vs-hidden" }, figure.title, " "), value)] : h("span", { class: "vs-faint" }, "–")),
  );
}

/** One line: measuring, tried again, what is wrong, or that nothing is. */
function stateLine(take) {
  const { report } = take;
  if (take.state !== "done") return h("p", { class: "vs-faint" }, take.state === "failed" || take.state === "cancelled" ? "" : t("report.later"));
  const now = (take.attempts || []).find((one) => MADE.includes(one.state) || MADE.includes(one.report?.state) || one.report?.state === "pending");
  if (now) return h("p", { class: "vs-report-busy" }, pulse(), t("report.again", { attempt: number(now.attempt), most: number(mostOf(take)) }));
  if (!report) return h("p", { class: "vs-faint" }, t("report.none"));
  if (report.state === "failed") return h("p", { class: "vs-faint" }, icon("warn"), report.remarks?.[0]?.message || t("report.failed"));
  if (report.state !== "done") return h("p", { class: "vs-report-busy" }, pulse(), t("report.measuring"));
  return [told(take), worst(report)];
}

/** "Attempt 2 of 3: attempt 1 was cut off." */
function told(take) {
  const others = take.attempts || [];
  if (!others.length) return null;
  const reasons = others
    .filter((one) => one.report?.findings?.some((finding) => finding.severity === "fault") || one.state === "failed")
    .map((one) => t("report.attempt_fault", { attempt: number(one.attempt), fault: faultWords(one) }));
  const which = t("report.attempt", { attempt: number(take.attempt), most: number(mostOf(take)) });
  return h("p", { class: "vs-report-told" }, icon("retry"), h("span", {}, reasons.length ? t("report.attempt_because", { which, reasons: reasons.join(t("report.and")) }) : which));
}

const mostOf = (take) => Math.max(1 + (take.retries || 0), take.attempt, (take.attempts || []).length + 1);

/** The gravest finding; the fold has all of them. Where a check could not run, nothing is fine. */
function worst({ findings, remarks }) {
  if (!findings.length && remarks?.length) {
    const why = remarks[0].message;
    return h("p", { class: "vs-report-finding", data: { severity: "warning" }, title: why }, icon("warn"), h("span", {}, t("report.partly", { why })));
  }
  if (!findings.length) return h("p", { class: "vs-report-fine" }, icon("check"), t("report.fine"));
  const first = findings.find((one) => one.severity === "fault") || findings[0];
  const more = findings.length - 1;
  return h(
    "p",
    { class: "vs-report-finding", data: { severity: first.severity }, title: first.message },
    icon("warn"),
    h("span", {}, h("span", { class: "vs-hidden" }, t(`measured.${first.severity}`), " "), first.message, more ? ` ${t("report.more", { count: number(more) })}` : ""),
  );
}

function everything(report) {
  if (!report || report.state !== "done") return h("p", { class: "vs-faint" }, t(report && report.state !== "failed" ? "report.measuring" : "report.none"));
  return [
    findingList(report.findings),
    figureList(report.figures),
    report.heard?.text ? h("div", { class: "vs-heard" }, h("p", { class: "vs-label" }, t("report.heard")), h("blockquote", { class: "vs-transcript", lang: report.heard.language || "" }, report.heard.text)) : null,
    (report.remarks || []).length ? h("ul", { class: "vs-remarks" }, report.remarks.map((one) => h("li", {}, one.message))) : null,
  ];
}

const pulse = () => h("span", { class: "vs-pulse", "aria-hidden": "true" });
