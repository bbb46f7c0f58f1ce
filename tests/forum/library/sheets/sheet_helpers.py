"""What tests of sheets make and send."""

from forum.library.sheets.actions import SheetValues, publish_sheet
from forum.library.sheets.drafts.actions import begin_sheet
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.models import PARTS, ExperienceSheet

TITLE = "Une chaufferie au bois pour l’école et la mairie"
POWER = TypedFigure("power", "300 kW", vector="heat")
COST = TypedFigure("investment", "450 k€ HT", year=2023)
FIGURES = (POWER, COST)


def values(place, topic, **changed):
    """What an editor says of a sheet that lacks nothing."""
    parts = dict.fromkeys(PARTS, "") | {
        "context": "Une chaudière au fioul à bout.",
        "work": "Une chaufferie et 200 m de réseau.",
        "results": "Deux hivers sans panne.",
        "started": "2022", "commissioned": "2023-10", "finished": "",
    }  # fmt: skip
    about = {"title": TITLE, "topic": topic, "tags": "régie", "territory": place}
    about |= {"population": 14000, "population_year": 2022, "parts": parts, "figures": FIGURES}
    for name in set(changed) & {*PARTS, "started", "commissioned", "finished"}:
        parts[name] = changed.pop(name)
    return SheetValues(**about | changed)


def draft_of(actor, place, topic, **changed):
    """A draft of ``actor``."""
    return begin_sheet(actor, values(place, topic, **changed))


def publish(draft, actor, space):
    """``draft`` published in ``space`` as it is now, read anew."""
    draft.refresh_from_db(fields=["version"])
    publish_sheet(draft, actor, space, version=draft.version)
    return ExperienceSheet.objects.select_related("thread__space").get(pk=draft.pk)


def sent(place, figures=(("power", "300 kW", "", ""),), **changed):
    """What the form of a sheet sends."""
    data = {
        "title": TITLE, "topic": "bois-energie", "territory_words": place.name, "tags": "régie",
        "work": "Une chaufferie.", "results": "Deux hivers sans panne.", "started": "mars 2022",
        "figure_rows": str(len(figures)), "version": "1",
    }  # fmt: skip
    for number, (kind, typed, year, tax) in enumerate(figures):
        row = {"kind": kind, "typed": typed, "year": year, "tax": tax}
        data |= {f"figures-{number}-{name}": value for name, value in row.items()}
    return data | changed
