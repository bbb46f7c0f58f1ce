"""The polls, consent rounds and meetings of the scene: what stands at the head of threads."""

from datetime import timedelta

from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds import actions as round_actions
from forum.conversation.consent_rounds.models import ConsentRound, RoundValues, RoundVoter
from forum.conversation.consultations import actions as consultations
from forum.conversation.meetings import actions as meeting_actions
from forum.conversation.meetings.calendar_feeds.actions import make_calendar_feed
from forum.conversation.meetings.models import Meeting, MeetingValues
from forum.conversation.polls import actions as poll_actions
from forum.conversation.polls.choices import proposed_dates
from forum.conversation.polls.minutes.actions import write_minutes
from forum.conversation.polls.models import PollValues, PollVoter
from forum.conversation.polls.secret_ballots.models import Ballot
from tests.factories import start_thread


def make_polls(nadia, lucie, thread):
    """Two in ``thread``, one open, with names; elsewhere without a vote, and about dates."""
    reader, animator = viewer_of_person(nadia), viewer_of_person(lucie)
    choices = "Le samedi 3 mars, au matin\nLe mercredi 7 mars, l’après-midi\nNi l’un ni l’autre"
    about = {"takes_several": True, "is_named": True}
    first = PollValues("Qui vient visiter la chaufferie\u00a0?", "Oui\nNon")
    poll_actions.close_poll(poll_actions.add_poll(thread, reader, first), reader)
    asked = PollValues("Quel jour pour la visite\u00a0?", choices, **about)
    poll = poll_actions.add_poll(thread, reader, asked)
    poll_actions.vote(poll, reader, [1, 2], 1)
    poll_actions.vote(poll, animator, [1], 1)
    other = start_thread(nadia, thread.space, title="Qui achète des plaquettes avec nous ?")
    new = poll_actions.add_poll(other, reader, first)
    removed = poll_actions.add_poll(start_thread(nadia, thread.space), reader, first)
    consultations.remove(removed, animator, "C’est le sondage d’un autre fil.")
    date_poll = _date_poll(removed.thread, reader)
    poll_actions.vote(date_poll, reader, [1], 1, [2])
    poll_actions.vote(date_poll, animator, [2], 1, [1, 3])
    secret = poll_actions.add_poll(
        start_thread(lucie, thread.space), animator, _secret_values()
    )
    polls = {"poll": poll, "date-poll": date_poll, "new-poll": new, "removed-poll": removed}
    polls["secret-poll"] = secret
    budget = start_thread(lucie, thread.space, title="Le budget de l’an prochain")
    deciding = poll_actions.add_poll(budget, animator, _deciding_values())
    voter = PollVoter.objects.filter(poll=deciding).of_person(animator.person_id).first()
    poll_actions.vote(deciding, animator, [1], 1, voter_id=voter.pk)
    polls["deciding-poll"] = deciding
    polls["counted-poll"] = _counted_poll(secret, animator)
    return {name: {"pk": it.pk} for name, it in polls.items()}


def _deciding_values():
    last_day = timezone.localdate() + timedelta(days=10)
    about = {"is_named": True, "voter_kind": "organisation", "closes_on": last_day}
    about |= {"quorum": "half", "majority": "absolute"}
    return PollValues("Adopter le budget\u202f?", "Oui\nNon\nAbstention", **about)


def _secret_values():
    question, names = "Qui anime le groupe cette année\u202f?", "Nadia\nHugo\nPersonne encore"
    last_day = timezone.localdate() + timedelta(days=10)
    about = {"results": "closed", "voter_kind": "person", "is_secret": True}
    about["closes_on"] = last_day
    return PollValues(question, names, **about)


