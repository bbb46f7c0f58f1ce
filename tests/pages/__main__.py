"""Check every page: ``python -m tests.pages [--quick] [--once] [--every-state] [NAME...]``.

Four accessibility engines look at each page as a guest, a member and an animator, in three
widths, light and dark, and unfolded; the W3C's checker reads its source and what its scripts
made of it; Grammalecte reads its French, and that of mails, the help and the catalogue. It
fails where one of them finds anything that is not accepted with a reason, where nothing is any
more as accepted, or where the help names a button that no page has.

``--once``: each page as one of its viewers, wide and light. ``--quick``: so, and axe-core and
the W3C's checker alone.
``--every-state``: Alfa too looks at every state, which takes twice as long in all. NAMEs are
those of URLs and walks: only these.
"""

import asyncio
import sys
import time

from tests.pages import engines, grammar, help_names, html_checker, tools
from tests.pages.visits import open_browser

#: The texts of a page, one for each block, and those of its attributes.
TEXTS = """() => [
    ...document.body.innerText.split("\\n"),
    document.title,
    ...["aria-label", "title", "placeholder", "alt"].flatMap((name) =>
        [...document.querySelectorAll(`[${name}]`)].map((it) => it.getAttribute(name)))]"""


async def main(names, options):
    """Check them; print what was found; return whether nothing was."""
    quick = "--quick" in options
    once = quick or "--once" in options
    tools.install()
    if not quick:
        grammar.prove()
    began = time.monotonic()
    states = engines.STATES[:1] if once else engines.STATES
    alfa_states = states if "--every-state" in options else engines.ALFA_STATES
    checks = engines.Checks(("axe",) if quick else engines.ENGINES, states, alfa_states)
    texts, documents = set(), {}

    async def check(page, visit):
        documents[f"{visit.label}, after scripts"] = await page.content()
        await checks.check(page, visit)
        texts.update(await page.evaluate(TEXTS))

    async with open_browser() as browser:
        await checks.prove(browser.contexts["guest"])
        html_checker.prove()
        visits = await browser.list_visits(names)
        documents |= {visit.label: visit.source for visit in visits if visit.source}
        if once:
            visits = list({visit.name: visit for visit in visits}.values())
        await browser.for_each(visits, check)
        await checks.alfa.end()
        letters = browser.site.log.read_text()
    is_whole = not (names or once)
    found = html_checker.check_documents(documents)
    results = [engines.report(checks, is_whole), html_checker.report(found, len(documents))]
    if not names:
        results.append(help_names.report(documents.values()))
    if not quick:
        results.append(grammar.report(grammar.check_texts(_all_texts(texts, letters))))
    seconds = time.monotonic() - began
    print(f"\n{len(visits)} pages, {len(checks.states)} states of each, in {seconds:.0f} s")
    return all(results)


def _all_texts(texts, letters):
    return {
        *texts,
        *grammar.catalogue_texts(),
        *grammar.help_texts(),
        *grammar.letter_texts(letters),
    }


if __name__ == "__main__":
    options = {name for name in sys.argv[1:] if name.startswith("--")}
    arguments = [name for name in sys.argv[1:] if name not in options]
    sys.exit(not asyncio.run(main(arguments, options)))
