"""hostile - a webd that was broken into: scannerd under a user of its own, a client that is webd's user, and calls made from the interface that scannerd prints."""
import contextlib
import json
import os
import random
import re
import resource
import statistics
import subprocess
import time

from harness import Deployment, Varlink, program, wait_for

SCANNER = "org.backupchecker.scanner."
SERVICE = "org.varlink.service."
GROUP = "nogroup"
SCANNERD_USER, WEBD_USER, WEBD_GROUP = 61001, 61002, 65534
PASSWORD = "tractor-in-the-lake"
NESTED = json.loads('{"a":' * 20 + "1" + "}" * 20)
# By type: what fits the type, from the least to the most.
FITTING = {
    "int": (0, 1, -1, 2**31, -2**31 - 1, 2**53, -2**53, 2**63 - 1, -2**63),
    "bool": (False, True),
    "string": ("", "x", "x" * 300, "x" * 5000, "\u00e9" * 200, "/", "../..", "a\nb\x1b[31m", "%s%n", "' OR 1=1 --", "127.0.0.1", "directories", "servers", "admin", "none", "root", "1", "@daily"),
    "object": ({}, {"x": 1}, NESTED, {str(i): [] for i in range(2000)}),
    "array": ([], [""], ["x"], ["/"], ["x"] * 5000, ["x" * 5000]),
}
ANY = (None, False, 7, -1.5, 1e300, "text", [], [[]], [None], {}, {"": ""})
# Texts that no parser of ours takes for JSON: the connection has an end then.
NO_JSON = ('"\\ud800"', '"\\u0000"', '"\udcff"', "1e999", "01", "[" * 3000, '{"a":1,"a":2}', "", "nul", '"\t"')


class Mismatch(AssertionError):
    """A reply is not as the interface describes it."""


class Interface:
    """The methods and errors of an interface description; knows whether a reply fits. https://varlink.org/Interface-Definition"""

    def __init__(self, text):
        self.methods, self.errors = {}, {}
        for line in text.splitlines():
            if line.startswith("method "):
                name, rest = line[7:].split("(", 1)
                taken, given = ("(" + rest).split(" -> ")
                self.methods[name] = (self.parse(taken), self.parse(given))
            elif line.startswith("error "):
                name, rest = line[6:].split("(", 1)
                self.errors[name] = self.parse("(" + rest)

    @staticmethod
    def parse(text):
        """("?", type), ("[]", type), {member: type} or the name of a plain type."""
        tokens = re.findall(r"\?|\[\]|[A-Za-z_]\w*|[(),:]", text)

        def one():
            token = tokens.pop(0)
            if token in ("?", "[]"):
                return (token, one())
            if token != "(":
                return token
            members = {}
            while tokens[0] != ")":
                name, colon = tokens.pop(0), tokens.pop(0)
                assert colon == ":", text
                members[name] = one()
                if tokens[0] == ",":
                    tokens.pop(0)
            tokens.pop(0)
            return members
        result = one()
        assert not tokens, text
        return result

    def fits(self, value, kind, where):
        if isinstance(kind, dict):
            self.struct_fits(value, kind, where)
        elif isinstance(kind, tuple) and kind[0] == "?":
            if value is not None:
                self.fits(value, kind[1], where)
        elif isinstance(kind, tuple):
            if not isinstance(value, list):
                raise Mismatch(f"{where}: {value!r} is no array")
            for i, item in enumerate(value):
                self.fits(item, kind[1], f"{where}[{i}]")
        elif type(value) is not {"int": int, "bool": bool, "string": str, "object": dict}[kind]:
            raise Mismatch(f"{where}: {value!r} is no {kind}")

    def struct_fits(self, value, members, where):
        if not isinstance(value, dict) or not set(value) <= set(members):
            raise Mismatch(f"{where}: {value!r} has other members than {sorted(members)}")
        for name, kind in members.items():
            self.fits(value.get(name), kind, f"{where}.{name}")

    def check(self, method, reply):
        """Raises Mismatch unless it is a result of that method or an error that has a name."""
        error = reply.get("error")
        if error is None:
            if not set(reply) <= {"parameters", "continues"}:
                raise Mismatch(f"{method}: {reply}")
            if method in self.methods:
                self.fits(reply["parameters"], self.methods[method][1], method)
        elif error.startswith(SCANNER):
            self.fits(reply["parameters"], self.errors[error.removeprefix(SCANNER)], error)
            reason = reply["parameters"]["reason"]
            if len(reason.split()) < 3 or not reason.isprintable():
                raise Mismatch(f"{method}: {error} has no sentence: {reason!r}")
        elif not error.startswith(SERVICE):
            raise Mismatch(f"{method}: {reply}")

    def plain(self, kind):
        """The name of a type without its question mark."""
        kind = kind[1] if isinstance(kind, tuple) and kind[0] == "?" else kind
        return "array" if isinstance(kind, tuple) else "object" if isinstance(kind, dict) else kind


def bytes_of(method, parameters=None, text=None, **flags):
    """A call as it travels; text: the parameters as they are to be written, right or wrong."""
    name = method if "." in method else SCANNER + method
    call = {"method": name, **flags}
    if text is None:
        call["parameters"] = parameters if parameters is not None else {}
        return json.dumps(call).encode() + b"\0"
    return json.dumps(call)[:-1].encode() + b',"parameters":' + text.encode(errors="surrogateescape") + b"}\0"


