"""The pages of groups: those one knows of, a new one, one of them, its settings."""

from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import BooleanField, Case, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.pagination import NumberedPage, page_number
from accounts.base.resume_form import pop_saved_form
from accounts.groups.queries import (
    eligible_people,
    findable_by_name,
    has_active_members,
    with_confirmed_seats,
)
from accounts.groups.rules import current_contact, may_manage
from accounts.models import GroupEntry, User, WorkingGroup
from accounts.viewers import viewers
from forum import rules, visibility
from forum.group_pages import actions
from forum.group_pages.forms import (
    ALL_COLLEGES,
    GroupInvitationForm,
    GroupSettingsForm,
    JoinRequestForm,
    NewGroupForm,
    RefuseRequestForm,
)
from forum.models import Space
from forum.threads.composer import with_new_key
from forum.threads.guards import Refused
from forum.threads.login_redirects import redirect_to_charter, redirect_to_sign_in

#: Decided requests and invitations that one still finds on one's page of groups, and waiting.
MAX_DECIDED, MAX_PENDING = 10, 50
#: Surfaces whose form stands where it is sent.
_FORM_ON_OWN_PAGE = {"new-group", "invitation", "group-settings", "answer-request"}


def registered_required(view):
    """``view`` for whoever has an account; asked before anything, so that it tells nothing."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not viewers.get_viewer(request).is_registered:
            return redirect_to_sign_in(request, _form_page_url(request))
        return view(request, *args, **kwargs)

    return guarded


def _form_page_url(request):
    """The page on which a form stands, to come back to; None: where it is sent."""
    match = request.resolver_match
    if request.method != "POST" or match.url_name in _FORM_ON_OWN_PAGE:
        return None
    return (
        reverse("group", kwargs=match.kwargs) if "slug" in match.kwargs else reverse("groups")
    )


def get_group_or_404(request, slug):
    """The group of this address that the one who asks may know of, or a 404."""
    seen = WorkingGroup.objects.filter(visibility.groups(viewers.get_viewer(request)))
    return get_object_or_404(seen.select_related("college", "contact"), slug=slug)


def rate_limit_message():
    """What is said where a throttle refuses; what was typed stays in its form."""
    return _("C’est beaucoup en peu de temps. Réessayez dans une heure.")


@require_safe
@registered_required
def groups(request):
    """One's groups, one's invitations and requests, and the groups that take requests."""
    viewer = viewers.get_viewer(request)
    entries = GroupEntry.objects.filter(visibility.own_group_entries(viewer))
    told = entries.select_related("group", "by")
    others = told.exclude(outcome="accepted").exclude(pk__in=entries.pending())
    page = NumberedPage(_listed_groups(viewer, entries), page_number(request.GET))
    context = {
        "page": page,
        "own_groups": [one for one in page.rows if one.is_mine],
        "open": [one for one in page.rows if not one.is_mine],
        "entries": told.pending().filter(visibility.pending_entries(viewer))[:MAX_PENDING],
        "decided": others[:MAX_DECIDED],
    }
    return render(request, "group_pages/groups.html", context)


def _listed_groups(viewer, entries):
    """The viewer's groups, then those that take requests and have someone to answer them."""
    own_groups = Q(pk__in=sorted(viewer.groups))
    asks = Q(join_policy="request") & visibility.active_groups() & has_active_members()
    asks &= ~Q(pk__in=entries.pending().values("group"))
    known = WorkingGroup.objects.filter(visibility.groups(viewer), own_groups | asks)
    is_mine = Case(When(own_groups, Value(True)), default=False, output_field=BooleanField())
    rows = known.annotate(is_mine=is_mine).select_related("college")
    return rows.order_by("-is_mine", "name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required
def new_group(request):
    """Found a group."""
    viewer = viewers.get_viewer(request)
    if not rules.may_start_thread(viewer):
        return redirect_to_charter(
            request, _("Pour fonder un groupe, signez d’abord la charte.")
        )
    if request.method != "POST":
        initial = with_new_key(
            {"join_policy": "request", "college": ALL_COLLEGES}
            | (pop_saved_form(request) or {})
        )
        form = NewGroupForm(initial=initial, viewer=viewer)
        return render(request, "group_pages/new_group.html", {"form": form})
    form, status = NewGroupForm(request.POST, viewer=viewer), 422
    if form.is_valid() and not ratelimit.consume(request, action="create_group"):
        form.add_error(None, rate_limit_message())
        status = 429
    elif form.is_valid():
        try:
            group = actions.create_group(viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403
        else:
            words = _("Le groupe est fondé, et sa pièce ouverte. Invitez-y du monde.")
            messages.success(request, words)
            return redirect(group)
    return render(request, "group_pages/new_group.html", {"form": form}, status=status)


@require_safe
@registered_required
def group(request, slug):
    """What a group is, who is in it, and what one may do about it."""
    return render_group_page(request, get_group_or_404(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required
def group_settings(request, slug):
    """Settle a group: its purpose, how one comes in, its end."""
    viewer, shown = viewers.get_viewer(request), get_group_or_404(request, slug)
    if not may_manage(viewer, shown):
        raise Refused(_("Ceci revient au contact du groupe."))
    if request.method != "POST":
        initial = {"purpose": shown.purpose, "join_policy": shown.join_policy}
        if shown.ends_at and not shown.is_archived:
            initial["ends_at"] = shown.last_day
        form = GroupSettingsForm(initial=initial | (pop_saved_form(request) or {}))
        return render(request, "group_pages/settings.html", {"group": shown, "form": form})
    form = GroupSettingsForm(request.POST)
    if not form.is_valid():
        context = {"group": shown, "form": form}
        return render(request, "group_pages/settings.html", context, status=422)
    actions.update_group_settings(shown, viewer, **form.cleaned_data)
    messages.success(request, _("Les réglages du groupe sont enregistrés."))
    return redirect(shown)


@require_POST
@registered_required
def archive_group(request, slug):
    """Archive a group now, or open it again: ``archive`` is 1 or 0."""
    shown, archived = get_group_or_404(request, slug), request.POST.get("archive") == "1"
    actions.archive_group(shown, viewers.get_viewer(request), archived)
    done = _("Le groupe est archivé.") if archived else _("Le groupe est rouvert.")
    messages.success(request, done)
    return redirect(shown)


def group_facts(viewer, group):
    """What the facts of ``group`` say of its contact: who it is today, if their page opens."""
    contact = current_contact(group)
    in_reach = contact and User.objects.filter(findable_by_name(), pk=contact.pk).exists()
    return {"contact": contact, "contact_opens": viewer.is_member and in_reach}


def render_group_page(request, shown, status=200, ask=None, invite=None, refused=(None, None)):
    """The page of ``shown``, with the forms that were sent to it as they came back.

    ``refused`` is the id of a request and the form that was to refuse it.
    """
    viewer, facts = viewers.get_viewer(request), group_facts(viewers.get_viewer(request), shown)
    is_group_member, leads = shown.pk in viewer.groups, may_manage(viewer, shown)
    lets_in = leads and not shown.is_archived
    waiting = shown.entries.pending().select_related("person", "by")
    entry = waiting.filter(person=viewer.person_id).first()
    people, (refused_pk, refusal) = _members(shown) if is_group_member else (), refused
    context = facts | {
        "group": shown,
        "is_group_member": is_group_member,
        "may_manage": leads,
        "may_name_contact": is_group_member and (leads or facts["contact"] is None),
        "entry": entry,
        "has_members": is_group_member
        or WorkingGroup.objects.filter(has_active_members(), pk=shown.pk).exists(),
        "space": Space.objects.visible_to(viewer).filter(group=shown).first(),
        "people": people,
        "possible_contacts": [one for one in people if one.pk != shown.contact_id],
        "requests": [
            (
                one,
                refusal
                if one.pk == refused_pk
                else RefuseRequestForm(prefix=f"entry-{one.pk}"),
            )
            for one in (waiting.filter(kind="request") if lets_in else ())
        ],
        "invited": waiting.filter(kind="invitation") if lets_in else (),
        "ask": ask
        or JoinRequestForm(
            initial=_resumed_values(request, "ask-group", not (is_group_member or entry))
        ),
        "invite": invite
        or GroupInvitationForm(
            group=shown, initial=_resumed_values(request, "invite", lets_in)
        ),
    }
    return render(request, "group_pages/group.html", context, status=status)


def _resumed_values(request, surface, is_shown):
    """What was typed for ``surface`` of this page before a session ended, if it is shown."""
    slug = request.resolver_match.kwargs.get("slug")
    return pop_saved_form(request, reverse(surface, args=[slug])) if slug and is_shown else None


def _members(group):
    """Who reads in the group today, each with the seats that speak for them."""
    people = eligible_people(group.college).filter(working_groups=group)
    return with_confirmed_seats(people.order_by("full_name", "pk"))
