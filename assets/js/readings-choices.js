/** What a person decided about the readings of a text, kept while the text is edited. */

import { applied, between, carried } from "./readings-places.js";

/** A decision stays with the n-th place where the same is written. */
function named(suggestions) {
  const seen = new Map();
  return suggestions.map((one) => {
    const number = seen.get(one.written) || 0;
    seen.set(one.written, number + 1);
    return { ...one, name: `${one.written}#${number}` };
  });
}

export class Choices {
  constructor() {
    this.text = "";
    this.suggestions = [];
    /** By name: what is said, or null for as it is written. */
    this.decided = new Map();
    /** Readings where the studio proposes none. */
    this.extra = [];
  }

  /** A fresh preview. @param {{text: string, readings: object[]}} preview */
  take({ text, readings }) {
    this.extra = carried(this.extra, this.text, text);
    this.text = text;
    this.suggestions = named(readings);
    const free = (one) => !this.suggestions.some((other) => one.start < other.end && other.start < one.end);
    this.extra = this.extra.filter(free);
  }

  /** The text was edited and its preview is not here yet. */
  move(text) {
    this.suggestions = carried(this.suggestions, this.text, text);
    this.extra = carried(this.extra, this.text, text);
    this.text = text;
  }

  /** Take over the readings of an earlier order; what it leaves out is said as it is written. */
  restore(readings) {
    const at = (one) => readings.find((other) => other.start === one.start && other.end === one.end);
    for (const one of this.suggestions) this.decided.set(one.name, at(one)?.reading ?? null);
    this.extra = readings.filter((one) => !this.suggestions.some((other) => one.start < other.end && other.start < one.end));
  }

  /** What is said at a place: a string, or null for as it is written. */
  said(one) {
    return this.decided.has(one.name) ? this.decided.get(one.name) : one.reading;
  }

  /** All places in order, each with what is said there. */
  get places() {
    const extra = this.extra.map((one) => ({ ...one, name: "", written: between(this.text, one.start, one.end), kind: "own", alternatives: [], confidence: "certain", from: "own", decided: true }));
    return [...this.suggestions.map((one) => ({ ...one, said: this.said(one), decided: this.decided.has(one.name) })), ...extra.map((one) => ({ ...one, said: one.reading }))].sort((one, other) => one.start - other.start);
  }

  decide(place, said) {
    if (place.name) this.decided.set(place.name, said);
    else this.extra = this.extra.flatMap((one) => (one.start !== place.start ? [one] : said === null ? [] : [{ ...one, reading: said }]));
  }

  /** Readings as an order takes them. */
  get readings() {
    return this.places.filter((one) => one.said !== null && one.said !== one.written).map(({ start, end, said }) => ({ start, end, reading: said }));
  }

  get spoken() {
    return applied(this.text, this.readings);
  }
}
