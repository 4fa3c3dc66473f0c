/** Sentences in the page's language, from the catalogue in the document. */

const catalogue = JSON.parse(document.getElementById("words").textContent);

/** Tag of the page's language. */
export const language = document.documentElement.lang;

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

/** A sentence with a count, from `<key>_one` or `<key>_other`. */
export const counted = (key, count) => t(`${key}_${count === 1 ? "one" : "other"}`, { count });
