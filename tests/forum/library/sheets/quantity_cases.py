"""What people type, and what it is in base units, or between which readings they are asked.

A line is « typed => amount », or « typed => ? amounts to choose from », none where it is to be
typed otherwise. ``_`` stands for a no-break space, ``~~`` for a narrow one.
"""

ENERGY = """
1 234,5 MWh/an => 1234500
1_234,5_MWh/an => 1234500
1~~234,5~~MWh/an => 1234500
1,234.5 MWh => 1234500
1.234,5 MWh => 1234500
1'234,5 MWh => 1234500
1’234 kWh => 1234
1234.5 kWh => 1234.5
1234,5 kWh => 1234.5
0,5 GWh => 500000
0.234 MWh => 234
0,234 MWh => 234
12,5 MWh => 12500
12.50 MWh => 12500
1,2345 GWh => 1234500
1.234.567 kWh => 1234567
1,234,567 kWh => 1234567
12 345 678,9 kWh => 12345678.9
1.234 MWh => ? 1234 1234000
1,234 MWh => ? 1234 1234000
12.345 kWh => ? 12.345 12345
123,456 kWh => ? 123.456 123456
150 tep/an => 1744500
1 toe/year => 11630
2 ktep => 23260000
0,1 Mtep => 1163000000
120 GJ => 33333.333333
3.6 TJ => 1000000
100 MJ => 27.777778
10 thermies => 11.63
1,2 GWh PCI => 1200000
1,2 GWhPCI/an => 1200000
1,2 GWh PCS => ? 1080000
850 MWh pcs/an => ? 765000
2 500 stères => ? 3750000
1 stère => ? 1500
800 t de bois => ? 2640000
800 tonnes de plaquettes => ? 2640000
20 t de granulés => ? 92000
20 tonnes pellets => ? 92000
300 MAP => ? 255000
3 000 litres de fioul => ? 30000
12 000 Nm3 => ? 120000
12 000 m³ de gaz => ? 120000
12 Mwh => 12000
12 MWH => 12000
12 mwh => ? 12000
12 mWh => ? 12000
12 KWH => 12
12 kwh => 12
12 Kwh => 12
3 gwh => 3000000
3 TWh => 3000000000
500 Wh => 0.5
1200MWh => 1200000
1200 MWh par an => 1200000
1200 MWh / an => 1200000
1200 MWh per year => 1200000
1200 MWh/year => 1200000
1200 MWh/yr => 1200000
1200 MWh/a => 1200000
1200 MWh.an => 1200000
1200 MWh annuels => 1200000
1200 MWh p.a. => 1200000
1200 mégawattheures => 1200000
1200 megawatt-hours => 1200000
1200 megawatt hours => 1200000
1200 kilowatt-heures => 1200
1 200 MWh d’électricité => 1200000
1 200 MWh de chaleur par an => 1200000
1 200 MWh utiles => 1200000
1 200 MWh vendus à la commune => ? 1200000
3,2 MWhEP => ?
3,2 MWh EP => ? 3200
environ 300 MWh => 300000
env. 300 MWh => 300000
≈ 300 MWh => 300000
~300 MWh => 300000
about 300 MWh => 300000
près de 300 MWh => 300000
plus de 300 MWh/an => ? 300000
> 300 MWh => ? 300000
jusqu’à 300 MWh => ? 300000
au moins 300 MWh => ? 300000
up to 300 MWh => ? 300000
10 à 12 MWh => ? 10000 11000 12000
10-12 MWh => ? 10000 11000 12000
10 – 12 MWh => ? 10000 11000 12000
entre 10 et 12 MWh => ? 10000 11000 12000
from 10 to 12 MWh => ? 10000 11000 12000
12 à 10 MWh => ?
-300 MWh => ? 300000
− 300 MWh => ? 300000
+300 MWh => 300000
300 => ? 300 300000 300000000
300 MWh/mois => ?
300 kWh/m²/an => ?
300 kW => ?
85 €/MWh => ?
300 bananes => ?
MWh => ?
trois cents MWh => ?
1e6 kWh => ?
1E6 kWh => ?
10^6 kWh => ?
3 x 12 MWh => ?
9**9**9 => ?
1/2 GWh => ?
½ GWh => ?
1.2.3 kWh => ?
1,2,3 kWh => ?
1 23 kWh => ?
12 34 MWh => ?
1234 567 kWh => ?
１２ MWh => 12000
١٢ MWh => ?
0 kWh => 0
0,0000001 MWh => ?
"""

POWER = """
12 kWc => 12
12kWc => 12
12 kwc => 12
9 kWp => 9
1,2 MWc => 1200
500 kW => 500
500 KW => 500
500 kWth => 500
500 kWe => 500
2,4 MW => 2400
2.4 MW => 2400
2,4 Mw => 2400
3 MWé => 3000
0,5 GW => 500000
9 000 Wc => 9
3 mW => ? 3000
3 mw => ? 3000
250 kVA => ? 250
300 => ? 300 300000
2 éoliennes de 3 MW => ?
3 000 => ? 3000 3000000
12 MWh => ?
150 ch => ?
"""

