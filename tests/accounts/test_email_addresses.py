"""Changing one's address: nothing moves without the old one, nor without the new one."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts.users import email_change

pytestmark = pytest.mark.django_db
NEW = "nadia@ailleurs.exemple.fr"


@pytest.fixture
def nadia(make_person):
    """Someone with an account and a proved address."""
    person = make_person("Nadia Guérin")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def page(nadia, browser_of):
    """Nadia's browser."""
    return browser_of(nadia)


def letters_to(address):
    return [letter for letter in mail.outbox if letter.to == [address]]


def code_to(address):
    """The code in the last letter to ``address``."""
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", letters_to(address)[-1].body, re.M)[0]


def ask(page):
    """Have a code sent to the present address."""
    return page.post(reverse("prove-address"))


def prove(page, nadia):
    """Give the code sent to the present address."""
    ask(page)
    return page.post(reverse("prove-address"), {"code": code_to(nadia.email)})


def add(page, address=NEW):
    """Send the form of allauth's page, as a page that shows it would."""
    return page.post(reverse("account_email"), {"email": address, "action_add": "1"})


def test_both_addresses_are_proved_and_then_it_changes(page, nadia):
    old = nadia.email
    assert "Recevoir un code" in page.get(reverse("account_email")).text
    assert ask(page).url == reverse("account_email")
    assert letters_to(old)[-1].subject == "Votre code pour changer d’adresse"
    assert 'name="code"' in page.get(reverse("account_email")).text
    given = page.post(reverse("prove-address"), {"code": code_to(old).lower()})
    assert "Nouvelle adresse" in page.get(given.url).text
    add(page)
    nadia.refresh_from_db()
    assert nadia.email == old
    done = page.post(reverse("account_email_verification_sent"), {"code": code_to(NEW)})

    assert done.url == reverse("account")
    nadia.refresh_from_db()
    assert nadia.email == NEW
    assert letters_to(old)[-1].subject == "Votre adresse électronique a changé"
    assert "Recevoir un code" in page.get(reverse("account_email")).text  # The next one anew.


WAYS = {
    "adding it": ("account_email", {"email": NEW, "action_add": "1"}),
    "having it sent a code": ("account_email", {"email": NEW, "action_send": "1"}),
    "making it the first": ("account_email", {"email": NEW, "action_primary": "1"}),
    "a code for nothing": ("account_email_verification_sent", {"code": "AAAA-AAAA"}),
    "correcting the address of a sign-up": (
        "account_email_verification_sent", {"action": "change", "email": NEW}
    ),
    "a wrong code": ("prove-address", {"code": "AAAA-AAAA"}),
    "an empty code": ("prove-address", {"code": ""}),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sent", [False, True])
def test_without_the_old_addresss_code_no_way_leads_to_a_new_one(way, sent, page, nadia):
    if sent:
        ask(page)
    before, (name, fields) = nadia.email, WAYS[way]
    page.post(reverse(name), fields)
    add(page)

    nadia.refresh_from_db()
    assert nadia.email == before
    assert not letters_to(NEW) and not EmailAddress.objects.filter(email=NEW).exists()


def test_saying_ones_password_again_is_not_enough(page, nadia):
    page.post(reverse("account_reauthenticate"), {"password": "fort-et-long-42"})
    add(page)

    assert not letters_to(NEW)


def test_the_form_itself_refuses_whatever_leads_to_it(nadia, rf, browser_of):
    from allauth.core import context

    from accounts.users.account_forms import AddEmailForm

    request = rf.post("/")
    request.user, request.session = nadia, browser_of(nadia).session
    with context.request_context(request):
        form = AddEmailForm(user=nadia, data={"email": NEW})
        assert "Donnez d’abord le code" in form.errors["email"][0]


def test_a_code_is_void_after_three_wrong_ones(page, nadia):
    ask(page)
    right = code_to(nadia.email)
    for _attempt in range(3):
        answer = page.post(reverse("prove-address"), {"code": "AAAA-AAAA"})
        assert answer.status_code == 422 and "Ce code n’est pas le bon" in answer.text
    page.post(reverse("prove-address"), {"code": right})
    add(page)

    assert not letters_to(NEW)


def test_a_code_serves_once_and_in_its_own_browser_only(page, nadia, browser_of):
    ask(page)
    right, other = code_to(nadia.email), browser_of(nadia)
    other.post(reverse("prove-address"), {"code": right})
    add(other)
    assert not letters_to(NEW)
    page.post(reverse("prove-address"), {"code": right})
    assert page.post(reverse("prove-address"), {"code": right}).status_code == 422


@pytest.mark.deep
def test_a_code_and_what_it_proved_lapse(page, nadia, monkeypatch):
    ask(page)
    monkeypatch.setattr(email_change, "CODE_LIFETIME", -1)
    page.post(reverse("prove-address"), {"code": code_to(nadia.email)})
    add(page)
    assert not letters_to(NEW)

    monkeypatch.undo()
    cache.clear()
    prove(page, nadia)
    monkeypatch.setattr(email_change, "VERIFICATION_LIFETIME", -1)
    add(page)
    assert not letters_to(NEW)


def test_codes_are_not_asked_for_without_end(page, nadia):
    ask(page)
    answer = page.post(reverse("prove-address"), follow=True)

    assert "Trop de demandes" in answer.text and len(letters_to(nadia.email)) == 1


def test_guesses_are_counted_for_the_person_in_all_their_sessions(nadia, browser_of):
    pages = [browser_of(nadia) for _session in range(5)]
    for page in pages:
        ask(page)
        cache.clear()  # A while later.
    rights = [re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", it.body)[0] for it in mail.outbox]
    for page in pages[:4]:
        for _attempt in range(3):
            page.post(reverse("prove-address"), {"code": "AAAA-AAAA"})

    assert pages[4].post(reverse("prove-address"), {"code": rights[4]}).status_code == 422


def test_the_page_says_what_to_do_when_the_old_address_is_lost(page):
    assert "écrivez à l’équipe d’animation" in page.get(reverse("account_email")).text.lower()


def test_another_persons_address_is_not_told(page, nadia, make_person):
    other = make_person("Paul Autre")
    prove(page, nadia)
    taken, free = add(page, other.email), add(page, NEW)

    assert (taken.status_code, taken.url) == (free.status_code, free.url)


def test_no_button_bears_an_address_which_may_be_longer_than_the_page_is_wide(page, nadia):
    text = page.get(reverse("account_email")).text

    assert f"<b>{nadia.email}</b>" in text
    assert not re.search(r"<button[^<]*@", text)


@pytest.mark.parametrize("name", ["account_email", "prove-address"])
def test_a_guest_is_sent_to_sign_in(name, client):
    assert client.post(reverse(name)).url.startswith(reverse("account_login"))


def test_who_has_lost_the_mailbox_is_told_whom_to_ask(page, nadia, settings):
    address = reverse("account_email")
    settings.FORUM_PUBLISHER = settings.FORUM_PUBLISHER | {"email": ""}
    assert "Adressez-vous à un membre de l’équipe d’animation" in page.get(address).text
    settings.FORUM_PUBLISHER = settings.FORUM_PUBLISHER | {"email": "equipe@exemple.fr"}
    assert 'href="mailto:equipe@exemple.fr"' in page.get(address).text
