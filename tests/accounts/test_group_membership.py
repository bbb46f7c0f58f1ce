"""Coming into a working group and leaving it: one outcome, whoever decides and when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.groups import actions
from accounts.groups.actions import CannotJoin
from accounts.groups.models import JoinPolicy
from accounts.groups.queries import (
    MAX_SUGGESTIONS,
    eligible_people,
    find_eligible_by_address,
    find_people_by_name,
    has_active_members,
)
from accounts.groups.rules import current_contact
from accounts.models import GroupEntry, Seat, User, WorkingGroup
from accounts.viewers.viewers import viewer_of_person
from tests import factories
from tests.accounts.group_helpers import is_in

pytestmark = pytest.mark.django_db


def archive(group):
    group.ends_at = timezone.now()
    group.save()


def test_who_asks_waits_until_the_contact_lets_them_in(group, claire, jeanne):
    entry = actions.request_to_join(group, jeanne, "J’ai un contrat à montrer.")
    assert not is_in(jeanne, group)

    assert actions.answer_request(entry, claire, accepted=True).outcome == "accepted"
    assert is_in(jeanne, group)


def test_asking_twice_is_one_request(group, jeanne):
    assert actions.request_to_join(group, jeanne) == actions.request_to_join(
        group, jeanne, "Encore"
    )


def test_a_refusal_bears_a_reason(group, claire, jeanne):
    entry = actions.request_to_join(group, jeanne)
    with pytest.raises(CannotJoin):
        actions.answer_request(entry, claire, accepted=False, reason="  ")

    actions.answer_request(entry, claire, accepted=False, reason="Le groupe est au complet.")
    assert GroupEntry.objects.get().reason == "Le groupe est au complet."
    assert not is_in(jeanne, group)


def test_what_is_decided_stays_so(group, claire, jeanne):
    entry = actions.request_to_join(group, jeanne)
    first = actions.answer_request(entry, claire, accepted=True)
    assert actions.answer_request(entry, claire, accepted=True).decided_at == first.decided_at

    with pytest.raises(CannotJoin, match="déjà accepté"):
        actions.answer_request(entry, claire, accepted=False, reason="Trop tard")
    assert is_in(jeanne, group)


def test_who_was_refused_may_ask_again(group, claire, jeanne):
    entry = actions.request_to_join(group, jeanne)
    actions.answer_request(entry, claire, accepted=False, reason="Pas encore.")

    assert actions.request_to_join(group, jeanne) != entry


def test_a_group_on_invitation_takes_no_request(group, jeanne):
    WorkingGroup.objects.update(join_policy=JoinPolicy.INVITATION)
    with pytest.raises(CannotJoin, match="sur invitation"):
        actions.request_to_join(group, jeanne)


def test_an_action_says_whether_it_changed_anything(group, claire, jeanne, lucie):
    asked = actions.request_to_join(group, jeanne)
    assert asked.just_changed and not actions.request_to_join(group, jeanne).just_changed
    assert actions.answer_request(asked, claire, accepted=True).just_changed
    assert not actions.answer_request(asked, claire, accepted=True).just_changed
    assert actions.invite(group, claire, lucie).just_changed
    assert not actions.invite(group, claire, lucie).just_changed


def test_each_is_told_of_what_is_decided_in_their_own_words(group, claire, jeanne):
    asked = actions.request_to_join(group, jeanne)
    actions.answer_request(asked, claire, accepted=True)
    with pytest.raises(CannotJoin, match="vous êtes dans le groupe"):
        actions.withdraw_entry(asked, jeanne)

    passed = actions.invite_address(group, claire, "personne@exemple.fr")
    GroupEntry.objects.filter(pk=passed.pk).update(expires_at=timezone.now())
    with pytest.raises(CannotJoin, match="a déjà expiré"):
        actions.withdraw_entry(passed, claire)


def test_what_was_let_pass_is_written_so_when_another_takes_its_place(group, claire, jeanne):
    first = actions.invite(group, claire, jeanne)
    GroupEntry.objects.update(expires_at=timezone.now())
    WorkingGroup.objects.update(join_policy=JoinPolicy.INVITATION)
    with pytest.raises(CannotJoin):
        actions.request_to_join(group, jeanne)
    actions.invite(group, claire, jeanne)

    first.refresh_from_db()
    assert first.outcome == GroupEntry.Outcome.EXPIRED


def test_a_group_that_nobody_is_in_takes_no_request(group, enclosed, claire, jeanne):
    def has_members():
        return WorkingGroup.objects.filter(has_active_members(), pk=group.pk).exists()

    assert has_members()
    factories.create_seat(claire, factories.PROJECTS)
    claire.seats.filter(organisation__college=enclosed.college).update(ended_at=timezone.now())
    assert not has_members()  # It is of a college, and she is of another.
    WorkingGroup.objects.update(college=None)
    assert has_members()
    type(claire).objects.filter(pk=claire.pk).update(suspended_at=timezone.now())
    assert not has_members()
    with pytest.raises(CannotJoin, match="plus personne"):
        actions.request_to_join(group, jeanne)


def test_a_contact_is_one_while_they_are_in_the_group(group, claire):
    assert current_contact(WorkingGroup.objects.get()) == claire
    claire.seats.update(ended_at=timezone.now())
    assert current_contact(WorkingGroup.objects.get()) is None


def test_who_asked_and_is_invited_is_in_and_so_is_who_is_invited_and_asks(
    group, claire, jeanne, lucie
):
    actions.request_to_join(group, jeanne)
    actions.invite(group, claire, jeanne)
    actions.invite(group, claire, lucie)
    actions.request_to_join(group, lucie)

    assert is_in(jeanne, group) and is_in(lucie, group)
    assert not GroupEntry.objects.pending().exists()


def test_only_who_leads_the_group_lets_people_in(group, claire, jeanne, lucie):
    entry = actions.request_to_join(group, jeanne)
    for somebody in (jeanne, lucie):  # An animator who is not in it leads nothing.
        with pytest.raises(CannotJoin, match="contact"):
            actions.answer_request(entry, somebody, accepted=True)
        with pytest.raises(CannotJoin, match="contact"):
            actions.invite(group, somebody, lucie)

    factories.join_group(lucie, group)
    actions.answer_request(entry, lucie, accepted=True)
    assert is_in(jeanne, group)


def test_a_group_of_a_college_admits_only_those_confirmed_in_it(
    enclosed, claire, jeanne, make_person
):
    waiting = make_person("Mina", factories.AUTHORITIES, confirmed=False)
    for person in (jeanne, waiting):
        with pytest.raises(CannotJoin):
            actions.request_to_join(enclosed, person)
        with pytest.raises(CannotJoin, match="siège confirmé"):
            actions.invite(enclosed, claire, person)
    anne = make_person("Anne", factories.AUTHORITIES)
    actions.answer_invitation(actions.invite(enclosed, claire, anne), anne, accepted=True)

    assert is_in(anne, enclosed)


def test_who_leaves_the_college_reads_its_group_no_more(enclosed, claire):
    factories.create_seat(claire, factories.PROJECTS)
    assert is_in(claire, enclosed)

    college = enclosed.college
    claire.seats.filter(organisation__college=college).update(ended_at=timezone.now())
    assert not is_in(claire, enclosed)


def test_who_lost_the_right_meanwhile_is_not_let_in(group, claire, jeanne):
    invited, asked = actions.invite(group, claire, jeanne), None
    jeanne.signatures.update(withdrawn_at=timezone.now())

    with pytest.raises(CannotJoin):
        actions.answer_invitation(invited, jeanne, accepted=True)
    jeanne.signatures.update(withdrawn_at=None)
    actions.withdraw_entry(invited, claire)
    asked = actions.request_to_join(group, jeanne)
    jeanne.signatures.update(withdrawn_at=timezone.now())
    with pytest.raises(CannotJoin, match="pas membre"):
        actions.answer_request(asked, claire, accepted=True)


def test_an_archived_group_admits_nobody(group, claire, jeanne, lucie):
    entry, asked = actions.invite(group, claire, jeanne), actions.request_to_join(group, lucie)
    archive(group)

    for attempt in (
        lambda: actions.answer_invitation(entry, jeanne, accepted=True),
        lambda: actions.answer_request(asked, claire, accepted=True),
        lambda: actions.invite(group, claire, lucie),
    ):
        with pytest.raises(CannotJoin, match="archivé"):
            attempt()


def test_the_contact_hands_over_before_leaving(group, claire, jeanne):
    factories.join_group(jeanne, group)
    with pytest.raises(CannotJoin, match="Passez d’abord le relais"):
        actions.leave_group(group, claire)

    actions.transfer_contact(group, claire, jeanne)
    actions.leave_group(group, claire)
    assert not is_in(claire, group)
    assert WorkingGroup.objects.get().contact == jeanne


def test_the_contact_is_handed_by_who_leads_to_who_is_in(group, claire, jeanne, lucie):
    factories.join_group(jeanne, group)
    with pytest.raises(CannotJoin):
        actions.transfer_contact(group, jeanne, jeanne)
    with pytest.raises(CannotJoin, match="dans le groupe"):
        actions.transfer_contact(group, claire, lucie)


def test_a_group_whose_contact_has_left_the_network_finds_another(group, claire, jeanne):
    factories.join_group(jeanne, group)
    claire.seats.update(ended_at=timezone.now())

    actions.transfer_contact(group, jeanne, jeanne)
    assert WorkingGroup.objects.get().contact == jeanne


def test_an_archived_group_is_known_as_such_from_its_end_on(group, claire):
    WorkingGroup.objects.update(ends_at=timezone.now() + timedelta(hours=1))
    assert viewer_of_person(claire).archived_group_ids == frozenset()
    archive(group)

    viewer = viewer_of_person(claire)
    assert viewer.group_ids == viewer.archived_group_ids == {group.pk}


def test_one_is_in_several_groups(group, claire):
    other = WorkingGroup.objects.create(slug="autre", name="Autre", ends_at=timezone.now())
    factories.join_group(claire, other)

    viewer = viewer_of_person(claire)
    assert viewer.group_ids == {group.pk, other.pk}
    assert viewer.archived_group_ids == {other.pk}


def test_people_are_found_by_name_however_it_is_spelled_and_by_their_address(
    claire, jeanne, make_person
):
    make_person("Éloïse Févre", factories.SUPPORT)
    waiting = make_person("Mina Attente", factories.SUPPORT, confirmed=False)
    make_person("Rita Inscrite")

    def found(words):
        return [one.full_name for one in find_people_by_name(words, eligible_people())]

    assert found("eloise fevre") == found("FÉVRE") == ["Éloïse Févre"]
    assert found("le bihan") == ["Claire Le Bihan"]
    assert find_eligible_by_address("CLAIRE.LE.BIHAN@exemple.fr") == claire
    assert found("mina") == []  # No member before the seat is confirmed,
    assert find_eligible_by_address(waiting.email) is None  # whoever has the address.
    assert found("rita") == found("%") == found("") == []
    assert find_eligible_by_address("rita.inscrite@exemple.fr") is None


def test_a_name_is_found_however_many_come_before_it(make_person):
    last = make_person("Zoé Anne", factories.SUPPORT)
    seat, now = last.seats.get(), timezone.now()
    many = User.objects.bulk_create(
        User(email=f"{n}@exemple.fr", full_name="Anne", folded_name=f"anne {n}")
        for n in range(20 * MAX_SUGGESTIONS)
    )
    Seat.objects.bulk_create(
        Seat(person=one, organisation=seat.organisation, confirmed_at=now) for one in many
    )

    assert len(find_people_by_name("anne", User.objects.all())) == MAX_SUGGESTIONS
    assert find_people_by_name("anne 7", User.objects.all()) == [
        many[7]
    ]  # And not those of 70 to 79.
    assert find_people_by_name("ZOE", User.objects.all()) == [last]


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="one writer")
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_have_one_outcome(group, claire, jeanne, lucie):
    factories.join_group(lucie, group)
    entry = actions.request_to_join(group, jeanne)

    gate = Barrier(2)

    def decide(by, **answer):
        gate.wait()
        try:
            return actions.answer_request(entry, by, **answer)
        except CannotJoin as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        yes = pool.submit(decide, claire, accepted=True)
        no = pool.submit(decide, lucie, accepted=False, reason="Complet.")
        told = yes.result(), no.result()

    entry.refresh_from_db()
    assert sum(isinstance(one, CannotJoin) for one in told) == 1
    assert is_in(jeanne, group) == (entry.outcome == "accepted")
