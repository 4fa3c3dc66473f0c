/** Texts to read aloud for a recording, in many languages; and which part of one was heard. */

const root = document.documentElement.dataset.root || "";
const VERSION = new URL(import.meta.url).search;
let asked = null;

/** All texts by language. @returns {Promise<Record<string, string[]>>} none where they cannot be had */
export function readingTexts() {
  asked ||= fetch(`${root}/assets/reading/texts.json${VERSION}`).then((answer) => (answer.ok ? answer.json() : {}), () => ({}));
  return asked;
}

/** So much of what was heard may differ from the text: recognisers mishear. */
const FAR = 0.4;
const LETTER = /[\p{L}\p{M}\p{N}]/u;

/**
 * The stretch of a text that was read, as it is written there.
 * @param {string} text what stood there to be read
 * @param {string} heard what a recogniser wrote down
 * @returns {string|null} null where something else was said
 */
export function readPart(text, heard) {
  const [written, places] = letters(text);
  const [spoken] = letters(heard);
  if (!spoken.length || !written.length) return null;
  const { from, to, distance } = closest(written, spoken);
  if (to <= from || distance > FAR * spoken.length) return null;
  return wholeWords(text, places[from], places[to - 1] + 1);
}

/** Letters alone, in small ones, with their places in the text. */
function letters(text) {
  const found = [];
  const places = [];
  for (let at = 0; at < text.length; ) {
    const letter = String.fromCodePoint(text.codePointAt(at));
    if (LETTER.test(letter)) {
      found.push(letter.toLowerCase());
      places.push(at);
    }
    at += letter.length;
  }
  return [found, places];
}

/** Where `short` stands in `long` with the fewest changes (Sellers 1980). */
function closest(long, short) {
  let distance = long.map(() => 0);
  distance.push(0);
  let starts = distance.map((_, at) => at);
  for (let row = 1; row <= short.length; row += 1) {
    const below = [row];
    const belowStarts = [0];
    for (let at = 1; at <= long.length; at += 1) {
      const steps = [
        [distance[at - 1] + Number(long[at - 1] !== short[row - 1]), starts[at - 1]],
        [distance[at] + 1, starts[at]],
        [below[at - 1] + 1, belowStarts[at - 1]],
      ];
      const [cost, start] = steps.reduce((one, other) => (other[0] < one[0] ? other : one));
      below.push(cost);
      belowStarts.push(start);
    }
    distance = below;
    starts = belowStarts;
  }
  let to = 0;
  for (let at = 1; at <= long.length; at += 1) if (distance[at] < distance[to]) to = at;
  return { from: starts[to], to, distance: distance[to] };
}

/** From the beginning of a word to the end of one, with the sign that ends it. */
function wholeWords(text, from, to) {
  const spaced = /\s/.test(text.trim());
  let start = from;
  let end = to;
  if (spaced) {
    while (start > 0 && !/\s/.test(text[start - 1])) start -= 1;
    while (end < text.length && !/\s/.test(text[end])) end += 1;
  } else while (end < text.length && !LETTER.test(text[end])) end += 1;
  return text.slice(start, end).trim().replace(/[,;:、，؛،]$/u, "");
}
