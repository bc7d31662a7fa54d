"""Machines that share nothing: each process in a network, a file system and a host name of its own, on one kernel.

    with Room(folder) as room:                  # inside `unshare`, see `run_alone`
        first = room.add("s1")                  # reaches the middle at first.gateway, is reached at first.address
        first.start(["-m", "intendant.cli.main", "server"], {...}, log)
        first.cut()                             # its link goes down; nobody is told
        first.lose()                            # kill -9 of everything in it

Works for root and, where the kernel lets plain users make namespaces, for them too; `why_not` says what is in the way. The
programs `unshare`, `nsenter` (util-linux) and `ip` (iproute2) do the work.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tests.support.waiting import wait_for

PROBE_SECONDS_MAX = 10.0
_PRIVATE = ["--net", "--mount", "--uts"]


def alone() -> list[str]:
    """Return the command that runs another one in namespaces of its own, with the rights to make more in them."""
    if os.geteuid() == 0:
        return ["unshare", *_PRIVATE, "--"]
    return ["unshare", "--user", "--map-current-user", "--keep-caps", *_PRIVATE, "--"]


def why_not() -> str | None:
    """Say what keeps machines from being made here; None if nothing does."""
    for program in ("unshare", "nsenter", "ip"):
        if shutil.which(program) is None:
            return f"there is no program `{program}`"
    probe = "ip link set lo up && ip link add probe0 type veth peer name probe1"
    try:
        done = subprocess.run(
            [*alone(), "sh", "-c", probe], capture_output=True, text=True, timeout=PROBE_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return "making namespaces does not end"
    return None if done.returncode == 0 else f"the kernel forbids it: {done.stderr.strip()[-200:]}"


def run_alone(arguments: Sequence[str], *, seconds: float) -> "subprocess.CompletedProcess[str]":
    """Run Python with `arguments` where a `Room` can be made; what it started ends with it."""
    return subprocess.run(
        [*alone(), sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@dataclass
class Machine:
    """One machine: a holder keeps its namespaces open; processes are started in them."""

    name: str
    number: int
    folder: Path
    holder: "subprocess.Popen[bytes]"
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Return where it is reached from the middle."""
        return f"10.77.{self.number}.2"

    @property
    def gateway(self) -> str:
        """Return where it reaches the middle."""
        return f"10.77.{self.number}.1"

    @property
    def home(self) -> Path:
        """Return its INTENDANT_HOME: the same path on every machine, and another folder."""
        return self.folder / "home"

    def command(self, arguments: Sequence[str]) -> list[str]:
        """Return the command that runs Python on this machine."""
        inside = ["nsenter", "--target", str(self.holder.pid), *_PRIVATE, "--"]
        return [*inside, sys.executable, *arguments]

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
        """Start a process; its output goes to the file `log` in the middle."""
        with log.open("ab") as file:
            process = subprocess.Popen(
                self.command(arguments), env=dict(environment), stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        self.processes.append(process)
        return process

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], *, seconds: float = 60.0) -> str:
        """Run a process to its end; return what it printed."""
        done = subprocess.run(
            self.command(arguments), env=dict(environment), capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode == 0, f"{arguments} on {self.name}: {done.stdout} {done.stderr}"
        return done.stdout

    def cut(self) -> None:
        """Take its link down: what it sends is lost, and what is sent to it."""
        _ip("link", "set", f"m{self.number}", "down")

    def mend(self) -> None:
        """Bring its link up again."""
        _ip("link", "set", f"m{self.number}", "up")

    def lose(self) -> None:
        """Kill -9 everything in it, as a power cut does, and let its link go."""
        for process in self.processes:
            process.kill()
        self.holder.kill()
        for process in [*self.processes, self.holder]:
            process.wait()


class Room:
    """The middle, to which every machine has one link; database and provider run here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.machines: dict[str, Machine] = {}

    def __enter__(self) -> "Room":
        _ip("link", "set", "lo", "up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for machine in self.machines.values():
            machine.lose()

    def add(self, name: str) -> Machine:
        """Make a machine; `folder` of the room is empty on it, and its own."""
        holder = subprocess.Popen(
            ["unshare", *_PRIVATE, "--", sys.executable, "-m", "tests.support.machine_room", name, str(self.folder)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n", name
        machine = Machine(name, len(self.machines) + 1, self.folder, holder)
        self.machines[name] = machine
        link = f"m{machine.number}"
        _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", str(holder.pid))
        _ip("addr", "add", f"{machine.gateway}/24", "dev", link)
        _ip("link", "set", link, "up")
        inside = ["nsenter", "--target", str(holder.pid), "--net", "--"]
        for command in (
            ["link", "set", "lo", "up"],
            ["addr", "add", f"{machine.address}/24", "dev", "eth0"],
            ["link", "set", "eth0", "up"],
        ):
            subprocess.run([*inside, "ip", *command], check=True, timeout=PROBE_SECONDS_MAX)
        wait_for(lambda: _is_reached(machine.address), f"the machine {name}", seconds=PROBE_SECONDS_MAX)
        return machine


def _is_reached(address: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        # Refused is an answer.
        return probe.connect_ex((address, 9)) in (0, 111)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, timeout=PROBE_SECONDS_MAX)


def hold(name: str, folder: str) -> None:
    """Be a machine: take its name, put an empty file system of its own over the folder, and wait until it is no more needed."""
    socket.sethostname(name)
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, b"mode=755"):
        raise OSError(ctypes.get_errno(), "no file system of its own", folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    hold(*sys.argv[1:])
