"""What was typed in one form of joining is there in the next, and in the templates of acts."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from tests import factories
from tests.accounts.signing.forms import mailed_link, prepared

pytestmark = pytest.mark.django_db


def download(client, **fields):
    sent = {"act_template": "resolution-odt"} | fields
    return client.post(reverse("act-templates"), sent)


def words_of(answer):
    content = ZipFile(BytesIO(answer.content)).read("content.xml").decode()
    return re.sub(r"<[^>]+>", "\n", content)


def test_the_template_bears_the_name_of_who_is_about_to_sign(page, rita):
    text = page.get(reverse("sign-charter")).text
    name = re.search(r'name="signatory" value="([^"]*)"', text)[1]
    assert name == rita.full_name
    answer = download(page, typed_name="", signatory=name, position="Maire")
    assert "autorise Rita Nouvelle, Maire, à la signer" in words_of(answer)
    answer = download(page, typed_name="Rita N.", signatory=name, position="Maire")
    assert "autorise Rita N., Maire" in words_of(answer)


def test_who_prepares_takes_the_template_with_the_name_of_who_will_sign(page):
    text = page.get(reverse("prepare-signature")).text
    form = text[text.index('id="prepare"') :]
    buttons = re.findall(r"<button[^>]*>", form)
    assert "formaction" not in buttons[0]  # Enter in a field sends the link.
    assert any('form="prepare"' in one and "resolution-pdf" in one for one in buttons)
    answer = download(page, full_name="Édith Maréchal", position="Maire", organisation="Die")
    assert "autorise Édith Maréchal, Maire" in words_of(answer)
    assert "Rita" not in words_of(answer)


def test_what_was_typed_to_sign_is_carried_to_the_form_that_prepares(page, rita, departments):
    text = page.get(reverse("sign-charter")).text
    button = re.search(r'<button[^>]*name="carried"[^>]*>', text)[0]
    assert reverse("prepare-signature") in button and 'form="signer"' in button
    typed = {
        "carried": "1", "version": "1.0", "college": factories.AUTHORITIES,
        "organisation": "Commune de Saint-Éloi", "department_code": "22",
        "position": "Chargée de mission", "authority": "resolution",
        "authority_detail": "n° 2026-41", "act_date": "2026-06-12",
        "typed_name": rita.full_name,
    }  # fmt: skip
    answer = page.post(reverse("prepare-signature"), typed)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert not form.is_bound and 'class="error"' not in answer.text
    for name in ("college", "organisation", "department_code", "authority", "authority_detail"):
        assert form[name].value() == typed[name], name
    assert 'value="2026-06-12"' in answer.text
    for name in ("full_name", "position", "email"):  # Those of who will sign.
        assert not form[name].value(), name


def test_a_guest_who_carries_it_over_signs_in_and_loses_nothing(
    rita, charter, departments, browser_of
):
    client = browser_of(None)
    typed = {"carried": "1", "organisation": "Commune de Saint-Éloi"}
    away = client.post(reverse("prepare-signature"), typed)
    assert away.url.startswith(reverse("account_login"))
    client.force_login(rita)
    assert "Commune de Saint-Éloi" in client.get(reverse("prepare-signature")).text


def test_who_signs_reads_where_the_organisation_acts(page, departments, browser_of):
    prepared(page)
    text = browser_of(None).get(mailed_link()).text
    assert "Où elle agit" in text and "(22)" in text
    english = browser_of(None)
    english.cookies["django_language"] = "en"
    assert "Where it acts" in english.get(mailed_link()).text


def test_who_prepares_reads_that_the_end_of_the_mandate_is_asked_of_who_signs(page):
    assert "La fin du mandat sera demandée" in page.get(reverse("prepare-signature")).text
    page.cookies["django_language"] = "en"
    assert "The end of the term is asked" in page.get(reverse("prepare-signature")).text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", 'Il vous manque l’acte\u202f? <a href="#act-templates">Prenez un modèle</a>.'),
        ("en", 'Do you lack the act? <a href="#act-templates">Take a template</a>.'),
    ],
)
def test_who_lacks_an_act_is_led_to_the_templates_in_a_sentence(page, language, words):
    page.cookies["django_language"] = language
    for name in ("sign-charter", "prepare-signature"):
        assert words in page.get(reverse(name)).text, name
