"""Invitations into a group: by name or by address, answered once, until they expire."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.groups import actions
from accounts.groups.actions import CannotJoin
from accounts.groups.tasks import delete_old_entries
from accounts.models import GroupEntry
from tests import factories
from tests.accounts.group_helpers import is_in

pytestmark = pytest.mark.django_db


def test_who_is_invited_says_yes_or_no(group, claire, jeanne, lucie):
    yes = actions.invite(group, claire, jeanne)
    no = actions.invite(group, claire, lucie)

    actions.answer_invitation(yes, jeanne, accepted=True)
    actions.answer_invitation(no, lucie, accepted=False)
    assert is_in(jeanne, group) and not is_in(lucie, group)


def test_an_invitation_is_for_one_person(group, claire, jeanne, lucie):
    entry = actions.invite(group, claire, jeanne)
    with pytest.raises(CannotJoin, match="pas pour vous"):
        actions.answer_invitation(entry, lucie, accepted=True)


def test_an_entry_is_named_by_its_type_its_person_and_its_group(group, claire, jeanne):
    entry = actions.invite(group, claire, jeanne)
    assert str(entry) == f"{entry.Type.INVITATION.label}, {jeanne}, {group}"


def test_an_invitation_used_twice_is_one_entry(group, claire, jeanne):
    entry = actions.invite(group, claire, jeanne)
    first = actions.answer_invitation(entry, jeanne, accepted=True)

    assert (
        actions.answer_invitation(entry, jeanne, accepted=True).decided_at == first.decided_at
    )
    assert group.memberships.filter(person=jeanne).count() == 1


def test_an_invitation_expires_and_can_be_made_again(group, claire, jeanne):
    entry = actions.invite(group, claire, jeanne)
    assert timedelta(days=29) < entry.expires_at - timezone.now() <= timedelta(days=30)
    GroupEntry.objects.update(expires_at=timezone.now())

    for accepted in (True, False):
        with pytest.raises(CannotJoin, match="expiré"):
            actions.answer_invitation(entry, jeanne, accepted=accepted)
    again = actions.invite(group, claire, jeanne)
    assert again != entry
    actions.answer_invitation(again, jeanne, accepted=True)
    assert is_in(jeanne, group)


def test_an_invitation_taken_back_opens_nothing(group, claire, jeanne):
    entry = actions.invite(group, claire, jeanne)
    actions.withdraw_entry(entry, claire)

    with pytest.raises(CannotJoin, match="déjà retiré"):
        actions.answer_invitation(entry, jeanne, accepted=True)


def test_an_invitation_by_address_is_answered_by_whose_address_it_is(group, claire, jeanne):
    entry = actions.invite_address(group, claire, jeanne.email)
    assert actions.invite_address(group, claire, jeanne.email) == entry

    actions.answer_invitation(entry, jeanne, accepted=True)
    assert is_in(jeanne, group)


def test_an_address_that_nobody_may_answer_for_is_invited_all_the_same(
    enclosed, claire, jeanne, make_person
):
    factories.join_group(anne := make_person("Anne", factories.AUTHORITIES), enclosed)
    for address in ("personne@exemple.fr", jeanne.email, anne.email, claire.email):
        assert actions.invite_address(enclosed, claire, address).person is None


def test_an_address_lets_nobody_in_who_asked_and_a_name_does(group, claire, jeanne):
    asked = actions.request_to_join(group, jeanne)
    assert actions.invite_address(group, claire, jeanne.email).person is None
    assert not is_in(jeanne, group)

    assert actions.invite(group, claire, jeanne) == asked
    assert is_in(jeanne, group)


def test_who_is_invited_by_address_and_by_name_has_one_invitation(group, claire, jeanne):
    first = actions.invite_address(group, claire, jeanne.email)
    second = actions.invite(group, claire, jeanne)

    assert list(GroupEntry.objects.pending().filter(person=jeanne)) == [second]
    assert set(group.entries.pending()) == {first, second}  # What the group sees of them.
    actions.answer_invitation(second, jeanne, accepted=False)
    assert actions.invite_address(group, claire, jeanne.email) == first
    actions.answer_invitation(first, jeanne, accepted=True)
    assert is_in(jeanne, group)


def test_who_becomes_a_member_is_reached_by_a_second_invitation(group, claire, make_person):
    rita = make_person("Rita")
    first = actions.invite_address(group, claire, rita.email)
    factories.create_seat(rita, factories.SUPPORT)

    again = actions.invite_address(group, claire, rita.email)
    assert (again, again.person, again.just_changed) == (first, rita, True)


def test_entries_are_deleted_long_after_their_end_and_no_sooner(group, claire, jeanne):
    days = settings.FORUM_RETENTION["group_entries"]
    past, recent = (timezone.now() - timedelta(days=days + n) for n in (1, -1))
    asked = {"type": "request", "outcome": "refused"}
    group.entries.create(person=jeanne, decided_at=past, **asked)
    kept = [group.entries.create(person=jeanne, decided_at=recent, **asked)]
    invited = {"type": "invitation", "address": "personne@exemple.fr"}
    group.entries.create(expires_at=past, **invited)
    kept += [group.entries.create(person=claire, type="request", created_at=past)]

    assert delete_old_entries.call() == 2
    assert {*group.entries.all()} == {*kept}
    group.ends_at = past
    group.save()
    assert delete_old_entries.call() == 2
