"""A post is one HTML for all; what it offers to whom is what the page reveals."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, LUCIE, NADIA, answer, ask, title, wait_until_live

OFFERS = ["Répondre", "Retenir cette réponse", "Modifier", "Masquer"]


def offered(page, number):
    """Which of ``OFFERS`` post ``number`` shows in its foot."""
    shown = page.locator(f"#post-{number} footer").inner_text()
    return [offer for offer in OFFERS if offer in shown]


@pytest.fixture
def thread(sit):
    """Nadia's question, with a reply by Lucie, who animates."""
    nadia, lucie = sit(NADIA), sit(LUCIE)
    address = ask(nadia, title())
    lucie.goto(address)
    wait_until_live(lucie)
    answer(lucie, "Une réponse.")
    return address


def test_each_is_offered_what_they_may_do(sit, thread):
    nadia, lucie, laurent, guest = sit(NADIA), sit(LUCIE), sit(LAURENT), sit()
    found = {}
    for name, page in (("nadia", nadia), ("lucie", lucie), ("laurent", laurent)):
        page.goto(thread)
        found[name] = [offered(page, number) for number in (1, 2)]
    reply, accept, edit, hide = OFFERS

    assert found == {
        "nadia": [[reply, edit], [reply, accept]],
        "lucie": [[reply, hide], [reply, accept, edit]],
        "laurent": [[reply], [reply]],
    }
    assert guest.goto(thread).status in (200, 404)


def test_what_is_for_who_has_a_mark_is_hidden_from_others(sit, thread):
    nadia = sit(NADIA)
    nadia.goto(thread)
    nadia.evaluate("document.getElementById('post-1').append("
                   "Object.assign(document.createElement('b'), {id: 'mark'}))")  # fmt: skip
    expect(nadia.locator("#mark")).to_have_css("display", "block")
    nadia.evaluate("document.getElementById('mark').dataset.if = 'any'")
    expect(nadia.locator("#mark")).to_have_css("display", "none")
