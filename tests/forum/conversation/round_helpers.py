"""A consent round, as tests make and look at it."""

import re
from datetime import timedelta

from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds import actions
from forum.conversation.consent_rounds.models import ConsentRound, RoundValues, RoundVoter
from forum.conversation.consent_rounds.tasks import close_rounds
from tests.forum.conversation.poll_helpers import words

TITLE, TEXT = "Un règlement pour le silo", "Chacun réserve **une semaine** avant."


def open_round(thread, person, **about):
    """A round of ``person`` in ``thread``: positions at once, for ten days, by organisation."""
    values = {"title": TITLE, "text": TEXT, "voter_kind": "organisation", "phase": "decide"}
    values["closes_on"] = timezone.localdate() + timedelta(days=10)
    return actions.open_round(thread, viewer_of_person(person), RoundValues(**(values | about)))


def create_round(thread, author=None, **about):
    """A round in ``thread`` that is there, with a voter of its author's organisation."""
    about = {
        "title": TITLE,
        "text": TEXT,
        "voter_kind": "organisation",
        "phase": "decide",
    } | about
    about.setdefault("closes_on", timezone.localdate() + timedelta(days=10))
    author = author or thread.author
    it = ConsentRound.objects.create(thread=thread, author=author, **about)
    seat = author.seats.select_related("organisation").first()
    if seat:
        town = seat.organisation
        RoundVoter.objects.create(round=it, organisation=town, college=town.college)
    return it


def answer(it, person, kind="consent", reason="", voter=None, version=None):
    """``person`` says this for the one voter that they answer for, on the text of today."""
    voter = voter or RoundVoter.objects.filter(round=it).of_person(person.pk).first()
    version = version or ConsentRound.objects.get(pk=it.pk).version
    viewer = viewer_of_person(person)
    actions.take_position(it, viewer, voter.pk if voter else 0, kind, reason, version)


def end_round(it):
    """Let the last day of ``it`` be over, and the worker come."""
    yesterday = timezone.localdate() - timedelta(days=1)
    ConsentRound.objects.filter(pk=it.pk).update(closes_on=yesterday)
    close_rounds.call()
    return ConsentRound.objects.get(pk=it.pk)


def decide(it, person, outcome="adopted", text="On essaie un an.", changes=None):
    """``person`` writes the outcome of ``it``, with a treatment of each objection."""
    objections = it.positions.current().filter(kind="objection")
    treated = dict.fromkeys(objections.values_list("pk", flat=True), "Revu dans un an.")
    viewer = viewer_of_person(person)
    return actions.write_outcome(it, viewer, outcome, text, treated, changes)


def card(browser, thread):
    """What the head of the page of ``thread`` says of a round, None where there is none."""
    page = browser.get(thread.get_absolute_url()).text
    found = re.search(r'<details class="part" id="consent-round".*?</details>', page, re.DOTALL)
    return found and words(found[0])
