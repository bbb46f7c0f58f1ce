"""Takes the pictures of the README: ``make readme-pictures``.

Run by pytest for its fixtures, and no test: the suite does not find it.
"""

from base64 import b64decode
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "docs" / "pictures"
MEMBER = "nadia.kerambrun@mesnil-argance.demo.invalid"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MAX_BYTES = 150_000


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
    page.wait_for_load_state()
    page.wait_for_selector("#main")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": 85})
    image = b64decode(taken["data"])
    assert len(image) <= MAX_BYTES
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(image)
