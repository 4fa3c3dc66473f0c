"""axe-core over a page: what WCAG 2.2 AA asks and a machine can tell."""

from importlib.resources import files

from playwright.sync_api import Page

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_RUN = """
async ([tags, within]) => {
  const answer = await axe.run(within || document, {
    runOnly: { type: "tag", values: tags },
    rules: { "target-size": { enabled: true }, "page-has-heading-one": { enabled: true } },
    resultTypes: ["violations"],
  });
  const uncovered = async (node) => {
    const place = [scrollX, scrollY];
    document.querySelector(node.target[0])?.scrollIntoView({ block: "center", behavior: "instant" });
    const again = await axe.run({ include: [node.target] }, { runOnly: ["target-size"] });
    scrollTo({ left: place[0], top: place[1], behavior: "instant" });
    return !again.violations.length;
  };
  for (const rule of answer.violations.filter(({ id }) => id === "target-size")) {
    const small = [];
    for (const node of rule.nodes) if (!(await uncovered(node))) small.push(node);
    rule.nodes = small;
  }
  return answer.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\\n").slice(1).join(" ").trim()} ${node.html.slice(0, 160)}`));
}
"""


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe-core finds wrong, a line each: rule, element, why.

    A bar that stays in sight covers what scrolls under it, so a target that is found too small
    is looked at again in the middle of the window.

    Args:
        page: as it stands now; folded and hidden parts are not looked at.
        within: a CSS selector, to look at a part alone.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text())
    return page.evaluate(_RUN, [list(_RULES), within])
