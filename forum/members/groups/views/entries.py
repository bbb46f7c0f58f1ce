"""The forms and buttons that ask, invite, answer and leave; the page of an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, posted
from accounts.base.parsing import parse_natural_number
from accounts.base.rate_limits import RateLimit
from accounts.groups import actions
from accounts.groups.rules import may_manage
from accounts.models import GroupEntry, User, WorkingGroup
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.base import visibility
from forum.base.rules import Refused
from forum.conversation.threads.login_redirects import registered_required
from forum.members.groups import mail
from forum.members.groups.forms import (
    GroupInvitationForm,
    JoinRequestForm,
    RefuseRequestForm,
)
from forum.members.groups.views.groups import (
    get_group_or_404,
    group_facts,
    render_group_page,
)

if TYPE_CHECKING:
    from accounts.groups.models import GroupEntryQuerySet


_JOIN_REQUESTS = RateLimit("ask_to_join", "20/h/user,60/d/user")
_INVITATIONS = RateLimit("invite_to_group", "30/h/user,100/d/user")


@require_POST
@registered_required("group", "slug")
def ask_to_join(request: PersonRequest, slug: str) -> HttpResponse:
    """Request to join a group."""
    group = get_group_or_404(request, slug)
    form = JoinRequestForm(request.POST)

    def act(message: str) -> WorkingGroup:
        entry = actions.request_to_join(group, request.user, message)
        if entry.outcome:
            messages.success(request, _("On vous attendait : vous êtes dans le groupe."))
        else:
            if entry.just_changed:
                mail.mail_request(request, entry)
            messages.success(request, _("Votre demande est partie ; la réponse viendra ici."))
        return group

    def page(form: BaseForm, status: int) -> HttpResponse:
        return render_group_page(request, group, status, ask=form)

    return answer_form(request, form, act, page, limit=_JOIN_REQUESTS, error_field="message")


@require_POST
@registered_required("group", "slug")
def invite(request: PersonRequest, slug: str) -> HttpResponse:
    """Invite a member, by name or e-mail address."""
    group = get_group_or_404(request, slug)
    if not may_manage(request.viewer, group):
        raise Refused(_("Ceci revient au contact du groupe."))
    form = GroupInvitationForm(request.POST, group=group)

    def act(**invited: Any) -> WorkingGroup:
        entry = _create_invitation(group, request.user, invited)
        if entry.just_changed and not entry.outcome:
            mail.mail_invitation(request, entry)
        messages.success(request, _invitation_message(entry))
        return group

    def page(form: GroupInvitationForm, status: int) -> HttpResponse:
        return render_group_page(request, group, status, invite=form)

    return answer_form(request, form, act, page, limit=_INVITATIONS, error_field="who")


def _create_invitation(group: WorkingGroup, actor: User, data: dict[str, Any]) -> GroupEntry:
    if "address" in data:
        return actions.invite_address(group, actor, data["address"])
    return actions.invite(group, actor, data["person"])


def _invitation_message(entry: GroupEntry) -> str:
    """The message to whoever invites: for an address, the same whosever it is."""
    if entry.address:
        return _(
            "Si cette adresse est celle d’un membre qui peut entrer dans le groupe, "
            "l’invitation lui est partie ; elle tient trente jours."
        )
    if entry.outcome:
        message = _("%(name)s l’avait demandé, et se trouve dans le groupe.")
    else:
        message = _("%(name)s a reçu votre invitation ; elle tient trente jours.")
    assert entry.person is not None  # It is by name.
    return message % {"name": entry.person.full_name}


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def invitation(request: PersonRequest, pk: int) -> HttpResponse:
    """An invitation, for the person invited, and the buttons that accept and decline it.

    One that was answered, withdrawn or has expired says so, without buttons. What the group
    is today is shown only to those who may know of it; others see its name.
    """
    viewer = request.viewer
    own = GroupEntry.objects.filter(visibility.own_group_entries(viewer), type="invitation")
    entry = get_object_or_404(
        own.select_related("group__college", "group__contact", "created_by"), pk=pk
    )
    known = WorkingGroup.objects.filter(visibility.groups(viewer), pk=entry.group_id)
    context = {"entry": entry, "group": entry.group, "is_known": known.exists()}
    if context["is_known"]:
        context |= group_facts(viewer, entry.group)
    if request.method != "POST":
        return render(request, "members/groups/invitation.html", context)
    accepted = request.POST.get("answer") == "yes"
    try:
        entry = actions.answer_invitation(entry, request.user, accepted)
    except actions.CannotJoin as refusal:
        entry.refresh_from_db(fields=["outcome", "decided_at"])
        context["why"] = str(refusal)
        return render(request, "members/groups/invitation.html", context, status=403)
    if not accepted:
        messages.success(request, _("L’invitation est déclinée."))
        return redirect("groups")
    messages.success(request, _("Bienvenue dans « %s ».") % entry.group)
    return redirect(entry.group)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def answer_request(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Accept a request to join, or refuse it with a reason: ``answer`` is yes or no.

    A GET shows the group's page with the reason typed before the session ended.
    """
    entry = get_object_or_404(_managed_entries(request), pk=pk, type="request")
    if request.method == "POST" and request.POST.get("answer") == "yes":
        return _answer_request(request, entry, is_accepted=True)

    def act(reason: str) -> HttpResponse:
        return _answer_request(request, entry, is_accepted=False, reason=reason)

    def page(form: BaseForm, status: int) -> HttpResponse:
        return render_group_page(request, entry.group, status, refused=(pk, form))

    form = RefuseRequestForm(posted(request), prefix=f"entry-{pk}")
    return answer_form(request, form, act, page)


