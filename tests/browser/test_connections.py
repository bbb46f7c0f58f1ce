"""What a page says of itself, and does, when its line is late, lost, asleep or shut out."""

import json
import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LIVE,
    NADIA,
    answer,
    ask,
    await_plain,
    hide_tab,
    open_and_record,
    posts,
    show_tab,
    shut_out,
    title,
    wait_until_live,
    words,
    write,
)

PLAIN = re.compile("/suite/")
#: Words that only a test's own socket can send: the server's database does not fail here.
LATE, IN_TIME = json.dumps({"database_age": 3 * 3600}), json.dumps({"database_age": 0})
COMPANY = json.dumps({"elements": {"thread-readers": '<p id="thread-readers">Nadia lit</p>'}})


def state(page):
    """How the page says that it stands."""
    return page.locator("#freshness").get_attribute("data-state")


def through(page):
    """The page's lines to the real server, on which the test may speak too."""
    lines = []

    def hold(line):
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket(LIVE, hold)
    return lines


def settle(page):
    """Let the page do what it has at hand."""
    page.evaluate(
        """() => new Promise((done) => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = done
            port2.postMessage(0)
        })"""
    )


def test_a_page_whose_server_is_late_says_the_hour_and_not_that_it_is_live(sit):
    guest = sit()
    lines = through(guest)
    guest.goto("/")
    wait_until_live(guest)
    lines[-1].send(LATE)

    chip = guest.locator("#freshness")
    expect(chip).to_have_attribute("data-state", "upto")
    hour = guest.evaluate("new Date(Date.now() - 3 * 3600e3).getHours()")
    expect(chip).to_contain_text(f" {hour} h ")
    lines[-1].send(COMPANY)  # It comes without the database, so it proves nothing.
    settle(guest)
    assert state(guest) == "upto"
    lines[-1].send(IN_TIME)
    wait_until_live(guest)


def test_a_page_without_a_line_says_for_how_long_and_that_nothing_is_lost(sit, line):
    guest = sit(at=line.address)
    guest.clock.install()
    guest.goto("/")
    wait_until_live(guest)
    line.disconnect()
    chip = guest.locator("#freshness")
    expect(chip).to_have_text("Reconnexion…")
    guest.clock.run_for("02:10")
    expect(chip).to_contain_text(re.compile(r"Hors ligne depuis 2\smin, rien n’est perdu"))
    guest.clock.fast_forward("03:00:00")
    expect(chip).to_contain_text(re.compile(r"Hors ligne depuis 3\sh"))

    line.restore()
    guest.evaluate("dispatchEvent(new Event('online'))")
    wait_until_live(guest)


def test_a_machine_that_slept_says_up_to_when_and_catches_up(sit, line):
    nadia, laurent = sit(NADIA), sit(LAURENT, at=line.address)
    address = ask(nadia, title(), text="La question.").split("/fils/")[1]
    laurent.clock.install()
    laurent.goto(f"/fils/{address}")
    wait_until_live(laurent)
    laurent.evaluate("window.untouched = true")
    fell_asleep = laurent.evaluate("new Date().getHours()")

    line.stall()
    answer(nadia, said := words())
    laurent.clock.fast_forward("03:00:00")
    chip = laurent.locator("#freshness")
    expect(chip).to_have_attribute("data-state", "upto")
    expect(chip).to_contain_text(f" {fell_asleep} h ")
    line.restore()

    wait_until_live(laurent)
    assert posts(laurent) == ["La question.", said]
    assert laurent.evaluate("window.untouched") is True


def test_a_tab_long_unseen_lets_its_line_go_and_catches_up_when_looked_at(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title(), text="La question.")
    laurent.clock.install()
    line, _said = open_and_record(laurent, address)
    expect(nadia.locator("#thread-readers")).to_contain_text("Laurent Delpuech")
    with line.expect_event("framereceived"):  # Or it would be nine minutes late.
        hide_tab(laurent)
    settle(laurent)
    laurent.clock.fast_forward("09:00")
    settle(laurent)
    assert not line.is_closed()

    with line.expect_event("close"):
        laurent.clock.fast_forward("01:30")
    assert state(laurent) == "upto"
    answer(nadia, said := words())
    assert posts(laurent) == ["La question."]
    show_tab(laurent)
    wait_until_live(laurent)
    expect(laurent.locator("#posts")).to_contain_text(said)
    expect(nadia.locator("#thread-readers")).to_contain_text("Laurent Delpuech")


