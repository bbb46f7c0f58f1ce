"""Open pages together: who reads, who writes, what waits, what closes while one writes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LUCIE,
    NADIA,
    SAYING_PAUSE,
    answer,
    ask,
    expect_frame_sent,
    hide_tab,
    layout_shift,
    open_and_record,
    posts,
    settled_top,
    show_tab,
    title,
    wait_until_live,
    words,
    write,
)

pytestmark = pytest.mark.long

PHONE = {"viewport": {"width": 390, "height": 844}}


def close_thread(page, address):
    """Close the thread at ``address`` to replies, with reasons."""
    page.goto(address)
    page.get_by_role("link", name="Fermer aux réponses").click()
    page.select_option("[name=reason]", "off-topic")
    page.fill("[name=facts]", "Le sujet est épuisé.")
    page.get_by_role("button", name="Fermer le fil").click()
    expect(page.locator("#thread-foot .notice")).to_be_visible()


def reopen_thread(page):
    """Open the thread, on whose page one is, to replies again."""
    page.get_by_role("link", name="Rouvrir aux réponses").click()
    page.fill("[name=ending_reason]", "Il y a du nouveau.")
    page.get_by_role("button", name="Rouvrir le fil").click()
    page.wait_for_url(re.compile(r"/fils/\d+-"))


def test_members_see_who_reads_and_others_how_many(sit):
    nadia, laurent, guest = sit(NADIA), sit(LAURENT), sit()
    address = ask(nadia, title(), space="place-publique")
    guest.clock.install()
    for page in (laurent, guest):
        page.goto(address)
    readers = nadia.locator("#thread-readers")
    expect(readers).to_contain_text("Laurent Delpuech")
    expect(readers).to_contain_text("1 autre personne")
    expect(guest.locator("#thread-readers")).to_contain_text("3 personnes")
    assert "Laurent" not in guest.locator("#thread-readers").text_content()

    hide_tab(guest)
    guest.clock.run_for(SAYING_PAUSE)
    expect(readers).not_to_contain_text("autre")
    show_tab(guest)
    guest.clock.run_for(SAYING_PAUSE)
    expect(readers).to_contain_text("1 autre personne")
    laurent.goto("/")
    expect(readers).not_to_contain_text("Laurent")


@pytest.mark.parametrize("screen", [{}, PHONE])
def test_who_writes_is_said_while_they_write_and_moves_nothing(screen, sit):
    nadia, laurent = sit(NADIA, **screen), sit(LAURENT)
    address = ask(nadia, title())
    laurent.goto(address)
    wait_until_live(laurent)
    wait_until_live(nadia)
    nadia.evaluate("document.getElementById('repondre').scrollIntoView({ block: 'center' })")
    before = layout_shift(nadia)
    write(laurent, "Chez nous")

    writers = nadia.locator("#thread-writers")
    expect(writers).to_contain_text("Laurent Delpuech écrit")
    expect(nadia.locator("#thread-readers")).to_contain_text("Laurent Delpuech")
    expect(writers).to_be_empty()
    laurent.goto("/")
    expect(nadia.locator("#thread-readers")).to_be_empty()
    assert layout_shift(nadia) == before


def test_only_one_s_own_typing_says_that_one_writes(sit):
    nadia = sit(NADIA)
    line, said = open_and_record(nadia, ask(nadia, title()))
    nadia.click("#post-1 [data-cite]")
    write(nadia, "")
    with expect_frame_sent(line, {"writing": True}):
        write(nadia, "Chez nous")
    write(nadia, "")
    with expect_frame_sent(line, {"reading": False}):
        hide_tab(nadia)

    assert said.count({"writing": True}) == 1


def test_a_page_says_how_far_a_person_has_read_and_nothing_of_a_guest(sit):
    nadia, guest = sit(NADIA), sit()
    address = ask(nadia, title(), space="place-publique")
    for n in range(2, 8):
        answer(nadia, f"Réponse numéro {n}\n\n" + "Et une ligne de plus.\n\n" * 9)
    line, said = open_and_record(nadia, address)
    guests_line, guests_said = open_and_record(guest, address)
    assert all(frame.get("read", 0) < 7 for frame in said)

    guest.locator("#post-7 footer").scroll_into_view_if_needed()
    with expect_frame_sent(line, {"read": 7}):
        nadia.locator("#post-7 footer").scroll_into_view_if_needed()
    with expect_frame_sent(guests_line, {"reading": False}):
        hide_tab(guest)
    assert [frame for frame in guests_said if "read" in frame] == []


def test_what_is_new_in_a_thread_one_follows_is_counted_on_other_pages(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    nadia.goto("/espaces/reseau/")
    wait_until_live(nadia)
    before = counted(nadia)
    laurent.goto(address)
    answer(laurent, words())

    expect(nadia.locator("#badge")).to_contain_text(re.compile(rf"^{before + 1}\b"))
    expect(nadia).not_to_have_title(re.compile(r"^\("))
    hide_tab(nadia)
    expect(nadia).to_have_title(re.compile(rf"^\({before + 1}\) "))
    show_tab(nadia)
    expect(nadia).not_to_have_title(re.compile(r"^\("))


def test_reading_the_thread_takes_the_count_away_on_all_pages(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    other = nadia.context.new_page()
    address = ask(nadia, title())
    other.goto("/")
    wait_until_live(other)
    before = counted(other)
    nadia.goto("/")
    laurent.goto(address)
    answer(laurent, words())
    badge = other.locator("#badge")
    expect(badge).to_contain_text(re.compile(rf"^{before + 1}\b"))

    nadia.goto(address)
    if before:
        expect(badge).to_contain_text(re.compile(rf"^{before}\b"))
    else:
        expect(badge).to_be_hidden()


def counted(page):
    """How many followed threads have news, as the head of the page says."""
    badge = page.locator("#badge")
    return int(badge.text_content().split()[0]) if badge.is_visible() else 0


def test_a_thread_closed_meanwhile_closes_the_composer_and_keeps_the_words(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    address = ask(nadia, title())
    wait_until_live(nadia)
    area, send = nadia.locator("#repondre textarea"), nadia.locator("#repondre [data-send]")
    typed = words()
    write(nadia, typed)
    editor = nadia.locator("#repondre .ProseMirror")
    before = settled_top(editor)
    close_thread(lucie, address)

    closed = nadia.locator("#repondre [data-closed]")
    expect(closed).to_contain_text("vous pouvez le copier")
    expect(nadia.locator("#live-region")).to_contain_text("vient d’être fermé")
    expect(send).to_be_disabled()
    expect(area).to_have_value(typed)
    expect(editor).to_be_focused()
    assert abs(settled_top(editor) - before) < 1
    expect(lucie.locator("#repondre [data-send]")).to_be_enabled()

    reopen_thread(lucie)
    expect(closed).to_be_hidden()
    send.click()
    expect(nadia.locator("#posts")).to_contain_text(typed)


def test_a_page_that_does_not_know_of_the_lock_is_told_when_it_sends(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    nadia.route_web_socket(re.compile("/live/"), lambda line: None)
    address = ask(nadia, title())
    typed = words()
    write(nadia, typed)
    close_thread(lucie, address)
    expect(lucie.locator("#thread-foot .notice")).to_be_visible()

    nadia.click("#repondre [data-send]")
    expect(nadia.get_by_role("alert")).to_contain_text("fermé")
    expect(nadia.locator("#repondre textarea")).to_have_value(typed)
    assert posts(nadia)[1:] == []


@pytest.mark.parametrize("screen", [{}, PHONE])
def test_the_bar_is_reached_by_keyboard_covers_no_button_and_moves_nothing(screen, sit):
    nadia, laurent = sit(NADIA), sit(LAURENT, **screen)
    laurent.goto(ask(nadia, title()))
    wait_until_live(laurent)
    write(laurent, "Je réponds")
    before = layout_shift(laurent)
    answer(nadia, said := words())
    bar, send = laurent.locator("#fresh"), laurent.locator("#repondre [data-send]")
    expect(bar).to_be_in_viewport(ratio=1)
    box, button = bar.bounding_box(), send.bounding_box()
    assert box["height"] >= 24
    assert box["y"] + box["height"] <= button["y"]
    assert layout_shift(laurent) == before

    bar.focus()
    laurent.keyboard.press("Enter")
    expect(laurent.locator("#posts")).to_contain_text(said)
    expect(laurent.locator("#post-2")).to_be_focused()
