/** The plots' colours and type, taken from tokens.css as it stands: light, dark or printed. */

const NAMES = ["ink", "muted", "faint", "line", "line-strong", "surface", "sunken", "accent", "warm", "bad"];
const COLOURS = 8;
/** Shapes tell conditions apart where colours do not. */
export const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "hexagon", "star", "triangle-down", "pentagon", "x", "bowtie", "hourglass"];

/** Token values by name; `plot` the colours of conditions; `sans` the type. */
export function theme() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--vs-${name}`).trim();
  return {
    ...Object.fromEntries(NAMES.map((name) => [name.replace("-", "_"), token(name)])),
    plot: Array.from({ length: COLOURS }, (_, index) => token(`plot-${index + 1}`)),
    sans: token("sans").replaceAll('"', ""),
  };
}

/** The colour of a condition, by its position in the study; others (reference, anchor) are grey. */
export const colour = (look, position) => (position === null || position === undefined ? look.muted : look.plot[position % COLOURS]);

/** The shape of a condition. */
export const symbol = (position) => (position === null || position === undefined ? "circle-open" : SYMBOLS[position % SYMBOLS.length]);

/** Between two colours. @param {string} one "#rrggbb" @param {number} share of the other, 0–1 */
export function mixed(one, other, share) {
  const parts = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const [from, to] = [parts(one), parts(other)];
  return `rgb(${from.map((value, at) => Math.round(value + (to[at] - value) * share)).join(",")})`;
}

/** What all plots share. @param {object} look of theme() */
export function ground(look) {
  const axis = { gridcolor: look.line, zerolinecolor: look.line_strong, linecolor: look.line_strong, tickcolor: look.line_strong, automargin: true, showline: false, fixedrange: !matchMedia("(hover: hover)").matches };
  return {
    paper_bgcolor: look.surface,
    plot_bgcolor: look.surface,
    font: { family: look.sans, size: 13, color: look.ink },
    margin: { l: 8, r: 20, t: 12, b: 44 },
    hoverlabel: { bgcolor: look.ink, bordercolor: look.ink, font: { family: look.sans, size: 13, color: look.surface }, align: "left" },
    hovermode: "closest",
    dragmode: false,
    showlegend: false,
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", font: { color: look.ink } },
    xaxis: { ...axis, tickfont: { color: look.muted } },
    yaxis: { ...axis, tickfont: { color: look.ink }, showgrid: false, zeroline: false },
  };
}
