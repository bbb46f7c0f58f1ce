"""The pages where animators merge a tag into another, and undo that."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from accounts.base.form_views import answer_form, form_page, posted
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.models import Tag
from forum.conversation.tags.queries import merged_tags, tags_by_id
from forum.conversation.threads.composer import set_form_values
from forum.finding.tags.merges import actions
from forum.finding.tags.merges.forms import MergeTagForm, SeparateTagForm
from forum.finding.tags.merges.queries import merge_preview, restorable_count
from forum.finding.tags.views import known_tag_or_404


@animator_required("merge-tag", "slug")
def merge_tag(request: ViewerRequest, slug: str) -> HttpResponse:
    """Merge a tag into another: first what changes is shown, then it is done."""
    viewer = request.viewer
    tag = known_tag_or_404(viewer, slug, is_merged_too=True)
    initial = {"target": tag.merged_into.root.slug if tag.merged_into else ""}
    form = MergeTagForm(posted(request), initial=initial, viewer=viewer)
    page = form_page(request, "finding/tags/merge_tag.html", {"tag": tag})

    def act(target: Tag, preview: str, reason: str) -> HttpResponse:
        if preview == target.slug:
            return _merged(request, viewer, tag, target, reason)
        actions.require_mergeable(tag, target)
        set_form_values(form, preview=target.slug)
        context = {"tag": tag, "target": target, "preview": merge_preview(viewer, tag, target)}
        return form_page(request, "finding/tags/merge_tag.html", context)(form, 200)

    return answer_form(request, form, act, page)


def _merged(
    request: ViewerRequest, viewer: Viewer, tag: Tag, target: Tag, reason: str
) -> HttpResponse:
    number = actions.merge_tags(tag, target, viewer, reason)
    words = ngettext(
        "Les deux mots-clés n’en font plus qu’un. %(n)s fil a changé.",
        "Les deux mots-clés n’en font plus qu’un. %(n)s fils ont changé.",
        number,
    )
    messages.success(request, words % {"n": number})
    if number == actions.MAX_THREADS:
        messages.warning(request, actions.more_left_message())
        return redirect("merge-tag", tag.slug)
    return redirect("edit-tag", target.slug)


@animator_required("separate-tag", "slug")
def separate_tag(request: ViewerRequest, slug: str) -> HttpResponse:
    """Undo the merge of a tag."""
    viewer = request.viewer
    tag = _merged_tag_or_404(viewer, slug)
    form = SeparateTagForm(posted(request))

    def act(**values: Any) -> HttpResponse:
        number = actions.separate_tag(tag, viewer, **values)
        words = ngettext(
            "Les deux mots-clés sont séparés. %(n)s fil a changé.",
            "Les deux mots-clés sont séparés. %(n)s fils ont changé.",
            number,
        )
        messages.success(request, words % {"n": number})
        if number < actions.MAX_THREADS:
            return redirect("tags")
        messages.warning(request, actions.more_left_message())
        return redirect("separate-tag", slug)

    target_id = tag.merged_into_id or 0
    target = tags_by_id(viewer, [target_id]).get(target_id)
    context = {"tag": tag, "target": target, "count": restorable_count(tag)}
    page = form_page(request, "finding/tags/separate_tag.html", context)
    return answer_form(request, form, act, page)


def _merged_tag_or_404(viewer: Viewer, slug: str) -> Tag:
    """The merged tag of this slug, as threads that ``viewer`` sees called it.

    Or one whose merge is being undone.
    """
    if tag := Tag.objects.visible_to(viewer, merged_tags).filter(slug=slug).first():
        return tags_by_id(viewer, [tag.pk])[tag.pk]
    tag = known_tag_or_404(viewer, slug)
    if restorable_count(tag):
        return tag
    raise Http404