MONEY = """
3,2 M€ HT => 3200000
3,2 M€HT => 3200000
450 k€ TTC => 450000
450k€ => 450000
450 K€ => 450000
450 000 € => 450000
450_000_€ => 450000
450.000,00 € => 450000
450,000.00 € => 450000
450.000 € => ? 450 450000
€450,000 => ? 450 450000
€ 450k => 450000
€450k => 450000
EUR 1.2M => 1200000
EUR 1 200 000 => 1200000
1,2 million d’euros => 1200000
1,2 millions d'euros HT => 1200000
3 millions => 3000000
2 milliards d’euros => 2000000000
0,5 Md€ => 500000000
450 mille euros => 450000
450 k => 450000
3 M => 3000000
3 M€ => 3000000
3 m€ => ? 3000000
3 keuros => 3000
3 kEUR => 3000
12 000 euros => 12000
12 000 EUR excl. VAT => 12000
12 000 EUR incl. VAT => 12000
12 000 € H.T. => 12000
12 000 € T.T.C. => 12000
12 000 € hors taxes => 12000
12 000 € toutes taxes comprises => 12000
450 => ? 450 450000 450000000
450 000 € HT hors raccordement => ? 450000
450 000 €/an => ? 450000
2 billion euros => ?
$300 => ?
300 $ => ?
300 CHF => ?
3 000 F => ?
-3 000 € => ? 3000
de 100 à 200 k€ => ? 100000 150000 200000
1 000 €/m² => ?
999 999 999 999 999 Md€ => ?
1 000 000 000 000 000 000 € => ?
"""

ENERGY_PRICE = """
85 €/MWh => 85
85€/MWh => 85
85 €/Mwh => 85
85 €/mwh => ? 85
85 €/MWh HT => 85
85 € HT/MWh => 85
85 euros par MWh => 85
85 euros per MWh => 85
8,5 c€/kWh => 85
8,5 cts/kWh => 85
8,5 centimes/kWh => 85
8,5 centimes d’euro par kWh => 85
0,085 €/kWh => 85
0.085 €/kWh => 85
0,12345 €/kWh TTC => 123.45
1 000 €/tep => 85.984523
60 à 110 €/MWh => ? 60 85 110
85 => ? 85 850
85 € => ?
85 €/m² => ?
85 €/stère => ? 56.666667
85 $/MWh => ?
"""

CARBON = """
120 t éq. CO₂ => 120
120 t éq CO2/an => 120
120 teqCO2 => 120
120 tCO2e/year => 120
120 tCO2 => 120
120 t CO2e => 120
120 tonnes de CO2 => 120
120 tonnes équivalent CO2 par an => 120
120 tonnes de CO₂ évitées => 120
120 tonnes of CO2 per year => 120
1,5 ktCO2e => 1500
40 kg CO2e => 0.04
40 kgCO2/an => 0.04
120 TCO2 => 120
120 t => ? 120
120 tonnes => ? 120
120 tC => ? 440
120 => ? 120 0.12
120 g => ?
"""

JOBS = """
3 ETP => 3
3 etp => 3
2,5 ETP => 2.5
3 => 3
3 FTE => 3
3 ETP créés => 3
3 équivalents temps plein => 3
3 emplois => ? 3
3 jobs => ? 3
3 personnes => ?
"""

AREA = """
1 200 m² => 1200
1 200 m2 => 1200
1,5 ha => 15000
1,5 HA => 15000
1.5 hectares => 15000
2 km² => 2000000
1 200 => ? 1200 12000000
12 m => ?
"""

LENGTH = """
1 200 m => 1200
1 200 ml => 1200
1 200 mètres linéaires => 1200
1,2 km => 1200
1,2 KM => 1200
500 M => ? 500
1 200 => ? 1200 1200000
"""

DURATION = """
18 mois => 18
18 months => 18
2 ans => 24
2 years => 24
1 an => 12
90 jours => 2.958904
6 semaines => 1.380822
1 an et demi => ? 12
2 ans 6 mois => ? 24
18 => ? 18 216
18 m => ?
"""

COUNT = """
120 logements => 120
120 dwellings => 120
120 => 120
1 200 foyers => 1200
14 bâtiments => 14
120 pavillons => ? 120
1.200 => ? 1.2 1200
douze => ?
"""

SHARE = """
40 % => 40
40% => 40
40 => 40
33,3 % => 33.3
40 pour cent => 40
0,4 => ? 0.4 40
4 ‰ => 0.4
40 à 60 % => ? 40 50 60
"""

ENERGY_OF_AREA = """
85 kWh/m²/an => 85
85 kWh/m².an => 85
85 kWh/(m².an) => 85
85 kWh/m2 => 85
1,2 MWh/m² => 1200
85 kWhEP/m²/an => ?
85 kWh => ?
"""

MONEY_OF_AREA = """
1 100 €/m² => 1100
1 100 € HT/m² => 1100
1,1 k€/m2 => 1100
1 100 euros par m² => 1100
"""

MONEY_OF_POWER = """
1 100 €/kWc => 1100
1,1 €/Wc => 1100
1,1 M€/MW => 1100
"""

TABLES = {
    "energy": ENERGY, "power": POWER, "money": MONEY, "energy_price": ENERGY_PRICE,
    "carbon": CARBON, "jobs": JOBS, "area": AREA, "length": LENGTH, "duration": DURATION,
    "count": COUNT, "share": SHARE, "energy_of_area": ENERGY_OF_AREA,
    "money_of_area": MONEY_OF_AREA, "money_of_power": MONEY_OF_POWER,
}  # fmt: skip


def cases():
    """Rows of (dimension, typed, amounts, whether it is asked about)."""
    for dimension, table in TABLES.items():
        for row in table.strip().splitlines():
            typed, _arrow, answer = row.partition(" => ")
            typed = typed.replace("~~", "\u202f").replace("_", "\u00a0")
            yield dimension, typed, answer.removeprefix("?").split(), answer.startswith("?")
