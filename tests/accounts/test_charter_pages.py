"""The charter’s pages: reading, signing step by step, withdrawing."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.models import CharterVersion, Department, Organisation, Signature
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db


def answers(person, **changed):
    """What someone types to sign for a known organisation, unless told otherwise."""
    fields = {
        "version": CharterVersion.objects.last().name,
        "college": factories.AUTHORITIES,
        "organisation": "Mairie de Trifouille",
        "position": "Maire",
        "authority": "office",
        "authority_detail": "",
        "typed_name": person.full_name,
    }
    return fields | changed


@pytest.fixture
def town(colleges):
    """An organisation of the local authorities."""
    return Organisation.objects.create(
        slug="trifouille", name="Mairie de Trifouille", college=colleges[factories.AUTHORITIES]
    )


@pytest.fixture
def page(rita, browser_of):
    """Rita's browser."""
    return browser_of(rita)


def unknown_part(answer):
    """The part of the page about an organisation that is not known."""
    return answer.text.partition('class="unknown"')[2].partition("id_authority")[0]


def send(page, person, **changed):
    """Send the form."""
    return page.post(reverse("sign-charter"), answers(person, **changed))


def words_of(answer):
    """What ``answer`` will say on the next page."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.mark.deep
def test_everyone_reads_the_charter_with_its_version_and_fingerprint(
    charter, people, browser_of
):
    for person in vars(people).values():
        answer = browser_of(person).get(reverse("charter"))
        assert answer.status_code == 200
        assert "Sobriété." in answer.text
        assert CharterVersion.objects.last().sha256[:12] in answer.text
        assert len(re.findall(r"<h1\b", answer.text)) == 1


def test_a_network_without_a_charter_says_so(db, browser_of):
    answer = browser_of(None).get(reverse("charter"))
    assert "pas encore publiée" in answer.text


def test_a_guest_is_led_to_an_account_and_back_to_signing(charter, browser_of):
    page = browser_of(None)
    text = page.get(reverse("charter"), {"next": "/fils/nouveau/"}).text
    assert f"{reverse('account_signup')}?next=%2Fcharte%2Fsigner%2F%3Fnext%3D" in text
    assert "<textarea" not in text
    assert 'name="typed_name"' not in text
    answer = page.get(reverse("sign-charter"))
    assert answer.url == f"{reverse('account_login')}?next={reverse('sign-charter')}"


def test_signing_on_the_page_opens_and_says_what_is_open(rita, page, town, charter):
    answer = send(page, rita)
    assert answer.url == reverse("joining-steps")
    said = words_of(answer)
    assert "au nom de «\u00a0Mairie de Trifouille\u00a0»" in said
    assert "aura été confirmé" in said
    receipt = reverse("receipt", args=[rita.signatures.get().pk])
    assert f'href="{receipt}"' in said and f'href="{receipt}"' in page.get("/charte/").text
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY


def test_signing_where_admission_is_open_does_not_speak_of_waiting(
    rita, page, town, charter, settings
):
    settings.FORUM_ADMISSION = "open"
    said = words_of(send(page, rita))
    assert "celui de votre collège vous sont ouverts" in said


def test_after_signing_one_goes_where_one_was_going(rita, page, town, charter):
    assert send(page, rita, next="/fils/nouveau/").url == "/fils/nouveau/"


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "javascript:a"]
)
def test_after_signing_one_never_goes_to_another_site(rita, page, town, charter, elsewhere):
    assert send(page, rita, next=elsewhere).url == reverse("joining-steps")
    assert elsewhere not in page.get(reverse("charter"), {"next": elsewhere}).text


def test_accents_capitals_and_apostrophes_do_not_make_another_name(
    make_person, browser_of, charter, colleges
):
    person = make_person("Élodie L’Hôte")
    known = Organisation.objects.create(
        slug="x", name="L’Écopôle du Mené", college=colleges[factories.SUPPORT]
    )
    typed = {"organisation": "L'ECOPOLE  DU MENE", "college": factories.SUPPORT}
    answer = send(browser_of(person), person, typed_name="elodie l'hote", **typed)
    assert answer.status_code == 302
    assert person.seats.get().organisation == known


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("college", "", "Choisissez le collège"),
        ("organisation", " ", "Écrivez le nom de votre organisation"),
        ("position", "", "Écrivez votre fonction"),
        ("authority", "", "Dites ce qui vous autorise"),
        ("typed_name", "Quelqu’un d’autre", "Écrivez votre nom comme dans votre compte"),
        ("college", factories.SUPPORT, "est inscrite au collège"),
    ],
)
def test_an_error_stands_by_its_field_and_nothing_typed_is_lost(
    rita, page, town, charter, field, value, said
):
    answer = send(page, rita, **{field: value, "authority_detail": "gardé ici"})
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert "gardé ici" in answer.text
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("authority", "detail", "day", "wrong"),
    [
        ("resolution", "n° 2026-41", "2026-06-12", None),
        ("resolution", "41", "12/06/2026", None),
        ("resolution", "délibération du conseil", "2026-06-12", "authority_detail"),
        ("resolution", "", "2026-06-12", "authority_detail"),
        ("resolution", "n° 2026-41", "", "act_date"),
        ("resolution", "n° 2026-41", "le 12", "act_date"),
        ("resolution", "n° 2026-41", "2126-06-12", "act_date"),
        ("decision", "", "2026-06-12", "authority_detail"),
        ("power", "Mandat du président", "3.5.2026", None),
        ("office", "", "", None),
        ("office", "", "2126-06-12", "act_date"),
        ("countersignature", "n° 1", "2026-06-12", "authority"),
    ],
)
def test_an_act_bears_a_reference_and_a_date_that_has_come_and_a_resolution_its_number(
    rita, page, town, charter, authority, detail, day, wrong
):
    answer = send(page, rita, authority=authority, authority_detail=detail, act_date=day)
    assert (answer.status_code == 302) == (wrong is None)
    assert wrong is None or list(answer.context["form"].errors) == [wrong]


def test_an_unknown_organisation_comes_back_with_those_that_resemble_it(
    rita, page, town, charter
):
    answer = send(page, rita, organisation="Mairie de Trifouilles", position="Adjointe")
    assert answer.status_code == 422
    assert answer.context["form"].similar == [town]
    assert 'value="Adjointe"' in answer.text
    asked = {
        "asked": answer.context["form"].asked_name,
        "organisation": "Mairie de Trifouilles",
    }
    assert send(page, rita, same=town.slug, **asked).status_code == 302
    assert rita.seats.get().organisation == town


def test_a_new_organisation_is_asked_about_once_and_all_that_founds_it_at_once(
    rita, page, town, charter, departments
):
    name = {"organisation": "Pays de Rohan"}
    asked = send(page, rita, department_code="56", **name)
    assert asked.status_code == 422  # Never before the question was put for a name.
    assert not asked.context["form"].errors and asked.context["form"].follow_up_question
    assert "À corriger" not in asked.text and 'href="#inconnue"' in asked.text
    assert '<option value="56">56 — Morbihan</option>' in asked.text.replace(" selected", "")
    assert "(facultatif)" not in unknown_part(asked)

    sent = send(page, rita, asked="pays de rohan", department_code="56", **name)
    assert sent.status_code == 302
    assert rita.seats.get().organisation.department_code == "56"


def test_the_same_question_comes_as_a_part_while_the_form_is_filled_in(
    rita, page, town, browser_of, departments
):
    Department.objects.create(code="79", name="Deux-Sèvres")
    address = reverse("unknown-organisation")
    asked = page.get(address, {"q": "Pays de Rohan"}).text
    assert 'name="asked" value="pays de rohan"' in asked and "56 — Morbihan" in asked
    assert 'class="error"' not in asked and "<html" not in asked
    assert f'name="same" value="{town.slug}"' in page.get(address, {"q": town.name + "s"}).text
    assert "(obligatoire" in asked
    codes = re.findall(r'<option value="(\w+)">\1 — ', asked)
    assert codes == ["22", "56", "79"]
    for known in (town.name, town.name.upper(), "", "\0"):
        assert page.get(address, {"q": known}).text == ""
    assert browser_of(None).get(address, {"q": "Pays de Rohan"}).status_code == 302


def test_in_france_it_takes_a_department_of_the_list(rita, page, town, charter, departments):
    name = {"organisation": "Pays de Rohan", "asked": "pays de rohan"}
    for code, said in (("", "l’un des deux"), ("20", "de la liste"), ("\0", "de la liste")):
        answer = send(page, rita, department_code=code, **name)
        assert said in str(answer.context["form"].errors["department_code"])
    assert not Signature.objects.exists()


def test_whoever_puts_the_name_right_while_saying_where_it_is_is_not_asked_again(
    rita, page, town, charter, departments
):
    said = {"asked": "pays de rhoan", "department_code": "56"}
    assert send(page, rita, organisation="Pays de Rohan", **said).status_code == 302
    assert rita.seats.get().organisation.name == "Pays de Rohan"


def test_a_name_put_right_that_now_resembles_ours_is_asked_about(
    rita, page, town, charter, departments
):
    said = {"asked": "pays de rhoan", "department_code": "56"}
    answer = send(page, rita, organisation="Mairie de Trifouilles", **said)
    assert answer.context["form"].similar == [town]
    assert "Vous avez changé le nom" in answer.context["form"].follow_up_question
    assert not Signature.objects.exists()


def test_what_resembles_ours_is_new_only_if_one_says_so(rita, page, town, charter, departments):
    name = "Mairie de Trifouille-sur-Mer"
    said = {"organisation": name, "department_code": "56"}
    first = send(page, rita, **said)
    assert f"inscrire «\u00a0{name}\u00a0»" in first.text
    assert not re.search(r'name="same"[^>]* checked', first.text)
    said["asked"] = first.context["form"].asked_name
    assert send(page, rita, **said).status_code == 422
    assert send(page, rita, same="-", **said).status_code == 302
    assert rita.seats.get().organisation.name == name


def test_saying_that_it_is_new_holds_for_a_slip_put_right_too(
    rita, page, town, charter, departments
):
    said = {"asked": "mairie de trifouille-sur-mre", "same": "-", "department_code": "56"}
    answer = send(page, rita, organisation="Mairie de Trifouille-sur-Mer", **said)
    assert answer.status_code == 302


@pytest.mark.parametrize("other", ["Pays de Rohan", "Mairie de Trifouille-sur-Mer"])
def test_one_of_ours_that_was_chosen_for_one_name_does_not_hold_for_another(
    rita, page, town, charter, departments, other
):
    first = send(page, rita, organisation="Mairie de Trifouilles")
    answer = send(
        page,
        rita,
        organisation=other,
        asked=first.context["form"].asked_name,
        same=town.slug,
        department_code="56",
    )
    assert answer.status_code == 422
    assert not Signature.objects.exists()


def test_what_a_legal_representative_need_not_give_is_not_called_compulsory(
    rita, page, town, charter
):
    text = page.get(reverse("sign-charter")).text
    for name in ("authority_detail", "act_date"):
        field = re.search(
            rf'<label for="id_{name}">.*?<input[^>]*name="{name}"[^>]*>', text, re.S
        )
        assert "obligatoire, sauf pour un représentant légal" in field[0]
        assert " required" not in field[0] and "facultatif" not in field[0]


def test_the_colleges_own_words_are_marked_as_french(rita, page, charter, colleges):
    colleges[factories.SUPPORT].description = "Agences de l’énergie"
    colleges[factories.SUPPORT].save()
    page.cookies["django_language"] = "en"
    text = page.get(reverse("sign-charter")).text
    assert 'lang="en"' in text
    assert '<small><span lang="fr">Agences de l’énergie</span></small>' in text


def test_a_charter_that_changed_meanwhile_is_read_before_it_is_signed(
    rita, page, town, charter
):
    read = charter.name
    factories.create_charter(2)
    answer = send(page, rita, version=read, position="Adjointe")
    assert answer.status_code == 422
    assert "La charte a changé" in answer.text
    assert 'name="version" value="2.0"' in answer.text
    assert 'value="Adjointe"' in answer.text
    assert not Signature.objects.exists()


def test_what_was_typed_when_the_session_had_ended_is_there_after_sign_in(
    rita, browser_of, town, charter
):
    page = browser_of(None)
    answer = send(page, rita, position="Troisième adjointe", next="/fils/nouveau/")
    assert answer.url.startswith(reverse("account_login"))
    page.force_login(rita)
    text = page.get(reverse("sign-charter"), {"next": "/fils/nouveau/"}).text
    assert 'value="Troisième adjointe"' in text
    assert 'value="/fils/nouveau/"' in text
    assert "Troisième adjointe" not in page.get(reverse("sign-charter")).text


def test_a_suspended_person_reads_and_does_not_sign(people, browser_of, charter):
    page = browser_of(people.suspended)
    assert 'name="typed_name"' not in page.get(reverse("sign-charter")).text
    assert send(page, people.suspended, organisation="X").status_code in (403, 422)
    assert people.suspended.signatures.count() == 1


def test_a_lapsed_member_reads_why_and_finds_the_form(people, browser_of):
    text = browser_of(people.lapsed).get(reverse("charter")).text
    assert "La charte a changé depuis votre signature" in text
    assert 'name="typed_name"' in text


def test_in_the_grace_period_one_reads_until_when(claire, browser_of):
    later = timezone.now() + timedelta(days=30)
    factories.create_charter(2, binding_from=later)
    text = browser_of(claire).get(reverse("charter")).text
    assert "Signez la nouvelle version avant le" in text
    assert 'name="typed_name"' in text


def test_who_signed_reads_when_and_for_whom_and_how_to_withdraw(claire, browser_of):
    text = browser_of(claire).get(reverse("charter")).text
    assert claire.seats.get().organisation.name in text
    assert f"{reverse('withdraw')}?signature=" in text
    assert 'name="typed_name"' not in text


def test_withdrawing_asks_before_it_acts(claire, browser_of):
    page, signature = browser_of(claire), claire.signatures.get()
    assert "se fermeront" in page.get(reverse("withdraw")).text
    assert viewer_of_person(claire).is_member
    page.post(reverse("withdraw"), {"signature": signature.pk})
    assert not viewer_of_person(claire).is_member


def test_a_suspended_person_may_still_withdraw(people, browser_of):
    signature = people.suspended.signatures.get()
    browser_of(people.suspended).post(reverse("withdraw"), {"signature": signature.pk})
    assert people.suspended.signatures.get().withdrawn_at


def test_the_page_withdraws_ones_own_signatures_only(claire, jeanne, browser_of):
    other = jeanne.signatures.get()
    answer = browser_of(claire).post(reverse("withdraw"), {"signature": other.pk})
    assert answer.status_code == 422
    assert viewer_of_person(jeanne).is_member


def test_old_versions_stay_readable_and_coming_ones_do_not_show(charter, browser_of):
    factories.create_charter(2)
    coming = factories.create_charter(3, adopted_on=timezone.localdate() + timedelta(days=3))
    page = browser_of(None)
    text = page.get(reverse("charter-version", args=["1.0"])).text
    assert "n’est plus la version en vigueur" in text
    assert charter.sha256 in text
    assert "Charte 2" in page.get(reverse("charter-version", args=["2.0"])).text
    assert page.get(coming.get_absolute_url()).status_code == 404


def test_a_version_that_still_binds_says_until_when(charter, browser_of):
    factories.create_charter(2, binding_from=timezone.now() + timedelta(days=30))
    text = browser_of(None).get(reverse("charter-version", args=["1.0"])).text

    assert "n’est plus la version en vigueur" not in text
    assert "la 2.0 la remplace à partir du" in text


def test_fixed_addresses_come_before_versions(charter, browser_of):
    for name in ("sign-charter", "signatories", "withdraw"):
        assert browser_of(None).get(reverse(name)).status_code in (200, 302)


def test_who_does_not_sign_is_led_to_prepare_the_signature_before_the_text(page, charter):
    before = page.get(reverse("charter")).text.partition(charter.text.split("\n")[-1])[0]
    before = before.partition('class="paper')[0]
    assert f'href="{reverse("prepare-signature")}"' in before


def test_a_guest_reads_the_charter_and_opens_the_steps_on_request(browser_of, charter):
    text = browser_of(None).get(reverse("charter")).text
    assert "<details>" in text.partition('<ol class="joining"')[0].rpartition("<main")[2]
