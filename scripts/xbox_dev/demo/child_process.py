"""Run a module in a process that ends when the one that started it does.

    python -m xbox_dev.demo.child_process MODULE [ARGUMENT ...]

The starter holds the other end of standard input: however it ends, that closes.
"""

import os
import runpy
import signal
import sys
import threading
import time

PATIENCE = 15  # seconds to end in good order


def _watch() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock a thread must not hold at the end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_watch, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
