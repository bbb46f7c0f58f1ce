"""Territories that organisations act on, and departments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.base.models import CacheVersion
from accounts.base.text import fold
from accounts.territories import countries, search_keys

HOME_COUNTRY = "FR"


class TerritoryType(models.TextChoices):
    """What a territory is."""

    COMMUNES = "communaute-de-communes", _("Communauté de communes")
    AGGLOMERATION = "communaute-d-agglomeration", _("Communauté d’agglomération")
    URBAN = "communaute-urbaine", _("Communauté urbaine")
    METROPOLIS = "metropole", _("Métropole")
    COMMUNE = "commune", _("Commune")
    PAYS = "pays", _("Pays ou PETR")
    PARK = "pnr", _("Parc naturel régional")
    SYNDICATE = "syndicat", _("Périmètre d’un syndicat")
    OTHER = "autre", _("Autre territoire")


#: The types of the official list; people add territories of the others.
OFFICIAL_TYPES = (
    TerritoryType.COMMUNES,
    TerritoryType.AGGLOMERATION,
    TerritoryType.URBAN,
    TerritoryType.METROPOLIS,
)


class Department(models.Model):
    """A department, or an overseas collectivity."""

    class Zone(models.TextChoices):
        """Where it lies."""

        METROPOLITAN = "metro", _("Métropole")
        OVERSEAS = "drom", _("Département d’outre-mer")
        COLLECTIVITY = "com", _("Collectivité d’outre-mer")

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    folded_name = models.CharField(max_length=80, editable=False)
    region = models.CharField(_("région"), max_length=80, blank=True)
    zone = models.CharField(max_length=5, choices=Zone.choices, default=Zone.METROPOLITAN)
    #: Its place on the map, of 613 by 585; None overseas.
    x = models.PositiveSmallIntegerField(null=True, blank=True)
    y = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("département")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the folded name."""
        self.folded_name = fold(self.name)
        super().save(*args, **kwargs)


def in_department(code: str, prefix: str = "") -> Q:
    """The condition of lying in department ``code``, wholly or in part.

    Codes are compared whole: 71 is not in 971.
    """
    codes = f"{prefix}department_codes"
    whole = Q((codes, code)) | Q((f"{codes}__startswith", f"{code}|"))
    return (
        whole | Q((f"{codes}__endswith", f"|{code}")) | Q((f"{codes}__contains", f"|{code}|"))
    )


def official() -> Q:
    """The condition of being on the official lists of groupings and communes."""
    return Q(siren__isnull=False) | Q(insee_code__isnull=False)


class Territory(models.Model):
    """A commune, an EPCI, a pays, a park… An area, not an organisation."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("nom"), max_length=160)
    name_long = models.CharField(max_length=200, blank=True, default="")
    folded_name = models.CharField(max_length=160, db_index=True, editable=False)
    search_key = models.CharField(max_length=900, editable=False, default="")
    #: How the first and the last word of the name of a commune begin, for the search.
    search_prefix = models.CharField(
        max_length=search_keys.PREFIX_LENGTH, editable=False, default=""
    )
    last_prefix = models.CharField(
        max_length=search_keys.PREFIX_LENGTH, editable=False, default=""
    )
    type = models.CharField(_("nature"), max_length=40, choices=TerritoryType.choices)
    siren = models.CharField(max_length=9, unique=True, null=True, blank=True)  # noqa: DJ001
    #: The code of a commune of the official list.
    insee_code = models.CharField(max_length=5, unique=True, null=True, blank=True)  # noqa: DJ001
    #: The grouping that an official commune belongs to.
    grouping = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="communes"
    )
    department_codes = models.CharField(_("départements"), max_length=40, blank=True)
    country = models.CharField(_("pays"), max_length=2, default=HOME_COUNTRY)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    texts_kept_when_closed = "what animators and operators write for the site"

    #: Set by the queries that ask for it.
    is_namesake: bool

    class Meta:
        verbose_name = _("territoire")
        ordering = ["folded_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["folded_name", "type", "department_codes", "country"],
                condition=Q(siren=None, insee_code=None),
                name="one_territory_a_name",
            )
        ]
        indexes = [
            models.Index(fields=["search_prefix"], name="territory_by_prefix"),
            models.Index(fields=["last_prefix"], name="territory_by_last_prefix"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.place})" if self.place else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the folded name and the search key."""
        self.set_search_fields(department_names([self]))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The territory's page."""
        return reverse("territory", args=[self.slug])

    def set_search_fields(self, departments: Mapping[str, str]) -> None:
        """Set the folded name, the search key and the prefixes.

        ``departments`` is ``{code: name}``.
        """
        self.folded_name = fold(self.name)
        codes = self.department_codes.split("|")
        places = (f"{code} {departments.get(code, '')}" for code in codes)
        names, is_commune = (self.name, self.name_long), self.insee_code is not None
        self.search_key = search_keys.build_key(names, places, is_commune=is_commune)[:900]
        self.search_prefix, self.last_prefix = search_keys.build_prefixes(self.name)

    @property
    def is_official(self) -> bool:
        """Whether it is on the official lists of groupings and communes."""
        return self.siren is not None or self.insee_code is not None

    @property
    def department(self) -> str:
        """The main department's code, or an empty string."""
        return self.department_codes.partition("|")[0]

    @property
    def is_abroad(self) -> bool:
        """Whether it lies in another country."""
        return self.country != HOME_COUNTRY

    @property
    def place(self) -> str:
        """The main department's code; abroad, the country."""
        return countries.name_of(self.country) if self.is_abroad else self.department

    @property
    def nature(self) -> str:
        """The label of its type, or an empty string."""
        return str(TerritoryType(self.type).label) if self.type in TerritoryType.values else ""


def department_names(territories: Iterable[Territory]) -> dict[str, str]:
    """``{code: name}`` of the departments that ``territories`` lie in, in one query."""
    codes = {code for it in territories for code in it.department_codes.split("|") if code}
    if not codes:
        return {}
    return dict(Department.objects.filter(code__in=codes).values_list("code", "name"))


class MapVersion(CacheVersion):
    """Another one whenever it changes where organisations of the network act.

    Only the triggers of ``accounts/territories/triggers.py`` write it.
    """
