/** Single keys that steer the playhead, wherever on the page nothing else takes them. */

const KEPT = "vs-compare-keys";
const TYPED_INTO = "input, textarea, select, [contenteditable=''], [contenteditable=true]";
/** What answers to the space bar by itself. */
const PRESSED = "button, a, summary, [role=button], [role=slider], [role=option], audio, video";

/** Whether single keys are wanted: WCAG 2.1.4 asks that they can be turned off. */
export const keysOn = () => localStorage.getItem(KEPT) !== "off";

export const setKeys = (on) => localStorage.setItem(KEPT, on ? "on" : "off");

/**
 * @param {import("./deck.js").Deck} deck @param {import("./transport.js").Transport} transport
 * @returns {(event: KeyboardEvent) => void}
 */
export function keyHandler(deck, transport) {
  return (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !keysOn()) return;
    const { target, key } = event;
    if (!deck.ready.length || target.closest?.(TYPED_INTO)) return;
    if (document.querySelector("dialog[open]")) return;
    const pressed = target.closest?.(PRESSED);
    const number = Number.parseInt(key, 10);
    if (key === " " && !pressed && !event.repeat) deck.playOrPause();
    else if (number >= 1 && number <= 9) hearNumber(deck, transport, number);
    else if ((key === "ArrowLeft" || key === "ArrowRight") && !target.closest?.("[role=slider], [role=tablist], [tabindex='0'].vs-scroll")) deck.step(key === "ArrowLeft" ? -1 : 1);
    else if (/^a$/i.test(key)) deck.playInTurn();
    else if (/^l$/i.test(key)) deck.setLoop(!deck.loop);
    else if (key === "[") transport.setEdge("from");
    else if (key === "]") transport.setEdge("to");
    else if (key === "Escape" && deck.part && !target.closest?.("details[open]")) transport.clearPart();
    else return;
    event.preventDefault();
  };
}

function hearNumber(deck, transport, number) {
  const row = transport.rows?.find((one) => one.number === number);
  if (row?.seat.ready) deck.hear(row.seat);
}
