"""Run a module in a process that ends when its parent process ends.

    python -m xbox_dev.demo.child_process MODULE [ARGUMENT ...]

The parent holds the other end of standard input, which closes however the parent ends.
"""

import os
import runpy
import signal
import sys
import threading
import time

PATIENCE = 15  # seconds for a regular end


def _watch() -> None:
    while os.read(0, 1024):  # not sys.stdin, because a thread must not hold its lock at the end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_watch, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
