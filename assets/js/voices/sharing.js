/** Whether a voice is shared with everybody who has an account: said, asked for, taken back. */

import { button, fill, h, icon } from "../dom.js";
import { put, request } from "../http.js";
import { moment, t } from "../texts.js";

/**
 * @param {object} voice
 * @param {{possible: boolean, changed: (voice: object) => void}} options possible: there are accounts to share with
 * @returns {HTMLElement|null}
 */
export function sharing(voice, { possible, changed }) {
  if (!voice.mine) return h("p", { class: "vs-shared", data: { shared: "theirs" } }, icon("share"), h("span", {}, t("sharing.theirs", { person: voice.shared_by })));
  if (!possible) return null;
  const place = h("div", { class: "vs-sharing" });
  const fail = (reason) => place.append(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));

  const rest = () => {
    const begin = button({ kind: "quiet", icon: "share", label: t("sharing.share"), "aria-label": `${t("sharing.share")}: ${voice.name}`, class: "vs-button vs-button-quiet vs-share", onclick: ask });
    fill(place, begin);
    return begin;
  };

  const ask = () => {
    const speaker = voice.consent.speaker;
    const agreed = h("input", { type: "checkbox", name: "agreed", onchange: () => (share.disabled = !agreed.checked) });
    const share = button({
      kind: "accent",
      label: t("sharing.share_now"),
      disabled: true,
      onclick: async () => {
        share.disabled = true;
        try {
          changed(await put(`/api/voices/${voice.id}/sharing`, { agreed: true }));
        } catch (reason) {
          share.disabled = false;
          fail(reason);
        }
      },
    });
    const no = button({ kind: "quiet", label: t("voices.back"), onclick: () => rest().focus() });
    fill(
      place,
      h("p", { class: "vs-hint" }, t("sharing.what")),
      h("label", { class: "vs-consent" }, agreed, h("span", {}, speaker ? t("sharing.statement_other", { speaker }) : t("sharing.statement"))),
      h("div", { class: "vs-actions" }, share, no),
    );
    agreed.focus();
  };

  const stop = async (event) => {
    event.currentTarget.disabled = true;
    try {
      changed(await (await request(`/api/voices/${voice.id}/sharing`, { method: "DELETE" })).json());
    } catch (reason) {
      fail(reason);
    }
  };

  if (voice.shared) {
    fill(
      place,
      h("p", { class: "vs-shared", data: { shared: "mine" } }, icon("share"), h("span", {}, t("sharing.mine", { when: moment(voice.sharing.given_at) }))),
      button({ kind: "plain", label: t("sharing.stop"), "aria-label": `${t("sharing.stop")}: ${voice.name}`, class: "vs-button vs-button-plain vs-unshare", onclick: stop }),
    );
  } else rest();
  return place;
}
