"""A year of questions that are put to others: who is told how often, and what is answered.

``python -m bench.fair_questions`` fills a PostgreSQL database with organisations, each on a
territory of its own, whose people know three of twelve topics, and has them ask, answer, pass
on and decline by the forum's own actions (``bench/fair_year.py``). Prints of how many questions
an organisation was told in its busiest seven days, how many who know its topic a question
reached, and what share was answered. Exits with 1 where somebody was told of more than the
ceiling, or a question reached fewer who know its topic than it could, up to three.
"""

import argparse
import sys

from bench.databases import run_in_shell, temporary_database

_RUN = """
import sys, time
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
from bench import tables
from bench.fair_year import ENOUGH, create_members, simulate
from forum.models import Topic
from tests import factories
colleges = factories.create_colleges()
factories.create_charter()
spaces = factories.create_spaces(colleges)
Topic.objects.all().delete()
Topic.objects.bulk_create(
    Topic(slug=f"sujet-{{n}}", name=f"Sujet {{n}}", order=n) for n in range(12)
)
members = create_members({organisations})
began = time.monotonic()
year = simulate(members, spaces["network"], questions={questions}, days=365)
pairs = [pair for of_topic in year.reached.values() for pair in of_topic]
told = sorted(len(days) for days in year.asked_on.values())
tables.print_table([{{
    "questions": year.questions, "organisations": {organisations},
    "most in seven days": year.busiest_week(), "ceiling": settings.FORUM_QUESTIONS_PER_WEEK,
    "told in the year, least": told[0], "median": told[len(told) // 2], "most": told[-1],
    "reached three who know, %": 100 * sum(got >= ENOUGH for got, _of in pairs) / len(pairs),
    "reached fewer than they could": len(year.short()),
    "answered, %": 100 * year.answered / year.questions,
    "seconds": time.monotonic() - began,
}}])
tables.print_table([{{"what": name, "how often": n}} for name, n in year.outcomes.items()])
fails = year.busiest_week() > settings.FORUM_QUESTIONS_PER_WEEK or year.short()
sys.exit(int(bool(fails)))
"""


def main():
    """Run as the command line asks; print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=300)
    parser.add_argument("--questions", type=int, default=2_000)
    asked = parser.parse_args()
    code = _RUN.format(organisations=asked.organisations, questions=asked.questions)
    with temporary_database() as database:
        return run_in_shell(database, code, FORUM_POSTING_LIMITS="0")


if __name__ == "__main__":
    sys.exit(main())
