/** `<vs-studies>`: the list of studies, or one study as far as it has come. The address decides. */

import { define, fill, h, icon } from "../dom.js";
import { get } from "../http.js";
import { t } from "../texts.js";
import { finished } from "./finished.js";
import { list } from "./list.js";
import { place } from "./place.js";
import { running } from "./running.js";
import { Wizard } from "./wizard.js";

class Studies extends HTMLElement {
  connectedCallback() {
    this.onPlace = () => this.show();
    addEventListener("popstate", this.onPlace);
    addEventListener("vs-studies-place", this.onPlace);
    this.show();
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.onPlace);
    removeEventListener("vs-studies-place", this.onPlace);
    this.leave();
  }

  leave() {
    this.view?.close?.();
    this.view = null;
  }

  async show() {
    const { study, step } = place();
    if (study && this.view instanceof Wizard && this.view.id === study) {
      this.view.goTo(step);
      return;
    }
    this.leave();
    this.asked = study;
    this.dataset.view = study ? "study" : "list";
    fill(this, h("div", { class: "vs-study-wait", role: "status", "aria-label": t("studies.loading") }, h("span", { class: "vs-pulse" })));
    try {
      const data = await get(study ? `/api/studies/${encodeURIComponent(study)}` : "/api/studies");
      if (study !== this.asked) return;
      this.view = study ? this.viewOf(data, step) : list(data.studies);
      this.dataset.state = study ? data.state : "";
      fill(this, this.view.element);
      this.view.opened?.();
    } catch (reason) {
      if (study !== this.asked) return;
      fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message), study ? h("p", {}, h("a", { href: location.pathname }, t("studies.back"))) : null);
    }
  }

  viewOf(study, step) {
    const again = () => {
      this.leave();
      this.show();
    };
    if (study.state === "draft") return new Wizard(study, step, again);
    if (study.state === "open") return running(study, again);
    return finished(study, again);
  }
}

define("vs-studies", Studies);
