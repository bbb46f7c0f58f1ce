"""After any merges, splits, moves and hidings, all that is counted and shown is right."""

import pytest
from django.template.loader import render_to_string
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    invariant,
    multiple,
    rule,
)

from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base import visibility
from forum.base.search_index.models import PostDocument, ThreadDocument
from forum.conversation.follows.actions import choose_follow, mark_read
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.changes import TooFarBehind, thread_changes_since
from forum.conversation.threads.edits.actions import delete_post
from forum.conversation.threads.merged_threads import url_after_merge
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.thread_parts import part_fields
from forum.models import Follow, Post, Thread, Topic
from forum.moderation import actions as moderation
from forum.moderation.measures.models import Measure
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests import factories
from tests.forum.thread_invariants import (
    check_accepted_answers,
    check_consents,
    check_contribution_counts,
    check_statistics,
    check_taggings,
    check_thread_counts,
)
from tests.stateful import UndoneMachine, run_lives

SPACES = ["public", "network", factories.AUTHORITIES]
ROLES = ["guest", "projects", "authorities", "animator"]
roles, numbers, threads = st.sampled_from(ROLES), st.integers(1, 6), st.integers(0, 5)


class Lives(UndoneMachine):
    """A few threads, four viewers, and pages opened and caught up at any moment."""

    pages = Bundle("pages")

    def __init__(self):
        super().__init__()
        colleges = factories.create_colleges()
        factories.create_charter()
        self.topics = [Topic.objects.create(slug=name, name=name) for name in ("bois", "vent")]
        self.spaces = factories.create_spaces(colleges)
        self.people = {
            "projects": factories.create_person("Jeanne", factories.PROJECTS),
            "authorities": factories.create_person("Claire", factories.AUTHORITIES),
            "animator": factories.create_person(
                "Lucie", factories.AUTHORITIES, is_animator=True
            ),
        }
        self.origins, self.texts = {}, {}
        for name, role in zip(SPACES, ROLES[1:], strict=True):
            factories.start_thread(self.people[role], self.spaces[name], title=f"Fil {name} ?")
            if name != factories.AUTHORITIES:
                self.reply("authorities", 5)
        self.note_new()

    def viewer(self, role):
        return viewer_of_person(self.people[role]) if role != "guest" else GUEST

    def thread(self, n):
        return self.one(Thread._base_manager.all(), n)

    def post(self, thread, number):
        return Post._base_manager.filter(thread=thread, number=number).first() or Post(pk=0)

    def note_new(self):
        for post in Post._base_manager.exclude(pk__in=self.origins).select_related("thread"):
            self.origins[post.pk] = post.thread.space
            self.texts[post.pk] = post.text

    @rule(by=roles, n=threads)
    def reply(self, by, n):
        thread = self.thread(n)
        if by != "guest" and thread.removed_at is None:
            self.attempt(factories.post_reply, self.people[by], thread)

    @rule(by=roles, n=threads, number=numbers)
    def delete(self, by, n, number):
        post = self.post(self.thread(n), number)
        before = post.deleted_at
        self.attempt(delete_post, post, self.viewer(by))
        if before is None and Post.objects.filter(pk=post.pk).exclude(deleted_at=None):
            self.texts[post.pk] = ""

    @rule(n=threads, number=numbers)
    def hide(self, n, number):
        post = self.post(self.thread(n), number)
        self.attempt(moderation.hide_post, post, self.viewer("animator"), "Motif")

    @rule(n=st.integers(0, 9))
    def end_measure(self, n):
        if measure := self.one(Measure.objects.filter(ended_at=None), n):
            self.attempt(moderation.end_measure, measure, self.viewer("animator"), "Motif")

    @rule(n=threads, number=numbers)
    def accept(self, n, number):
        self.attempt(accept_answer, self.post(self.thread(n), number), self.viewer("animator"))

    @rule(n=threads, space=st.sampled_from(SPACES))
    def move(self, n, space):
        viewer = self.viewer("animator")
        self.attempt(factories.move_thread, self.thread(n), viewer, self.spaces[space])

    @rule(by=roles, n=threads, chosen=st.sets(st.integers(2, 6), min_size=1))
    def split(self, by, n, chosen):
        self.attempt(
            split_thread, self.thread(n), self.viewer(by), numbers=chosen, kind="question",
            title="Un fil à part ?", topic=self.topics[1], tags=["régie"],
        )  # fmt: skip

    @rule(n=threads, into=threads)
    def merge(self, n, into):
        viewer = self.viewer("animator")
        self.attempt(merge_threads, self.thread(n), self.thread(into), viewer)

    @rule(by=roles, n=threads, number=numbers)
    def read(self, by, n, number):
        if by != "guest":
            mark_read(self.thread(n).pk, {self.people[by].pk: number})

    @rule(by=roles, n=threads, level=st.sampled_from(["all", "named", "muted"]))
    def follow(self, by, n, level):
        self.attempt(choose_follow, self.thread(n).pk, self.viewer(by), level, "")

    def reload(self, role, pk):
        viewer = self.viewer(role)
        seen = Thread.objects.visible_to(viewer).with_byline().with_addressees()
        seen = seen.annotate(**part_fields())
        if not (thread := seen.filter(pk=pk).first()):
            return None, None
        shown = {
            f"post-{post.number}": rendered("post", thread, post)
            for post in thread.posts.for_display(viewer)
        }
        return thread.seq, shown | {"thread-head": rendered("head", thread)}

    @rule(target=pages, role=roles, n=threads)
    def open_page(self, role, n):
        pk = self.thread(n).pk
        seq, shown = self.reload(role, pk)
        page = {"role": role, "pk": pk, "seq": seq, "shown": shown}
        return multiple() if shown is None else page

    @rule(page=pages)
    def catch_up(self, page):
        seq, now = self.reload(page["role"], page["pk"])
        try:
            news = thread_changes_since(self.viewer(page["role"]), page["pk"], page["seq"])
        except Thread.DoesNotExist:
            assert now is None
            return
        except TooFarBehind:  # Then it is loaded again.
            page["seq"], page["shown"] = seq, now
            return
        found = {name: html for name, html in news.elements.items() if name != "thread-foot"}
        page["seq"], page["shown"] = news.seq, page["shown"] | found
        assert (page["seq"], page["shown"]) == (seq, now)

    @invariant()
    def what_is_counted_is_so(self):
        check_contribution_counts()
        check_statistics()
        check_taggings()
        check_accepted_answers()
        check_thread_counts()
        for thread in Thread._base_manager.all():
            posts = list(Post._base_manager.filter(thread=thread).order_by("number"))
            assert [post.number for post in posts] == list(range(1, thread.post_count + 1))
            assert thread.removed_reply_count == sum(not post.is_shown for post in posts[1:])
            read = Follow.objects.filter(thread=thread).values_list("last_read_number")
            assert all(number <= thread.post_count for (number,) in read)
            if thread.accepted_id:
                assert thread.accepted_id in {post.pk for post in posts if post.is_shown}

    @invariant()
    def nothing_is_lost_and_all_leads_to_it(self):
        self.note_new()
        check_consents(self.origins)
        assert dict(Post._base_manager.values_list("pk", "text")) == self.texts
        for post in Post._base_manager.exclude(moved_to=None).select_related("moved_to"):
            assert post.deleted_at and post.moved_to.moved_to_id is None
        for model in Measure, Revision:
            rows = model.objects.exclude(post=None).select_related("post")
            assert all(row.thread_id == row.post.thread_id for row in rows)
        copied = (
            "space_id", "topic_id", "kind", "has_sheet", "is_solved", "tags",
            "title_stems", "title_folded_stems",
        )  # fmt: skip
        of_threads = {}
        for doc in ThreadDocument.objects.select_related("thread"):
            of_threads[doc.thread_id] = [getattr(doc, name) for name in copied]
            assert all(getattr(doc, name) == getattr(doc.thread, name) for name in copied[:4])
            is_solved = bool(doc.thread.accepted_id or doc.thread.settled_at)
            assert doc.is_solved is is_solved
        for doc in PostDocument.objects.select_related("post"):
            assert doc.thread_id == doc.post.thread_id
            assert [getattr(doc, name) for name in copied] == of_threads[doc.thread_id]

    @invariant()
    def an_address_leads_to_where_one_sees_what_it_led_to(self):
        for role in ROLES:
            viewer = self.viewer(role)
            seen = set(Thread.objects.visible_to(viewer).values_list("pk", flat=True))
            for thread in Thread._base_manager.exclude(merged_into=None):
                assert thread.removed_at and thread.merged_into.merged_into_id is None
                leads = url_after_merge(viewer, thread.pk, 1)
                moved = Post.objects.visible_to(viewer, visibility.posts_with_tombstones)
                theirs = moved.filter(placeholders__thread=thread).exists()
                assert bool(leads) == (theirs or thread.merged_into_id in seen)


def rendered(part, thread, post=None):
    return render_to_string(
        f"conversation/threads/thread.html#{part}", {"thread": thread, "post": post}
    )


@pytest.mark.lives
@pytest.mark.django_db
def test_any_sequence_of_merges_and_splits_leaves_all_right():
    run_lives(Lives, steps=25, examples=6)
