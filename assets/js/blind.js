/**
 * `<vs-blind comparison="id" listen="1">`: two clips, one playhead, one vote. `listen`: the share of
 * both clips' length that must pass before the server counts a vote.
 *
 * Nothing here knows an engine before the vote: the API gives a token and two addresses. No waveform
 * is drawn, because the same picture stands on the take's card. Keys: space plays, X or the arrows
 * switch sides, 1, 2 and 0 vote, N or Enter goes on.
 */

import { button, calm, define, fill, h, icon, setIcon } from "./dom.js";
import { page, post, request } from "./http.js";
import { clock, engineName, has, speaker, t } from "./texts.js";
import { Pair } from "./pair.js";
import { CHOICES, keyHints, sidePanel, voteButtons } from "./blind-parts.js";

/** Each side counts as heard after so many seconds, or after nearly all of a shorter clip. */
const HEARD = 2;
const NEARLY = 0.9;
/** Seconds for the way to the server's clock. */
const SLACK = 0.15;

class Blind extends HTMLElement {
  connectedCallback() {
    this.comparison = this.getAttribute("comparison") || new URLSearchParams(location.search).get("comparison");
    this.keys = (event) => this.key(event);
    // A focused button would be pressed again by the space bar's way up.
    this.keysUp = (event) => event.code === "Space" && this.pair && this.ours(event) && event.preventDefault();
    document.addEventListener("keydown", this.keys);
    document.addEventListener("keyup", this.keysUp);
    this.draw();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
    document.removeEventListener("keyup", this.keysUp);
    clearInterval(this.countdown);
    this.pair?.close();
    this.context?.close();
  }

  /** A new trial: ask, load both clips wholly, then show both at once. */
  async draw() {
    clearInterval(this.countdown);
    this.pair?.close();
    this.pair = null;
    this.voted = null;
    this.pending = null;
    this.busy = false;
    this.dataset.stage = "loading";
    fill(this, h("div", { class: "vs-blind-wait", "aria-busy": "true" }, h("span", { class: "vs-pulse" }), h("p", {}, t("blind.loading"))));
    try {
      const asked = { protocol: "ab" };
      if (this.comparison) asked.comparison = this.comparison;
      const trial = await post("/api/trials", asked);
      this.context ||= new AudioContext();
      const [a, b] = await Promise.all([trial.a_url, trial.b_url].map((url) => this.clip(url)));
      if (!this.isConnected) return;
      this.token = trial.token;
      this.pair = new Pair(this.context, a, b);
      const share = Number(this.getAttribute("listen") ?? 1);
      this.opensAt = performance.now() + 1000 * (share * (a.duration + b.duration) + SLACK);
      this.show();
    } catch (reason) {
      this.nothing(reason);
    }
  }

  async clip(url) {
    const data = await (await request(new URL(url, location.href).pathname)).arrayBuffer();
    return this.context.decodeAudioData(data);
  }

  nothing(reason) {
    this.dataset.stage = "nothing";
    const known = has(`blind.${reason.code}`);
    fill(
      this,
      h(
        "div",
        { class: "vs-rest", role: "status" },
        h("h2", {}, t("blind.nothing_title")),
        h("p", {}, known ? t(`blind.${reason.code}`) : reason.message),
        h(
          "div",
          { class: "vs-actions" },
          h("a", { class: "vs-button vs-button-accent", href: page("") }, t("blind.to_studio")),
          this.comparison && button({ label: t("blind.any"), onclick: () => this.widen() }),
          button({ icon: "retry", label: t("blind.try_again"), onclick: () => this.draw() }),
        ),
      ),
    );
  }

  /** Leave the one comparison for the pool of all. */
  widen() {
    this.comparison = null;
    history.replaceState(history.state, "", location.pathname);
    this.draw();
  }

  show() {
    this.dataset.stage = "listening";
    this.sides = {};
    for (const side of ["a", "b"]) this.sides[side] = sidePanel(side, () => this.listen(side));
    this.sign = icon("play");
    this.playButton = h("button", { type: "button", class: "vs-play vs-play-large", onclick: () => this.toggle() }, this.sign);
    this.bar = h("i", {});
    this.time = h("span", { class: "vs-time" });
    this.line = h(
      "div",
      {
        class: "vs-line",
        role: "slider",
        tabindex: "0",
        "aria-label": t("player.position"),
        "aria-valuemin": "0",
        onpointerdown: (event) => {
          const box = this.line.getBoundingClientRect();
          this.pair?.seek(((event.clientX - box.left) / box.width) * this.pair.length);
        },
      },
      this.bar,
    );
    this.votes = voteButtons((choice) => this.vote(choice));
    this.word = h("p", { class: "vs-word", role: "status", "aria-live": "polite" });
    this.after = h("div", { class: "vs-after" });
    fill(
      this,
      h("div", { class: "vs-sides" }, this.sides.a.root, this.sides.b.root),
      h(
        "div",
        { class: "vs-transport" },
        this.playButton,
        this.line,
        this.time,
      ),
      h("div", { class: "vs-votes" }, this.votes),
      this.word,
      this.after,
      keyHints(),
    );
    this.pair.addEventListener("change", () => this.refresh());
    this.pair.addEventListener("ended", () => this.heardThrough());
    this.refresh();
    this.playButton.focus({ preventScroll: true });
  }

  listen(side) {
    this.pair.hear(side);
    if (!this.pair.playing) this.pair.play();
  }

