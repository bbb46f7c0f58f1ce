"""The log of moderation: what animators did, to whom or what, when and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice


class LoggedAction(models.TextChoices):
    """What an entry says was done. A new action needs no migration: it is a line here."""

    REPORT = "report", _("Signalement reçu")
    DISMISS_REPORT = "dismiss_report", _("Signalement classé sans suite")
    REMEDY_REPORT = "remedy_report", _("Signalement suivi d’effet, sans mesure")
    UPHOLD_REPORT = "uphold_report", _("Signalement suivi d’une mesure")
    REVEAL_REPORTER = "reveal_reporter", _("Nom de qui a signalé, lu")
    HIDE_POST = "hide_post", _("Message masqué")
    RESTORE_POST = "restore_post", _("Message rétabli")
    APPROVE_POST = "approve_post", _("Message relu et publié")
    APPROVE_EDIT = "approve_edit", _("Modification relue et publiée")
    REFUSE_EDIT = "refuse_edit", _("Modification refusée")
    END_EDIT_REFUSAL = "end_edit_refusal", _("Refus d’une modification levé")
    HOLD_FIRST_POSTS = "hold_first_posts", _("Premiers messages relus dans un espace")
    PASS_FIRST_POSTS = "pass_first_posts", _("Premiers messages non relus dans un espace")
    SET_MAIL_CONTENT = "set_mail_content", _("Contenu des courriels d’un espace changé")
    BLANK_VERSION = "blank_version", _("Ancienne version effacée")
    KEEP_VERSION = "keep_version", _("Ancienne version laissée, malgré la demande")
    SET_MAIL_ADDRESS = "set_mail_address", _("Adresse de courriel d’un espace changée")
    SET_PUBLIC_TITLES = "set_public_titles", _("Titres d’un espace ouverts ou fermés au public")
    LOCK_THREAD = "lock_thread", _("Fil fermé")
    UNLOCK_THREAD = "unlock_thread", _("Fil rouvert")
    SLOW_MODE = "slow_mode", _("Fil ralenti")
    END_SLOW_MODE = "end_slow_mode", _("Fil remis à son rythme")
    PIN_THREAD = "pin_thread", _("Fil épinglé")
    UNPIN_THREAD = "unpin_thread", _("Fil désépinglé")
    EDIT_THREAD = "edit_thread", _("Titre ou classement d’un fil changé")
    EDIT_SUMMARY = "edit_summary", _("Résumé d’un fil changé")
    LINK_THREAD = "link_thread", _("Fil lié à un autre")
    UNLINK_THREAD = "unlink_thread", _("Lien entre deux fils retiré")
    REMOVE_POLL = "remove_poll", _("Sondage d’un fil supprimé")
    RESTORE_POLL = "restore_poll", _("Sondage d’un fil rétabli")
    REMOVE_ROUND = "remove_round", _("Tour de consentement d’un fil supprimé")
    RESTORE_ROUND = "restore_round", _("Tour de consentement d’un fil rétabli")
    EDIT_MEETING = "edit_meeting", _("Rencontre d’un fil changée")
    CANCEL_MEETING = "cancel_meeting", _("Rencontre d’un fil annulée")
    CLOSE_WIKI = "close_wiki", _("Message refermé à la modification de tous")
    PROPOSE_MOVE = "propose_move", _("Changement d’espace proposé aux auteurs")
    MOVE_THREAD = "move_thread", _("Fil changé d’espace")
    WITHDRAW_MOVE = "withdraw_move", _("Changement d’espace abandonné")
    MERGE_THREADS = "merge_threads", _("Fil réuni à un autre")
    SPLIT_THREAD = "split_thread", _("Messages mis dans un fil à part")
    WARN = "warn", _("Avertissement")
    END_WARNING = "end_warning", _("Avertissement retiré")
    SILENCE = "silence", _("Compte en lecture seule")
    END_SILENCE = "end_silence", _("Lecture seule levée")
    SUSPEND = "suspend", _("Compte suspendu")
    END_SUSPENSION = "end_suspension", _("Suspension levée")
    REMOVE_PHOTO = "remove_photo", _("Photo retirée")
    ALLOW_PHOTO = "allow_photo", _("Retrait d’une photo levé")
    CHANGE_LOGO = "change_logo", _("Logo d’une organisation changé")
    STRIKE_ORGANISATION = "strike_organisation", _("Organisation radiée")
    RESTORE_ORGANISATION = "restore_organisation", _("Organisation rétablie")
    MERGE_ORGANISATIONS = "merge_organisations", _("Organisations réunies")
    SEPARATE_ORGANISATIONS = "separate_organisations", _("Organisations séparées")
    RENAME_ORGANISATION = "rename_organisation", _("Organisation renommée")
    ADMIT_ORGANISATION = "admit_organisation", _("Organisation admise")
    CONFIRM_FACTOR = "confirm_factor", _("Double protection confirmée")
    STOP_FACTOR = "stop_factor", _("Double protection arrêtée par son titulaire")
    CONFIRM_SEAT = "confirm_seat", _("Siège confirmé")
    REFUSE_SEAT = "refuse_seat", _("Siège refusé")
    END_SEAT = "end_seat", _("Siège terminé")
    KEEP_SEAT = "keep_seat", _("Fin d’un siège annulée")
    HAND_OVER = "hand_over", _("Successeur désigné")
    INVITE_TO_SEAT = "invite_to_seat", _("Invitation à un siège")
    WITHDRAW_INVITATION = "withdraw_invitation", _("Invitation retirée (siège)")
    CHANGE_TERRITORIES = "change_territories", _("Territoires d’une organisation changés")
    SET_CONTACT = "set_contact", _("Contact d’une organisation changé")
    DECLARE_DOMAIN = "declare_domain", _("Domaine de courriel déclaré")
    REMOVE_DOMAIN = "remove_domain", _("Domaine de courriel retiré")
    VERIFY_DOMAIN = "verify_domain", _("Domaine de courriel vérifié")
    REFUSE_DOMAIN = "refuse_domain", _("Domaine de courriel refusé")
    BREAK_GLASS = "break_glass", _("Pièce d’un collège ouverte")
    CLOSE_GROUP = "close_group", _("Groupe archivé")
    OPEN_GROUP = "open_group", _("Groupe rouvert")
    ACCEPT_ANSWER = "accept_answer", _("Réponse retenue")
    UNACCEPT_ANSWER = "unaccept_answer", _("Réponse plus retenue")
    SETTLE_QUESTION = "settle_question", _("Question dite résolue autrement")
    ASK_OTHERS = "ask_others", _("Question d’une autre personne adressée à d’autres")
    REMOVE_DECLINE = "remove_decline", _("« Pas nous » retiré d’un fil")
    EDIT_TAG = "edit_tag", _("Mot-clé décrit, ou ses synonymes changés")
    MERGE_TAGS = "merge_tags", _("Mots-clés réunis")
    SEPARATE_TAG = "separate_tag", _("Mots-clés séparés")
    EDIT_TEMPLATE = "edit_template", _("Modèle de fil changé")
    EDIT_NEWSLETTER = "edit_newsletter", _("Semaine du réseau changée")
    PUBLISH_NEWSLETTER = "publish_newsletter", _("Semaine du réseau publiée, ou à publier")
    WITHHOLD_NEWSLETTER = "withhold_newsletter", _("Semaine du réseau non publiée")
    EDIT_TOOL = "edit_tool", _("Fiche d’un outil corrigée")
    WITHDRAW_TOOL = "withdraw_tool", _("Outil retiré de la boîte à outils")
    OPEN_ARCHIVE = "open_archive", _("Archive de liste ouverte")
    DISCARD_ARCHIVE = "discard_archive", _("Archive de liste jetée")
    ACKNOWLEDGE_AUDIT = "acknowledge_audit", _("Contrôle des accès lu")
    CHANGE_NAME = "change_name", _("Nom changé par la personne elle-même")
    REPLACE_NAME = "replace_name", _("Nom d’un ancien membre remplacé chez d’autres")
    KEEP_NAME = "keep_name", _("Mots semblables au nom d’un ancien membre laissés")
    RESTORE_NAME = "restore_name", _("Mots remplacés à une fermeture de compte, rétablis")
    PUBLISH_CHARTER = "publish_charter", _("Version de la charte publiée")
    OPEN_AUTHOR_RECORDS = "open_author_records", _("Données gardées sur un auteur, ouvertes")
    ACCEPT_APPEAL = "accept_appeal", _("Recours accepté")
    ADD_SYNONYMS = "add_synonyms", _("Synonymes ajoutés à la recherche")
    CHANGE_SYNONYMS = "change_synonyms", _("Synonymes de la recherche changés")
    REMOVE_SYNONYMS = "remove_synonyms", _("Synonymes retirés de la recherche")
    REJECT_APPEAL = "reject_appeal", _("Recours rejeté")


class ModerationLogEntry(models.Model):
    """``actor`` (None: the site itself) did ``action`` ``at`` a moment, for ``reason``.

    ``person`` and ``organisation``: whom it concerns. Threads, posts, reports, measures and
    tags are named by plain ids, which stay when the row is gone. Rows are only ever added: the
    database refuses to change or delete them (``triggers.py``).
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="logged_actions"
    )
    #: A ``LoggedAction``; not as ``choices``, so that a new one needs no migration.
    action = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="log_entries"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="log_entries"
    )
    thread_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    report_id = models.BigIntegerField(null=True)
    measure_id = models.BigIntegerField(null=True)
    tag_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    texts_kept_when_closed = "the database refuses to change the log, whoever asks"
    export_sections = (
        ExportSection(
            "moderation_log",
            "person",
            "at action thread=thread_id organisation=organisation__name reason",
            words={"actor": "reason"},
        ),
        ExportSection(
            "moderation_actions", "actor", "at action organisation=organisation__name reason"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Le journal de l’animation : ce qui a été décidé à votre sujet, quand, pourquoi"),
            _("Rendre compte de chaque décision : obligation légale et intérêt légitime"),
            _("Tant que le réseau existe ; personne ne peut le modifier"),
            position=10,
        ),
    )
    private_rows = True
    export_labels = {
        "moderation_actions": _("Journal : ce que vous avez décidé"),
        "moderation_log": _("Journal : ce qui vous concerne"),
        "action": _("Décision"),
        "at": _("Date"),
    }

    class Meta:
        verbose_name = _("ligne du journal")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="moderation_log_by_date"),
            models.Index(fields=["person", "-at", "-id"], name="moderation_log_by_person"),
            models.Index(fields=["action", "-at", "-id"], name="moderation_log_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    @property
    def label(self) -> str | Promise:
        """What was done, in words."""
        known = self.action in LoggedAction.values
        return LoggedAction(self.action).label if known else self.action
