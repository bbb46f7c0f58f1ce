"""The list of all tags, suggestions while one types, and the form of a tag, for animators."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.pagination import page_number
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.models import Tag
from forum.conversation.tags.queries import called, known_tags, merged_into
from forum.conversation.tags.suggestions import suggest_tags
from forum.finding.tags import actions
from forum.finding.tags.forms import TagForm
from forum.finding.tags.queries import tags_by_family

#: What one types in a while is less: a word is some letters, each a question.
_SUGGESTIONS = ReadingRateLimit("suggest_tags", people="1200/10m/user", guests="3000/10m/ip")


@require_safe
def tags(request: ViewerRequest) -> HttpResponse:
    """All tags that one sees, by family."""
    viewer = request.viewer
    families, page = tags_by_family(viewer, page_number(request.GET))
    context = {"families": families, "page": page}
    return render(request, "finding/tags/tags.html", context)


@require_safe
def tag_suggestions(request: ViewerRequest) -> HttpResponse:
    """The tags that ``?q=`` may become, as JSON, with how many threads of each one sees."""
    viewer = request.viewer
    if refusal := _SUGGESTIONS.refusal(request):
        return JsonResponse({"error": refusal}, status=429)
    suggested = suggest_tags(viewer, request.GET.get("q", ""))
    return JsonResponse({"tags": [tag._asdict() for tag in suggested]})


@animator_required("edit-tag", "slug")
def edit_tag(request: ViewerRequest, slug: str) -> HttpResponse:
    """The form of a tag's description and synonyms."""
    viewer = request.viewer
    tag = known_tag_or_404(viewer, slug)
    initial = {
        "description": tag.description,
        "description_en": tag.description_en,
        "synonyms": ", ".join(synonym.name for synonym in tag.synonyms.all()),
    }
    form = TagForm(posted(request), initial=initial)

    def act(**edited: Any) -> HttpResponse:
        actions.edit_tag(tag, viewer, **edited)
        messages.success(request, _("Vos changements sont enregistrés."))
        return redirect("edit-tag", slug)

    context = {"tag": tag, "merged": merged_into(viewer, tag)}
    page = form_page(request, "finding/tags/edit_tag.html", context)
    return answer_form(request, form, act, page)


def known_tag_or_404(viewer: Viewer, slug: str, *, is_merged_too: bool = False) -> Tag:
    """The tag of this slug, called as ``viewer`` sees it; of those that were not merged."""
    known = Tag.objects.visible_to(viewer, known_tags)
    if not is_merged_too:
        known = known.filter(merged_into=None)
    tag = get_object_or_404(known, slug=slug)
    return called(viewer, [tag])[0]
