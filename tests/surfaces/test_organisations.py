"""Organisations, their seats, their contacts and those who animate the network."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.charter.drafts.actions import save_draft
from accounts.charter.signing_requests.models import SigningRequest
from accounts.models import (
    CharterVersion,
    EmailDomain,
    Organisation,
    SignedVersion,
)
from accounts.organisations.actions import end_seat
from tests.factories import AUTHORITIES, create_seat
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import (
    ANIMATE,
    BY_LINK,
    DRAFT,
    MEMBERS,
    SIGNATORIES,
    SPEAKERS_GET,
    SPEAKERS_POST,
)


@pytest.mark.deep
@for_each_role
def test_an_organisation_that_is_not_admitted_is_there_for_its_people_and_sponsors(
    role, people, client_of
):
    one = people.waiting.seats.get().organisation
    Organisation.objects.filter(pk=one.pk).update(admitted_at=None, needs_sponsors=True)
    client = client_of(role)

    answer, missing = (client.get(f"/organisations/{it}/") for it in (one.slug, "rien"))

    if role in SIGNATORIES:  # Its own seat, or one to sponsor by.
        assert answer.status_code == 200 and "pas encore admise" in answer.text
    else:
        assert answer.status_code == 404 and body(answer) == body(missing)


@pytest.mark.deep
@for_each_role
def test_an_organisation_whose_first_seat_waits_is_there_for_its_people_and_animators(
    role, people, client_of
):
    one = people.waiting.seats.get().organisation
    Organisation.objects.filter(pk=one.pk).update(admitted_at=None)
    SignedVersion.objects.filter(pk=one.pk).update(was_admitted=False)
    client = client_of(role)

    answer, missing = (client.get(f"/organisations/{it}/") for it in (one.slug, "rien"))

    if role in ANIMATE | {"waiting"}:
        assert answer.status_code == 200 and "Cette organisation est nouvelle" in answer.text
    else:
        assert answer.status_code == 404 and body(answer) == body(missing)
    for name in ("organisations", "signatories", "territories", "home", "candidates"):
        assert one.name not in client.get(reverse(name)).text, name


@for_each_role
def test_where_an_organisation_acts_and_its_logo_are_for_its_people_to_choose(
    role, people, client_of
):
    client = client_of(role)
    organisation = people.authorities.seats.get().organisation

    shown = [client.get(reverse(name, args=[organisation.slug])) for name in SPEAKERS_GET]
    sent = [client.post(reverse(name, args=[organisation.slug])) for name in SPEAKERS_POST]

    statuses = [answer.status_code for answer in [*shown, *sent]]
    if role in {"authorities"} | ANIMATE:
        assert statuses == [200, 200, 302, 422, 404, 422]
    else:
        assert set(statuses) == {302 if role == "guest" else 403}


@for_each_role
def test_the_animators_pages_do_not_exist_for_others(role, people, client_of):
    client = client_of(role)
    seat = people.waiting.seats.get()

    page = client.get(reverse("seats"))
    guide = client.get(reverse("animator-guide"))
    confirm = client.post(reverse("confirm-seat", args=[seat.pk]))

    assert guide.status_code == page.status_code
    if role in ANIMATE:
        assert page.status_code == 200 and "Mina Attente" in page.content.decode()
        assert confirm.status_code == 302
    else:
        assert page.status_code == 404
        assert confirm.status_code == (302 if role == "guest" else 404)  # To sign in.
        refuse = client.post(reverse("refuse-seat", args=[seat.pk]), {"reason": "Non"})
        assert refuse.status_code == confirm.status_code
        shown = client.get(reverse("end-seat", args=[seat.pk]))  # Its holder may, too.
        assert shown.status_code == {"guest": 302, "waiting": 200}.get(role, 404)
        end = client.post(reverse("end-seat", args=[seat.pk]))
        assert end.status_code == (302 if role in {"guest", "waiting"} else 404)
        seat.refresh_from_db()
        assert seat.confirmed_at is None


@pytest.mark.deep
@for_each_role
def test_what_animators_do_is_not_there_for_others(role, people, charter, client_of):
    client, town = client_of(role), people.waiting.seats.get().organisation
    draft = save_draft(people.animator, **DRAFT)
    declared = EmailDomain.objects.create(organisation=town, domain="mairie.example")
    pages = [("charter-drafts", []), ("new-charter-draft", []), ("charter-draft", [draft.pk]),
             ("charter-draft-preview", [draft.pk])]  # fmt: skip
    acts = [("charter-draft-preview", [draft.pk]), ("drop-charter-draft", [draft.pk]),
            ("verify-domain", [declared.pk]), ("refuse-domain", [declared.pk]),
            ("admit-organisation", [town.slug])]  # fmt: skip

    for name, args in pages:
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == (200 if role in ANIMATE else 404), name
    if role not in ANIMATE:
        for name, args in acts:
            expected = 302 if role == "guest" else 404  # To sign in, whatever is there.
            assert client.post(reverse(name, args=args)).status_code == expected, name
        assert not CharterVersion.objects.filter(name=draft.name).exists()


@pytest.mark.deep
@for_each_role
def test_what_a_contact_does_is_not_there_for_others(role, people, client_of):
    person, client = getattr(people, role), client_of(role)
    seat = people.authorities.seats.get()  # Claire is the contact of her organisation.
    seat.is_contact = True
    seat.save()
    colleague = create_seat(people.former, AUTHORITIES, organisation=seat.organisation)
    left = create_seat(people.registered, AUTHORITIES, organisation=seat.organisation)
    end_seat(left, people.registered)
    may = role in {"authorities"} | ANIMATE
    signature = people.authorities.signatures.get()

    page = client.get(reverse("organisation-seats", args=[seat.organisation.slug]))
    assert page.status_code == (200 if may else 302 if person is None else 404)
    contact = client.post(reverse("set-contact", args=[colleague.pk]), {"contact": "1"})
    assert contact.status_code == (302 if may or person is None else 404)
    for name, args, own in [
        ("handover", [left.pk], {"registered"}), ("receipt", [signature.pk], {"authorities"}),
    ]:  # fmt: skip
        answer, missing = (client.get(reverse(name, args=it)) for it in (args, [9_999_999]))
        if person is None:
            assert answer.status_code == missing.status_code == 302
        elif may or role in own:
            assert answer.status_code == 200
        else:
            assert answer.status_code == missing.status_code == 404
            assert body(answer) == body(missing)


@for_each_role
def test_sponsoring_is_for_members(role, people, client_of):
    person, client = getattr(people, role), client_of(role)

    answer = client.get(reverse("candidates"))

    assert answer.status_code == (200 if role in MEMBERS else 302 if person is None else 404)
    town = people.waiting.seats.get().organisation
    sponsored = client.post(reverse("sponsor", args=[town.slug]))
    if role not in MEMBERS:
        assert sponsored.status_code == (302 if person is None else 404)


@pytest.mark.deep
@for_each_role
def test_a_signing_request_is_for_who_has_its_address_and_a_link_that_is_none_says_nothing(
    role, people, client_of
):
    client, person = client_of(role), getattr(people, role)
    college = people.authorities.seats.get().organisation.college
    asked = SigningRequest.objects.create(
        preparer=people.registered, organisation_name="Saint-Éloi", position="Maire",
        college=college, full_name="Édith Maréchal", email="e@exemple.fr",
        authority="office", expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip

    shown = client.get(asked.get_absolute_url())
    nothing = [client.get(reverse(name, args=["1-1.mot"])).status_code for name in BY_LINK]
    acts = [client.post(reverse(f"{act}-signing-request", args=[asked.pk])).status_code
            for act in ("renew", "withdraw")]  # fmt: skip

    assert shown.status_code == (200 if person is None else 403)
    assert ("Saint-Éloi" in shown.text) == (person is None)
    assert nothing == [410, 404, 404, 404]
    assert set(acts) == {302 if role in ("guest", "registered") else 404}
    assert SigningRequest.objects.exists() == (role != "registered")


@pytest.mark.deep
@for_each_role
def test_who_may_start_threads_puts_questions_and_others_are_led_on(role, people, client_of):
    client, asked = client_of(role), people.projects
    organisation = asked.seats.get().organisation
    territory = organisation.territories.get()
    new, things = reverse("new-thread"), (asked, organisation, territory)
    person = f"person-{asked.pk}"
    values = person, f"organisation-{organisation.slug}", f"territory-{territory.slug}"
    pages = [client.get(it.get_absolute_url()).text for it in things]
    buttons = [f'"{new}?addressee={values[n]}"' in pages[n] for n in range(3)]
    assert buttons == [role in MEMBERS - {"projects"}, *[role != "suspended"] * 2]

    for value in values:
        answer = client.get(new, {"addressee": value})
        if role in MEMBERS:
            is_own = role == "projects" and value.startswith("person")
            assert ("Question pour <b>" in answer.text) is not is_own
        elif role == "suspended":
            assert answer.status_code == 403
        else:
            start = "/compte/login/" if role == "guest" else "/charte/"
            if role == "waiting":
                assert answer["Location"] == reverse("joining-steps")
                continue
            assert answer["Location"].startswith(f"{start}?next=")
            assert quote(f"?addressee={value}") in answer["Location"]