  toggle() {
    if (!this.pair) return;
    if (this.pair.playing) this.pair.pause();
    else this.pair.play();
  }

  /** At the end, start again while there is a side not heard yet, the present one first. */
  heardThrough() {
    const { side } = this.pair;
    const missing = [side, side === "a" ? "b" : "a"].find((one) => !this.wasHeard(one));
    if (this.voted || !missing) return;
    this.pair.hear(missing);
    this.pair.play();
  }

  wasHeard(side) {
    const { heard, buffers } = this.pair;
    return heard[side] >= Math.min(HEARD, buffers[side].duration * NEARLY);
  }

  get open() {
    return Boolean(this.pair) && !this.voted && this.wasHeard("a") && this.wasHeard("b");
  }

  refresh() {
    const { pair } = this;
    if (!pair || !this.sides) return;
    setIcon(this.sign, pair.playing ? "pause" : "play");
    this.playButton.setAttribute("aria-label", t(pair.playing ? "player.pause" : "player.play"));
    this.bar.style.setProperty("--share", (pair.position / pair.length).toFixed(4));
    this.line.setAttribute("aria-valuemax", pair.length.toFixed(1));
    this.line.setAttribute("aria-valuenow", pair.position.toFixed(1));
    this.time.textContent = `${clock(pair.position)} / ${clock(Math.round(pair.length))}`;
    for (const side of ["a", "b"]) {
      const { root, state } = this.sides[side];
      const sounding = pair.side === side;
      root.setAttribute("aria-pressed", String(sounding));
      root.toggleAttribute("data-sounding", sounding && pair.playing);
      const heard = this.wasHeard(side);
      root.toggleAttribute("data-heard", heard);
      const say = t(sounding && pair.playing ? "blind.sounding" : heard ? "blind.heard" : "blind.unheard");
      if (state.textContent !== say) state.textContent = say;
    }
    if (this.voted) return;
    for (const button of this.votes) button.disabled = !this.open;
    if (!this.pending) {
      const say = t(this.open ? "blind.choose" : "blind.listen_first");
      if (this.word.textContent !== say) this.word.textContent = say;
    }
    if (this.open && this.dataset.stage === "listening") this.dataset.stage = "voting";
  }

  async vote(choice) {
    if (!this.open || this.busy) return;
    this.pending = choice;
    for (const button of this.votes) button.toggleAttribute("data-chosen", button.dataset.choice === choice);
    clearInterval(this.countdown);
    // The server counts a vote once there was time to hear both; ask when it will say yes.
    const left = this.opensAt - performance.now();
    if (left > 0) {
      this.wait(left / 1000);
      return;
    }
    this.busy = true;
    try {
      const reveal = await post(`/api/trials/${this.token}/vote`, { choice });
      this.reveal(choice, reveal);
    } catch (reason) {
      if (reason.code === "too_early") this.wait(Number(reason.details.wait_seconds) || 1);
      else {
        this.pending = null;
        this.word.textContent = reason.message;
      }
    } finally {
      this.busy = false;
    }
  }

  /** The server wants more listening: say how long, then hand the vote in. */
  wait(seconds) {
    const until = performance.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left > 0) {
        this.word.textContent = t("blind.too_early", { choice: t(`blind.vote_${this.pending}`), seconds: left });
        return;
      }
      clearInterval(this.countdown);
      this.vote(this.pending);
    };
    tick();
    this.countdown = setInterval(tick, 250);
  }

  reveal(choice, reveal) {
    this.voted = choice;
    this.dataset.stage = "revealed";
    for (const side of ["a", "b"]) {
      const { root, reveal: place } = this.sides[side];
      const { engine, preset } = reveal[side];
      root.dataset.outcome = choice === "tie" ? "tie" : choice === side ? "won" : "lost";
      fill(place, h("strong", { data: { engine } }, engineName(reveal[side])), preset && h("span", {}, speaker(preset)));
      root.classList.toggle("vs-turn", !calm());
    }
    for (const button of this.votes) button.disabled = true;
    this.word.textContent = t(`blind.thanks_${choice === "tie" ? "tie" : "choice"}`, { side: choice.toUpperCase() });
    const next = button({ kind: "accent", label: t("blind.next"), onclick: () => this.draw() });
    next.append(h("kbd", {}, "N"));
    fill(
      this.after,
      next,
      h("a", { class: "vs-button vs-button-plain", href: page("leaderboard") }, t("blind.to_board")),
      h("a", { class: "vs-button vs-button-quiet", href: `${page("")}?comparison=${reveal.a.comparison}` }, t("blind.to_comparison")),
    );
    next.focus({ preventScroll: true });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
    if (!this.pair) return;
    const key = event.key.toLowerCase();
    if (event.code === "Space" && this.ours(event)) this.toggle();
    else if (key === "x" || key === "arrowleft" || key === "arrowright") this.switchSide(key);
    else if (key in CHOICES) this.vote(CHOICES[key]);
    else if (this.voted && (key === "n" || (key === "enter" && this.ours(event)))) this.draw();
    else return;
    event.preventDefault();
  }

  /** Keys pressed on a link, the header or the buttons after the vote mean what they always mean. */
  ours(event) {
    return !event.target.closest?.("a, header, .vs-after button");
  }

  switchSide(key) {
    const other = this.pair.side === "a" ? "b" : "a";
    this.pair.hear({ arrowleft: "a", arrowright: "b" }[key] || other);
  }
}

define("vs-blind", Blind);
