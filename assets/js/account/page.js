/** The account page: oneself, one's password and keys; for admins everybody. */

import "../shell.js";
import { define, fill, h } from "../dom.js";
import { get } from "../http.js";
import { keys } from "./keys.js";
import { password } from "./password.js";
import { people } from "./people.js";
import { you } from "./you.js";

class Account extends HTMLElement {
  connectedCallback() {
    this.load();
  }

  async load() {
    let account;
    try {
      account = await get("/api/account");
    } catch (problem) {
      fill(this, h("p", { class: "vs-alert", role: "alert" }, problem.message));
      return;
    }
    const reload = () => this.load();
    fill(
      this,
      h("div", { class: "vs-account-side" }, you(account, this.hasAttribute("huggingface"), reload), password(account, reload)),
      keys(account),
      account.may.includes("admin") && people(account),
    );
  }
}

define("vs-account", Account);
