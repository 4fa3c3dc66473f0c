"""What a page learns when it was opened, put into the form without undoing what a person did.

The answer may come a second after the page can be used. So it says which engines it would choose,
and the browser, which knows what was touched meanwhile (``assets/js/touched.js``), has the last
word.
"""

ASK = "(language, _) => [language, new URLSearchParams(location.search).get('reuse') || '']"
"""In the browser, before the server is asked: which comparison is to be used again, if any."""
SETTLE = (
    "(arrived, language, ...chosen) => {"
    " if (!arrived || (language !== arrived.language && !arrived.filled)) return chosen;"
    " const touched = arrived.filled ? new Set() : window.vsTouched || new Set();"
    " return chosen.map((now, at) => touched.has(arrived.ids[at]) ? now : arrived.chosen[at]); }"
)
"""In the browser, after: the engines, but for those that a person has chosen or left out."""
SEND = (
    "(...values) => {"
    " const told = window.vsReadings;"
    " const wanted = told && told.on && told.readings?.length;"
    " values[6] = wanted ? { text: told.text, readings: told.readings } : null;"
    " return values; }"
)
"""In the browser, before a form goes off: the readings with the text that they are of."""
