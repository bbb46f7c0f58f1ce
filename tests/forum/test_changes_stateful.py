"""Catching up equals reloading, whatever was done, by whom, and wherever one left off."""

from contextlib import suppress

import pytest
from django.template.loader import render_to_string
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    multiple,
    rule,
)

from accounts.models import Seat, Signature
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.rules import Refused
from forum.conversation.questions import actions as questions
from forum.conversation.threads import actions
from forum.conversation.threads.changes import thread_changes_since
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.conversation.threads.thread_parts import part_fields
from forum.models import Post, Space, Thread, Topic
from forum.moderation import actions as moderation
from forum.moderation.thread_moves import actions as moves
from forum.moderation.thread_moves.models import ThreadMove
from tests import factories
from tests.forum.thread_invariants import (
    check_accepted_answers,
    check_consents,
    check_contribution_counts,
    check_taggings,
)
from tests.stateful import UndoneMachine, run_lives

ROLES = [
    "guest",
    "registered",
    "waiting",
    "projects",
    "authorities",
    "support",
    "animator",
]
SPACES = ["public", "network", factories.AUTHORITIES, factories.SUPPORT]
roles, spaces = st.sampled_from(ROLES), st.sampled_from(SPACES)
numbers = st.integers(1, 6)
titles = st.sampled_from(["Un autre titre", "Encore un"])


