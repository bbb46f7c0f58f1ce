"""What a composer sends of what is typed in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.addressee import VALUE_SEPARATOR
from forum.conversation.addressees.selection.forms import CriteriaForm
from forum.conversation.drafts.models import MAX_DRAFT_LENGTH, MAX_FIELD_LENGTH, PostDraft
from forum.conversation.threads.merged_threads import thread_merged_from
from forum.models import Post, Thread

#: Fields that are no text, of the forms that write.
_FORMS = {"replies", "edit-post", "new-thread"}
_CHOICES = ("kind", "topic", "space", "seat", "version", "then")
#: Those by which a question finds whom it is put to: of one that asks nobody there are none.
_CRITERIA = tuple(set(CriteriaForm.base_fields) - CriteriaForm.unsaved_fields - {"addressee"})
#: Characters of the addressees of a question, as the form names them.
_MAX_ADDRESSEES_LENGTH = 6_000


class DraftForm(forms.Form):
    """The fields of a form that writes, as typed, with its key and its address.

    Nothing is required, and what the form itself would refuse is kept all the same.
    """

    unsaved_fields = frozenset({"draft_of", "draft_client", "draft_revision"})

    title = forms.CharField(required=False, max_length=MAX_FIELD_LENGTH, strip=False)
    tags = forms.CharField(required=False, max_length=MAX_FIELD_LENGTH, strip=False)
    text = forms.CharField(
        required=False,
        max_length=MAX_DRAFT_LENGTH,
        strip=False,
        error_messages={"max_length": _("Ce texte est trop long pour être gardé ici.")},
    )
    idempotency_key = forms.UUIDField()
    draft_of = forms.CharField(max_length=MAX_FIELD_LENGTH)
    draft_client = forms.CharField(required=False, max_length=20)
    draft_revision = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    writer = forms.IntegerField(required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_writer(self) -> int | None:
        """Take nothing from a page that was shown to another person at the same machine."""
        writer: int | None = self.cleaned_data["writer"]
        if writer not in (None, self.viewer.person_id):
            raise forms.ValidationError(
                _("Cette page a été ouverte par une autre personne : rechargez-la.")
            )
        return writer

    def draft(self) -> PostDraft:
        """The draft, not saved; of what its writer sees by the address of the form."""
        typed = self.cleaned_data
        thread_id, post_id = _place(self.viewer, typed["draft_of"])
        chosen = {name: self.data.get(name, "") for name in _CHOICES}
        criteria = _CRITERIA if self.data.get("ask") else ()
        assert isinstance(self.data, QueryDict)
        addressees = VALUE_SEPARATOR.join(self.data.getlist("addressee"))
        return PostDraft(
            key=typed["idempotency_key"],
            thread_id=thread_id,
            post_id=post_id,
            title=typed["title"],
            tags=typed["tags"],
            text=typed["text"],
            choices={name: it[:MAX_FIELD_LENGTH] for name, it in chosen.items() if it}
            | {name: self.data.get(name, "")[:MAX_FIELD_LENGTH] for name in criteria}
            | ({"addressee": addressees[:_MAX_ADDRESSEES_LENGTH]} if addressees else {}),
            client=typed["draft_client"],
            revision=typed["draft_revision"] or 0,
        )


def form_path(address: str) -> str | None:
    """The path in ``address``, if a form that writes is there."""
    path = address.partition("?")[0]
    try:
        return path if resolve(path).url_name in _FORMS else None
    except Resolver404:
        return None


def _place(viewer: Viewer, address: str) -> tuple[int | None, int | None]:
    """The ids of the thread that is replied to, and of the post that is edited."""
    if (path := form_path(address)) is None:
        return None, None
    match = resolve(path)
    pk: int = match.kwargs.get("pk", 0)
    if match.url_name == "replies":
        seen = Thread.objects.visible_to(viewer).filter(pk=pk).first()
        thread = seen or thread_merged_from(viewer, pk)
        return (thread.pk if thread else None), None
    if match.url_name == "edit-post":
        edited = Q(author=viewer.person_id) | Q(is_wiki=True)
        posts = Post.objects.visible_to(viewer).filter(edited, pk=pk)
        return None, posts.values_list("pk", flat=True).first()
    return None, None
