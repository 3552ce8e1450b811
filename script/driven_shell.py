"""The program under test as the drivers of random calls and inputs hold it: the shell at a plain
pseudo-terminal, which goes on after an error, and single runs with input from a pipe or file.

A process may take LIMIT bytes (`--memory`); its greatest resident size and how it ended are read
when it is reaped. It runs in a scratch folder, as nobody where the driver is root, with no core
file and a hard limit of address space behind the program's own one.
"""

import dataclasses
import os
import pty
import re
import resource
import select
import signal
import subprocess
import tempfile
import time

MEBI = 1 << 20
LIMIT = 128 * MEBI
# What the program takes before it does anything, and what the issue allows above the limit.
ALLOWED = LIMIT + 64 * MEBI
BROKEN = re.compile(
    r"fatal error|internal error|precondition|unexpectedly found|Swift/", re.IGNORECASE
)


@dataclasses.dataclass
class Ended:
    """How a process ended."""

    output: str
    signal: int
    code: int
    resident: int
    seconds: float
    late: bool

    def complaint(self, allowed):
        if self.signal and not self.late:
            return f"signal {self.signal}"
        if self.code in (132, 133, 134, 135, 136, 139):
            return f"exit {self.code}"
        broken = BROKEN.search(self.output)
        if broken:
            return f"'{broken.group()}'"
        if self.late:
            return "no end"
        if self.resident > allowed:
            return f"{self.resident // MEBI} MiB"
        return None


class Driver:
    def __init__(self, binary, seconds=20, addresses=4096 * MEBI):
        self.binary = os.path.abspath(binary)
        self.seconds = seconds
        self.addresses = addresses
        self.folder = tempfile.mkdtemp(prefix="nabla-driver-")
        os.chmod(self.folder, 0o777)
        wanted = (f"--memory={LIMIT // MEBI}MiB", "--seconds=2")
        self.limits = [f for f in wanted if self.takes("-e", "1", f)]
        self.check_limits = [f for f in wanted if self.takes("check", "/dev/null", f)]
        self.resting = self.run("1").resident
        self.allowed = ALLOWED + self.resting

    def takes(self, *arguments):
        """Whether the program knows these options."""
        done = subprocess.run([self.binary, *arguments], capture_output=True, check=False)
        return b"Unknown option" not in done.stderr

    def environment(self):
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": self.folder,
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "XDG_STATE_HOME": self.folder + "/state",
            "NO_COLOR": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def start(self, arguments, **streams):
        def bounded():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (self.addresses, self.addresses))
            os.setsid()

        user = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        return subprocess.Popen(
            [self.binary, *arguments],
            preexec_fn=bounded,
            cwd=self.folder,
            env=self.environment(),
            **streams,
            **user,
        )

    def reap(self, process, output, begun, late):
        if late:
            process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        number = -process.returncode if process.returncode < 0 else 0
        return Ended(
            output,
            number,
            max(process.returncode, 0),
            usage.ru_maxrss * 1024,
            time.monotonic() - begun,
            late,
        )

    def run(self, text="", arguments=(), limits=()):
        """A run that ends by itself, with a text on standard input."""
        begun = time.monotonic()
        given = [*arguments, *limits]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as source:
            source.write(text if isinstance(text, bytes) else text.encode("utf8", "surrogatepass"))
            source.seek(0)
            process = self.start(given, stdin=source, stdout=out, stderr=subprocess.STDOUT)
            late = False
            while True:
                if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                    break
                if time.monotonic() - begun > self.seconds:
                    late = True
                    break
                time.sleep(0.002)
            ended = self.reap(process, "", begun, late)
            out.seek(0, 2)
            size = out.tell()
            out.seek(max(0, size - 200_000))
            ended.output = out.read().decode("utf8", "replace")
            return ended

    def converse(self, lines, arguments=("shell",), tagged=True):
        """Types lines into the shell; every one is tagged with its number in a comment. Gives how
        the process ended and the number of the line that was being worked on."""
        main, other = pty.openpty()
        begun = time.monotonic()
        process = self.start([*arguments, *self.limits], stdin=other, stdout=other, stderr=other)
        os.close(other)
        pending = []
        for i, line in enumerate(lines):
            tag = f"  # line {i}" if tagged and not line.startswith(":") else ""
            pending.append(line.encode("utf8", "replace")[:3000] + tag.encode() + b"\n")
        # An unfinished block is ended first, whatever it waits for.
        pending += [b"\n", b"\n", b"\x04", b":quit\n", b"\x04", b":quit\n", b"\x04"]
        seen, late, sent, quiet = bytearray(), False, 0, time.monotonic()
        while True:
            wanted = [main] if sent < len(pending) else []
            readable, writable, _ = select.select([main], wanted, [], 0.05)
            if readable:
                try:
                    data = os.read(main, 65536)
                except OSError:
                    break
                if not data:
                    break
                seen += data
                quiet = time.monotonic()
            # A terminal takes 4,096 bytes: no further line before the last one was read.
            elif writable and sent < len(pending):
                try:
                    os.write(main, pending[sent])
                except OSError:
                    break
                sent += 1
            if time.monotonic() - quiet > self.seconds:
                late = True
                break
        os.close(main)
        ended = self.reap(process, seen.decode("utf8", "replace"), begun, late)
        if ended.signal in (signal.SIGHUP,):
            ended.signal = 0
        return ended, max(0, min(sent, len(lines)) - 1)


def shorter(text, holds, units=None):
    """Leaves out parts (lines, then characters) for as long as the complaint stays."""
    parts = text.split("\n") if units is None else list(text)
    joint = "\n" if units is None else ""
    size = max(1, len(parts) // 2)
    tries = 0
    while size >= 1 and tries < 120:
        i = 0
        while i < len(parts) and tries < 120:
            candidate = joint.join(parts[:i] + parts[i + size :])
            tries += 1
            if candidate and holds(candidate):
                parts = parts[:i] + parts[i + size :]
            else:
                i += size
        size //= 2
    result = joint.join(parts)
    return result if units is not None else shorter(result, holds, units="characters")
