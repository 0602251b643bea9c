"""booted - a machine with its own systemd (box.sh) on a test network, the package installed on it, and what is asked of both."""
import glob
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "integration"))
from harness import Answer, Varlink, iso, wait_for  # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import
from network import V4, Network, lives, socket_in  # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import
import socket  # noqa: E402 pylint: disable=wrong-import-position,wrong-import-order

BUILD = os.environ["BC_BUILD"]
NAME = os.environ["BC_BOX"]
BOX = os.path.join(HERE, "box.sh")
LIBEXEC = "/usr/libexec/backup-checker"
CONFIG = "/etc/backup-checker/config.json"
STATE = "/var/lib/backup-checker"
DATABASE = STATE + "/backup-checker.db"
WEBD, SCANNERD, NETSCAN = "backup-checker-webd.service", "backup-checker-scannerd.service", "backup-checker-netscan.socket"


def package():
    found = glob.glob(os.path.join(BUILD, "backup-checker_*.deb"))
    if len(found) != 1:
        raise AssertionError(f"one package should be in {BUILD}: {found}")
    return found[0]


def documented(section):
    """The commands of a section of docs/deployment.md, as root gives them."""
    with open(os.path.join(TOP, "docs", "deployment.md"), encoding="utf-8") as f:
        text = f.read().split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines() if not line.startswith("#")]
    if not lines:
        raise AssertionError(f"there are no commands below {section}")
    return [line.removeprefix("sudo ") for line in lines]


