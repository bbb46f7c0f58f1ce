"""The page of a sheet's co-authors, and that of an invitation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.form_views import answer_form, posted
from accounts.base.rate_limits import RateLimit
from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets import queries
from forum.library.sheets.authors import actions
from forum.library.sheets.authors.forms import NamePersonForm
from forum.library.sheets.authors.models import AuthorState
from forum.library.sheets.authors.queries import coauthors_of, former_writers, own_invitation
from forum.library.sheets.rules import manages_sheet

if TYPE_CHECKING:
    from forum.library.sheets.models import ExperienceSheet


#: Each is told to somebody.
_INVITATIONS = RateLimit("invite_to_sheet", "30/h/user,60/d/user")


@registered_required()
def sheet_authors(request: ViewerRequest, pk: int) -> HttpResponse:
    """Who writes the sheet of id ``pk``, and the form by which one invites others."""
    viewer = request.viewer
    sheet = queries.get_written_sheet(viewer, pk)
    form = NamePersonForm(posted(request), viewer=viewer)

    def act(person: User, **_named: Any) -> HttpResponse:
        row = actions.invite_author(sheet, viewer, person)
        messages.success(request, _("%(name)s est invité.") % {"name": row.person.full_name})
        return redirect("sheet-authors", pk)

    page = partial(_render, request, sheet)
    return answer_form(request, form, act, page, limit=_INVITATIONS, error_field="name")


@require_POST
@registered_required("sheets")
def remove_author(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take a co-author away, or leave a sheet."""
    viewer = request.viewer
    row = actions.remove_author(pk, viewer)
    if row.person_id != viewer.person_id:
        return redirect("sheet-authors", row.sheet_id)
    messages.success(request, _("Vous n’écrivez plus cette fiche."))
    return redirect("sheet-drafts")


@registered_required()
def sheet_invitation(request: ViewerRequest, pk: int) -> HttpResponse:
    """An invitation to write a sheet, for whom it is for, and its two answers."""
    viewer = request.viewer
    row = own_invitation(viewer, pk)
    if request.method != "POST":
        return render(request, "library/sheets/sheet_invitation.html", {"invitation": row})
    row = actions.answer_invitation(pk, viewer, accepts=request.POST.get("accepts") == "1")
    if row.state == AuthorState.ACCEPTED:
        messages.success(request, _("Vous écrivez désormais cette fiche."))
        return redirect(row.sheet)
    messages.success(request, _("Vous avez décliné."))
    return redirect("sheet-drafts")


def _render(
    request: ViewerRequest, sheet: ExperienceSheet, form: BaseForm, status: int
) -> HttpResponse:
    viewer = request.viewer
    context = {
        "sheet": sheet,
        "form": form,
        "rows": coauthors_of(viewer, sheet),
        "former": former_writers(sheet),
        "manages": manages_sheet(viewer, sheet),
    }
    return render(request, "library/sheets/sheet_authors.html", context, status=status)
