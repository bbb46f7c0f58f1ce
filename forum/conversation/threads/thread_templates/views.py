"""The guides beside the form of a new thread, and the pages where animators keep them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.base import markup
from forum.base.spaces.models import Topic
from forum.conversation.threads.thread_templates import actions
from forum.conversation.threads.thread_templates.actions import GuideTexts
from forum.conversation.threads.thread_templates.forms import GuideForm
from forum.conversation.threads.thread_templates.models import ThreadTemplate
from forum.conversation.threads.thread_templates.queries import (
    find_guide,
    offered_templates,
    templates_with_guides,
)


@require_safe
def template_guides(request: ViewerRequest) -> HttpResponse:
    """What a new thread shows of guides, for its script; of ``?template=``, for ``?topic=``."""
    viewer = request.viewer
    topic = request.GET.get("topic", "")
    context = {
        "offered": offered_templates(is_animator=viewer.is_animator, topic=topic),
        "chosen": request.GET.get("template", ""),
        "topic": topic,
        "is_open": True,
    }
    return render(request, "conversation/thread_templates/guides.html", context)


@require_safe
@animator_required("thread-templates")
def thread_templates(request: ViewerRequest) -> HttpResponse:
    """All templates, with their guides."""
    context = {"templates": templates_with_guides(), "topics": Topic.objects.all()}
    return render(request, "conversation/thread_templates/thread_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("thread-templates")
def edit_guide(request: ViewerRequest, slug: str, topic: str = "") -> HttpResponse:
    """The form of a template's guide: of the general one, or that for a topic."""
    template, of_topic = _template_and_topic(slug, topic)
    guide = find_guide(slug, of_topic)
    shown = guide or find_guide(slug, None)
    initial = {name: getattr(shown, name) for name in GuideTexts._fields} if shown else {}
    form = GuideForm(posted(request), initial=initial)
    context = {"template": template, "topic": of_topic, "is_there": bool(guide)}
    page = "conversation/thread_templates/edit_guide.html"

    def act(**_texts: str) -> HttpResponse | str:
        if "preview" in request.POST:
            html = markup.render(f"{form.texts.guide}\n\n---\n\n{form.texts.text}")
            return form_page(request, page, context | {"html": html})(form, 200)
        actions.write_guide(template, of_topic, form.texts, request.viewer)
        messages.success(request, _("Le guide est enregistré."))
        return "thread-templates"

    return answer_form(request, form, act, form_page(request, page, context))


@require_POST
@animator_required("thread-templates")
def offer_template(request: ViewerRequest, slug: str) -> HttpResponse:
    """Offer a template, or (without ``offered``) no longer."""
    template, viewer = ThreadTemplate.objects.get(slug=slug), request.viewer
    actions.offer_template(template, viewer, is_offered=bool(request.POST.get("offered")))
    return redirect("thread-templates")


@require_POST
@animator_required("thread-templates")
def remove_guide(request: ViewerRequest, slug: str, topic: str) -> HttpResponse:
    """Delete the guide of a topic, for which the general one then serves."""
    template, of_topic = _template_and_topic(slug, topic)
    if of_topic is None:
        raise Http404
    actions.remove_guide(template, of_topic, request.viewer)
    messages.success(request, _("Le guide général sert aussi pour ce sujet."))
    return redirect("thread-templates")


def _template_and_topic(slug: str, topic: str) -> tuple[ThreadTemplate, Topic | None]:
    """Those of these slugs, the topic None where that is ""; raise Http404 for unknown ones."""
    found_topic = Topic.objects.filter(slug=topic).first() if topic else None
    if topic and not found_topic:
        raise Http404
    return ThreadTemplate.objects.get(slug=slug), found_topic
