"""What fields of an export are called that several models have, for whoever reads them.

A model says how its sections and other fields are called, as ``export_labels``.
"""

from django.utils.translation import gettext_lazy as _

FIELD_LABELS = {
    "account": _("Votre compte"),
    "act_date": _("Date de l’acte"), "address": _("Adresse"), "answer": _("Réponse"),
    "authority": _("En vertu de"), "charter": _("Charte"), "college": _("Collège"),
    "confirmed_at": _("Confirmé le"), "decided_at": _("Décidé le"),
    "document_sha256": _("Empreinte de l’acte"), "draft": _("Brouillon"),
    "due_at": _("Prévue le"), "edited_at": _("Modifié le"), "email": _("Adresse électronique"),
    "full_name": _("Prénom et nom"), "group": _("Groupe"),
    "inbox_read_at": _("Boîte de réception lue le"), "is_animator": _("Anime le réseau"),
    "is_staff": _("Administre le site"), "kind": _("Nature"),
    "last_login": _("Dernière connexion"), "message": _("Message"), "moved_at": _("Déplacé le"),
    "name": _("Nom"), "number": _("Numéro"), "organisation": _("Organisation"),
    "outcome": _("Issue"), "position": _("Fonction"), "reference": _("Référence"),
    "refused_at": _("Refusé le"), "signed_at": _("Signé le"), "space": _("Espace"),
    "suspended_at": _("Suspendu le"), "territory": _("Territoire"), "text": _("Texte"),
    "thread": _("Fil"), "title": _("Titre"), "topic": _("Sujet"), "type": _("Nature"),
    "used_at": _("Utilisée le"), "withdrawn_at": _("Retiré le"),
    **dict.fromkeys(("reason", "refusal"), _("Motif")),
    **dict.fromkeys(
        ("answered_at", "asked_at", "followed_at", "invited_at", "proposed_at", "written_at"),
        _("Date"),
    ),
    **dict.fromkeys(("created_at", "joined_at", "date_joined"), _("Depuis le")),
    **dict.fromkeys(("started_at", "opened_at"), _("Début")),
    **dict.fromkeys(("ended_at", "ends_at", "expires_at"), _("Fin")),
}  # fmt: skip
