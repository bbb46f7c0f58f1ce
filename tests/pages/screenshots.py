"""Every page as it looks: ``python -m tests.pages.screenshots FOLDER [NAME...]``.

Each in 1280 × 900 and 390 × 844, light and dark, as a guest, a member and an animator; pages
that none of them is shown, as whoever is. ``index.html`` in FOLDER shows them all. NAMEs are
those of URLs and walks, all by default.
"""

import asyncio
import shutil
import sys
import time
from html import escape
from pathlib import Path

from tests.pages.visits import NARROW, WIDE, open_browser, show

STATES = [(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")]
#: A page that is longer is cut off: what is below looks like what is above.
MAX_HEIGHT = 6000
#: A page that is open says so before it is taken.
CONNECTED = """() => {
    const chip = document.getElementById("freshness")
    return !chip || !chip.hidden
}"""
#: How high the page is: the screen is made as high, as Chromium repeats the first screen of
#: what it captures beyond it. What takes its height from the screen keeps it.
WHOLE_HEIGHT = """() => {
    if (document.querySelector("dialog[open]")) return 0
    for (const one of document.querySelectorAll("body, .frame > nav"))
        one.style.maxHeight = one.style.minHeight = `${one.offsetHeight}px`
    return document.documentElement.scrollHeight
}"""
FREE_HEIGHT = """() => {
    for (const one of document.querySelectorAll("body, .frame > nav"))
        one.style.maxHeight = one.style.minHeight = ""
}"""


async def main(folder, names):
    """Take them all; print where they are."""
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    async with open_browser() as browser:
        visits = await browser.list_visits(names)

        async def take(page, visit):
            for size, scheme in STATES:
                await show(page, size, scheme)
                await page.wait_for_function(CONNECTED)
                height = await page.evaluate(WHOLE_HEIGHT)
                if height > size[1]:
                    await show(page, (size[0], min(height, MAX_HEIGHT)), scheme)
                await page.screenshot(path=folder / _file_name(visit, size, scheme))
                await page.evaluate(FREE_HEIGHT)

        await browser.for_each(visits, take)
    (folder / "index.html").write_text(contact_sheet(visits))
    seconds = time.monotonic() - began
    print(f"{len(visits) * len(STATES)} screenshots in {seconds:.0f} s: {folder}/index.html")


def _file_name(visit, size, scheme):
    return f"{visit.label}-{size[0]}-{scheme}.png"


def contact_sheet(visits):
    """A page of all screenshots, each a link to the whole."""
    rows = []
    for visit in visits:
        rows.append(f"<h2>{escape(visit.label)} <small>{escape(visit.address)}</small></h2><p>")
        for size, scheme in STATES:
            name = escape(_file_name(visit, size, scheme))
            rows.append(
                f'<a href="{name}"><img src="{name}" loading="lazy" width="{size[0] // 4}"'
                f' height="{size[1] // 4}" alt="{name}"></a>'
            )
        rows.append("</p>")
    style = (
        "body { font: 1rem sans-serif; background: #888 } h2 { margin: 1rem 0 .3rem }"
        " img { object-fit: cover; object-position: top; margin-right: .5rem }"
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages</title>'
        f"<style>{style}</style>{''.join(rows)}</html>"
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
