"""One spelling for English words that are written in two ways and said in one.

Whisper writes American; the person may not. Both sides of a comparison go through here, so a rule
may be broad as long as it does not make two words one that sound different.
"""

import re

_ENDINGS = r"(?=(?:s|ed|ing|ings|er|ers|able|ably|ful|fully|less|hood|hoods|ite|ites|y|ist|ists)?$)"
_DOUBLED = (
    "trave|cance|labe|mode|leve|signa|marve|counse|fue|channe|pane|quarre|riva|tota|equa|dia|initia"
    "|jewe|chise|funne|tunne|shrive"
)
_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^(\w{2,})our" + _ENDINGS, r"\1or"),  # harbour, coloured, neighbourhood
        (r"^(\w*(?:cent|met|lit|theat|fib|calib|sab|spect|somb|lust|meag))re(s|d)?$", r"\1er\2"),
        (r"^(\w{2,})is(e|es|ed|er|ers|ing|ation|ations)$", r"\1iz\2"),  # organise, realisation
        (r"^(\w*(?:anal|paral|catal))ys(e|es|ed|er|ers|ing)$", r"\1yz\2"),
        (r"^(\w*(?:catal|dial|anal|prol|epil))ogue(s?)$", r"\1og\2"),
        (r"^(\w*(?:def|off|lic|pret))ence(s?)$", r"\1ense\2"),
        (rf"^(\w*(?:{_DOUBLED}))ll(ed|ing|er|ers|ous|ously)$", r"\1l\2"),
        (r"^(\w*)aes(t|th)", r"\1es\2"),  # anaesthetic, aesthetic
        (r"^(enrol|fulfil|instil|distil|skil|wil)(s|ment|ments|ful|fully)?$", r"\1l\2"),
    )
)
_WORDS = {
    "grey": "gray", "greys": "grays", "tyre": "tire", "tyres": "tires", "plough": "plow",
    "ploughs": "plows", "ploughed": "plowed", "programme": "program", "programmes": "programs",
    "cheque": "check", "cheques": "checks", "kerb": "curb", "kerbs": "curbs", "storey": "story",
    "storeys": "stories", "jewellery": "jewelry", "mould": "mold", "moulds": "molds",
    "sceptic": "skeptic", "sceptical": "skeptical", "pyjamas": "pajamas", "practise": "practice",
    "practised": "practiced", "practising": "practicing", "judgement": "judgment",
    "manoeuvre": "maneuver", "manoeuvres": "maneuvers", "draught": "draft", "draughts": "drafts",
    "cosy": "cozy", "moustache": "mustache", "doughnut": "donut", "doughnuts": "donuts",
    "enquiry": "inquiry", "enquire": "inquire", "axe": "ax", "ok": "okay", "mr": "mister",
    "mrs": "missus", "dr": "doctor", "vs": "versus", "prof": "professor", "wagon": "waggon",
    "artefact": "artifact", "artefacts": "artifacts", "cooperate": "cooperate", "gaol": "jail",
    "omelette": "omelet", "woollen": "woolen", "smoulder": "smolder", "smouldering": "smoldering",
    "sulphur": "sulfur", "wilful": "willful", "ageing": "aging", "acknowledgement":
    "acknowledgment", "percent": "percent", "etc": "etcetera",
}  # fmt: skip


def one_spelling(word: str) -> str:
    """A lower-case English word as the comparison writes it, which need be no dictionary's way."""
    if word in _WORDS:
        return _WORDS[word]
    for pattern, replacement in _RULES:
        changed = pattern.sub(replacement, word)
        if changed != word:
            return changed
    return word
