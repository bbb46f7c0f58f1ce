"""TODO."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from accounts.base import resume_form
from accounts.viewers import viewers


def animator_required(view):
    """``view`` for animators; for everyone else there is no such page.

    Who lacks but a second factor to animate is led to it.
    A guest who sends something may be one whose session has ended: it is kept for them.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return resume_form.redirect_to_login_keeping_form(request, _return_path(request))
        viewer = viewers.get_viewer(request)
        if viewer.is_animator:
            return view(request, *args, **kwargs)
        if viewer.is_member and request.user.is_animator:
            return redirect("mfa_index")  # It says what they lack, and gives it.
        raise Http404

    return guarded


def _return_path(request):
    """Where what was typed can be sent again: drafts on their page, the rest on the desk."""
    match = request.resolver_match
    if match.url_name == "drop-charter-draft":
        return reverse("charter-draft", kwargs=match.kwargs)
    is_draft = request.path.startswith(reverse("charter-drafts"))
    return request.path if is_draft else reverse("seats")
