"""What docs/look.md promises and only a browser tells."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    NADIA,
    answer,
    ask,
    title,
    wait_until_live,
    words,
    write,
)
from tests.browser.file_helpers import choose, chosen, row_of

LUCIE = "lucie.hoarau@animation.demo.invalid"
#: Words in a frame with round ends that are not pressed.
PILLS = r"""() => {
  const all = document.querySelectorAll("main :not(a, button, input, .avatar)");
  return [...all].filter((it) => {
    const style = getComputedStyle(it), height = it.offsetHeight;
    const hasGround = style.backgroundColor !== "rgba(0, 0, 0, 0)";
    const isRound = parseFloat(style.borderTopLeftRadius) >= height / 2 && height > 10;
    if (!isRound || !(hasGround || style.borderTopStyle !== "none")) return false;
    return it.checkVisibility() && /\p{L}/u.test(it.innerText);
  }).map((it) => it.innerText);
}"""
#: How buttons look, but the one of where one is.
BUTTON_LOOKS = """() => {
  const all = document.querySelectorAll("main .button:not([aria-current])");
  const shown = [...all].filter((it) => it.checkVisibility());
  const styles = shown.map((it) => getComputedStyle(it));
  return [...new Set(styles.map((it) => `${it.backgroundColor} ${it.borderTopColor}`))];
}"""
#: Wide pages and those of one column.
FRAMED = (
    "home", "review-queue", "seats", "overview", "animator-settings", "account", "report",
)  # fmt: skip


def _place(page, selector):
    """Where the first ``selector`` begins."""
    box = page.locator(selector).first.bounding_box()
    return box["x"], box["y"]


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

    assert (len(marks), len(titles)) == (1, 1)
    heights = [y for _x, y in tabs]
    assert len(heights) > 0 and max(heights) - min(heights) < 1


@pytest.mark.parametrize("person", [None, NADIA, LUCIE])
def test_no_pills_but_counts_and_three_looks_of_buttons(person, sit):
    page = sit(person)
    for address in (
        "/", "/sujets/solaire-pv/", reverse("tools"), reverse("signatories"),
        reverse("organisations"), reverse("search") + "?q=chaufferie",
    ):  # fmt: skip
        page.goto(address)

        assert page.evaluate(PILLS) == []
        assert len(page.evaluate(BUTTON_LOOKS)) <= 3


def test_nothing_moves_by_itself_in_a_thread_not_even_where_motion_is_welcome(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    nadia.goto(address)
    wait_until_live(nadia)
    laurent.goto(address)
    answer(laurent, words())
    expect(nadia.locator("#post-2")).to_be_visible()

    moving = "document.getAnimations().filter((it) => !it.effect.target.matches('.undo'))"
    assert nadia.evaluate(f"{moving}.length") == 0  # But for the half minute of the notice.


def test_an_accepted_answer_is_a_flat_tint_in_light_and_dark(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    laurent.goto(address)
    answer(laurent, words())
    nadia.goto(address)
    nadia.locator("#post-2").get_by_role("button", name="Retenir").click()
    nadia.goto(f"{address}#post-2")
    post = nadia.locator("#post-2.answer")

    for scheme in ("light", "dark"):
        nadia.emulate_media(color_scheme=scheme)
        for name, none in {"border-width": "0px", "background-image": "none"}.items():
            expect(post).to_have_css(name, none)
        expect(post).to_have_css("outline-style", "none")  # Led there, too.


def test_what_one_presses_in_a_thread_is_44_px_wide_and_high_for_a_finger(sit):
    nadia = sit(NADIA, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    address = ask(nadia, title())
    nadia.goto(address)
    choose(nadia, chosen("plan.pdf"))
    expect(row_of(nadia, "plan.pdf")).to_have_attribute("data-state", "sent")
    answer(nadia, words())
    nadia.goto(address)
    pressed = nadia.locator(".post footer :is(a, button):visible, .documents a:visible")

    sizes = pressed.evaluate_all(
        "(all) => all.flatMap((it) => [it.offsetWidth, it.offsetHeight])"
    )
    assert len(sizes) > 10 and min(sizes) >= 44


def test_on_a_phone_a_post_shows_three_actions_and_opens_the_others_within_the_screen(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT, viewport={"width": 390, "height": 844})
    address = ask(nadia, title())
    laurent.goto(address)
    post = laurent.locator("#post-1 footer")
    shown = post.locator(":is(a, button):visible")
    expect(shown).to_have_text(["Répondre", "Remercier", "Garder", ""])
    assert len({it["y"] for it in map(box_of, shown.all())}) == 1, "one line"
    post.get_by_role("button", name="Autres actions").press("Enter")
    for name in ("Lien", "Signaler", "Fermer"):
        expect(post.get_by_text(name)).to_be_in_viewport(ratio=1)
    laurent.keyboard.press("Escape")
    expect(post.get_by_text("Signaler")).to_be_hidden()
    post.get_by_role("button", name="Autres actions").press("Enter")
    post.get_by_text("Fermer").click()
    expect(post.get_by_text("Signaler")).to_be_hidden()
    laurent.set_viewport_size({"width": 1280, "height": 900})
    expect(post.get_by_text("Signaler")).to_be_visible()
    expect(post.get_by_role("button", name="Autres actions")).to_be_hidden()
    expect(post.get_by_text("Fermer")).to_be_hidden()


def box_of(element):
    """Where an element stands."""
    return element.bounding_box()


def test_what_the_viewer_unfolded_in_the_head_stays_so_as_the_head_changes(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    number = address.partition("/fils/")[2].partition("-")[0]
    nadia.goto(f"/fils/{number}/resume/")
    write(nadia, "La régie.")
    nadia.locator("main form [data-send], main form .primary").first.click()
    nadia.goto(address)
    wait_until_live(nadia)
    nadia.locator("#summary summary").click()
    expect(nadia.locator("#summary .prose")).to_be_hidden()
    laurent.goto(address)
    answer(laurent, words())
    expect(nadia.locator("#thread-head")).to_contain_text("1 réponse")

    expect(nadia.locator("#summary .prose")).to_be_hidden()
