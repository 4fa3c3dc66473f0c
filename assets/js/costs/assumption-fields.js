/** All assumptions of the calculator as fields, in four groups, each with what it stands on. */

import { h } from "../dom.js";
import { counted, languageName, number, t } from "../texts.js";
import { numberField } from "./fields.js";
import { origin, source } from "./money.js";

const today = () => new Date().toISOString().slice(0, 10);

/** What a figure rests on, in words. */
export const basisWords = (figure) => (figure.basis === "measured" ? counted("costs.basis_measured", figure.takes) : t(`costs.basis_${figure.basis}`));

/** The quoted price of a machine with its date and its sources, or that it is somebody's own. */
export function offerWords(offer, own) {
  if (own) return origin({ own: true, as_of: own.as_of });
  const sources = [source(offer.source, t("costs.source")), offer.quoted_by && quoted(offer.quoted_by)];
  return [t("costs.from_page", { vendor: offer.vendor, machine: offer.machine, date: offer.as_of || t("costs.no_date") }), ...sources.filter(Boolean).flatMap((one) => [" · ", one])];
}

/** The sentence on who read a price, the site in it as a link. */
const quoted = (address) => h("span", {}, ...t("costs.quoted_by").split("{site}").flatMap((part, index) => (index ? [source(address), part] : [part])));

/**
 * @param {object} costs the studio's answer
 * @param {object} assumed what is assumed now
 * @param {(changes: object) => void} change told what somebody replaced
 */
export function assumptionFields(costs, assumed, change) {
  const found = costs.calculation;
  const machine = costs.offers.find((one) => one.id === assumed.offer);
  const factor = `${assumed.engine}@${machine.kind}`;
  const plain = (name, least, most, extra = {}) => numberField({ name, label: t(`costs.field.${name}`), value: assumed[name], least, most, onvalue: (value) => change({ [name]: value }), ...extra });
  const table = (name, key, value) => {
    const next = { ...assumed[name] };
    if (value === null) delete next[key];
    else next[key] = value;
    return change({ [name]: next });
  };
  table.set = (name, value) => change({ [name]: value });
  const priced = (name, key, value) => table(name, key, value === null ? null : { amount: value, as_of: today() });
  return [
    group(
      "text",
      numberField({ name: "characters_per_minute", label: t("costs.field.characters_per_minute", { language: languageName(assumed.language) }), value: Math.round(found.characters_per_minute.value), least: 1, most: 10000, basis: basisWords(found.characters_per_minute), empty: true, onvalue: (value) => table("characters_per_minute", assumed.language, value) }),
      plain("attempts", 1, 100, { hint: t("costs.hint_attempts") }),
    ),
    group(
      "machine",
      numberField({ name: "hourly", label: t("costs.field.hourly"), value: (assumed.offer_prices[machine.id] || { amount: machine.hourly }).amount, least: 0, most: 1000000, basis: offerWords(machine, assumed.offer_prices[machine.id]), empty: true, onvalue: (value) => priced("offer_prices", machine.id, value) }),
      numberField({ name: "rtf", label: t("costs.field.rtf", { kind: t(`costs.kind_${machine.kind}`) }), value: found.rtf.value, least: 0.0001, most: 1000, basis: basisWords(found.rtf), hint: t("costs.hint_rtf"), empty: true, onvalue: (value) => table("rtf", factor, value) }),
      plain("overhead_minutes", 0, 1440, { hint: t("costs.hint_overhead") }),
      plain("hours_a_month", 1, 744),
      plain("disk_gb", 0, 100000),
    ),
    group("services", ...services(costs, assumed, { priced, table })),
    group(
      "storage",
      plain("storage_price", 0, 1000000, { basis: assumed.storage_price === costs.defaults.storage_price ? [t("costs.price_of", { date: costs.storage_as_of }), " · ", source(costs.storage_source)] : t("costs.own_price"), hint: t("costs.hint_storage") }),
      plain("gb_an_hour", 0, 100),
      plain("keep_months", 0, 600),
    ),
  ];
}

function services(costs, assumed, { priced, table }) {
  const usual = costs.services.filter((one) => !one.model);
  const currencies = [...new Set(usual.map((one) => one.currency).filter((one) => one && one !== assumed.currency))];
  return [
    usual.map((one) => {
      const own = assumed.service_prices[one.id];
      return [
        numberField({ name: `price-${one.id}`, label: `${t("costs.field.service_price", { name: one.title })}, ${one.currency || assumed.currency}`, value: own ? own.amount : one.per_million, least: 0, most: 1000000, basis: own ? origin({ own: true, as_of: own.as_of }) : one.per_million === null ? t("costs.no_price") : origin(one), empty: true, onvalue: (value) => priced("service_prices", one.id, value) }),
        numberField({ name: `fee-${one.id}`, label: `${t("costs.field.fee", { name: one.title })}, ${one.currency || assumed.currency}`, value: assumed.fees[one.id] || 0, least: 0, most: 1000000, onvalue: (value) => table("fees", one.id, value || null) }),
      ];
    }),
    h(
      "div",
      { class: "vs-field vs-cost-compared", role: "group", "aria-label": t("costs.compared") },
      h("span", {}, t("costs.compared")),
      costs.services.map((one) => choice(one, costs, assumed, table)),
    ),
    currencies.map((currency) => numberField({ name: `exchange-${currency}`, label: t("costs.field.exchange", { currency }), value: assumed.exchange[currency] ?? null, least: 0.000001, most: 1000000, empty: true, onvalue: (value) => table("exchange", currency, value) })),
  ];
}

/** Whether a service, or a model of it that costs otherwise, is compared. */
function choice(service, costs, assumed, table) {
  const compared = () => assumed.services || costs.services.filter((one) => !one.model).map((one) => one.id);
  return h(
    "label",
    {},
    h("input", {
      type: "checkbox",
      name: `compare-${service.id}`,
      checked: compared().includes(service.id),
      onchange: (event) => table.set("services", event.target.checked ? [...compared(), service.id] : compared().filter((id) => id !== service.id)),
    }),
    h("span", {}, [service.title, service.model].filter(Boolean).join(" ")),
  );
}

const group = (name, ...fields) => h("fieldset", { class: "vs-cost-group", data: { group: name } }, h("legend", {}, t(`costs.group_${name}`)), h("div", { class: "vs-cost-fields" }, ...fields));

/** Bring what the fields stand on up to date, leaving what somebody types alone. */
export function renewBases(root, costs, assumed) {
  const found = costs.calculation;
  const machine = costs.offers.find((one) => one.id === assumed.offer);
  const say = (name, ...words) => root.querySelector(`[data-field="${CSS.escape(name)}"] .vs-basis-of`)?.replaceChildren(...words.flat());
  say("characters_per_minute", basisWords(found.characters_per_minute));
  say("rtf", basisWords(found.rtf));
  say("hourly", ...[offerWords(machine, assumed.offer_prices[machine.id])]);
  for (const one of costs.services.filter((each) => !each.model)) {
    const own = assumed.service_prices[one.id];
    if (own) say(`price-${one.id}`, origin({ own: true, as_of: own.as_of }));
    else say(`price-${one.id}`, ...(one.per_million === null ? [t("costs.no_price")] : [origin(one)]));
  }
}

/** "1,234" without decimals. */
export const whole = (value) => number(Math.round(value));
