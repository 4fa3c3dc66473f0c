/** Who one is here: name, roles, browsers that are signed in, Hugging Face. */

import { button, h } from "../dom.js";
import { remove } from "../http.js";
import { counted, language, moment, t } from "../texts.js";
import { card, sure, told } from "./parts.js";

const root = document.documentElement.dataset.root || "";
const SIGN_IN = `${root}/${language}/login`;

/** @param {object} account as GET /api/account tells @param {boolean} offered whether Hugging Face can be connected */
export function you(account, offered, reload) {
  const notice = told();
  const act = async (work, after) => {
    try {
      await work();
      after();
    } catch (problem) {
      notice.say(problem.message, true);
    }
  };
  const others =
    account.sessions > 1 &&
    button({ label: t("account.sign_out_others"), onclick: () => act(() => remove("/api/account/sessions?others=true"), reload) });
  return card(
    "account.you",
    "you",
    h("p", { class: "vs-account-name" }, account.name),
    h("div", { class: "vs-account-roles" }, account.roles.map((role) => h("span", { class: "vs-role", title: t(`account.role_says.${role}`) }, t(`account.role.${role}`)))),
    h("p", { class: "vs-hint" }, `${t("account.since", { moment: moment(account.created_at) })} · ${t("account.id")} `, h("code", {}, account.id)),
    h("p", { class: "vs-hint" }, counted("account.sessions", Math.max(1, account.sessions))),
    notice,
    h(
      "div",
      { class: "vs-actions" },
      h("form", { method: "post", action: `${root}/logout` }, h("button", { class: "vs-button vs-button-plain", type: "submit" }, t("account.sign_out"))),
      others,
      button({ kind: "quiet", label: t("account.sign_out_all"), onclick: () => act(() => remove("/api/account/sessions"), () => location.assign(SIGN_IN)) }),
    ),
    account.huggingface && h("p", { class: "vs-hint" }, t("account.huggingface_on")),
    account.huggingface
      ? account.has_password && sure("account.huggingface_off", "account.huggingface_off", () => act(() => remove("/api/account/huggingface"), reload))
      : offered && h("a", { class: "vs-button", href: `${root}/login/huggingface?link=true&to=/${language}/account&lang=${language}` }, t("account.huggingface")),
  );
}
