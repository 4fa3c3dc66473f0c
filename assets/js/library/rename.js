/** A thing's name, changed in its place. */

import { button, h, icon } from "../dom.js";
import { patch, put } from "../http.js";
import { t } from "../texts.js";

/** @param {object} item @param {{title: string, project?: string}} names @returns {Promise<void>} */
function keep(item, { title, project }) {
  if (item.kind === "comparison") return patch(`/api/comparisons/${item.id}`, { title, project });
  if (item.kind === "take") return patch(`/api/takes/${item.id}/marks`, { name: title });
  if (item.kind === "voice") return put(`/api/voices/${item.id}`, { name: title });
  return patch(`/api/studies/${item.id}`, { title });
}

/** What stands in the field at first: of a take its own name, not that of its comparison. */
const named = (item) => (item.kind === "take" ? item.takes[0]?.name || "" : item.title);

/**
 * A small form in the place of the name.
 * @param {object} item
 * @param {string[]} projects those that are known
 * @param {(changed: object|null) => void} over told the thing as it is now, or nothing
 */
export function renameForm(item, projects, over) {
  const title = h("input", { class: "vs-input", name: "title", maxlength: "200", value: named(item), placeholder: item.kind === "comparison" ? item.text.slice(0, 60) : "", "aria-label": t("library.name") });
  const list = h("datalist", { id: `vs-projects-${item.id}` }, projects.map((one) => h("option", { value: one })));
  const project = h("input", { class: "vs-input", name: "project", maxlength: "80", list: list.id, value: item.project, placeholder: t("library.project"), "aria-label": t("library.project") });
  const alert = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const form = h(
    "form",
    {
      class: "vs-library-rename",
      onsubmit: async (event) => {
        event.preventDefault();
        const names = { title: title.value.trim(), project: project.value.trim() };
        try {
          await keep(item, names);
        } catch (reason) {
          alert.hidden = false;
          alert.replaceChildren(icon("warn"), reason.message);
          return;
        }
        if (item.kind === "take") over({ ...item, title: names.title || item.title, takes: item.takes.map((one) => ({ ...one, name: names.title })) });
        else over({ ...item, ...(item.kind === "comparison" ? names : { title: names.title || item.title }) });
      },
      onkeydown: (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        over(null);
      },
    },
    h("div", { class: "vs-library-names" }, title, item.kind === "comparison" && [project, list]),
    alert,
    h("div", { class: "vs-actions" }, h("button", { type: "submit", class: "vs-button vs-button-accent" }, t("library.save")), button({ kind: "quiet", label: t("library.leave"), onclick: () => over(null) })),
  );
  queueMicrotask(() => title.select());
  return form;
}
