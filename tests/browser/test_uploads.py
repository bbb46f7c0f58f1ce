"""Files in a composer: sent at once, with progress; cancelled, refused, cut off, described."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    DRAFT_PAUSE,
    LAURENT,
    NADIA,
    ask,
    layout_shift,
    title,
    wait_until_live,
    words,
    write,
)
from tests.browser.file_helpers import PDF, choose, chosen, give, photograph, row_of

pytestmark = pytest.mark.long

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PICTURE = "image/jpeg"


def photo(name="pre.jpg", **options):
    """A photograph that one chooses."""
    return chosen(name, photograph(**options), PICTURE)


def expect_sent(page, *names):
    """All these files are with the server."""
    for name in names:
        expect(row_of(page, name)).to_have_attribute("data-state", "sent")


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["1280", "390"])
def test_a_pdf_and_two_photographs_are_described_and_sent_and_others_see_them(sit, screen):
    nadia, laurent = sit(NADIA, **screen), sit(LAURENT)
    address = ask(nadia, title())
    laurent.goto(address)
    wait_until_live(laurent)
    choose(nadia, chosen("plan.pdf"), photo("pre.jpg"), photo("mat.jpg", colour=(200, 190, 90)))
    expect_sent(nadia, "plan.pdf", "pre.jpg", "mat.jpg")
    expect(nadia.locator("[data-quota]")).to_contain_text("Il vous reste")
    expect(nadia.get_by_text("Prendre une photo")).to_be_visible(visible=bool(screen))
    said = words()
    write(nadia, said)
    nadia.click("#repondre [data-send]")

    field = row_of(nadia, "pre.jpg").get_by_label("Décrivez l’image")
    expect(field).to_be_focused()
    expect(row_of(nadia, "pre.jpg").locator(".error").first).to_contain_text("Décrivez l’image")
    expect(nadia.locator("[data-said]")).to_be_empty()  # It is said once, by its field.
    field.fill("Le pré, vu du chemin")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(row_of(nadia, "pre.jpg").locator(".error").first).to_be_empty()
    row_of(nadia, "mat.jpg").get_by_label("Elle est décorative").check()
    assert (
        nadia.evaluate("document.documentElement.scrollWidth") <= nadia.viewport_size["width"]
    )
    nadia.click("#repondre [data-send]")

    expect(nadia.locator("#repondre textarea")).to_have_value("")
    expect(nadia.locator(".chosen-files > li")).to_have_count(0)
    post = laurent.locator("#posts article").filter(has_text=said)
    expect(post.get_by_role("link", name="plan.pdf")).to_be_visible()
    expect(post).to_contain_text("pre.jpg")
    nadia.reload()
    expect(nadia.locator(".chosen-files > li")).to_have_count(0)


def test_a_file_is_cancelled_and_removed_and_the_focus_goes_on(sit):
    page = sit(NADIA)
    ask(page, title())
    held = []
    page.route("**/fichiers/", lambda route: hold(route, held))
    choose(page, chosen("a.pdf"), chosen("b.pdf"))
    expect(row_of(page, "b.pdf")).to_have_attribute("data-state", "sending")
    progress = page.get_by_role("progressbar", name="Envoi de « a.pdf »")
    expect(progress).to_be_visible()
    page.get_by_role("button", name="Annuler l’envoi de « a.pdf »").press("Enter")

    expect(row_of(page, "a.pdf")).to_have_count(0)
    expect(page.get_by_role("button", name="Annuler l’envoi de « b.pdf »")).to_be_focused()
    expect(page.locator("#live-region")).to_have_text("« a.pdf » est retiré.")
    held[1].continue_()
    expect_sent(page, "b.pdf")
    page.get_by_role("button", name="Retirer « b.pdf »").press("Enter")
    expect(page.locator("#id_files")).to_be_focused()
    expect(page.locator("#repondre [name=file]")).to_have_count(0)


def test_a_file_that_is_there_already_is_refused_in_words(sit):
    page = sit(NADIA)
    ask(page, title())
    give(page, "drop", chosen("plan.pdf"))
    expect_sent(page, "plan.pdf")
    give(page, "drop", chosen("plan.pdf"))
    again = row_of(page, "plan.pdf").nth(1)
    expect(again).to_contain_text("est déjà joint à ce message")
    again.get_by_role("button", name="Retirer").click()
    write(page, words())
    page.click("#repondre [data-send]")
    expect(page.locator("#posts").get_by_role("link", name="plan.pdf")).to_have_count(1)


def hold(route, held):
    """Keep what is sent, let what is asked pass."""
    if route.request.method == "POST":
        held.append(route)
    else:
        route.continue_()


def test_what_is_sent_before_the_files_are_waits_for_them(sit):
    page = sit(NADIA)
    ask(page, title())
    held = []
    page.route("**/fichiers/", lambda route: hold(route, held))
    choose(page, chosen("plan.pdf"))
    expect(row_of(page, "plan.pdf")).to_have_attribute("data-state", "sending")
    said = words()
    write(page, said)
    page.click("#repondre [data-send]")
    expect(page.locator("[data-said]")).to_contain_text("votre message partira dès qu’ils")
    expect(page.locator("#posts")).not_to_contain_text(said)
    held[0].continue_()

    post = page.locator("#posts article").filter(has_text=said)
    expect(post.get_by_role("link", name="plan.pdf")).to_be_visible()


def test_what_the_server_refuses_stands_by_the_file_and_leaves_the_rest(sit):
    page = sit(NADIA)
    ask(page, title())
    write(page, "Voici l’acte.")
    choose(page, chosen("acte.pdf", b"<!doctype html>"), chosen("plan.pdf"))

    expect(row_of(page, "acte.pdf")).to_contain_text("n’est pas ce que dit son nom")
    expect_sent(page, "plan.pdf")
    expect(page.locator("#repondre textarea")).to_have_value("Voici l’acte.")
    page.click("#repondre [data-send]")
    expect(page.locator("[data-said]")).to_contain_text("Un fichier n’est pas parti")
    expect(page.get_by_role("button", name="Retirer « acte.pdf »")).to_be_focused()


def test_what_no_server_would_take_is_not_even_sent(sit):
    page = sit(NADIA)
    ask(page, title())
    sent = []
    page.on("request", lambda it: it.method == "POST" and sent.append(it.url))
    large = chosen("film.zip", PDF)
    page.locator("[data-upload]").focus()
    panel = page.locator("[data-uploads]")
    expect(panel).to_be_visible()
    panel.evaluate("(panel) => { panel.dataset.mostFile = 10 }")
    choose(page, large, chosen("outil.exe"), chosen("vide.pdf", b""))

    expect(row_of(page, "film.zip")).to_contain_text(re.compile("pèse .* 20\u00a0Mo au plus"))
    expect(row_of(page, "outil.exe")).to_contain_text("n’est pas d’un type accepté ici")
    expect(row_of(page, "vide.pdf")).to_contain_text("est vide")
    assert sent == []


def test_an_error_of_the_server_is_tried_again_by_a_button(sit):
    page = sit(NADIA)
    ask(page, title())
    answers = iter([502, None])

    def answer(route):
        status = next(answers) if route.request.method == "POST" else None
        route.fulfill(status=status, body="") if status else route.continue_()

    page.route("**/fichiers/", answer)
    choose(page, chosen("plan.pdf"))
    expect(row_of(page, "plan.pdf")).to_contain_text("Ce fichier n’est pas parti")
    page.get_by_role("button", name="Réessayer : « plan.pdf »").press("Enter")
    expect_sent(page, "plan.pdf")


def test_a_line_that_was_cut_sends_what_is_missing_and_only_that(sit):
    page = sit(NADIA)
    ask(page, title())
    choose(page, chosen("avant.pdf"))
    expect_sent(page, "avant.pdf")
    sent = []
    page.context.set_offline(True)
    choose(page, chosen("apres.pdf"))
    expect(row_of(page, "apres.pdf")).to_contain_text("Le réseau a coupé")
    page.on("request", lambda it: it.method == "POST" and sent.append(it.url))
    page.context.set_offline(False)

    expect_sent(page, "avant.pdf", "apres.pdf")
    assert sum(url.endswith("/fichiers/") for url in sent) == 1


def test_files_are_dropped_and_pasted_and_text_stays_text(sit):
    page = sit(NADIA)
    ask(page, title())
    give(page, "drop", chosen("plan.pdf"))
    expect_sent(page, "plan.pdf")
    give(page, "paste", chosen("image.png", photograph(), "image/png"))
    pasted = row_of(page, "Image du ")
    expect(pasted).to_contain_text(re.compile(r"Image du 20\d\d-\d\d-\d\d à \d\d\.\d\d\.png"))
    expect(pasted).to_have_attribute("data-state", "sent")
    give(page, "paste", chosen("image.png", photograph(), "image/png"), text="Un tableau")

    expect(page.locator(".chosen-files > li")).to_have_count(2)


def test_a_draft_keeps_its_files_and_what_is_said_of_them(sit):
    page = sit(NADIA)
    address = ask(page, title())
    write(page, "Voici le pré.")
    choose(page, photo("pre.jpg"), chosen("plan.pdf"))
    expect_sent(page, "pre.jpg", "plan.pdf")
    page.get_by_label("Décrivez l’image").fill("Le pré")
    page.get_by_role("button", name="Monter « plan.pdf »").press("Enter")
    expect(page.get_by_role("button", name="Descendre « plan.pdf »")).to_be_focused()
    page.goto(address)

    expect_sent(page, "pre.jpg", "plan.pdf")
    names = page.locator(".chosen-files [data-file-name]")
    expect(names).to_have_text(["plan.pdf", "pre.jpg"])
    expect(page.get_by_label("Décrivez l’image")).to_have_value("Le pré")
    page.click("#repondre [data-send]")
    expect(page.locator("#posts").get_by_role("link", name="plan.pdf")).to_be_visible()
    page.goto(address)
    expect(page.locator(".chosen-files > li")).to_have_count(0)


def test_a_draft_with_files_goes_on_at_another_device(sit):
    desk, phone = sit(NADIA), sit(NADIA, **PHONE)
    desk.clock.install()
    address = ask(desk, title())
    write(desk, "Voici le pré.")
    choose(desk, photo("pre.jpg"))
    expect_sent(desk, "pre.jpg")
    with desk.expect_response(lambda it: "/brouillons/" in it.url):
        desk.get_by_label("Décrivez l’image").fill("Le pré, vu du chemin")
        desk.clock.run_for(DRAFT_PAUSE)
    phone.goto(address)
    phone.get_by_role("link", name="Reprendre votre brouillon").click()

    expect_sent(phone, "pre.jpg")
    said = phone.get_by_label("Décrivez l’image")
    expect(said).to_have_value("Le pré, vu du chemin")
    phone.locator("main [data-send]").click()
    expect(phone.locator("#posts")).to_contain_text("pre.jpg")


def test_an_edit_takes_files_away_and_adds_some(sit):
    page = sit(NADIA)
    ask(page, title())
    choose(page, chosen("ancien.pdf"))
    expect_sent(page, "ancien.pdf")
    write(page, words())
    page.click("#repondre [data-send]")
    page.locator("#posts article").filter(has_text="ancien.pdf").locator(
        "a[href*=modifier]"
    ).click()
    page.get_by_role("button", name="Retirer « ancien.pdf »").click()
    choose(page, chosen("nouveau.pdf"))
    expect_sent(page, "nouveau.pdf")
    page.click("main [data-send]")

    post = page.locator("#posts article").filter(has_text="nouveau.pdf")
    expect(post).to_have_count(1)
    expect(post).not_to_contain_text("ancien.pdf")


def test_the_camera_of_a_telephone_sends_what_it_takes(sit):
    page = sit(NADIA, **PHONE)
    ask(page, title())
    page.locator("[data-upload]").focus()
    camera = page.locator("[data-camera]")
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files([photo("image.jpg")])

    expect(row_of(page, "Image du ")).to_have_attribute("data-state", "sent")


def test_a_preview_shows_the_files_that_are_sent(sit):
    page = sit(NADIA)
    ask(page, title())
    choose(page, chosen("plan.pdf"))
    expect_sent(page, "plan.pdf")
    expect(page.locator("#repondre")).to_have_attribute("data-drafts", "loaded")
    write(page, "Voici le plan.")
    page.click("#repondre [data-preview]")

    preview = page.locator("#repondre #preview")
    expect(preview.get_by_role("link", name="plan.pdf")).to_be_visible()
    page.click("#repondre [data-send]")
    expect(preview).to_have_count(0)


def test_a_draft_says_which_of_its_files_are_gone(sit, site):
    page = sit(NADIA)
    address = ask(page, title())
    choose(page, chosen("perdu.pdf"))
    expect_sent(page, "perdu.pdf")
    write(page, "Voici.")
    site.run(
        "from forum.models import *; from forum.conversation.files.models import StoredFile; "
        "StoredFile.objects.filter(name='perdu.pdf').delete()"
    )
    page.goto(address)

    expect(page.locator("[data-said]")).to_contain_text("ne sont plus là")
    expect(page.locator(".chosen-files > li")).to_have_count(0)
    expect(page.locator("#repondre textarea")).to_have_value("Voici.")


def test_without_a_script_the_plain_form_sends_them(sit):
    page = sit(NADIA)
    address = ask(page, title())
    plain = sit(NADIA, java_script_enabled=False)
    plain.goto(address)
    write(plain, "Voici les pièces.")
    choose(plain, chosen("plan.pdf"), photo("pre.jpg"))
    plain.click("#repondre [data-send]")
    plain.get_by_label("Décrivez l’image").fill("Le pré")
    plain.locator("form.reply [data-send]").click()

    expect(plain.locator("#posts").get_by_role("link", name="plan.pdf")).to_be_visible()


def test_nothing_moves_while_files_come_and_go(sit):
    page = sit(NADIA)
    ask(page, title())
    choose(page, photo("pre.jpg"), chosen("plan.pdf"))
    expect_sent(page, "pre.jpg", "plan.pdf")

    assert layout_shift(page) <= 0.02
