"""The page of the first steps of a new member."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, form_page, posted
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.conversation.follows.subscriptions.actions import subscribe_to_suggestions
from forum.conversation.follows.subscriptions.forms import SuggestionForm
from forum.conversation.threads.login_redirects import registered_required
from forum.members.onboarding.actions import end_onboarding
from forum.members.onboarding.queries import first_steps_of


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def first_steps(request: PersonRequest) -> HttpResponse:
    """Three steps: one's territory, two topics, a first question; a POST follows topics.

    Once all are done, home leads here no more.
    """
    viewer = request.viewer
    if not viewer.is_member:
        return redirect("joining-steps")
    steps = first_steps_of(viewer)
    if steps.are_done and request.user.is_onboarding:
        end_onboarding(viewer)
    form = SuggestionForm(steps.other_topics, posted(request), initial={"chosen": []})

    def act(**_ticked: Any) -> str:
        subscribe_to_suggestions(form.suggestions, viewer)
        messages.success(request, _("C’est noté : ce qui y paraîtra vous sera signalé."))
        return "first-steps"

    page = form_page(request, "members/onboarding/first_steps.html", {"steps": steps})
    return answer_form(request, form, act, page, error_field="chosen")


@require_POST
@registered_required("first-steps")
def end(request: ViewerRequest) -> HttpResponse:
    """Lead there no more."""
    end_onboarding(request.viewer)
    messages.info(
        request, _("Vous retrouverez les premiers pas dans l’aide et sur « Mon compte ».")
    )
    return redirect("home")
