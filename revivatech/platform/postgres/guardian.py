"""Stops an embedded server whose users were all killed. Run as a file, with no package around it: `guardian.py FOLDER`.

It waits for `users.lock` to be free. A process that leaves in order stops the server itself; then nothing is left to do here.
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path


def main(folder: Path) -> None:
    try:
        alone, door, users = (os.open(folder / f"{name}.lock", os.O_RDWR) for name in ("guardian", "door", "users"))
        fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return  # the folder is gone
    except BlockingIOError:
        return  # another one watches already
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        # Race: a newcomer holds the door and waits for `users`. Let go, queue at the door, and look again.
        fcntl.flock(users, fcntl.LOCK_UN)
        fcntl.flock(door, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(door, fcntl.LOCK_UN)
            continue
        stop(folder / "cluster")
        return


def stop(cluster: Path) -> None:
    """End the server of this cluster, and only that: the number in the pid file may be a stranger's by now."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        same = Path(f"/proc/{pid}/cwd").samefile(cluster) and Path(f"/proc/{pid}/comm").read_text() == "postgres\n"
    except (OSError, ValueError):
        return
    if not same:
        return
    os.kill(pid, signal.SIGINT)
    while Path(f"/proc/{pid}").exists():  # the door stays shut until it has left
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
