"""The page on which animators say what mails tell of spaces, and by which address they come."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.form_views import answer_form, form_page, posted
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.base.spaces.new_thread_addresses import takes_new_threads
from forum.site.space_settings.actions import save_space_settings
from forum.site.space_settings.forms import SpaceSettingsForm
from forum.site.space_settings.queries import spaces_to_set


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("space-settings")
def space_settings(request: ViewerRequest) -> HttpResponse:
    """Settings of each space that the animator writes in; a POST saves them.

    ``?espace=slug&adresse=…`` proposes an address, as the page of an archive does.
    """
    viewer = request.viewer
    proposed = {request.GET.get("espace", ""): request.GET.get("adresse", "")[:254]}
    form = SpaceSettingsForm(posted(request), spaces=spaces_to_set(viewer), proposed=proposed)

    def act(**_fields: Any) -> str:
        save_space_settings(viewer, form.contents, form.addresses, form.titles)
        messages.success(request, _("Vos changements sont enregistrés."))
        return "space-settings"

    context = {"takes_mail": takes_new_threads()}
    page = form_page(request, "site/space_settings/space_settings.html", context)
    return answer_form(request, form, act, page, refusal_status=422)
