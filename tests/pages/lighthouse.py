"""What Lighthouse says of what guests read: ``python -m tests.pages.lighthouse [NAME...]``.

Each page is loaded as by a phone of the middle range over a slow 4G, and must reach ``LEAST``
of 100 in all four categories. NAMEs are those of ``addresses``: only these.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from tests.browser.site import CHROMIUM, FLAGS
from tests.pages import tools
from tests.pages.engines import FAULTY
from tests.pages.visits import serve_pages

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 95
#: A page that is under it is loaded again: another program that takes the processor for a
#: moment can only make a page slower than it is.
TRIES = 3
CLI = tools.MODULES / "lighthouse" / "cli" / "index.js"
NUMBERS = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "weight",
}


def addresses(site):
    """The pages, by name: those of the public, with what the demonstration has public."""
    public = "/experiences/publiques/"
    sheet = _found(site, public, rf'href="({public}\d+/[^"]+)"')
    compared = _found(site, "/experiences/", r'name="fiche" value="(\d+)"')
    beside = "&".join(f"fiche={pk}" for pk in compared[:2])
    return {
        "home": "/",
        "public-sheets": public,
        "public-sheet": sheet[0],
        "sheets": "/experiences/",
        "compare-sheets": f"/experiences/comparer/?{beside}",
        "sheet-figures": "/experiences/chiffres/",
        "press": "/presse/",
        "open-data": "/donnees-ouvertes/",
        "charter": "/charte/",
    }


def judge(address):
    """What Lighthouse says of the page at ``address``, as its JSON does."""
    with TemporaryDirectory(prefix="foirail-lighthouse-") as folder:
        said = Path(folder) / "said.json"
        flags = " ".join([*FLAGS, "--headless", "--lang=fr-FR"])
        command = [
            *tools.node(), str(CLI), address, "--quiet", "--no-enable-error-reporting",
            "--output=json", f"--output-path={said}", f"--chrome-flags={flags}",
            f"--only-categories={','.join(CATEGORIES)}",
            '--extra-headers={"Accept-Language":"fr-FR"}',
        ]  # fmt: skip
        environment = os.environ | {"CHROME_PATH": CHROMIUM}
        subprocess.run(command, env=environment, cwd=tools.FOLDER, check=True)
        return json.loads(said.read_text())


def scores_of(said):
    """Of 100, by category; 0 where it could not tell."""
    return {name: round(100 * (said["categories"][name]["score"] or 0)) for name in CATEGORIES}


def prove():
    """Raise RuntimeError unless a faulty page is found to be so."""
    with TemporaryDirectory(prefix="foirail-faulty-") as folder:
        (Path(folder) / "index.html").write_text(FAULTY)
        handler = partial(_Quiet, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            scores = scores_of(judge(f"http://127.0.0.1:{server.server_port}/"))
            server.shutdown()
    if max(scores["accessibility"], scores["seo"]) >= LEAST:
        raise RuntimeError(f"Lighthouse finds too little in a page with faults: {scores}")


def main(names=()):
    """Judge them; print a table, and what was found; return whether all reach ``LEAST``."""
    began, is_right = time.monotonic(), True
    tools.install()
    prove()
    with serve_pages() as site:
        pages = {k: v for k, v in addresses(site).items() if not names or k in names}
        print(f"{'':16}{''.join(f'{name:>16}' for name in CATEGORIES)}")
        for name, address in pages.items():
            scores, said = _best(site.address + address)
            row = "".join(f"{scores[it]:16}" for it in CATEGORIES)
            print(f"{name:16}{row}   {_numbers(said)}")
            if min(scores.values()) < LEAST:
                is_right = False
                print("\n".join(_faults(said)))
    print(f"\nLighthouse: {len(pages)} pages in {time.monotonic() - began:.0f} s")
    return is_right


def _best(address):
    """The scores of the best of a few loads, each category at its best; and the last load."""
    best = dict.fromkeys(CATEGORIES, 0)
    for _try in range(TRIES):
        said = judge(address)
        best = {name: max(score, best[name]) for name, score in scores_of(said).items()}
        if min(best.values()) >= LEAST:
            break
    return best, said


def _numbers(said):
    return " ".join(
        f"{label} {said['audits'][name].get('displayValue', '?')}"
        for name, label in NUMBERS.items()
    )


def _faults(said):
    """The audits that take points from what is under ``LEAST``, and what they name first."""
    for category in said["categories"].values():
        refs = category["auditRefs"] if 100 * (category["score"] or 0) < LEAST else []
        for one in refs:
            audit = said["audits"][one["id"]]
            if one["weight"] and (audit["score"] or 0) < 0.9:
                items = audit.get("details", {}).get("items", [])[:3]
                yield f"  {category['id']}: {audit['title']} ({audit['score']})"
                yield from (f"    {json.dumps(it, ensure_ascii=False)[:300]}" for it in items)


def _found(site, address, pattern):
    with urllib.request.urlopen(site.address + address, timeout=30) as answer:
        found = re.findall(pattern, answer.read().decode())
    if not found:
        raise LookupError(f"Nothing of {pattern} at {address}")
    return list(dict.fromkeys(found))


class _Quiet(SimpleHTTPRequestHandler):
    """A server of files that prints nothing."""

    def log_message(self, *_args):
        """Nothing."""


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