def _answer_request(
    request: PersonRequest, entry: GroupEntry, *, is_accepted: bool, reason: str = ""
) -> HttpResponse:
    try:
        entry = actions.answer_request(entry, request.user, is_accepted, reason)
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
        return redirect(entry.group)
    if entry.just_changed:
        mail.mail_answer(request, entry)
    message = _("%(name)s est dans le groupe.") if is_accepted else _("La demande est refusée.")
    name = entry.person.full_name if entry.person else ""
    messages.success(request, message % {"name": name})
    return redirect(entry.group)


@require_POST
@registered_required("groups")
def withdraw_entry(request: PersonRequest, pk: int) -> HttpResponse:
    """Withdraw one's own request, or an invitation to a group that one manages."""
    viewer = request.viewer
    own = GroupEntry.objects.filter(visibility.own_group_entries(viewer), type="request")
    entry = get_object_or_404((own | _managed_entries(request)).select_related("group"), pk=pk)
    try:
        actions.withdraw_entry(entry, request.user)
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("C’est retiré."))
    return redirect("groups" if entry.person_id == viewer.person_id else entry.group)


@require_POST
@registered_required("group", "slug")
def leave_group(request: PersonRequest, slug: str) -> HttpResponse:
    """Leave a group; its contact must name another first."""
    group = get_group_or_404(request, slug)
    try:
        actions.leave_group(group, request.user)
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
        return redirect(group)
    messages.success(request, _("Vous avez quitté « %s ».") % group)
    return redirect("groups")


@require_POST
@registered_required("group", "slug")
def hand_over_contact(request: PersonRequest, slug: str) -> HttpResponse:
    """Make a member of the group, ``person``, its contact."""
    group = get_group_or_404(request, slug)
    person = User.objects.filter(
        pk=parse_natural_number(request.POST.get("person", "")) or 0
    ).first()
    if group.pk not in request.viewer.group_ids:
        raise Refused(_("Le contact du groupe est le seul à passer le relais."))
    try:
        actions.transfer_contact(group, request.user, person or User())
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%s est désormais le contact du groupe.") % person)
    return redirect(group)


def _managed_entries(request: ViewerRequest) -> GroupEntryQuerySet:
    """The requests and invitations of the groups that the viewer manages."""
    viewer = request.viewer
    entries = GroupEntry.objects.filter(group__in=sorted(viewer.group_ids))
    return entries if viewer.is_animator else entries.filter(group__contact=viewer.person_id)
