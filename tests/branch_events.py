"""Branch coverage by events of the interpreter before Python 3.14: ``-p tests.branch_events``.

A tracer is called at each line of every library, which takes half as long again. Events of
``sys.monitoring`` come of our own code alone, and once of what is new. coverage.py measures so
from 3.14 on, where each way of a branch has an event; before, one event names the way taken.
"""

import dis
import sys

from coverage import bytecode, core, env
from coverage.sysmon import SysMonitor


class BranchMonitor(SysMonitor):
    """coverage.py's monitor, told of both ways of a branch by one event."""

    def __init__(self):
        super().__init__()
        self.first_ways = {}

    def sysmon_branch_either(self, code, instruction_offset, destination_offset):
        """Note the way that was taken; ask to hear no more of the branch once both were."""
        branch = code, instruction_offset
        first = self.first_ways.get(branch)
        if first == destination_offset:
            return None
        self.first_ways[branch] = destination_offset
        disable = super().sysmon_branch_either(code, instruction_offset, destination_offset)
        return None if first is None else disable

    def stop(self):
        """Listen to no function: who listens next would be told of what runs by then."""
        if self.sysmon_on:
            for code in self.code_objects:
                if self.code_infos[id(code)].tracing:
                    sys.monitoring.set_local_events(self.myid, code, 0)
        super().stop()


if not env.PYBEHAVIOR.branch_right_left:
    events = sys.monitoring.events
    events.BRANCH_LEFT = events.BRANCH_RIGHT = events.BRANCH
    bytecode.RETURNS.add(dis.opmap["RETURN_CONST"])
    env.PYBEHAVIOR.branch_right_left = env.SYSMON_DEFAULT = True
    core.SysMonitor = BranchMonitor
