/** `<vs-costs>`: what was spent, and what a plan would cost. */

import { define, h } from "../dom.js";
import "./calculator.js";
import "./ledger.js";

class Costs extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.append(h("vs-cost-calculator", {}), h("vs-ledger", {}));
  }
}

define("vs-costs", Costs);
