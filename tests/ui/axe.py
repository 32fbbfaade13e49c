"""axe-core: what is wrong with a page for who cannot see it, hear it or use a mouse."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ` + one.nodes.map((node) =>
      `${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ')}`).join(' | '));
}"""
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}


def problems(page: Page, state: str) -> list[str]:
    """The serious and critical ones at each width. page: its context sets the policy for scripts aside."""
    page.evaluate(AXE)
    found = []
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{state}, {name}: {problem}" for problem in page.evaluate(RUN)]
    return found
