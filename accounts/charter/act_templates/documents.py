"""The words of the three act templates, as (style, text) pairs.

An act is French law: its template is in French whatever the page's language. What is not known
is a blank to fill in. Styles are ``note``, ``title``, ``heading``, ``body``, ``item`` and
``signature``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import date_format
from accounts.base.text import fold
from accounts.charter import rendering
from accounts.charter.models import Authority, CharterVersion

BLANK = "……"
#: First words of the names of bodies that decide by a council's resolution.
_COUNCILS = (
    "commune", "ville", "mairie", "communaute", "metropole", "syndicat", "petr", "pays",
    "pole d'equilibre", "parc naturel", "departement", "region", "conseil", "cc ", "ca ",
)  # fmt: skip
_COMMUNES = ("commune", "ville", "mairie")
_COUNCILS_COLLEGE = "collectivites-locales"
_NOTE = (
    "Modèle à adapter par l’organisation : complétez ce qui est en blanc, retirez ce qui ne "
    "convient pas. Il ne remplace pas un conseil juridique."
)


@dataclass(frozen=True)
class ActFacts:
    """What is known of the act: who signs for which organisation, and what."""

    version: CharterVersion
    organisation: str = ""
    name: str = ""
    position: str = ""
    reference: str = ""
    day: str = ""
    representative: str = ""
    network: str = field(default_factory=lambda: settings.FORUM_NETWORK)

    @property
    def charter(self) -> str:
        """The version by its title, name and day of adoption."""
        with translation.override("fr"):
            day = date_format(self.version.adopted_on, "j F Y")
        return f"« {charter_title(self.version)} », version {self.version.name}, du {day}"

    @property
    def signatory(self) -> str:
        """Who is to sign, with their position."""
        return f"{self.name or BLANK}, {self.position or BLANK}"


def charter_title(version: CharterVersion) -> str:
    """The first heading of the text, or the word."""
    headings = (markup for tag, markup in rendering.blocks(version.text) if tag[0] == "h")
    title = next(headings, "Charte du réseau")
    for tag in ("<b>", "</b>", "<i>", "</i>"):
        title = title.replace(tag, "")
    return title


def suggested_authority(organisation: str, college_slug: str | None) -> Authority | str:
    """The Authority whose act an organisation of this name and college most likely takes.

    An empty string where neither is known.
    """
    if fold(organisation).startswith(_COUNCILS) or college_slug == _COUNCILS_COLLEGE:
        return Authority.RESOLUTION
    return Authority.DECISION if organisation or college_slug else ""


def resolution(facts: ActFacts) -> list[tuple[str, str]]:
    """A council's resolution that authorises its signatory."""
    is_commune = fold(facts.organisation).startswith(_COMMUNES)
    council = "conseil municipal" if is_commune else f"conseil {BLANK}"
    law = "son article L. 2121-29"
    law += "" if is_commune else " (et, pour un groupement, l’article L. 5211-1)"
    return [
        ("note", _NOTE),
        ("heading", facts.organisation or BLANK),
        ("title", "Extrait du registre des délibérations"),
        ("body", f"Délibération nº {_number(facts)}. Séance du {facts.day or BLANK}."),
        ("body", f"Le {council}, légalement convoqué le {BLANK}, s’est réuni à {BLANK} sous la "
                 f"présidence de {BLANK}. Secrétaire de séance : {BLANK}."),
        ("body", f"Membres en exercice : {BLANK}. Présents : {BLANK}. Pouvoirs : {BLANK}. "
                 f"Votants : {BLANK}."),
        ("heading", f"Objet : signature de la charte {facts.charter}"),
        ("item", f"Vu le code général des collectivités territoriales, notamment {law} ;"),
        ("item", f"Vu la charte {facts.charter}, jointe à la présente délibération ;"),
        ("item", f"Considérant que le {facts.network} réunit collectivités locales, porteurs "
                 "de projet et structures de soutien qui partagent leurs expériences ;"),
        ("item", f"Considérant {BLANK} (motifs propres à la collectivité) ;"),
        ("body", f"Après en avoir délibéré, par {BLANK} voix pour, {BLANK} contre et {BLANK} "
                 f"abstentions, le {council} :"),
        ("item", "1. approuve cette charte et décide de la signer ;"),
        ("item", f"2. autorise {facts.signatory}, à la signer en son nom, y compris par voie "
                 "électronique, et à prendre toute mesure utile à l’exécution de la présente "
                 "délibération ;"),
        *_contacts("désigne"),
        *_signed_at(facts, "Le président de séance", "Le secrétaire de séance"),
        ("note", f"Transmise au représentant de l’État le {BLANK}, publiée le {BLANK}, et "
                 "exécutoire à compter de ces formalités."),
    ]  # fmt: skip


