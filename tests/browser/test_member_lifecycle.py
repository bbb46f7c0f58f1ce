"""A whole life in the network, in real browsers: from signing up to handing over.

The days that a grace period takes pass by changing dates in the database; all else is done
as people do it, on pages.
"""

import re

from playwright.sync_api import expect

from tests.browser.actions import LUCIE, answer, ask_in_form, wait_until_live

ADMISSION = "review"
TOWN = "Mairie de Kervalon"
SPACE = "collectivites-locales"
PASS = "champ-de-foire-2026"


def sign_up(site, sit, name, email):
    """Sign up by mail, as far as the charter's page."""
    page = sit()
    page.goto("/compte/signup/")
    page.fill("[name=full_name]", name)
    page.fill("[name=email]", email)
    page.fill("[name=password1]", PASS)
    page.click("main form .primary")
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=code]", site.code_for(email))
    page.click("main form .primary")
    page.wait_for_url(re.compile(r"/charte/"))
    return page


def sign(page, name):
    """Sign the version in force for the town, as its mayor by a resolution."""
    page.check(f"[name=college][value={SPACE}]")
    page.fill("[name=organisation]", TOWN)
    page.fill("[name=position]", "Maire")
    page.check("[name=authority][value=resolution]")
    page.fill("[name=authority_detail]", "n° 2026-41")
    page.fill("[name=act_date]", "2026-06-12")
    page.fill("[name=typed_name]", name)
    page.click("form.sign .primary")


def countersign(page, name):
    """Join the town's signature: one's function and one's name."""
    page.goto("/charte/contresigner/mairie-de-kervalon/")
    page.fill("[name=position]", "Adjoint")
    page.fill("[name=typed_name]", name)
    page.click("form.sign .primary")
    page.wait_for_url(lambda url: "contresigner" not in url)


def test_a_whole_life_from_sign_up_to_successor(site, sit):
    # She signs up, and signs for an organisation that nobody knew.
    amelie = sign_up(site, sit, "Amélie Kervalon", "amelie@kervalon.example")
    sign(amelie, "Amélie Kervalon")
    expect(amelie.locator("fieldset.unknown")).to_be_visible()
    amelie.select_option("[name=department_code]", "22")
    amelie.click("form.sign .primary")
    expect(amelie.locator("#messages")).to_contain_text("Vous avez signé la charte")
    assert amelie.goto(f"/espaces/{SPACE}/").status == 404

    # An animator confirms her, and the organisation is there for all.
    assert sit().goto("/organisations/mairie-de-kervalon/").status == 404
    lucie = sit(LUCIE)
    lucie.goto("/animation/sieges/")
    seat = lucie.locator("article.seat", has_text="Amélie Kervalon")
    expect(seat).to_contain_text("organisation nouvelle")
    seat.get_by_role("button", name="Confirmer").click()
    expect(lucie.locator("#messages")).to_contain_text("est confirmé")

    # He signs up too, and countersigns; she, the contact of her town, confirms him.
    bruno = sign_up(site, sit, "Bruno Suivant", "bruno@kervalon.example")
    countersign(bruno, "Bruno Suivant")
    expect(bruno.locator("#messages")).to_contain_text("Vous avez signé la charte")
    amelie.goto("/organisations/mairie-de-kervalon/sieges/")
    amelie.locator("article.seat", has_text="Bruno Suivant").get_by_role(
        "button", name="Confirmer"
    ).click()
    expect(amelie.locator("#messages")).to_contain_text("est confirmé")
    asked = "Qui a déjà isolé une salle des fêtes ?"
    thread = ask_in_form(amelie, asked, space=SPACE)

    # A substantive version comes: the animator writes it, reads what changes, publishes.
    lucie.goto("/animation/charte/nouvelle/")
    lucie.fill("[name=name]", "2.0")
    text = lucie.input_value("[name=text]")
    lucie.fill("[name=text]", text + "\nNous relisons cette charte chaque année.\n")
    lucie.fill("[name=text_en]", "")  # It would be of the text before.
    lucie.check("[name=nature][value=substantive]")
    lucie.fill("[name=grace_days]", "30")
    lucie.click("form.sign .primary")
    expect(lucie.locator(".changes ins")).to_contain_text("Nous relisons")
    lucie.check("[name=confirmed]")
    lucie.get_by_role("button", name="Publier cette version").click()
    expect(lucie.locator("#messages")).to_contain_text("est publiée")

    # Grace: all is open, and every page says what is asked, and until when.
    bruno.goto(thread)
    expect(bruno.locator(".pending")).to_contain_text("Signez la nouvelle version avant le")
    wait_until_live(bruno)
    amelie.goto("/avis/")
    expect(amelie.locator("main")).to_contain_text("attend votre signature")

    # Lapse: the member areas shut, on open pages too, and nothing is deleted.
    site.run(
        "from accounts.models import CharterVersion as V; from django.utils import timezone;"
        "V.objects.filter(name='2.0').update(binding_from=timezone.now())"
    )
    expect(bruno.locator("h1")).to_contain_text("Cette page n’est pas là")
    assert bruno.goto(thread).status == 404
    assert bruno.goto("/").status == 200

    # Signing again restores all at once; he again in one step.
    amelie.goto("/charte/")
    expect(amelie.locator("#changements ins")).to_contain_text("Nous relisons")
    sign(amelie, "Amélie Kervalon")
    expect(amelie.locator("#messages")).to_contain_text("Vous avez signé la charte")
    bruno.goto("/charte/")
    bruno.get_by_role("link", name="Signer en une étape").click()
    countersign(bruno, "Bruno Suivant")
    bruno.goto(thread)
    wait_until_live(bruno)
    answer(bruno, "Nous, l’an dernier.")

    # Her mandate ends: the room shuts at once, and he takes her question on.
    amelie.goto(thread)
    wait_until_live(amelie)
    watching = sit_again(amelie)
    watching.goto(thread)
    wait_until_live(watching)
    amelie.goto("/compte/")
    amelie.get_by_text("Mon mandat se termine").click()
    amelie.get_by_role("button", name="Y mettre fin").click()
    expect(amelie.locator("h1")).to_contain_text("Qui prend la suite")
    expect(watching.locator("h1")).to_contain_text("Cette page n’est pas là")
    amelie.get_by_label(re.compile("Bruno Suivant")).check()
    amelie.get_by_role("button", name="Passer le relais").click()
    expect(amelie.locator("#messages")).to_contain_text("1 question ouverte")
    assert amelie.goto(thread).status == 404
    bruno.goto(thread)
    expect(bruno.locator("#thread-head")).to_contain_text("question reprise par Bruno Suivant")
    expect(bruno.locator("#post-1")).to_contain_text("ancien membre\u00a0: Mairie de Kervalon")
    expect(bruno.locator("#post-1")).to_contain_text("Amélie Kervalon")
    bruno.locator("#post-2").get_by_role("button", name="Retenir").click()
    expect(bruno.locator("#thread-head")).to_contain_text("Résolu")


def sit_again(page):
    """Another tab of the same person."""
    return page.context.new_page()
