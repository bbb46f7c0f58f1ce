"""Who is shown which page: the demonstration served, its people signed in, its pages asked."""

import asyncio
import json
import os
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")

from playwright.async_api import async_playwright

from tests.browser.site import (
    CHROMIUM,
    FLAGS,
    PASSWORD,
    collect_static,
    load_demonstration,
    serve_copy,
)
from tests.pages.components import ADDRESS
from tests.pages.tables import ERRORS, OTHERS, ROLES
from tests.pages.walks import WALKS

#: Pages that are looked at side by side: more do not make two cores faster.
AT_ONCE = 3
TIMEOUT_MS = 60_000
WIDE, NARROW, SMALLEST = (1280, 900), (390, 844), (320, 640)


@dataclass(frozen=True)
class Visit:
    """A page that ``role`` is shown: the name of its URL, its address or walk, its source."""

    role: str
    name: str
    address: str
    source: str = ""

    @property
    def label(self):
        """A name for files and lists."""
        rest = self.address.partition("?")[2]
        return "-".join(part for part in (self.name, rest.replace("=", "-"), self.role) if part)


@contextmanager
def serve_pages():
    """The demonstration, with everything that pages show, while it is served."""
    with TemporaryDirectory(prefix="foirail-pages-") as name:
        folder = Path(name)
        collect_static(folder / "static")
        with (
            load_demonstration(folder) as loaded,
            serve_copy(
                folder,
                loaded,
                folder / "static",
                FORUM_ADMISSION="sponsored",
                FORUM_FIRST_POSTS_HELD="2",
                DJANGO_SETTINGS_MODULE="tests.pages.settings",
            ) as site,
        ):
            yield site


class Browser:
    """One Chromium, with a context for each person who is signed in."""

    def __init__(self, site, chromium):
        self.site, self.chromium, self.contexts = site, chromium, {}

    async def sign_in(self):
        """Give each role its context."""
        for role, email in (ROLES | OTHERS).items():
            context = self.contexts[role] = await self.new_context()
            if email:
                page = await context.new_page()
                await page.goto("/compte/login/")
                await page.fill("[name=login]", email)
                await page.fill("[name=password]", PASSWORD)
                await page.click("main form .primary")
                await page.wait_for_url(lambda url: "/compte/login/" not in url)
                # Second factors are changed by who has just given their password again.
                await page.goto("/compte/reauthenticate/")
                await page.fill("main [name=password]", PASSWORD)
                await page.click("main form .primary")
                await page.wait_for_url(lambda url: "/reauthenticate/" not in url)
                await page.close()

    async def new_context(self):
        """A context of a guest."""
        context = await self.chromium.new_context(
            base_url=self.site.address, locale="fr-FR", bypass_csp=True, reduced_motion="reduce"
        )
        context.set_default_timeout(TIMEOUT_MS)
        return context

    async def list_visits(self, names=()):
        """Every page that is shown, to all roles, and to another where to none of these.

        With ``names``, those of them. Raises LookupError for pages of the tables that nobody is
        shown.
        """
        place = self.site.log.parent / "addresses.json"
        code = f"from tests.pages.scene import make_scene; make_scene({str(place)!r})"
        await asyncio.to_thread(self.site.run, code)
        addresses = json.loads(place.read_text()) | {
            "components": [ADDRESS],
            **{f"error-{status}": [f"/erreur/{status}/"] for status in ERRORS},
        }
        places = [(name, it) for name, own in addresses.items() for it in own]
        if names:
            places = [(name, address) for name, address in places if name in names]
        room, visits, unseen = asyncio.Semaphore(AT_ONCE), [], []

        async def ask(name, address):
            async with room:
                shown = [await self._ask(role, name, address) for role in ROLES]
                if not any(shown):
                    shown = [await self._ask(role, name, address) for role in OTHERS]
            return list(filter(None, shown))

        answers = await asyncio.gather(*(ask(*place) for place in places))
        for place, shown in zip(places, answers, strict=True):
            visits += shown
            unseen += [] if shown else [" ".join(place)]
        if unseen:
            raise LookupError(f"Nobody is shown: {', '.join(unseen)}")
        visits += [Visit(role, name, "") for name, (role, _walk) in WALKS.items()]
        return [visit for visit in visits if not names or visit.name in names]

    async def _ask(self, role, name, address):
        answer = await self.contexts[role].request.get(address, max_redirects=0)
        is_error = name.startswith("error-")
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if not is_page or (answer.status != 200 and not is_error):
            return None
        return Visit(role, name, address, await answer.text())

    @asynccontextmanager
    async def open(self, visit):
        """The page of ``visit``, loaded, its scripts having run."""
        context = self.contexts[visit.role]
        if not visit.address:
            context = await self.new_context() if visit.role == "guest" else context
        page = await context.new_page()
        try:
            await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
            if visit.address:
                await page.goto(visit.address, wait_until="load")
            else:
                await WALKS[visit.name][1](page, self.site)
            yield page
        finally:
            await (page if context in self.contexts.values() else context).close()

    async def for_each(self, visits, work):
        """Do ``work(page, visit)`` for every visit, some side by side."""
        room = asyncio.Semaphore(AT_ONCE)

        async def do(visit):
            async with room, self.open(visit) as page:
                await work(page, visit)

        async with asyncio.TaskGroup() as tasks:
            for visit in visits:
                tasks.create_task(do(visit))


@asynccontextmanager
async def open_browser():
    """The pages served, and a browser in which their people are signed in."""
    with serve_pages() as site:
        async with async_playwright() as playwright:
            # The words and dates of Chromium's own controls, where its French is installed.
            chromium = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[*FLAGS, "--lang=fr-FR"],
                env=os.environ | {"LANGUAGE": "fr_FR"},
            )
            browser = Browser(site, chromium)
            await browser.sign_in()
            yield browser
            await chromium.close()


async def show(page, size, scheme):
    """Have ``page`` at ``size``, light or dark, and wait until it is painted so."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
