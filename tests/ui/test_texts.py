"""Every sentence of the pages comes from the catalogues, and the catalogues hold no others."""

import re
from itertools import chain
from pathlib import Path

from studio.ui.texts import Texts

ROOT = Path(__file__).parents[2]
SCRIPTS = {
    str(path.relative_to(ROOT / "assets/js")): path.read_text("utf-8")
    for path in (ROOT / "assets/js").rglob("*.js")
}
MODULES = {path.name: path.read_text("utf-8") for path in (ROOT / "studio/ui").glob("*.py")}
PLAIN = re.compile(r"(?:\b|_)(?:t|counted|has|step)\(\s*f?\"([a-z][a-z_.]+)\"")
PATTERN = re.compile(r"\b(?:t|counted)\(\s*`([^`]+)`")
FORMATTED = re.compile(r"\bt\(\s*f\"([^\"]*\{[^\"]*)\"")
QUOTED = re.compile(r"\"([a-z]+(?:\.[a-z_]+)+)\"")
OTHER_FILES = ("option.",)


def keys_named() -> set[str]:
    sources = [*SCRIPTS.values(), *MODULES.values()]
    return set(chain.from_iterable(PLAIN.findall(source) for source in sources))


def patterns() -> list[re.Pattern]:
    found = set(chain.from_iterable(PATTERN.findall(source) for source in SCRIPTS.values()))
    found |= set(chain.from_iterable(FORMATTED.findall(source) for source in MODULES.values()))
    # A pattern with a variable in front of the dot would fit everything: left to the test below.
    told = [one for one in found if re.match(r"[a-z_]+\.", one)]
    return [
        re.compile(
            re.sub(r"(?:\\\$)?\\\{.*?\\\}", "[a-z_0-9]+", re.escape(one)) + "(_one|_other)?$"
        )
        for one in told
    ]


def test_every_key_in_scripts_and_modules_has_its_sentence():
    texts = Texts("en").for_browser()
    missing = {key for key in keys_named() if key not in texts and f"{key}_other" not in texts}
    assert not missing


def test_every_composed_key_can_be_found():
    texts = Texts("en").for_browser()
    empty = [one.pattern for one in patterns() if not any(one.match(key) for key in texts)]
    assert not empty


def test_the_catalogue_keeps_no_sentence_that_nobody_says():
    named = keys_named() | set(
        chain.from_iterable(QUOTED.findall(source) for source in SCRIPTS.values())
    )
    from studio.ui.composer import SAMPLES

    named |= {f"sample.{name}{end}" for name in SAMPLES for end in ("", "_name")}
    pages = ("studio", "blind", "board", "studies", "voices", "engines", "verify", "login")
    for page in (*pages, "costs", "library"):
        named |= {f"{page}.title", f"{page}.lead"}
    named.add("account.lead")
    composed = patterns()
    idle = [
        key
        for key in Texts("en").for_browser()
        if key not in named
        and re.sub("_(one|other)$", "", key) not in named
        and not key.startswith(OTHER_FILES)
        and not key.startswith(("nav.", "voices.new", "voices.yours", "blind.no_pair"))
        and not any(one.match(key) for one in composed)
        and "." in key
    ]
    assert not idle


def test_scripts_hold_no_sentence_of_their_own():
    """Text nodes come from t(); a string with two words in a builder would be a sentence."""
    sentence = re.compile(r"h\([^)]*\},\s*\"[A-Za-z가-힣]+ [A-Za-z가-힣 ]+\"")
    assert not {name: found for name, js in SCRIPTS.items() if (found := sentence.findall(js))}
    for name, source in SCRIPTS.items():
        assert not re.search("[가-힣]", source), name
