"""The pages of archives: all of them, one with what it holds, and a thread to be."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from accounts.base.pagination import page_number
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.markup import render as render_markup
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.conversation.threads.shown_readers import stamps
from forum.mail.mail_archives import actions, queries
from forum.mail.mail_archives.post_text import post_text

if TYPE_CHECKING:
    from forum.mail.mail_archives.models import ArchivedMail, MailArchive


@require_safe
@animator_required("mail-archives")
def mail_archives(request: ViewerRequest) -> HttpResponse:
    """The archives of the spaces that one reads."""
    viewer = request.viewer
    context = {"archives": queries.archives(viewer)}
    return render(request, "mail/mail_archives/mail_archives.html", context)


@require_safe
@animator_required("mail-archive", "pk")
def mail_archive(request: ViewerRequest, pk: int) -> HttpResponse:
    """An archive: what opening it would show, and to whom; its threads, page by page."""
    viewer = request.viewer
    return _render_archive(request, viewer, queries.visible_archive(viewer, pk))


def _render_archive(
    request: ViewerRequest, viewer: Viewer, archive: MailArchive, status: int = 200
) -> HttpResponse:
    readership = readership_of(archive.space)
    context = {
        "archive": archive,
        "figures": queries.archive_figures(archive),
        "left_out": queries.left_out(archive),
        "files_left_out": queries.files_left_out(archive),
        "readership": readership,
        "shown_readers": stamps([readership]),
        "may_open": not rules.is_read_only(viewer, archive.space),
        "settings_query": urlencode(
            {"espace": archive.space.slug, "adresse": archive.list_address}
        ),
        "page": queries.threads_page(viewer, archive, page_number(request.GET)),
    }
    return render(request, "mail/mail_archives/mail_archive.html", context, status=status)


@require_safe
@animator_required("archived-thread", "pk")
def archived_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """What a thread of an archive would say."""
    viewer = request.viewer
    thread = queries.visible_archived_thread(viewer, pk)
    page = queries.mails_page(viewer, thread, page_number(request.GET))
    mails = [(mail, render_markup(_text(mail))) for mail in page.rows]
    context = {"thread": thread, "page": page, "mails": mails}
    return render(request, "mail/mail_archives/archived_thread.html", context)


def _text(mail: ArchivedMail) -> str:
    with override("fr"):  # As it will be posted, whoever reads.
        names = [it.name for it in mail.files.all()]
        return post_text(mail.text, mail.folded, mail.shows_folded, mail.attachments, names)


@require_POST
@animator_required("mail-archive", "pk")
def open_archive(request: ViewerRequest, pk: int) -> HttpResponse:
    """Open an archive; back to its page, which says how far that is."""
    viewer = request.viewer
    archive = queries.visible_archive(viewer, pk)
    try:
        actions.open_archive(archive, viewer, request.POST.get("shown_readers", "")[:500])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(archive)
    messages.success(
        request, _("L’archive s’ouvre. Ses fils paraissent peu à peu, sans prévenir personne.")
    )
    return redirect(archive)


@require_POST
@animator_required("mail-archive", "pk")
def discard_archive(request: ViewerRequest, pk: int) -> HttpResponse:
    """Discard an archive, where that was confirmed."""
    viewer = request.viewer
    archive = queries.visible_archive(viewer, pk)
    if request.POST.get("confirmed") != "on":
        messages.error(request, _("Cochez la case pour jeter cette archive."))
        return redirect(archive)
    actions.discard_archive(archive, viewer)
    messages.success(request, _("L’archive est jetée : rien n’en a été montré à personne."))
    return redirect("mail-archives")
