"""The presses by which one comes into a group and leaves it, and an invitation's own page."""

from allauth.core import ratelimit
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import viewers
from accounts.groups import actions
from accounts.groups.admission import steers
from accounts.kept import typed_before
from accounts.models import GroupEntry, User, WorkingGroup
from accounts.natural import natural
from forum import visibility
from forum.groups import mail
from forum.groups.forms import AskForm, InviteForm, RefuseForm
from forum.groups.views import facts_of, group_page, group_seen, registered_only, too_often
from forum.threads.acting import Refused


@require_POST
@registered_only
def ask(request, slug):
    """Ask to join."""
    group, form = group_seen(request, slug), AskForm(request.POST)
    if not form.is_valid():
        return group_page(request, group, 422, ask=form)
    if not ratelimit.consume(request, action="ask_group"):
        form.add_error("words", too_often())
        return group_page(request, group, 429, ask=form)
    try:
        entry = actions.ask_to_join(group, request.user, form.cleaned_data["words"])
    except actions.CannotJoin as refusal:
        form.add_error("words", str(refusal))
        return group_page(request, group, 403, ask=form)
    if entry.outcome:
        messages.success(request, _("On vous attendait : vous êtes dans le groupe."))
    else:
        if entry.is_fresh:
            mail.tell_of_request(request, entry)
        messages.success(request, _("Votre demande est partie ; la réponse viendra ici."))
    return redirect(group)


@require_POST
@registered_only
def invite(request, slug):
    """Invite a member, by name or address."""
    group = group_seen(request, slug)
    if not steers(viewers.of_request(request), group):
        raise Refused(_("Ceci revient au contact du groupe."))
    form = InviteForm(request.POST, group=group)
    if not form.is_valid():
        return group_page(request, group, 422, invite=form)
    if not ratelimit.consume(request, action="invite_to_group"):
        form.add_error("who", too_often())
        return group_page(request, group, 429, invite=form)
    try:
        entry = _invited(group, request.user, form.cleaned_data)
    except actions.CannotJoin as refusal:
        form.add_error("who", str(refusal))
        return group_page(request, group, 403, invite=form)
    if entry.is_fresh and not entry.outcome:
        mail.tell_of_invitation(request, entry)
    messages.success(request, _told_of(entry))
    return redirect(group)


def _invited(group, by, who):
    if "address" in who:
        return actions.invite_address(group, by, who["address"])
    return actions.invite(group, by, who["person"])


def _told_of(entry):
    """What the one who invites is told: of an address, the same whosever it is."""
    if entry.address:
        return _(
            "Si cette adresse est celle d’un membre qui peut entrer dans le groupe, "
            "l’invitation lui est partie ; elle tient trente jours."
        )
    if entry.outcome:
        words = _("%(name)s l’avait demandé, et se trouve dans le groupe.")
    else:
        words = _("%(name)s a reçu votre invitation ; elle tient trente jours.")
    return words % {"name": entry.person.full_name}


@require_http_methods(["GET", "HEAD", "POST"])
@registered_only
def invitation(request, pk):
    """An invitation, for whom it is: what the group is, and yes or no.

    One that was used, taken back or let pass says so, and offers nothing. What the group is
    today is said only to who may know of it; others read its name, and how to get back in.
    """
    viewer = viewers.of_request(request)
    mine = GroupEntry.objects.filter(visibility.entries(viewer), kind="invitation")
    entry = get_object_or_404(
        mine.select_related("group__college", "group__contact", "by"), pk=pk
    )
    seen = WorkingGroup.objects.filter(visibility.groups(viewer), pk=entry.group_id)
    context = {"entry": entry, "group": entry.group, "is_known": seen.exists()}
    if context["is_known"]:
        context |= facts_of(viewer, entry.group)
    if request.method != "POST":
        return render(request, "groups/invitation.html", context)
    accepted = request.POST.get("reponse") == "oui"
    try:
        entry = actions.answer_invitation(entry, request.user, accepted)
    except actions.CannotJoin as refusal:
        entry.refresh_from_db(fields=["outcome", "decided_at"])
        context["why"] = str(refusal)
        return render(request, "groups/invitation.html", context, status=403)
    if not accepted:
        messages.success(request, _("L’invitation est déclinée."))
        return redirect("groups")
    messages.success(request, _("Bienvenue dans « %s ».") % entry.group)
    return redirect(entry.group)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_only
def answer(request, pk):
    """Let in who asked, or refuse with a reason: ``reponse`` is oui or non.

    Whose session ended meanwhile comes back here, to the reason they gave.
    """
    entry = get_object_or_404(_led(request), pk=pk, kind="request")
    prefix = f"entry-{pk}"
    if request.method != "POST":
        form = RefuseForm(prefix=prefix, initial=typed_before(request))
        return group_page(request, entry.group, refused=(pk, form))
    form, accepted = None, request.POST.get("reponse") == "oui"
    if not accepted:
        form = RefuseForm(request.POST, prefix=prefix)
        if not form.is_valid():
            return group_page(request, entry.group, 422, refused=(pk, form))
    try:
        reason = form.cleaned_data["reason"] if form else ""
        entry = actions.answer_request(entry, request.user, accepted, reason)
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
        return redirect(entry.group)
    if entry.is_fresh:
        mail.tell_of_answer(request, entry)
    words = _("%(name)s est dans le groupe.") if accepted else _("La demande est refusée.")
    messages.success(request, words % {"name": entry.person.full_name})
    return redirect(entry.group)


@require_POST
@registered_only
def withdraw(request, pk):
    """Take back one's own request, or an invitation of a group that one leads."""
    viewer = viewers.of_request(request)
    own = GroupEntry.objects.filter(visibility.entries(viewer), kind="request")
    entry = get_object_or_404((own | _led(request)).select_related("group"), pk=pk)
    try:
        actions.withdraw(entry, request.user)
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("C’est retiré."))
    return redirect("groups" if entry.person_id == viewer.person_id else entry.group)


@require_POST
@registered_only
def leave(request, slug):
    """Leave a group; its contact hands over first."""
    group = group_seen(request, slug)
    try:
        actions.leave(group, request.user)
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
        return redirect(group)
    messages.success(request, _("Vous avez quitté « %s ».") % group)
    return redirect("groups")


@require_POST
@registered_only
def hand_over(request, slug):
    """Make someone who is in the group its contact: ``person``."""
    group = group_seen(request, slug)
    person = User.objects.filter(pk=natural(request.POST.get("person", "")) or 0).first()
    if group.pk not in viewers.of_request(request).groups:
        raise Refused(_("Le contact du groupe est le seul à passer le relais."))
    try:
        actions.hand_over(group, request.user, person or User())
    except actions.CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%s est désormais le contact du groupe.") % person)
    return redirect(group)


def _led(request):
    """The requests and invitations of the groups that the one who asks leads."""
    viewer = viewers.of_request(request)
    entries = GroupEntry.objects.filter(group__in=sorted(viewer.groups))
    return entries if viewer.is_animator else entries.filter(group__contact=viewer.person_id)
