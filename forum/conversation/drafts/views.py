"""The page of one's drafts, and what saves and deletes them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.drafts import actions, queries
from forum.conversation.drafts.forms import DraftForm, form_path
from forum.conversation.files.sent_files import sent_files
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required

#: A page that is written in saves every ten seconds at most; one may have several open.
_SAVING = RateLimit("save_draft", "1500/h/user,8000/d/user")


@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: ViewerRequest) -> HttpResponse:
    """One's drafts, the latest first. A POST saves what a form holds.

    A script is answered with ``{"key", "revision"}``, both null where nothing is kept, or
    ``{"errors"}``; without one, the page says what became of it.
    """
    viewer = request.viewer
    if not viewer.is_registered:
        if _is_by_script(request):
            return JsonResponse({"errors": {}}, status=403)
        path = form_path(request.POST.get("draft_of", ""))
        return redirect_to_sign_in(request, path, path)
    if request.method != "POST":
        return _render_drafts(request, viewer)
    form = DraftForm(request.POST, viewer=viewer)
    if refusal := _SAVING.refusal(request):
        return _render_refusal(request, viewer, form, refusal, 429)
    if not form.is_valid():
        return _render_refusal(request, viewer, form, None, 422)
    sent = sent_files(request, viewer) if request.FILES or "file" in request.POST else None
    try:
        saved = actions.save_draft(viewer, form.draft(), sent.attachments if sent else ())
    except Refused as refused:
        return _render_refusal(request, viewer, form, str(refused), refused.status)
    if _is_by_script(request):
        return JsonResponse({"key": saved and saved.key, "revision": saved and saved.revision})
    if saved:
        messages.success(request, _("Votre brouillon est enregistré."))
    else:
        messages.info(request, _("Il n’y avait rien à enregistrer."))
    return redirect("drafts")


@require_POST
@registered_required("drafts")
def delete_draft(request: ViewerRequest, draft_key: UUID) -> HttpResponse:
    """Delete the draft of this key, if one has it."""
    viewer = request.viewer
    actions.delete_draft(viewer, draft_key)
    if _is_by_script(request):
        return JsonResponse({"key": None, "revision": None})
    messages.success(request, _("Ce brouillon est supprimé."))
    return redirect("drafts")


def _is_by_script(request: ViewerRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _render_refusal(
    request: ViewerRequest, viewer: Viewer, form: DraftForm, refusal: str | None, status: int
) -> HttpResponse:
    """Show why it was not saved, with the text, so that it can be copied."""
    if refusal:
        form.add_error(None, refusal)
    if _is_by_script(request):
        return JsonResponse({"errors": form.errors}, status=status)
    return _render_drafts(request, viewer, status, form)


def _render_drafts(
    request: ViewerRequest, viewer: Viewer, status: int = 200, form: DraftForm | None = None
) -> HttpResponse:
    context = {"drafts": queries.drafts_of(viewer), "form": form}
    return render(request, "conversation/drafts/drafts.html", context, status=status)
