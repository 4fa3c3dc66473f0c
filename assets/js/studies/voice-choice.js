/** Which voice a condition speaks with: presets of its engine for the language, then cloned voices. */

import { fill, h } from "../dom.js";
import { t } from "../texts.js";

const CLONED = "cloned:";
const plain = (tag) => tag.replace("_", "-").split("-")[0];

/**
 * @param {{engine: object, voices: object[], language: string, voice: string|null, voice_id: string|null}} now
 * @param {(voice: {voice: string|null, voice_id: string|null}) => void} change
 */
export function voiceChoice({ engine, voices, language, voice, voice_id: cloned }, change) {
  const spoken = engine.presets.filter((one) => !one.languages.length || one.languages.some((tag) => plain(tag) === language));
  const clones = engine.cloning.kind !== "none";
  const presets = spoken.length ? spoken : engine.presets;
  const select = h("select", {
    class: "vs-input",
    name: "voice",
    onchange: () => {
      const { value } = select;
      if (value.startsWith(CLONED)) change({ voice: null, voice_id: value.slice(CLONED.length) });
      else change({ voice: value || null, voice_id: null });
    },
  });
  fill(
    select,
    h("option", { value: "" }, t("studio.preset_auto")),
    presets.length ? h("optgroup", { label: t("studies.voices_preset") }, presets.map((one) => h("option", { value: one.id }, one.title))) : null,
    voices.length && (clones || engine.cloning.closest_preset) ? h("optgroup", { label: clones ? t("studies.voices_cloned") : t("studies.voices_closest") }, voices.map((one) => h("option", { value: CLONED + one.id }, one.name))) : null,
  );
  select.value = cloned ? CLONED + cloned : voice || "";
  if (select.selectedIndex < 0) select.value = "";
  return h("label", { class: "vs-field" }, t("studio.voice"), select);
}
