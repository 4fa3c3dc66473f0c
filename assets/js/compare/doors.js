/** Ways on from a comparison: blind rating, a study, all files at once, the same order again. */

import { button, h, icon } from "../dom.js";
import { address, get, page, post } from "../http.js";
import { t } from "../texts.js";
import { menu } from "./menu.js";

const FORMATS = ["wav", "flac", "mp3"];
const TITLE_MOST = 120;

export class Doors {
  /** @param {object} data a comparison @param {(sentence: string) => void} say shows what went wrong */
  constructor(data, say) {
    this.say = say;
    this.rate = h("a", { class: "vs-button vs-button-accent vs-rate", href: `${page("blind")}?comparison=${data.id}` }, icon("blind"), h("span", {}, t("comparison.rate")));
    this.study = button({ icon: "study", label: t("compare.study"), class: "vs-button vs-button-plain vs-to-study", onclick: () => this.makeStudy() });
    this.files = menu(
      { icon: "download", label: t("compare.all"), class: "vs-all-files" },
      h("p", { class: "vs-hint" }, t("compare.all_hint")),
      FORMATS.map((format) => h("a", { class: "vs-menu-item", href: address(`/api/comparisons/${data.id}/takes.zip?format=${format}`), download: "" }, t("compare.all_as", { format: format.toUpperCase() }))),
    );
    this.again = h("a", { class: "vs-button vs-button-quiet vs-reuse", href: `${page("")}?reuse=${data.id}` }, icon("retry"), h("span", {}, t("compare.reuse")));
  }

  /** @param {object} data as it stands */
  show(data) {
    this.data = data;
    const done = data.takes.filter((take) => take.state === "done");
    const ratable = done.filter((take) => !take.instead_of).length;
    this.rate.toggleAttribute("inert", ratable < 2);
    this.rate.setAttribute("aria-disabled", String(ratable < 2));
    this.study.disabled = ratable < 2;
    this.files.toggleAttribute("inert", !done.length);
    this.files.dataset.off = String(!done.length);
    return ratable;
  }

  /** A draft with the voices of these takes as its conditions and this text as its first. */
  async makeStudy() {
    this.study.disabled = true;
    try {
      const { data } = this;
      const order = await get(`/api/comparisons/${data.id}/order`);
      const conditions = data.takes.filter((take) => take.state === "done" && !take.instead_of).map((take) => conditionOf(take, order));
      const study = await post("/api/studies", {
        title: (data.title || data.text).slice(0, TITLE_MOST),
        language: data.language,
        conditions,
        texts: [data.text],
      });
      location.assign(`${page("studies")}?study=${study.id}&step=question`);
    } catch (reason) {
      this.study.disabled = false;
      this.say(reason.message);
    }
  }
}

/** A take as a study's condition: the same engine, voice and settings, without its seed. */
function conditionOf(take, order) {
  const asked = order.engines[take.position] || {};
  const wanted = { engine: take.engine, options: asked.options || {} };
  if (take.preset) wanted.voice = take.preset;
  if (asked.insist) wanted.insist = true;
  return { wanted, voice_id: order.voice, instruction: order.instruction || "", label: take.marks?.name || "" };
}
