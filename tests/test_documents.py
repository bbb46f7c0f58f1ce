"""What the documents name is there: files, modules, links, labels, the shape of decisions."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import FileField

from tests.catalogue import read_catalogue

ROOT = Path(settings.BASE_DIR)
PAGES = {
    str(path.relative_to(ROOT)): path.read_text()
    for pattern in ("*.md", "docs/**/*.md", "*/README.md")
    for path in ROOT.glob(pattern)
    if not path.relative_to(ROOT).parts[0].startswith(".")
}
DECISIONS = {
    Path(place).name: text for place, text in PAGES.items() if "docs/decisions/" in place
}
TOP = ("accounts", "forum", "realtime", "templates", "tests", "docs", "deploy", "bench")


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_document_names_are_there(page):
    paths = re.findall(rf"`((?:{'|'.join(TOP)})/[\w./-]*)`", PAGES[page])

    assert {path for path in paths if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", PAGES)
def test_modules_and_classes_that_a_document_names_are_there(page):
    names = re.findall(r"`((?:accounts|forum|realtime)(?:\.\w+)+)(?:\(\))?`", PAGES[page])
    files = re.compile(r"\.(py|html|css|js|org|service|target|conf|env|sqlite3)$")

    assert [name for name in names if not files.search(name) and not is_there(name)] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_document_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)", PAGES[page])
    missing = set()
    for path, anchor in links:
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            missing.add((path, anchor))

    assert missing == set()


def test_what_is_kept_beside_the_database_is_in_the_backups():
    backups = PAGES["docs/operators.md"].partition("## Backups")[2].partition("\n## ")[0]
    kept = {
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    }

    assert kept and "`FORUM_FILES`" in backups and "pg_dump" in backups


def test_french_labels_of_the_glossary_stand_in_the_interface():
    texts = [plain(text) for message in read_catalogue() for text in sources(message)]
    labels = [
        label.strip(" …")
        for line in PAGES["docs/glossary.md"].splitlines()
        if len(cells := line.strip("|").split(" | ")) == 4
        for label in re.split(r"[,(]", plain(re.sub(r"[*)]", "", cells[2])))
        if label.strip() not in ("–", "in french")
    ]
    assert labels
    assert [label for label in labels if not any(label in text for text in texts)] == []


@pytest.mark.parametrize("page", sorted(set(DECISIONS) - {"README.md"}))
def test_each_decision_has_a_date_and_a_status(page):
    decisions = re.split(r"^## ", DECISIONS[page], flags=re.MULTILINE)[1:]
    dated = re.compile(r"[^\n]+\n\*\d{4}-\d\d-\d\d · (in force|replaced by \[)[^\n]*\*\n\n\S")

    assert decisions
    assert [decision for decision in decisions if not dated.match(decision)] == []
    assert f"]({page})" in DECISIONS["README.md"]


def test_no_number_of_a_decision_is_missing():
    numbers = {
        int(n) for page in DECISIONS.values() for n in re.findall(r"formerly (\d+)", page)
    }

    assert set(range(1, 69)) - numbers == {35, 37, 39, 41}  # Never given.


def is_there(name):
    """Whether a dotted name is a module, or something in one."""
    module, _dot, attribute = name.rpartition(".")
    try:
        import_module(name)
    except ModuleNotFoundError:
        return "." in name and has_attribute(module, attribute)
    return True


def has_attribute(owner, attribute):
    """Whether a module, or a class of a module, has it."""
    try:
        return hasattr(import_module(owner), attribute)
    except ModuleNotFoundError:
        module, _dot, name = owner.rpartition(".")
        return hasattr(getattr(import_module(module), name, None), attribute)


def anchors(text):
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def sources(message):
    """The French texts of a message of the catalogue."""
    return message.id if isinstance(message.id, tuple) else (message.id,)


def plain(text):
    """Text in lower case, its narrow and hard spaces made plain."""
    return text.lower().replace("\xa0", " ").replace("\u202f", " ")
