/** Loads the plots' script from the studio itself: once, and only when there is a plot to draw. */

import { address } from "../http.js";

let loading;

/** @returns {Promise<object>} plotly's functions */
export function plotly() {
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address("/vendor/plotly.min.js");
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error("plotly"));
    };
    document.head.append(script);
  });
  return loading;
}
