"""The page of a poll, where one votes, and the forms and buttons that make and end it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import Limit, answer_form, form_page, posted
from accounts.base.parsing import parse_natural_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base.readership import readership_of
from forum.base.rules import Refused, require
from forum.conversation.consultations.answer_links import chosen_answer
from forum.conversation.consultations.models import VoterKind
from forum.conversation.consultations.queries import (
    get_removed,
    get_shown,
    open_one,
    others_of,
    to_restore,
)
from forum.conversation.consultations.rules import may_add, may_answer, may_remove
from forum.conversation.consultations.views import answer_removal, answer_restoral
from forum.conversation.polls import actions, queries, rules
from forum.conversation.polls.choices import ResultsShown
from forum.conversation.polls.forms import (
    DatePollForm,
    DateVoteForm,
    PollForm,
    SecretPollForm,
    VoteForm,
    answers_of,
    initial_of,
)
from forum.conversation.polls.minutes.queries import shown_minutes_of
from forum.conversation.polls.models import Poll, PollValues
from forum.conversation.polls.queries import ShownPoll, ShownVoters
from forum.conversation.polls.secret_ballots.actions import cast_ballot
from forum.conversation.threads.composer import renewing_readers
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread

#: Each is told to all who have the thread open.
_POLLS = MemberRateLimit(
    "write_poll",
    "20/10m/user,50/d/user,100/10m/key",
    waiting="5/10m/user,10/d/user,10/10m/key",
)
_VOTES = RateLimit("vote", "20/10m/user,200/d/user")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def add_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a new poll in a thread; of a vote that decides, for ``?vote=``."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require(may_add(viewer, thread), actions.no_poll_reason(viewer, thread))
    initial: dict[str, Any] = {"results": ResultsShown.ALWAYS}
    if "vote" in request.GET:
        initial["voter_kind"] = VoterKind.ORGANISATION
    return _add(request, thread, PollForm, initial)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def add_date_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a new poll about dates."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require(may_add(viewer, thread), actions.no_poll_reason(viewer, thread))
    initial = {
        "question": _("Quelle date vous convient ?"),
        "minutes": 60,
        "time_zone": settings.TIME_ZONE,
        "results": ResultsShown.ALWAYS,
        "is_named": True,
    }
    return _add(request, thread, DatePollForm, initial)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def add_secret_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a new poll by secret ballot."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require(rules.may_add_frozen_poll(viewer, thread), actions.no_poll_reason(viewer, thread))
    return _add(request, thread, SecretPollForm, {"voter_kind": VoterKind.PERSON})


def _add(
    request: ViewerRequest,
    thread: Thread,
    form_class: type[PollForm | DatePollForm],
    initial: dict[str, Any],
) -> HttpResponse:
    def act(values: PollValues, shown_readers: str) -> Poll:
        poll = actions.add_poll(thread, request.viewer, values, shown_readers)
        messages.success(request, _("Le sondage est ouvert."))
        return poll

    return _answer_poll_form(request, thread, form_class, initial, act, None)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def edit_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a poll in which nobody has voted."""
    viewer = request.viewer
    poll = get_shown(Poll, viewer, pk)
    if not rules.may_edit_poll(viewer, poll.thread, poll):
        words = _("On ne modifie que son propre sondage, tant que personne n’y a voté.")
        raise Refused(words)
    form_class = DatePollForm if poll.starts else PollForm

    def act(values: PollValues, shown_readers: str) -> Poll:
        edited = actions.edit_poll(poll, viewer, values, shown_readers)
        messages.success(request, _("Le sondage est modifié."))
        return edited

    return _answer_poll_form(request, poll.thread, form_class, initial_of(poll), act, poll)


def _answer_poll_form(
    request: ViewerRequest,
    thread: Thread,
    form_class: type[PollForm | DatePollForm],
    initial: dict[str, Any],
    act: Callable[[PollValues, str], Poll],
    poll: Poll | None,
) -> HttpResponse:
    readership = readership_of(thread.space)
    initial |= {"shown_readers": readership.stamp}
    about: dict[str, Any] = {}
    if issubclass(form_class, PollForm):
        about = {"may_decide": not poll and rules.may_add_frozen_poll(request.viewer, thread)}
    form = form_class(posted(request), initial=initial, **about)

    def write(shown_readers: str, **values: Any) -> Poll:
        with renewing_readers(form, thread.space):
            return act(PollValues(**values), shown_readers)

    context: dict[str, Any] = {"thread": thread, "readership": readership, "poll": poll}
    context["open_poll"] = None if poll else open_one(Poll, request.viewer, thread)
    context["removed"] = [] if poll else to_restore(Poll, request.viewer, thread)
    template = f"conversation/polls/{form_class.template}.html"
    page = form_page(request, template, context)
    return answer_form(request, form, write, page, limit=_POLLS, error_field="question")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("chosen")
