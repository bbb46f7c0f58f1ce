"""The page that mutes one person, and the page of all whom one has muted."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from forum.conversation.mutes import actions, queries
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required


@require_safe
@registered_required()
def mutes(request: ViewerRequest) -> HttpResponse:
    """The people whom one has muted, each with a button that ends it."""
    viewer = request.viewer
    return render(request, "conversation/mutes/mutes.html", {"mutes": queries.mutes_of(viewer)})


@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: ViewerRequest, pk: int) -> HttpResponse:
    """What muting does, before one does; a POST mutes, or ends it (``mute`` is 1 or 0)."""
    viewer = request.viewer
    if not viewer.is_registered:
        return redirect_to_sign_in(request, request.path)
    try:
        person = queries.mutable_person(viewer, pk)
    except User.DoesNotExist as missing:
        if request.method != "POST" or request.POST.get("mute") != "0":
            raise Http404 from missing
    if request.method != "POST":
        is_muted = queries.mutes_of(viewer).filter(muted=person).exists()
        return render(
            request, "conversation/mutes/mute.html", {"person": person, "is_muted": is_muted}
        )
    if request.POST.get("mute") == "0":
        actions.unmute_person(pk, viewer)
        messages.success(request, _("Vous lisez de nouveau ses messages."))
    else:
        actions.mute_person(pk, viewer)
        messages.success(
            request, _("Ses messages sont repliés pour vous. Personne d’autre ne le saura.")
        )
    return redirect("mutes")
