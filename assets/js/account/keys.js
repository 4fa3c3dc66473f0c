/** One's API keys: made, shown once, revoked. */

import { button, fill, h } from "../dom.js";
import { get, post, remove } from "../http.js";
import { counted, moment, t } from "../texts.js";
import { ROLES, card, choices, field, once, sure, told } from "./parts.js";

const DAYS = [30, 90, 365];

/** @param {object} account as GET /api/account tells */
export function keys(account) {
  const list = h("div", { class: "vs-rows" });
  const made = h("div");
  const notice = told();

  const load = async () => {
    try {
      const { keys: found } = await get("/api/account/keys");
      const [ended, used] = [found.filter(over), found.filter((key) => !over(key))];
      fill(
        list,
        used.length ? used.map((key) => row(key, revoke)) : h("p", { class: "vs-hint" }, t("account.no_keys")),
        ended.length > 0 && h("details", {}, h("summary", {}, counted("account.old_keys", ended.length)), ended.map((key) => row(key))),
      );
    } catch (problem) {
      notice.say(problem.message, true);
    }
  };
  const revoke = async (key) => {
    try {
      await remove(`/api/account/keys/${key.id}`);
    } catch (problem) {
      notice.say(problem.message, true);
    }
    await load();
  };

  const name = h("input", { class: "vs-input", name: "key", required: true, maxlength: 80, autocomplete: "off", placeholder: t("account.key_placeholder") });
  const offered = ROLES.filter((role) => account.may.includes(role));
  const scopes = choices({ text: t("account.key_scopes") }, offered, offered.includes("creator") ? ["creator"] : offered.slice(0, 1));
  const ends = h("select", { class: "vs-input" }, DAYS.map((days) => h("option", { value: days }, t(`account.ends_${days}`))), h("option", { value: "" }, t("account.ends_never")));
  ends.value = "90";
  const submit = async (event) => {
    event.preventDefault();
    notice.say("");
    const days = Number(ends.value);
    const expires = days ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
    try {
      const key = await post("/api/account/keys", { name: name.value, scopes: scopes.chosen(), expires_at: expires });
      fill(made, once(t("account.key_made"), key.key));
      name.value = "";
    } catch (problem) {
      notice.say(problem.message, true);
    }
    await load();
  };
  const form = h(
    "form",
    { class: "vs-account-form", onsubmit: submit },
    h("div", { class: "vs-form" }, field("account.key_name", name), field("account.key_ends", ends)),
    scopes,
    notice,
    button({ kind: "accent", icon: "plus", label: t("account.make_key"), type: "submit" }),
  );
  load();
  return card("account.keys", "keys", h("p", { class: "vs-hint" }, t("account.keys_lead")), form, made, list);
}

const over = (key) => Boolean(key.revoked_at) || (key.expires_at && new Date(key.expires_at) <= new Date());

function row(key, revoke) {
  const end = key.revoked_at
    ? t("account.key_revoked", { moment: moment(key.revoked_at) })
    : key.expires_at && t(over(key) ? "account.key_expired" : "account.key_expires", { moment: moment(key.expires_at) });
  const used = key.last_used_at ? t("account.key_used", { moment: moment(key.last_used_at) }) : t("account.key_unused");
  return h(
    "div",
    { class: "vs-row", data: { key: key.id, ...(revoke ? {} : { ended: "" }) } },
    h(
      "div",
      { class: "vs-row-about" },
      h("b", {}, key.name),
      h("span", { class: "vs-meta" }, h("code", {}, `${key.beginning}…`), h("span", {}, key.scopes.map((scope) => t(`account.role.${scope}`)).join(", ")), h("span", {}, used), end && h("span", {}, end)),
    ),
    revoke && sure("account.revoke", "account.revoke_sure", () => revoke(key)),
  );
}
