/** One thing in the list: chosen, heard, named, tagged, opened, used again, deleted. */

import { button, fill, h, icon, setIcon } from "../dom.js";
import { patch } from "../http.js";
import { counted, languageName, moment, seconds, t } from "../texts.js";
import { addressOf, nameOf, reuseOf } from "./kinds.js";
import { renameForm } from "./rename.js";
import { playButton } from "./sound.js";
import { tagChips, tagForm } from "./tags.js";

/** Takes in a row before "more"; on a phone each has a line of its own. */
const SHOWN = matchMedia("(max-width: 720px)").matches ? 2 : 4;

/** A row of the list; `page` is told what somebody wants. */
export class Row {
  /** @param {object} item @param {{bin: boolean, choices: object, chosen: Function, only: Function, remove: Function, restore: Function, purge: Function, copy: Function}} page */
  constructor(item, page) {
    this.item = item;
    this.page = page;
    this.element = h("li", { class: "vs-library-row", data: { kind: item.kind, thing: item.id } });
    this.draw();
  }

  draw() {
    const { item, page } = this;
    const name = nameOf(item);
    this.box = h("input", { type: "checkbox", checked: this.box?.checked || false, "aria-label": t("library.choose", { name: name.slice(0, 80) }), onchange: () => page.chosen() });
    this.place = h("div", { class: "vs-library-place" });
    fill(
      this.element,
      h("label", { class: "vs-library-box" }, this.box),
      h(
        "div",
        { class: "vs-library-main" },
        this.head(name),
        item.title && item.text && !(item.kind === "study") ? h("p", { class: "vs-library-text", lang: item.language }, item.text) : null,
        this.meta(),
        page.bin ? null : this.sounds(),
        item.note ? h("p", { class: "vs-library-note" }, icon("note"), item.note) : null,
        tagChips(item.tags, (tag) => page.only({ tag })),
        this.place,
      ),
      this.actions(name),
    );
  }

  /** Put the focus on the thing itself; the page stays where it is. */
  focus() {
    (this.element.querySelector(".vs-library-link") || this.box).focus({ preventScroll: true });
  }

  head(name) {
    const { item, page } = this;
    const words = item.kind === "study" || item.title ? {} : { lang: item.language };
    return h("h3", { class: "vs-library-name" }, page.bin ? h("span", words, name) : h("a", { class: "vs-library-link", href: addressOf(item), ...words }, name || t("library.unnamed")));
  }

  meta() {
    const { item } = this;
    const state = item.state && item.state !== "done" ? h("span", { class: "vs-library-state", data: { state: item.state } }, t(`library.state_${item.state}`)) : null;
    const parts = [
      state,
      languageName(item.language),
      item.project && h("button", { type: "button", class: "vs-library-project", title: t("library.only_project", { project: item.project }), onclick: () => this.page.only({ project: item.project }) }, item.project),
      item.kind === "take" ? this.speaker(item.takes[0]) : null,
      item.kind === "voice" && item.seconds ? seconds(item.seconds) : null,
      item.shared ? t("library.shared") : null,
      item.voice_name ? t("library.spoken_by", { voice: item.voice_name }) : null,
      item.instruction ? `“${item.instruction}”` : null,
      item.engines?.length ? item.engines.join(", ") : null,
      item.answers !== null && item.answers !== undefined && item.kind === "study" ? counted("library.answers", item.answers) : null,
      item.gone_at ? h("span", { class: "vs-library-gone" }, t("library.gone_at", { when: moment(item.gone_at) })) : moment(item.created_at),
    ];
    return h("p", { class: "vs-meta" }, parts.filter(Boolean).map((part) => h("span", {}, part)));
  }

  speaker(take) {
    return [take.title, take.model, take.preset_title, take.attempt > 1 && t("library.attempt", { number: take.attempt })].filter(Boolean).join(" · ");
  }

