"""What docs/look.md promises and only a browser tells."""

from django.urls import reverse

LUCIE = "lucie.hoarau@animation.demo.invalid"
#: Wide pages, those of one column, and those of an account, which guests are not sent away from.
FRAMED = (
    "home", "review-queue", "seats", "overview", "animator-settings", "account", "report",
)  # fmt: skip


def _place(page, selector):
    """Where the first ``selector`` begins, to a pixel or so."""
    box = page.locator(selector).first.bounding_box()
    return round(box["x"] / 2), round(box["y"] / 2)


def test_mark_menu_and_title_stand_at_one_place_on_all_pages(sit):
    lucie, guest = sit(LUCIE), sit(None)
    marks, titles, tabs = set(), set(), set()
    for name in FRAMED:
        lucie.goto(reverse(name))
        marks.add(_place(lucie, ".brand"))
        titles.add(_place(lucie, "main h1")[0])
        if lucie.locator("main h1 + * .tabs, main h1 + .tabs").count():
            tabs.add(_place(lucie, "main .tabs"))
    guest.goto(reverse("account_signup"))
    marks.add(_place(guest, ".brand"))
    titles.add(_place(guest, "main h1")[0])

    assert (len(marks), len(titles), len(tabs)) == (1, 1, 1)