def test_a_page_put_aside_and_taken_up_again_catches_up(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    line, _said = open_and_record(laurent, ask(nadia, title(), text="La question."))
    with line.expect_event("close"):
        laurent.evaluate(
            "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
        )
    answer(nadia, said := words())
    assert posts(laurent) == ["La question."]

    laurent.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    wait_until_live(laurent)
    expect(laurent.locator("#posts")).to_contain_text(said)


def test_pages_come_back_from_a_restart_within_eight_seconds(sit):
    guest = sit()
    guest.clock.install()
    lines = through(guest)
    guest.goto("/")
    wait_until_live(guest)
    lines[-1].close(code=1012)
    expect(guest.locator("#freshness")).to_have_attribute("data-state", "retry")

    guest.clock.fast_forward(8_000)
    wait_until_live(guest)
    assert len(lines) == 2


def test_shut_out_pages_ask_often_at_first_then_less(sit):
    guest = sit()
    tries = shut_out(guest)
    # Minutes pass in a moment here, so each answer must come in none.
    guest.add_init_script("""
        window.asked = []
        const nothing = { ok: true, json: async () => ({ order: [], elements: {} }) }
        window.fetch = async () => (asked.push(Date.now()), nothing)
    """)
    guest.goto("/sujets/eolien/?nature=announcement")
    await_plain(guest, tries)

    def pauses(duration):
        guest.evaluate("asked.splice(0, asked.length - 1)")
        guest.clock.run_for(duration)
        times = guest.evaluate("asked")
        return {round((b - a) / 1000) for a, b in pairwise(times)}

    assert pauses("01:30") == {4}
    assert pauses("01:00") >= {15}
    assert pauses("06:00") == {15}
    guest.clock.run_for("03:00")
    assert pauses("10:00") == {60}
    hide_tab(guest)
    show_tab(guest)
    guest.clock.run_for("00:01")
    assert pauses("01:30") == {4}


def test_shut_out_pages_ask_at_once_when_looked_at_again(sit):
    laurent = sit(LAURENT)
    tries = shut_out(laurent)
    laurent.goto("/")
    await_plain(laurent, tries)
    hide_tab(laurent)
    laurent.clock.fast_forward("05:00")
    settle(laurent)

    with laurent.expect_response(PLAIN):
        show_tab(laurent)


def test_shut_out_pages_take_the_socket_when_it_gets_through_again(sit, line):
    laurent = sit(LAURENT, at=line.address)
    tries = shut_out(laurent)
    laurent.goto("/")
    await_plain(laurent, tries)
    laurent.route_web_socket(LIVE, lambda it: it.connect_to_server())
    laurent.clock.fast_forward("05:00")

    wait_until_live(laurent)


@pytest.mark.parametrize("code", [4404, 4409])
def test_what_is_typed_survives_a_page_that_loads_itself_again(code, sit):
    nadia = sit(NADIA)
    lines = through(nadia)
    ask(nadia, title())
    wait_until_live(nadia)
    typed = words()
    write(nadia, typed)
    with nadia.expect_navigation():
        lines[-1].close(code=code)

    expect(nadia.locator("#repondre textarea")).to_have_value(typed)


def test_a_page_does_not_load_itself_again_over_words_it_could_not_keep(sit):
    nadia = sit(NADIA)
    lines = through(nadia)
    ask(nadia, title())
    wait_until_live(nadia)
    nadia.evaluate("void (Storage.prototype.setItem = () => { throw Error('No room.') })")
    nadia.evaluate("window.untouched = true")
    write(nadia, typed := words())
    lines[-1].close(code=4409)

    wait_until_live(nadia)
    assert nadia.evaluate("window.untouched") is True
    expect(nadia.locator("#repondre textarea")).to_have_value(typed)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("'{'", 4400),
        ("new Uint8Array(9)", 4400),
        ("'x'.repeat(5000)", 4413),
        ("'x'.repeat(3000000)", 4429),  # More than a page may send, whatever it says.
    ],
)
def test_a_frame_that_no_page_sends_is_cut_off_by_the_real_server(frame, code, sit):
    guest = sit()
    guest.goto("/")
    wait_until_live(guest)
    got = guest.evaluate(f"""() => new Promise((done) => {{
        const socket = new WebSocket(`ws://${{location.host}}/live/`)
        socket.onopen = () => socket.send({frame})
        socket.onclose = ({{ code }}) => done(code)
        setTimeout(done, 10000, "nothing")
    }})""")

    assert got == code
    guest.reload()
    wait_until_live(guest)
