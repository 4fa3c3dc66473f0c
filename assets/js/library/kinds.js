/** The four kinds of things: what they are called, what can be asked of them, where they open. */

import { page } from "../http.js";

export const KINDS = ["comparison", "take", "voice", "study"];

const OF_TAKES = ["queued", "running", "done", "failed", "cancelled"];

/** States by kind; a voice has none. */
export const STATES = { comparison: OF_TAKES, take: OF_TAKES, voice: [], study: ["draft", "open", "closed"] };

/** Orders by kind. */
export const sorts = (kind) => (kind === "take" ? ["newest", "oldest", "name", "longest"] : ["newest", "oldest", "name"]);

/** Filters that a kind has something for; the others find nothing of it. */
export const FILTERS = {
  comparison: ["project", "engine", "language", "state", "tag"],
  take: ["project", "engine", "language", "state", "tag"],
  voice: ["language", "tag"],
  study: ["engine", "language", "state", "tag"],
};

/** Kinds whose takes can have a star. */
export const starrable = (kind) => kind === "comparison" || kind === "take";

/** The address at which a thing is worked on. */
export function addressOf(item) {
  if (item.kind === "voice") return `${page("voices")}#voice-${item.id}`;
  if (item.kind === "study") return page(`studies?study=${item.id}`);
  return page(`?comparison=${item.comparison || item.id}`);
}

/** The studio with a thing's settings filled in; nothing for what has none. */
export function reuseOf(item) {
  return starrable(item.kind) ? page(`?reuse=${item.comparison || item.id}`) : "";
}

/** What a thing is called: its name, else the beginning of its text. */
export const nameOf = (item) => item.title || item.text;

/** One of several, for the server. */
export const thing = ({ kind, id }) => ({ kind, id });
