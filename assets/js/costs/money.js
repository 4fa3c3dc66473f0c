/** Amounts, prices and volumes as people read them. */

import { site } from "../dom.js";
import { h } from "../dom.js";
import { language, number, t } from "../texts.js";

/** Decimals that tell something: two above one, up to four below. */
const digits = (value) => (value === 0 || Math.abs(value) >= 1 ? 2 : Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(Math.abs(value))))));

/** "US$0.0031"; a number without a currency where none is known; "–" for nothing. */
export function money(value, currency) {
  if (value === null || value === undefined) return "–";
  if (!currency) return number(value, digits(value));
  return new Intl.NumberFormat(language, { style: "currency", currency, minimumFractionDigits: Math.min(2, digits(value)), maximumFractionDigits: digits(value) }).format(value);
}

/** A rounded amount for a plot's axis: "US$600". */
export const axisMoney = (value, currency) => new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: value < 10 && value % 1 ? 2 : 0, minimumFractionDigits: 0 }).format(value);

/** A count of videos: whole, or with a decimal where few. */
export const videos = (value) => number(value, value < 10 && value % 1 ? 1 : 0);

/** Where a price is from, as a link where it is an address. */
export function source(address, label) {
  if (!address) return null;
  return /^https?:\/\//.test(address) ? h("a", { href: address, rel: "noreferrer" }, label || site(address)) : address;
}

/** "as of 2026-01-31 · example.org" */
export function origin(price) {
  if (price.own) return price.as_of ? t("costs.own_price_since", { date: price.as_of }) : t("costs.own_price");
  const parts = [price.as_of && t("costs.price_of", { date: price.as_of }), source(price.source)].filter(Boolean);
  return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
}
