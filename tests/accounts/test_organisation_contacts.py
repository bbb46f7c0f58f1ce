"""Who decides for an organisation, whatever becomes of its contact; where one comes back."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.admission.actions import verify_domain
from accounts.charter.actions import withdraw_signature
from accounts.models import EmailDomain, Organisation, Seat
from accounts.organisations.actions import confirm_seat, set_contact
from accounts.organisations.queries import contact_seats, is_contact
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(make_person, town):
    """Make one more who sits in Claire's organisation, or asks to."""

    def make(name, **fields):
        person = make_person(name)
        factories.create_seat(person, factories.AUTHORITIES, organisation=town, **fields)
        return person

    return make


@pytest.fixture
def olive(colleague):
    """Who was confirmed in Claire's organisation next."""
    return colleague("Olive Ensuite")


@pytest.fixture
def mona(colleague, olive):
    """Who asks for a seat there."""
    return colleague("Mona Patiente", confirmed=False)


def fall(person, how):
    """``person`` cannot decide any more, and nobody did anything about it."""
    now = timezone.now()
    if how == "ended":
        person.seats.update(ended_at=now)
    if how == "withdrawn":
        withdraw_signature(person.signatures.get(), person)
    if how == "suspended":
        type(person).objects.filter(pk=person.pk).update(suspended_at=now)
    if how == "inactive":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()


@pytest.mark.parametrize("how", ["ended", "withdrawn", "suspended", "inactive"])
def test_who_was_confirmed_first_decides_where_no_contact_is_left(
    how, claire, olive, mona, colleague, town
):
    pia = colleague("Pia Encore")
    fall(claire, how)
    assert [seat.person for seat in contact_seats(town)] == [olive]
    assert [is_contact(one, town) for one in (claire, olive, pia, mona)] == [0, 1, 0, 0]
    for other in (claire, pia):
        with pytest.raises(PermissionDenied):
            confirm_seat(mona.seats.get(), other)
    assert confirm_seat(mona.seats.get(), olive).confirmed_by == olive
    assert viewer_of_person(mona).level == AccessLevel.MEMBER


def test_a_contact_who_may_act_again_decides_again_alone(claire, olive, town):
    fall(claire, "suspended")
    type(claire).objects.update(suspended_at=None)
    assert is_contact(claire, town) and not is_contact(olive, town)


def test_who_waits_lapses_or_is_suspended_never_decides_by_being_first(
    claire, colleague, town, make_person
):
    claire.seats.update(ended_at=timezone.now())
    for n, fields in enumerate([{"confirmed": False}, {"signed": False}]):
        assert not is_contact(colleague(f"Élu {n}", **fields), town)
    fall(suspended := colleague("Serge"), "suspended")
    assert not is_contact(suspended, town) and not contact_seats(town).exists()


def test_pages_know_whoever_decides_today(claire, olive, mona, town, browser_of):
    page, desk = browser_of(olive), reverse("organisation-seats", args=[town.slug])
    assert page.get(desk).status_code == 404
    claire.seats.update(ended_at=timezone.now())
    shown = page.get(desk)
    assert "Mona Patiente" in shown.text and '<span class="chip">contact</span>' in shown.text
    assert desk in page.get(town.get_absolute_url()).text
    inbox = page.get(reverse("inbox"), {"voir": "tout"}).text  # The desk was read by then.
    assert "Mona Patiente demande un siège" in inbox


def test_who_decides_unnamed_and_names_another_goes_on_deciding(claire, olive, mona, town):
    claire.seats.update(ended_at=timezone.now())
    confirm_seat(mona.seats.get(), olive)
    with pytest.raises(PermissionDenied, match="autre contact"):
        set_contact(olive.seats.get(), olive, False)
    set_contact(mona.seats.get(), olive, True)
    assert is_contact(mona, town) and is_contact(olive, town)
    set_contact(olive.seats.get(), olive, False)
    assert is_contact(mona, town) and not is_contact(olive, town)


