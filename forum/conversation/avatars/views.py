"""The photo of a person and the logo of an organisation, and the forms that choose them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import login_required_returning_to
from accounts.models import Organisation, User
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.base import visibility
from forum.base.rules import require
from forum.conversation.avatars import actions
from forum.conversation.avatars.forms import AvatarForm
from forum.conversation.avatars.rules import logo_reason, may_choose_logo, may_see_photo
from forum.conversation.files.models import StoredFile
from forum.conversation.files.serving import file_response

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import QuerySet
    from django.db.models.fields.files import FieldFile

    from accounts.viewers.viewers import Viewer


#: Each picture is decoded, which costs.
_CHANGES = RateLimit("choose_avatar", "10/h/user,20/d/user")


@require_safe
def photo(request: ViewerRequest, pk: int) -> HttpResponseBase:
    """The photo of a person, to members and to themselves."""
    if not may_see_photo(request.viewer, pk):
        raise Http404
    person = User.objects.filter(pk=pk).only("photo").first()
    return _avatar(request, person.photo if person else None)


@require_safe
def logo(request: ViewerRequest, slug: str) -> HttpResponseBase:
    """The logo of an organisation, to whoever may open its page."""
    organisation = _known_organisations(request.viewer).filter(slug=slug).only("logo").first()
    return _avatar(request, organisation.logo if organisation else None)


@login_required_returning_to("edit-photo")
def edit_photo(request: PersonRequest) -> HttpResponse:
    """The form of one’s photo."""
    viewer = request.viewer
    if "remove" in request.POST:
        actions.remove_own_photo(viewer)
        messages.success(request, _("Votre photo est retirée."))
        return redirect("edit-photo")

    def act(picture: UploadedFile[bytes]) -> str:
        actions.choose_photo(viewer, picture)
        messages.success(request, _("Votre photo est enregistrée."))
        return "edit-photo"

    context = {"picture_address": request.user.photo_address}
    return _answer(request, act, "conversation/avatars/edit_photo.html", context)


@login_required_returning_to("edit-logo", "slug")
def edit_logo(request: PersonRequest, slug: str) -> HttpResponse:
    """The form of an organisation’s logo."""
    viewer = request.viewer
    organisation = _known_organisations(viewer).get(slug=slug)
    require(may_choose_logo(viewer, organisation), logo_reason())
    if "remove" in request.POST:
        actions.remove_logo(viewer, organisation)
        messages.success(request, _("Le logo est retiré."))
        return redirect("edit-logo", slug)

    def act(picture: UploadedFile[bytes]) -> HttpResponse:
        actions.choose_logo(viewer, organisation, picture)
        messages.success(request, _("Le logo est enregistré."))
        return redirect("edit-logo", slug)

    context = {"organisation": organisation, "picture_address": organisation.logo_address}
    return _answer(request, act, "conversation/avatars/edit_logo.html", context)


def _answer(
    request: PersonRequest,
    act: Callable[..., HttpResponse | str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    form = AvatarForm(posted(request), request.FILES or None)
    page = form_page(request, template, context)
    return answer_form(request, form, act, page, limit=_CHANGES, error_field="picture")


def _known_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    return Organisation.objects.filter(visibility.organisations(viewer))


def _avatar(request: ViewerRequest, stored: FieldFile | None) -> HttpResponseBase:
    """The answer with ``stored``: at the address of this very version, for good."""
    if not stored:
        raise Http404
    row = StoredFile(name="avatar.webp", media_type="image/webp", is_image=True)
    row.content.name = stored.name
    response = file_response(request, row, None)
    is_found = response.status_code in (200, 206, 304)
    if is_found and request.GET.get("v") == PurePath(stored.name or "").stem:
        response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
