"""What happens to questions and to rights in experience lives.

Whether the forum allows an event is tested elsewhere. Here nothing succeeds for who does not
see what it is about, and what has happened is told to the model.
"""

from copy import deepcopy

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.charter.actions import withdraw_signature
from accounts.groups.actions import leave_group
from accounts.models import Seat, User
from accounts.organisations.actions import end_seat
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals.actions import decline, pass_on
from forum.conversation.addressees.same_questions.actions import say_same_question
from forum.conversation.addressees.selection.actions import ask_others
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.edits.actions import delete_post
from forum.models import Post as PostRow
from forum.models import Thread as ThreadRow
from forum.moderation.actions import hide_post, restore_post
from tests import factories
from tests.forum.experience_lives.model import PLACES, Asked, Post, Thread
from tests.forum.experience_lives.world import CHANGING, WRITERS
from tests.forum.library.sheets.public_helpers import close
from tests.stateful import UndoneMachine

names, changing = st.sampled_from(WRITERS), st.sampled_from(CHANGING)
places, numbers = st.sampled_from(PLACES), st.integers(0, 60)
REFUSED = object()


class QuestionEvents(UndoneMachine):
    """A network in which anything may happen to questions and rights, and its model."""

    def __init__(self, world):
        super().__init__()
        vars(self).update(vars(deepcopy(world)))
        self.people = self.model.people

    # ------------------------------------------------------------------------------ helpers

    def viewer(self, name):
        """The viewer that they are now."""
        return viewer_of_person(User.objects.get(pk=self.rows[name].pk))

    def word(self, sort, by):
        """A word that ``by`` says, and that is said nowhere else."""
        word = f"{sort}{sum(map(len, self.said_by.values()))}zq"
        self.said_by.setdefault(by, set()).add(word)
        return word

    def tried(self, action, *args, **kwargs):
        """What it gives; REFUSED where it is refused, or about what one does not see."""
        try:
            return action(*args, **kwargs)
        except (PermissionDenied, ObjectDoesNotExist):
            return REFUSED

    def pick(self, rows, number):
        """One of ``rows``, or None."""
        return rows[number % len(rows)] if rows else None

    def _reader_of(self, place, number=0):
        return self.pick([it for it in WRITERS if place in self.model.reads(it)], number)

    def _post_of(self, row, words):
        name = next(name for name, one in self.rows.items() if one.pk == row.author_id)
        return Post(row.pk, name, words)

    def _addressees(self, name, number):
        """One to three organisations whom they may ask, as they name them."""
        slugs = sorted({self.pick(list(self.slugs.values()), number * it) for it in (1, 2, 3)})
        found = (find_addressee(self.viewer(name), f"organisation-{slug}") for slug in slugs)
        return [one for one in found if one][: number % 3 + 1]

    # ---------------------------------------------------------------------------- questions

    @rule(name=names, place=places, kind=st.sampled_from(["question", "experience"]),
          number=numbers)  # fmt: skip
    def start(self, name, place, kind, number):
        self._start(name, place, kind, number)

    def _start(self, name, place, kind, number=0):
        title, text = self.word("titre", name), self.word("texte", name)
        asked = self._addressees(name, number) if kind == "question" else []
        row = self.tried(
            factories.start_thread, self.rows[name], self.spaces[place], kind=kind,
            title=f"Le fil {title}", text=f"Nous disons {text}.", addressees=asked, tags=[],
            topic=self.topics[number % 2],
        )  # fmt: skip
        if row is REFUSED:
            return
        assert place in self.model.reads(name)
        post = self._post_of(row.posts.get(), {text})
        thread = Thread(row.pk, place, name, number % 2, title, [post], kind == "question")
        self.model.threads.append(thread)
        self._note_asked(thread)

    def _note_asked(self, thread):
        """Take over whom it was put to: each reads there now."""
        known = {one.pk for one in thread.asked}
        slugs = {slug: name for name, slug in self.slugs.items()}
        for row in ThreadRow.objects.get(pk=thread.pk).addressees.order_by("pk"):
            if row.pk not in known:
                name = slugs[row.organisation.slug]
                assert thread.place in self.model.reads(name), (name, thread)
                thread.asked.append(Asked(row.pk, name))

    @rule(number=numbers, whom=numbers)
    def ask_more(self, number, whom):
        if thread := self.pick([it for it in self.model.threads if it.is_question], number):
            row, viewer = self._row(thread), self.viewer(thread.author)
            whom = self._addressees(thread.author, whom)
            if self.tried(ask_others, row, viewer, whom) is not REFUSED:
                assert self.model.sees(thread.author, thread)
                self._note_asked(thread)

    def _row(self, thread):
        return ThreadRow.objects.select_related("space").get(pk=thread.pk)

    @rule(name=names, number=numbers, says=st.sampled_from(["decline", "pass on"]))
    def answer_for(self, name, number, says):
        pairs = [(it, one) for it in self.model.threads for one in it.asked if one.name == name]
        if (pair := self.pick(pairs, number)) is None:
            return
        thread, asked = pair
        row = self._row(thread).addressees.get(pk=asked.pk)
        if says == "decline":
            word = self.word("pasnous", name)
            if self.tried(decline, row, self.viewer(name), "other", word) is not REFUSED:
                assert self.model.sees(name, thread)
                asked.has_declined, asked.declined = True, word
        else:
            for to in self._addressees(name, number)[:1]:
                done = self.tried(pass_on, row, self.viewer(name), to, self.word("mot", name))
                if done is not REFUSED:
                    assert self.model.sees(name, thread)
                    asked.referred, asked.has_declined, asked.declined = True, False, ""
                    self._note_asked(thread)

    @rule(name=names, number=numbers)
    def share(self, name, number):
        if thread := self.pick(self.model.threads, number):
            done = self.tried(say_same_question, self._row(thread), self.viewer(name))
            if done is not REFUSED:
                assert self.model.sees(name, thread)
                thread.same.add(name)

    @rule(name=names, number=numbers)
    def reply(self, name, number):
        if thread := self.pick(self.model.threads, number):
            word = self.word("rep", name)
            row = self.tried(factories.post_reply, self.rows[name], self._row(thread), word)
            if row is not REFUSED:
                assert self.model.sees(name, thread)
                thread.posts.append(self._post_of(row, {word}))

    @rule(number=numbers)
    def accept(self, number):
        pairs = [(it, one) for it in self.model.threads for one in it.posts[1:]]
        if pair := self.pick(pairs, number):
            thread, post = pair
            row = PostRow.objects.get(pk=post.pk)
            if self.tried(accept_answer, row, self.viewer(thread.author)) is not REFUSED:
                assert post.state == "shown" and self.model.sees(thread.author, thread)
                thread.accepted = post.pk

    @rule(number=numbers, does=st.sampled_from(["hide", "restore", "delete"]))
    def moderate(self, number, does):
        pairs = [(it, one) for it in self.model.threads for one in it.posts]
        if (pair := self.pick(pairs, number)) is None or self.people[pair[1].author].closed:
            return
        thread, post = pair
        row, lucie = PostRow.objects.get(pk=post.pk), self.viewer("Lucie")
        own = self.viewer(post.author)
        done = (
            self.tried(hide_post, row, lucie, "Un motif.") if does == "hide"
            else self.tried(restore_post, row, lucie) if does == "restore"
            else self.tried(delete_post, row, own)
        )  # fmt: skip
        if done is REFUSED:
            return
        by = post.author if does == "delete" else "Lucie"
        assert thread.place in self.model.reads(by)
        post.state = {"hide": "hidden", "restore": "shown", "delete": "deleted"}[does]
        if thread.accepted == post.pk:
            thread.accepted = None
        if post is thread.posts[0]:
            thread.removed = post.state != "shown" and (
                thread.removed or len(thread.posts) == 1
            )
            if does == "delete":
                self.model.sheets = [it for it in self.model.sheets if it.thread is not thread]

    @rule(number=numbers, place=places)
    def move(self, number, place):
        if (thread := self.pick(self.model.threads, number)) is None:
            return
        row, lucie = self._row(thread), self.viewer("Lucie")
        self.tried(factories.move_thread, row, lucie, self.spaces[place])
        row.refresh_from_db()
        if row.space_id != self.spaces[place].pk or thread.place == place:
            return
        before, thread.place = thread.place, place
        thread.lost_by |= {
            name
            for name in self.people
            if before in self.model.reads(name) and place not in self.model.reads(name)
        }
        for one in thread.asked:
            one.declined = ""
        within = place == before or before == "public" or (
            before == "network" and place != "public"
        )  # fmt: skip
        thread.same = thread.same if within else set()

    # --------------------------------------------------------------------------- the rights

    @rule(name=changing, does=st.sampled_from(
        ["withdraw", "sign", "leave", "join", "suspend", "let back"]))  # fmt: skip
    def change_rights(self, name, does):
        person, row = self.people[name], self.rows[name]
        if person.closed:
            return
        seat = Seat.objects.filter(person=row).first()
        if does == "withdraw" and person.college and person.has_signed:
            withdraw_signature(row.signatures.filter(withdrawn_at=None).first(), row)
            person.has_signed = False
        elif does == "sign" and person.college and not person.has_signed:
            factories.sign_charter(row, seat.organisation)
            person.has_signed = True
        elif does == "leave" and person.in_group:
            leave_group(self.spaces["group"].group, row)
            person.in_group = False
        elif does == "join" and not person.in_group:
            factories.join_group(row)
            person.in_group = True
        elif does in ("suspend", "let back"):
            at = timezone.now() if does == "suspend" else None
            User.objects.filter(pk=row.pk).update(suspended_at=at)
            person.suspended = at is not None

    @rule(name=changing, by_closing=st.booleans(), number=numbers)
    def go(self, name, by_closing, number):
        """For good: a seat ends, or an account is closed. Not often."""
        person = self.people[name]
        if number % 3 or person.closed:
            return
        if not by_closing and person.college:
            end_seat(Seat.objects.get(person=self.rows[name]), self.rows[name])
            person.seat_ended = True
        elif by_closing:
            close(self.rows[name])
            person.closed = True
            self._drafts_after(name)

    def _drafts_after(self, name):
        """A draft of who is gone is the first co-author's who is there, or nobody's."""
        for sheet in self._drafts():
            if sheet.author == name:
                there = [one for one in sheet.writers if not self.people[one].closed]
                if there:
                    sheet.author = there[0]
                    sheet.writers.remove(there[0])
                else:
                    self.model.sheets.remove(sheet)
            sheet.invited.discard(name)
            if sheet.reviewers.get(name) == "":
                del sheet.reviewers[name]
