"""Every page, with odd characters in all texts: ``python -m tests.pages.odd_texts``.

What separates fields, rows, tags or lines somewhere then stands in names, titles and words, as
older rows, mails and imported archives may have it. Fails where a page does, and names it.
"""

import json
import sys
import traceback
from collections import Counter

from tests.pages.visits import serve_pages

ODD = "\x1f\x1e\x1d|,;:\"'\\%s{0}{{x}}<b>&amp;\u2028\u202e\r\n# >"
#: Texts that the site writes itself, and reads again as what they are.
OWN = {"Post.files", "ModerationLogEntry.action", "ModerationLogEntry.reason"}


def main():
    """Ask for all pages as everybody; return how many failed."""
    with serve_pages() as site:
        folder = site.log.parent
        places = [str(folder / name) for name in ("addresses.json", "answers.json")]
        site.run(f"from tests.pages.scene import make_scene; make_scene({places[0]!r})")
        site.run(f"from tests.pages import odd_texts; odd_texts.visit(*{places!r})")
        statuses, failed = json.loads((folder / "answers.json").read_text())
    print(f"Answers by status: {statuses}\n", *failed, sep="\n")
    return len(failed)


def visit(addresses_file, answers_file):
    """Spoil the texts, and ask for the addresses; write how many answers, and what failed."""
    from django.test import Client

    from accounts.models import User
    from tests.pages.tables import OTHERS, ROLES

    spoil()
    with open(addresses_file) as file:
        addresses = [address for places in json.load(file).values() for address in places]
    statuses, failed = Counter(), []
    for role, email in (ROLES | OTHERS).items():
        client = Client(headers={"host": "localhost"})
        if email:
            person = User.objects.get(email=email)
            client.force_login(person, backend="accounts.users.backends.AnnotatedUserBackend")
        for address in addresses:
            try:
                statuses[client.get(address, follow=True).status_code] += 1
            except Exception as error:
                failed.append(f"{role} {address}: {''.join(traceback.format_exception(error))}")
    with open(answers_file, "w") as file:
        json.dump([statuses, failed], file)


def spoil():
    """Put ODD into all texts that no address, choice or constraint names."""
    from django.apps import apps
    from django.db.models import F, TextField, Value
    from django.db.models.functions import Concat, Left

    for model in apps.get_models():
        for field in filter(is_free, model._meta.local_concrete_fields):
            text = Concat(F(field.attname), Value(ODD), output_field=TextField())
            if field.max_length:
                text = Left(text, field.max_length)
            rows = model._base_manager.exclude(**{field.attname: ""})
            rows.update(**{field.attname: text})


def is_free(field):
    """Whether any text may stand in a column."""
    is_text = type(field).__name__ in ("CharField", "TextField")
    is_named = field.choices or field.unique or str(field).partition(".")[2] in OWN
    return is_text and not is_named


if __name__ == "__main__":
    sys.exit(main())