class Calls:
    """Parameters for every method of the interface, also for those that are added tomorrow: seeds are what fits by name, if there is something."""

    def __init__(self, interface, seeds):
        self.interface, self.seeds = interface, seeds

    def valid(self, method):
        return {name: self.seeds.get(name, FITTING[self.interface.plain(kind)][1]) for name, kind in self.interface.methods[method][0].items()}

    def extreme(self, method, most=None):
        """Right types: one parameter after the other goes from the least to the most."""
        for name, kind in self.interface.methods[method][0].items():
            for value in FITTING[self.interface.plain(kind)][:most]:
                yield {**self.valid(method), name: value}

    def wrong(self, method):
        members = self.interface.methods[method][0]
        yield {"no such parameter": 1}
        for value in ANY:
            yield {name: value for name in members}
        for name in members:
            yield {k: v for k, v in self.valid(method).items() if k != name}
            for value in ANY:
                yield {**self.valid(method), name: value}


class HostileDeployment(Deployment):
    """scannerd as the package runs it: its own user, webd in the group of its socket and of its database, settings that webd cannot touch."""

    def __init__(self, **more):
        super().__init__(**more)
        self.state = os.path.join(self.base, "state")
        self.socket = os.path.join(self.state, "scannerd.sock")
        self.config_path = os.path.join(self.base, "etc", "config.json")
        for folder in (self.state, os.path.dirname(self.config_path)):
            os.mkdir(folder)
            os.chown(folder, SCANNERD_USER, WEBD_GROUP)
        self._interface = None

    def write_config(self, **changes):
        super().write_config(**changes)
        os.chown(self.config_path, SCANNERD_USER, WEBD_GROUP)

    def start_scannerd(self, *args, **more):
        return super().start_scannerd("--group", GROUP, *args, **more)

    @property
    def interface(self):
        if self._interface is None:
            self._interface = Interface(subprocess.check_output([program("scannerd"), "--print-interface"]).decode())
        return self._interface

    @contextlib.contextmanager
    def as_webd(self):
        """What happens inside is done by webd's user; the kernel notes who connects."""
        os.setegid(WEBD_GROUP)
        os.seteuid(WEBD_USER)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)

    def webds(self, credential=None, timeout=20):
        """A connection of webd's; with a credential it speaks for that."""
        with self.as_webd():
            v = wait_for(lambda: self.reached(timeout), what="room in the kernel's queue")
        if credential is not None:
            v.call("Authenticate", {"credential": credential})
        return v

    def reached(self, timeout):
        with contextlib.suppress(BlockingIOError):
            return Varlink(self.socket, timeout)

    def root_call(self, method, parameters=None):
        with self.varlink() as v:
            reply = v.call(method, parameters)
        if "error" in reply:
            raise AssertionError(f"{method}: {reply}")
        return reply["parameters"]

    def token(self, role, name=None):
        return self.root_call("AddToken", {"name": name or f"{role} {random.getrandbits(48):x}", "role": role})["token"]

    # --- what a process may not use more and more of ---

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.scannerd.pid}/fd"))

    def resident_kib(self):
        with open(f"/proc/{self.scannerd.pid}/status", encoding="utf-8") as f:
            return int(next(line for line in f if line.startswith("VmRSS")).split()[1])

    def log_lines(self):
        return self.log("scannerd").count("\n")

    def processor_seconds(self):
        with open(f"/proc/{self.scannerd.pid}/stat", encoding="utf-8") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def contents(self):
        """All that people have decided, for comparing: the settings' file, servers, accounts, tokens."""
        with open(self.config_path, "rb") as f:
            config = f.read()
        servers = self.sql("SELECT * FROM servers ORDER BY id")
        people = {method: self.root_call(method) for method in ("ListAccounts", "ListTokens")}
        for row in people["ListTokens"]["tokens"]:
            del row["used"]
        for row in people["ListAccounts"]["accounts"]:
            del row["sessions"]
        return {"config": config, "servers": servers, **people}


class Watch:
    """An eye on scannerd: it lives, as the same process, and answers others soon."""

    def __init__(self, deployment):
        self.d, self.pid, self.times, self.costs = deployment, deployment.scannerd.pid, [], []

    def look(self):
        begin, busy = time.monotonic(), self.d.processor_seconds()
        reply = wait_for(self.answer, 30, "room for one more connection")
        self.times.append(time.monotonic() - begin)
        self.costs.append(self.d.processor_seconds() - busy)
        if "parameters" not in reply or self.d.scannerd.poll() is not None or self.d.scannerd.pid != self.pid:
            raise AssertionError(f"scannerd does not go on: {reply} {self.d.log('scannerd')}")

    def answer(self):
        """None where the connections of a flood before have not been closed yet."""
        with contextlib.suppress(ConnectionError, BlockingIOError), self.d.varlink(timeout=30) as v:
            return v.call("GetInfo")

    def was_quick(self):
        """Within a second of its own work, always, and mostly by the clock: this machine has other things to do, too."""
        return max(self.costs, default=0) < 1 and statistics.median(self.times) < 1


def more_descriptors(wanted=4096):
    """Floods need them here, too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
