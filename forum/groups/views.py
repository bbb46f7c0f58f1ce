"""The pages of groups: those one knows of, a new one, one of them, its settings."""

from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import BooleanField, Case, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import viewers
from accounts.groups.admission import (
    admissible,
    contact_of,
    found_by_name,
    inhabited,
    steers,
    with_seats,
)
from accounts.kept import typed_before
from accounts.models import GroupEntry, User, WorkingGroup
from forum import rules, visibility
from forum.groups import actions
from forum.groups.forms import ALL, AskForm, GroupForm, InviteForm, RefuseForm, SettingsForm
from forum.models import Space
from forum.pages import Numbered, page_number
from forum.threads.acting import Refused
from forum.threads.composing import fresh
from forum.threads.gates import to_charter, to_sign_in

#: Decided requests and invitations that one still finds on one's page of groups, and waiting.
MOST_DECIDED, MOST_WAITING = 10, 50
#: Surfaces whose form stands where it is sent.
_THERE = {"new-group", "invitation", "group-settings", "answer-request"}


def registered_only(view):
    """``view`` for whoever has an account; asked before anything, so that it tells nothing."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not viewers.of_request(request).is_registered:
            return to_sign_in(request, _place(request))
        return view(request, *args, **kwargs)

    return guarded


def _place(request):
    """The page on which a form stands, to come back to; None: where it is sent."""
    match = request.resolver_match
    if request.method != "POST" or match.url_name in _THERE:
        return None
    return (
        reverse("group", kwargs=match.kwargs) if "slug" in match.kwargs else reverse("groups")
    )


def group_seen(request, slug):
    """The group of this address that the one who asks may know of, or a 404."""
    seen = WorkingGroup.objects.filter(visibility.groups(viewers.of_request(request)))
    return get_object_or_404(seen.select_related("college", "contact"), slug=slug)


def too_often():
    """What is said where a throttle refuses; what was typed stays in its form."""
    return _("C’est beaucoup en peu de temps. Réessayez dans une heure.")


@require_safe
@registered_only
def groups(request):
    """One's groups, one's invitations and requests, and the groups that take requests."""
    viewer = viewers.of_request(request)
    entries = GroupEntry.objects.filter(visibility.entries(viewer))
    told = entries.select_related("group", "by")
    others = told.exclude(outcome="accepted").exclude(pk__in=entries.waiting())
    page = Numbered(_known(viewer, entries), page_number(request.GET))
    context = {
        "page": page,
        "mine": [one for one in page.rows if one.is_mine],
        "open": [one for one in page.rows if not one.is_mine],
        "entries": told.waiting().filter(visibility.hopes(viewer))[:MOST_WAITING],
        "decided": others[:MOST_DECIDED],
    }
    return render(request, "groups/groups.html", context)


def _known(viewer, entries):
    """The viewer's groups, then those that take requests and have someone to answer them."""
    mine = Q(pk__in=sorted(viewer.groups))
    asks = Q(joining="request") & visibility.living() & inhabited()
    asks &= ~Q(pk__in=entries.waiting().values("group"))
    known = WorkingGroup.objects.filter(visibility.groups(viewer), mine | asks)
    is_mine = Case(When(mine, Value(True)), default=False, output_field=BooleanField())
    rows = known.annotate(is_mine=is_mine).select_related("college")
    return rows.order_by("-is_mine", "name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_only
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
    if form.is_valid() and not ratelimit.consume(request, action="found_group"):
        form.add_error(None, too_often())
        status = 429
    elif form.is_valid():
        try:
            group = actions.found_group(viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403
        else:
            words = _("Le groupe est fondé, et sa pièce ouverte. Invitez-y du monde.")
            messages.success(request, words)
            return redirect(group)
    return render(request, "groups/new.html", {"form": form}, status=status)


@require_safe
@registered_only
def group(request, slug):
    """What a group is, who is in it, and what one may do about it."""
    return group_page(request, group_seen(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@registered_only
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
@registered_only
def archive(request, slug):
    """Archive a group now, or open it again: ``archive`` is 1 or 0."""
    shown, archived = group_seen(request, slug), request.POST.get("archive") == "1"
    actions.archive_group(shown, viewers.of_request(request), archived)
    done = _("Le groupe est archivé.") if archived else _("Le groupe est rouvert.")
    messages.success(request, done)
    return redirect(shown)


def facts_of(viewer, group):
    """What the facts of ``group`` say of its contact: who it is today, if their page opens."""
    contact = contact_of(group)
    in_reach = contact and User.objects.filter(found_by_name(), pk=contact.pk).exists()
    return {"contact": contact, "contact_opens": viewer.is_member and in_reach}


def group_page(request, shown, status=200, ask=None, invite=None, refused=(None, None)):
    """The page of ``shown``, with the forms that were sent to it as they came back.

    ``refused`` is the id of a request and the form that was to refuse it.
    """
    viewer, facts = viewers.of_request(request), facts_of(viewers.of_request(request), shown)
    is_in, leads = shown.pk in viewer.groups, steers(viewer, shown)
    lets_in = leads and not shown.is_archived
    waiting = shown.entries.waiting().select_related("person", "by")
    entry = waiting.filter(person=viewer.person_id).first()
    people, (refused_pk, refusal) = _people(shown) if is_in else (), refused
    context = facts | {
        "group": shown,
        "is_in": is_in,
        "leads": leads,
        "takes_contact": is_in and (leads or facts["contact"] is None),
        "entry": entry,
        "is_inhabited": is_in or WorkingGroup.objects.filter(inhabited(), pk=shown.pk).exists(),
        "room": Space.objects.visible_to(viewer).filter(group=shown).first(),
        "people": people,
        "heirs": [one for one in people if one.pk != shown.contact_id],
        "requests": [
            (one, refusal if one.pk == refused_pk else RefuseForm(prefix=f"entry-{one.pk}"))
            for one in (waiting.filter(kind="request") if lets_in else ())
        ],
        "invited": waiting.filter(kind="invitation") if lets_in else (),
        "ask": ask or AskForm(initial=_typed(request, "ask-group", not (is_in or entry))),
        "invite": invite or InviteForm(group=shown, initial=_typed(request, "invite", lets_in)),
    }
    return render(request, "groups/group.html", context, status=status)


def _typed(request, surface, is_shown):
    """What was typed for ``surface`` of this page before a session ended, if it is shown."""
    slug = request.resolver_match.kwargs.get("slug")
    return typed_before(request, reverse(surface, args=[slug])) if slug and is_shown else None


def _people(group):
    """Who reads in the group today, each with the seats that speak for them."""
    people = admissible(group.college).filter(working_groups=group)
    return with_seats(people.order_by("full_name", "pk"))
