"""The page where an animator confirms a colleague's factor; the one that stops one's own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.factor_waits import actions
from accounts.factor_waits.queries import waiting_factors
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import PersonRequest, ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("confirm-factor", "pk")
def confirm_factor(request: PersonRequest, pk: int) -> HttpResponse:
    """Whose factor it is, and since when; a POST opens their rights."""
    waiting = waiting_factors(request.viewer).select_related("person")
    wait = get_object_or_404(waiting, pk=pk)
    if request.method != "POST":
        return render(request, "factor_waits/confirm_factor.html", {"wait": wait})
    try:
        actions.confirm_factor(pk, request.user)
    except PermissionDenied as refusal:  # Confirmed or stopped meanwhile.
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("C’est confirmé : ses droits sont ouverts."))
    return redirect("review-queue")


@require_http_methods(["GET", "HEAD", "POST"])
def stop_factor(request: ViewerRequest, token: str) -> HttpResponse:
    """What the mailed link stops; a POST does it, signed in or not."""
    wait = actions.wait_of_key(token)
    if wait is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.stop_factor(token)
        except PermissionDenied as refusal:  # Pressed twice.
            messages.error(request, str(refusal))
        else:
            words = _(
                "C’est arrêté. Entrez par un code, puis choisissez un autre mot de passe."
            )
            messages.success(request, words)
        return redirect("account_request_login_code")
    response = render(request, "factor_waits/stop_factor.html", {"wait": wait})
    # Its address is a secret. Under "no-referrer" browsers say "Origin: null" of its own form.
    response["Referrer-Policy"] = "strict-origin"
    return response
