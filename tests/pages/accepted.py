"""What engines say wrongly, each with its reason. What none of them says any more must go."""

import re
from typing import NamedTuple


class Accepted(NamedTuple):
    """An engine's rule, on elements whose beginning matches ``html``, and why it is wrong."""

    engine: str
    rule: str
    html: str
    reason: str

    def fits(self, finding):
        """Whether ``finding`` is one of these."""
        is_same = (self.engine, self.rule) == (finding.engine, finding.rule)
        return is_same and re.search(self.html, finding.html) is not None


ACCEPTED = []
