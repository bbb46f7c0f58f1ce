"""How many mails came in on each day, and what became of them. Nothing says whose they were."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailResult(models.TextChoices):
    """What became of a mail that came in."""

    PUBLISHED = "published", _("publiés")
    HELD = "held", _("en attente d’une lecture")
    #: To follow a thread no more, or again.
    FOLLOW = "follow", _("suivis et arrêts")
    #: By a calendar, to the invitation to a meeting.
    CALENDAR = "calendar", _("réponses d’agendas")
    REFUSED = "refused", _("refusés, le texte rendu")
    QUARANTINED = "quarantined", _("illisibles, gardés")
    UNREADABLE = "unreadable", _("illisibles, ou sans expéditeur, refusés")
    #: The same Message-ID once more.
    TWICE = "twice", _("arrivés deux fois")
    #: From is not whose the address is.
    OTHER_SENDER = "other sender", _("d’un autre expéditeur")
    #: From is a member’s, and nothing says that they sent it.
    UNPROVED = "unproved", _("sans preuve d’expéditeur")
    UNKNOWN_ADDRESS = "unknown address", _("à une adresse inconnue")
    #: To the address of a space, from one that no account has proved.
    NO_ACCOUNT = "no account", _("à un espace, d’une adresse sans compte")
    TOO_LONG = "too long", _("trop lourds")
    AUTO_REPLY = "auto-reply", _("réponses automatiques")
    LIST = "list", _("envois de listes")
    BOUNCE = "bounce", _("retours à l’envoyeur")
    #: Of the site itself, or that went round.
    LOOP = "loop", _("boucles")
    #: Counted beside one of the others.
    UNTOLD = "untold", _("sans accusé de réception : trop en un jour")


class MailCount(models.Model):
    """How many mails had this ``result`` on this day, in the site's time zone."""

    day = models.DateField()
    result = models.CharField(max_length=20, choices=MailResult.choices)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "result"], name="one_mail_count_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.result}: {self.number}"