def test_a_suspended_person_is_not_made_the_first_contact(lucie, make_person, claire):
    town = Organisation.objects.create(
        slug="neuve", name="Neuve", college=claire.seats.get().organisation.college
    )
    people = [make_person("Aa Suspendu"), make_person("Bb Libre")]
    for person in people:
        factories.create_seat(person, factories.AUTHORITIES, organisation=town, confirmed=False)
        EmailAddress.objects.create(user=person, email=f"p{person.pk}@neuve.fr", verified=True)
    fall(people[0], "suspended")
    declared = EmailDomain.objects.create(
        organisation=town, domain="neuve.fr", declared_by=claire
    )
    verify_domain(declared, lucie)
    assert [s.is_contact for s in Seat.objects.filter(organisation=town)] == [False, True]
    type(claire).objects.update(suspended_at=None)
    assert [seat.person for seat in contact_seats(town)] == [people[1]]


def test_who_withdrew_asks_nobody_any_more(claire, lucie, mona, town, browser_of):
    desk = reverse("organisation-seats", args=[town.slug])
    inbox = f"{reverse('inbox')}?voir=tout"  # What is read is listed, too.
    pages = [(claire, desk), (claire, inbox), (lucie, reverse("seats"))]
    assert all("Mona Patiente" in browser_of(who).get(page).text for who, page in pages)
    withdraw_signature(mona.signatures.get(), mona)
    assert not any("Mona Patiente" in browser_of(who).get(page).text for who, page in pages)
    EmailAddress.objects.create(user=mona, email="mona@mairie-x.fr", verified=True)
    declared = EmailDomain.objects.create(organisation=town, domain="mairie-x.fr")
    verify_domain(declared, lucie)
    assert mona.seats.get().confirmed_at is None


def test_only_mandates_that_were_confirmed_are_handed_over(claire, mona, town, browser_of):
    mona.seats.update(ended_at=timezone.now())
    page = browser_of(claire).get(reverse("organisation-seats", args=[town.slug])).text
    assert reverse("handover", args=[mona.seats.get().pk]) not in page
    mona.seats.update(confirmed_at=timezone.now())
    page = browser_of(claire).get(reverse("organisation-seats", args=[town.slug])).text
    assert reverse("handover", args=[mona.seats.get().pk]) in page


# Where one comes back


def test_who_gives_up_deciding_comes_back_to_a_page_of_theirs(claire, olive, town, browser_of):
    set_contact(olive.seats.get(), claire, True)
    sent = {"contact": "0", "return_to": town.slug}
    address = reverse("set-contact", args=[claire.seats.get().pk])
    answer = browser_of(claire).post(address, sent, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("account")
    assert "n’a plus" in answer.text


@pytest.mark.parametrize("desk", ["organisation", "animators"])
def test_a_refusal_that_comes_too_late_says_why_and_gives_the_reason_back(
    desk, claire, lucie, mona, town, browser_of
):
    seat, by = mona.seats.get(), claire if desk == "organisation" else lucie
    confirm_seat(seat, lucie)
    sent = {f"seat-{seat.pk}-reason": "Un long motif écrit."}
    sent |= {"return_to": town.slug} if desk == "organisation" else {}
    answer = browser_of(by).post(reverse("refuse-seat", args=[seat.pk]), sent)
    assert answer.status_code == 403
    assert "déjà confirmé" in answer.text and "Un long motif écrit." in answer.text
    assert ("Les sièges de" if desk == "organisation" else "Sièges à confirmer") in answer.text


def test_a_domain_refused_too_late_gives_the_reason_back(claire, lucie, town, browser_of):
    declared = EmailDomain.objects.create(
        organisation=town, domain="mairie-x.fr", verified_at=timezone.now()
    )
    sent = {f"domain-{declared.pk}-reason": "Un long motif écrit."}
    answer = browser_of(lucie).post(reverse("refuse-domain", args=[declared.pk]), sent)
    assert answer.status_code == 403
    assert "déjà vérifié" in answer.text and "Un long motif écrit." in answer.text


@pytest.mark.parametrize("name", ["confirm-seat", "refuse-seat", "set-contact", "end-seat"])
@pytest.mark.parametrize("from_desk", [True, False])
def test_a_press_after_the_session_ended_leads_to_a_page_that_has_the_button(
    name, from_desk, claire, lucie, mona, town, browser_of
):
    client, by = browser_of(None), claire if from_desk else lucie
    sent = {"return_to": town.slug} if from_desk else {}
    answer = client.post(reverse(name, args=[mona.seats.get().pk]), sent)
    client.force_login(by)
    shown = client.get(next_of(answer))
    assert shown.status_code == 200 and "Mona Patiente" in shown.text
    mona.seats.get().refresh_from_db()
    assert mona.seats.get().confirmed_at is None


def test_sponsoring_after_the_session_ended_leads_to_who_waits(claire, town, browser_of):
    client = browser_of(None)
    answer = client.post(reverse("sponsor", args=[town.slug]))
    client.force_login(claire)
    assert client.get(next_of(answer)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "field", "typed"),
    [("invite", "email", "adjointe@mairie-x.fr"), ("declare-domain", "domain", "mairie-x.fr")],
)
def test_what_was_typed_on_an_organisation_s_page_outlives_the_session(
    asked, field, typed, claire, town, browser_of
):
    client, address = browser_of(None), reverse("organisation-seats", args=[town.slug])
    answer = client.post(address, {"operation": asked, field: typed})
    assert next_of(answer) == address
    client.force_login(claire)
    assert f'value="{typed}"' in client.get(address).text
    assert f'value="{typed}"' not in client.get(address).text  # Once.


