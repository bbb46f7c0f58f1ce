"""What the W3C's checker says of pages: their sources, and what scripts make of them."""

import json
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.pages import tools

JAR = tools.MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"

#: What it says wrongly: a part of the message, and why.
ACCEPTED = {
    "with a “blocking” attribute must have a “rel”": "HTML allows it with rel=expect, too",
    "Article lacks heading": "a reply has none; its author and date begin it",
}


def check_documents(documents):
    """``(name, message, extract)`` of the errors and warnings in ``documents`` by name."""
    with TemporaryDirectory(prefix="foirail-html-") as folder:
        names = {}
        for number, (name, text) in enumerate(documents.items()):
            place = Path(folder) / f"{number}.html"
            place.write_text(text)
            names[place.name] = name
        command = ["java", "-jar", str(JAR), "--format", "json", "--exit-zero-always", folder]
        answer = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=True)
    found = []
    for said in json.loads(answer.stderr)["messages"]:
        is_info = said["type"] == "info" and said.get("subType") != "warning"
        if is_info or any(part in said["message"] for part in ACCEPTED):
            continue
        name = names[said.get("url", "").rpartition("/")[2]]
        found.append((name, said["message"], " ".join(said.get("extract", "").split())))
    return found


def prove():
    """Raise RuntimeError unless a faulty page is found to be so."""
    found = check_documents({"faulty": "<!doctype html><title>It</title><p><li></p></b>"})
    if len(found) < 2:
        raise RuntimeError("The W3C's checker finds nothing in a page with faults.")


def report(found, count):
    """Print what was found in ``count`` documents; return whether nothing was."""
    places = {}
    for name, message, extract in found:
        places.setdefault((message, re.sub(r"\d+", "0", extract)), []).append(name)
    for (message, extract), names in sorted(places.items()):
        print(f"\nhtml {message}\n  {extract}\n  {len(names)}: {', '.join(names[:3])}")
    print(f"\nhtml: {len(found)} findings in {count} documents")
    return not found
