"""Whose a change is: those may make it who the rules of the product say, and nobody else.

Each act is done as the product does it, and judged as if each of some people had sent it; each
fault is what a hole would let through.
"""

from uuid import uuid4

import pytest
from django.utils import timezone
from django_ox.models import OxTask

from accounts.admission.models import Sponsorship
from accounts.models import Organisation, Seat, User
from accounts.organisations.actions import mark_confirmed
from forum.base.events import record
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.questions.actions import accept_answer, unaccept_answer
from forum.conversation.threads.edits.actions import delete_post, edit_thread
from forum.conversation.threads.links.actions import link_thread, unlink_thread
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.library.sheets.actions import save_published
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    answer_public_version,
    propose_public_version,
)
from forum.library.sheets.public_versions.consents.models import AuthorConsent
from forum.models import Post, Thread
from forum.moderation.reports.actions import make_report
from forum.moderation.thread_moves.actions import answer_move, move_thread
from forum.moderation.thread_moves.models import MoveAnswer
from forum.moderation.visibility_audit.roles import GUEST, Role
from forum.moderation.visibility_audit.workspace import rolled_back
from forum.moderation.visibility_audit.writes.judge import Judge
from forum.moderation.visibility_audit.writes.recorded_changes import changes_recorded, recorded
from tests import factories
from tests.forum.conversation.poll_helpers import open_decision, vote
from tests.forum.conversation.round_helpers import answer, open_round
from tests.forum.library.sheets.conftest import draft, place, sheet  # noqa: F401
from tests.forum.library.sheets.public_helpers import PROPOSAL, YES, with_author
from tests.forum.library.sheets.sheet_helpers import values


@pytest.fixture
def found(db):
    """What is found of an act, by person: of those who may not have done what it did."""

    def found(act, *senders):
        recorded()
        with rolled_back():
            act()
            changes = recorded()
            return [
                {it for it in Judge(_role(person), []).findings(changes) if it}
                for person in senders
            ]

    with changes_recorded():
        yield found


def _role(person):
    seat = person and person.seats.filter(confirmed_at__isnull=False).first()
    college = seat.organisation.college if seat else None
    name = person.full_name if person else GUEST
    return Role(name, person, college, animates=bool(person and person.is_animator))


@pytest.fixture
def odile(make_person):
    """A member who has nothing to do with any of it."""
    return make_person("Odile Marchand", factories.PROJECTS)


@pytest.fixture
def thread(claire, spaces):
    """Claire's question."""
    return factories.start_thread(claire, spaces["network"])


@pytest.fixture
def shared(draft, sheet, claire, jeanne):  # noqa: F811
    """Claire's sheet, published to the network, which Jeanne writes too."""
    with_author(sheet, claire, jeanne)
    return sheet


def test_a_report_is_its_reporters_and_not_of_whom_it_is_about(
    found, thread, claire, jeanne, viewer_of
):
    def report(person):
        about = {"text": "À voir.", "is_in_good_faith": True, "language": "fr"}
        about |= {"idempotency_key": uuid4(), "follow_up_url": "https://exemple.fr/"}
        make_report(viewer_of(person), thread.get_absolute_url(), **about)

    by_jeanne, by_claire, by_guest = found(lambda: report(jeanne), jeanne, claire, None)
    assert by_jeanne == set()
    assert by_claire == {"writes others' forum.Report "} and len(by_guest) == 1
    assert found(lambda: report(None), None) == [set()]


def test_who_asked_says_which_answer_settles_it_and_its_author_does_not(
    found, thread, claire, jeanne, odile, viewer_of
):
    answer = factories.post_reply(jeanne, thread)

    def settle():
        accept_answer(answer, viewer_of(claire))
        unaccept_answer(thread, viewer_of(claire))

    by_claire, *by_others = found(settle, claire, jeanne, odile)
    assert by_claire == set()
    for it in by_others:
        assert {"writes others' forum.AcceptedAnswer "} < it
    assert "writes others' forum.Post is_accepted" in by_others[1]


def test_a_thread_that_was_handed_over_is_its_new_keepers(
    found, thread, claire, jeanne, viewer_of
):
    Thread.objects.filter(pk=thread.pk).update(assignee=jeanne.seats.get())

    def rename():
        about = {"title": "Autre titre", "topic": thread.topic, "tags": ["bois"]}
        edit_thread(thread, viewer_of(jeanne), kind=thread.kind, **about)

    by_jeanne, by_claire = found(rename, jeanne, claire)
    assert by_jeanne == set()
    assert "writes others' forum.Thread seq, title, title_edited_at" in by_claire


