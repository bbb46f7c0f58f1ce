"""The words of the interface that not everyone knows, and what each means.

``docs/glossary.md`` is for who writes the code; this one is for who reads the pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

#: Where no word is explained: what is a link or a control already, a name, or quoted.
_SKIPPED = (
    "a|button|code|h1|h2|h3|label|legend|option|script|select|summary|textarea|blockquote"
)
_TAG = re.compile(r"<(/?)(\w+)\b([^<>]*)>")
_VOID = {"br", "hr", "img", "input", "link", "meta", "use", "wbr"}


@dataclass(frozen=True)
class Term:
    """A word with its meaning. ``forms``: how it stands in sentences, separated by commas."""

    slug: str
    word: Promise | str
    meaning: Promise
    forms: Promise | str

    def get_absolute_url(self) -> str:
        """The address of its entry in the glossary."""
        return f"{reverse('glossary')}#{self.slug}"


def _acronym(word: str, meaning: Promise) -> Term:
    return Term(word.lower(), word, meaning, word)


JOINING = (
    Term("charte", _("charte"), _(
        "Le texte que chaque organisation signe pour entrer dans le réseau. Quand il change, "
        "on le signe de nouveau."), _("charte")),
    Term("college", _("collège"), _(
        "L’un des trois groupes d’organisations du réseau : collectivités locales, porteurs de "
        "projet, structures de soutien. Rien à voir avec l’école."), _("collège, collèges")),
    Term("siege", _("siège"), _(
        "La place d’une personne dans une organisation, au nom de laquelle elle écrit. On le "
        "prend en signant la charte, puis quelqu’un le confirme."), _("siège, sièges")),
    Term("mandat", _("mandat"), _(
        "Le temps pendant lequel on tient un siège. Il peut avoir une fin connue d’avance."),
        _("mandat, mandats")),
    Term("contact", _("contact"), _(
        "La personne qui décide des sièges de son organisation : elle les confirme, invite et "
        "y met fin."), _("contact de votre organisation, contact de l’organisation")),
    Term("contresigner", _("contresigner"), _(
        "Signer la charte à la suite d’une personne de la même organisation, en une étape."),
        _("contresigner, contresignez")),
    Term("parrain", _("parrain"), _(
        "Une organisation membre qui en présente une nouvelle, là où le réseau le demande."),
        _("parrain, parrains")),
    Term("acte", _("acte"), _(
        "Le papier par lequel une organisation décide : délibération d’un conseil, décision "
        "d’un organe ou d’un dirigeant, pouvoir donné à quelqu’un."), _("l’acte")),
    Term("deliberation", _("délibération"), _(
        "La décision d’un conseil, municipal ou communautaire, votée et numérotée."),
        _("délibération, délibérations")),
    Term("empreinte", _("empreinte"), _(
        "Une suite de chiffres et de lettres calculée sur un texte. Une seule lettre change, "
        "et elle change : elle prouve quel texte a été signé."), _("empreinte")),
    Term("registre", _("registre"), _(
        "La liste publique des signatures. On n’y efface rien, un retrait s’y ajoute."),
        _("registre")),
    Term("animation", _("équipe d’animation"), _(
        "Les personnes qui font vivre le réseau : elles confirment des sièges, rangent et "
        "modèrent les échanges."), _("équipe d’animation")),
)  # fmt: skip
EXCHANGES = (
    Term("fil", _("fil"), _(
        "Une question, une discussion, une expérience ou une annonce, avec ses réponses."),
        _("fil, fils")),
    Term("espace", _("espace"), _(
        "Ce qui dit qui lit un fil : tout internet, les membres, un collège ou un groupe."),
        _("espace, espaces")),
    Term("piece", _("pièce"), _(
        "L’espace privé d’un collège ou d’un groupe : personne d’autre n’y lit, sauf ouverture "
        "motivée, qui s’y voit."), _("pièce, pièces")),
    Term("place-publique", _("place publique"), _(
        "L’espace que tout le monde lit, avec ou sans compte."), _("place publique")),
    Term("sujet", _("sujet"), _(
        "Ce dont parle un fil, dans une liste que le réseau a fixée : éolien, mobilité…"),
        _("sujets")),
    Term("mot-cle", _("mot-clé"), _(
        "Un mot que l’auteur d’un fil y attache pour qu’on le retrouve."),
        _("mot-clé, mots-clés")),
    Term("suivi", _("suivi"), _(
        "Un fil que l’on suit : le site vous dit quand il s’y écrit du nouveau."), _("suivis")),
    Term("groupe-de-travail", _("groupe de travail"), _(
        "Des membres, de plusieurs collèges ou d’un seul, réunis pour un temps dans un espace "
        "à eux."), _("groupe de travail, groupes de travail")),
)  # fmt: skip
ACRONYMS = (
    _acronym("ADEME", _("Agence de la transition écologique : agence publique de l’État.")),
    _acronym("ALEC", _("Agence locale de l’énergie et du climat.")),
    _acronym("AOM", _("Autorité organisatrice de la mobilité : elle organise les transports.")),
    _acronym("APER", _("Loi de 2023, qui accélère la production d’énergies renouvelables.")),
    _acronym("CEE", _("Certificats d’économies d’énergie, que paient les fournisseurs.")),
    _acronym("CGCT", _("Code général des collectivités territoriales.")),
    _acronym("CUMA", _("Coopérative d’utilisation de matériel agricole.")),
    _acronym("DETR", _("Dotation d’équipement des territoires ruraux : une aide de l’État.")),
    _acronym("DSIL", _("Dotation de soutien à l’investissement local : une aide de l’État.")),
    _acronym("EnR", _("Énergies renouvelables.")),
    _acronym("EPCI", _(
        "Établissement public de coopération intercommunale : communauté de communes, "
        "d’agglomération, urbaine, ou métropole.")),
    _acronym("FEDER", _("Fonds européen de développement régional.")),
    _acronym("ICPE", _("Installation classée pour la protection de l’environnement.")),
    _acronym("IFER", _("Imposition forfaitaire sur les réseaux, éoliennes comprises.")),
    _acronym("LEADER", _("Programme européen d’aide aux projets ruraux.")),
    _acronym("LOM", _("Loi d’orientation des mobilités, de 2019.")),
    _acronym("PCAET", _("Plan climat-air-énergie territorial : celui d’une intercommunalité.")),
    _acronym("PETR", _("Pôle d’équilibre territorial et rural, entre intercommunalités.")),
    _acronym("PLUi", _("Plan local d’urbanisme intercommunal.")),
    _acronym("PNR", _("Parc naturel régional.")),
    _acronym("RGPD", _("Règlement général sur la protection des données.")),
    _acronym("SCIC", _("Société coopérative d’intérêt collectif.")),
    _acronym("SCoT", _("Schéma de cohérence territoriale.")),
    _acronym("SEM", _("Société d’économie mixte : des collectivités et des associés privés.")),
    _acronym("SIREN", _("Numéro à neuf chiffres d’une organisation, donné par l’INSEE.")),
    _acronym("TEPOS", _("Territoire à énergie positive.")),
    _acronym("ZAER", _("Zone d’accélération des énergies renouvelables, d’une commune.")),
)  # fmt: skip
TERMS = (*JOINING, *EXCHANGES, *ACRONYMS)


def link_first_words(html: str, linked: set[str]) -> str:
    """``html`` with the first occurrence of each term as a link to its entry.

    ``linked`` holds the slugs of those that are linked already, and takes the new ones.

    A link and no ``<abbr>``: one reaches it by keyboard, by touch and with a screen reader.
    Words in links, controls, headings, quotes and what is in another language stay as they are.
    """
    pattern, entries = _pattern(get_language() or "fr")
    parts, place, depth = [], 0, 0

    def link(match: re.Match[str]) -> str:
        term = entries.get(match[0]) or entries[match[0].casefold()]
        if term.slug in linked:
            return match[0]
        linked.add(term.slug)
        return format_html(
            '<a class="term" href="{}">{}</a>', term.get_absolute_url(), match[0]
        )

    for tag in _TAG.finditer(html):
        text = html[place : tag.start()]
        parts.append(text if depth else pattern.sub(link, text))
        parts.append(tag[0])
        place, depth = tag.end(), _depth_after(tag, depth)
    parts.append(html[place:] if depth else pattern.sub(link, html[place:]))
    return "".join(parts)


def _depth_after(tag: re.Match[str], depth: int) -> int:
    """How many elements that are skipped, or stand in one, are open after ``tag``."""
    closes, name, attributes = tag.groups()
    if name in _VOID or attributes.endswith("/"):
        return depth
    if depth:
        return depth + (-1 if closes else 1)
    is_skipped = re.fullmatch(_SKIPPED, name) or " lang=" in attributes
    return 1 if is_skipped and not closes else 0


@lru_cache(4)
def _pattern(language: str) -> tuple[re.Pattern[str], dict[str, Term]]:
    """What finds a term in text of ``language``, and the term of each form."""
    acronyms = {str(term.word): term for term in ACRONYMS}
    words = {
        form.strip().casefold(): term
        for term in (*JOINING, *EXCHANGES)
        for form in str(term.forms).split(",")
    }
    either = (
        f"(?i:{_alternatives(words)})",  # A word may begin a sentence,
        _alternatives(acronyms),  # and an acronym is one in capitals only.
    )
    entries = acronyms | words
    return re.compile(rf"(?<![\w-])(?:{'|'.join(either)})(?![\w-])"), entries


def _alternatives(forms: dict[str, Term]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
