"""The page on which animators say what mails tell of spaces."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.viewers import viewers
from accounts.viewers.decorators import animator_required
from forum.space_settings.actions import set_mail_contents
from forum.space_settings.forms import SpaceSettingsForm
from forum.space_settings.queries import spaces_to_set


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("space-settings")
def space_settings(request):
    """What mails tell of each space that the animator writes in; a POST says it anew."""
    viewer = viewers.get_viewer(request)
    form = SpaceSettingsForm(request.POST or None, spaces=spaces_to_set(viewer))
    if form.is_valid():
        set_mail_contents(viewer, form.cleaned_data)
        messages.success(request, _("Vos changements sont enregistrés."))
        return redirect("space-settings")
    status = 422 if form.is_bound else 200
    return render(request, "space_settings/space_settings.html", {"form": form}, status=status)
