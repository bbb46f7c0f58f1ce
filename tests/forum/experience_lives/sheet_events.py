"""What happens to sheets and to their public versions in experience lives."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models import User
from forum.library.sheets import actions as publishing
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.drafts.actions import begin_sheet, delete_draft, save_draft
from forum.library.sheets.drawing.queries import drawn_draft
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    cancel_public_version,
    propose_public_version,
)
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.library.sheets.reviews.actions import answer_review, ask_review
from tests.factories import PROJECTS
from tests.forum.experience_lives.model import PLACES, Sheet, Thread
from tests.forum.experience_lives.question_events import (
    REFUSED,
    QuestionEvents,
    names,
    numbers,
    places,
)
from tests.forum.library.sheets.sheet_helpers import values


class Events(QuestionEvents):
    """Anything may happen to sheets, too."""

    def begin_life(self):
        """A question in each place, and some published sheets."""
        for place in PLACES:
            self._start(self._reader_of(place), place, "question")
        self._start("Gaël", PROJECTS, "experience")  # Who wrote on it nowhere else.
        for number, place in enumerate([*PLACES[:2], *PLACES[:3]]):
            self._begin(self._reader_of(place, number), number)
            self._publish(self.model.sheets[-1], place)

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
            drawn = self.tried(drawn_draft, viewer, origin)
            if drawn is REFUSED:
                return
            assert self.model.sees(name, thread)
            taken = [one for one in thread.posts if one.state == "shown"]
            taken = [it for it in taken if it is thread.posts[0] or it.pk == thread.accepted]
            words |= {it for one in taken for it in one.words}
            said = said._replace(parts=said.parts | drawn.values.parts)
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
        thread = self.tried(
            publishing.publish_sheet, row, viewer, self.spaces[place], version=row.version
        )
        if thread is not REFUSED:
            assert place in self.model.reads(sheet.author)
            assert self.spaces[place].audience != "public" or not sheet.writers
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