def decision(facts: ActFacts) -> list[tuple[str, str]]:
    """A decision of the competent body, or of the head, of a company or an association."""
    return [
        ("note", _NOTE),
        ("heading", facts.organisation or BLANK),
        ("body", f"Forme juridique : {BLANK}. Siège social : {BLANK}. SIREN : {BLANK}."),
        ("title", "Décision"),
        ("body", f"Référence : {_number(facts)}. Date : {facts.day or BLANK}."),
        ("heading", f"Objet : signature de la charte {facts.charter}"),
        ("body", f"Décision d’un organe collégial : {BLANK} (conseil d’administration, bureau, "
                 f"assemblée, gérance…), réuni à {BLANK} sous la présidence de {BLANK}, où "
                 f"{BLANK} membres sur {BLANK} étaient présents ou représentés, conformément à "
                 f"l’article {BLANK} des statuts."),
        ("body", f"Décision du représentant légal seul : {BLANK}, {BLANK}, agissant en vertu "
                 f"de l’article {BLANK} des statuts."),
        ("body", "(Gardez celui des deux paragraphes qui convient.)"),
        ("item", f"Vu la charte {facts.charter}, jointe à la présente décision ;"),
        ("item", f"Considérant {BLANK} (motifs propres à l’organisation) ;"),
        ("body", "décide :"),
        ("item", "1. d’approuver cette charte et de la signer ;"),
        ("item", f"2. d’autoriser {facts.signatory}, à la signer au nom de l’organisation, y "
                 "compris par voie électronique ;"),
        *_contacts("de désigner"),
        *_signed_at(facts, "Le président, le gérant ou le représentant légal"),
    ]  # fmt: skip


def power(facts: ActFacts) -> list[tuple[str, str]]:
    """A power of attorney by which the legal representative lets someone else sign."""
    return [
        ("note", _NOTE),
        ("heading", facts.organisation or BLANK),
        ("title", "Pouvoir de signer"),
        ("body", f"Référence : {_number(facts)}."),
        ("body", f"La personne soussignée {facts.representative or BLANK}, {BLANK} (fonction), "
                 f"représentant légalement l’organisation « {facts.organisation or BLANK} » "
                 f"(SIREN : {BLANK}),"),
        ("body", f"donne pouvoir à {facts.signatory},"),
        ("body", f"de signer en son nom la charte {facts.charter}, y compris par voie "
                 "électronique."),
        ("body", f"Ce pouvoir vaut pour cette seule version de la charte, jusqu’au {BLANK}. Il "
                 "peut être retiré à tout moment par écrit. Qui le reçoit ne peut le "
                 "transmettre."),
        ("note", "Pour une collectivité, une délégation de signature prend la forme d’un "
                 "arrêté de son exécutif : reprenez-en les termes dans votre modèle d’arrêté."),
        *_signed_at(facts, "Qui donne pouvoir (« Bon pour pouvoir »)",
                    "Qui le reçoit (« Bon pour acceptation »)"),
    ]  # fmt: skip


def _contacts(verb: str) -> list[tuple[str, str]]:
    """The line that names the organisation's two contacts: the charter asks for them."""
    words = (
        f"3. {verb} auprès du réseau {BLANK} comme référent politique ou de direction, "
        f"et {BLANK} comme référent technique."
    )
    return [("item", words)]


def _signed_at(facts: ActFacts, *signatories: str) -> Iterator[tuple[str, str]]:
    yield ("body", f"Fait à {BLANK}, le {facts.day or BLANK}.")
    for signatory in signatories:
        yield ("signature", f"{signatory} : {BLANK}")


def _number(facts: ActFacts) -> str:
    return facts.reference.removeprefix("n°").removeprefix("nº").strip() or BLANK


@dataclass(frozen=True)
class ActTemplate:
    """The template of a kind of act: its words, the name of its file, and for whom it is."""

    authority: Authority
    file_name: str
    words: Callable[[ActFacts], list[tuple[str, str]]]
    label: Promise
    fits: Promise


TEMPLATES = {
    template.authority: template
    for template in (
        ActTemplate(
            Authority.RESOLUTION, "deliberation", resolution,
            _("Délibération du conseil"),
            _("Pour une commune, une communauté, un syndicat, un parc."),
        ),
        ActTemplate(
            Authority.DECISION, "decision", decision,
            _("Décision de l’organe compétent"),
            _("Pour une société, une coopérative, une association."),
        ),
        ActTemplate(
            Authority.POWER, "pouvoir", power,
            _("Pouvoir de signer"),
            _("Pour qui signe à la place du représentant légal."),
        ),
    )
}  # fmt: skip
