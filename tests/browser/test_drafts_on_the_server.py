"""What one began to write is found on another device, and sending it ends it everywhere."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import DRAFT_PAUSE, NADIA, ask, prefer_source, title

AREA = "main [data-composer] textarea"


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


@pytest.fixture
def sit_down(sit):
    """A page of Nadia's, before which time passes as the test says."""

    def sit_down():
        page = sit(NADIA)
        page.clock.install()
        return page

    return sit_down


def write(page, said):
    """Type, and wait until the server has it."""
    with page.expect_response(lambda it: "/brouillons/" in it.url) as kept:
        page.locator(AREA).press_sequentially(said)
        expect(page.locator("main [data-composer]")).to_have_attribute("data-drafts", "loaded")
        page.clock.run_for(DRAFT_PAUSE)
    assert kept.value.ok


def test_a_reply_begun_on_one_device_is_sent_from_another(sit_down):
    desk, phone = sit_down(), sit_down()
    address = ask(desk, title())
    desk.goto(address)
    write(desk, "Chez nous, la régie")

    phone.goto(address)
    phone.get_by_role("link", name="Reprendre votre brouillon").click()
    expect(phone.locator(AREA)).to_have_value("Chez nous, la régie")
    phone.locator(AREA).press("End")
    write(phone, ", depuis 2019.")
    phone.get_by_role("button", name="Répondre").click()
    expect(phone.locator(".post .prose").last).to_have_text("Chez nous, la régie, depuis 2019.")

    phone.goto("/brouillons/")
    expect(phone.locator("main article")).to_have_count(0)
    phone.goto(address)
    expect(phone.get_by_text("Vous avez commencé d’écrire ici.")).to_have_count(0)


def test_what_two_devices_typed_at_once_is_two_drafts(sit_down):
    desk, phone = sit_down(), sit_down()
    address = ask(desk, title())
    desk.goto(address)
    write(desk, "Chez nous")
    phone.goto(address)
    phone.get_by_role("link", name="Reprendre votre brouillon").click()
    phone.locator(AREA).press("End")
    write(phone, " au téléphone")
    write(desk, " au bureau")

    phone.goto("/brouillons/")
    texts = phone.locator("main article > p[lang]").all_text_contents()
    assert {"Chez nous au téléphone", "Chez nous au bureau"} <= set(texts)


def test_the_same_browser_takes_up_its_own_draft_without_a_link_to_it(sit_down):
    page = sit_down()
    address = ask(page, title())
    page.goto(address)
    write(page, "À suivre")
    page.goto("/")
    page.goto(address)

    expect(page.locator(AREA)).to_have_value("À suivre")
    expect(page.get_by_text("Vous avez commencé d’écrire ici.")).not_to_be_visible()
    write(page, ", bientôt")
    page.goto("/brouillons/")
    texts = page.locator("main article > p[lang]").all_text_contents()
    assert [it for it in texts if it.startswith("À suivre")] == ["À suivre, bientôt"]