class Exchange(UndoneMachine):
    """One thread, seven viewers, and pages opened and caught up at any moment."""

    pages = Bundle("pages")

    def __init__(self):
        super().__init__()
        colleges = factories.create_colleges()
        factories.create_charter()
        self.topics = [Topic.objects.create(slug=name, name=name) for name in ("bois", "vent")]
        self.spaces = factories.create_spaces(colleges)
        self.people = {
            "registered": factories.create_person("Rita"),
            "waiting": factories.create_person("Mina", factories.AUTHORITIES, confirmed=False),
            "projects": factories.create_person("Jeanne", factories.PROJECTS),
            "authorities": factories.create_person("Claire", factories.AUTHORITIES),
            "support": factories.create_person("Sylvie", factories.SUPPORT),
            "animator": factories.create_person("Lucie", factories.SUPPORT, is_animator=True),
        }
        self.thread = factories.start_thread(self.people["authorities"], self.spaces["network"])
        self.origins = {}

    def viewer(self, role):
        return viewer_of_person(self.people[role]) if role != "guest" else GUEST

    def attempt(self, action, *args, **kwargs):
        # A refusal changes nothing, and that too must be what pages show.
        with suppress(Refused, *(m.DoesNotExist for m in (Post, Space, Thread, ThreadMove))):
            action(*args, **kwargs)

    def post(self, number):
        return Post(pk=self.pk_of(number), thread=self.thread)

    def pk_of(self, number):
        pk = Post.objects.filter(thread=self.thread, number=number).values_list("pk")
        return pk[0][0] if pk else 0

    def reload(self, role):
        """What is true, rendered afresh: what is kept for pages must never differ from it."""
        viewer = self.viewer(role)
        found = (
            Thread.objects.visible_to(viewer)
            .with_byline()
            .with_addressees()
            .annotate(**part_fields())
            .filter(pk=self.thread.pk)
        )
        if not (thread := found.first()):
            return None, None
        posts = thread.posts.for_display(viewer)
        shown = {f"post-{post.number}": rendered("post", thread, post) for post in posts}
        frame = {f"thread-{part}": rendered(part, thread) for part in ("head", "foot")}
        return thread.seq, shown | frame

    @initialize(people=st.sets(st.sampled_from(ROLES[3:6])))
    def begin(self, people):
        for role in sorted(people):
            self.reply(role)

    @rule(by=roles)
    def reply(self, by):
        key = factories.uuid4()
        self.attempt(actions.post_reply, self.thread, self.viewer(by), f"Dit {by}.", key)

    @rule(by=roles, number=numbers)
    def edit(self, by, number):
        post, viewer = self.post(number), self.viewer(by)
        version = Post.objects.filter(pk=post.pk).values_list("version", flat=True)
        self.attempt(edit_post, post, viewer, "Corrigé.", version.first() or 1)

    @rule(by=roles, number=st.integers(2, 6))
    def delete(self, by, number):
        self.attempt(delete_post, self.post(number), self.viewer(by))

    @rule(by=roles, number=st.integers(1, 6))
    def hide(self, by, number):
        self.attempt(moderation.hide_post, self.post(number), self.viewer(by), "Motif")

    @rule(by=roles, number=numbers)
    def restore(self, by, number):
        self.attempt(moderation.restore_post, self.post(number), self.viewer(by))

    @rule(by=roles, number=numbers)
    def accept(self, by, number):
        self.attempt(questions.accept_answer, self.post(number), self.viewer(by))

    @rule(by=roles)
    def withdraw(self, by):
        self.attempt(questions.unaccept_answer, self.thread, self.viewer(by))

    @rule(by=roles, locked=st.booleans())
    def lock(self, by, locked):
        self.attempt(moderation.lock_thread, self.thread, self.viewer(by), locked)

    @rule(by=roles, space=spaces)
    def move(self, by, space):
        viewer = self.viewer(by)
        self.attempt(factories.move_thread, self.thread, viewer, self.spaces[space])

    @rule(space=spaces, agreeing=st.sets(st.sampled_from(ROLES[3:6])))
    def move_without_who_does_not_agree(self, space, agreeing):
        viewer = self.viewer("animator")
        self.attempt(moves.move_thread, self.thread, viewer, self.spaces[space], "Motif")
        for move in ThreadMove.objects.pending():
            for role in agreeing:
                self.attempt(moves.answer_move, move, self.viewer(role), True)
            self.attempt(moves.complete_move, move, viewer)

    @rule(by=roles, agrees=st.booleans())
    def answer(self, by, agrees):
        for move in ThreadMove.objects.order_by("pk"):
            self.attempt(moves.answer_move, move, self.viewer(by), agrees)

    @rule(by=roles)
    def ask_no_longer(self, by):
        for move in ThreadMove.objects.pending():
            self.attempt(moves.withdraw_move, move, self.viewer(by))

    @rule(by=roles, title=titles, topic=st.integers(0, 1))
    def revise(self, by, title, topic):
        self.attempt(
            edit_thread, self.thread, self.viewer(by),
            title=title, topic=self.topics[topic], kind="question", tags=["régie"],
        )  # fmt: skip

    @rule(who=st.sampled_from(ROLES[2:]), ended=st.booleans())
    def seat(self, who, ended):
        held = Seat.objects.filter(person=self.people[who])
        held.update(ended_at=factories.timezone.now() if ended else None)

    @rule(who=st.sampled_from(ROLES[2:]), withdrawn=st.booleans())
    def signature(self, who, withdrawn):
        signed = Signature.objects.filter(person=self.people[who])
        signed.update(withdrawn_at=factories.timezone.now() if withdrawn else None)

    @rule(target=pages, role=roles)
    def open_page(self, role):
        seq, shown = self.reload(role)
        return multiple() if shown is None else {"role": role, "seq": seq, "shown": shown}

    @rule(page=pages)
    def catch_up(self, page):
        seq, now = self.reload(page["role"])
        try:
            news = thread_changes_since(self.viewer(page["role"]), self.thread.pk, page["seq"])
        except Thread.DoesNotExist:
            assert now is None
            return
        page["seq"], page["shown"] = news.seq, page["shown"] | news.elements
        assert (page["seq"], page["shown"]) == (seq, now)

    @invariant()
    def what_was_written_is_counted(self):
        check_contribution_counts()
        check_taggings()
        check_accepted_answers()

    @invariant()
    def what_is_shown_was_written_for_its_readers_or_consented_to(self):
        for post in Post.objects.filter(thread=self.thread).exclude(pk__in=self.origins):
            self.origins[post.pk] = Thread.objects.get(pk=self.thread.pk).space
        check_consents(self.origins)


def rendered(part, thread, post=None):
    return render_to_string(
        f"conversation/threads/thread.html#{part}", {"thread": thread, "post": post}
    )


@pytest.mark.lives
@pytest.mark.django_db
def test_any_sequence_of_actions_leaves_open_pages_as_a_reload_would_show():
    run_lives(Exchange, steps=20)
