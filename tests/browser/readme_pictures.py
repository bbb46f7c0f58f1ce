"""Takes the pictures of the README and of the help: ``make readme-pictures``.

Run by pytest for its fixtures, and no test: the suite does not find it.
"""

from base64 import b64decode
from pathlib import Path

import pytest
from django.conf import settings

from forum.site.help.pages import PICTURE_HEIGHT, PICTURE_WIDTH

FOLDER = Path(settings.BASE_DIR) / "docs" / "pictures"
HELP_FOLDER = Path(settings.BASE_DIR) / "forum" / "static" / "forum" / "help"
MEMBER = "nadia.kerambrun@mesnil-argance.demo.invalid"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
#: As wide as a picture of the help, and so high that nothing is scrolled.
STRIP = {"width": PICTURE_WIDTH, "height": 6000}
MAX_BYTES, HELP_MAX_BYTES = 150_000, 40_000
#: Pictures of the help: where one goes, what one presses there, and what they begin at.
HELP_PICTURES = {
    "who-reads": ("/?vue=resolus", "#threads .title >> nth=0", ".side .card"),
    "new-thread": ("/fils/nouveau/?topic=eolien", "", "main h1"),
    "accepted-answer": ("/?vue=resolus", "#threads .title >> nth=0", ".post.answer"),
    "follow": ("/?vue=resolus", "#threads .title >> nth=0, #thread-follow a", "main h1"),
    "inbox": ("/avis/", "", "main h1"),
    "sheets": ("/experiences/", "", ".sheet-list"),
}


def picture(page, quality, **options):
    """What ``page`` looks like, as WebP."""
    page.wait_for_load_state()
    page.wait_for_selector("#main")
    session = page.context.new_cdp_session(page)
    options |= {"format": "webp", "quality": quality}
    return b64decode(session.send("Page.captureScreenshot", options)["data"])


@pytest.mark.parametrize(
    ("name", "who", "viewport"),
    [("home", MEMBER, DESKTOP), ("thread", MEMBER, DESKTOP), ("phone", None, PHONE)],
)
def test_picture(sit, name, who, viewport):
    """A picture of what ``who`` sees, in the light theme."""
    page = sit(who, viewport=viewport, color_scheme="light", reduced_motion="reduce")
    page.goto("/")
    if name == "thread":
        page.goto("/?vue=resolus")
        page.click("#threads .title >> nth=0")
    image = picture(page, 85)
    assert len(image) <= MAX_BYTES
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(image)


@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("name", HELP_PICTURES)
def test_picture_of_the_help(sit, name, locale):
    """A piece of a page as the member sees it on a narrow screen, in each language."""
    address, pressed, beginning = HELP_PICTURES[name]
    page = sit(
        MEMBER, viewport=STRIP, locale=locale, color_scheme="light",
        reduced_motion="reduce",
    )  # fmt: skip
    page.goto(address)
    for selector in filter(None, pressed.split(", ")):
        page.click(selector)
    top = page.locator(beginning).first.bounding_box()["y"]
    clip = {"x": 0, "y": top - 16, "width": PICTURE_WIDTH, "height": PICTURE_HEIGHT, "scale": 2}
    image = picture(page, 60, clip=clip)
    assert len(image) <= HELP_MAX_BYTES
    folder = HELP_FOLDER / locale.partition("-")[0]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.webp").write_bytes(image)
