"""Whatever is written, hidden, moved and taken back, in whatever order: after each event each
kind of viewer finds what a plain scan of what they see finds, and is told of nothing else.
"""

from copy import deepcopy
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
)

from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.finding.search.suggestions import suggestions
from forum.models import Post, Thread, Topic
from forum.moderation.actions import hide_post, restore_post
from tests import factories
from tests.forum.finding.search_helpers import found, scanned
from tests.scenes import open_scene
from tests.stateful import UndoneMachine, run_lives

WORDS = ["éolienne", "éoliennes", "chaudière", "bois-énergie", "réseau", "2,4 MW", "mairie"]
QUERIES = ["eolienne", "chaudiere", '"bois énergie"', "reseau -mairie", "2.4 MW", "mai*"]
WRITERS = ["projects", "authorities", "group"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
writers, numbers = st.sampled_from(WRITERS), st.integers(0, 9)


def create_world():
    """The cast, with the topic and the spaces."""
    made = factories.create_all()
    return SimpleNamespace(people=made.people, spaces=made.spaces)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What every life begins with."""
    with open_scene(django_db_blocker, create_world) as made:
        yield made


class Life(UndoneMachine):
    """A forum where people write, and take back, and animators hide and move."""

    def __init__(self, world):
        super().__init__()
        vars(self).update(vars(deepcopy(world)))
        self.query = QUERIES[0]

    def viewer(self, role):
        person = getattr(self.people, role)
        return viewer_of_person(person) if person else GUEST

    @rule(writer=writers, space=numbers, title=texts, text=texts)
    def start(self, writer, space, title, text):
        spaces = sorted(self.spaces)
        space = self.spaces[spaces[space % len(spaces)]]
        person = getattr(self.people, writer)
        self.attempt(factories.start_thread, person, space, title=title, text=text, tags=[])

    @rule(writer=writers, number=numbers, text=texts)
    def reply(self, writer, number, text):
        if thread := self.one(Thread.objects, number):
            self.attempt(factories.post_reply, getattr(self.people, writer), thread, text)

    @rule(number=numbers, text=texts)
    def edit(self, number, text):
        if post := self.one(Post.objects.filter(deleted_at=None), number):
            author = viewer_of_person(post.author)
            self.attempt(edit_post, post, author, text, post.version)

    @rule(number=numbers)
    def delete(self, number):
        if post := self.one(Post.objects, number):
            self.attempt(delete_post, post, viewer_of_person(post.author))

    @rule(number=numbers, title=texts, tag=st.sampled_from(WORDS))
    def retitle(self, number, title, tag):
        if thread := self.one(Thread.objects, number):
            about = {"title": title, "topic": Topic.objects.first(), "kind": "question"}
            author = viewer_of_person(thread.author)
            self.attempt(edit_thread, thread, author, tags=[tag], **about)

    @rule(number=numbers)
    def hide(self, number):
        if post := self.one(Post.objects.filter(hidden_at=None), number):
            self.attempt(hide_post, post, self.viewer("animator"), "Hors charte.")

    @rule(number=numbers)
    def restore(self, number):
        if post := self.one(Post.objects.filter(hidden_at__isnull=False), number):
            self.attempt(restore_post, post, self.viewer("animator"))

    @rule(number=numbers, space=st.sampled_from(["public", "network", factories.SUPPORT]))
    def move(self, number, space):
        if thread := self.one(Thread.objects, number):
            animator, space = self.viewer("animator"), self.spaces[space]
            self.attempt(factories.move_thread, thread, animator, space)

    @rule(query=st.sampled_from(QUERIES))
    def search(self, query):
        self.query = query

    @invariant()
    def each_finds_what_a_plain_scan_finds(self):
        for role in ("guest", "projects", "support", "group", "lapsed"):
            viewer = self.viewer(role)
            assert set(found(viewer, self.query)) == scanned(viewer, self.query), role
            urls = {it["url"] for it in suggestions(viewer, self.query)["threads"]}
            mine = {it.get_absolute_url() for it in Thread.objects.visible_to(viewer)}
            assert urls <= mine, role


@pytest.mark.lives
@pytest.mark.django_db
def test_each_finds_what_a_plain_scan_finds_whatever_happens(world):
    run_lives(lambda: Life(world), steps=10, examples=5)
