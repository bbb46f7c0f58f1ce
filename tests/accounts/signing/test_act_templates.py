"""Models of the act that authorises a signatory: filled in, for anyone, to take away."""

import re
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.base.rate_limits import RateLimit
from accounts.base.text import fold
from accounts.charter.act_templates import views
from accounts.charter.act_templates.documents import (
    BLANK,
    TEMPLATES,
    ActFacts,
    suggested_authority,
)
from accounts.charter.act_templates.odt import render_odt
from accounts.charter.act_templates.pdf import LINE
from accounts.charter.forms import SignForm
from accounts.models import Organisation, Session, Signature
from accounts.viewers.viewers import viewer_of_person
from forum.site.reference_data import files
from tests import factories
from tests.accounts.signing.forms import sent

pytestmark = pytest.mark.django_db

GIVEN = {
    "organisation": "Commune de Saint-Éloi & Cie",
    "typed_name": "Rita Nouvelle",
    "position": "Maire <déléguée>",
    "authority_detail": "n° 2026-41",
    "act_date": "2026-06-12",
}
#: Characters that PDF fonts or line breaks may alter.
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


def downloaded(client, template, **given):
    return client.post(reverse("act-templates"), given | {"act_template": template})


def words_of_odt(content):
    """All words of an ODT, which must be one: package, parts, declared entries."""
    with ZipFile(BytesIO(content)) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert package.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        manifest = ElementTree.fromstring(package.read("META-INF/manifest.xml"))
        declared = {
            value for one in manifest for value in one.attrib.values() if ".xml" in value
        }
        assert declared <= set(package.namelist())
        for name in declared:
            ElementTree.fromstring(package.read(name))
        body = ElementTree.fromstring(package.read("content.xml"))
    return _SPACES.sub(" ", " ".join(body.itertext()))


