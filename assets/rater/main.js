/** From the tap on Start to the thanks: what comes after what. The server knows the state, always. */

import { insist, post, Refusal, view as ask } from "./api.js";
import { announce } from "./build.js";
import { headphoneCheck } from "./headphones.js";
import { reach } from "./net.js";
import { outbox } from "./outbox.js";
import { ended, loading, practiceOver, rest, sending, thanks, trouble } from "./pages.js";
import { progress } from "./progress.js";
import { Silent, Supply } from "./supply.js";
import { rate } from "./trial.js";
import { language, t } from "./words.js";

/** States in which nothing can be rated. */
const OVER = new Set(["closed", "full", "revoked", "waiting"]);

/**
 * Called by the tap on Start or Go on.
 * @param {AudioContext|null} context awake, made within the tap
 */
async function begin(context) {
  if (!context) {
    await trouble("silent");
    return;
  }
  outbox.addEventListener("reach", ({ detail }) => reach(detail));
  try {
    await sitting(context);
  } catch (reason) {
    console.warn(reason);
    const { state } = reason instanceof Refusal && reason.status < 500 ? await insist(ask, reach) : {};
    if (OVER.has(state)) ended(state);
    else await trouble(reason instanceof Silent ? "silent" : "trouble");
  }
}

async function sitting(context) {
  let view = await insist(() => post("begin", { locale: language }), reach);
  const { study } = view;
  while (view.state === "rating" && view.headphones?.needed) {
    if (view.headphones.required && view.headphones.tries_left === 0) {
      ended("headphones");
      return;
    }
    view = await headphoneCheck(context, view, reach);
  }
  if (view.state === "rating") view = await trials(context, study, view);
  if (view.completion_code || view.state === "finished") thanks(view.completion_code);
  else ended(view.state);
}

/** Screen after screen, until the server has no more. @returns {Promise<object>} its last view */
async function trials(context, study, view) {
  const supply = new Supply(context, outbox);
  let latest = view;
  supply.addEventListener("reach", ({ detail }) => reach(detail));
  supply.addEventListener("view", ({ detail }) => {
    latest = { ...latest, ...detail };
  });
  outbox.addEventListener("sent", ({ detail }) => {
    latest = { ...latest, ...detail };
    reach(true);
    supply.ahead(showing?.token);
  });
  let showing = null;
  let over = new AbortController();
  outbox.addEventListener("elsewhere", ({ detail }) => detail === showing?.token && over.abort());
  document.addEventListener("visibilitychange", async () => {
    // Answered on another device meanwhile?
    if (document.visibilityState !== "visible" || !showing || outbox.waiting.length) return;
    await supply.ask().catch(() => {});
    if (supply.trials.length && !supply.trials.some(({ token }) => token === showing.token)) over.abort();
  });
  outbox.flush();

  let practising = false;
  let last = false;
  for (;;) {
    const slow = setTimeout(() => loading(t("loading_clips")), 150);
    let item;
    try {
      if (last) {
        clearTimeout(slow);
        sending();
      }
      item = await supply.next();
    } finally {
      clearTimeout(slow);
    }
    if (!item) return latest;
    const { trial, clips } = item;
    if (practising && !trial.training) await practiceOver();
    practising = trial.training;
    showing = trial;
    over = new AbortController();
    supply.ahead(trial.token);
    const given = await rate({
      study,
      trial,
      clips,
      context,
      place: progress(trial, study),
      draft: outbox.draft(trial.token),
      keep: (draft) => outbox.keep(trial.token, draft),
      over: over.signal,
    });
    showing = null;
    if (!given) {
      announce(t("elsewhere"));
      outbox.answered.add(trial.token);
      continue;
    }
    announce("");
    outbox.put(
      trial.token,
      given,
      trial.slots.map(({ url }) => url),
    );
    last = trial.number >= study.screens;
    const resting = tired(trial, study);
    if (resting) await rest(resting);
  }
}

/** Whether a rest is due after a screen. The server may not know of its answer yet. */
function tired({ number }, { training, screens, sitting: most }) {
  const due = number % most === 0 && number < screens;
  return due ? { done: Math.max(0, number - training), of: screens - training } : null;
}

// The script in the document's head waits for this; see start.js.
window.raterArrived({ begin, outbox });
