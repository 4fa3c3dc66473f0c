/** `<vs-projects for="element id">`: projects that exist, suggested while one is typed. */

import { define, fill, h } from "./dom.js";
import { field } from "./form-state.js";
import { get } from "./http.js";

const LIST = "vs-project-names";

class Projects extends HTMLElement {
  connectedCallback() {
    this.list = h("datalist", { id: LIST });
    this.append(this.list);
    this.refresh();
    document.addEventListener("vs-comparison-made", this);
  }

  disconnectedCallback() {
    document.removeEventListener("vs-comparison-made", this);
  }

  handleEvent() {
    this.refresh();
  }

  async refresh() {
    try {
      const { projects } = await get("/api/projects");
      fill(this.list, projects.map((name) => h("option", { value: name })));
      field(this.getAttribute("for"))?.setAttribute("list", LIST);
    } catch {
      /* a suggestion is welcome, not needed */
    }
  }
}

define("vs-projects", Projects);
