/** The tags of a thing: seen as chips, changed in their place, suggested from those in use. */

import { button, fill, h, icon } from "../dom.js";
import { put } from "../http.js";
import { t } from "../texts.js";

/** Tags to be read; each filters by itself. @param {(tag: string) => void} chosen */
export const tagChips = (tags, chosen) =>
  tags.length
    ? h(
        "ul",
        { class: "vs-library-tags", "aria-label": t("library.tags") },
        tags.map((tag) => h("li", {}, h("button", { type: "button", class: "vs-library-tag", title: t("library.only_tag", { tag }), onclick: () => chosen(tag) }, `#${tag}`))),
      )
    : null;

/**
 * A small form to change them; every change is kept at once.
 * @param {object} item
 * @param {string[]} known tags in use
 * @param {(tags: string[]) => void} changed
 * @param {() => void} over
 */
export function tagForm(item, known, changed, over) {
  let tags = [...item.tags];
  const chips = h("ul", { class: "vs-library-tags" });
  const list = h("datalist", { id: `vs-tags-${item.id}` });
  const alert = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const box = h("input", { class: "vs-input", list: list.id, maxlength: "40", placeholder: t("library.new_tag"), "aria-label": t("library.new_tag"), autocomplete: "off" });
  const keep = async (wanted) => {
    try {
      ({ tags } = await put(`/api/library/${item.kind}/${item.id}/tags`, { tags: wanted }));
      alert.hidden = true;
      box.value = "";
      changed(tags);
    } catch (reason) {
      alert.hidden = false;
      alert.replaceChildren(icon("warn"), reason.message);
    }
    draw();
  };
  const draw = () => {
    fill(
      chips,
      tags.map((tag) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "vs-library-tag",
              "aria-label": t("library.remove_tag", { tag }),
              title: t("library.remove_tag", { tag }),
              onclick: () => {
                keep(tags.filter((one) => one !== tag));
                box.focus();
              },
            },
            `#${tag}`,
            icon("close"),
          ),
        ),
      ),
    );
    fill(list, known.filter((one) => !tags.includes(one)).map((one) => h("option", { value: one })));
  };
  const form = h(
    "form",
    {
      class: "vs-library-tagging",
      onsubmit: (event) => {
        event.preventDefault();
        const more = box.value.split(",").map((one) => one.trim()).filter(Boolean);
        if (more.length) keep([...tags, ...more]);
      },
      onkeydown: (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        over();
      },
    },
    chips,
    h("div", { class: "vs-library-names" }, box, list, h("button", { type: "submit", class: "vs-button vs-button-plain" }, t("library.add"))),
    alert,
    h("div", { class: "vs-actions" }, button({ kind: "quiet", label: t("library.ready"), onclick: over })),
  );
  draw();
  queueMicrotask(() => box.focus());
  return form;
}
