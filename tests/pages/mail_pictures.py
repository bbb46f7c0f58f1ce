"""Every kind of mail as it looks: ``python -m tests.pages.mail_pictures FOLDER [NAME...]``.

One of each kind of ``tests/mail_kinds.py``, in 1280 and 390 pixels, light and dark: its HTML as
programs show it, or its text where it has no other. ``index.html`` in FOLDER shows them all,
``texts.txt`` has what plain programs show. NAMEs are parts of names of templates, all by
default. The mails are made by ``mail_samples.py``.
"""

import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.site import CHROMIUM, FLAGS

SIZES, SCHEMES = (1280, 390), ("light", "dark")
#: The names of what the environment says.
FOLDER, NAMES = "MAIL_PICTURES", "MAIL_PICTURES_OF"


def take_pictures(folder):
    """A picture of each page in ``folder``, in each size and scheme; return their names."""
    names = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for page_file in sorted(folder.glob("*.html")):
            for size in SIZES:
                for scheme in SCHEMES:
                    page = chromium.new_page(
                        viewport={"width": size, "height": 300}, color_scheme=scheme
                    )
                    page.set_content(page_file.read_text())
                    names.append(f"{page_file.stem}-{size}-{scheme}.png")
                    page.screenshot(path=folder / names[-1], full_page=True)
                    page.close()
        chromium.close()
    return names


def main(folder, names):
    """Take them all; print where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.*"):
        old.unlink()
    os.environ[FOLDER], os.environ[NAMES] = str(folder.resolve()), " ".join(names)
    samples = str(Path(__file__).with_name("mail_samples.py"))
    if code := pytest.main(["-q", samples]):
        sys.exit(code)
    texts = sorted(folder.glob("*.txt"))
    whole = "\n\n".join(f"{'=' * 20} {it.stem}\n\n{it.read_text()}" for it in texts)
    pictures = take_pictures(folder)
    (folder / "texts.txt").write_text(whole)
    shown = "".join(
        f'<figure><figcaption>{it}</figcaption><img src="{it}" loading="lazy"></figure>'
        for it in pictures
    )
    (folder / "index.html").write_text(f'<!doctype html><meta charset="utf-8">{shown}')
    print(f"{len(pictures)} pictures: {folder}/index.html")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
