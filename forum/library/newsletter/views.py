"""The pages of the newsletter: for readers, and where animators edit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.mail import site_address
from accounts.base.pagination import page_number
from accounts.base.prefetch import is_viewed
from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import pop_saved_form
from accounts.models import College, User
from accounts.organisations.queries import all_colleges
from accounts.users.actions import mark_newsletter_read
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.threads.composer import set_form_values
from forum.library.newsletter import actions
from forum.library.newsletter.actions import IssueConflict
from forum.library.newsletter.forms import IssueForm
from forum.library.newsletter.queries import (
    all_issues,
    edited_items,
    find_issue,
    issue_beside,
    issue_of_week,
    previewed,
    published_issue,
    published_issues,
    shown_to,
)

if TYPE_CHECKING:
    from forum.library.newsletter.models import NewsletterIssue, NewsletterItem
    from forum.library.newsletter.queries import ShownIssue


#: Each press is a change, and a line of the log.
_EDITS = RateLimit("newsletter", "120/10m/user,600/d/user")


@require_safe
def newsletter(request: ViewerRequest) -> HttpResponse:
    """The issues that were published."""
    context = {"page": published_issues(page_number(request.GET)).or_first()}
    return render(request, "library/newsletter/newsletter.html", context)


@require_safe
def newsletter_issue(request: ViewerRequest, slug: str) -> HttpResponse:
    """An issue, as who asks is shown it; for who is signed in it is read by this."""
    issue = published_issue(slug)
    if isinstance(request.user, User) and is_viewed(request):
        mark_newsletter_read(request.user, issue.week)
    context = {
        "issue": issue,
        "week": shown_to(request.viewer, issue),
        "before": issue_beside(issue, is_later=False),
        "after": issue_beside(issue, is_later=True),
    }
    return render(request, "library/newsletter/newsletter_issue.html", context)


@require_safe
@animator_required("newsletter-issues")
def newsletter_issues(request: ViewerRequest) -> HttpResponse:
    """All issues, drafts too, and the button that begins that of this week."""
    viewer = request.viewer
    context = {
        "page": all_issues(viewer, page_number(request.GET)).or_first(),
        "is_begun": issue_of_week(viewer) is not None,
    }
    return render(request, "library/newsletter/newsletter_issues.html", context)


@require_POST
@animator_required("newsletter-issues")
def start_issue(request: ViewerRequest) -> HttpResponse:
    """Begin the issue of this week with what the site proposes."""
    viewer = request.viewer
    issue = actions.start_issue(viewer) or issue_of_week(viewer)
    assert issue is not None
    return redirect("edit-newsletter-issue", issue.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("edit-newsletter-issue", "slug")
def edit_issue(request: ViewerRequest, slug: str) -> HttpResponse:
    """The form of an issue. Each of its buttons saves all that is typed."""
    viewer = request.viewer
    issue = find_issue(viewer, slug)
    about: dict[str, Any] = {"viewer": viewer, "host": request.get_host()}
    if request.method != "POST":
        items = edited_items(viewer, issue)
        initial = pop_saved_form(request) or _initial(issue, items)
        return _render(request, issue, items, IssueForm(initial=initial, **about))
    form, status = IssueForm(request.POST, **about), 422
    if form.is_valid():
        pressed = request.POST.get("press", "")
        refusal = _EDITS.refusal(request)
        try:
            if not refusal:
                issue = actions.edit_issue(issue, form.edit(pressed), viewer)
                return _saved(request, issue, pressed)
            form.add_error(None, refusal)
            status = 429
        except IssueConflict as conflict:
            issue, status = conflict.current, conflict.status
            set_form_values(form, version=issue.version)
            form.add_error(None, str(conflict))
        except Refused as refused:
            form.add_error(None, str(refused))
            status = refused.status
    return _render(request, issue, edited_items(viewer, issue), form, status)


@require_safe
@animator_required("preview-newsletter-issue", "slug")
def preview_issue(request: ViewerRequest, slug: str) -> HttpResponse:
    """An issue as home and mails will show it to a ``?college=``, by default to guests."""
    viewer = request.viewer
    issue, chosen = find_issue(viewer, slug), request.GET.get("college", "")
    college = get_object_or_404(College, slug=chosen) if chosen else None
    week = previewed(viewer, issue, college)
    context = {
        "issue": issue,
        "week": week,
        "college": college,
        "colleges": all_colleges(),
        "mail": _mail_of(week),
    }
    return render(request, "library/newsletter/preview_issue.html", context)


def _mail_of(week: ShownIssue | None) -> str:
    """What a digest says of an issue, in plain text, without its empty lines."""
    about = {"week": week, "site": site_address()}
    text = render_to_string("library/newsletter/mail_rows.txt", about)
    return "\n".join(it for it in text.splitlines() if it.strip())


def _initial(issue: NewsletterIssue, items: Sequence[NewsletterItem]) -> dict[str, Any]:
    notes = {f"note_{n}": item.note for n, item in enumerate(items)}
    pks = ",".join(str(item.pk) for item in items)
    about = {"introduction": issue.introduction, "version": issue.version, "items": pks}
    return about | notes


def _saved(request: ViewerRequest, issue: NewsletterIssue, pressed: str) -> HttpResponse:
    words = {
        "publish-now": _("C’est publié\u00a0: les membres la lisent à l’accueil."),
        "publish-monday": _("Elle partira d’elle-même lundi."),
        "publish-never": _("Elle ne partira pas cette semaine."),
    }
    messages.success(request, words.get(pressed, _("C’est enregistré.")))
    if pressed == "preview":
        return redirect("preview-newsletter-issue", issue.slug)
    return redirect("edit-newsletter-issue", issue.slug)


def _render(
    request: ViewerRequest,
    issue: NewsletterIssue,
    items: Sequence[NewsletterItem],
    form: IssueForm,
    status: int = 200,
) -> HttpResponse:
    """The page of ``form``: of each item what is saved, and the field with what was typed."""
    fields = dict(form.note_fields())
    is_conflict = status == 409
    context = {
        "issue": issue,
        "form": form,
        "is_conflict": is_conflict,
        "rows": [(item, fields.pop(item.pk, None)) for item in items],
        # Of items that are gone, or not shown any more: the words alone.
        "left": [field.value() for field in fields.values() if field.value()],
    }
    return render(request, "library/newsletter/edit_issue.html", context, status=status)