def test_the_day_typed_for_the_end_of_a_mandate_outlives_the_session(claire, browser_of):
    client, seat = browser_of(None), claire.seats.get()
    day = (timezone.localdate() + timedelta(days=40)).isoformat()
    answer = client.post(reverse("end-seat", args=[seat.pk]), {"day": day})
    client.force_login(claire)
    assert f'value="{day}"' in client.get(next_of(answer)).text
    assert claire.seats.get().ended_at is None


def next_of(answer):
    """Where sign-in leads."""
    assert answer.status_code == 302 and "/compte/login/" in answer.url
    return answer.url.partition("next=")[2]


# Sponsoring


def test_a_second_voice_of_an_organisation_is_told_that_it_has_spoken(
    claire, olive, make_person, browser_of
):
    person = make_person("Nora Nouvelle", factories.AUTHORITIES)
    new = person.seats.get().organisation
    Organisation.objects.filter(pk=new.pk).update(admitted_at=None, needs_sponsors=True)
    for who, words in [(claire, "est noté"), (olive, "a déjà parrainé"), (claire, "est noté")]:
        answer = browser_of(who).post(reverse("sponsor", args=[new.slug]), follow=True)
        assert words in answer.text
    assert new.sponsorships.count() == 1


# Inviting


def test_nobody_is_drowned_in_invitations_and_the_address_stays(claire, town, browser_of):
    page, address = browser_of(claire), reverse("organisation-seats", args=[town.slug])
    sent = {"operation": "invite", "email": "Adjointe@mairie-x.fr"}
    for _time in range(3):
        assert page.post(address, sent).status_code == 302
    answer = page.post(address, sent | {"email": "adjointe@mairie-x.fr"})
    assert answer.status_code == 429
    assert "Réessayez dans" in answer.text and 'value="adjointe@mairie-x.fr"' in answer.text
    assert len(mail.outbox) == 3
    assert page.post(address, sent | {"email": "autre@mairie-x.fr"}).status_code == 302


def test_one_person_invites_so_many_an_hour_and_no_more(claire, town, browser_of):
    page, address = browser_of(claire), reverse("organisation-seats", args=[town.slug])
    for n in range(40):
        sent = {"operation": "invite", "email": f"p{n}@mairie-x.fr"}
        assert page.post(address, sent).status_code == 302, n
    answer = page.post(address, {"operation": "invite", "email": "encore@mairie-x.fr"})
    assert answer.status_code == 429 and len(mail.outbox) == 40
