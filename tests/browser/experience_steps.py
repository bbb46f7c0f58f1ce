"""What people do from a question to a public sheet, each step as a page shows it."""

import re
from io import BytesIO
from zipfile import ZipFile

from PIL import Image
from playwright.sync_api import expect

from tests.browser.actions import write

GERARD = "gerard.bonnardot@tremoy.demo.invalid"  # a mayor
NADIA = "nadia.kerambrun@mesnil-argance.demo.invalid"  # another commune
MATTHIEU = "matthieu.kessler@ostwiller.demo.invalid"  # a third
INES = "ines.delaunoy@malvigny.demo.invalid"  # a fourth
XABI = "xabi.etcheto@sem-pinede.demo.invalid"  # a project holder
ELISE = "elise.brochier@cc-haute-serine.demo.invalid"  # reviews
SOPHIE = "sophie.marchandeau@cc-val-orvelle.demo.invalid"  # finds it
ASKED = {"Le Mesnil-Argance": NADIA, "Ostwiller": MATTHIEU, "Malvigny": INES}
TOPIC = "Réseaux de chaleur et géothermie"
SUMMARY = "La chaufferie de Trémoy vend aussi de l’électricité, et les factures ont baissé."
#: Figures as they are typed: what they tell of, the figure, year, tax, energy.
POWER = ("Puissance", "900 kW", "2025", "—", "chaleur")
PRODUCED = ("Énergie produite par an", "2 400 MWh/an", "2025", "—", "chaleur")
PRICE = ("Prix de l’énergie", "92 €/MWh", "2025", "HT", "électricité")
COST = ("Coût d’investissement", "1,3 M€", "2024", "HT", "—")
_THREAD, _DRAFT = re.compile(r"/fils/\d+-"), re.compile(r"/experiences/brouillons/\d+/$")


