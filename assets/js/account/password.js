/** One's own password. */

import { button, h } from "../dom.js";
import { post } from "../http.js";
import { t } from "../texts.js";
import { card, field, told } from "./parts.js";

const input = (name, autocomplete) => h("input", { class: "vs-input", type: "password", name, autocomplete, required: true, maxlength: 1000 });

/** @param {object} account as GET /api/account tells */
export function password(account, reload) {
  const old = account.has_password && input("old", "current-password");
  const wanted = input("new", "new-password");
  const again = input("again", "new-password");
  const notice = told();
  const submit = async (event) => {
    event.preventDefault();
    if (wanted.value !== again.value) {
      notice.say(t("account.differ"), true);
      again.focus();
      return;
    }
    try {
      await post("/api/account/password", { old: old ? old.value : "", new: wanted.value });
    } catch (problem) {
      notice.say(problem.message, true);
      return;
    }
    form.reset();
    if (!account.has_password) reload();
    notice.say(t("account.changed"));
  };
  const form = h(
    "form",
    { class: "vs-account-form", onsubmit: submit },
    // password managers want to know whose it is
    h("input", { type: "text", name: "username", autocomplete: "username", value: account.name, hidden: true, readonly: true }),
    old ? field("account.old", old) : h("p", { class: "vs-hint" }, t("account.password_none")),
    field("account.new", wanted, "account.new_hint"),
    field("account.again", again),
    notice,
    button({ label: t("account.change"), type: "submit" }),
  );
  return card("account.password", "password", form);
}