def words_of_pdf(content):
    pages = PdfReader(BytesIO(content)).pages
    return _SPACES.sub(" ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("kind", TEMPLATES)
def test_each_template_bears_what_was_given_in_both_formats_and_blanks_for_the_rest(
    kind, charter, browser_of
):
    read = {"odt": words_of_odt, "pdf": words_of_pdf}
    for extension, words_of in read.items():
        answer = downloaded(browser_of(None), f"{kind}-{extension}", **GIVEN)
        assert answer.status_code == 200
        assert f'-saint-eloi-cie.{extension}"' in answer["Content-Disposition"]
        words = words_of(answer.content)
        for given in ("Commune de Saint-Éloi & Cie", "Rita Nouvelle", "Maire <déléguée>",
                      "2026-41", "version 1.0", "du 16 juin 2026", "Charte 1"):  # fmt: skip
            assert given in words, (extension, given)
        assert {"odt": BLANK, "pdf": LINE}[extension] in words


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_printed_blank_is_a_line_long_enough_to_write_on(kind, charter, browser_of):
    words = words_of_pdf(downloaded(browser_of(None), f"{kind}-pdf").content)
    lines = re.findall("_+", words)
    assert BLANK not in words and min(map(len, lines)) >= 18
    assert max(map(len, lines)) >= 36  # Of who signs.


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_charter_that_an_act_encloses_is_beside_the_templates(
    rita, charter, browser_of, language
):
    guest, page = browser_of(None), browser_of(rita)
    words = {"fr": "La charte, à joindre", "en": "The charter, to enclose"}[language]
    address = reverse("charter-pdf")
    for client, name in ((guest, "act-templates"), (page, "sign-charter")):
        client.cookies["django_language"] = language
        text = client.get(reverse(name)).text
        assert f'href="{address}"' in text and words in text, name
    answer = guest.get(address)
    assert answer["Content-Type"] == "application/pdf"
    said = words_of_pdf(answer.content)
    for line in charter.text.split("\n"):
        assert _SPACES.sub(" ", line.strip("#- ")) in said


def test_a_new_version_of_the_charter_is_the_one_that_is_given(charter, browser_of):
    guest = browser_of(None)
    before = guest.get(reverse("charter-pdf"))
    factories.create_charter(2)
    after = guest.get(reverse("charter-pdf"))
    assert "Charte 1" in words_of_pdf(before.content)
    assert "Charte 2" in words_of_pdf(after.content)
    assert "charte-2.0.pdf" in after["Content-Disposition"]


def test_a_power_names_the_organisation_without_an_article(charter):
    words = str(TEMPLATES["power"].words(ActFacts(charter, organisation="Commune de Die")))
    assert "représentant légalement l’organisation «\\xa0Commune de Die\\xa0»" in words


def test_a_pdf_says_its_language_and_title_and_an_odt_has_headings_to_go_by(
    charter, browser_of
):
    pdf = PdfReader(BytesIO(downloaded(browser_of(None), "decision-pdf").content))
    assert pdf.metadata.title == "decision-charte-1.0"
    assert pdf.trailer["/Root"]["/Lang"] == "fr"
    odt = downloaded(browser_of(None), "decision-odt").content
    with ZipFile(BytesIO(odt)) as package:
        assert b'<text:h text:style-name="title" text:outline-level="1">' in package.read(
            "content.xml"
        )
        assert b'fo:language="fr"' in package.read("styles.xml")


def test_a_resolution_speaks_of_the_municipal_council_for_a_commune_only(charter):
    resolution = TEMPLATES["resolution"].words
    said = {
        name: str(resolution(ActFacts(charter, organisation=name)))
        for name in ("Commune de Trifouille", "Communauté de communes du Haut")
    }
    assert "conseil municipal" in said["Commune de Trifouille"]
    assert "5211-1" not in said["Commune de Trifouille"]
    assert "conseil municipal" not in said["Communauté de communes du Haut"]
    assert "5211-1" in said["Communauté de communes du Haut"]


def test_characters_that_no_file_may_hold_are_left_out(charter):
    words = [("body", "Sou\x00s \x0b\ud800 la <pluie> & le \u202fvent")]
    assert "Sous" in words_of_odt(render_odt("Essai", words))


@pytest.mark.parametrize(
    ("organisation", "college", "authority"),
    [
        ("Commune de Trifouille", "", "resolution"),
        ("Syndicat d’énergie du Haut", factories.SUPPORT, "resolution"),
        ("Terres du Haut", factories.AUTHORITIES, "resolution"),
        ("Société du Vent", factories.PROJECTS, "decision"),
        ("Les Amis du soleil", "", "decision"),
        ("", "", ""),
    ],
)
def test_the_template_is_suggested_by_the_kind_of_organisation(
    organisation, college, authority
):
    assert suggested_authority(organisation, college) == authority


def test_whoever_passes_by_takes_a_template_and_nothing_is_kept(charter, browser_of):
    page = browser_of(None)
    assert 'value="resolution-odt"' in page.get(reverse("act-templates")).text
    before = [one.objects.count() for one in (Organisation, Signature, Session)]
    assert downloaded(page, "resolution-odt", **GIVEN).status_code == 200
    assert [one.objects.count() for one in (Organisation, Signature, Session)] == before


def test_the_form_that_signs_offers_them_filled_with_what_was_typed_and_signs_on_enter(
    rita, town, charter, browser_of
):
    page = browser_of(rita)
    text = page.get(reverse("sign-charter"), {"organisation": town.slug}).text
    form = text[text.index('id="signer"') :]
    buttons = re.findall(r"<button[^>]*>", form)
    assert "act_template" not in buttons[0]
    assert 'form="signer"' in buttons[1] and "formnovalidate" in buttons[1]
    suggested = form.index("proposé pour vous")
    assert form.index('id="act-resolution"') < suggested < form.index('id="act-decision"')


def test_a_value_that_is_not_well_formed_is_a_blank_and_an_unknown_template_the_page(
    charter, browser_of
):
    page = browser_of(None)
    answer = downloaded(page, "decision-odt", typed_name="a" * 500, act_date="le 12")
    assert answer.status_code == 200 and "aaa" not in words_of_odt(answer.content)
    for unknown in ("", "office-odt", "decision-docx", "\0"):
        answer = downloaded(page, unknown, position="Gardé là")
        assert answer.status_code == 200 and "Gardé là" in answer.text


def test_who_takes_too_many_is_told_so_and_loses_nothing(charter, browser_of, monkeypatch):
    monkeypatch.setattr(views, "DOWNLOADS", RateLimit("act-template", "1/h/ip"))
    page = browser_of(None)
    assert downloaded(page, "decision-pdf").status_code == 200
    answer = downloaded(page, "decision-pdf", position="Gardé là")
    assert answer.status_code == 429 and "Gardé là" in answer.text


#: What stands in the charter's printed block, and the field of the form that asks for it.
#: The version and the day come by themselves.
_BLOCK = {
    "organisation": "organisation",
    "college": "college",
    "representee par": "typed_name",
    "fonction": "position",
    "fin du mandat": "until",
    "agissant en vertu de": "authority",
    "numero ou reference de l'acte": "authority_detail",
    "date de l'acte": "act_date",
}


def test_the_charters_printed_block_and_the_form_collect_the_same(rita):
    text = (Path(files.__file__).parent / "data" / "charter_fr.md").read_text()
    block = text.partition("## Signature")[2]
    asked = {
        fold(one).partition(",")[0].split("…")[-1].strip()
        for one in re.findall(r"([^:…\n]+)\u00a0:", block)
    }
    assert asked == {*_BLOCK, "version signee"}
    form = SignForm(person=rita, viewer=viewer_of_person(rita))
    # The enclosed act is no line to fill in; the rest is about the organisation.
    described = {"same", "asked", "apart", "department_code", "country", "territory",
                 "territory_words", "territory_asked", "document"}  # fmt: skip
    assert set(_BLOCK.values()) == form.fields.keys() - described
    kinds = fold(re.search(r"en vertu de\u00a0: (.*)", block)[1])
    assert all(fold(str(label)) in kinds for _value, label in form.fields["authority"].choices)


def test_only_who_signs_by_an_act_is_asked_about_it(rita, town, charter, browser_of):
    page = browser_of(rita)
    unsaid = sent(page, rita, town, authority="", authority_detail="", act_date="")
    assert list(unsaid.context["form"].errors) == ["authority"]
    answer = sent(page, rita, town, authority="office")  # Typed, then chosen otherwise.
    assert answer.status_code == 302
    signature = rita.signatures.get()
    assert (signature.authority_detail, signature.act_date) == ("", None)
