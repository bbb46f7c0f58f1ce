"""Archived groups: read by their people, closed to writing, opened again."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupEntry, WorkingGroup
from accounts.moderation_log.models import ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base import visibility
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.members.groups.actions import archive_group
from forum.models import Post, Space
from forum.moderation import actions as moderation
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    join_group,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.members.groups.forms import archive

pytestmark = pytest.mark.django_db


@pytest.mark.deep
def test_an_archived_group_asks_and_offers_nothing_any_more(
    group, claire, jeanne, lucie, browser_of
):
    browser_of(jeanne).post(reverse("ask-group", args=[group.slug]))
    browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": "lucie hoarau"})
    invited = reverse("invitation", args=[GroupEntry.objects.get(person=lucie).pk])
    answer = reverse("answer-request", args=[GroupEntry.objects.get(person=jeanne).pk])
    for listing in ("groups", "inbox"):
        assert invited in browser_of(lucie).get(reverse(listing)).text
    assert answer in browser_of(claire).get(group.get_absolute_url()).text
    inbox = f"{reverse('inbox')}?voir=tout"
    assert "demande à entrer" in browser_of(claire).get(inbox).text

    archive(group)
    for listing in ("groups", "inbox"):
        assert group.name not in browser_of(lucie).get(reverse(listing)).text
    assert 'value="oui"' not in browser_of(lucie).get(invited).text
    assert answer not in browser_of(claire).get(group.get_absolute_url()).text
    assert "demande à entrer" not in browser_of(claire).get(inbox).text


@pytest.fixture
def archived(group, room, claire, jeanne):
    """An archived group of Claire and Jeanne, with Claire's question and Jeanne's answer."""
    join_group(jeanne, group)
    thread = start_thread(claire, room)
    post_reply(jeanne, thread)
    archive(group)
    return thread


def test_an_archived_room_stays_readable_to_its_people(archived, room, jeanne, browser_of):
    page = browser_of(jeanne).get(archived.get_absolute_url()).content.decode()

    assert "on le lit, on n’y écrit plus" in page
    assert 'id="repondre"' not in page and "Chez nous, la régie." in page
    assert re.search(r"<textarea[^>]* readonly", page)  # For a draft, where there is one.
    listed = browser_of(jeanne).get(room.get_absolute_url()).content.decode()
    assert "on le lit, on n’y écrit plus" in listed


def test_an_archived_room_is_closed_to_writing_in_every_way(
    archived, room, claire, jeanne, lucie, spaces
):
    join_group(lucie, room.group)
    asker, animator, post = (
        viewer_of_person(claire),
        viewer_of_person(lucie),
        Post.objects.last(),
    )
    for attempt in (
        lambda: start_thread(claire, room),
        lambda: post_reply(claire, archived),
        lambda: post_reply(lucie, archived),
        lambda: edit_post(post, viewer_of_person(jeanne), "Autre", 1),
        lambda: edit_thread(
            archived, asker, title="Un autre titre", topic=archived.topic,
            kind="question", tags=[],
        ),
        lambda: move_thread(archived, animator, spaces["network"]),
        lambda: moderation.pin_thread(archived, animator, True),
        lambda: accept_answer(post, asker),
    ):  # fmt: skip
        with pytest.raises(Refused, match="archivé"):
            attempt()
    with pytest.raises(Space.DoesNotExist):
        move_thread(start_thread(claire, spaces["network"]), animator, room)


def test_what_one_wrote_stays_ones_own_to_take_back_and_animators_to_hide(
    archived, room, jeanne, lucie
):
    join_group(lucie, room.group)
    moderation.hide_post(Post.objects.first(), viewer_of_person(lucie), "Un nom de famille")
    delete_post(Post.objects.last(), viewer_of_person(jeanne))

    assert not any(post.is_shown for post in Post.objects.all())


def test_the_words_of_a_refused_reply_come_back(archived, jeanne, browser_of):
    sent = {"text": "Une réponse de trop.", "idempotency_key": uuid4()}
    answer = browser_of(jeanne).post(reverse("replies", args=[archived.pk]), sent)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Une réponse de trop." in page and "archivé" in page


def test_an_archived_room_is_not_offered_to_write_in(archived, room, jeanne, browser_of):
    page = browser_of(jeanne).get(f"{reverse('new-thread')}?space={room.slug}")

    assert f'value="{room.slug}"' not in page.content.decode()
    assert 'value="reseau" required checked' in page.content.decode()
    offered = Space.objects.visible_to(viewer_of_person(jeanne), visibility.writable_spaces)
    assert {one.slug for one in offered} == {"place-publique", "reseau", PROJECTS}


def test_a_group_ends_by_itself_and_is_opened_again_with_the_same_readers(
    archived, group, room, claire, jeanne, browser_of
):
    readers = readership_of(room)
    archive_group(group, viewer_of_person(claire), archived=False)
    post_reply(jeanne, archived)
    assert readership_of(room) == readers

    WorkingGroup.objects.update(ends_at=timezone.now() + timedelta(days=1))
    post_reply(jeanne, archived)
    archive_group(group, viewer_of_person(claire), archived=True)
    first = WorkingGroup.objects.get(pk=group.pk).ends_at
    archive_group(group, viewer_of_person(claire), archived=True)
    assert WorkingGroup.objects.get(pk=group.pk).ends_at == first


def test_readers_of_a_group_are_those_who_read_there(group, room, colleges, claire, jeanne):
    join_group(jeanne, group)
    assert readership_of(room).people == 2

    WorkingGroup.objects.filter(pk=group.pk).update(college=colleges[AUTHORITIES])
    assert (readership_of(room).people, readership_of(room).organisations) == (1, 1)


@pytest.mark.parametrize(("policy", "is_named"), [("request", True), ("invitation", False)])
def test_the_log_names_no_group_that_animators_may_not_know_of(group, lucie, policy, is_named):
    WorkingGroup.objects.filter(pk=group.pk).update(join_policy=policy)
    join_group(lucie, group)
    archive_group(group, viewer_of_person(lucie), archived=True)

    assert (group.name in ModerationLogEntry.objects.get().reason) == is_named
