"""However tags are given, merged and separated, in whatever order: nobody is told a word that
stood in no thread that they could read, counts are those of a plain scan, and a merge that is
undone leaves no trace.

The words that someone may be told are kept apart from what is tested: those that writers gave
to threads of the spaces that the person reads.
"""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
)

from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.conversation.tags.models import MergedTagging
from forum.conversation.tags.queries import find_tag
from forum.conversation.tags.suggestions import suggest_tags
from forum.conversation.threads.edits.actions import edit_thread
from forum.finding.tags.actions import delete_unused_tags
from forum.finding.tags.merges.actions import merge_tags, separate_tag
from forum.models import Tag, Tagging, Thread
from tests.clients import guest_client
from tests.factories import AUTHORITIES, SUPPORT, start_thread
from tests.forum.thread_invariants import check_taggings
from tests.stateful import UndoneMachine, run_lives

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]
WORDS = ["Motalouette", "Motbelette", "Motcigogne", "Motdindon"]
PLACES = ["public", "network", AUTHORITIES, SUPPORT, "group"]
words = st.sampled_from(WORDS)
several = st.lists(words, max_size=3, unique=True)


class Life(UndoneMachine):
    """A forum whose threads are given some words, by people who each read some spaces."""

    def __init__(self, people, spaces, browser_of):
        super().__init__()
        self.spaces, self.writers = spaces, {
            "public": people.authorities, "network": people.authorities,
            AUTHORITIES: people.authorities, SUPPORT: people.support, "group": people.group,
        }  # fmt: skip
        self.animator = viewer_of_person(people.animator)
        network = {"public", "network"}
        self.readers = {
            "guest": (None, {"public"}),
            "authorities": (people.authorities, network | {AUTHORITIES}),
            "animator": (people.animator, network | {SUPPORT}),
            "group": (people.group, network | {"group"}),
        }
        self.pages = {name: browser_of(one) if one else guest_client()
                      for name, (one, _reads) in self.readers.items()}  # fmt: skip
        self.viewers = {name: viewer_of_person(one) if one else GUEST
                        for name, (one, _reads) in self.readers.items()}  # fmt: skip
        self.known = {name: set() for name in self.readers}
        self.count = 0
        for place, word in zip(PLACES, [*WORDS[:2], WORDS[3], WORDS[2], WORDS[0]], strict=True):
            self.start(place, [word], False)

    def learn(self, place, given):
        for name, (_person, reads) in self.readers.items():
            if place in reads:
                self.known[name] |= {word.lower() for word in given}

    def tag(self, word):
        return Tag.objects.filter(slug=word.lower()).first()

    # ------------------------------------------------------------------------ what happens

    @rule(place=st.sampled_from(PLACES), given=several, loud=st.booleans())
    def start(self, place, given, loud):
        self.count += 1
        spelt = [word.upper() if loud else word for word in given]
        start_thread(
            self.writers[place], self.spaces[place], tags=spelt,
            title=f"Un fil de plus, le numéro {self.count}",
        )  # fmt: skip
        self.learn(place, given)

    @rule(number=st.integers(0, 20), given=several)
    def edit(self, number, given):
        threads = list(Thread._base_manager.order_by("pk"))
        if not threads:
            return
        thread = threads[number % len(threads)]
        (place,) = [name for name, one in self.spaces.items() if one.pk == thread.space_id]
        about = {"title": thread.title, "topic": thread.topic, "kind": thread.kind}
        edit_thread(thread, viewer_of_person(thread.author), tags=given, **about)
        self.learn(place, given)

    @rule(one=words, other=words)
    def merge(self, one, other):
        one, other = self.tag(one), self.tag(other)
        if one and other:
            with suppress(Tag.DoesNotExist, PermissionDenied):
                merge_tags(one, other, self.animator, "Le même.")

    @rule(one=words)
    def separate(self, one):
        if one := self.tag(one):
            with suppress(Tag.DoesNotExist, PermissionDenied):
                separate_tag(one, self.animator, "Non.")

    @rule(one=words, other=words)
    def merge_and_think_again(self, one, other):
        before, one, other = everything(), self.tag(one), self.tag(other)
        if one and other and one.merged_into is None:
            with suppress(Tag.DoesNotExist, PermissionDenied):
                merge_tags(one, other, self.animator, "Le même.")
                separate_tag(one, self.animator, "Non.")
        assert everything() == before

    @rule()
    def night_falls(self):
        delete_unused_tags()

    # ---------------------------------------------------------------------- what must hold

    @invariant()
    def taggings_tell_what_their_threads_tell(self):
        check_taggings()
        for tag in Tag.objects.filter(merged_into__isnull=False):
            assert tag.root.merged_into is None

    @invariant()
    def suggestions_are_of_known_words_and_counts_of_a_plain_scan(self):
        for name, viewer in self.viewers.items():
            threads = Thread.objects.visible_to(viewer)
            for one in suggest_tags(viewer, "mot"):
                said = {one.name.lower(), one.slug, one.synonym.lower()} - {""}
                assert said <= self.known[name], (name, one)
                assert one.count == threads.filter(taggings__tag__slug=one.slug).count() > 0

    @invariant()
    def addresses_are_those_of_known_words(self):
        for name, viewer in self.viewers.items():
            threads = Thread.objects.visible_to(viewer)
            borne = set(threads.values_list("taggings__tag__slug", flat=True))
            for word in (one.lower() for one in WORDS):
                found = find_tag(viewer, word)
                assert found is None or {word, found.slug} <= self.known[name], (name, word)
                assert (found is not None and found.slug == word) == (word in borne)

    @rule(name=st.sampled_from(["guest", "authorities", "animator", "group"]))
    def look(self, name):
        """At pages that name tags."""
        addresses = ["/", "/mots-cles/", "/animation/journal/"]
        addresses += [f"/mots/{word}/" for word in self.known[name]]
        addresses += [f"/mots/{word}/modifier/" for word in self.known[name]]
        for address in sorted(addresses):
            page = self.pages[name].get(address, follow=True).text.lower()
            told = {word.lower() for word in WORDS if word.lower() in page}
            assert told <= self.known[name], (name, address)


def everything():
    """All taggings in full, and what merges keep."""
    names = [field.attname for field in Tagging._meta.concrete_fields]
    kept = MergedTagging.objects.values_list("source", "target", "thread", "name", "had_both")
    merged = Tag.objects.values_list("slug", "merged_into")
    return sorted(Tagging.objects.values_list(*names)), sorted(kept), sorted(merged)


@pytest.mark.lives
def test_however_tags_are_merged_nobody_is_told_a_word_that_they_did_not_know(
    people, spaces, browser_of
):
    run_lives(lambda: Life(people, spaces, browser_of), steps=12)
