"""The processes of the demo, and the ports that they use."""

import asyncio
import contextlib
import os
import pathlib
import signal
import socket
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
TAIL = 25  # lines of a log that are printed after an error


class DemoError(Exception):
    """The reason why the demo cannot continue, as text for the user."""


class Child:
    """A Python module that runs in its own process and writes to a log file."""

    def __init__(self, name: str, log: pathlib.Path) -> None:
        """Store the process's name for the user, and its log file."""
        self.name = name
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, module: str, *arguments: str) -> None:
        """Start the module with an empty log."""
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'scripts'}{os.pathsep}{ROOT}"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the second start is faster with it
        with self.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "xbox_dev.demo.child_process", module, *arguments),
                cwd=ROOT,
                env=environment,
                stdin=asyncio.subprocess.PIPE,  # see child_process.py
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C goes to the parent, which stops all in order
            )

    async def ended(self) -> int:
        """Wait for the end of the process. Return its exit code."""
        return await self._process.wait() if self._process else 0

    def check(self) -> None:
        """Raise DemoError if the process has ended."""
        if self._process is not None and (code := self._process.returncode) is not None:
            raise DemoError(f"{self.name} ended by itself (exit code {code})")

    async def stop(self, patience: float = 15) -> None:
        """End the process, after `patience` seconds by force."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(patience):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    def text(self) -> str:
        """Return the log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self) -> str:
        """Return the end of the log, indented, after a line with the process's name."""
        lines = [f"\n  | {line}" for line in self.text().splitlines()[-TAIL:]]
        return "".join([f"\nEnd of the log of {self.name}:", *lines]) if lines else ""


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_port(port: int, option: str) -> None:
    """Raise DemoError if a port cannot be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as err:
            raise DemoError(
                f"port {port} cannot be used ({err.strerror}): choose another with {option}"
            ) from None
