"""What four engines say of a page, in every state: widths, light and dark, all unfolded.

axe-core, IBM Equal Access, HTML_CodeSniffer and Siteimprove Alfa. What they say wrongly is in
``accepted.py``.
"""

import asyncio
import json
import subprocess
import time
from collections import Counter, defaultdict
from typing import NamedTuple

from tests.pages import tools
from tests.pages.accepted import ACCEPTED
from tests.pages.visits import NARROW, SMALLEST, WIDE, show

#: A size, a scheme, and whether all that unfolds is unfolded.
STATES = [
    *(
        (size, scheme, False)
        for scheme in ("light", "dark")
        for size in (WIDE, NARROW, SMALLEST)
    ),
    (WIDE, "light", True),
]
#: Where Alfa looks, which takes longer than all others: both layouts, both schemes.
ALFA_STATES = [(WIDE, "light", False), (SMALLEST, "dark", False), (WIDE, "light", True)]
#: A page in which each of them must find something.
FAULTY = """<!doctype html><title></title><main><img src="data:,"><button></button>
<p style="color: #ccc; background: #fff">Pale</p><input><ul><div>No item</div></ul></main>"""
UNFOLD = "() => document.querySelectorAll('details').forEach((it) => (it.open = true))"
ENGINES = ("axe", "ibm", "htmlcs", "alfa")


class Finding(NamedTuple):
    """What an engine says of an element, and where."""

    engine: str
    rule: str
    html: str
    message: str
    place: str


class Alfa:
    """Alfa, which judges outside the page, in a process of Node."""

    def __init__(self):
        self.lock = asyncio.Lock()
        self.process = None

    async def judge(self, page):
        """The findings of a page as JSON."""
        async with self.lock:
            self.process = self.process or await asyncio.create_subprocess_exec(
                *tools.node(), tools.HERE / "alfa.mjs", cwd=tools.FOLDER, limit=2**26,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            self.process.stdin.write(page.encode() + b"\n")
            await self.process.stdin.drain()
            if not (answer := await self.process.stdout.readline()):
                raise RuntimeError("Alfa ended: its reason is above.")
            return json.loads(answer)

    async def end(self):
        """End its process."""
        if self.process:
            self.process.stdin.close()
            await self.process.wait()


def _sources(engines):
    """The scripts that a page needs for these engines."""
    files = {
        "axe": "axe-core/axe.min.js",
        "ibm": "accessibility-checker-engine/ace.js",
        "htmlcs": "html_codesniffer/build/HTMLCS.js",
    }
    scripts = [(tools.MODULES / files[name]).read_text() for name in engines if name in files]
    # What they declare at their top is kept beyond the function that they run in.
    keep = (
        "\n;for (const name of ['ace', 'HTMLCS'])"
        " if (eval(`typeof ${name}`) !== 'undefined') globalThis[name] = eval(name)"
    )
    scripts = [script + keep for script in scripts]
    for name, module in {"alfaDom": "alfa-dom", "alfaDevice": "alfa-device"}.items():
        path = tools.MODULES / "@siteimprove" / module / "dist" / "native.js"
        code = path.read_text().replace("export var Native", "var Native")
        scripts.append(f"globalThis.{name} = (() => {{ {code}\nreturn Native }})()")
    return [*scripts, (tools.HERE / "engines.js").read_text()]


class Checks:
    """A run: which engines look in which states, and what they found."""

    def __init__(self, engines, states, alfa_states):
        self.engines, self.states, self.sources = engines, states, _sources(engines)
        self.alfa_states = alfa_states
        self.found, self.seconds, self.alfa = [], Counter(), Alfa()

    async def check(self, page, visit):
        """Have every engine look at ``page`` in every state."""
        for script in self.sources:
            await page.evaluate(f"() => {{ {script}\n }}")
        for state in self.states:
            size, scheme, is_unfolded = state
            await show(page, size, scheme)
            if is_unfolded:
                await page.evaluate(UNFOLD)
            place = f"{visit.label} {size[0]} {scheme}{' unfolded' if is_unfolded else ''}"
            await self._look(page, place, is_for_alfa=state in self.alfa_states)

    async def prove(self, context):
        """Raise RuntimeError unless every engine finds a fault in a page that has some."""
        page = await context.new_page()
        await page.set_content(FAULTY)
        for script in self.sources:
            await page.evaluate(f"() => {{ {script}\n }}")
        await self._look(page, "faulty", is_for_alfa=True)
        await page.close()
        silent = {*self.engines} - {it.engine for it in self.found}
        if silent:
            raise RuntimeError(f"They find nothing in a page with faults: {silent}")
        self.found.clear()

    async def _look(self, page, place, is_for_alfa):
        for engine in self.engines:
            if engine == "alfa" and not is_for_alfa:
                continue
            began = time.monotonic()
            found = await page.evaluate(f"() => pageEngines.{engine}()")
            if engine == "alfa":
                found = await self.alfa.judge(found)
            self.seconds[engine] += time.monotonic() - began
            self.found += [
                Finding(engine, it["rule"], " ".join(it["html"].split()), it["message"], place)
                for it in found
            ]


def report(checks, is_whole):
    """Print what was found, by engine and rule; return whether nothing was."""
    wrong, said = defaultdict(list), Counter()
    for finding in checks.found:
        known = [it for it in ACCEPTED if it.fits(finding)]
        said.update(known)
        if not known:
            wrong[finding.engine, finding.rule, finding.html].append(finding)
    for (engine, rule, html), found in sorted(wrong.items()):
        print(f"\n{engine} {rule}: {found[0].message}\n  {html}")
        print(f"  {len(found)}: {', '.join(it.place for it in found[:3])}")
    unused = [it for it in ACCEPTED if is_whole and not said[it]]
    for it in unused:
        print(f"\naccepted.py: no engine says this any more: {it.engine} {it.rule} {it.html}")
    count = Counter(it.engine for found in wrong.values() for it in found)
    print()
    for engine in checks.engines:
        known = sum(n for it, n in said.items() if it.engine == engine)
        print(f"{engine}: {count[engine]} findings, and {known} known to be wrong")
    return not wrong and not unused
