"""What animators do is in the log, and its page shows no more than each may read."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.admission import actions as admission
from accounts.break_glass.actions import open_access
from accounts.charter.drafts.actions import publish_draft, save_draft
from accounts.models import College, EmailDomain, Organisation, WorkingGroup
from accounts.moderation_log.models import ModerationLogEntry
from accounts.organisations import actions as seats
from accounts.territories.actions import choose_territories
from forum.conversation.questions.actions import accept_answer
from forum.members.groups.actions import archive_group
from forum.moderation import actions as moderation
from forum.moderation.thread_moves.actions import move_thread, withdraw_move
from tests import factories
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(claire, jeanne, lucie, make_person, spaces, thread, viewer_of):
    """What Lucie decides about."""
    waiting = make_person("Mina Attente", AUTHORITIES, confirmed=False)
    return SimpleNamespace(
        claire=claire, jeanne=jeanne, lucie=lucie, animator=viewer_of(lucie), thread=thread,
        reply=factories.post_reply(jeanne, thread), waiting=waiting.seats.get(), spaces=spaces,
        town=claire.seats.get().organisation, viewer_of=viewer_of,
    )  # fmt: skip


def _domain(s):
    return EmailDomain.objects.create(organisation=s.town, domain="mairie.example")


def _draft(s):
    text = {"name": "9.0", "text": "Tout autre.", "adopted_on": timezone.localdate()}
    draft = save_draft(s.lucie, is_substantive=False, grace_days=0, **text)
    publish_draft(draft, s.lucie, draft.revision)


def _admit(s):
    Organisation.objects.filter(pk=s.town.pk).update(admitted_at=None)
    admission.admit_organisation(s.town, s.lucie)


def _archive(s):
    group = WorkingGroup.objects.get(slug="chaufferies")
    WorkingGroup.objects.filter(pk=group.pk).update(contact=s.claire)
    factories.join_group(s.lucie, group)
    archive_group(group, s.viewer_of(s.lucie), True)


def _withdraw(s):
    move = move_thread(s.thread, s.animator, s.spaces["public"], "Utile à tous.")
    withdraw_move(move, s.animator)


def _keep(s):
    seat = seats.end_seat(s.jeanne.seats.get(), s.lucie, timezone.now() + timedelta(1))
    seats.cancel_seat_end(seat, s.lucie)


ACTIONS = {
    "confirm_seat": lambda s: seats.confirm_seat(s.waiting, s.lucie),
    "refuse_seat": lambda s: seats.refuse_seat(s.waiting, s.lucie, "Inconnue de la mairie."),
    "end_seat": lambda s: seats.end_seat(s.jeanne.seats.get(), s.lucie),
    "set_contact": lambda s: seats.set_contact(s.jeanne.seats.get(), s.lucie, True),
    "keep_seat": _keep,
    "invite_to_seat": lambda s: admission.invite_to_seat(s.town, s.lucie, "a@exemple.fr"),
    "withdraw_invitation": lambda s: admission.withdraw_invitation(
        admission.invite_to_seat(s.town, s.lucie, "a@exemple.fr"), s.lucie
    ),
    "declare_domain": lambda s: admission.declare_domain(s.town, s.lucie, "mairie.example"),
    "remove_domain": lambda s: admission.remove_domain(_domain(s), s.lucie),
    "change_territories": lambda s: choose_territories(s.town, s.lucie, []),
    "verify_domain": lambda s: admission.verify_domain(_domain(s), s.lucie),
    "refuse_domain": lambda s: admission.refuse_domain(_domain(s), s.lucie, "Messagerie."),
    "admit_organisation": _admit,
    "break_glass": lambda s: open_access(
        s.lucie, College.objects.get(slug=PROJECTS), "Un message signalé dans la pièce.", 1
    ),
    "publish_charter": _draft,
    "close_group": _archive,
    "accept_answer": lambda s: accept_answer(s.reply, s.animator),
    "pin_thread": lambda s: moderation.pin_thread(s.thread, s.animator, True),
    "propose_move": lambda s: move_thread(
        s.thread, s.animator, s.spaces["public"], "Pour tous."
    ),
    "withdraw_move": _withdraw,
    "move_thread": lambda s: move_thread(s.thread, s.animator, s.spaces[SUPPORT], "À part."),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_what_an_animator_does_is_in_the_log(action, scene):
    ACTIONS[action](scene)

    newest = ModerationLogEntry.objects.order_by("-pk").first()
    assert (newest.action, newest.actor) == (action, scene.lucie)


def test_what_one_does_of_ones_own_is_not(scene):
    seats.end_seat(scene.jeanne.seats.get(), scene.jeanne)
    accept_answer(scene.reply, scene.viewer_of(scene.claire))

    assert not ModerationLogEntry.objects.exists()


def test_the_page_is_filtered_by_what_was_done_and_by_name(scene, browser_of):
    seats.refuse_seat(scene.waiting, scene.lucie, "Inconnue de la mairie.")
    moderation.pin_thread(scene.thread, scene.animator, True)
    page, address = browser_of(scene.lucie), reverse("moderation-log")

    def shown(**asked):
        text = page.get(address, asked).text.partition("ticker")[2]
        return "Inconnue de la mairie." in text, scene.thread.title in text

    assert shown() == (True, True)
    assert shown(action="pin_thread") == (False, True)
    assert shown(nom="mina att") == (True, False)
    assert shown(nom="personne de ce nom") == (False, False)
    assert shown(action="inconnu", page="7") == (True, True)


def test_a_thread_that_an_animator_does_not_read_is_not_named(
    scene, claire, lucie, make_person, browser_of, viewer_of
):
    insider = make_person("Aline Anime", AUTHORITIES, is_animator=True)
    hidden = factories.start_thread(claire, scene.spaces[AUTHORITIES], title="Entre nous seuls")
    moderation.pin_thread(hidden, viewer_of(insider), True)

    for person, reads in ((insider, True), (lucie, False)):
        page = browser_of(person).get(reverse("moderation-log")).text
        assert ("Entre nous seuls" in page) == reads
        assert ("dans un fil retiré, ou que vous ne lisez pas" in page) != reads


def test_each_person_reads_what_concerns_them_and_not_who_decided(scene, browser_of):
    seats.refuse_seat(scene.waiting, scene.lucie, "Inconnue de la mairie.")

    own = browser_of(scene.waiting.person).get(reverse("own-moderation")).text
    assert "Inconnue de la mairie." in own and "Lucie" not in own
    assert "Inconnue" not in browser_of(scene.jeanne).get(reverse("own-moderation")).text
    assert browser_of(scene.jeanne).get(reverse("moderation-log")).status_code == 404


@pytest.mark.parametrize("name", ["moderation-log", "own-moderation"])
def test_both_pages_cost_the_same_however_long_the_log_is(name, scene, browser_of):
    page, costs = browser_of(scene.lucie), []
    other = factories.create_person("Aline Anime", SUPPORT, is_animator=True)
    own = factories.start_thread(scene.lucie, scene.spaces["network"])
    for count in (0, 2, 15):  # The first time, it is noted that she was there.
        for _ in range(count):
            for is_locked in (True, False):
                moderation.lock_thread(own, scene.viewer_of(other), is_locked, "Des faits.")
        with CaptureQueriesContext(connection) as captured:
            page.get(reverse(name))
        costs.append(len(captured))

    assert costs[1] == costs[2]


def test_an_animator_who_lost_the_role_while_waiting_for_the_lock_decides_nothing(scene):
    type(scene.lucie).objects.filter(pk=scene.lucie.pk).update(is_animator=False)

    with pytest.raises(Exception, match="animation"):
        moderation.lock_thread(scene.thread, scene.animator, True)
    scene.thread.refresh_from_db()
    assert not scene.thread.is_locked
