"""The page on which an author takes back their word for a public version, suspended or not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.viewers.middleware import ViewerRequest
from forum.library.sheets.public_versions.actions import withdraw_consent
from forum.library.sheets.public_versions.queries import has_refused, withdrawable_versions


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw_public_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Ask to confirm, then withdraw the word that the viewer gave; there for nobody else.

    It is done once, so that it needs no limit.
    """
    viewer = request.viewer
    if request.method == "POST" and has_refused(viewer, pk):  # Pressed twice.
        return redirect("own-moderation")
    version = get_object_or_404(withdrawable_versions(viewer), pk=pk)
    if request.method != "POST":
        return render(
            request, "library/sheets/public/withdraw_public_sheet.html", {"version": version}
        )
    withdraw_consent(pk, viewer)
    if version.published_at:
        messages.success(request, _("C’est fait : la fiche n’est plus publique nulle part."))
    else:
        messages.success(request, _("C’est fait : la fiche ne deviendra pas publique ainsi."))
    return redirect("own-moderation")
