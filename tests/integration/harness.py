"""harness - both real daemons on a directory of their own, for one test; everything that is started is ended by its process id."""
import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("BC_BUILD", os.path.join(TOP, "build"))
DAY = 86400


def program(name):
    path = os.path.join(BUILD, name)
    if not os.access(path, os.X_OK):
        raise AssertionError(f"{path} is not built")
    return path


def wait_for(condition, seconds=20, what="the condition"):
    """The first true result of condition(); an assertion after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.02)


def write_file(path, size=1000, age_days=1.0, content=None):
    """A file of that size, modified so many days ago, with its directories."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        if content is not None:
            f.write(content)
        else:
            f.truncate(size)
    when = time.time() - age_days * DAY
    os.utime(path, (when, when))
    return path


def big_tree(path, directories=1000, files=100):
    """Many small files: a tree whose scan takes long enough to be watched. Returns how many."""
    os.makedirs(path)
    for i in range(directories):
        folder = os.path.join(path, f"host{i}")
        os.mkdir(folder)
        fd = os.open(folder, os.O_RDONLY)
        for k in range(files):
            os.close(os.open(f"dump{k}.tar", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=fd))
        os.close(fd)
    return directories * files


def remove_tree(path):
    """Also trees that are deeper than Python's own functions can go."""
    subprocess.run(["rm", "-rf", "--one-file-system", path], check=True)


def mount_tmpfs(path, options="mode=755"):
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], check=True)


