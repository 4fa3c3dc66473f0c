/** Small builders: elements without a framework, and no HTML from strings. */

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  play: "M8 5.4v13.2c0 .9 1 1.4 1.7.9l10-6.6a1.1 1.1 0 0 0 0-1.8l-10-6.6A1.1 1.1 0 0 0 8 5.4z",
  pause: "M7.6 5h2.2c.6 0 1 .4 1 1v12c0 .6-.4 1-1 1H7.6a1 1 0 0 1-1-1V6c0-.6.4-1 1-1zm6.6 0h2.2c.6 0 1 .4 1 1v12c0 .6-.4 1-1 1h-2.200a1 1 0 0 1-1-1V6c0-.6.4-1 1-1z",
  heard: "M9.600 17.900 4.300 12.600a1.100 1.100 0 0 1 1.550-1.550l3.750 3.750 8.550-8.550a1.100 1.100 0 0 1 1.550 1.550z",
};

/**
 * An element. `on*` become listeners, `data` data attributes, `false` and null are left out,
 * properties that are no attributes (`checked`, `disabled`, `value`) are set as such.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|null|false|undefined)} children
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A sign that is decoration: the words beside it say the same. */
export function sign(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  resign(svg, name);
  return svg;
}

/** Another sign in a sign's place. */
export function resign(svg, name) {
  if (svg.dataset.sign === name) return;
  svg.dataset.sign = name;
  svg.firstElementChild.setAttribute("d", SIGNS[name]);
}

/** Set a text only where it changes, so that a screen reader does not say it again. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What is on the screen is replaced; the reader's place is its heading. */
export function show(...content) {
  const screen = document.getElementById("screen");
  screen.replaceChildren(...content);
  window.scrollTo(0, 0);
  screen.querySelector("h1")?.focus({ preventScroll: true });
}

/** Tell a screen reader, without showing it. */
export function announce(text) {
  put(document.getElementById("say"), text);
}
