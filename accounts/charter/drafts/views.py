"""The animators' pages of drafts: list, editor, preview and publication."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.parsing import parse_natural_number
from accounts.charter import rendering
from accounts.charter.diff import diff_paragraphs
from accounts.charter.drafts import actions
from accounts.charter.drafts.forms import CharterDraftForm, draft_initial
from accounts.charter.drafts.models import DEFAULT_GRACE_DAYS, CharterDraft
from accounts.charter.models import CharterVersion
from accounts.charter.signed_versions.models import SignedVersion
from accounts.organisations.queries import people_with_access
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import PersonRequest, ViewerRequest


@require_safe
@animator_required()
def drafts(request: ViewerRequest) -> HttpResponse:
    """The drafts, and how many member organisations have signed the version in force."""
    newest = CharterVersion.objects.in_force()
    bound = SignedVersion.objects.filter(number__isnull=False)
    context = {
        "drafts": CharterDraft.objects.filter(published=None).select_related("written_by"),
        "versions": CharterVersion.objects.published().select_related("draft__published_by"),
        "newest": newest,
        "signed": bound.filter(number__gte=newest.number).count() if newest else 0,
        "bound": bound.count(),
    }
    return render(request, "charter/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required()
def new_draft(request: PersonRequest) -> HttpResponse:
    """Write a new draft, from the text of the version in force."""
    newest = CharterVersion.objects.in_force()
    initial = {
        "text": newest.text if newest else "",
        "text_en": newest.text_en if newest else "",
        "adopted_on": timezone.localdate(),
        "grace_days": DEFAULT_GRACE_DAYS,
    }
    form = CharterDraftForm(posted(request), initial=initial, previous=newest)
    return _save_or_render(request, None, form)


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required()
def edit_draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Edit a draft; a published one redirects to its version, unless something is posted."""
    draft = get_object_or_404(CharterDraft.objects.select_related("published"), pk=pk)
    if draft.published and request.method != "POST":
        return redirect(draft.published)
    form = CharterDraftForm(posted(request), initial=draft_initial(draft), previous=draft)
    return _save_or_render(request, draft, form)


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required()
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """A draft as members will read it, with what it changes; a POST publishes it."""
    draft = get_object_or_404(CharterDraft.objects.select_related("published"), pk=pk)
    if draft.published:
        messages.info(request, _("La version %s est déjà publiée.") % draft.published.name)
        return redirect(draft.published)
    if request.method == "POST":
        return _publish(request, draft)
    return _render_preview(request, draft)


@require_POST
@animator_required("charter-draft", "pk")
def delete_draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    actions.delete_draft(get_object_or_404(CharterDraft, pk=pk), request.user)
    messages.success(request, _("Le projet est supprimé."))
    return redirect("charter-drafts")


def _save_or_render(
    request: PersonRequest, draft: CharterDraft | None, form: CharterDraftForm
) -> HttpResponse:
    def act(revision: int, **_fields: Any) -> HttpResponse:
        try:
            saved = actions.save_draft(request.user, draft, revision=revision, **form.values())
        except actions.CannotPublish as refusal:
            if refusal.field:
                raise
            # The page shows the latest revision: saving again replaces it.
            assert draft is not None  # A new one has no revision to miss.
            sent: Any = copy(form.data)
            sent["revision"] = _current_revision(draft)
            form.data = sent
            form.add_error(None, str(refusal))
            return page(form, 409)
        return redirect("charter-draft-preview", saved.pk)

    page = form_page(request, "charter/draft.html", {"draft": draft})
    return answer_form(request, form, act, page)


def _publish(request: PersonRequest, draft: CharterDraft) -> HttpResponse:
    if draft.is_substantive and "confirmed" not in request.POST:
        problem = _("Rien n’est publié : cochez d’abord que des personnes devront signer.")
        return _render_preview(request, draft, problem, 422)
    revision = parse_natural_number(request.POST.get("revision", ""))
    try:
        version = actions.publish_draft(draft, request.user, revision)
    except actions.CannotPublish as refusal:
        draft.refresh_from_db()
        return _render_preview(request, draft, str(refusal), 409)
    words = (
        _("La version %s est publiée : chaque membre est invité à la signer.")
        if version.is_substantive
        else _("La version %s est publiée. Les signatures valent toujours.")
    )
    messages.success(request, words % version.name)
    return redirect(version)


def _render_preview(
    request: ViewerRequest, draft: CharterDraft, problem: str = "", status: int = 200
) -> HttpResponse:
    newest = CharterVersion.objects.in_force()
    context = {
        "draft": draft,
        "newest": newest,
        "changes": diff_paragraphs(newest.text if newest else "", draft.text),
        "html": rendering.render(draft.text),
        "english": rendering.render(draft.text_en),
        "asked": people_with_access() if draft.is_substantive else 0,
        "problem": problem,
    }
    return render(request, "charter/draft_preview.html", context, status=status)


def _current_revision(draft: CharterDraft) -> int:
    return CharterDraft.objects.values_list("revision", flat=True).get(pk=draft.pk)
