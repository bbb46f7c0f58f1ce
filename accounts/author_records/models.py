"""What the law asks a host to keep of authors (LCEN art. 6, décret 2021-1362), encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import PrivacyNotice


class Category(models.TextChoices):
    """What a record holds; each is kept for its own time after ``at``."""

    CONNECTION = "connection", _("d’où un message a été écrit")
    IDENTITY = "identity", _("l’identité donnée")
    ACCOUNT = "account", _("le reste du compte")


#: Of each category, how long it is kept: a name in FORUM_RETENTION.
RETENTION = {
    Category.CONNECTION: "author_connections",
    Category.IDENTITY: "author_identities",
    Category.ACCOUNT: "author_accounts",
}
_SETTING = "FORUM_AUTHOR_RECORDS_KEYS"


class AuthorRecord(models.Model):
    """One thing that is kept of an author, in ``content``: JSON that ``cipher`` encrypted.

    No page reads these rows: only ``manage.py open_author_records`` does. People and posts are
    plain ids, which stay when an account is closed. ``at``: when the post was written or the
    account closed. ``operation``: of a connection, whether it posted, edited or deleted.
    Triggers add those (``forum/conversation/threads/triggers.py``), as a post is written.
    """

    category = models.CharField(max_length=12, choices=Category.choices)
    person_id = models.BigIntegerField(db_index=True)
    post_id = models.BigIntegerField(null=True, db_index=True)
    operation = models.CharField(max_length=12, blank=True, default="", db_default="")
    at = models.DateTimeField()
    content = models.TextField()

    privacy_notices = (
        PrivacyNotice(
            _("D’où vous avez publié chaque message : adresse IP, port et moment ; chiffrés"),
            _(
                "Les donner à la justice ou à l’autorité qui les demande, sans que personne "
                "d’autre les lise : obligation légale (LCEN, article 6 ; décret 2021-1362)"
            ),
            _("%(days)d jours après le message"),
            position=11,
            retention="author_connections",
            setting=_SETTING,
        ),
        PrivacyNotice(
            _("Votre compte fermé : nom, adresses, organisations ; chiffrés, à part du site"),
            _("De même : obligation légale"),
            _("%(days)d jours après la fermeture du compte"),
            position=11,
            retention="author_identities",
            setting=_SETTING,
        ),
        PrivacyNotice(
            _("Votre compte fermé : ses dates et sa protection ; chiffrées, à part du site"),
            _("De même : obligation légale"),
            _("%(days)d jours après la fermeture du compte"),
            position=11,
            retention="author_accounts",
            setting=_SETTING,
        ),
    )
    texts_kept_when_closed = "kept by law, encrypted, for a time"

    class Meta:
        verbose_name = _("donnée gardée sur un auteur")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["category", "at"], name="author_record_by_age")]

    def __str__(self) -> str:
        return f"{self.category} {self.person_id} {self.at:%Y-%m-%d %H:%M}"