def _counted_poll(secret, animator):
    """A vote as ``secret``, with its minutes: all but two have voted."""
    thread = start_thread(secret.author, secret.thread.space)
    poll = poll_actions.add_poll(thread, animator, _secret_values())
    voted = list(poll.voters.order_by("pk").values_list("pk", flat=True))[:-2]
    poll.voters.filter(pk__in=voted).update(has_voted=True)
    Ballot.objects.bulk_create(Ballot(poll=poll, chosen=[1 + n % 2]) for n in range(len(voted)))
    poll.box.delete()
    poll.closed_at, poll.is_counted = timezone.now(), True
    poll.save()
    write_minutes(poll)
    return poll


def _date_poll(thread, viewer):
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    starts = tuple((start + timedelta(days=n)).isoformat() for n in (0, 1, 5))
    when = {"starts": starts, "minutes": 90, "time_zone": "Europe/Paris"}
    choices = "\n".join(str(it) for it in proposed_dates(**when))
    question = "Quelle date vous convient\u202f?"
    return poll_actions.add_poll(
        thread, viewer, PollValues(question, choices, is_named=True, **when)
    )


def make_rounds(nadia, lucie, thread):
    """One open in ``thread``, with another text; elsewhere decided, closed and removed ones."""
    reader, animator = viewer_of_person(nadia), viewer_of_person(lucie)
    day = timezone.localdate() + timedelta(days=10)
    text = "Chaque commune réserve le silo **une semaine** avant, et le rend propre."
    values = RoundValues(
        "Un règlement pour le silo commun", text, "organisation", "decide", day
    )

    def opened(where, title=values.title):
        return round_actions.open_round(where, reader, values._replace(title=title))

    def say(it, viewer, kind, reason="", version=1):
        voter = RoundVoter.objects.filter(round=it).of_person(viewer.person_id).first()
        round_actions.take_position(it, viewer, voter.pk, kind, reason, version)

    def closed(title):
        it = opened(start_thread(nadia, thread.space, title=f"{title}, chez vous ?"), title)
        say(it, animator, "objection", "Rien n’est dit de qui paie une vis qui casse.")
        ConsentRound.objects.filter(pk=it.pk).update(closed_at=timezone.now())
        return it

    decided = closed("Une astreinte partagée")
    objection = decided.positions.get()
    round_actions.write_outcome(
        decided, reader, "reserves", "Un an d’essai, puis un bilan.",
        {objection.pk: "La commune qui avait le silo paie, l’assurance rembourse."},
    )  # fmt: skip
    it = opened(thread)
    say(it, animator, "objection", "Une semaine ne suffit pas aux plus loin.")
    changed = text.replace("une semaine", "deux semaines")
    round_actions.amend_round(it, reader, changed, "L’objection est entendue.", 1)
    say(it, animator, "consent", version=2)
    removed = opened(start_thread(nadia, thread.space), "Un tour de trop")
    say(removed, animator, "abstain")
    consultations.remove(removed, animator, "C’est le tour d’un autre fil.")
    rounds = {"round": it, "decided-round": decided, "removed-round": removed}
    rounds["closed-round"] = closed("Un achat groupé de plaquettes")
    return {name: {"pk": it.pk} for name, it in rounds.items()}


def make_meetings(nadia, thread):
    """One in ``thread`` to which one comes and another may, in ten days; one of last week.

    And a calendar feed.
    """
    reader = viewer_of_person(nadia)
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    where = (
        "Salle des fêtes, 12 rue du Bourg, 97435 Saint-Nicodème",
        "https://visio.exemple.fr/bois",
    )
    values = MeetingValues(start, start + timedelta(hours=2), "Indian/Reunion", *where, 12)
    past = meeting_actions.add_meetings(thread, reader, [values])
    meeting_actions.register(past, reader)
    hours = ("starts_at", "ends_at")
    last_week = {name: getattr(past, name) - timedelta(days=17) for name in hours}
    Meeting.objects.filter(pk=past.pk).update(**last_week)
    meeting = meeting_actions.add_meetings(thread, reader, [values])
    meeting_actions.register(meeting, reader)
    make_calendar_feed(reader)
    return {"meeting": {"pk": meeting.pk}, "past-meeting": {"pk": past.pk}}
