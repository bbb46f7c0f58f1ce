"""Which organisations have the same question as the one of a thread."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from forum.base import visibility
from forum.conversation.addressees.addressee import (
    AskedList,
    ShownAddressee,
    asked_list,
    shown_addressees,
)


class SameQuestionQuerySet(visibility.VisibleQuerySet["SameQuestion"]):
    """Same questions, seen where their threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class SameQuestion(models.Model):
    """An organisation has the question of ``thread`` too, as ``person`` says for it.

    ``territory``: the one that it counts for, if it acts on any. Taken back, the row is gone.
    How many territories there are is a column of the thread (``same_question_count``).
    """

    thread = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="same_questions", db_index=False
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="same_questions"
    )
    territory = models.ForeignKey(
        "accounts.Territory", models.SET_NULL, null=True, related_name="+"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    objects = SameQuestionQuerySet.as_manager()
    export_sections = (
        ExportSection("same_questions", "person", "thread organisation__name said_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les fils dont vous avez dit que votre organisation se pose la même question"),
            _("Compter les territoires concernés, et les nommer aux membres : contrat"),
            _("Jusqu’à ce que vous le retiriez ; l’organisation reste comptée sans vous"),
            position=7,
        ),
    )
    export_labels = {"same_questions": _("Questions que vous vous posez aussi")}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "organisation"], name="same_question_said_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.thread_id}"


class _AskedThread(Protocol):
    """A thread that was read with whom it is put to."""

    kind: str
    asked_text: str | None
    addressees_text: str | None


class Askable(models.Model):
    """What a thread is that is put to somebody, and that others would ask too."""

    #: How many territories, and organisations without any, have the same question.
    same_question_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def shown_addressees(self: _AskedThread) -> list[ShownAddressee]:
        """Whom a question is put to; read ``with_addressees`` or ``with_page_fields``."""
        if self.kind != "question":
            return []
        has_states = hasattr(self, "asked_text")
        return shown_addressees(self.asked_text if has_states else self.addressees_text)

    @property
    def asked_list(self: _AskedThread) -> AskedList:
        """The same, with what became of it with each; of one read ``with_page_fields``."""
        return asked_list(self.asked_text if self.kind == "question" else "")
