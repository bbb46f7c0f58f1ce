"""Each tab has a draft of its own, and none is lost with it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import DRAFT_PAUSE, NADIA, ask, ask_in_form, open_editor, title
from tests.browser.conftest import TIMEOUT_MS

pytestmark = pytest.mark.long

#: How a page says that a draft is kept, and that it is found again.
KEPT = {"fr-FR": ("enregistré", "retrouvé"), "en-GB": ("Draft saved", "Draft restored")}
#: The keys of what is kept of one's writing.
DRAFTS = """[...Object.keys(localStorage), ...Object.keys(sessionStorage)]
  .filter((key) => /^(draft |posted|sent)/.test(key))"""
NEW_THREAD = "/fils/nouveau/?topic=eolien&space=reseau"


def write(page, said, language="fr-FR"):
    """Type, and wait until the page says that it is kept."""
    open_editor(page)
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(said)
    expect(page.locator("[data-draft]")).to_contain_text(KEPT[language][0])


def wait_until(page, condition):
    """Wait until ``condition``, in JavaScript, holds in ``page``; fail if it never does."""
    page.evaluate(f"""() => new Promise((done, fail) => {{
      setTimeout(fail, {TIMEOUT_MS}, "never so")
      const look = () => ({condition}) ? done() : setTimeout(look, 20)
      look()
    }})""")


def sign_out(page):
    page.click("[popovertarget=account-menu]")
    page.click("[data-sign-out]", no_wait_after=True)


def text_of(page):
    return expect(page.locator("main [data-composer] textarea"))


@pytest.mark.parametrize("where", ["thread", "new thread"])
def test_two_tabs_have_two_drafts_and_each_finds_its_own_again(sit, where):
    one = sit(NADIA)
    address = ask(one, title()) if where == "thread" else NEW_THREAD
    one.goto(address)
    other = one.context.new_page()
    other.goto(address)
    write(one, "Le premier brouillon")
    write(other, "Le second")
    for page, said in [(one, "Le premier brouillon"), (other, "Le second")]:
        page.reload()
        text_of(page).to_have_value(said)
        page.goto("/")
        page.goto(address)
        text_of(page).to_have_value(said)


def test_what_is_typed_in_a_new_tab_is_not_mixed_with_that_of_one_that_does_not_answer(sit):
    one = sit(NADIA)
    one.add_init_script("addEventListener('storage', (it) => it.stopImmediatePropagation())")
    one.goto(address := ask(one, title()))
    other = one.context.new_page()
    other.goto(address)
    write(one, "Le premier brouillon")
    type_at_once = """(field) => {
      field.value = "Le second"
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }"""
    other.locator("main [data-composer] textarea").evaluate(type_at_once)
    expect(other.locator("[data-draft]")).to_contain_text(KEPT["fr-FR"][0])
    wait_until(other, "!localStorage.getItem('ask')")
    for page, said in [(one, "Le premier brouillon"), (other, "Le second")]:
        page.reload()
        text_of(page).to_have_value(said)


@pytest.mark.parametrize("language", KEPT)
def test_a_new_tab_takes_up_the_latest_draft_of_those_that_were_closed(sit, language):
    first = sit(NADIA, locale=language)
    context = first.context
    first.clock.install()
    first.goto(NEW_THREAD)
    second, kept = context.new_page(), context.new_page()
    with first.expect_response("**/brouillons/"):  # The server has it later than the next.
        write(first, "Laissé d’abord", language)
        second.goto(NEW_THREAD)
        kept.goto(NEW_THREAD)
        write(second, "Laissé ensuite", language)
        write(kept, "Encore ouvert", language)
        first.clock.run_for(DRAFT_PAUSE)
    expect(first.locator("[name=draft_revision]")).not_to_have_value("0")
    second.close()
    first.goto("/")
    taken = context.new_page()
    taken.goto(NEW_THREAD)
    text_of(taken).to_have_value("Laissé ensuite")
    expect(taken.locator("[data-draft]")).to_contain_text(KEPT[language][1])
    text_of(kept).to_have_value("Encore ouvert")
    first.goto(NEW_THREAD)
    text_of(first).to_have_value("Laissé d’abord")


def test_a_new_tab_takes_up_nothing_that_an_open_one_is_writing(sit):
    one = sit(NADIA)
    one.goto(NEW_THREAD)
    write(one, "En train de l’écrire")
    other = one.context.new_page()
    hear = (
        "addEventListener('storage', ({ key }) => { window.heard = key === 'held' || heard })"
    )
    other.add_init_script(f"window.heard = false; {hear}")
    other.goto(NEW_THREAD)
    wait_until(other, "heard && !localStorage.getItem('ask')")
    text_of(other).to_have_value("")


def test_a_tab_that_is_duplicated_has_a_draft_of_its_own(sit):
    one = sit(NADIA)
    one.goto(NEW_THREAD)
    write(one, "Avant")
    with one.expect_popup() as popup:  # It copies the storage of the tab, as duplicating does.
        one.evaluate("open(location.href)")
    other = popup.value
    text_of(other).to_have_value("Avant")
    write(one, ", puis ici")
    write(other, ", puis là")
    write(one, ", enfin")
    said = {one: one.input_value("[name=text]"), other: other.input_value("[name=text]")}
    assert said[one] != said[other]
    for page in (one, other):
        page.reload()
        text_of(page).to_have_value(said[page])


def test_signing_out_forgets_the_drafts_of_all_tabs_and_what_was_published(sit):
    nadia = sit(NADIA)
    ask_in_form(nadia, title(), text="Ce qui est publié.")
    nadia.goto(NEW_THREAD)
    write(nadia, "Pour personne d’autre")
    other = nadia.context.new_page()
    other.goto(NEW_THREAD)
    write(other, "Ni ceci")
    other.close()
    sign_out(nadia)
    expect(nadia.locator("body[data-person='']")).to_be_attached()
    wait_until(nadia, f"!{DRAFTS}.length")


def test_no_draft_comes_back_that_the_server_kept_while_its_writer_signed_out(sit):
    nadia = sit(NADIA)
    nadia.goto(NEW_THREAD)
    saving, leaving = [], []
    nadia.context.route("**/brouillons/", lambda route: saving.append(route))
    nadia.context.route("**/compte/logout/", lambda route: leaving.append(route))
    with nadia.expect_request("**/brouillons/"):
        write(nadia, "Pour personne d’autre")
    with nadia.expect_request("**/compte/logout/"):
        sign_out(nadia)
    with nadia.expect_response("**/brouillons/"):
        saving[0].continue_()
    leaving[0].continue_()
    expect(nadia.locator("body[data-person='']")).to_be_attached()
    wait_until(nadia, f"!{DRAFTS}.length")


def test_a_draft_that_nobody_came_back_to_in_a_month_is_forgotten(sit):
    nadia = sit(NADIA)
    nadia.goto(NEW_THREAD)
    write(nadia, "D’il y a longtemps")
    age = """() => {
      for (const key of Object.keys(localStorage)) {
        const draft = JSON.parse(localStorage.getItem(key))
        localStorage.setItem(key, JSON.stringify({ ...draft, at: draft.at - 31 * 864e5 }))
      }
    }"""
    nadia.evaluate(age)
    nadia.goto("/")
    nadia.goto(NEW_THREAD)
    expect(nadia.locator("[data-drafts=loaded]")).to_be_attached()
    text_of(nadia).to_have_value("")


def test_what_is_typed_before_the_script_of_drafts_has_come_is_kept(sit):
    nadia = sit(NADIA)
    nadia.context.route(re.compile(r"/drafts\."), lambda route: route.abort())
    nadia.goto(NEW_THREAD)
    nadia.locator("main [data-composer] textarea").press_sequentially("Très vite")
    nadia.context.unroute(re.compile(r"/drafts\."))
    nadia.goto("/")
    nadia.goto(NEW_THREAD)
    text_of(nadia).to_have_value("Très vite")
