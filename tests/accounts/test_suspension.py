"""A suspension and a silence end at their moment, without anybody doing anything."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.groups.actions import CannotJoin, answer_request, request_to_join
from accounts.models import Seat, User
from accounts.organisations.actions import refuse_seat
from accounts.profiles.actions import save_profile
from accounts.profiles.models import Profile
from accounts.users.actions import lift_ended_suspensions
from accounts.users.suspension import is_suspended, not_suspended
from accounts.viewers import rights_clock
from forum.members.groups.actions import create_group
from forum.models import Post
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def suspend(person, until):
    User.objects.filter(pk=person.pk).update(
        suspended_at=timezone.now() - 2 * HOUR, suspended_until=until
    )
    person.refresh_from_db()


@pytest.mark.parametrize(("ends_in", "is_out"), [(None, True), (HOUR, True), (-HOUR, False)])
def test_whoever_is_suspended_until_a_moment_is_back_then(claire, viewer_of, ends_in, is_out):
    suspend(claire, timezone.now() + ends_in if ends_in else None)

    assert is_suspended(claire) == is_out
    assert viewer_of(claire).is_member != is_out
    assert User.objects.filter(not_suspended(), pk=claire.pk).exists() != is_out
    assert Seat.objects.with_active_holder().filter(person=claire).exists() != is_out


def test_open_pages_know_when_it_ends(claire):
    suspend(claire, until := timezone.now() + HOUR)

    assert rights_clock.next_scheduled_change() == until
    silence = timezone.now() + HOUR / 2
    User.objects.filter(pk=claire.pk).update(silenced_until=silence)
    assert rights_clock.next_scheduled_change() == silence


def test_the_directory_has_them_again_once_the_worker_has_noted_it(claire):
    suspend(claire, timezone.now() - HOUR)

    assert lift_ended_suspensions() == 1
    claire.refresh_from_db()
    assert (claire.suspended_at, claire.suspended_until) == (None, None)
    assert lift_ended_suspensions() == 0


@pytest.fixture
def silenced(claire):
    User.objects.filter(pk=claire.pk).update(silenced_until=timezone.now() + HOUR)
    return claire


def test_who_is_silenced_reads_all_and_is_mailed_until_when(thread, silenced, browser_of):
    page = browser_of(silenced).get(thread.get_absolute_url()).text

    assert "Votre compte est en lecture seule jusqu’au" in page
    assert 'class="reply"' not in page


def test_their_reply_is_refused_with_the_text_kept(thread, silenced, browser_of):
    words = {"text": "Un mot de trop.", "idempotency_key": "0" * 32, "shown_readers": ""}

    answer = browser_of(silenced).post(reverse("replies", args=[thread.pk]), words)

    assert answer.status_code == 403 and "Un mot de trop." in answer.text
    assert "en lecture seule jusqu’au" in answer.text
    assert Post.objects.count() == 1


def test_they_start_no_thread_and_still_delete_what_they_wrote(thread, silenced, browser_of):
    page = browser_of(silenced)

    assert page.get(reverse("new-thread")).status_code == 403
    page.post(reverse("delete-post", args=[thread.posts.get().pk]))
    assert thread.posts.get().deleted_at


def test_a_silence_that_is_over_is_none(thread, silenced):
    User.objects.filter(pk=silenced.pk).update(silenced_until=timezone.now() - HOUR)

    assert factories.post_reply(silenced, thread).number == 2


@pytest.mark.parametrize("kind", ["silenced_until", "suspended_until"])
def test_neither_presents_themselves_anew_and_both_may_take_their_presentation_away(
    claire, browser_of, kind
):
    save_profile(claire, presentation="Secrétaire de mairie.")
    page, address = browser_of(claire), reverse("edit-profile")
    since = {"suspended_at": timezone.now()} if kind == "suspended_until" else {}
    User.objects.filter(pk=claire.pk).update(**since | {kind: timezone.now() + HOUR})

    answer = page.post(address, {"presentation": "Achetez mes chaudières."})
    assert answer.status_code == 422 and "Achetez mes chaudières." in answer.text
    assert Profile.objects.get().presentation == "Secrétaire de mairie."
    page.post(address, {"presentation": "Secrétaire de mairie.", "shows_email": "on"})
    assert Profile.objects.get().shows_email
    page.post(address, {"presentation": ""})
    assert Profile.objects.get().presentation == ""


def test_who_is_silenced_refuses_nobody_with_words_of_their_own(
    claire, town, jeanne, make_person, spaces, viewer_of
):
    group = create_group(
        viewer_of(claire), name="Toits", purpose="Un cahier.", college=None,
        join_policy="request", ends_at=None, idempotency_key=uuid4(),
    )  # fmt: skip
    entry = request_to_join(group, jeanne)
    seat = factories.create_seat(
        make_person("Mina"), factories.AUTHORITIES, organisation=town, confirmed=False
    )
    User.objects.filter(pk=claire.pk).update(silenced_until=timezone.now() + HOUR)

    with pytest.raises(CannotJoin, match="lecture seule"):
        answer_request(entry, claire, accepted=False, reason="Vous êtes bête.")
    with pytest.raises(PermissionDenied, match="lecture seule"):
        refuse_seat(seat, claire, "Vous êtes bête.")
