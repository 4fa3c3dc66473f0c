/** The other attempts at a take, folded away: each can be heard, read about and kept. */

import { button, h, icon } from "./dom.js";
import { address, put } from "./http.js";
import { about, find, findingList, withUnit } from "./measured.js";
import { counted, has, number, t } from "./texts.js";

const FORMATS = ["wav", "flac", "mp3"];

/** What was wrong with an attempt, as the end of a sentence: "was cut off". */
export function faultWords(attempt) {
  if (attempt.state === "failed") return t("fault.failed");
  const faults = (attempt.report?.findings || []).filter((one) => one.severity === "fault");
  const words = faults.map((one) => (has(`fault.${one.code}`) ? t(`fault.${one.code}`) : t("fault.other")));
  return [...new Set(words)].join(", ");
}

/** @param {object} take the chosen one @param {object[]} others */
export function attemptsFold(take, others) {
  return h(
    "details",
    { class: "vs-fold-attempts" },
    h("summary", {}, counted("report.others", others.length)),
    h("ol", { class: "vs-attempts" }, others.map(attemptRow)),
  );
}

/** This attempt shall stand for all on the card. */
async function use(event, base) {
  const control = event.currentTarget;
  control.disabled = true;
  try {
    await put(`${base}/chosen`);
    control.dispatchEvent(new CustomEvent("vs-again", { bubbles: true }));
  } catch (reason) {
    control.replaceWith(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
  }
}

function attemptRow(attempt) {
  const base = `/api/takes/${attempt.id}`;
  const done = attempt.state === "done";
  const name = t("report.attempt_name", { attempt: number(attempt.attempt) });
  const { report } = attempt;
  const figures = [find(report?.figures, "wer", "cer"), find(report?.figures, "speaker_similarity"), find(report?.figures, "distillmos", "dnsmos_overall")].filter(Boolean);
  return h(
    "li",
    { class: "vs-attempt", data: { attempt: attempt.attempt } },
    h("p", { class: "vs-attempt-head" }, h("strong", {}, name), h("span", { class: "vs-faint" }, done ? withUnit({ value: attempt.seconds, unit: "s", digits: 1 }) : t(`state.${attempt.state}`))),
    done && h("vs-player", { class: "vs-player-small", src: `${base}/audio?format=wav&listen=true`, peaks: `${base}/peaks`, seconds: String(attempt.seconds || 0), label: `${attempt.title}, ${name}` }),
    attempt.state === "failed" && attempt.error ? h("p", { class: "vs-faint" }, attempt.error.message) : null,
    report?.state === "done" && findingList(report.findings),
    figures.length > 0 && h("p", { class: "vs-meta" }, figures.map((one) => h("span", { title: about(one) }, `${one.title} ${withUnit(one)}`))),
    done &&
      h(
        "div",
        { class: "vs-downloads" },
        icon("download"),
        FORMATS.map((format) =>
          h("a", { class: "vs-download", href: address(`${base}/audio?format=${format}`), download: "", "aria-label": t("take.download", { format: format.toUpperCase(), engine: `${attempt.title}, ${name}` }) }, format.toUpperCase()),
        ),
        button({ label: t("compare.use"), class: "vs-button vs-button-quiet vs-use-attempt", "aria-label": `${t("compare.use")}: ${attempt.title}, ${name}`, onclick: (event) => use(event, base) }),
      ),
  );
}