def unmount(path):
    subprocess.run(["umount", "-l", path], check=True)


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Answer:
    """What an HTTP request got."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:400]!r}>"


class Varlink:
    """A Varlink client of our own, for talking to scannerd directly."""

    def __init__(self, path, timeout=20):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.rest = b""

    def send(self, method, parameters=None, **flags):
        if "." not in method:
            method = "org.backupchecker.scanner." + method
        call = {"method": method, "parameters": parameters or {}, **flags}
        self.socket.sendall(json.dumps(call).encode() + b"\0")

    def receive(self):
        while b"\0" not in self.rest:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("closed")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, parameters=None, **flags):
        self.send(method, parameters, **flags)
        return self.receive()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Events:
    """A browser's subscription to /api/events."""

    def __init__(self, port, timeout=30, headers=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.connection.request("GET", "/api/events", headers=headers or {})
        self.response = self.connection.getresponse()

    def next(self):
        """(name, data) of the next event."""
        name, data = "message", []
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data.append(line[6:])
            elif line == "" and data:
                return name, json.loads("\n".join(data))

    def until(self, condition, most=2000):
        """Every event up to the first for which condition(name, data) holds."""
        seen = []
        for _ in range(most):
            seen.append(self.next())
            if condition(*seen[-1]):
                return seen
        raise AssertionError(f"it did not come among {most} events")

    def close(self):
        self.response.close()
        self.connection.close()


class Deployment:
    """scannerd and webd with a state, a configuration and a place for backups below one temporary directory."""

    def __init__(self, netns=None, netscan=None, directory=None):
        self.base = directory or tempfile.mkdtemp(prefix="bc-")
        os.chmod(self.base, 0o755)
        self.own_base = directory is None
        self.backups = os.path.join(self.base, "backups")
        os.makedirs(self.backups, exist_ok=True)
        self.state = os.path.join(self.base, "state")
        self.socket = os.path.join(self.base, "scannerd.sock")
        self.config_path = os.path.join(self.base, "config.json")
        self.netns, self.netscan = netns, netscan
        self.scannerd = self.webd = None
        self.port = None
        self.logs = {}
        self.config = {
            "directories_to_scan": [self.backups],
            "subnets_to_scan": [],
            "schedule": {"directories": "off", "servers": "off"},
        }

    # --- life ---

    def write_config(self, **changes):
        self.config.update(changes)
        # webd is started with --auth none: scannerd must be told to believe it
        written = {**self.config, "limits": {"sign_in": "webd", **self.config.get("limits", {})}}
        with open(self.config_path, "w", encoding="utf-8") as f:
            json.dump(written, f)

    def _start(self, name, args, netns=None, env=None, prefix=(), **more):
        log = open(os.path.join(self.base, name + ".log"), "ab")
        self.logs[name] = log.name
        command = [*prefix, program(name), *args]
        if netns:
            command = ["ip", "netns", "exec", netns] + command
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log, env={**os.environ, **(env or {})}, **more)
        log.close()
        return process

    def start_scannerd(self, *args, wait=True, env=None, prefix=()):
        if not os.path.exists(self.config_path):
            self.write_config()
        extra = ["--netscan", self.netscan] if self.netscan else []
        self.scannerd = self._start(
            "scannerd",
            ["--config", self.config_path, "--state", self.state, "--socket", self.socket, *extra, *args],
            netns=self.netns, env=env, prefix=prefix)
        if wait:
            wait_for(self._scannerd_answers, what="scannerd's answer")
        return self

    def _scannerd_answers(self):
        if self.scannerd.poll() is not None:
            raise AssertionError(f"scannerd ended with {self.scannerd.returncode}: {self.log('scannerd')}")
        try:
            with self.varlink() as v:
                return "parameters" in v.call("GetInfo")
        except (ConnectionError, FileNotFoundError, BlockingIOError):  # the last: too many wait to be accepted
            return False

    def start_webd(self, *args):
        self.webd = self._start(
            "webd",
            ["--database", self.database, "--socket", self.socket, "--state", self.state,
             "--listen", "127.0.0.1:0", "--auth", "none", *args], stdout=subprocess.PIPE)
        line = self.webd.stdout.readline().decode()
        if not line.startswith("webd: listening on http://127.0.0.1:"):
            raise AssertionError(f"webd said {line!r}: {self.log('webd')}")
        self.port = int(line.rsplit(":", 1)[1].rstrip("/\n"))
        return self

    def start(self, **more):
        self.start_scannerd(**more)
        return self.start_webd()

    def run_scannerd(self, *args, seconds=20):
        """Runs scannerd to its end, for starts that must fail: (exit code, what it said)."""
        done = subprocess.run(
            [program("scannerd"), "--config", self.config_path, "--state", self.state, "--socket", self.socket, *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False)
        return done.returncode, done.stdout.decode(errors="replace")

    @property
    def database(self):
        return os.path.join(self.state, "backup-checker.db")

    def sql(self, statement, *values):
        """Rows from the database; changes only while scannerd is stopped."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as db:
            rows = db.execute(statement, values).fetchall()
            db.commit()
            return rows

    def log(self, name):
        with open(self.logs[name], encoding="utf-8", errors="replace") as f:
            return f.read()

    @staticmethod
    def end(process, how=signal.SIGTERM, seconds=15):
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"process {process.pid} did not end on signal {how}")
        if process.stdout:
            process.stdout.close()
        return process.returncode

    def stop(self):
        try:
            self.end(self.webd)
        finally:
            self.webd = None
            try:
                self.end(self.scannerd)
            finally:
                self.scannerd = None

    def reports(self):
        """What sanitizers have said, of programs that were built with them; once all have ended also what was leaked."""
        logs = [self.log(name) for name, path in self.logs.items() if os.path.exists(path)]
        return "\n".join(log for log in logs if "Sanitizer" in log or "runtime error:" in log)

    def remove(self):
        self.stop()
        reports = self.reports()
        if self.own_base:
            remove_tree(self.base)
        if reports:
            raise AssertionError(reports)

    # --- talking ---

    def varlink(self, **more):
        return Varlink(self.socket, **more)

    def request(self, method, path, body=None, headers=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = dict(headers or {})
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
                headers.setdefault("Content-Type", "application/json")
            if method != "GET" and method != "HEAD":
                headers.setdefault("X-Requested-With", "backup-checker")
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

    def scan(self, kind="directories", body=None, wait=60, expect="succeeded"):
        """Runs a scan to its end and returns its row."""
        answer = self.request("POST", f"/api/scan/{kind}?wait={wait}", body=body, timeout=wait + 10)
        if answer.status != 200:
            raise AssertionError(f"scan of {kind}: {answer}\n{self.log('scannerd')}")
        scan = answer.json["scan"]
        if expect and scan["state"] != expect:
            raise AssertionError(f"scan of {kind}: {scan}\n{self.log('scannerd')}")
        return scan

    def begin_scan(self, kind="directories", body=None):
        """Starts a scan and returns its number at once."""
        answer = self.request("POST", f"/api/scan/{kind}", body=body)
        if answer.status != 202:
            raise AssertionError(f"scan of {kind}: {answer}\n{self.log('scannerd')}")
        return answer.json["scan"]["id"]

    def scan_row(self, number):
        return self.get(f"/api/scans/{number}")["scan"]

    def ended_scan(self, number, seconds=60):
        """The scan's row once it does not run any more."""
        def ended():
            row = self.scan_row(number)
            return row if row["state"] != "running" else None
        return wait_for(ended, seconds, f"the end of scan {number}")

    def directories(self):
        return {d["path"]: d for d in self.get("/api/directories")["directories"]}

    def servers(self, query=""):
        return {s["hostname"]: s for s in self.get("/api/servers" + query)["servers"]}

    def files(self, query=""):
        return self.get("/api/files" + query)["files"]

    def add_server(self, hostname=None, ip_address=None, **more):
        body = {**({"hostname": hostname} if hostname else {}), **({"ip_address": ip_address} if ip_address else {}), **more}
        answer = self.request("POST", "/api/servers", body=body)
        if answer.status != 201:
            raise AssertionError(f"adding {body}: {answer}")
        return answer.json["server"]

    def settled_server(self, hostname, **expected):
        """The server's row once matching has caught up and it has those values."""
        def ready():
            row = self.servers().get(hostname)
            return row if row and all(row.get(k) == v for k, v in expected.items()) else None
        return wait_for(ready, what=f"{hostname} with {expected}")


class DeploymentTest(unittest.TestCase):
    """A test case with self.d, a running deployment that is removed at its end."""
    start_daemons = True

    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        if self.start_daemons:
            self.d.start()

    def refused(self, answer, status, code, field=None):
        """The answer is that error, with a sentence and, if it names one, the field."""
        self.assertEqual(answer.status, status, answer)
        self.assertIn("application/json", answer.headers["Content-Type"])
        body = answer.json
        self.assertEqual(body["status"], "error", answer)
        self.assertEqual(body["code"], code, answer)
        self.assertGreater(len(body["message"].split()), 2, f"no sentence: {answer}")
        self.assertTrue(body["message"].isprintable(), answer)
        self.assertEqual(body.get("field"), field, answer)
        return body
