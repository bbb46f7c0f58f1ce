"""The charter: who signs what, once, for whom, and what it opens."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.charter.actions import (
    CannotSign,
    VersionSuperseded,
    sign_charter,
    withdraw_signature,
)
from accounts.charter.uploads import UploadedAct
from accounts.models import Organisation, Seat, Signature
from accounts.organisations.actions import end_seat, refuse_seat
from accounts.organisations.lookup import NewOrganisation
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def new(colleges):
    """An organisation that the network does not know."""
    return NewOrganisation("Pays de Rohan", colleges[factories.AUTHORITIES], "56")


def sign(person, version, organisation, **changed):
    """``person`` signs as a mayor would."""
    fields = {
        "position": "Maire",
        "authority": "office",
        "authority_detail": "",
        "typed_name": person.full_name,
    }
    fields |= changed
    return sign_charter(person, version=version, organisation=organisation, **fields)


def test_signing_keeps_who_as_what_for_whom_which_exact_text_and_when(rita, charter, new):
    before = timezone.now()
    signature = sign(rita, charter, new, authority="resolution", authority_detail="n° 4")
    assert signature.person == rita
    assert signature.organisation.name == "Pays de Rohan"
    assert signature.college == new.college
    assert (signature.position, signature.authority) == ("Maire", "resolution")
    assert (signature.authority_detail, signature.typed_name) == ("n° 4", "Rita Nouvelle")
    assert signature.sha256 == hashlib.sha256(charter.text.encode()).hexdigest()
    assert before <= signature.signed_at <= timezone.now()


def test_signing_makes_a_member_whose_seat_waits_for_an_animator(rita, charter, new):
    sign(rita, charter, new)
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY
    assert rita.seats.get().confirmed_at is None


def test_signing_opens_the_college_at_once_where_admission_is_open(
    rita, charter, new, settings
):
    settings.FORUM_ADMISSION = "open"
    sign(rita, charter, new)
    assert viewer_of_person(rita).level == AccessLevel.MEMBER


def test_signing_twice_is_signing_once(rita, charter, new):
    first = sign(rita, charter, new)
    assert sign(rita, charter, first.organisation) == first
    assert Signature.objects.count() == Seat.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"position": "Adjointe"},
        {"authority": "power", "authority_detail": "Mandat"},
        {"act_date": date(2026, 6, 1)},
        {"document": UploadedAct(ContentFile(b"%PDF-", "acte.pdf"), "0" * 64)},
    ],
    ids=["position", "authority", "day", "document"],
)
def test_saying_something_else_where_one_has_signed_is_refused_and_not_dropped(
    rita, charter, new, changed
):
    first = sign(rita, charter, new)
    with pytest.raises(CannotSign, match="déjà signé") as refusal:
        sign(rita, charter, first.organisation, **changed)
    assert refusal.value.field == "organisation"


def test_a_colleague_countersigns_with_a_seat_of_their_own(rita, charter, claire):
    organisation = claire.seats.get().organisation
    sign(rita, charter, organisation)
    assert organisation.seats.count() == 2
    assert organisation.signatures.count() == 2


def test_a_held_seat_is_kept_by_a_new_signature(claire):
    version = factories.create_charter(2)
    seat = claire.seats.get()
    sign(claire, version, seat.organisation)
    assert claire.seats.get() == seat
    assert viewer_of_person(claire).level == AccessLevel.MEMBER


def test_a_mandate_that_ended_is_taken_up_again_by_signing(claire, charter):
    organisation = claire.seats.get().organisation
    claire.seats.update(ended_at=timezone.now())
    sign(claire, charter, organisation)
    assert viewer_of_person(claire).level == AccessLevel.SIGNATORY
    assert claire.seats.count() == 2


def test_signing_a_new_version_says_when_the_mandate_ends_but_no_later_than_others_said(
    claire, lucie
):
    organisation, now = claire.seats.get().organisation, timezone.now()
    for number, days, ends in [(2, 90, 90), (3, 120, 120), (4, 30, 30), (5, 60, 40)]:
        if number == 5:
            end_seat(claire.seats.get(), lucie, now + timedelta(days=40))
        version = factories.create_charter(number, is_substantive=False)
        sign(claire, version, organisation, until=now + timedelta(days=days))
        assert claire.seats.get().ended_at == now + timedelta(days=ends)
    sign(claire, factories.create_charter(6), organisation)
    assert claire.seats.get().ended_at == now + timedelta(days=40)


def test_a_refused_seat_is_not_taken_again_by_signing(rita, charter, new, lucie):
    organisation = sign(rita, charter, new).organisation
    refuse_seat(rita.seats.get(), lucie, "Adresse inconnue.")
    with pytest.raises(CannotSign, match="Adresse inconnue"):
        sign(rita, charter, organisation)
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED


def test_an_old_refusal_is_over_once_the_person_was_accepted(rita, charter, new, lucie):
    organisation = sign(rita, charter, new).organisation
    refuse_seat(rita.seats.get(), lucie, "Adresse inconnue.")
    factories.create_seat(rita, factories.AUTHORITIES, organisation=organisation, signed=False)
    end_seat(rita.seats.last(), rita)
    sign(rita, charter, organisation)
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY


@pytest.mark.parametrize("joined", ["withdrawn", "of another version", "of another town"])
def test_one_joins_a_signature_that_stands_of_this_version_and_organisation(
    rita, charter, claire, jeanne, joined
):
    organisation, other = claire.seats.get().organisation, claire.signatures.get()
    if joined == "withdrawn":
        withdraw_signature(other, claire)
    if joined == "of another version":
        charter = factories.create_charter(2)
    if joined == "of another town":
        other = jeanne.signatures.get()
    with pytest.raises(CannotSign, match="rejoindre"):
        sign(rita, charter, organisation, authority="countersignature", countersigns=other)
    assert not rita.seats.exists()


def test_only_the_newest_version_is_signed(rita, charter, new):
    factories.create_charter(2, is_substantive=False)
    with pytest.raises(VersionSuperseded):
        sign(rita, charter, new)
    assert not Organisation.objects.exists()


def test_a_version_is_signed_from_the_day_of_its_adoption(rita, charter, new):
    tomorrow = timezone.localdate() + timedelta(days=1)
    coming = factories.create_charter(2, adopted_on=tomorrow)
    with pytest.raises(VersionSuperseded):
        sign(rita, coming, new)
    assert sign(rita, charter, new).version == charter


@pytest.mark.parametrize("fall", [{"suspended_at": timezone.now()}, {"is_active": False}])
def test_a_suspended_or_closed_account_signs_nothing(make_person, charter, new, fall):
    person = make_person("Serge", **fall)
    with pytest.raises(PermissionDenied):
        sign(person, charter, new)
    assert not Signature.objects.exists()


def test_a_known_organisation_is_not_signed_for_in_another_college(
    rita, charter, claire, colleges
):
    known = claire.seats.get().organisation
    with pytest.raises(CannotSign) as refusal:
        sign(
            rita,
            charter,
            NewOrganisation(known.name.upper(), colleges[factories.SUPPORT], "22"),
        )
    assert refusal.value.field == "college"
    assert not rita.seats.exists()


def test_two_names_that_make_one_address_are_two_organisations(rita, charter, colleges):
    college = colleges[factories.SUPPORT]
    one = sign(rita, charter, NewOrganisation("L’Énergie", college, "22")).organisation
    two = sign(rita, charter, NewOrganisation("Lénergie", college, "22")).organisation
    assert one != two
    assert one.slug != two.slug


@pytest.mark.django_db(transaction=True)
def test_two_people_who_found_one_organisation_at_once_sign_for_the_same(
    make_person, charter, new
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    people = [make_person(f"Personne {n}") for n in range(4)]

    def signing(person):
        try:
            return sign(person, charter, new).organisation_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(signing, people))) == 1
    assert Signature.objects.count() == Seat.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_one_person_who_signs_twice_at_once_signs_once(rita, charter, new):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")

    def signing(_number):
        try:
            return sign(rita, charter, new).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(signing, range(4)))) == 1
    assert Seat.objects.count() == 1


def test_a_text_once_saved_does_not_change(charter):
    charter.text += "Un mot."
    with pytest.raises(ValidationError):
        charter.save()


def test_withdrawing_shuts_at_once_and_keeps_the_trace(claire):
    signature = claire.signatures.get()
    withdraw_signature(signature, claire)
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED
    assert Signature.objects.get().withdrawn_at


def test_withdrawing_takes_back_older_versions_too(claire):
    organisation = claire.seats.get().organisation
    newer = factories.sign_charter(
        claire, organisation, factories.create_charter(2, is_substantive=False)
    )
    withdraw_signature(newer, claire)
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED


def test_withdrawing_twice_keeps_the_first_time(claire):
    signature = claire.signatures.get()
    first = withdraw_signature(signature, claire).withdrawn_at
    assert withdraw_signature(signature, claire).withdrawn_at == first


def test_nobody_withdraws_the_signature_of_another(claire, jeanne, lucie):
    for other in (jeanne, lucie):
        with pytest.raises(PermissionDenied):
            withdraw_signature(claire.signatures.get(), other)
    assert viewer_of_person(claire).level == AccessLevel.MEMBER


def test_one_signs_again_after_withdrawing(claire, charter):
    withdraw_signature(claire.signatures.get(), claire)
    sign(claire, charter, claire.seats.get().organisation)
    assert viewer_of_person(claire).level == AccessLevel.MEMBER
    assert claire.signatures.count() == 2
