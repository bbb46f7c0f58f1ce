"""The pages and buttons of moderation: posts and threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.form_views import posted
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import rules, visibility
from forum.base.rules import require_moderator
from forum.conversation.threads.composer import get_post_or_404
from forum.conversation.threads.queries import get_thread
from forum.moderation import actions
from forum.moderation.forms import EndMeasureForm, MeasureForm, SlowModeForm
from forum.moderation.measures.models import Measure
from forum.moderation.pages import answer_decision

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


def hide_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that hides a post, with a reason and the facts."""
    viewer = request.viewer
    post = get_post_or_404(request, pk)
    require_moderator(viewer)

    def act(**values: Any) -> str:
        thread = actions.hide_post(post, viewer, **values)
        messages.success(request, _("Le message est masqué."))
        return reverse("hidden-post", args=[pk]) if thread.removed_at else post.page_url()

    form, context = MeasureForm(posted(request)), {"post": post}
    return answer_decision(request, form, act, context, "moderation/hide_post.html")


def hidden_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """A hidden post and the reason, for animators, who may restore it, and its author."""
    return _hidden_post(request, pk, EndMeasureForm())


def restore_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show a hidden post again, for a reason."""
    form = EndMeasureForm(posted(request))
    if request.method != "POST":
        return redirect("hidden-post", pk)
    return _hidden_post(request, pk, form)


def _hidden_post(request: ViewerRequest, pk: int, form: EndMeasureForm) -> HttpResponse:
    viewer = request.viewer
    post = get_post_or_404(request, pk, visibility.hidden_posts)
    if form.is_bound:
        require_moderator(viewer)
    measures = Measure.objects.visible_to(viewer).filter(post=post)
    may_moderate = rules.may_moderate(viewer) and not rules.is_author(viewer, post)
    context = {"post": post, "may_moderate": may_moderate}
    context["measure"] = measures.in_force().first()

    def act(**values: Any) -> str:
        actions.restore_post(post, viewer, **values)
        messages.success(request, _("Le message est rétabli."))
        return post.page_url()

    return answer_decision(request, form, act, context, "moderation/hidden_post.html")


def lock_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """The page that closes a thread to replies, or opens it to them again."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require_moderator(viewer)
    data = posted(request)
    if thread.is_locked:
        words = {
            "title": _("Rouvrir ce fil aux réponses"),
            "lead": _("Les membres qui le lisent pourront de nouveau y répondre."),
            "button": _("Rouvrir le fil"),
        }
        form: Form = EndMeasureForm(data)
        act = partial(_end_on_thread, actions.lock_thread, thread, viewer, False)
    else:
        words = {
            "title": _("Fermer ce fil aux réponses"),
            "lead": _(
                "On le lit encore ; seule l’équipe d’animation peut y répondre. Qui l’a ouvert "
                "est averti, avec le motif, et peut demander à un autre membre de l’équipe de "
                "revoir ce choix."
            ),
            "button": _("Fermer le fil"),
        }
        form = MeasureForm(data)
        act = partial(actions.lock_thread, thread, viewer, True)
    message = (
        _("Le fil est rouvert.") if thread.is_locked else _("Le fil est fermé aux réponses.")
    )
    return answer_decision(
        request, form, _with_message(request, message, act), {"thread": thread} | words
    )


def slow_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """The page that slows a thread, or no longer."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require_moderator(viewer)
    data = posted(request)
    if thread.slow_mode_minutes:
        words = {
            "title": _("Remettre ce fil à son rythme"),
            "lead": _("Chacun pourra de nouveau y écrire quand il veut."),
            "button": _("Ne plus ralentir"),
        }
        form: Form = EndMeasureForm(data)
        act = partial(_end_on_thread, actions.slow_thread, thread, viewer, 0)
    else:
        words = {
            "title": _("Ralentir ce fil"),
            "lead": _(
                "Chacun attend entre deux messages : de quoi laisser retomber les échanges. "
                "L’équipe d’animation n’attend pas."
            ),
            "button": _("Ralentir le fil"),
        }
        form, act = SlowModeForm(data), partial(actions.slow_thread, thread, viewer)
    slowed = thread.slow_mode_minutes
    message = _("Le fil est remis à son rythme.") if slowed else _("Le fil est ralenti.")
    return answer_decision(
        request, form, _with_message(request, message, act), {"thread": thread} | words
    )


def _with_message(
    request: ViewerRequest, words: str, action: Callable[..., Thread]
) -> Callable[..., Thread]:
    """``action``, after which the next page says ``words``."""

    def act(**values: Any) -> Thread:
        target = action(**values)
        messages.success(request, words)
        return target

    return act


def _end_on_thread(
    action: Callable[..., Thread],
    thread: Thread,
    viewer: Viewer,
    value: Any,
    *,
    ending_reason: str,
) -> Thread:
    return action(thread, viewer, value, ending_reason)


@require_POST
def pin_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """Pin a thread at the top of its lists, or unpin it: ``is_pinned`` is 1 or 0."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    return redirect(actions.pin_thread(thread, viewer, request.POST.get("is_pinned") == "1"))