class Box:
    """One booted machine. Commands run inside; files are put in from outside."""
    count = 0

    def __init__(self, netns=None):
        Box.count += 1
        self.name, self.netns = f"{NAME}-{Box.count}", netns
        self.root = f"/run/backup-checker-box/{self.name}/root"
        self.credential = {}
        subprocess.run([BOX, "start", self.name, *([netns] if netns else [])], check=True)
        if netns:
            self.sh("rm -f /etc/resolv.conf")
            self.put(f"/etc/netns/{netns}/resolv.conf", "/etc/resolv.conf")

    def remove(self):
        subprocess.run([BOX, "stop", self.name], check=True)

    def try_(self, *command, **more):
        """Runs it; code and output (with errors) are in the result."""
        return subprocess.run([BOX, "exec", self.name, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                              check=False, **{"input": "", **more})

    def do(self, *command, **more):
        """Runs it, and it must succeed: its output."""
        done = self.try_(*command, **more)
        if done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}: {done.stdout}\n{self.journal()[-4000:]}")
        return done.stdout.strip()

    def sh(self, script):
        return self.do("bash", "-c", script)

    def put(self, source, path):
        shutil.copy(source, self.root + path)

    def write(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.root + path, mode)

    def exists(self, path):
        return self.try_("test", "-e", path).returncode == 0

    def install(self, deb=None, name="new.deb"):
        """dpkg's words; nobody is there to answer a question."""
        self.put(deb or package(), "/var/tmp/" + name)
        return self.do("dpkg", "--force-unsafe-io", "--install", "/var/tmp/" + name)

    # --- units ---

    def unit(self, unit, what):
        return self.do("systemctl", "show", "--value", "--property", what, unit)

    def pid(self, unit):
        return int(self.unit(unit, "MainPID"))

    def start_(self, *units):
        self.do("systemctl", "start", *units)

    def journal(self, *arguments):
        """What has been said until now: journald may still be reading it."""
        self.try_("journalctl", "--sync")
        return self.try_("journalctl", "--boot", "--no-pager", "--quiet", "--output=cat", *arguments).stdout

    def override(self, unit, text):
        """A drop-in, in force from the next start."""
        self.write(f"/etc/systemd/system/{unit}.d/test.conf", text)
        self.do("systemctl", "daemon-reload")

    def sql(self, statement):
        return self.do("/usr/bin/python3", "-c", "import sqlite3,sys,json; print(json.dumps(sqlite3.connect('file:'+sys.argv[1]+'?mode=ro',"
                       " uri=True).execute(sys.argv[2]).fetchall()))", DATABASE, statement)

    def varlink(self):
        """A connection to scannerd's socket, as root of the box has it."""
        with open(f"/run/backup-checker-box/{self.name}/first", encoding="utf-8") as f:
            return Varlink(f"/proc/{f.read().strip()}/root/run/backup-checker/scannerd.sock")

    # --- people ---

    def as_nobody(self, group, *command, environment=(), stdin=""):
        """What somebody of this machine can do who is in that group alone."""
        return self.try_("env", *environment, "setpriv", "--reuid=nobody", f"--regid={group}", "--clear-groups", *command, input=stdin)

    def links(self):
        """The tokens of the one-time links that webd has printed."""
        return re.findall(r"http://127\.0\.0\.1:8080/#/first\?token=([\w-]{43})\n", self.journal("--unit", WEBD))

    # --- HTTP, to the socket that systemd listens on ---

    def token(self):
        """An API token of an admin's, made by root at scannerd's own socket; the purge of a package takes it along."""
        with self.varlink() as v:
            return v.call("AddToken", {"name": f"test {time.time_ns()}", "role": "admin"})["parameters"]["token"]

    def request(self, method, path, body=None, headers=None, timeout=60):
        """As an admin."""
        answer = self.request_once(method, path, body, {**self.credential, **(headers or {})}, timeout)
        if answer.status == 401:
            self.credential = {"Authorization": "Bearer " + self.token()}
            answer = self.request_once(method, path, body, {**self.credential, **(headers or {})}, timeout)
        return answer

    def request_once(self, method, path, body=None, headers=None, timeout=60):
        """As nobody but whom the headers say."""
        connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=timeout)
        connection.sock = socket_in(self.netns, socket.AF_INET, socket.SOCK_STREAM)
        connection.sock.settimeout(timeout)
        try:
            connection.sock.connect(("127.0.0.1", 8080))
            headers = {"X-Requested-With": "backup-checker", **(headers or {})}
            if body is not None:
                body = json.dumps(body)
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, **more):
        answer = self.request("GET", path, **more)
        if answer.status != 200:
            raise AssertionError(f"GET {path}: {answer}")
        return answer.json

    def healthy(self):
        try:
            answer = self.request("GET", "/api/health", timeout=10)
            return answer.status == 200 and answer.json["scannerd"] == "connected"
        except OSError:
            return False

    def configure(self, **changes):
        now = self.get("/api/config")
        answer = self.request("PUT", "/api/config", {**now["config"], **changes}, {"If-Match": now["revision"]})
        if answer.status != 200:
            raise AssertionError(f"PUT /api/config: {answer}")

    def begin_scan(self, kind):
        answer = self.request("POST", f"/api/scan/{kind}")
        if answer.status != 202:
            raise AssertionError(f"POST /api/scan/{kind}: {answer}")
        return answer.json["scan"]["id"]

    def ended_scan(self, number, seconds=60):
        def ended():
            row = next(s for s in self.get("/api/scans")["scans"] if s["id"] == number)
            return row if row["state"] != "running" else None
        return wait_for(ended, seconds, f"the end of scan {number}")

    def scan(self, kind, expect="succeeded"):
        row = self.ended_scan(self.begin_scan(kind))
        if row["state"] != expect:
            raise AssertionError(f"{row}\n{self.journal()[-4000:]}")
        return row


class SystemTest(unittest.TestCase):
    """A test network for all; boxes are started by the tests."""
    hosts = ("web:80,443", "db:22,5432", "empty:")

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise AssertionError("a booted system needs root")
        cls.net = Network(NAME, *cls.hosts)
        cls.addClassCleanup(cls.net.remove)

    @classmethod
    def boot(cls):
        return Box(cls.net.scanner)


class InstalledTest(SystemTest):
    """One box with the package for all tests of a class; each has to leave both daemons healthy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls.boot()
        cls.addClassCleanup(cls.box.remove)
        # Nothing is scanned but what a test asks for; the configuration is there before the first start.
        cls.box.sh("install -d -m 750 /etc/backup-checker")
        cls.box.write(CONFIG, json.dumps({"directories_to_scan": ["/srv/backups"], "subnets_to_scan": [V4 + "8/29"],
                                          "network_scan": {"ports": "22,80,443"}, "schedule": {"directories": "off", "servers": "off"}}))
        cls.box.install()
        cls.box.sh("chown -R backup-checker:backup-checker-read /etc/backup-checker; chmod 640 " + CONFIG)
        wait_for(cls.box.healthy, what="health after the installation")

    def setUp(self):
        wait_for(self.box.healthy, what="health before the test")
