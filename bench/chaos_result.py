"""How a run of ``bench.chaos`` ended."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class ChaosResult:
    """What readers have, against what a reload shows, and what happened on the way."""

    readers: int
    replies: int
    seconds: float = 0.0
    lost: list = field(default_factory=list)  # (reader, element id) a reload would show
    differing: list = field(default_factory=list)  # (reader, element id) with other html
    doubled: int = 0  # replies that came as new more than once
    out_of_order: int = 0  # frames with news of an earlier change than one that was known
    missing: int = 0  # replies answered as posted that a reload does not show
    posted_twice: int = 0  # replies that a reload shows more than once
    behind: int = 0  # readers who never caught up
    healed: float = 0.0  # seconds from a commit with no poke to the last reader
    retried: int = 0  # posts that had to be sent again
    reloads: int = 0
    codes: Counter = field(default_factory=Counter)  # how lines ended
    faults: list = field(default_factory=list)  # what was done

    @property
    def is_correct(self):
        """Whether nothing is lost, doubled, disordered or other than a reload shows."""
        wrong = (self.lost, self.differing, self.doubled, self.out_of_order, self.missing,
                 self.posted_twice, self.behind)  # fmt: skip
        return not any(wrong)

    def rows(self):
        """The result as rows of a table."""
        said = {
            "readers, replies, seconds": (self.readers, self.replies, self.seconds),
            "lost, differing from a reload": (len(self.lost), len(self.differing)),
            "doubled, out of order": (self.doubled, self.out_of_order),
            "replies missing, posted twice": (self.missing, self.posted_twice),
            "posts sent again after a failure": self.retried,
            "readers who never caught up": self.behind,
            "seconds until a lost poke was healed": self.healed,
            "reloads": self.reloads,
            "codes that lines ended with": self.codes,
            "faults": ", ".join(self.faults),
        }
        return [{"what": what, "result": value} for what, value in said.items()]
