"""Forms that write posts, which have files."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.files.actions import discard_drafts
from forum.conversation.files.sent_files import SentFiles, files_of_draft, sent_files
from forum.conversation.threads.models import Post


class PostForm(forms.Form):
    """A form of a post. ``sent_files`` is set where it has files, or is sent some."""

    sent_files: SentFiles | None = None

    def take_files(
        self, request: ViewerRequest, viewer: Viewer, post: Post | None = None, **about: Any
    ) -> None:
        """Take the files that come with the form, as ``sent_files`` does, and their errors.

        ``post``: the one that it edits; ``about``: what ``sent_files`` is told besides.
        """
        has_files = post.files if post else about.get("sheet_id")
        if not (request.FILES or "file" in request.POST or has_files):
            return
        self.sent_files = sent_files(request, viewer, post, **about)
        for error in self.sent_files.errors:
            self.add_error(None, error)

    def take_files_of_draft(self, viewer: Viewer, fields: dict[str, Any] | None) -> None:
        """Take those of the draft whose key is in ``fields``, besides its own.

        ``fields``: those with which the form goes on, of a draft or as they were sent when a
        session had ended; None where there are none.
        """
        of_draft = files_of_draft(viewer, str((fields or {}).get("idempotency_key", "")))
        if of_draft and self.sent_files:
            of_draft.attachments[:0] = self.sent_files.attachments
        self.sent_files = of_draft or self.sent_files

    @property
    def values_with_files(self) -> dict[str, Any]:
        """What was typed, with ``files`` where it has any."""
        files = {"files": self.sent_files.attachments} if self.sent_files else {}
        return self.cleaned_data | files

    @property
    def refusal_status(self) -> int:
        """The status of the answer where it is not valid."""
        return self.sent_files.status if self.sent_files else 422

    def drop_posted_files(self) -> None:
        """Remove from the form the files that were posted with it meanwhile."""
        if self.sent_files:
            self.sent_files = self.sent_files.without_posted()

    def discard_unused_files(self, viewer: Viewer) -> None:
        """Delete the files that came once more with a form that had been sent before."""
        if self.sent_files and self.sent_files.stored:
            discard_drafts(viewer, [file.pk for file in self.sent_files.stored])
