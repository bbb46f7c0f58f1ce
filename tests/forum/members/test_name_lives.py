"""No sequence of acts of somebody changes a word that another wrote, but an animator's press.

They call themselves what they like, write, are quoted and mentioned, and close their accounts;
the others write whatever phrases they write, and all edit wiki posts. What the site puts into
others' posts, the name that heads a quotation and the one behind a mention, is no word of
theirs. Who edits a wiki post says what all of it says then, in its editors' name, and what it
said before stays in its versions.
"""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from accounts.base.text import fold
from accounts.closing.actions import ask_to_close
from accounts.models import User
from accounts.names.actions import change_name
from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.conversation.threads.edits.actions import edit_post, set_wiki
from forum.conversation.threads.revisions.models import Revision
from forum.members.closing.actions import close_account
from forum.members.closing.names.actions import decide, delete_old_names, restore
from forum.members.closing.names.models import NamePassage, NameRemoval
from forum.models import Post, Thread, Topic
from tests import factories
from tests.stateful import UndoneMachine, run_lives

#: What others write, and somebody may call themselves.
PHRASES = [
    "de la", "Pompe à Chaleur", "pompe à chaleur", "Chaufferie Kergrist", "Yann Le Goff",
    "Anne Kerambrun", "Ploumagoar Énergie", "contact@mairie.example",
]  # fmt: skip
phrases, numbers = st.sampled_from(PHRASES), st.integers(0, 5)


