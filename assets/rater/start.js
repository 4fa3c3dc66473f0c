/**
 * Stands in the document's head: the colour scheme before the first paint, and a start button that
 * works from the first paint on. Browsers let a page sound only from within a tap, so the tap that
 * starts also wakes the audio; the rest of the script may still be on its way.
 */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const scheme = () => {
    let kept = null;
    try {
      kept = localStorage.getItem("vs-theme");
    } catch {
      /* private mode: follow the system */
    }
    root.dataset.theme = kept || (dark.matches ? "dark" : "light");
  };
  scheme();
  dark.addEventListener("change", scheme);

  /** What main.js hands over once it is there. */
  const arrived = new Promise((done) => {
    window.raterArrived = done;
  });

  /** Answers that an earlier visit could not send go out at once, whatever is done next. */
  try {
    const kept = `vs-rater:${root.dataset.invite}:answer:`;
    if (Object.keys(localStorage).some((key) => key.startsWith(kept)))
      arrived.then(({ outbox }) => outbox.flush());
  } catch {
    /* no storage, nothing kept */
  }

  /** An audio context that may sound, made within a tap. */
  const wake = () => {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) return null;
    // On iPhones: sound even when the ringer is off, as a film would.
    if (navigator.audioSession) navigator.audioSession.type = "playback";
    const context = new Context({ latencyHint: "interactive" });
    context.resume();
    const silence = context.createBufferSource();
    silence.buffer = context.createBuffer(1, 1, 22050);
    silence.connect(context.destination);
    silence.start();
    return context;
  };

  /** Copy the completion code; over plain HTTP the old way is the only one. */
  const copy = async (button) => {
    const code = button.parentElement.querySelector("output");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    const words = JSON.parse(document.getElementById("words").textContent);
    button.textContent = words["thanks.copied"];
    document.getElementById("say").textContent = words["thanks.copied"];
  };

  document.addEventListener("keydown", (event) => {
    // Enter starts, wherever no other control has the focus.
    if (event.key === "Enter" && !event.target.closest("a, button, input, summary")) document.querySelector("[data-start]")?.click();
  });

  document.addEventListener("click", async (event) => {
    const copying = event.target.closest?.("[data-copy]");
    if (copying) copy(copying);
    const language = event.target.closest?.("[data-language]");
    if (language) document.cookie = `lang=${language.dataset.language}; path=/; max-age=31536000; samesite=lax`;
    const button = event.target.closest?.("[data-start]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const context = wake();
    try {
      const { begin } = await arrived;
      await begin(context);
    } catch (reason) {
      console.warn(reason);
      context?.close();
      button.removeAttribute("aria-busy");
      const words = JSON.parse(document.getElementById("words").textContent);
      document.getElementById("net").textContent = words["notice.trouble"];
    }
  });
})();
