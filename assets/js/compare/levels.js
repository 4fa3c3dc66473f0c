/** Takes made equally loud: turned down to the quietest, or up only as far as nothing is cut off. */

/** Quieter than this, one very quiet take would make all others hard to hear. */
const FLOOR_LUFS = -27;
/** No peak comes nearer to full scale than this. */
const HEADROOM_DBTP = -1;

/**
 * @param {{loudness: number|null, peak: number|null}[]} takes in LUFS and dBTP as the server measured
 * @returns {number|null} LUFS that all are brought to; null where nothing is known
 */
export function commonLevel(takes) {
  const known = takes.map((one) => one.loudness).filter((value) => value !== null && value !== undefined);
  return known.length ? Math.max(FLOOR_LUFS, Math.min(...known)) : null;
}

/**
 * @param {{loudness: number|null, peak: number|null}} take
 * @param {number|null} level LUFS
 * @returns {number} dB to turn the take up (or down: below 0)
 */
export function turnedBy({ loudness, peak }, level) {
  if (level === null || loudness === null || loudness === undefined) return 0;
  const wanted = level - loudness;
  const most = peak === null || peak === undefined ? 0 : HEADROOM_DBTP - peak;
  return wanted <= 0 ? wanted : Math.max(0, Math.min(wanted, most));
}

/** Decibels as a factor of the amplitude. */
export const factor = (decibels) => 10 ** (decibels / 20);
