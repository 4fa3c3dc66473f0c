/** Loads the shell and every custom element of the pages. */

import "./shell.js";
import "./form-state.js";
import "./welcome.js";
import "./count.js";
import "./plan.js";
import "./order-sum.js";
import "./presets.js";
import "./readings.js";
import "./projects.js";
import "./many.js";
import "./batches.js";
import "./player.js";
import "./clip.js";
import "./defaults.js";
import "./take-parts.js";
import "./comparison.js";
import "./recent.js";
import "./blind.js";
import "./leaderboard.js";
import "./voices.js";
import "./engines.js";
import "./verify.js";

/** Pages with much of their own load it when somebody is there. */
if (/\/studies\/?$/.test(location.pathname)) import("./studies/page.js");
if (/\/library\/?$/.test(location.pathname)) import("./library/page.js");
if (/\/costs\/?$/.test(location.pathname)) import("./costs/page.js");
