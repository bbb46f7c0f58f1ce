"""The page of a consent round, which are its minutes, its forms, and the list of decisions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.pagination import page_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from forum.base.readership import readership_of
from forum.base.rules import require
from forum.conversation.consent_rounds import actions, queries, rules
from forum.conversation.consent_rounds.choices import Phase, PositionKind
from forum.conversation.consent_rounds.forms import (
    AmendForm,
    OutcomeForm,
    PositionForm,
    RoundForm,
)
from forum.conversation.consent_rounds.models import ConsentRound, RoundValues
from forum.conversation.consent_rounds.queries import ShownRound, shown_round_of
from forum.conversation.consultations.answer_links import chosen_answer
from forum.conversation.consultations.models import VoterKind
from forum.conversation.consultations.queries import (
    get_removed,
    get_shown,
    open_one,
    others_of,
    to_restore,
)
from forum.conversation.consultations.rules import may_answer, may_remove
from forum.conversation.consultations.views import (
    answer_minutes,
    answer_removal,
    answer_restoral,
)
from forum.conversation.polls.models import Poll
from forum.conversation.threads.composer import renewing_readers
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.conversation.threads.queries import get_thread

#: What asks all voters, or shows again what they said: a round, another text.
_ROUNDS = MemberRateLimit(
    "write_round", "10/h/user,20/d/user,50/h/key", waiting="3/h/user,5/d/user,5/h/key"
)
#: What leads one's rounds to their ends: some five steps each, which a round takes once.
_STEPS = MemberRateLimit(
    "lead_round", "40/h/user,80/d/user,200/h/key", waiting="12/h/user,20/d/user,20/h/key"
)
_POSITIONS = RateLimit("take_position", "20/10m/user,100/d/user")


@require_safe
def decisions(request: ViewerRequest) -> HttpResponse:
    """What one may read of decisions that are open, then of those that were taken."""
    page = queries.decisions(request.viewer, page_number(request.GET)).or_first()
    open_ones = queries.open_decisions(request.viewer) if page.number == 1 else []
    context = {"open_decisions": open_ones, "page": page}
    return render(request, "conversation/consent_rounds/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def open_round(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a new round in a thread."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require(rules.may_add_round(viewer, thread), rules.no_round_reason(viewer, thread))
    readership = readership_of(thread.space)
    initial: dict[str, Any] = {"voter_kind": VoterKind.ORGANISATION, "phase": Phase.CLARIFY}
    initial |= {"shown_readers": readership.stamp}
    form = RoundForm(posted(request), initial=initial)

    def act(shown_readers: str, **values: Any) -> ConsentRound:
        with renewing_readers(form, thread.space):
            it = actions.open_round(thread, viewer, RoundValues(**values), shown_readers)
        messages.success(request, _("Le tour de consentement est ouvert."))
        return it

    context = {"thread": thread, "readership": readership}
    context["open_round"] = open_one(ConsentRound, viewer, thread)
    context["removed"] = to_restore(ConsentRound, viewer, thread)
    page = form_page(request, "conversation/consent_rounds/round_form.html", context)
    return answer_form(request, form, act, page, limit=_ROUNDS, error_field="title")


@require_http_methods(["GET", "HEAD", "POST"])
def show_round(request: ViewerRequest, pk: int) -> HttpResponse:
    """A round with all positions, and the form of one's own."""
    viewer = request.viewer
    it = get_shown(ConsentRound, viewer, pk)
    if request.method == "POST" and not viewer.is_registered:
        return redirect_to_sign_in(request)
    shown = shown_round_of(viewer, it)
    initial: dict[str, Any] = {}
    if shown.own:
        voter, position = shown.own[0]
        initial = {"voter": voter.pk}
        if position:
            initial |= {"kind": position.kind, "reason": position.reason}
    chosen = chosen_answer(request.GET, it.version)
    if chosen in PositionKind.values and chosen != initial.get("kind"):
        initial |= {"kind": chosen, "reason": "", "is_chosen": True}
    voters = [voter for voter, _position in shown.own]
    form = PositionForm(posted(request), voters=voters, initial=initial)

    def act(voter: int, kind: str, reason: str, version: int) -> ConsentRound:
        actions.take_position(it, viewer, voter, kind, reason, version)
        messages.success(request, _("Votre position est enregistrée."))
        return it

    page = partial(_render, request, it, shown)
    return answer_form(request, form, act, page, limit=_POSITIONS, error_field="kind")


