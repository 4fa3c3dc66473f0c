/** Small builders for the elements: no framework, no HTML from strings. */

const root = document.documentElement.dataset.root || "";
const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children. `on*` become listeners, `class` the class name, `data`
 * data attributes, false and null are left out, everything else is an attribute.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|number|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

/** Add children, leaving out what is not there. */
export function append(element, children) {
  for (const child of children.flat(4)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

const lastPart = (address) => address.replace(/[/#]+$/, "").split(/[/#]/).at(-1);

/** What an address is called where it is given as a source. */
export const site = (address) => new URL(address).host;

/** A sentence whose addresses can be followed: each stands under its last part, or a name made from it. */
export function linked(text, name = lastPart) {
  return text.split(/(https?:\/\/[^\s,;)]*[^\s,;).])/).map((part, index) => (index % 2 ? h("a", { href: part, rel: "noreferrer" }, name(part)) : part));
}

/** Replace the children of an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** An icon of `assets/icons.svg`. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "vs-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${root}/assets/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Show another icon in an icon's place. */
export function setIcon(svg, name) {
  const href = `${root}/assets/icons.svg#${name}`;
  const use = svg.firstElementChild;
  if (use.getAttribute("href") !== href) use.setAttribute("href", href);
}

/** A button of ours. @param {{kind?: string, icon?: string, label: string, onclick: Function}} options */
export function button({ kind = "plain", icon: name, label, quiet = false, ...rest }) {
  return h(
    "button",
    { type: "button", class: `vs-button vs-button-${kind}`, ...(quiet ? { "aria-label": label, title: label } : {}), ...rest },
    name && icon(name),
    !quiet && h("span", {}, label),
  );
}

/** Define a custom element once. */
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}

/** Whether the person asked for less motion. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
