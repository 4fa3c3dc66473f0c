/** Amounts of money as people read them. */

import { number } from "./texts.js";

/** In full where it is large, with two telling digits where it is a fraction of a cent. */
export const money = (amount) => number(amount, amount >= 1 ? 2 : Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(amount || 1)))));
