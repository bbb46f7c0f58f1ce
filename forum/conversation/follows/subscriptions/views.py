"""The page of what one subscribes to, and that of one subscription."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.form_views import answer_form, form_page, posted
from accounts.viewers.middleware import PersonRequest
from forum.conversation.follows.subscriptions.actions import (
    subscribe,
    subscribe_to_suggestions,
    unsubscribe,
)
from forum.conversation.follows.subscriptions.forms import SubscriptionForm, SuggestionForm
from forum.conversation.follows.subscriptions.queries import (
    known_target,
    own_subscriptions,
    subscription_to,
    suggestions_for,
)
from forum.conversation.threads.login_redirects import registered_required

_TEMPLATES = "conversation/follows/subscriptions"


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def subscriptions(request: PersonRequest) -> HttpResponse:
    """What one subscribes to, and what is suggested; a POST takes up suggestions."""
    viewer = request.viewer
    form = SuggestionForm(suggestions_for(request.user, viewer), posted(request))

    def act(**_ticked: list[str]) -> str:
        subscribe_to_suggestions(form.suggestions, viewer)
        messages.success(request, _("C’est noté : ce qui y paraîtra vous sera signalé."))
        return "subscriptions"

    context = {"rows": own_subscriptions(viewer)}
    page = form_page(request, f"{_TEMPLATES}/subscriptions.html", context)
    return answer_form(request, form, act, page, error_field="chosen")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def subscription(request: PersonRequest, kind: str, pk: int) -> HttpResponse:
    """What of one space, topic, tag, territory or organisation is signalled, and how.

    A POST keeps what was chosen or, with ``stop``, ends it.
    """
    viewer = request.viewer
    if (target := known_target(viewer, kind, pk)) is None:
        raise Http404
    if "stop" in request.POST:
        unsubscribe(kind, target, viewer)
        messages.success(request, _("Vous ne suivez plus « %(name)s ».") % {"name": target})
        return redirect("subscriptions")
    current = subscription_to(viewer, kind, target)
    initial = {"level": current.level, "channel": current.channel} if current else None
    form = SubscriptionForm(posted(request), initial=initial)

    def act(**chosen: str) -> str:
        subscribe(kind, pk, viewer, **chosen)
        messages.success(request, _("C’est enregistré pour « %(name)s ».") % {"name": target})
        return "subscriptions"

    context = {"kind": kind, "target": target, "is_subscribed": current is not None}
    page = form_page(request, f"{_TEMPLATES}/subscription.html", context)
    return answer_form(request, form, act, page, error_field="level")
