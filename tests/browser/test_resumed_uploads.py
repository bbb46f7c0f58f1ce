"""Files that are sent in parts: what a cut of the line costs, and what it does not."""

from random import Random

import pytest
from playwright.sync_api import expect

from forum.conversation.files.partial_uploads.models import PART_SIZE
from tests.browser.actions import NADIA, ask, title, words, write
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.file_helpers import choose, chosen, row_of

pytestmark = pytest.mark.long

SIZE = 5 * PART_SIZE - 9_000
LARGE = b"%PDF-1.7\n" + Random(7).randbytes(SIZE - 9)
#: Bytes of all that a page sends besides a file: forms, cookies, other requests.
BESIDE = 300_000
PARTS = "**/fichiers/envois/*/"
#: Writes down each value that the bar of a file has.
RECORD = """(list) => {
    window.shown = []
    const note = (changes) => {
        for (const { target } of changes)
            if (target.matches("progress")) window.shown.push(target.value)
    }
    new MutationObserver(note).observe(list, { attributeFilter: ["value"], subtree: true })
}"""


def expect_state(page, name, state):
    """The file of this name is in this state."""
    expect(row_of(page, name)).to_have_attribute("data-state", state, timeout=2 * TIMEOUT_MS)


def begin_to_send(page, line, size, name="plan.pdf", content=LARGE):
    """Choose a file; the line is cut once ``size`` bytes of it are sent, or a little less."""
    page.locator("[data-upload]").focus()
    expect(page.locator("[data-uploads]")).to_be_visible()
    line.cut_after(size)
    choose(page, chosen(name, content))
    expect_state(page, name, "cut")


def mend(page, line):
    """The line is there again, and the browser says so. Return what it had carried.

    The page goes on at once: it is sending again when this returns.
    """
    before = line.sent
    line.restore()
    page.evaluate("dispatchEvent(new Event('online'))")
    return before


def expect_digest(page, name):
    """What is stored under this name is what was chosen."""
    link = page.locator("#posts").get_by_role("link", name=name)
    assert page.context.request.get(link.get_attribute("href")).body() == LARGE


def test_after_a_cut_only_the_rest_is_sent_and_the_bar_does_not_begin_anew(sit, line):
    page = sit(NADIA, at=line.address)
    ask(page, title())
    page.locator(".chosen-files, [data-files]").first.evaluate(RECORD)
    begin_to_send(page, line, 7 * PART_SIZE // 2)
    expect(row_of(page, "plan.pdf")).to_contain_text("l’envoi reprendra dès qu’il revient")
    line.cut_after(3 * PART_SIZE // 2)
    before = mend(page, line)
    expect_state(page, "plan.pdf", "cut")
    last = mend(page, line)
    expect_state(page, "plan.pdf", "sent")

    assert line.sent - before <= SIZE - 3 * PART_SIZE + PART_SIZE + BESIDE
    assert line.sent - last <= SIZE - 4 * PART_SIZE + BESIDE
    shown = page.evaluate("window.shown")
    falls = [max(shown[: at + 1]) - value for at, value in enumerate(shown)]
    assert max(shown) == 1 and max(falls) <= PART_SIZE / SIZE
    said = words()
    write(page, said)
    page.click("#repondre [data-send]")
    expect(page.locator("#posts")).to_contain_text(said)
    expect_digest(page, "plan.pdf")


def test_a_line_that_is_there_again_is_found_without_being_told(sit, line):
    page = sit(NADIA, at=line.address)
    page.clock.install()
    ask(page, title())
    begin_to_send(page, line, 5 * PART_SIZE // 2, "reseau.pdf")
    before = line.sent
    page.clock.fast_forward(6_000)
    expect_state(page, "reseau.pdf", "cut")
    line.restore()
    page.clock.fast_forward(30_000)
    expect_state(page, "reseau.pdf", "sent")

    assert line.sent - before <= SIZE - 2 * PART_SIZE + BESIDE


def test_the_same_file_goes_on_on_a_page_that_was_opened_anew(sit, line):
    page = sit(NADIA, at=line.address)
    address = ask(page, title())
    begin_to_send(page, line, 7 * PART_SIZE // 2, "carte.pdf")
    context = page.context
    page.close()
    line.restore()
    page, before = context.new_page(), line.sent
    page.goto(address)
    choose(page, chosen("carte.pdf", LARGE))
    expect_state(page, "carte.pdf", "sent")

    assert line.sent - before <= SIZE - 3 * PART_SIZE + BESIDE


def test_another_file_of_the_same_name_and_size_begins_anew(sit, line):
    page = sit(NADIA, at=line.address)
    address = ask(page, title())
    begin_to_send(page, line, 7 * PART_SIZE // 2, "releve.pdf")
    context = page.context
    page.close()
    line.restore()
    page, before = context.new_page(), line.sent
    page.goto(address)
    choose(page, chosen("releve.pdf", LARGE[:-1] + b"?"))
    expect_state(page, "releve.pdf", "sent")

    assert line.sent - before >= SIZE


def test_two_files_of_one_name_are_two_files(sit):
    page = sit(NADIA)
    ask(page, title())
    choose(page, chosen("deux.pdf", LARGE), chosen("deux.pdf", LARGE + b"\n"))
    rows = row_of(page, "deux.pdf")
    expect(rows).to_have_count(2)
    for position in range(2):
        expect(rows.nth(position)).to_have_attribute("data-state", "sent")

    fields = page.locator("#repondre [name=file]")
    ids = fields.evaluate_all("(all) => all.map((it) => it.value)")
    assert len({*ids}) == 2


def test_what_is_cancelled_is_given_up_on_the_server_too(sit, site):
    page = sit(NADIA)
    ask(page, title())
    held = []
    page.route(PARTS, lambda route: held.append(route))
    choose(page, chosen("annule.pdf", LARGE))
    with page.expect_request(PARTS):
        expect_state(page, "annule.pdf", "sending")
    with page.expect_response("**/annuler/") as answer:
        page.get_by_role("button", name="Annuler l’envoi de « annule.pdf »").press("Enter")

    assert answer.value.status == 204
    expect(row_of(page, "annule.pdf")).to_have_count(0)
    site.run(
        "from forum.conversation.files.partial_uploads.models import PartialUpload; "
        "assert not PartialUpload.objects.filter(name='annule.pdf').exists()"
    )


def test_what_the_server_refuses_at_the_beginning_costs_no_byte_of_it(sit, line):
    page = sit(NADIA, at=line.address)
    ask(page, title())
    page.locator("[data-upload]").focus()
    panel = page.locator("[data-uploads]")
    expect(panel).to_be_visible()
    panel.evaluate("(panel) => { panel.dataset.endings += ',.exe' }")
    before = line.sent
    choose(page, chosen("outil.exe", LARGE))

    expect(row_of(page, "outil.exe")).to_contain_text("n’est pas d’un type accepté ici")
    assert line.sent - before <= BESIDE
