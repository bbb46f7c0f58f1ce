"""What a process tells systemd: that it is ready, and that its event loop still runs.

A process whose loop hangs would otherwise attract new pages, having so few. Where
systemd did not ask (``NOTIFY_SOCKET``, ``WATCHDOG_USEC``), nothing is sent.
"""

import asyncio
import os
import socket


async def notify_forever() -> None:
    """Send READY, then WATCHDOG twice as often as systemd asks for."""
    notify("READY=1")
    pause = int(os.environ.get("WATCHDOG_USEC", 0)) / 2_000_000
    while pause:
        await asyncio.sleep(pause)
        notify("WATCHDOG=1")


def notify(state: str) -> None:
    """Send ``state`` as sd_notify(3) describes."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(state.encode(), address.replace("@", "\0", 1))