def show_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """A poll, its results as far as one may see them, and the form of one's vote."""
    viewer = request.viewer
    poll = get_shown(Poll, viewer, pk)
    if request.method == "POST" and not viewer.is_registered:
        return redirect_to_sign_in(request)
    shown = queries.shown_poll_of(viewer, poll)
    voters = None
    if poll.voter_kind:
        voters = queries.shown_voters_of(viewer, poll, has_results=bool(shown.results))
    form = _vote_form(request, poll, shown, voters)

    def act(version: int, voter_id: int = 0, **numbers: list[int]) -> Poll:
        chosen, if_needed = numbers["chosen"], numbers.get("if_needed", ())
        if poll.is_secret:
            cast_ballot(poll, viewer, voter_id, chosen)
            messages.success(request, _("Votre bulletin est déposé."))
        else:
            actions.vote(poll, viewer, chosen, version, if_needed, voter_id)
            messages.success(request, _("Votre vote est compté."))
        return poll

    page = partial(_render, request, poll, shown, voters)
    field = None if poll.starts else "chosen"
    return answer_form(request, form, act, page, limit=_VOTES, error_field=field)


def _vote_form(
    request: ViewerRequest, poll: Poll, shown: ShownPoll, voters: ShownVoters | None
) -> VoteForm | DateVoteForm:
    """The form of a vote in ``poll``, with that of who looks or what a mail’s link chose.

    Of a frozen voter the first for which they have not voted, else of the first.
    """
    if poll.starts:
        answers = answers_of(shown.own[0]) if shown.own else {}
        return DateVoteForm(posted(request), poll=poll, initial=answers)
    own = voters.own if voters else []
    voter = voters and (voters.next_own or next(iter(own), None))
    voter_id = voter.pk if voter else None
    chosen = [n for it in shown.own if it.voter_id == voter_id for n in it.chosen]
    initial: dict[str, Any] = {"chosen": chosen if poll.takes_several else [*chosen, None][0]}
    linked = parse_natural_number(chosen_answer(request.GET, poll.version))
    if linked in dict(poll.choice_list) and linked not in chosen:
        initial["chosen"] = [*chosen, linked] if poll.takes_several else linked
        initial["is_chosen"] = True
    initial["voter_id"] = voter_id
    return VoteForm(posted(request), poll=poll, voters=own, initial=initial)


def _render(
    request: ViewerRequest,
    poll: Poll,
    shown: ShownPoll,
    voters: ShownVoters | None,
    form: VoteForm | DateVoteForm,
    status: int,
) -> HttpResponse:
    viewer, thread = request.viewer, poll.thread
    context: dict[str, Any] = {"poll": poll, "thread": thread, "form": form, "shown": shown}
    context["others"] = others_of(viewer, poll)
    context["voters"] = voters
    context["minutes"] = None
    if voters and poll.is_counted:
        counts = [result.vote_count for result, *_names in shown.results]
        context["minutes"] = shown_minutes_of(viewer, poll, voters, counts)
    is_voter = voters is None or bool(voters.own)
    is_done = poll.is_secret and voters is not None and voters.next_own is None
    context["may_vote"] = may_answer(viewer, thread, poll) and is_voter and not is_done
    why = rules.no_vote_reason(viewer, thread, poll, is_voter=is_voter)
    context["no_vote_reason"] = why
    context["may_add_meeting"] = may_add(viewer, thread)
    context["may_edit"] = rules.may_edit_poll(viewer, thread, poll)
    context["may_close"] = rules.may_close_poll(viewer, thread, poll)
    context["may_remove"] = may_remove(viewer, thread, poll)
    return render(request, "conversation/polls/poll.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def remove_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that removes a poll, and asks animators why."""
    poll = get_shown(Poll, request.viewer, pk)
    template, done = "conversation/polls/remove_poll.html", _("Le sondage est supprimé.")
    return answer_removal(request, poll, template, done, _POLLS)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def restore_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form by which an animator shows a removed poll again, for a reason."""
    poll = get_removed(Poll, request.viewer, pk)
    template, done = "conversation/polls/restore_poll.html", _("Le sondage est rétabli.")
    return answer_restoral(request, poll, template, done, _POLLS)


@require_POST
def close_poll(request: ViewerRequest, pk: int) -> HttpResponse:
    """Close a poll."""
    return _press(request, pk, actions.close_poll, _POLLS, _("Le sondage est clos."))


@require_POST
def take_vote_back(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take one's vote back."""
    voter_id = parse_natural_number(request.POST.get("voter_id", "")) or 0

    def act(poll: Poll, viewer: Viewer) -> None:
        actions.take_vote_back(poll, viewer, voter_id)

    return _press(request, pk, act, _VOTES, _("Votre vote est repris."))


def _press(
    request: ViewerRequest,
    pk: int,
    act: Callable[[Poll, Viewer], None],
    limit: Limit,
    words: str,
) -> HttpResponse:
    poll = get_shown(Poll, request.viewer, pk)
    if not request.viewer.is_registered:
        return redirect_to_sign_in(request, reverse("poll", args=[pk]))
    if refusal := limit.refusal(request):
        messages.error(request, refusal)
    else:
        act(poll, request.viewer)
        messages.success(request, words)
    return redirect(poll)
