"""The closed list of units: how they are written, and what they are in the base unit.

A unit not named here is asked about; nothing is guessed. Factors are exact, or as ten decimal
places are.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.base.text import fold


class Dimension(models.TextChoices):
    """What is measured; each value is counted in one base unit, ``BASE_SYMBOLS``."""

    ENERGY = "energy", _("une énergie")
    POWER = "power", _("une puissance")
    MONEY = "money", _("un montant")
    CARBON = "carbon", _("des tonnes de CO₂")
    JOBS = "jobs", _("des emplois")
    AREA = "area", _("une surface")
    LENGTH = "length", _("une longueur")
    DURATION = "duration", _("une durée")
    COUNT = "count", _("un nombre")
    SHARE = "share", _("une part")
    ENERGY_PRICE = "energy_price", _("un prix de l’énergie")
    ENERGY_OF_AREA = "energy_of_area", _("une énergie par surface")
    MONEY_OF_AREA = "money_of_area", _("un montant par surface")
    MONEY_OF_POWER = "money_of_power", _("un montant par puissance")


#: How the unit of a base value is shown. The rows of figures count in these.
BASE_SYMBOLS: dict[str, str] = {
    Dimension.ENERGY: "kWh",
    Dimension.POWER: "kW",
    Dimension.MONEY: "€",
    Dimension.CARBON: "t CO₂e",
    Dimension.JOBS: "ETP",
    Dimension.AREA: "m²",
    Dimension.LENGTH: "m",
    Dimension.DURATION: "mois",
    Dimension.COUNT: "",
    Dimension.SHARE: "%",
    Dimension.ENERGY_PRICE: "€/MWh",
    Dimension.ENERGY_OF_AREA: "kWh/m²",
    Dimension.MONEY_OF_AREA: "€/m²",
    Dimension.MONEY_OF_POWER: "€/kW",
}
#: The dimension of one unit by another, and what the quotient of their factors is times.
QUOTIENTS = {
    (Dimension.MONEY, Dimension.ENERGY): (Dimension.ENERGY_PRICE, Decimal(1000)),
    (Dimension.ENERGY, Dimension.AREA): (Dimension.ENERGY_OF_AREA, Decimal(1)),
    (Dimension.MONEY, Dimension.AREA): (Dimension.MONEY_OF_AREA, Decimal(1)),
    (Dimension.MONEY, Dimension.POWER): (Dimension.MONEY_OF_POWER, Decimal(1)),
}


class Unit(NamedTuple):
    """``symbol`` as it is shown; one of it is ``factor`` base units of its ``dimension``.

    ``doubt``: why it is asked about, where the factor is a rough one.
    """

    symbol: str
    dimension: Dimension
    factor: Decimal
    doubt: str | Promise = ""


_WOOD = _("le pouvoir calorifique du bois dépend de l’essence et de son humidité")
_FUEL = _("le pouvoir calorifique est une valeur moyenne")
_PCS = _("le pouvoir supérieur est ramené à l’inférieur, comme pour le gaz : fois 0,9")
_KVA = _("des kVA ne sont des kW que si le facteur de puissance vaut 1")
_JOBS = _("les emplois sont comptés en équivalents temps plein")
_CARBON = _("une tonne de carbone fait 3,67 t de CO₂")
_OF_CO2 = _("une tonne est ici une tonne équivalent CO₂")

#: Rows of (symbol, factor, spellings, doubt). A symbol is a spelling of its own.
_ROWS: dict[Dimension, list[tuple[Any, ...]]] = {
    Dimension.ENERGY: [
        ("Wh", "0.001", ""),
        ("kWh", "1", "kwhPCI kwhLHV kwhEF kilowattheure kilowattheures kilowatthour "
                     "kilowatthours kilowatt-heure kilowatt-heures kilowattsheures"),
        ("MWh", "1000", "MWhPCI MWhEF mégawattheure mégawattheures megawatthour "
                        "megawatthours mégawatt-heure mégawatt-heures MWhe MWhth MWhé"),
        ("GWh", "1000000", "GWhPCI GWhEF gigawattheure gigawattheures gigawatthour "
                           "gigawatthours GWhe GWhth"),
        ("TWh", "1000000000", "térawattheure térawattheures terawatthour terawatthours"),
        ("kWh PCS", "0.9", "kWhPCS kWhHHV", _PCS),
        ("MWh PCS", "900", "MWhPCS MWhHHV", _PCS),
        ("GWh PCS", "900000", "GWhPCS GWhHHV", _PCS),
        ("tep", "11630", "toe tonneéquivalentpétrole tonneséquivalentpétrole "
                         "tonneséqpétrole tonneofoilequivalent tonnesoilequivalent"),
        ("ktep", "11630000", "ktoe"),
        ("Mtep", "11630000000", "Mtoe"),
        ("MJ", "0.2777777778", "mégajoule mégajoules megajoules"),
        ("GJ", "277.7777777778", "gigajoule gigajoules"),
        ("TJ", "277777.7777777778", "térajoule térajoules terajoules"),
        ("th", "1.163", "thermie thermies"),
        ("stères", "1500", "stère st stèresbois", _WOOD),
        ("t de bois", "3300", "tbois tonnebois tonnesbois tplaquettes tonnesplaquettes "
                              "tplaquettesforestières tonnesplaquettesforestières", _WOOD),
        ("t de granulés", "4600", "tgranulés tonnesgranulés tpellets tonnespellets", _WOOD),
        ("MAP", "850", "m3plaquettes mapplaquettes m3apparentsplaquettes", _WOOD),
        ("l de fioul", "10", "lfioul litresfioul litrefioul L litres l", _FUEL),
        ("m³ de gaz", "10", "m3gaz m3gaznaturel Nm3 m3(n) m3biométhane Nm3biométhane", _FUEL),
    ],
    Dimension.POWER: [
        ("W", "0.001", "watt watts Wc Wp"),
        ("kW", "1", "kilowatt kilowatts kWe kWé kWth kWél"),
        ("kWc", "1", "kWp kilowattcrête kilowattscrête kilowatt-crête kilowatts-crête"),
        ("MW", "1000", "mégawatt mégawatts MWe MWé MWth MWél"),
        ("MWc", "1000", "MWp mégawattcrête mégawattscrête"),
        ("GW", "1000000", "gigawatt gigawatts GWe GWth"),
        ("GWc", "1000000", "GWp"),
        ("kVA", "1", "", _KVA),
        ("MVA", "1000", "", _KVA),
    ],
    Dimension.MONEY: [
        ("c€", "0.01", "ct€ cts€ cts ct centime centimes centimeseuro centimeseuros cents "
                       "cent eurocent eurocents c€uros ceuro ceuros cEUR"),
        ("€", "1", "euro euros EUR"),
        ("k€", "1000", "keuro keuros kEUR"),
        ("M€", "1000000", "Meuro Meuros MEUR mln€"),
        ("Md€", "1000000000", "Mds€ Mdeuros Mdseuros G€"),
    ],
    Dimension.CARBON: [
        ("kg CO₂e", "0.001", "kgCO2 kgCO2e kgéqCO2 kgCO2éq kgeqCO2 kgCO2eq "
                             "kilogrammesCO2 kgéquivalentCO2"),
        ("t CO₂e", "1", "tCO2 tCO2e téqCO2 tCO2éq teCO2 tonneCO2 tonnesCO2 tonneCO2e "
                        "tonnesCO2e tonneséqCO2 tonneséquivalentCO2 téquivalentCO2 "
                        "tonneCO2eq tonnesCO2eq tCO2equivalent tonnesCO2equivalent "
                        "tonnesCO2équivalent tonCO2 tonsCO2"),
        ("t", "1", "tonne tonnes ton tons", _OF_CO2),
        ("kt CO₂e", "1000", "ktCO2 ktCO2e ktéqCO2 ktCO2eq kteqCO2"),
        ("t C", "3.6666666667", "tC tonnescarbone tonnecarbone", _CARBON),
    ],
    Dimension.JOBS: [
        ("ETP", "1", "FTE etpt équivalenttempsplein équivalentstempsplein "
                     "fulltimeequivalent fulltimeequivalents fulltime"),
        ("emplois", "1", "emploi job jobs postes poste", _JOBS),
    ],
    Dimension.AREA: [
        ("m²", "1", "m2 mètrecarré mètrescarrés squaremetres squaremeters sqm"),
        ("a", "100", "are ares"),
        ("ha", "10000", "hectare hectares"),
        ("km²", "1000000", "km2 kilomètrescarrés"),
    ],
    Dimension.LENGTH: [
        ("m", "1", "ml mètre mètres mètrelinéaire mètreslinéaires metre metres meter meters"),
        ("km", "1000", "kilomètre kilomètres kilometre kilometres kml"),
    ],
    Dimension.DURATION: [
        ("jours", "0.0328767123", "jour j day days"),
        ("semaines", "0.2301369863", "semaine week weeks"),
        ("mois", "1", "month months"),
        ("ans", "12", "an année années year years yr yrs"),
    ],
    Dimension.COUNT: [
        ("", "1", "logement logements appartement appartements dwelling dwellings home homes "
                  "bâtiment bâtiments building buildings foyer foyers ménage ménages "
                  "household households maison maisons école écoles school schools abonné "
                  "abonnés client clients véhicule véhicules voiture voitures car cars "
                  "borne bornes pointslumineux luminaires habitants inhabitants sites "
                  "sous-station sous-stations sousstations"),
    ],
    Dimension.SHARE: [
        ("%", "1", "pourcent pourcents percent pct"),
        ("‰", "0.1", "pourmille"),
    ],
}  # fmt: skip


def key_of(spelling: str) -> str:
    """``spelling`` without accents, spaces, hyphens; its case and powers stay."""
    plain = spelling.replace("₂", "2").replace("²", "2").replace("³", "3").replace("é", "e")
    plain = plain.replace("è", "e").replace("ê", "e").replace("â", "a").replace("É", "E")
    return "".join(plain.replace("-", "").split())


def _units() -> tuple[dict[str, Unit], dict[str, tuple[str, Unit]]]:
    """Every unit by its spellings: as they are, and in lower case."""
    exact: dict[str, Unit] = {}
    for dimension, rows in _ROWS.items():
        for symbol, factor, spellings, *doubt in rows:
            unit = Unit(symbol, dimension, Decimal(factor), doubt[0] if doubt else "")
            for spelling in (symbol, *spellings.split()):
                exact.setdefault(key_of(spelling), unit)
    lower: dict[str, tuple[str, Unit]] = {}
    for key, unit in exact.items():
        lower.setdefault(fold(key), (key, unit))
    return exact, lower


_EXACT, _LOWER = _units()

#: Symbols as they are often typed after a number, and as they are written.
_WRITTEN_SYMBOLS = {
    "kw": "kW", "kwc": "kWc", "kwh": "kWh", "mwh": "MWh", "mwc": "MWc", "gwh": "GWh",
    "m2": "m²", "m3": "m³",
}  # fmt: skip
_TYPED_SYMBOL = re.compile(
    rf"(?<=\d[ \u00a0\u202f])({'|'.join(_WRITTEN_SYMBOLS)})\b", re.IGNORECASE
)


class NamedUnit(NamedTuple):
    """``is_doubtful``: it was written in a case that could mean another prefix."""

    unit: Unit
    is_doubtful: bool


def unit_of(spelling: str) -> NamedUnit | None:
    """The unit that ``spelling`` names, whatever its case, or None."""
    key = key_of(spelling)
    if unit := _EXACT.get(key):
        return NamedUnit(unit, is_doubtful=False)
    folded = fold(key)  # Nothing is left of marks alone.
    if not folded or (near := _LOWER.get(folded)) is None:
        return None
    exact, unit = near
    # mW and MW, m€ and M€: a milli and a mega. Elsewhere case says nothing.
    is_prefix = exact[0] in "mM" and key[0] != exact[0] and len(key) <= 5
    return NamedUnit(unit, is_doubtful=is_prefix)


def divided(unit: Unit, by: Unit) -> Unit | None:
    """The unit of ``unit`` by another, as €/MWh, or None where it is none of ours."""
    if (quotient := QUOTIENTS.get((unit.dimension, by.dimension))) is None:
        return None
    dimension, times = quotient
    symbol = f"{unit.symbol}/{by.symbol}"
    return Unit(symbol, dimension, unit.factor / by.factor * times, unit.doubt or by.doubt)


def with_written_units(words: str) -> str:
    """``words`` with the symbols after numbers as they are written: *60 kW* for *60 kw*."""
    return _TYPED_SYMBOL.sub(lambda symbol: _WRITTEN_SYMBOLS[symbol[1].lower()], words)