def test_co_authors_write_their_sheet_with_its_post_and_its_thread(
    found, shared, claire, jeanne, odile, place, topics, viewer_of  # noqa: F811
):  # fmt: skip
    said = values(place, topics[0], title="Une autre chaufferie", work="Deux chaufferies.")

    def save():
        save_published(shared, viewer_of(jeanne), said, ExperienceSheet.objects.get().version)

    by_jeanne, by_odile = found(save, jeanne, odile)
    assert by_jeanne == set()
    written = {it.split()[2] for it in by_odile if it.startswith("writes others'")}
    assert {"forum.ExperienceSheet", "forum.Post", "forum.Thread"} <= written


def test_co_authors_write_no_other_post_and_neither_publish_nor_delete(
    found, shared, claire, jeanne
):
    reply = factories.post_reply(claire, shared.thread)
    posts, threads = (
        Post.objects.filter(pk=reply.pk),
        Thread.objects.filter(pk=shared.thread_id),
    )
    sheets = ExperienceSheet.objects.filter(pk=shared.pk)
    faults = {
        "writes others' forum.Post text": lambda: posts.update(text="Autre."),
        "writes others' forum.Thread kind": lambda: threads.update(kind="discussion"),
        "writes others' forum.ExperienceSheet published_at": lambda: sheets.update(
            published_at=timezone.now()
        ),
        "writes others' forum.ExperienceSheet ": lambda: sheets.delete(),
    }
    for what, fault in faults.items():
        by_claire, by_jeanne = found(fault, claire, jeanne)
        assert by_claire == set() and what in by_jeanne


def test_nobody_writes_a_sheet_by_having_joined_its_authors_alone(found, shared, odile):
    def join_and_write():
        about = {"sheet": shared, "person": odile, "invited_by": odile, "state": "accepted"}
        SheetAuthor.objects.create(**about)
        ExperienceSheet.objects.filter(pk=shared.pk).update(work="Volé.")

    assert found(join_and_write, odile) == [
        {"writes others' forum.SheetAuthor ", "writes others' forum.ExperienceSheet work"}
    ]


def test_an_author_asks_the_others_and_answers_for_nobody_else(
    found, shared, claire, jeanne, odile, viewer_of
):
    def propose():
        propose_public_version(shared.thread_id, viewer_of(jeanne), PROPOSAL)

    by_jeanne, by_odile = found(propose, jeanne, odile)
    assert by_jeanne == set()
    assert "writes others' forum.AuthorConsent " in by_odile

    version = propose_public_version(shared.thread_id, viewer_of(jeanne), PROPOSAL)
    by_claire, by_jeanne = found(
        lambda: answer_public_version(version.pk, viewer_of(claire), YES), claire, jeanne
    )
    assert by_claire == set()
    assert any(it.startswith("writes others' forum.AuthorConsent answer") for it in by_jeanne)

    consent = AuthorConsent.objects.get(version=version, person=claire)
    consent.delete()

    def say_yes():
        consent.pk, consent.answer = None, "yes"
        consent.save(force_insert=True)

    assert found(say_yes, jeanne) == [{"writes others' forum.AuthorConsent "}]


def test_a_link_is_taken_away_by_who_made_it_and_who_keeps_either_thread(
    found, thread, claire, jeanne, lucie, odile, spaces, viewer_of
):
    other = factories.start_thread(odile, spaces["network"])
    link = link_thread(thread, viewer_of(jeanne), other.pk, LinkKind.SEE_ALSO)
    outsider = factories.create_person("Paul Vannier", factories.PROJECTS)

    *rightful, by_outsider = found(
        lambda: unlink_thread(link, viewer_of(jeanne)), jeanne, claire, odile, outsider
    )
    assert rightful == [set()] * 3
    assert by_outsider == {"writes others' forum.ThreadLink "}

    def say_answered():
        ThreadLink.objects.filter(pk=link.pk).update(kind=LinkKind.ANSWERED_IN)

    by_claire, *by_others = found(say_answered, claire, jeanne, odile)
    assert by_claire == set()
    assert by_others == [{"writes others' forum.ThreadLink kind"}] * 2


