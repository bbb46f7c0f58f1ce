"""The animators' pages of the next version: writing it, reading what changes, publishing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept
from accounts.charter import text
from accounts.charter.comparing import changes
from accounts.charter.models import CharterVersion, Signature
from accounts.editions import actions
from accounts.editions.forms import DraftForm, initial_of
from accounts.editions.models import USUAL_GRACE, CharterDraft
from accounts.natural import natural
from accounts.organisations.views import animators_only


@require_safe
@animators_only
def drafts(request):
    """The drafts, and how many of the members have signed the version in force."""
    newest = _newest()
    signed = Signature.objects.filter(withdrawn_at=None, version=newest)
    context = {
        "drafts": CharterDraft.objects.filter(published=None).select_related("written_by"),
        "versions": CharterVersion.objects.published().select_related("draft__published_by"),
        "newest": newest,
        "signed": signed.values("organisation").distinct().count(),
        "bound": Signature.objects.filter(withdrawn_at=None).values("organisation")
        .distinct().count(),
    }  # fmt: skip
    return render(request, "accounts/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@animators_only
def new_draft(request):
    """Begin a draft from the version in force."""
    newest = _newest()
    initial = {
        "text": newest.text if newest else "",
        "adopted_on": timezone.localdate(),
        "grace_days": USUAL_GRACE,
    } | (kept.typed_before(request) or {})
    return _writing(request, None, DraftForm(request.POST or None, initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
@animators_only
def draft(request, pk):
    """Write a draft on. Published, it is the version's own page; what was typed comes back."""
    one = get_object_or_404(CharterDraft.objects.select_related("published"), pk=pk)
    if one.published and request.method != "POST":
        return redirect(one.published)
    return _writing(
        request, one, DraftForm(request.POST or None, initial=_initial(request, one))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@animators_only
def preview(request, pk):
    """What a draft changes, as members will read it; a POST publishes just that."""
    one = get_object_or_404(CharterDraft.objects.select_related("published"), pk=pk)
    if one.published:
        messages.info(request, _("La version %s est déjà publiée.") % one.published.name)
        return redirect(one.published)
    if request.method == "POST":
        return _publish(request, one)
    return _previewed(request, one)


@require_POST
@animators_only
def drop(request, pk):
    """Throw a draft away."""
    actions.drop_draft(get_object_or_404(CharterDraft, pk=pk), request.user)
    messages.success(request, _("Le projet est supprimé."))
    return redirect("charter-drafts")


def _initial(request, one):
    return initial_of(one) | (kept.typed_before(request) or {})


def _writing(request, one, form):
    status = 200 if request.method != "POST" else 422
    if form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            saved = actions.save_draft(request.user, one, revision=revision, **form.said())
        except actions.CannotPublish as refusal:
            form.add_error(refusal.field, str(refusal))
            if refusal.field is None:  # What was written meanwhile was read now.
                form.data = form.data.copy()
                form.data["revision"] = _revision_now(one)
                status = 409
        else:
            return redirect("charter-draft-preview", saved.pk)
    context = {"draft": one, "form": form}
    return render(request, "accounts/draft.html", context, status=status)


def _publish(request, one):
    revision = natural(request.POST.get("revision", ""))
    try:
        version = actions.publish(one, request.user, revision)
    except actions.CannotPublish as refusal:
        one.refresh_from_db()
        return _previewed(request, one, str(refusal), 409)
    words = (
        _("La version %s est publiée : chaque membre est invité à la signer.")
        if version.is_substantive
        else _("La version %s est publiée. Les signatures valent toujours.")
    )
    messages.success(request, words % version.name)
    return redirect(version)


def _previewed(request, one, problem="", status=200):
    newest = _newest()
    context = {
        "draft": one,
        "newest": newest,
        "changes": changes(newest.text if newest else "", one.text),
        "html": text.render(one.text),
        "problem": problem,
    }
    return render(request, "accounts/draft_preview.html", context, status=status)


def _newest():
    return CharterVersion.objects.published().first()


def _revision_now(one):
    return CharterDraft.objects.values_list("revision", flat=True).get(pk=one.pk)
