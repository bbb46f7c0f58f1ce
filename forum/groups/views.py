"""The pages of groups: those one knows of, a new one, one of them, its settings."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import viewers
from accounts.groups.admission import admissible, may_take_contact, steers, with_seats
from accounts.kept import typed_before
from accounts.models import GroupEntry, WorkingGroup
from forum import rules, visibility
from forum.groups import actions
from forum.groups.forms import ALL, AskForm, GroupForm, InviteForm, RefuseForm, SettingsForm
from forum.models import Space
from forum.threads.acting import Refused
from forum.threads.composing import fresh
from forum.threads.gates import to_charter, to_sign_in

#: Decided requests and invitations that one still finds on one's page of groups.
MOST_DECIDED = 10


def signed_in(view):
    """``view`` for whoever has an account; asked before anything, so that it tells nothing."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not viewers.of_request(request).is_registered:
            return to_sign_in(request, _place(request))
        return view(request, *args, **kwargs)

    return guarded


def _place(request):
    """Where a page is that one may come back to; None: where one is."""
    match = request.resolver_match
    if request.method != "POST" or match.url_name in {"new-group", "invitation"}:
        return None
    return (
        reverse("group", kwargs=match.kwargs) if "slug" in match.kwargs else reverse("groups")
    )


def group_seen(request, slug):
    """The group of this address that the one who asks may know of, or a 404."""
    seen = WorkingGroup.objects.filter(visibility.groups(viewers.of_request(request)))
    return get_object_or_404(seen.select_related("college", "contact"), slug=slug)


@require_safe
@signed_in
def groups(request):
    """One's groups, one's invitations and requests, and the groups that take requests."""
    viewer = viewers.of_request(request)
    known = WorkingGroup.objects.filter(visibility.groups(viewer))
    known = list(known.select_related("college", "contact"))
    entries = GroupEntry.objects.filter(visibility.entries(viewer)).select_related(
        "group", "by"
    )
    waiting, others = entries.waiting(), entries.exclude(outcome="accepted")
    asked = set(waiting.values_list("group", flat=True))
    context = {
        "mine": [one for one in known if one.pk in viewer.groups],
        "entries": waiting if viewer.is_member else (),
        "decided": others.exclude(pk__in=waiting)[:MOST_DECIDED],
        "open": [one for one in known if one.pk not in {*viewer.groups, *asked}],
    }
    return render(request, "groups/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_group(request):
    """Found a group."""
    viewer = viewers.of_request(request)
    if not rules.may_start(viewer):
        return to_charter(request, _("Pour fonder un groupe, signez d’abord la charte."))
    if request.method != "POST":
        initial = fresh({"joining": "request", "college": ALL} | (typed_before(request) or {}))
        form = GroupForm(initial=initial, viewer=viewer)
        return render(request, "groups/new.html", {"form": form})
    form, status = GroupForm(request.POST, viewer=viewer), 422
    if form.is_valid():
        try:
            group = actions.found_group(viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("college", str(refusal))
            status = 403
        else:
            words = _("Le groupe est fondé, et sa pièce ouverte. Invitez-y du monde.")
            messages.success(request, words)
            return redirect(group)
    return render(request, "groups/new.html", {"form": form}, status=status)


@require_safe
@signed_in
def group(request, slug):
    """What a group is, who is in it, and what one may do about it."""
    return group_page(request, group_seen(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings(request, slug):
    """Settle a group: its purpose, how one comes in, its end."""
    viewer, shown = viewers.of_request(request), group_seen(request, slug)
    if not steers(viewer, shown):
        raise Refused(_("Ceci revient au contact du groupe."))
    if request.method != "POST":
        initial = {"purpose": shown.purpose, "joining": shown.joining}
        if shown.ends_at and not shown.is_archived:
            initial["ends_at"] = shown.last_day
        form = SettingsForm(initial=initial | (typed_before(request) or {}))
        return render(request, "groups/settings.html", {"group": shown, "form": form})
    form = SettingsForm(request.POST)
    if not form.is_valid():
        context = {"group": shown, "form": form}
        return render(request, "groups/settings.html", context, status=422)
    actions.settle_group(shown, viewer, **form.cleaned_data)
    messages.success(request, _("Les réglages du groupe sont enregistrés."))
    return redirect(shown)


@require_POST
@signed_in
def archive(request, slug):
    """Archive a group now, or open it again: ``archive`` is 1 or 0."""
    shown, archived = group_seen(request, slug), request.POST.get("archive") == "1"
    actions.archive_group(shown, viewers.of_request(request), archived)
    done = _("Le groupe est archivé.") if archived else _("Le groupe est rouvert.")
    messages.success(request, done)
    return redirect(shown)


def group_page(request, shown, status=200, ask=None, invite=None, refused=(None, None)):
    """The page of ``shown``, with the forms that were sent to it as they came back.

    ``refused`` is the id of a request and the form that was to refuse it.
    """
    viewer = viewers.of_request(request)
    is_in, leads = shown.pk in viewer.groups, steers(viewer, shown)
    waiting = shown.entries.waiting().select_related("person", "by")
    refused_pk, refusal = refused
    context = {
        "group": shown,
        "is_in": is_in,
        "leads": leads,
        "takes_contact": is_in and (leads or may_take_contact(viewer, shown)),
        "entry": waiting.filter(person=viewer.person_id).first(),
        "room": Space.objects.visible_to(viewer).filter(group=shown).first(),
        "people": _people(shown) if is_in else (),
        "requests": [
            (one, refusal if one.pk == refused_pk else RefuseForm(prefix=f"entry-{one.pk}"))
            for one in (waiting.filter(kind="request") if leads else ())
        ],
        "invited": waiting.filter(kind="invitation") if leads else (),
        "ask": ask or AskForm(),
        "invite": invite or InviteForm(group=shown),
    }
    return render(request, "groups/group.html", context, status=status)


def _people(group):
    """Who reads in the group today, each with the seats that speak for them."""
    people = admissible(group.college).filter(working_groups=group)
    return with_seats(people.order_by("full_name", "pk"))
