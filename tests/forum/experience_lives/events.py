"""What happens in experience lives: questions, sheets, public versions, rights that change.

Whether the forum allows an event is tested elsewhere. Here nothing succeeds for who does not see
what it is about, and what has happened is told to the model.
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
from forum.addressees.queries import find_addressee
from forum.addressees.referrals.actions import decline, pass_on
from forum.addressees.same_questions.actions import say_same_question
from forum.addressees.selection.actions import ask_others
from forum.moderation.actions import hide_post, restore_post
from forum.models import Post as PostRow
from forum.models import Thread as ThreadRow
from forum.questions.actions import accept_answer
from forum.sheets import actions as publishing
from forum.sheets.authors.actions import answer_invitation, invite_author
from forum.sheets.authors.models import SheetAuthor
from forum.sheets.drafts.actions import begin_sheet, delete_draft, save_draft
from forum.sheets.drawing.queries import drawn_values
from forum.sheets.figures.figure_questions import TypedFigure
from forum.sheets.models import ExperienceSheet
from forum.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    cancel_public_version,
    propose_public_version,
)
from forum.sheets.public_versions.snapshot import Proposal
from forum.sheets.reviews.actions import answer_review, ask_review
from forum.threads.edits.actions import delete_post
from tests import factories
from tests.forum.experience_lives.model import PLACES, Asked, Post, Sheet, Thread
from tests.forum.experience_lives.world import CHANGING, WRITERS
from tests.forum.sheets.public_helpers import close
from tests.forum.sheets.sheet_helpers import values
from tests.stateful import UndoneMachine

names, changing = st.sampled_from(WRITERS), st.sampled_from(CHANGING)
places, numbers = st.sampled_from(PLACES), st.integers(0, 60)
REFUSED = object()


class Events(UndoneMachine):
    """A network in which anything may happen, and the model of it."""

    def __init__(self, world):
        super().__init__()
        vars(self).update(vars(deepcopy(world)))
        self.people = self.model.people

    def begin_life(self):
        """A question in each place, and some published sheets."""
        for place in PLACES:
            self._start(self._reader_of(place), place, "question")
        for number, place in enumerate([*PLACES[:2], *PLACES[:3]]):
            self._begin(self._reader_of(place, number), number)
            self._publish(self.model.sheets[-1], place)

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

    # ------------------------------------------------------------------------------- sheets

    def _values(self, title, words, amount, number):
        figure = TypedFigure("power", f"{amount} kW", vector="heat")
        return values(
            self.pick(list(self.places.values()), number), self.topics[number % 2],
            title=f"La fiche {title}", results=f"Cela donne {' '.join(sorted(words))}.",
            population=1500 if number % 2 else 20_000, figures=(figure,), tags="",
        )  # fmt: skip

    @rule(name=names, number=numbers)
    def begin(self, name, number):
        self._begin(name, number)

    def _begin(self, name, number, thread=None):
        title, words = self.word("fiche", name), {self.word("res", name)}
        amount = round(100 * 1.05 ** (len(self.model.sheets) * 7 % 61))
        said, origin = self._values(title, words, amount, number), None
        viewer = self.viewer(name)
        if thread:
            origin = self._row(thread)
            drawn = self.tried(drawn_values, viewer, origin)
            if drawn is REFUSED:
                return
            assert self.model.sees(name, thread)
            taken = [one for one in thread.posts if one.state == "shown"]
            taken = [it for it in taken if it is thread.posts[0] or it.pk == thread.accepted]
            words |= {it for one in taken for it in one.words}
            said = said._replace(parts=said.parts | drawn.parts)
            said.parts["advice"] = f"Et {' '.join(sorted(words))}."
        row = self.tried(begin_sheet, viewer, said, origin)
        if row is not REFUSED:
            population = said.population
            self.model.sheets.append(
                Sheet(row.pk, name, title, number % 2, words, amount, population)
            )

    @rule(name=names, number=numbers)
    def draw(self, name, number):
        if thread := self.pick(self.model.threads, number):
            self._begin(name, number, thread)

    def _sheet_row(self, sheet):
        rows = ExperienceSheet.objects.select_related("thread__space", "origin__space")
        return rows.get(pk=sheet.pk)

    def _drafts(self):
        return [one for one in self.model.sheets if not one.thread]

    @rule(number=numbers, whom=names, accepts=st.booleans())
    def invite(self, number, whom, accepts):
        """Of a draft, or of a published sheet."""
        sheet = self.pick(self.model.sheets, number)
        if sheet is None or self.people[whom].closed:
            return
        person = User.objects.get(pk=self.rows[whom].pk)
        row, by = self._sheet_row(sheet), self.viewer(sheet.author)
        if self.tried(invite_author, row, by, person) is REFUSED:
            return
        if whom in sheet.writers:
            return
        sheet.invited.add(whom)
        row = SheetAuthor.objects.get(sheet=sheet.pk, person=person)
        done = self.tried(answer_invitation, row.pk, self.viewer(whom), accepts=accepts)
        if accepts and done is not REFUSED:
            sheet.writers.append(whom)

    @rule(number=numbers, whom=names, verdict=st.sampled_from(["", "approved", "revise"]))
    def review(self, number, whom, verdict):
        sheet = self.pick(self.model.sheets, number)
        if sheet is None or self.people[whom].closed:
            return
        person, by = User.objects.get(pk=self.rows[whom].pk), self.viewer(sheet.author)
        row = self.tried(ask_review, self._sheet_row(sheet), by, person)
        if row is REFUSED:
            return
        sheet.reviewers[whom] = ""
        remark = self.word("remarque", whom)
        if verdict:
            done = self.tried(answer_review, row.pk, self.viewer(whom), verdict, remark)
            if done is not REFUSED:
                sheet.reviewers[whom] = remark

    @rule(number=numbers, name=names)
    def save(self, number, name):
        """A draft or what is published, by an author or by another."""
        if (sheet := self.pick(self.model.sheets, number)) is None:
            return
        words, row = {self.word("res", name)}, self._sheet_row(sheet)
        said = self._values(sheet.title, words, sheet.amount, number)
        said = said._replace(topic=self.topics[sheet.topic], population=sheet.population)
        action = save_draft if sheet.thread is None else publishing.save_published
        if self.tried(action, row, self.viewer(name), said, row.version) is not REFUSED:
            assert name in sheet.authors
            sheet.words = words
            if sheet.thread:
                assert self.model.sees(name, sheet.thread)
                sheet.first_post.words = {*words, sheet.title}

    @rule(number=numbers, name=names)
    def discard(self, number, name):
        if sheet := self.pick(self._drafts(), number):
            row = self._sheet_row(sheet)
            if self.tried(delete_draft, row, self.viewer(name)) is not REFUSED:
                assert name == sheet.author
                self.model.sheets.remove(sheet)

    @rule(number=numbers, place=places)
    def publish(self, number, place):
        if sheet := self.pick(self._drafts(), number):
            self._publish(sheet, place)

    def _publish(self, sheet, place):
        row, viewer = self._sheet_row(sheet), self.viewer(sheet.author)
        thread = self.tried(publishing.publish_sheet, row, viewer, self.spaces[place])
        if thread is not REFUSED:
            assert place in self.model.reads(sheet.author)
            post = self._post_of(thread.posts.get(number=1), {*sheet.words, sheet.title})
            sheet.thread = Thread(
                thread.pk, place, sheet.author, sheet.topic, sheet.title, [post]
            )
            self.model.threads.append(sheet.thread)

    # ---------------------------------------------------------------------- public versions

    @rule(number=numbers, name=names)
    def propose(self, number, name):
        published = [one for one in self.model.sheets if one.thread]
        if (sheet := self.pick(published, number)) is None:
            return
        proposal = Proposal("En bref.", "etalab-2.0")
        viewer = self.viewer(name)
        row = self.tried(propose_public_version, sheet.thread.pk, viewer, proposal)
        if row is not REFUSED:
            assert sheet in self.model.sheets_of(name)
            sheet.waiting, sheet.waiting_words = row.pk, (*sheet.words, sheet.title)
            sheet.waiting_on, sheet.said = set(sheet.authors), {}
            sheet.proposed_by = name

    @rule(number=numbers, name=names, says=st.sampled_from(["yes", "yes", "yes", "no"]))
    def consent(self, number, name, says):
        """Of what waits, else of what is public."""
        if sheet := self.pick([it for it in self.model.sheets if it.waiting], number):
            self._consent(sheet, sheet.waiting, name, says)
        elif sheet := self.pick([it for it in self.model.sheets if it.public], number):
            self._consent(sheet, sheet.public, name, says)

    @rule(number=numbers)
    def all_consent(self, number):
        """Else hardly any sheet would go public."""
        waiting = [it for it in self.model.sheets if it.waiting]
        if sheet := self.pick(waiting, number):
            for name in sorted(sheet.waiting_on):
                if sheet.waiting:
                    self._consent(sheet, sheet.waiting, name, "yes")

    def _consent(self, sheet, pk, name, says):
        viewer = self.viewer(name)
        done = self.tried(answer_public_version, pk, viewer, ConsentValues(says))
        if done is REFUSED:
            return
        if pk == sheet.waiting:
            assert name in sheet.waiting_on
            sheet.said[name] = says
            if all(sheet.said.get(one) == "yes" for one in sheet.waiting_on):
                sheet.public, sheet.public_words = pk, sheet.waiting_words
                sheet.public_on, sheet.waiting = sheet.waiting_on, None
        elif says == "no":
            assert name in sheet.public_on
            sheet.public = None

    @rule(number=numbers, name=names)
    def cancel(self, number, name):
        if sheet := self.pick([it for it in self.model.sheets if it.waiting], number):
            if self.tried(cancel_public_version, sheet.waiting, self.viewer(name)) is REFUSED:
                return
            sheet.waiting = None

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

