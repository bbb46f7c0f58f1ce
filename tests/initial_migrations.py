"""``python -m tests.initial_migrations``: the migration of each app, made anew from its models.

Until the first release each app has one. Indexes and constraints stand in the operation that
makes their table, where its columns allow it: each operation more costs a migration a tenth
of a second.
"""

import os
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command
from django.db.migrations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Q

APPS = ("accounts", "forum")
ROOT = Path(__file__).resolve().parent.parent


def main():
    """Write them."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "forum.settings",
        "DATABASE_URL": "sqlite://:memory:",
    }
    django.setup()
    for app in APPS:
        for path in (ROOT / app / "migrations").glob("0*.py"):
            path.unlink()
    call_command("makemigrations", *APPS, name="initial", verbosity=0)
    for app in APPS:
        module = import_module(f"{app}.migrations.0001_initial")
        migration = module.Migration("0001_initial", app)
        migration.operations = _folded(migration.operations)
        writer = MigrationWriter(migration, include_header=False)
        Path(module.__file__).write_text(writer.as_string())


def _folded(operations):
    """``operations``, those of indexes and constraints within those of their tables."""
    tables = {it.name_lower: it for it in operations if isinstance(it, CreateModel)}
    rest = []
    for operation in operations:
        added, option = None, ""
        if isinstance(operation, AddIndex):
            added, option = operation.index, "indexes"
        elif isinstance(operation, AddConstraint):
            added, option = operation.constraint, "constraints"
        table = added and tables[operation.model_name_lower]
        if table and _field_names(added) <= {name for name, _field in table.fields}:
            table.options.setdefault(option, []).append(added)
        else:
            rest.append(operation)
    return rest


def _field_names(added):
    """The names of the fields that an index or a constraint is about."""
    names = {name.lstrip("-") for name in getattr(added, "fields", ())}
    names |= set(getattr(added, "include", None) or ())
    for expression in (*getattr(added, "expressions", ()), getattr(added, "condition", None)):
        names |= _names_in(expression)
    return names


def _names_in(expression):
    if isinstance(expression, F):
        return {expression.name.split("__")[0]}
    if isinstance(expression, tuple):  # A lookup of a Q and its value.
        return {expression[0].split("__")[0]} | _names_in(expression[1])
    if isinstance(expression, Q):
        return set().union(*map(_names_in, expression.children))
    sources = getattr(expression, "get_source_expressions", list)()
    return set().union(*map(_names_in, sources))


if __name__ == "__main__":
    main()
