"""The pages of groups: the list, a new one, one of them, its settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.pagination import page_number
from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import pop_saved_form
from accounts.groups.queries import active_members, is_findable_by_name
from accounts.groups.rules import current_contact, may_manage
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.threads.composer import with_idempotency_key
from forum.conversation.threads.login_redirects import (
    redirect_to_charter,
    registered_required,
)
from forum.members.groups import actions, queries
from forum.members.groups.forms import (
    ALL_COLLEGES,
    GroupInvitationForm,
    GroupSettingsForm,
    JoinRequestForm,
    NewGroupForm,
    RefuseRequestForm,
)

if TYPE_CHECKING:
    from accounts.groups.models import GroupEntry, WorkingGroup
    from accounts.viewers.viewers import Viewer


_NEW_GROUPS = RateLimit("create_group", "10/h/user,20/d/user")


def get_group_or_404(request: ViewerRequest, slug: str) -> WorkingGroup:
    """The group of this slug that the viewer knows of; raise Http404 where they do not."""
    group = queries.known_group(request.viewer, slug)
    if group is None:
        raise Http404
    return group


@require_safe
@registered_required()
def groups(request: ViewerRequest) -> HttpResponse:
    """One's groups, one's invitations and requests, and the groups that take requests."""
    viewer = request.viewer
    page = queries.listed_groups(viewer, page_number(request.GET))
    context = {
        "page": page,
        "own_groups": [group for group in page.rows if group.pk in viewer.group_ids],
        "open": [group for group in page.rows if group.pk not in viewer.group_ids],
        "entries": queries.open_entries(viewer),
        "decided": queries.decided_entries(viewer),
    }
    return render(request, "members/groups/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def new_group(request: ViewerRequest) -> HttpResponse:
    """The form that creates a group."""
    viewer = request.viewer
    if not viewer.is_member:
        return redirect_to_charter(
            request, _("Pour fonder un groupe, signez d’abord la charte.")
        )
    initial = with_idempotency_key({"join_policy": "request", "college": ALL_COLLEGES})
    form = NewGroupForm(posted(request), initial=initial, viewer=viewer)

    def act(**values: Any) -> WorkingGroup:
        group = actions.create_group(viewer, **values)
        message = _("Le groupe est fondé, et sa pièce ouverte. Invitez-y du monde.")
        messages.success(request, message)
        return group

    page = form_page(request, "members/groups/new_group.html")
    return answer_form(request, form, act, page, limit=_NEW_GROUPS)


@require_safe
@registered_required()
def show_group(request: ViewerRequest, slug: str) -> HttpResponse:
    """The page of a group."""
    return render_group_page(request, get_group_or_404(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def group_settings(request: ViewerRequest, slug: str) -> HttpResponse:
    """The form of a group's purpose, join policy and last day."""
    viewer = request.viewer
    group = get_group_or_404(request, slug)
    if not may_manage(viewer, group):
        raise Refused(_("Ceci revient au contact du groupe."))
    space = queries.space_of_group(viewer, group)
    assert space is not None  # Who manages a group reads its space.
    initial: dict[str, Any] = {
        "purpose": group.purpose,
        "join_policy": group.join_policy,
        "mail_content": space.mail_content,
    }
    if group.ends_at and not group.is_archived:
        initial["ends_at"] = group.last_day
    form = GroupSettingsForm(posted(request), initial=initial)

    def act(**values: Any) -> WorkingGroup:
        actions.update_group_settings(group, viewer, **values)
        messages.success(request, _("Les réglages du groupe sont enregistrés."))
        return group

    page = form_page(request, "members/groups/settings.html", {"group": group})
    return answer_form(request, form, act, page)


@require_POST
@registered_required("group", "slug")
def archive_group(request: ViewerRequest, slug: str) -> HttpResponse:
    """Archive a group now, or reopen it: ``archive`` is 1 or 0."""
    group = get_group_or_404(request, slug)
    archived = request.POST.get("archive") == "1"
    actions.archive_group(group, request.viewer, archived)
    message = _("Le groupe est archivé.") if archived else _("Le groupe est rouvert.")
    messages.success(request, message)
    return redirect(group)


def group_facts(viewer: Viewer, group: WorkingGroup) -> dict[str, Any]:
    """The group's contact today, and whether the viewer may open their page."""
    contact = current_contact(group)
    opens = contact and viewer.is_member and is_findable_by_name(contact)
    return {"contact": contact, "contact_opens": opens}


def render_group_page(
    request: ViewerRequest,
    group: WorkingGroup,
    status: int = 200,
    ask: BaseForm | None = None,
    invite: GroupInvitationForm | None = None,
    refused: tuple[int | None, BaseForm | None] = (None, None),
) -> HttpResponse:
    """Render the page of ``group``, with a form that was sent to it and has errors.

    Those are ``ask``, to join; ``invite``; and ``refused``: the id of a request and the form
    that refuses it.
    """
    viewer = request.viewer
    facts = group_facts(viewer, group)
    is_group_member, is_manager = group.pk in viewer.group_ids, may_manage(viewer, group)
    may_admit = is_manager and not group.is_archived
    pending = queries.pending_entries(viewer, group, may_admit)
    entry = next((row for row in pending if row.person_id == viewer.person_id), None)
    people = active_members(group) if is_group_member else []
    context = facts | {
        "group": group,
        "is_group_member": is_group_member,
        "may_manage": is_manager,
        "may_name_contact": is_group_member and (is_manager or facts["contact"] is None),
        "entry": entry,
        "has_members": is_group_member or queries.can_answer(group),
        "space": queries.space_of_group(viewer, group),
        "people": people,
        "possible_contacts": [person for person in people if person.pk != group.contact_id],
        "requests": _with_refusal_forms(pending if may_admit else (), refused),
        "invalid_form": ask or invite or refused[1],
        "invited": [row for row in pending if may_admit and row.is_invitation],
        "ask": ask
        or JoinRequestForm(
            initial=_resumed_values(request, "ask-group", not (is_group_member or entry))
        ),
        "invite": invite
        or GroupInvitationForm(
            group=group, initial=_resumed_values(request, "invite", may_admit)
        ),
    }
    return render(request, "members/groups/group.html", context, status=status)


def _with_refusal_forms(
    entries: Iterable[GroupEntry], refused: tuple[int | None, BaseForm | None]
) -> list[tuple[GroupEntry, BaseForm | None]]:
    """The requests of ``entries``, each with the form that refuses it."""
    refused_pk, refusal = refused
    return [
        (it, refusal if it.pk == refused_pk else RefuseRequestForm(prefix=f"entry-{it.pk}"))
        for it in entries
        if not it.is_invitation
    ]


def _resumed_values(
    request: ViewerRequest, url_name: str, is_shown: bool
) -> dict[str, str] | None:
    """What was typed for ``url_name`` before a session ended, if its form is shown."""
    match = request.resolver_match
    slug = match.kwargs.get("slug") if match else None
    return (
        pop_saved_form(request, reverse(url_name, args=[slug])) if slug and is_shown else None
    )