class Names(UndoneMachine):
    """Two who change names and leave, one who writes, one who animates."""

    def __init__(self):
        super().__init__()
        spaces = factories.create_spaces(factories.create_colleges())
        factories.create_charter()
        Topic.objects.create(slug="bois", name="Bois")
        self.space = spaces["network"]
        self.writer = factories.create_person("Claire Le Bihan", factories.AUTHORITIES)
        self.animator = factories.create_person(
            "Lucie Hoarau", factories.PROJECTS, is_animator=True
        )
        self.leavers = [
            factories.create_person(name, factories.PROJECTS)
            for name in ("Jeanne Brunel", "Paul Quéméneur")
        ]
        #: By post, and by thread, what the writer wrote there; and what an animator changed.
        self.said, self.titles, self.pressed = {}, {}, set()
        #: By wiki post, who edited it; what those say, and their versions, that several wrote.
        self.editors, self.shared, self.versions = {}, {}, {}
        self.titled("Qui connaît Anne Kerambrun ?")
        for n in range(3):
            self.open_wiki(n, 0, PHRASES[4])

    def titled(self, title):
        thread = factories.start_thread(self.writer, self.space, title=title, text=title)
        self.titles[thread.pk] = self.said[thread.posts.get(number=1).pk] = title

    def leaver(self, n):
        person = User.objects.get(pk=self.leavers[n % 2].pk)
        return person if person.is_active else None

    def thread(self, n):
        return self.one(Thread.objects.all(), n)

    @rule(who=numbers, name=phrases)
    def call_oneself(self, who, name):
        if person := self.leaver(who):
            self.attempt(change_name, person, name)

    @rule(who=numbers, n=numbers, words=phrases)
    def post(self, who, n, words):
        if person := self.leaver(who):
            self.attempt(factories.post_reply, person, self.thread(n), f"Avec {words}.")

    @rule(who=numbers, n=numbers, words=phrases)
    def edit(self, who, n, words):
        person = self.leaver(who)
        own = Post.objects.filter(author=person, is_wiki=False)
        if person and (post := self.one(own, n)):
            self.attempt(edit_post, post, viewer_of_person(person), words, post.version)

    def person(self, n):
        """One of the leavers, or the writer."""
        return [*self.leavers, self.writer][n % 3]

    @rule(who=numbers, n=numbers, words=phrases)
    def open_wiki(self, who, n, words):
        person = User.objects.get(pk=self.person(who).pk)
        if person.is_active:
            said = f"Avec {words}."
            post = self.attempt(factories.post_reply, person, self.thread(n), said)
            if post and self.attempt(set_wiki, post, viewer_of_person(person), True):
                self.editors[post.pk] = {person.pk}

    @rule(who=numbers, n=numbers, words=phrases, times=st.integers(1, 3))
    def edit_wiki(self, who, n, words, times):
        person = User.objects.get(pk=self.person(who).pk)
        for _time in range(times if person.is_active else 0):
            post = self.one(Post.objects.filter(is_wiki=True), n)
            said = f"{words}, {post.text}"
            if self.attempt(edit_post, post, viewer_of_person(person), said, post.version):
                self.editors[post.pk].add(person.pk)
                self.note_shared(post.pk)

    def note_shared(self, pk):
        """Remember what a wiki post of several says now, and what it said before."""
        if len(self.editors[pk]) > 1:
            self.shared[pk] = Post.objects.get(pk=pk).text
            self.pressed.discard(("forum.Post", pk))
            for one in Revision.objects.filter(post=pk):
                self.versions.setdefault(one.pk, one.text)

    @rule(who=numbers, words=phrases, verified=st.booleans())
    def declare_address(self, who, words, verified):
        if (person := self.leaver(who)) and "@" in words:
            verified &= not EmailAddress.objects.filter(email=words, verified=True).exists()
            EmailAddress.objects.get_or_create(
                user=person, email=words, defaults={"verified": verified}
            )

    @rule(who=numbers, name=st.none() | phrases)
    def close(self, who, name):
        """Leave, called as it is worst for the others, perhaps: by a phrase of theirs."""
        if person := self.leaver(who):
            if name and self.attempt(change_name, person, name):
                person.refresh_from_db()
            ask_to_close(person)
            close_account(person, timezone.now() + timedelta(days=60))

    @rule(n=numbers, words=phrases, other=phrases)
    def write(self, n, words, other):
        said = f"Avec {words}, ou {other.upper()}."
        self.said[factories.post_reply(self.writer, self.thread(n), said).pk] = said

    @rule(words=phrases)
    def start(self, words):
        self.titled(f"Que dire {words} ?")

    @rule(n=numbers, words=phrases)
    def quote(self, n, words):
        quoted = self.one(Post.objects.exclude(text="").filter(author__in=self.leavers), n)
        if quoted:
            url = quoted.get_absolute_url()
            head = markup.quote(quoted.text, quoted.author.full_name, quoted.number, url)
            text = f"{head}Oui, {words}."
            post = factories.post_reply(self.writer, quoted.thread, text)
            self.said[post.pk] = text.partition("](")[2]

    @rule(who=numbers, n=numbers, words=phrases)
    def mention(self, who, n, words):
        if person := self.leaver(who):
            borne = {fold(one.full_name) for one in User.objects.all()}
            other = f"@{words}" if fold(words) not in borne else "elle"
            text = f"@{person.full_name}\u00a0: c’est {words}, ou {other}."
            post = factories.post_reply(self.writer, self.thread(n), text)
            self.said[post.pk] = text.partition("\u00a0")[2]

    @rule(presses=st.booleans())
    def decide(self, presses):
        viewer = viewer_of_person(self.animator)
        for removal in list(NameRemoval.objects.all()):
            passages = NamePassage.objects.visible_to(viewer).filter(removal=removal)
            waiting = list(passages.filter(replaced_at=None))
            pks = [one.pk for one in waiting]
            if presses:
                self.pressed |= {(one.model, one.row_id) for one in waiting}
            decide(removal, viewer, pks, pks if presses else [])

    @rule(n=numbers)
    def restore(self, n):
        passages = NamePassage.objects.exclude(replaced_at=None)
        if passage := self.one(passages.select_related("removal"), n):
            self.attempt(restore, passage, viewer_of_person(self.animator))

    @rule()
    def sweep(self):
        delete_old_names()

    def teardown(self):
        """All who are left leave, one after the other, once they were called everything."""
        try:
            for n in range(len(self.leavers)):
                for name in PHRASES:
                    self.call_oneself(n, name)
                self.close(n, None)
                self.no_word_of_others_has_changed()
        finally:
            super().teardown()

    @invariant()
    def no_word_of_others_has_changed(self):
        for pk, words in self.said.items():
            if ("forum.Post", pk) not in self.pressed:
                assert Post.objects.get(pk=pk).text.endswith(words)
        for pk, words in self.shared.items():
            if ("forum.Post", pk) not in self.pressed:
                assert Post.objects.get(pk=pk).text == words
        for pk, words in self.versions.items():
            if ("forum.Revision", pk) not in self.pressed:
                assert Revision.objects.get(pk=pk).text == words
        for pk, title in self.titles.items():
            if ("forum.Thread", pk) not in self.pressed:
                assert Thread.objects.get(pk=pk).title == title


@pytest.mark.lives
@pytest.mark.no_cover
@pytest.mark.django_db
def test_nothing_that_somebody_does_changes_a_word_of_others(no_posting_limits):
    """Random lives cost seconds: each closes accounts, which reads every text of the site."""
    if settings.get_current_profile_name() == "quick":  # One life would close nobody.
        quick = settings(max_examples=2, stateful_step_count=15)
        run_state_machine_as_test(Names, settings=quick)
    else:
        run_lives(Names, steps=40, examples=12)
