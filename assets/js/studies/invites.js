/** The links by which raters come: one for everybody, or one for each; to copy, to scan, to revoke. */

import { button, fill, h, icon } from "../dom.js";
import { address, get, post, remove } from "../http.js";
import { counted, t } from "../texts.js";

export function invites(study) {
  const path = `/api/studies/${study.id}/invites`;
  const word = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const list = h("ul", { class: "vs-invite-list" });
  const hint = h("p", { class: "vs-refusal", hidden: true });
  const open = button({ kind: "accent", icon: "plus", label: t("studies.invite_open"), onclick: () => make({ kind: "open" }) });
  open.classList.add("vs-invite-open");
  const names = h("textarea", { class: "vs-input", rows: "3", "aria-label": t("studies.invite_names"), placeholder: t("studies.invite_names_example") });
  const personal = button({ icon: "plus", label: t("studies.invite_personal"), onclick: () => forEach() });
  const element = h(
    "section",
    { class: "vs-card vs-invites" },
    h("div", { class: "vs-study-bar" }, h("h3", {}, t("studies.invites")), open),
    h("p", { class: "vs-hint" }, t("studies.invites_hint")),
    hint,
    word,
    list,
    h("details", {}, h("summary", {}, t("studies.invite_each")), h("div", { class: "vs-door" }, h("p", { class: "vs-hint" }, t("studies.invite_each_hint")), names, h("div", { class: "vs-actions" }, personal))),
  );

  async function make(asked) {
    word.hidden = true;
    try {
      show(await post(path, asked));
    } catch (reason) {
      tell(reason);
    }
  }

  function forEach() {
    const asked = names.value.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
    if (!asked.length) {
      names.focus();
      return;
    }
    names.value = "";
    make({ kind: "personal", names: asked });
  }

  function tell(reason) {
    word.hidden = false;
    fill(word, icon("warn"), reason.message);
  }

  async function revoke(id) {
    try {
      const answer = await remove(`${path}/${id}`);
      show(answer.status === 204 ? await get(path) : await answer.json());
    } catch (reason) {
      tell(reason);
    }
  }

  let shown = "";
  function show({ invites: all, hint: told }) {
    hint.hidden = !told;
    if (told) fill(hint, icon("warn"), h("span", {}, told.message));
    const key = JSON.stringify(all);
    if (key === shown) return;
    // Counts change while somebody copies a link: only what is new is drawn anew.
    const same = shown && JSON.stringify(all.map((one) => [one.id, one.revoked_at])) === JSON.stringify(JSON.parse(shown).map((one) => [one.id, one.revoked_at]));
    shown = key;
    if (same) {
      for (const one of all) list.querySelector(`[data-invite="${one.id}"] .vs-invite-counts`).textContent = counts(one);
      return;
    }
    fill(list, all.length ? all.map((one) => row(one, revoke)) : h("li", { class: "vs-hint" }, t("studies.invites_none")));
  }

  const refresh = async () => {
    try {
      show(await get(path));
    } catch (reason) {
      if (!shown) tell(reason);
    }
  };
  refresh();
  return { element, refresh };
}

const counts = ({ raters, finished, answers }) => [counted("studies.invite_raters", raters), counted("studies.invite_answers", answers), finished ? counted("studies.invite_finished", finished) : ""].filter(Boolean).join(" · ");

function row(invite, revoke) {
  const { id, kind, name, url, qr, revoked_at: revoked } = invite;
  const link = h("input", { class: "vs-input", readonly: true, value: url, "aria-label": t("studies.invite_link"), onfocus: () => link.select() });
  const picture = h("div", { class: "vs-invite-code", hidden: true });
  const code = button({
    kind: "plain",
    icon: "code",
    label: t("studies.invite_code"),
    "aria-expanded": "false",
    onclick: () => {
      picture.hidden = !picture.hidden;
      code.setAttribute("aria-expanded", String(!picture.hidden));
      if (!picture.hidden && !picture.firstChild) fill(picture, h("img", { src: address(qr), alt: t("studies.invite_code_alt"), width: "220", height: "220" }), h("a", { href: address(qr), download: "invite.svg" }, t("studies.invite_code_save")));
    },
  });
  const away = h("span", { class: "vs-invite-revoke" });
  const offer = () =>
    fill(
      away,
      button({
        kind: "quiet",
        icon: "close",
        label: t("studies.invite_revoke"),
        onclick: () => fill(away, h("span", { class: "vs-hint" }, t("studies.invite_revoke_ask")), button({ kind: "bad", label: t("studies.invite_revoke_yes"), onclick: () => revoke(id) }), button({ kind: "quiet", label: t("no"), onclick: offer })),
      }),
    );
  offer();
  return h(
    "li",
    { data: { invite: id, kind, revoked: revoked ? "yes" : "no" } },
    h("p", { class: "vs-invite-name" }, h("strong", {}, name || t(`studies.invite_kind.${kind}`)), h("small", { class: "vs-invite-counts" }, counts(invite))),
    revoked
      ? h("p", { class: "vs-hint" }, t("studies.invite_revoked"))
      : [h("div", { class: "vs-invite-line" }, link, copyButton(url, link), code), picture, away],
  );
}

/** Copies, and says so; where the browser forbids it, the text is selected to copy by hand. */
export function copyButton(text, field) {
  const made = button({
    kind: "plain",
    icon: "copy",
    label: t("studies.copy"),
    onclick: async () => {
      const word = made.querySelector("span");
      try {
        await navigator.clipboard.writeText(text);
        word.textContent = t("studies.copied");
      } catch {
        field?.focus();
        field?.select();
        word.textContent = t("studies.copy_by_hand");
      }
      setTimeout(() => {
        word.textContent = t("studies.copy");
      }, 2500);
    },
  });
  made.classList.add("vs-copy");
  made.setAttribute("aria-live", "polite");
  return made;
}