def test_a_link_follows_a_thread_that_is_merged_and_no_other(
    found, thread, claire, jeanne, spaces
):
    other, third = (factories.start_thread(claire, spaces["network"]) for _ in range(2))
    link = ThreadLink.objects.create(thread=thread, linked=other, made_by=claire)

    def lead_elsewhere():
        ThreadLink.objects.filter(pk=link.pk).update(linked=third)

    def merge():
        Thread.objects.filter(pk=other.pk).update(merged_into=third, removed_at=timezone.now())
        lead_elsewhere()

    (by_jeanne,) = found(lead_elsewhere, jeanne)
    assert by_jeanne == {"writes others' forum.ThreadLink linked_id"}
    assert not found(merge, jeanne)[0] & by_jeanne


def test_what_is_announced_where_one_does_not_read_is_a_number_and_nothing_else(
    found, spaces, claire, jeanne
):
    closed = factories.start_thread(claire, spaces[factories.AUTHORITIES])
    assert found(lambda: record(closed, changed=[]), jeanne) == [set()]

    def lock():
        record(closed, changed=["is_locked"])

    closed.is_locked = True
    (by_jeanne,) = found(lock, jeanne)
    assert "writes forum.Thread where it does not read is_locked, seq" in by_jeanne


def test_a_task_is_added_by_anybody_and_taken_away_by_nobody(found, jeanne):
    def add():
        OxTask.objects.create(task_path="a.b", args=[], kwargs={}, enqueued_at=timezone.now())

    assert found(add, jeanne) == [set()]
    add()
    assert found(lambda: OxTask.objects.all().delete(), jeanne) == [
        {"writes django_ox.OxTask "}
    ]


def test_what_a_deleted_sheet_had_is_judged_as_it_was(found, claire, odile, spaces, viewer_of):
    thread = factories.create_sheet(claire, spaces["network"]).thread
    post = thread.posts.get(number=1)

    by_claire, by_odile = found(lambda: delete_post(post, viewer_of(claire)), claire, odile)

    assert by_claire == set()
    assert "writes others' forum.SheetFigure " in by_odile


def test_an_organisation_comes_in_with_a_seat_of_who_adds_it(found, jeanne, odile):
    def add(person):
        factories.create_seat(person, factories.PROJECTS)

    by_jeanne, by_odile = found(lambda: add(jeanne), jeanne, odile)
    assert by_jeanne == set()
    assert "writes others' accounts.Organisation " in by_odile


def test_the_voice_of_an_organisation_is_of_who_sits_there_in_polls_and_rounds(
    found, thread, claire, odile, make_person
):
    colleague = make_person("Cora Collègue")
    town = claire.seats.get().organisation
    factories.create_seat(colleague, factories.AUTHORITIES, organisation=town)
    poll, it = open_decision(thread, claire), open_round(thread, claire)
    vote(poll, claire, 1)
    answer(it, claire)
    for act in lambda: vote(poll, colleague, 2), lambda: answer(it, colleague, "abstain"):
        of_colleague, of_odile = found(act, colleague, odile)
        assert not of_colleague and of_odile


def test_who_put_a_question_to_an_organisation_has_it_wait_there(found, thread, claire, jeanne):
    organisation = jeanne.seats.get().organisation

    def ask():
        about = {"thread": thread, "organisation": organisation}
        addressee = ThreadAddressee.objects.create(asked_by=claire, **about)
        AskedOrganisation.objects.create(addressee=addressee, **about)

    by_claire, by_jeanne = found(ask, claire, jeanne)
    assert by_claire == set()
    assert "writes others' forum.AskedOrganisation " in by_jeanne


def decided(model, **columns):
    return lambda: model.objects.update(**columns)


#: What animators alone decide about what is one's own.
DECIDED = {
    "forum.Post hidden_at": decided(Post, hidden_at=None),
    "forum.Post held_at": decided(Post, held_at=None),
    "forum.Thread is_locked": decided(Thread, is_locked=False),
    "forum.Thread removed_at": decided(Thread, removed_at=None),
    "accounts.User is_animator": decided(User, is_animator=True),
    "accounts.User suspended_at": decided(User, suspended_at=None),
    "accounts.Seat refusal": decided(Seat, refusal=""),
    "accounts.Organisation admitted_at": decided(Organisation, admitted_at=None),
}


