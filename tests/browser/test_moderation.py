"""From a stranger's report to an author who is heard, in real browsers."""

import re

from playwright.sync_api import expect

from tests.browser.actions import LAURENT, LUCIE, NADIA, ask, words

STRANGER = "odile.passante@exemple.fr"
FACTS = "Le message nomme un foyer du village."
#: The newest first.
LOGGED = [
    "Recours accepté",
    "Message rétabli",
    "Signalement suivi d’une mesure",
    "Message masqué",
    "Signalement reçu",
]


def report(page, thread, why):
    """Report the first message of ``thread`` without an account; return the page to follow."""
    page.goto(thread)
    page.locator("#post-1").get_by_role("link", name="Signaler").click()
    page.get_by_label("Données personnelles d’autrui").check()
    page.fill("[name=text]", why)
    page.fill("[name=reporter_name]", "Odile Passante")
    page.fill("[name=reporter_email]", STRANGER)
    page.check("[name=is_in_good_faith]")
    page.get_by_role("button", name="Envoyer le signalement").click()
    page.wait_for_url(re.compile(r"/signaler/suivi/\w+/"))
    expect(page.locator("#messages")).to_contain_text("est reçu")
    return page.url


def hide(page, said):
    """Take the report in charge on the desk, and hide the message that ``said`` this."""
    page.goto("/animation/")
    item = page.locator("#queue article", has_text=said)
    item.get_by_role("button", name="Je m’en occupe").click()
    expect(item.get_by_role("button", name="Laisser à d’autres")).to_be_visible()
    item.get_by_role("link").first.click()
    expect(page.locator("main")).not_to_contain_text("Odile")
    page.get_by_role("link", name="Masquer le message").click()
    page.select_option("[name=reason]", "personal-data")
    page.fill("[name=facts]", FACTS)
    page.get_by_role("button", name="Masquer le message").click()
    expect(page.locator("#messages")).to_contain_text("masqué")


def test_a_report_a_measure_an_appeal_and_the_message_is_back(site, sit):
    # A public message; somebody without an account reports it.
    text = words()
    nadia, stranger = sit(NADIA), sit()
    thread = ask(nadia, f"Que dire du foyer ? {text[-6:]}", space="place-publique", text=text)
    followed = report(stranger, thread, "Ce foyer, c’est le mien.")

    # An animator takes it in charge, reads no name, and hides the message with reasons.
    lucie = sit(LUCIE)
    hide(lucie, text)
    stranger.goto(thread)
    expect(stranger.locator("body")).not_to_contain_text(text)
    stranger.goto(followed)
    expect(stranger.locator("main")).to_contain_text("Suivi d’une mesure")
    expect(stranger.locator("main")).not_to_contain_text(FACTS)

    # Its author reads what, why and what she can do, not who reported; and appeals.
    nadia.goto("/avis/")
    nadia.get_by_role("link", name=re.compile("est masqué")).first.click()
    nadia.get_by_role("link", name="Lire la décision et vos recours").click()
    main = nadia.locator("main")
    expect(main).to_contain_text(FACTS)
    expect(main).to_contain_text(text)
    expect(main).to_contain_text("Un signalement, dont l’auteur n’est dit à personne")
    expect(main).not_to_contain_text("Odile")
    expect(main).not_to_contain_text("Lucie")
    statement = nadia.url
    nadia.fill("[name=text]", "C’est le foyer rural, une salle.")
    nadia.get_by_role("button", name="Envoyer le recours").click()
    expect(nadia.locator("#messages")).to_contain_text("recours est envoyé")

    # It is not for who hid the message, but for another animator, who restores it.
    lucie.goto("/animation/")
    expect(lucie.locator("body")).not_to_contain_text("Recours")
    site.run(
        "from accounts.models import User;"
        f"User.objects.filter(email={LAURENT!r}).update(is_animator=True)"
    )
    laurent = sit(LAURENT)
    laurent.goto("/animation/?file=recours")
    laurent.locator("#queue article").get_by_role("link").first.click()
    expect(laurent.locator("main")).to_contain_text("C’est le foyer rural, une salle.")
    laurent.get_by_label("Lever la mesure").check()
    laurent.fill("[name=answer]", "En effet, une salle n’est pas un foyer.")
    laurent.get_by_role("button", name="Répondre").click()
    expect(laurent.locator("#messages")).to_contain_text("réponse est envoyée")

    stranger.goto(thread)
    expect(stranger.locator("#posts")).to_contain_text(text)
    nadia.goto(statement)
    expect(main).to_contain_text("En effet, une salle n’est pas un foyer.")

    # Every step is in the log.
    laurent.goto("/animation/journal/")
    expect(laurent.locator("main .ticker b")).to_have_text(LOGGED)


def test_who_reported_asks_that_another_reads_a_dismissed_report(sit):
    text = words()
    thread = ask(sit(NADIA), f"Que dire ? {text[-6:]}", space="place-publique", text=text)
    stranger, lucie = sit(), sit(LUCIE)
    followed = report(stranger, thread, "Ce foyer, c’est le mien.")

    lucie.goto("/animation/?file=signalements")
    lucie.locator("#queue article", has_text=text).get_by_role("link").first.click()
    lucie.fill("[name=answer]", "Le message ne nomme personne.")
    lucie.get_by_role("button", name="Classer et répondre").click()
    expect(lucie.locator("#messages")).to_contain_text("sans suite")

    # The page has a secret address, and its form is sent all the same.
    stranger.goto(followed)
    expect(stranger.locator("main")).to_contain_text("Le message ne nomme personne.")
    stranger.fill("[name=text]", "Le village n’a qu’un foyer.")
    stranger.get_by_role("button", name="Demander une seconde lecture").click()
    expect(stranger.locator("#messages")).to_contain_text("quelqu’un d’autre va relire")
