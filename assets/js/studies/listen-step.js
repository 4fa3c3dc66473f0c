/** Fourth step: every take is made, checked, and listened to by the owner before any rater hears it. */

import { h } from "../dom.js";
import { get } from "../http.js";
import { counted, t } from "../texts.js";
import { Checking } from "./checking.js";
import { references, wantsReferences } from "./references.js";
import { Rendering } from "./rendering.js";
import { TakeGrid } from "./take-grid.js";

const POLL = 1000;

export function listenStep({ draft, say }) {
  let timer = null;
  let closed = false;
  const rendering = new Rendering({ draft, say, followed: () => follow() });
  const checking = new Checking({ draft, say });
  const grid = new TakeGrid({ draft, choose: (item) => checking.show(item, { play: true }) });
  const recordings = wantsReferences(draft.study) ? references({ draft, say }) : null;
  const element = h("div", { class: "vs-study-main vs-listen" }, recordings?.element, rendering.element, checking.element, grid.element);

  /** What is under way, until nothing is. */
  async function follow() {
    clearTimeout(timer);
    if (closed) return;
    const { study } = draft;
    if (study.rendering.settled && !study.rendering.measuring) return;
    timer = setTimeout(async () => {
      try {
        const { rendering: now, items } = await get(`/api/studies/${study.id}/rendering`);
        const over = now.settled && !now.measuring;
        // At the end the whole study, with what still hinders opening.
        draft.take(over ? await get(`/api/studies/${study.id}`) : { ...draft.study, rendering: now, items });
      } catch {
        /* the studio may be restarting: what it acknowledged goes on when it is back */
      }
      follow();
    }, POLL);
  }

  const refresh = () => {
    rendering.refresh();
    grid.refresh(checking.item);
    checking.refresh();
    recordings?.refresh();
  };
  checking.onchange = () => grid.refresh(checking.item);
  refresh();
  follow();
  return {
    element,
    refresh,
    hint: () => {
      const { rendering: made, listening } = draft.study;
      if (!made.total || made.missing) return t("studies.listen_not_made");
      return listening.left ? counted("studies.listen_left", listening.left) : "";
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      checking.close();
    },
  };
}
