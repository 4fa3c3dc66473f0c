/**
 * The same moment of different takes. Takes of one text differ in length and pace: a moment is the
 * share of the text that is said by then where the words were measured, else the share of the length.
 */

/** @typedef {[number, number][]} Knots pairs of (moment in [0, 1], seconds), both rising */

/**
 * @param {[number, number][]|undefined} moments as a report gives them
 * @param {number} seconds length of the take
 * @returns {Knots} from (0, 0) to (1, seconds)
 */
export function knots(moments, seconds) {
  const inner = (moments || []).filter(([share, at]) => share > 0 && share < 1 && at > 0 && at < seconds);
  return [[0, 0], ...inner, [1, seconds]];
}

/** @param {Knots} some @param {number} moment @returns {number} seconds */
export const secondsAt = (some, moment) => between(some, moment, 0, 1);

/** @param {Knots} some @param {number} seconds @returns {number} moment in [0, 1] */
export const momentAt = (some, seconds) => between(some, seconds, 1, 0);

function between(some, value, from, to) {
  const first = some[0];
  if (value <= first[from]) return first[to];
  for (let i = 1; i < some.length; i += 1) {
    const [low, high] = [some[i - 1], some[i]];
    if (value > high[from]) continue;
    const width = high[from] - low[from];
    return width > 0 ? low[to] + ((value - low[from]) / width) * (high[to] - low[to]) : high[to];
  }
  return some.at(-1)[to];
}
