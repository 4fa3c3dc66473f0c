/** What the speech of a study is for: a few known uses, and any other in the owner's own words. */

import { t } from "../texts.js";

/** Known uses, as the server stores them. */
export const USES = ["general", "news", "shorts", "emotions", "hard", "audiobook", "dialogue", "announcement"];

/** A use in the page's language; one of the owner's own stands as it is. */
export const useName = (use) => (USES.includes(use) ? t(`studies.use.${use}`) : use);
