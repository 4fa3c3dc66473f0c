/** Sentences, numbers and names in the page's language, from the catalogue in the document. */

const catalogue = JSON.parse(document.getElementById("vs-texts")?.textContent || "{}");

/** Tag of the page's language. */
export const language = document.documentElement.lang || "en";

const names = new Intl.DisplayNames([language], { type: "language" });

/** @param {string} key @returns {boolean} whether the catalogue has the key */
export const has = (key) => key in catalogue;

/**
 * The sentence for a key, `{placeholders}` filled.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const template = catalogue[key];
  if (template === undefined) {
    console.error(`no text for ${key}`);
    return key;
  }
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A sentence with a count, from `<key>_one` or `<key>_other`. "One" is the number 1 in every
 * language: Korean has no plural, yet "all from one person" is a sentence of its own there too. */
export function counted(key, count, values = {}) {
  const form = count === 1 ? "one" : "other";
  return t(`${key}_${form}`, { count: number(count), ...values });
}

/** A number with a fixed count of decimals; "–" where there is none. */
export function number(value, decimals = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
  return text.replace(/^-/, "−");
}

/** "3.2 s" */
export const seconds = (value, decimals = 1) =>
  value === null || value === undefined ? "–" : t("unit.seconds", { value: number(value, decimals) });

/** Minutes and seconds of a playhead: "0:03". */
export function clock(value) {
  const whole = Math.max(0, Math.floor(value || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "12 %" from a share in [0, 1]. */
export const percent = (share, decimals = 0) =>
  share === null || share === undefined
    ? "–"
    : new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: decimals }).format(share);

/** "1.2 GB" */
export function bytes(value) {
  if (!value) return "–";
  const steps = [
    [1e9, "GB", 1],
    [1e6, "MB", 0],
    [1e3, "kB", 0],
  ];
  const [size, unit, decimals] = steps.find(([least]) => value >= least) || [1, "B", 0];
  return `${number(value / size, decimals)} ${unit}`;
}

/** A day and time, short. */
export const moment = (iso) =>
  iso ? new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso)) : "–";

/** Who spoke, from the second half of a condition: a preset's id as it is; "cloned voice 7a5b". */
export function speaker(preset) {
  const [kind, id] = preset.split(":");
  return id && (kind === "clone" || kind === "designed") ? t(`speaker.${kind}`, { id: id.slice(0, 4) }) : preset;
}

/** An engine's title, with the model where it has several. */
export function engineName({ title, engine, model }) {
  return [title || engine, model].filter(Boolean).join(" ");
}

/** A language's name in the page's language. */
export function languageName(tag) {
  if (!tag) return t("language.any");
  try {
    return names.of(tag) || tag;
  } catch {
    return tag;
  }
}