  sounds() {
    const { item } = this;
    if (item.kind === "voice") return h("div", { class: "vs-library-sounds" }, playButton({ src: `/api/voices/${item.id}/clip`, label: t("library.play", { name: item.title }), words: t("library.listen") }));
    const takes = (item.takes || []).filter((take) => take.state === "done");
    if (!takes.length) return null;
    const play = (take) =>
      playButton({
        src: `/api/takes/${take.id}/audio?format=wav`,
        label: t("library.play", { name: this.speaker(take) }),
        words: [take.name || (item.kind === "take" ? t("library.listen") : take.title), seconds(take.seconds)].join(" · "),
      });
    const line = h("div", { class: "vs-library-sounds" }, takes.slice(0, SHOWN).map(play));
    const rest = takes.slice(SHOWN);
    if (rest.length) {
      const more = h("button", { type: "button", class: "vs-sound", onclick: () => { more.replaceWith(...rest.map(play)); } }, t("library.more_takes", { count: rest.length }));
      line.append(more);
    }
    return line;
  }

  actions(name) {
    const { item, page } = this;
    const short = name.slice(0, 60);
    const small = (symbol, label, onclick, more = {}) => button({ kind: "quiet", icon: symbol, label: `${label}: ${short}`, quiet: true, title: label, onclick, ...more });
    if (page.bin)
      return h(
        "div",
        { class: "vs-library-actions" },
        button({ kind: "plain", icon: "undo", label: t("library.restore"), "aria-label": `${t("library.restore")}: ${short}`, onclick: () => page.restore([this]) }),
        small("trash", t("library.purge"), () => this.ask()),
      );
    const reuse = reuseOf(item);
    return h(
      "div",
      { class: "vs-library-actions" },
      item.kind === "take" && this.star(short),
      reuse && h("a", { class: "vs-button vs-button-quiet", href: reuse, title: t("library.reuse"), "aria-label": `${t("library.reuse")}: ${short}` }, icon("copy")),
      item.kind === "study" && small("copy", t("library.copy"), () => page.copy(item)),
      small("edit", t("library.rename"), (event) => this.open(event.currentTarget, (over) => renameForm(item, page.choices.projects, over))),
      small("tag", t("library.tag_it"), (event) => this.tag(event.currentTarget)),
      small("trash", t("library.delete"), () => page.remove([this]), { class: "vs-button vs-button-quiet vs-library-delete" }),
    );
  }

  star(short) {
    const { item } = this;
    const words = () => t(item.starred ? "library.unstar" : "library.star");
    const made = button({
      kind: "quiet",
      icon: item.starred ? "starred" : "star",
      label: `${t("library.star")}: ${short}`,
      quiet: true,
      title: words(),
      "aria-pressed": String(item.starred),
      class: "vs-button vs-button-quiet vs-library-star",
      onclick: async () => {
        const starred = !item.starred;
        try {
          await patch(`/api/takes/${item.id}/marks`, { starred });
        } catch (reason) {
          this.page.say(reason.message, { bad: true });
          return;
        }
        item.starred = starred;
        setIcon(made.querySelector("svg"), starred ? "starred" : "star");
        made.setAttribute("aria-pressed", String(starred));
        made.title = words();
      },
    });
    return made;
  }

  /** Put a form below the thing; when it is over, the button that opened it has the focus again. */
  open(opener, form) {
    const name = opener.title;
    fill(
      this.place,
      form((changed) => {
        if (changed) {
          this.item = changed;
          this.page.learn();
        }
        this.draw();
        this.element.querySelector(`[title="${CSS.escape(name)}"]`)?.focus();
      }),
    );
  }

  tag(opener) {
    const known = this.page.choices.tags.map((one) => one.tag);
    this.open(opener, (over) =>
      tagForm(
        this.item,
        known,
        (tags) => {
          this.item = { ...this.item, tags };
        },
        () => over({ ...this.item }),
      ),
    );
  }

  /** For good is asked in place. */
  ask() {
    const no = button({ kind: "plain", label: t("library.keep"), onclick: () => this.draw() });
    const key = this.item.kind === "study" ? "library.ask_study" : "library.ask_one";
    fill(
      this.place,
      h("p", { class: "vs-ask", role: "alert" }, t(key)),
      h("div", { class: "vs-actions" }, button({ kind: "bad", label: t("library.purge"), onclick: () => this.page.purge([this]) }), no),
    );
    no.focus();
  }
}
