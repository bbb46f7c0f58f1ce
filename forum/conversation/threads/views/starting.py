"""The page that starts a thread."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import pop_saved_form
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import rules, visibility
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.base.spaces.models import Space, Topic
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.queries import closed_to
from forum.conversation.addressees.selection.forms import CRITERIA
from forum.conversation.addressees.selection.queries import (
    EXPERTISE,
    Criteria,
    Proposals,
    Proposed,
    proposals,
)
from forum.conversation.addressees.selection.rate_limits import PROPOSALS, QUESTIONS_TO_SEVERAL
from forum.conversation.drafts.queries import draft_count, draft_fields
from forum.conversation.threads import actions
from forum.conversation.threads.composer import (
    held_message,
    posted_before_message,
    set_form_values,
    with_idempotency_key,
)
from forum.conversation.threads.forms import NewThreadForm
from forum.conversation.threads.login_redirects import redirect_to_charter, redirect_to_sign_in
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.posting_limits import refuse_stopped
from forum.conversation.threads.queries import PostedOtherwise
from forum.conversation.threads.shown_readers import ReadersChanged, stamps_with_titles
from forum.conversation.threads.thread_parts import find_next_form
from forum.conversation.threads.thread_templates.queries import offered_templates

#: Questions that one person puts to others, and to the same one; and to several.
_QUESTIONS = RateLimit("ask_addressee", "20/h/user,60/d/user,4/d/key")

#: How many are proposed in place of who cannot be asked.
_MAX_OTHERS = 5


def new_thread(request: ViewerRequest) -> HttpResponse:
    """The form of a new thread, which may be put to ``?addressee=``."""
    viewer = request.viewer
    if not viewer.is_registered:
        is_sent = request.method == "POST"
        return redirect_to_sign_in(request, None if is_sent else request.get_full_path())
    if request.method != "POST":
        rules.require_unsilenced(viewer.silenced_until)
    asks_someone = "addressee" in request.GET and not viewer.is_member
    may_write = rules.may_start_thread(viewer) and not asks_someone
    if not may_write and request.method != "POST":
        return redirect_to_charter(request, _("Pour ouvrir un fil, signez d’abord la charte."))
    if request.method != "POST":
        saved = _saved_fields(request, viewer)
        values = with_idempotency_key(_initial_from_query(request, viewer)) | (saved or {})
        form = NewThreadForm(initial=values, viewer=viewer)
        form.take_files_of_draft(viewer, saved)
        return _render_new_thread(request, viewer, form)
    form = NewThreadForm(request.POST, viewer=viewer)
    form.take_files(request, viewer)
    if form.asks_for_proposals:
        return _render_proposals(request, viewer, form)
    if not form.is_valid():
        return _render_new_thread(request, viewer, form, form.refusal_status)
    if refusal := _refusal_of_addressees(request, viewer, form.cleaned_data["addressee"]):
        form.add_error("addressee", refusal)
        return _render_new_thread(request, viewer, form, status=429)
    try:
        refuse_stopped(viewer, is_thread=True)
        values = form.thread_values
        thread = actions.start_thread(viewer.with_seat(values.pop("seat")), **values)
        form.discard_unused_files(viewer)
    except ReadersChanged as refusal:
        form.add_error("space", str(refusal))
        readers = stamps_with_titles((space, readership_of(space)) for space in form.spaces)
        set_form_values(form, shown_readers=readers)
        return _render_new_thread(request, viewer, form, status=403)
    except PostedOtherwise as refusal:  # As a thread of its own, with the next press.
        set_form_values(form, idempotency_key=uuid4())
        form.drop_posted_files()
        return _render_new_thread(request, viewer, form, 409, refusal.post)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _render_new_thread(request, viewer, form, status=refusal.status)
    return _redirect_to_started(request, thread, form.cleaned_data["then"])


def _refusal_of_addressees(
    request: ViewerRequest, viewer: Viewer, addressees: list[Addressee]
) -> str:
    """The words for who puts too many questions; "" for others."""
    if len(addressees) > 1:
        return QUESTIONS_TO_SEVERAL.refusal(request)
    for addressee in addressees:
        return _QUESTIONS.refusal(request, key=f"{viewer.person_id}:{addressee.value}")
    return ""


def _render_proposals(
    request: ViewerRequest, viewer: Viewer, form: NewThreadForm
) -> HttpResponse:
    """The page with those who would be asked, each as a ticked box; nothing is refused yet.

    Those alone for scripts, which send ``propose=list``.
    """
    form.is_valid()
    criteria, space = form.criteria, form.cleaned_data.get("space")
    proposed = None
    if viewer.is_member and criteria and space:
        if refusal := PROPOSALS.refusal(request):
            form.add_error("ask", refusal)
            return _render_new_thread(request, viewer, form, status=429)
        proposed = proposals(viewer, criteria, space, form.cleaned_data.get("topic"))
        proposed, values = form.with_proposals(proposed, criteria.mode)
        set_form_values(form, **values)
    form.errors.clear()
    if request.POST.get("propose") == "list":
        return render(
            request, "conversation/addressees/chosen.html", _chosen_context(form, proposed)
        )
    return _render_new_thread(request, viewer, form, proposed=proposed)


def _redirect_to_started(request: ViewerRequest, thread: Thread, then: str) -> HttpResponse:
    """Redirect to a thread or, as long as its first post waits for an animator, to that.

    The page of the thread leads to the form that ``then`` asks for.
    """
    if thread.was_posted_before:
        messages.info(request, posted_before_message())
    if thread.removed_at:
        messages.info(request, held_message())
        return redirect("held-post", thread.posts.get(number=1).pk)
    if following := find_next_form(then, request.viewer, thread):
        link = format_html('<a href="{}">{}</a>', following.url(thread), following.words)
        messages.success(request, link)
    return redirect(thread)


def _saved_fields(request: ViewerRequest, viewer: Viewer) -> dict[str, Any] | None:
    """What was typed before: sent when a session had ended, or a draft."""
    draft = draft_fields(viewer, request.GET.get("draft", ""))
    return pop_saved_form(request) or draft


def _initial_from_query(request: ViewerRequest, viewer: Viewer) -> dict[str, Any]:
    """What the query fills in, or else is usual; without a space where one may not write."""
    names = ("kind", "title", "topic", "space", "ask", "then")
    filled: dict[str, Any] = {name: request.GET[name] for name in names if name in request.GET}
    if addressees := request.GET.getlist("addressee"):
        filled["addressee"] = addressees
    writable = Space.objects.visible_to(viewer, visibility.writable_spaces)
    if "space" in filled and not writable.filter(slug=filled["space"]).exists():
        del filled["space"]
    usual = {"kind": "question", "space": "reseau", **CRITERIA}
    return usual | _begun(request, viewer) | filled


def _begun(request: ViewerRequest, viewer: Viewer) -> dict[str, str]:
    """The kind and text of the template that ``?template=`` names, as far as it is offered."""
    slug, topic = request.GET.get("template", ""), request.GET.get("topic", "")
    offered = offered_templates(is_animator=viewer.is_animator, topic=topic) if slug else ()
    chosen = [template for template in offered if template.slug == slug]
    return {"kind": chosen[0].kind, "text": chosen[0].text} if chosen else {}


def _render_new_thread(
    request: ViewerRequest,
    viewer: Viewer,
    form: NewThreadForm,
    status: int = 200,
    posted: Post | None = None,
    proposed: Proposals | None = None,
) -> HttpResponse:
    space_readerships = [(space, readership_of(space)) for space in form.spaces]
    # For a form that was not sent:
    form.initial["shown_readers"] = stamps_with_titles(space_readerships)
    context: dict[str, Any] = {"space_readerships": space_readerships, "posted": posted}
    context["cancel"] = _cancel_url(form)
    context["next_form"] = find_next_form(form["then"].value() or "", viewer)
    context |= _guides(request, viewer, form)
    context["draft_count"] = draft_count(viewer) if status == 200 else 0
    context |= _chosen_context(form, proposed)
    context["others"] = _others(viewer, form)
    if len(form.chosen) == 1:
        spaces = [space for space, _readership in space_readerships]
        context["closed_spaces"] = closed_to(form.chosen[0], spaces)
    return render(request, "conversation/threads/new_thread.html", context, status=status)


def _chosen_context(form: NewThreadForm, proposed: Proposals | None) -> dict[str, Any]:
    """What shows whom the question is put to."""
    testified = proposed.testified_values if proposed else ()
    return {"form": form, "proposals": proposed, "testified": testified}


def _others(viewer: Viewer, form: NewThreadForm) -> list[Proposed]:
    """Those who know the topic, where who is named has been told of enough questions."""
    sent = getattr(form, "cleaned_data", {})
    if not (form.errors.get("addressee") and sent.get("space") and sent.get("topic")):
        return []
    proposed = proposals(viewer, Criteria(EXPERTISE), sent["space"], sent["topic"])
    return proposed.rows[:_MAX_OTHERS]


def _guides(request: ViewerRequest, viewer: Viewer, form: NewThreadForm) -> dict[str, Any]:
    """What the page says of guides: to who asks somebody, of those of questions."""
    topic, kind = form["topic"].value() or "", form["kind"].value()
    offered = offered_templates(is_animator=viewer.is_animator, topic=topic)
    if form.chosen:
        offered = [template for template in offered if template.kind == "question"]
    of_kind = [template.slug for template in offered if template.kind == kind]
    chosen = request.GET.get("template") or (of_kind[0] if of_kind else "")
    addressee = ",".join(form.named_values)
    shown = {"offered": offered, "chosen": chosen, "is_open": "template" in request.GET}
    return shown | {"topic": topic, "addressee": addressee}


def _cancel_url(form: NewThreadForm) -> str:
    """The page of the topic that is chosen, from which one comes most often; else home."""
    chosen = (form["topic"].value() or "").replace("\0", "")
    topic = Topic.objects.filter(slug=chosen).first() if chosen else None
    return topic.get_absolute_url() if topic else reverse("home")
