/** The one question of a study, in the words that fit its protocol. */

import { t } from "./words.js";

/** Written out, so that a missing text is found by a search. */
const QUESTIONS = {
  pair: {
    preference: "question.preference_pair",
    naturalness: "question.naturalness_pair",
    likeness: "question.likeness_pair",
    instruction: "question.instruction_pair",
    pronunciation: "question.pronunciation_pair",
  },
  score: {
    preference: "question.preference_score",
    naturalness: "question.naturalness_score",
    likeness: "question.likeness_score",
    instruction: "question.instruction_score",
    pronunciation: "question.pronunciation_score",
  },
  compared: {
    preference: "question.preference_compared",
    naturalness: "question.naturalness_compared",
    likeness: "question.likeness_compared",
    instruction: "question.instruction_compared",
    pronunciation: "question.pronunciation_compared",
  },
  each: {
    preference: "question.preference_each",
    naturalness: "question.naturalness_each",
    likeness: "question.likeness_each",
    instruction: "question.instruction_each",
    pronunciation: "question.pronunciation_each",
  },
};
const FORMS = { ab: "pair", acr: "score", ccr: "compared", mushra: "each" };
const FIXED = { axy: "question.likeness_axy", abx: "question.same", smos: "question.likeness_smos" };

/** @param {{protocol: string, question: string}} study */
export const questionOf = ({ protocol, question }) => t(FIXED[protocol] || QUESTIONS[FORMS[protocol]][question]);
