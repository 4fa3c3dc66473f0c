/**
 * Places of readings in a text. The studio counts characters (code points) of the trimmed text;
 * strings here count UTF-16 units, so texts go through as arrays of characters.
 */

/** @typedef {{start: number, end: number, reading: string}} Reading */

/** The text as the studio keeps it. */
export const kept = (text) => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();

/** Its characters. */
export const characters = (text) => [...text];

/** What stands between two places. */
export const between = (text, start, end) => characters(text).slice(start, end).join("");

const count = (one, other) => {
  let same = 0;
  while (same < one.length && same < other.length && one[same] === other[same]) same += 1;
  return same;
};

/**
 * Readings of one text, moved onto an edited one; those that the edit touched are left out.
 * @param {Reading[]} readings
 * @param {string} before the text they are of
 * @param {string} after the text as it is now
 */
export function carried(readings, before, after) {
  if (before === after) return readings;
  const [old, now] = [characters(before), characters(after)];
  const head = count(old, now);
  const tail = count(old.slice(head).reverse(), now.slice(head).reverse());
  const [shift, rest] = [now.length - old.length, old.length - tail];
  return readings.flatMap((one) => {
    if (one.end <= head) return whole(now, one) ? [one] : [];
    if (one.start < rest) return [];
    const moved = { ...one, start: one.start + shift, end: one.end + shift };
    return whole(now, moved) ? [moved] : [];
  });
}

/** "25" is not said for the 25 of "250". */
function whole(text, { start, end }) {
  const one = (left, right) => left !== undefined && right !== undefined && ((/\d/.test(left) && /\d/.test(right)) || (/[a-z]/i.test(left) && /[a-z]/i.test(right)));
  return !one(text[start - 1], text[start]) && !one(text[end - 1], text[end]);
}

/** What is spoken: the text with its readings in their places. */
export function applied(text, readings) {
  const letters = characters(text);
  let [said, at] = ["", 0];
  for (const { start, end, reading } of readings) {
    said += letters.slice(at, start).join("") + reading;
    at = end;
  }
  return said + letters.slice(at).join("");
}