def expect_no_wider_than_the_screen(page):
    """Nothing makes the page scroll sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], page.url


def ask_territories_like_mine(page, title):
    """Put a question to those of like territories, once their number was seen; its address."""
    page.goto("/fils/nouveau/")
    page.locator("[name=kind][value=question]").check()
    page.get_by_label("Titre", exact=True).fill(title)
    write(page, f"Notre chaufferie produit aussi de l’électricité : qui en vend ? {title[-6:]}")
    page.get_by_label("Sujet", exact=True).select_option(label=TOPIC)
    page.get_by_label("Tout le réseau").check()
    page.get_by_text("Poser cette question à des territoires en particulier").click()
    page.get_by_label("À des territoires comme le mien").check()
    see_who = page.get_by_role("button", name="Voir qui sera interrogé")
    is_by_button = see_who.count() > 0  # A script shows them by itself.
    if is_by_button:
        see_who.click()
    proposed = page.get_by_role("group", name="Qui sera interrogé")
    expect(proposed).to_contain_text("Voici les 3 plus proches")
    if is_by_button:
        expect(proposed).to_be_in_viewport()
        expect(proposed).to_be_focused()
    page.get_by_label("De même nature que le mien").uncheck()
    if is_by_button:
        see_who.click()
    expect(proposed).to_contain_text("Voici les 5 plus proches")
    page.get_by_label("De même nature que le mien").check()
    if is_by_button:
        see_who.click()
    expect(proposed.get_by_role("checkbox")).to_have_count(3)
    expect(page.get_by_label("Titre", exact=True)).to_have_value(title)
    expect_no_wider_than_the_screen(page)
    page.get_by_role("button", name="Publier").click()
    page.wait_for_url(_THREAD)
    expect(page.locator("#thread-head")).to_contain_text("3 interrogés")
    return page.url.split("#")[0]


def find_in_inbox(page, words):
    """Follow what the inbox says, by its words, read or not."""
    page.goto("/avis/?voir=tout")
    page.get_by_role("link", name=words).first.click()


def expect_received(page, organisation, title):
    """The inbox says that the question is put to ``organisation``, and so does its page."""
    page.goto("/avis/")
    asked = page.get_by_role("link", name=title).first
    expect(asked).to_contain_text(organisation)
    asked.click()
    expect(page.locator("#received")).to_contain_text("Cette question vous est posée")


def pass_on(page, title, organisation, word):
    """Pass a received question on to another organisation."""
    find_in_inbox(page, title)
    page.locator("#received").get_by_role("link", name="Transmettre").click()
    page.get_by_label("Ou à une autre organisation").fill(organisation)
    page.get_by_label("Un mot pour eux").fill(word)
    page.get_by_role("button", name="Transmettre").click()
    page.wait_for_url(_THREAD)


def answer_received(page, title, word, said):
    """Answer a question that was passed on with this word."""
    page.goto("/avis/")
    expect(page.locator("main")).to_contain_text(word)
    page.get_by_role("link", name=title).first.click()
    page.locator("#received").get_by_role("link", name="Répondre").click()
    write(page, said)
    page.click("#repondre [data-send]")
    expect(page.locator("#posts")).to_contain_text(said)
    expect(page.locator("#received")).to_have_count(0)


def accept_and_draw(page, address):
    """Accept the answer, and begin a sheet from the thread, without leaving its page."""
    page.goto(address)
    page.get_by_role("button", name="Retenir cette réponse").click()
    foot = page.locator("#thread-foot")
    expect(foot).to_contain_text("Cette question est résolue")
    foot.get_by_role("button", name="En faire une fiche").click()
    page.wait_for_url(re.compile(r"/experiences/brouillons/\d+/modifier/$"))


def write_draft(page, title):
    """Complete the draft that the thread half filled, and save it; its address."""
    context, results = (
        page.get_by_role("textbox", name=name) for name in ("Le contexte", "Les résultats")
    )
    expect(context).to_contain_text("Notre chaufferie")
    expect(results).to_contain_text("Écrit par Xabi")
    page.get_by_label("Titre", exact=True).fill(title)
    # Where it was done is asked, since another organisation answered.
    page.get_by_label("Territoire", exact=True).fill("Trémoy")
    for folded in page.locator("details:not([open]) > summary", has_text="habitants").all():
        folded.click()  # Its tags, where the thread has some, have it open.
    page.get_by_label("Habitants").fill("980")
    page.get_by_label("Début").fill("mars 2023")
    page.get_by_label("Mise en service").fill("octobre 2024")
    page.get_by_label("Fin", exact=True).fill("2025")
    page.get_by_role("textbox", name="Ce qui a été fait").fill(
        "Une turbine sur la chaudière, et un contrat."
    )
    results.fill("Elle tourne d’octobre à mai.")
    for number, figure in enumerate((POWER, PRODUCED, PRICE), 1):
        type_figure(page, number, *figure)
    page.get_by_role("button", name="Enregistrer, et trois lignes de plus").click()
    expect(page.get_by_role("group", name="Chiffre 6", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Les chiffres", exact=True)).to_be_in_viewport()
    type_figure(page, 4, *COST)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect_no_wider_than_the_screen(page)
    # On a phone it is the link above the title alone.
    page.locator("main a:visible").filter(
        has_text=re.compile(f"Voir le brouillon|{re.escape(title)}")
    ).first.click()
    page.wait_for_url(_DRAFT)
    return page.url


def type_figure(page, number, kind, typed, year, tax, energy):
    """Type a figure into a row of the form."""
    row = page.get_by_role("group", name=f"Chiffre {number}", exact=True)
    row.get_by_label("Ce que c’est").select_option(label=kind)
    row.get_by_label("Le chiffre et son unité").fill(typed)
    row.get_by_label("Année").fill(year)
    row.locator("summary").click()
    row.get_by_label("Taxes").select_option(label=tax)
    row.get_by_label("Énergie").select_option(label=energy)


def name_person(page, draft, tab, name, send):
    """Name somebody of the directory: a co-author, or a reviewer."""
    page.goto(draft)
    page.get_by_role("link", name=tab).click()
    page.get_by_label("Son nom").fill(name)
    page.get_by_role("button", name=send, exact=True).click()
    expect(page.locator("main .rows")).to_contain_text(name)


def accept_invitation(page):
    """Become a co-author."""
    find_in_inbox(page, "Gérard Bonnardot vous invite à écrire une fiche")
    page.get_by_role("button", name="Accepter").click()
    expect(page.locator("main")).to_contain_text("Ce brouillon n’est lu que de ses auteurs")


def approve(page):
    """Review the sheet: it is good to be published."""
    find_in_inbox(page, "relire")
    expect(page.locator("main")).to_contain_text("2 400 MWh/an")
    page.get_by_label("Relue, bonne à publier").check()
    page.get_by_role("button", name="Envoyer aux auteurs").click()


def publish(page, draft):
    """Publish the draft; the address of the sheet."""
    page.goto(draft)
    page.get_by_role("link", name="Relire et publier").click()
    page.get_by_role("button", name="Publier", exact=True).click()
    page.wait_for_url(re.compile(r"/experiences/\d+/"))
    expect(page.locator("main")).to_contain_text("Relue par Élise Brochier")
    return page.url


def propose(page, sheet):
    """Propose the sheet to the public."""
    page.goto(sheet)
    page.get_by_role("link", name="Rendre cette fiche publique").click()
    page.get_by_label("En bref, pour des élus").fill(SUMMARY)
    page.get_by_label("Licence Ouverte").check()
    page.get_by_role("button", name="Demander l’accord de tous").click()


def consent(page, *, without_prices=False):
    """Say yes, on the page that shows what all would read."""
    expect(page.locator("main")).to_contain_text(SUMMARY)
    if without_prices:
        page.get_by_label("Retirer les prix").check()
    page.get_by_role("button", name="J’accepte").click()


def find_by_search(page, title):
    """Search for words of the sheet on the first page, and open it from what is found."""
    page.goto("/")
    box = page.get_by_role("searchbox", name="Chercher dans le forum")
    box.fill(f"électricité chaufferie {title[-6:]}")
    page.keyboard.press("Enter")  # By now the box may be a combobox, with suggestions.
    found = page.locator("main article, main li").filter(has_text=title).first
    found.get_by_role("link", name="Fiche d’expérience").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def compare_with_two_others(page, title):
    """See the sheet beside two others of its topic, then its point on the plot of all."""
    page.get_by_role("link", name="Comparer à d’autres fiches").click()
    others = page.get_by_role("form", name="Ajouter des fiches").get_by_role("checkbox")
    others.nth(0).check()
    others.nth(1).check()
    page.get_by_role("button", name="Comparer", exact=True).click()
    beside = page.get_by_role("table", name="Les fiches, l’une à côté de l’autre")
    expect(beside.get_by_role("columnheader")).to_have_count(3)
    expect(beside).to_contain_text(title)
    expect(beside.get_by_role("row", name=re.compile("^Puissance 900 kW"))).to_be_visible()
    expect_no_wider_than_the_screen(page)
    page.get_by_role("link", name="Les chiffres de toutes les fiches").click()
    page.locator("summary", has_text="Filtrer").click()
    page.get_by_label("Sujet", exact=True).select_option(label=TOPIC)
    page.get_by_label("Chiffre", exact=True).select_option(label="Énergie produite par an")
    page.get_by_label("Selon", exact=True).select_option(label="Puissance")
    page.get_by_role("button", name="Comparer").click()
    row = page.get_by_role("table", name="Les fiches, par leur numéro").get_by_role("row")
    own = row.filter(has_text=title)
    expect(own).to_contain_text("2 400")
    number = own.get_by_role("cell").first.inner_text()
    point = page.locator("svg.plot g.points").get_by_text(number, exact=True)
    expect(point).to_be_visible()
    expect_no_wider_than_the_screen(page)


def downloaded_texts(page):
    """All that the ODS says, as a browser saves it from the page of the open data."""
    page.goto("/donnees-ouvertes/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Les deux tableaux, en ODS").click()
    with ZipFile(download.value.path()) as saved:
        assert saved.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        return saved.read("content.xml").decode()


def open_shared_address(page, address, title):
    """What a guest and a service that shows cards find at the address of a public sheet."""
    assert page.goto(address).status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("region", name="En bref")).to_contain_text(SUMMARY)
    card = {
        one.get_attribute("property"): one.get_attribute("content")
        for one in page.locator("meta[property^='og:']").all()
    }
    assert card["og:title"] == title
    assert card["og:description"] == SUMMARY
    assert card["og:type"] == "article"
    assert card["og:url"] == page.locator("link[rel=canonical]").get_attribute("href")
    picture = page.context.request.get(card["og:image"])
    with Image.open(BytesIO(picture.body())) as image:
        assert (picture.headers["content-type"], image.size) == ("image/png", (1200, 630))
    expect_no_wider_than_the_screen(page)
    page.get_by_role("link", name="Fiches sous licence libre").first.click()
    expect(page.locator("main")).to_contain_text(title)
