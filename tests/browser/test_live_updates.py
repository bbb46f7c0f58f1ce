"""What the network was promised, by two people at two browsers before a real server."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from forum.templatetags.forum_tags import ago
from tests.browser.actions import (
    LAURENT,
    LUCIE,
    NADIA,
    PLAIN_PAUSE,
    TOPIC,
    answer,
    ask,
    ask_in_form,
    await_plain,
    choose_space,
    posts,
    settled_top,
    shut_out,
    title,
    wait_until_live,
    words,
    write,
)

pytestmark = pytest.mark.long


def test_a_question_appears_and_its_answer_arrives_without_a_reload(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    laurent.goto(f"/sujets/{TOPIC}/")
    wait_until_live(laurent)
    laurent.evaluate("window.untouched = true")

    asked = title()
    ask_in_form(nadia, asked)
    laurent.get_by_role("link", name=asked).click()
    laurent.wait_for_url(re.compile(r"/fils/"))
    wait_until_live(laurent)
    laurent.evaluate("window.untouched = true")

    said = words()
    answer(nadia, said)
    expect(laurent.locator("#posts")).to_contain_text(said)
    expect(laurent.locator("#thread-head")).to_contain_text(re.compile(r"1\sréponse\b"))
    expect(laurent.locator("#live-region")).to_contain_text("Nadia Kerambrun")
    assert laurent.evaluate("window.untouched") is True


def test_a_question_appears_at_the_top_of_an_open_list_by_itself(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    laurent.goto(f"/sujets/{TOPIC}/?nature=question")
    wait_until_live(laurent)
    asked = title()
    ask(nadia, asked)

    expect(laurent.get_by_role("link", name=asked)).to_be_visible()
    assert laurent.locator("#fresh").is_hidden()


def test_a_reader_further_down_a_list_is_asked_first(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT, viewport={"width": 900, "height": 500})
    laurent.goto("/")
    wait_until_live(laurent)
    laurent.evaluate("scrollTo(0, 600)")
    row = laurent.locator("#threads > li").nth(5)
    before = row.bounding_box()["y"]
    asked = title()
    ask(nadia, asked)

    expect(laurent.locator("#fresh")).to_be_visible()
    assert laurent.get_by_role("link", name=asked).count() == 0
    assert abs(row.bounding_box()["y"] - before) < 1
    expect(laurent.locator("#fresh")).to_be_in_viewport()
    laurent.click("#fresh")
    expect(laurent.get_by_role("link", name=asked)).to_be_attached()


@pytest.mark.parametrize("how", ["disconnect", "stall"])
def test_who_was_away_finds_everything_once_and_in_order(how, sit, line):
    nadia, laurent = sit(NADIA), sit(LAURENT, at=line.address)
    address = ask(nadia, title(), text="La question.")
    laurent.goto(address.removeprefix(nadia.url.split("/fils/")[0]))
    wait_until_live(laurent)
    laurent.evaluate("window.untouched = true")

    getattr(line, how)()
    laurent.context.set_offline(True)
    said = [words() for _ in range(3)]
    for text in said:
        answer(nadia, text)
    assert posts(laurent) == ["La question."]
    line.restore()
    laurent.context.set_offline(False)

    expect(laurent.locator("#posts")).to_contain_text(said[-1])
    assert posts(laurent) == ["La question.", *said]
    wait_until_live(laurent)
    assert laurent.evaluate("window.untouched") is True


def test_where_sockets_do_not_get_through_plain_http_does(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    tries = shut_out(laurent)
    address = ask(nadia, title())
    laurent.goto(address)
    await_plain(laurent, tries)
    said = words()
    answer(nadia, said)
    laurent.clock.run_for(PLAIN_PAUSE)

    expect(laurent.locator("#posts")).to_contain_text(said)
    expect(laurent.locator("#freshness")).to_contain_text(" h ")


def test_the_same_without_javascript(sit):
    nadia, laurent = (sit(who, java_script_enabled=False) for who in (NADIA, LAURENT))
    asked, said = title(), words()
    address = ask_in_form(nadia, asked)
    laurent.goto(f"/sujets/{TOPIC}/")
    laurent.get_by_role("link", name=asked).click()
    assert laurent.url == address

    answer(nadia, said)
    assert posts(laurent)[1:] == []
    laurent.reload()
    assert posts(laurent)[1:] == [said]
    answer(laurent, reply := words())
    nadia.reload()
    assert posts(nadia)[1:] == [said, reply]


def test_one_s_own_answer_shows_once_and_the_form_is_fresh(sit):
    nadia = sit(NADIA)
    ask(nadia, title())
    wait_until_live(nadia)
    key = nadia.input_value("#repondre [name=idempotency_key]")
    first, second = words(), words()
    answer(nadia, first)
    expect(nadia.locator("#repondre textarea")).to_have_value("")
    assert nadia.input_value("#repondre [name=idempotency_key]") != key
    expect(nadia.locator("#post-2")).to_be_focused()
    answer(nadia, second)

    assert posts(nadia)[1:] == [first, second]
    nadia.reload()
    assert posts(nadia)[1:] == [first, second]
    expect(nadia.locator("#repondre textarea")).to_have_value("")


def test_a_private_room_stays_private(sit):
    nadia, laurent, guest = sit(NADIA), sit(LAURENT), sit()
    for page in (laurent, guest):
        page.goto("/")
        wait_until_live(page)
    secret = title()
    address = ask_in_form(nadia, secret, space="collectivites-locales")
    opened = title()
    ask_in_form(nadia, opened, space="place-publique")

    for page in (laurent, guest):
        expect(page.get_by_role("link", name=opened)).to_be_visible()
        assert secret not in page.content()
        assert page.goto(address).status == 404
        page.goto(f"/sujets/{TOPIC}/")
        assert secret not in page.content()


def test_moving_a_thread_to_a_private_room_closes_it_on_open_pages(sit):
    nadia, laurent, lucie = sit(NADIA), sit(LAURENT), sit(LUCIE)
    address = ask(nadia, title())
    laurent.goto(address)
    wait_until_live(laurent)
    lucie.goto(f"/fils/{re.search(r'/fils/(\d+)', address)[1]}/deplacer/")
    choose_space(lucie, "structures-de-soutien")
    lucie.click("main form .primary")
    expect(lucie.locator("main .notice.warning")).to_be_visible()  # It names who loses it.
    lucie.click("main form .primary")

    expect(laurent.locator("#posts")).to_have_count(0)


def test_what_is_typed_while_a_reply_is_on_its_way_is_the_next_reply(sit):
    nadia = sit(NADIA)
    ask(nadia, title())
    held = []
    nadia.route("**/reponses/", lambda route: held.append(route))
    write(nadia, "La première.")
    nadia.click("#repondre [data-send]")
    write(nadia, "La suivante.")
    held[0].continue_()

    expect(nadia.locator("#post-2")).to_contain_text("La première.")
    expect(nadia.locator("#repondre textarea")).to_have_value("La suivante.")
    nadia.unroute("**/reponses/")
    nadia.click("#repondre [data-send]")
    expect(nadia.locator("#post-3")).to_contain_text("La suivante.")


def test_from_sign_up_to_charter_to_a_first_question(sit, site):
    page, email = sit(), f"zoe.{uuid4().hex[:6]}@exemple.fr"
    page.goto("/compte/signup/")
    page.fill("[name=full_name]", "Zoé Marchand")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", "quatre-mots-faciles-42")
    page.click("main form .primary")
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=code]", site.code_for(email))
    page.click("main form .primary")
    page.wait_for_url(re.compile("/charte/"))

    page.check("[name=college][value=collectivites-locales]")
    page.fill("[name=organisation]", "Le Mesnil-Argance")
    page.fill("[name=position]", "Adjointe à l’énergie")
    page.check("[name=authority][value=office]")
    page.fill("[name=typed_name]", "Zoé Marchand")
    page.click("#signer .primary")
    page.wait_for_url(re.compile("/premiers-pas/|/charte/etapes/"))

    ask_in_form(page, asked := title())
    expect(page.locator("h1")).to_have_text(asked)


def test_what_was_typed_survives_a_dead_network_and_is_then_sent_once(sit, line):
    nadia, other = sit(NADIA, at=line.address), sit(LAURENT)
    address = ask(nadia, title())
    wait_until_live(nadia)
    typed = words()
    write(nadia, typed)
    line.disconnect()
    nadia.click("#repondre [data-send]")
    expect(nadia.get_by_role("alert")).to_contain_text("gardé")
    expect(nadia.locator("#repondre textarea")).to_have_value(typed)

    line.restore()
    nadia.click("#repondre [data-send]")
    expect(nadia.locator("#posts")).to_contain_text(typed)
    other.goto("/fils/" + address.split("/fils/")[1])
    assert posts(other)[1:] == [typed]


def test_a_draft_survives_leaving_the_page(sit):
    nadia = sit(NADIA)
    address = ask(nadia, title())
    typed = words()
    write(nadia, typed)
    nadia.goto("/")
    nadia.goto(address)

    expect(nadia.locator("#repondre textarea")).to_have_value(typed)
    other = sit(LAURENT)
    other.goto(address)
    expect(other.locator("#repondre textarea")).to_have_value("")


def test_a_new_thread_s_draft_survives_too_and_goes_once_it_is_sent(sit):
    nadia = sit(NADIA)
    nadia.goto("/fils/nouveau/")
    nadia.fill("[name=title]", typed := title())
    nadia.goto("/")
    nadia.goto("/fils/nouveau/")
    expect(nadia.locator("[name=title]")).to_have_value(typed)

    ask_in_form(nadia, title())
    nadia.goto("/fils/nouveau/")
    expect(nadia.locator("[name=title]")).to_have_value("")


def test_a_question_to_someone_has_its_own_draft_and_rings_on_their_open_page(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    laurent.goto("/")
    wait_until_live(laurent)
    own_page = laurent.locator("#account-menu a[href^='/membres/']").get_attribute("href")
    badge = laurent.locator("#badge")
    before = int(badge.text_content().split()[0]) if badge.is_visible() else 0
    nadia.goto(own_page)
    nadia.click("text=Poser une question à")
    nadia.fill("[name=title]", typed := title())
    drafts = nadia.locator("main [data-composer]")
    expect(drafts).to_have_attribute("data-drafts", "loaded")  # A title alone waits for it.
    nadia.goto("/fils/nouveau/")
    expect(nadia.locator("[name=title]")).to_have_value("")
    nadia.goto(own_page)
    nadia.click("text=Poser une question à")
    expect(nadia.locator("[name=title]")).to_have_value(typed)

    write(nadia, words())
    nadia.select_option("[name=topic]", index=1)
    nadia.click("main form [data-send]")
    nadia.wait_for_url(re.compile(r"/fils/\d+"))
    expect(nadia.locator("#thread-head")).to_contain_text("interroge Laurent")
    expect(badge).to_contain_text(re.compile(rf"^{before + 1}\b"))


def test_a_session_that_ended_keeps_the_text_through_sign_in(sit):
    nadia = sit(NADIA)
    ask(nadia, title(), space="place-publique")
    typed = words()
    write(nadia, typed)
    nadia.context.clear_cookies(name="sessionid")
    nadia.click("#repondre [data-send]")
    nadia.wait_for_url(re.compile("/compte/login/"))
    nadia.fill("[name=login]", NADIA)
    nadia.fill("[name=password]", "foirail-demo-2026")
    nadia.click("main form .primary")

    expect(nadia.locator("textarea[name=text]")).to_have_value(typed)


def test_what_someone_writes_in_stays_put_when_replies_come(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    laurent.goto(address)
    wait_until_live(laurent)
    write(laurent, "Je réponds")
    editor = laurent.locator("#repondre .ProseMirror")
    before = settled_top(editor)
    answer(nadia, said := words())

    expect(laurent.locator("#fresh")).to_be_visible()
    assert abs(settled_top(editor) - before) < 1
    expect(laurent.locator("#fresh")).to_be_in_viewport()
    laurent.click("#fresh")
    expect(laurent.locator("#posts")).to_contain_text(said)
    expect(laurent.locator("#repondre textarea")).to_have_value("Je réponds")


def test_an_earlier_page_announces_and_does_not_insert(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    for n in range(20):
        answer(nadia, f"Réponse numéro {n}") if n < 19 else None
    laurent.goto(address)
    wait_until_live(laurent)
    write(nadia, said := words())
    nadia.click("#repondre [data-send]")
    nadia.wait_for_url(re.compile(r"page=2#post-21"))
    expect(nadia.locator("#post-21")).to_contain_text(said)

    expect(laurent.locator("#fresh")).to_be_visible()
    assert laurent.locator("#posts > article").count() == 20
    laurent.click("#fresh")
    laurent.wait_for_url(re.compile(r"page=2#post-21"))
    expect(laurent.locator("#post-21")).to_contain_text(said)


def test_the_keyboard_is_enough_and_never_in_the_way(sit):
    nadia = sit(NADIA)
    ask(nadia, title())
    nadia.keyboard.press("j")
    expect(nadia.locator("#post-1")).to_be_focused()
    nadia.keyboard.press("?")
    expect(nadia.get_by_role("dialog")).to_be_visible()
    nadia.keyboard.press("Escape")
    expect(nadia.locator("#post-1")).to_be_focused()
    nadia.keyboard.press("r")
    nadia.keyboard.type("njk?")
    expect(nadia.locator("#repondre textarea")).to_have_value("njk?")


def test_the_preview_shows_what_will_be_read(sit):
    nadia = sit(NADIA)
    ask(nadia, title())
    write(nadia, "Une ")
    nadia.keyboard.press("Control+b")
    nadia.keyboard.type("régie")
    # Until the script of writing is there, the button opens a page.
    expect(nadia.locator("#repondre")).to_have_attribute("data-drafts", "loaded")
    nadia.click("#repondre [data-preview]")

    expect(nadia.locator("#repondre #preview strong")).to_have_text("régie")


def test_a_page_stays_within_its_weight(sit):
    nadia = sit(NADIA)
    address = ask(nadia, title())
    laurent = sit(LAURENT)
    laurent.goto(address)
    wait_until_live(laurent)
    names = laurent.evaluate("""() => performance.getEntriesByType("resource")
        .map(({ name }) => name.split("#")[0])""")

    own = {name for name in names if not re.search(r"/photo\b", name)}  # Content, as pictures.
    assert len(own) + 1 <= 8  # The page itself is one more.
    expect(laurent.locator("[data-weight]")).to_have_text(re.compile(r"\d+\s(k|K)?[ok]"))


def test_times_age_in_the_page_as_the_server_says_them(sit):
    guest, now = sit(), timezone.localtime()
    guest.goto("/")
    spans = [timedelta(seconds=5), timedelta(minutes=59), timedelta(hours=2), timedelta(days=1)]
    spans += [timedelta(days=n) for n in (2, 6, 7, 400)]
    for span in spans:
        moment = now - span
        iso = moment.isoformat("T", "seconds")
        said = guest.evaluate(
            """async ([iso, now]) => {
                const { ago } = await import("/static/forum/js/reading/times.js")
                return ago(iso, Date.parse(now))
            }""",
            [iso, now.isoformat("T", "seconds")],
        )
        words = re.search(r">([^<]*)</time>", ago(moment))[1]
        assert said == (words if span.days < 7 else None)