def _render(
    request: ViewerRequest, it: ConsentRound, shown: ShownRound, form: PositionForm, status: int
) -> HttpResponse:
    viewer, thread, is_voter = request.viewer, it.thread, bool(shown.own)
    context: dict[str, Any] = {"round": it, "thread": thread, "form": form, "shown": shown}
    context["others"] = others_of(viewer, it)
    context["linked"] = queries.linked_decisions(viewer, it) if it.decided_at else None
    context["may_answer"] = is_voter and may_answer(viewer, thread, it)
    context["no_position_reason"] = rules.no_position_reason(
        viewer, thread, it, is_voter=is_voter
    )
    context["may_edit_round"] = rules.may_edit_round(viewer, thread, it)
    context["may_close"] = rules.may_close_round(viewer, thread, it)
    context["may_decide"] = rules.may_decide(viewer, thread, it)
    context["is_as_attested"] = bool(it.digest) and queries.digest_of(it) == it.digest
    context["may_remove"] = may_remove(viewer, thread, it)
    return render(request, "conversation/consent_rounds/round.html", context, status=status)


@require_safe
@registered_required()
def minutes(request: ViewerRequest, pk: int) -> HttpResponse:
    """The minutes of a round with an outcome, as a PDF."""
    from forum.conversation.consent_rounds.pdf import render_minutes  # It brings reportlab.

    it = get_shown(ConsentRound, request.viewer, pk)
    require(it.decided_at is not None, _("Le procès-verbal vient avec l’issue du tour."))

    def render_pdf() -> bytes:
        linked = queries.linked_decisions(request.viewer, it)
        return render_minutes(it, shown_round_of(request.viewer, it), linked)

    return answer_minutes(request, pk, render_pdf)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def amend_round(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of another text."""
    viewer = request.viewer
    it = get_shown(ConsentRound, viewer, pk)
    require(rules.may_edit_round(viewer, it.thread, it), rules.no_change_reason())
    readership = readership_of(it.thread.space)
    initial = {"text": it.text, "version": it.version, "shown_readers": readership.stamp}
    form = AmendForm(posted(request), initial=initial)

    def act(**values: Any) -> ConsentRound:
        with renewing_readers(form, it.thread.space):
            amended = actions.amend_round(it, viewer, **values)
        messages.success(request, _("Le texte est amendé."))
        return amended

    context = {"round": it, "thread": it.thread, "readership": readership}
    page = form_page(request, "conversation/consent_rounds/amend_form.html", context)
    return answer_form(request, form, act, page, limit=_ROUNDS, error_field="text")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def write_outcome(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of the outcome of a closed round."""
    viewer = request.viewer
    it = get_shown(ConsentRound, viewer, pk)
    words = _("L’issue s’écrit une fois le tour clos, par qui l’a ouvert ou l’équipe "
              "d’animation, et ne change plus.")  # fmt: skip
    require(rules.may_decide(viewer, it.thread, it), words)
    shown = shown_round_of(viewer, it)
    decisions = queries.changeable_decisions(viewer)
    form = OutcomeForm(posted(request), objections=shown.objections, decisions=decisions)

    def act(
        outcome: str,
        text: str,
        changes: ConsentRound | Poll | None = None,
        **values: str,
    ) -> ConsentRound:
        treatments = {
            objection.pk: values[f"treatment_{objection.pk}"] for objection in shown.objections
        }
        decided = actions.write_outcome(it, viewer, outcome, text, treatments, changes)
        messages.success(request, _("L’issue est écrite."))
        return decided

    page = form_page(
        request, "conversation/consent_rounds/outcome_form.html", {"round": it, "shown": shown}
    )
    return answer_form(request, form, act, page, limit=_STEPS, error_field="outcome")


@require_POST
@registered_required("consent-round", "pk")
def begin_phase(request: ViewerRequest, pk: int) -> HttpResponse:
    """Go on to the next phase."""
    phase = request.POST.get("phase", "")

    def act(it: ConsentRound) -> None:
        actions.begin_phase(it, request.viewer, phase)

    reacts = _("Place aux réactions, dans le fil.")
    decides = _("Chaque voix est invitée à se prononcer.")
    return _press(request, pk, act, reacts if phase == Phase.REACT else decides)


@require_POST
@registered_required("consent-round", "pk")
def close_round(request: ViewerRequest, pk: int) -> HttpResponse:
    """Close a round in which all have answered."""

    def act(it: ConsentRound) -> None:
        actions.close_round(it, request.viewer)

    return _press(request, pk, act, _("Le tour est clos."))


def _press(
    request: ViewerRequest, pk: int, act: Callable[[ConsentRound], None], done: str
) -> HttpResponse:
    it = get_shown(ConsentRound, request.viewer, pk)
    if refusal := _STEPS.refusal(request):
        messages.error(request, refusal)
    else:
        act(it)
        messages.success(request, done)
    return redirect(it)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def remove_round(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that removes a round, and asks animators why."""
    it = get_shown(ConsentRound, request.viewer, pk)
    template = "conversation/consent_rounds/remove_round.html"
    return answer_removal(request, it, template, _("Le tour est supprimé."), _STEPS)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def restore_round(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form by which an animator shows a removed round again, for a reason."""
    it = get_removed(ConsentRound, request.viewer, pk)
    template = "conversation/consent_rounds/restore_round.html"
    return answer_restoral(request, it, template, _("Le tour est rétabli."), _ROUNDS)
