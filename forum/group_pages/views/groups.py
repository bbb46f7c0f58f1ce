"""The pages of groups: the list, a new one, one of them, its settings."""

from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import BooleanField, Case, Q, Value, When
from django.http import Http404
from django.shortcuts import redirect, render
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
from forum.group_pages.queries import can_answer, known_group
from forum.models import Space
from forum.rules import Refused
from forum.threads.composer import with_idempotency_key
from forum.threads.login_redirects import redirect_to_charter, redirect_to_sign_in

#: How many decided and pending entries the list of groups shows.
MAX_DECIDED, MAX_PENDING = 10, 50


def registered_required(form_page=None, *url_kwargs):
    """Decorate a view for people who have an account; others are led to sign-in.

    A form that they sent comes back to them on its page after signing in: the one so named,
    which takes ``url_kwargs`` of the view; by default the view's own.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if viewers.get_viewer(request).is_registered:
                return view(request, *args, **kwargs)
            url = None
            if form_page and request.method == "POST":
                url = reverse(form_page, kwargs={name: kwargs[name] for name in url_kwargs})
            return redirect_to_sign_in(request, url)

        return wrapper

    return decorate


def get_group_or_404(request, slug):
    """The group of this slug that the viewer knows of; raise Http404 where they do not."""
    group = known_group(viewers.get_viewer(request), slug)
    if group is None:
        raise Http404
    return group


def rate_limit_message():
    """The error of a form that was sent too often."""
    return _("C’est beaucoup en peu de temps. Réessayez dans une heure.")


@require_safe
@registered_required()
def groups(request):
    """One's groups, one's invitations and requests, and the groups that take requests."""
    viewer = viewers.get_viewer(request)
    entries = GroupEntry.objects.filter(visibility.own_group_entries(viewer))
    rows = entries.select_related("group", "created_by")
    decided = rows.exclude(outcome="accepted").exclude(pk__in=entries.pending())
    page = NumberedPage(_listed_groups(viewer, entries), page_number(request.GET))
    context = {
        "page": page,
        "own_groups": [group for group in page.rows if group.is_mine],
        "open": [group for group in page.rows if not group.is_mine],
        "entries": rows.pending().filter(visibility.pending_entries(viewer))[:MAX_PENDING],
        "decided": decided[:MAX_DECIDED],
    }
    return render(request, "group_pages/groups.html", context)


def _listed_groups(viewer, entries):
    """The viewer's groups, then those that take requests and have members to answer them."""
    own_groups = Q(pk__in=sorted(viewer.group_ids))
    takes_requests = (
        Q(join_policy="request") & visibility.active_groups() & has_active_members()
    )
    takes_requests &= ~Q(pk__in=entries.pending().values("group"))
    known = WorkingGroup.objects.filter(visibility.groups(viewer), own_groups | takes_requests)
    is_mine = Case(When(own_groups, Value(True)), default=False, output_field=BooleanField())
    rows = known.annotate(is_mine=is_mine).select_related("college")
    return rows.order_by("-is_mine", "name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def new_group(request):
    """The form that creates a group."""
    viewer = viewers.get_viewer(request)
    if not rules.may_start_thread(viewer):
        return redirect_to_charter(
            request, _("Pour fonder un groupe, signez d’abord la charte.")
        )
    if request.method != "POST":
        initial = with_idempotency_key(
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
            message = _("Le groupe est fondé, et sa pièce ouverte. Invitez-y du monde.")
            messages.success(request, message)
            return redirect(group)
    return render(request, "group_pages/new_group.html", {"form": form}, status=status)


@require_safe
@registered_required()
def show_group(request, slug):
    """The page of a group."""
    return render_group_page(request, get_group_or_404(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def group_settings(request, slug):
    """The form of a group's purpose, join policy and last day."""
    viewer = viewers.get_viewer(request)
    group = get_group_or_404(request, slug)
    if not may_manage(viewer, group):
        raise Refused(_("Ceci revient au contact du groupe."))
    if request.method != "POST":
        initial = {"purpose": group.purpose, "join_policy": group.join_policy}
        if group.ends_at and not group.is_archived:
            initial["ends_at"] = group.last_day
        form = GroupSettingsForm(initial=initial | (pop_saved_form(request) or {}))
        return render(request, "group_pages/settings.html", {"group": group, "form": form})
    form = GroupSettingsForm(request.POST)
    if not form.is_valid():
        context = {"group": group, "form": form}
        return render(request, "group_pages/settings.html", context, status=422)
    actions.update_group_settings(group, viewer, **form.cleaned_data)
    messages.success(request, _("Les réglages du groupe sont enregistrés."))
    return redirect(group)


@require_POST
@registered_required("group", "slug")
def archive_group(request, slug):
    """Archive a group now, or reopen it: ``archive`` is 1 or 0."""
    group = get_group_or_404(request, slug)
    archived = request.POST.get("archive") == "1"
    actions.archive_group(group, viewers.get_viewer(request), archived)
    message = _("Le groupe est archivé.") if archived else _("Le groupe est rouvert.")
    messages.success(request, message)
    return redirect(group)


def group_facts(viewer, group):
    """The group's contact today, and whether the viewer may open their page."""
    contact = current_contact(group)
    is_findable = contact and User.objects.filter(findable_by_name(), pk=contact.pk).exists()
    return {"contact": contact, "contact_opens": viewer.is_member and is_findable}


def render_group_page(request, group, status=200, ask=None, invite=None, refused=(None, None)):
    """Render the page of ``group``, with a form that was sent to it and has errors.

    Those are ``ask``, to join; ``invite``; and ``refused``: the id of a request and the form
    that refuses it.
    """
    viewer = viewers.get_viewer(request)
    facts = group_facts(viewer, group)
    is_group_member, is_manager = group.pk in viewer.group_ids, may_manage(viewer, group)
    may_admit = is_manager and not group.is_archived
    pending = group.entries.pending().select_related("person", "created_by")
    entry = pending.filter(person=viewer.person_id).first()
    people, (refused_pk, refusal) = _members(group) if is_group_member else (), refused
    context = facts | {
        "group": group,
        "is_group_member": is_group_member,
        "may_manage": is_manager,
        "may_name_contact": is_group_member and (is_manager or facts["contact"] is None),
        "entry": entry,
        "has_members": is_group_member or can_answer(group),
        "space": Space.objects.visible_to(viewer).filter(group=group).first(),
        "people": people,
        "possible_contacts": [person for person in people if person.pk != group.contact_id],
        "requests": [
            (
                request_entry,
                refusal
                if request_entry.pk == refused_pk
                else RefuseRequestForm(prefix=f"entry-{request_entry.pk}"),
            )
            for request_entry in (pending.filter(type="request") if may_admit else ())
        ],
        "invited": pending.filter(type="invitation") if may_admit else (),
        "ask": ask
        or JoinRequestForm(
            initial=_resumed_values(request, "ask-group", not (is_group_member or entry))
        ),
        "invite": invite
        or GroupInvitationForm(
            group=group, initial=_resumed_values(request, "invite", may_admit)
        ),
    }
    return render(request, "group_pages/group.html", context, status=status)


def _resumed_values(request, url_name, is_shown):
    """What was typed for ``url_name`` before a session ended, if its form is shown."""
    slug = request.resolver_match.kwargs.get("slug")
    return (
        pop_saved_form(request, reverse(url_name, args=[slug])) if slug and is_shown else None
    )


def _members(group):
    """The people who read the group's space today, each with their confirmed seats."""
    people = eligible_people(group.college).filter(working_groups=group)
    return with_confirmed_seats(people.order_by("full_name", "pk"))
