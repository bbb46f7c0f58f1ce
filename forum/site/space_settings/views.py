"""The page on which animators say what mails tell of spaces, and by which address they come."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.viewers.decorators import animator_required
from forum.base.rules import Refused
from forum.base.spaces.new_thread_addresses import takes_new_threads
from forum.site.space_settings.actions import save_space_settings
from forum.site.space_settings.forms import SpaceSettingsForm
from forum.site.space_settings.queries import spaces_to_set


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("space-settings")
def space_settings(request):
    """Settings of each space that the animator writes in; a POST says them anew.

    ``?espace=slug&adresse=…`` proposes an address, as the page of an archive does.
    """
    viewer = request.viewer
    proposed = {request.GET.get("espace", ""): request.GET.get("adresse", "")[:254]}
    form = SpaceSettingsForm(
        request.POST or None, spaces=spaces_to_set(viewer), proposed=proposed
    )
    if form.is_valid():
        try:
            save_space_settings(viewer, form.contents, form.addresses)
        except Refused as refusal:  # Another animator was a moment earlier.
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Vos changements sont enregistrés."))
            return redirect("space-settings")
    context = {"form": form, "takes_mail": takes_new_threads()}
    status = 422 if form.is_bound else 200
    return render(request, "site/space_settings/space_settings.html", context, status=status)
