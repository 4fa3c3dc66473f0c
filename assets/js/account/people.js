/** Everybody with an account, for admins: added, given roles, shut out, given a new password. */

import { button, fill, h } from "../dom.js";
import { get, patch, post } from "../http.js";
import { moment, t } from "../texts.js";
import { ROLES, card, choices, field, once, sure, told } from "./parts.js";

/** @param {object} account as GET /api/account tells */
export function people(account) {
  const list = h("div", { class: "vs-rows" });
  const shown = h("div");
  const notice = told();

  const load = async () => {
    try {
      const { users } = await get("/api/users");
      fill(list, users.map((user) => row(user, account, act)));
    } catch (problem) {
      notice.say(problem.message, true);
    }
  };
  /** Do something, then show how everything stands; a refusal stays to be read. */
  const act = async (work) => {
    notice.say("");
    try {
      const secret = await work();
      if (secret) fill(shown, secret);
      else notice.say(t("account.saved"));
    } catch (problem) {
      notice.say(problem.message, true);
    }
    await load();
  };

  const name = h("input", { class: "vs-input", name: "person", required: true, maxlength: 64, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const roles = choices({ text: t("account.roles") }, ROLES, ["creator"]);
  const submit = (event) => {
    event.preventDefault();
    act(async () => {
      const made = await post("/api/users", { name: name.value, roles: roles.chosen() });
      name.value = "";
      return once(t("account.person_added", { name: made.user.name }), made.password);
    });
  };
  const form = h("form", { class: "vs-account-form", onsubmit: submit }, field("account.person_name", name), roles, button({ icon: "plus", label: t("account.add_person"), type: "submit" }));
  load();
  return card("account.people", "people", h("p", { class: "vs-hint" }, t("account.people_lead")), form, notice, shown, list);
}

function row(user, account, act) {
  const at = `/api/users/${encodeURIComponent(user.id)}`;
  const self = user.id === account.id;
  const roles = choices({ text: user.name, quiet: true }, ROLES, user.roles, () => act(() => patch(at, { roles: roles.chosen() }).then(() => null)));
  const reset = () =>
    act(async () => {
      const { password } = await post(`${at}/password`, {});
      return once(t("account.reset_done", { name: user.name }), password);
    });
  return h(
    "div",
    { class: "vs-row", data: { user: user.name, ...(user.disabled_at ? { ended: "" } : {}) } },
    h(
      "div",
      { class: "vs-row-about" },
      roles,
      h(
        "span",
        { class: "vs-meta" },
        self && h("span", {}, t("account.you_mark")),
        h("span", {}, t("account.since", { moment: moment(user.created_at) })),
        user.disabled_at && h("span", {}, t("account.shut_since", { moment: moment(user.disabled_at) })),
        h("code", {}, user.id),
      ),
    ),
    h(
      "div",
      { class: "vs-actions" },
      !self && sure("account.reset", "account.reset_sure", reset),
      user.disabled_at
        ? button({ label: t("account.open"), onclick: () => act(() => patch(at, { disabled: false }).then(() => null)) })
        : !self && sure("account.shut", "account.shut_sure", () => act(() => patch(at, { disabled: true }).then(() => null))),
    ),
  );
}