def test_nobody_but_animators_decides_about_what_is_ones_own(found, thread, claire, lucie):
    now = timezone.now()
    Post.objects.update(hidden_at=now, held_at=now)
    Thread.objects.update(is_locked=True, removed_at=now)
    User.objects.filter(pk=claire.pk).update(suspended_at=now)
    # Of a seat the contact of an organisation decides, too: another than Claire.
    factories.create_seat(lucie, "", organisation=claire.seats.get().organisation)
    lucie.seats.update(is_contact=True)
    Seat.objects.filter(person=claire).update(refusal="Non.")

    for what, fault in DECIDED.items():
        by_claire, by_lucie = found(fault, claire, lucie)
        assert f"writes others' {what}" in by_claire and by_lucie == set(), what


def test_a_seat_is_confirmed_by_a_contact_or_by_what_the_site_says(
    found, claire, odile, settings
):
    colleague = factories.create_person("Paul Vannier")
    organisation = claire.seats.get().organisation
    seat = factories.create_seat(colleague, "", confirmed=False, organisation=organisation)

    *rightful, by_colleague, by_odile = found(
        lambda: mark_confirmed(seat, "contact", claire), claire, colleague, odile
    )
    assert rightful == [set()]
    assert by_colleague == by_odile and len(by_colleague) == 1

    def confirm_openly():
        mark_confirmed(seat, "open", colleague)

    assert found(confirm_openly, colleague) == [by_colleague]
    settings.FORUM_ADMISSION = "open"
    assert found(confirm_openly, colleague) == [set()]


def test_the_seat_of_a_colleague_is_ended_by_a_contact_alone(found, town, claire):
    colleagues = [factories.create_person(name) for name in ("Paul Vannier", "Rose Le Goff")]
    for it in colleagues:
        factories.create_seat(it, "", organisation=town)

    def end():
        Seat.objects.filter(person=colleagues[0]).update(ended_at=timezone.now())

    *rightful, by_other = found(end, claire, *colleagues)
    assert rightful == [set(), set()]
    assert by_other == {"writes others' accounts.Seat ended_at"}


def test_sponsors_bring_in_an_organisation_other_than_their_own(found, jeanne, odile):
    organisation = odile.seats.get().organisation
    Organisation.objects.filter(pk=organisation.pk).update(admitted_at=None)

    def sponsor(person):
        about = {"sponsor": person, "sponsor_organisation": person.seats.get().organisation}
        Sponsorship.objects.create(organisation=organisation, **about)
        organisation.admitted_at = timezone.now()
        organisation.save(update_fields=["admitted_at"])

    assert found(lambda: sponsor(jeanne), jeanne) == [set()]
    assert found(lambda: sponsor(odile), odile) == [
        {"writes others' accounts.Organisation admitted_at"}
    ]


def test_a_thread_is_removed_with_its_only_post_by_who_wrote_it(
    found, thread, claire, odile, viewer_of
):
    post = thread.posts.get(number=1)

    by_claire, by_odile = found(lambda: delete_post(post, viewer_of(claire)), claire, odile)

    assert by_claire == set()
    assert any(it.startswith("writes others' forum.Thread removed_at") for it in by_odile)


def test_the_last_author_who_agrees_moves_a_thread(
    found, thread, claire, jeanne, lucie, odile, spaces, viewer_of
):
    factories.post_reply(jeanne, thread)
    move = move_thread(thread, viewer_of(lucie), spaces["public"], "Pour tous.")
    answer_move(move, viewer_of(claire), True)

    def agree():
        answer_move(move, viewer_of(jeanne), True)

    by_jeanne, by_odile = found(agree, jeanne, odile)
    assert by_jeanne == set()
    assert any(it.startswith("writes others' forum.Thread") for it in by_odile)

    def agree_as_stranger():
        MoveAnswer.objects.create(move=move, author=odile, agrees=True)
        Thread.objects.filter(pk=thread.pk).update(space=spaces["public"])

    assert "writes others' forum.Thread space_id" in found(agree_as_stranger, odile)[0]


def test_a_wiki_post_is_edited_by_members_and_another_by_its_author(
    found, thread, claire, jeanne, people, viewer_of
):
    post = thread.posts.get(number=1)

    def edit():
        Post.objects.filter(pk=post.pk).update(text="Autre.", edited_by=jeanne)

    assert found(edit, jeanne) == [{"writes others' forum.Post edited_by_id, text"}]
    Post.objects.filter(pk=post.pk).update(is_wiki=True)
    by_jeanne, by_claire, by_guest = found(edit, jeanne, claire, None)
    assert by_jeanne == by_claire == set() and by_guest
