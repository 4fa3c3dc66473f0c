/** One thing sounds at a time: whoever starts takes the stage, whoever had it stops. */

let holder = null;

/** @param {{pause: () => void}} player */
export function take(player) {
  if (holder && holder !== player) holder.pause();
  holder = player;
}

/** Leave the stage, if it is held. */
export function leave(player) {
  if (holder === player) holder = null;
}
