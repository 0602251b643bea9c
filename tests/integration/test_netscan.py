#!/usr/bin/python3
"""netscan over a socket pair: real nmap against hosts in network namespaces, and fakes that misbehave."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("BC_BUILD", TOP / "build"))
NETSCAN = (TOP / BUILD / "netscan").resolve()
NETHOSTS = TOP / "tests/nethosts.sh"
FAKES = TOP / "tests/integration/fake-nmap"
INTERFACE = "org.backupchecker.netscan"
LAUNCH = ["/bin/sh", "-c", 'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" "$@"']


class Session:
    """One netscan process and the socket to it."""

    def __init__(self, arguments=(), before=(), env=None):
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(60)
        self.buffer = b""
        keep = theirs.detach()

        def place():
            os.dup2(keep, 3)

        self.process = subprocess.Popen(
            [*before, *LAUNCH, str(NETSCAN), *arguments], preexec_fn=place, pass_fds=(3, keep), env=env,
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.close(keep)

    def send(self, method, parameters=None, **flags):
        call = {"method": method, "parameters": parameters or {}, **flags}
        self.socket.sendall(json.dumps(call).encode() + b"\0")

    def reply(self):
        """The next reply, None at the end of the connection."""
        while b"\0" not in self.buffer:
            chunk = self.socket.recv(65536)
            if not chunk:
                return None
            self.buffer += chunk
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def close(self):
        self.socket.close()
        stderr = self.process.communicate(timeout=20)[1]
        return self.process.returncode, stderr.decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise


def request(targets, **more):
    return {"targets": targets, "within": ["127.0.0.0/8", "10.99.0.0/16", "fd99::/64", "::1"], "ports": "22,80,443", **more}


class Result:
    def __init__(self, session, parameters):
        self.hosts, self.progress, self.warnings, self.finished, self.error = {}, [], [], None, None
        session.send(INTERFACE + ".Scan", parameters, more=True)
        while True:
            reply = session.reply()
            if reply is None:
                return
            self.add(reply)
            if not reply.get("continues"):
                return

    def add(self, reply):
        p = reply["parameters"]
        if "error" in reply:
            self.error = {"name": reply["error"], **p}
        elif "host" in p:
            assert p["host"]["address"] not in self.hosts, "a host was told twice"
            self.hosts[p["host"]["address"]] = p["host"]
        elif "progress" in p:
            self.progress.append(p["progress"])
        elif "warning" in p:
            self.warnings.append(p["warning"])
        else:
            self.finished = p["finished"]
            assert not reply.get("continues")


def scan(parameters, arguments=(), before=(), env=None):
    with Session(arguments, before, env) as session:
        return Result(session, parameters)


def children(pid):
    """All processes whose session is pid's child, as {pid: command}."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if entry.name.isdigit() and int(fields[1]) == pid:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError):
            pass
    return found


def session_members(sid):
    members = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if fields[3] == str(sid) and fields[0] != "Z":
                members.append(int(entry.name))
        except (OSError, IndexError):
            pass
    return members


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


class Protocol(unittest.TestCase):
    def test_describes_itself_by_the_committed_interface(self):
        with Session() as s:
            s.send("org.varlink.service.GetInfo")
            self.assertIn(INTERFACE, s.reply()["parameters"]["interfaces"])
            s.send("org.varlink.service.GetInterfaceDescription", {"interface": INTERFACE})
            committed = (TOP / f"proto/{INTERFACE}.varlink").read_text()
            self.assertEqual(s.reply()["parameters"]["description"], committed)
        printed = subprocess.run([NETSCAN, "--print-interface"], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(printed.decode(), committed)

    def test_scan_without_more_is_refused(self):
        with Session() as s:
            s.send(INTERFACE + ".Scan", request(["127.0.0.1"]))
            self.assertEqual(s.reply()["error"], "org.varlink.service.ExpectedMore")

    def test_bad_parameters_are_named(self):
        for change, field in [({"targets": ["-iL/etc/passwd"]}, "targets[0]"), ({"ports": "22 -sC"}, "ports"),
                              ({"script": "x"}, "script"), ({"targets": ["10.0.0.0/33"]}, "targets[0]")]:
            result = scan({**request(["127.0.0.1"]), **change})
            self.assertEqual(result.error["field"], field)
            self.assertIsNone(result.finished)

    def test_targets_outside_the_limits_are_refused_before_nmap_runs(self):
        for target in ["10.98.0.0/24", "10.0.0.0/8", "8.8.8.8", "2001:db8::1"]:
            result = scan(request([target]), ["--nmap", "/nonexistent/nmap"])
            self.assertEqual(result.error["name"], INTERFACE + ".OutsideLimits")
            self.assertIn(target.split("/")[0], result.error["reason"])

    def test_garbage_closes_the_connection_only(self):
        with Session() as s:
            s.socket.sendall(b"GET / HTTP/1.1\r\n\r\n\0")
            self.assertIsNone(s.reply())
            self.assertEqual(s.process.wait(10), 76)

    def test_without_a_connection_it_says_who_starts_it(self):
        done = subprocess.run([NETSCAN], stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 64)
        self.assertIn(b"started by scannerd", done.stderr)

    def test_closing_without_a_call_ends_it(self):
        self.assertEqual(Session().close()[0], 0)

    def test_it_lists_the_networks_of_its_name_space_and_ends(self):
        with Session() as s:
            s.send(INTERFACE + ".ListNetworks", {"of": "eth0"})
            self.assertEqual(s.reply()["error"], INTERFACE + ".UnknownKey")
        table = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
        connected = sum(line.split()[2] == "00000000" and line.split()[7] != "00000000" for line in table)
        with Session() as s:
            s.send(INTERFACE + ".ListNetworks")
            networks = s.reply()["parameters"]["networks"]
            self.assertIsNone(s.reply())
        self.assertEqual(len(networks), connected)
        for row in networks:
            self.assertEqual(sorted(row), ["interface", "network"])


class Fakes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # netscan gives up root: the fakes have to lie where everybody can read.
        cls.folder = Path(tempfile.mkdtemp(prefix="fake-nmap-"))
        shutil.copytree(FAKES, cls.folder, dirs_exist_ok=True)
        cls.folder.chmod(0o755)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def arguments(self, name):
        return ["--nmap", str(self.folder / name)]

    def fails(self, name, code, part, **more):
        result = scan(request(["127.0.0.1"], **more), self.arguments(name))
        self.assertIsNone(result.finished, "an incomplete scan must not finish")
        self.assertEqual(result.error["code"], code)
        self.assertIn(part, result.error["reason"])
        return result

    def test_each_way_to_fail_is_an_error_with_its_reason(self):
        for name, part in [("dies", "killed by signal 9"), ("garbage", "XML"), ("half", "incomplete"),
                           ("unfinished", "does not say that the scan has finished"), ("silent", "printed nothing"),
                           ("error-exit", "out of luck"), ("bomb", "declares an entity"), ("floods", "bytes")]:
            with self.subTest(name):
                self.fails(name, "unavailable", part)

    def test_targets_that_nmap_has_left_out_make_the_scan_fail(self):
        result = scan(request(["127.0.0.0/29"]), self.arguments("skips"))
        self.assertEqual(result.error["reason"], "nmap has looked at 1 of 8 addresses")

    def test_missing_nmap_is_said_with_the_place_looked_at(self):
        place = str(self.folder / "nothing")
        result = scan(request(["127.0.0.1"]), ["--nmap", place])
        self.assertEqual(result.error["reason"], f"nmap is not installed (looked for {place})")

    def test_complaint_is_its_first_real_line_and_escaped(self):
        reason = self.fails("fails", "unavailable", "ended with code 1").error["reason"]
        self.assertEqual(reason, 'nmap ended with code 1: Failed to resolve \\x1b[31m"x"')

    def test_deadline_ends_one_that_hangs(self):
        start = time.monotonic()
        self.fails("hangs", "timeout", "longer than 1 seconds", scan_timeout_s=1)
        self.assertLess(time.monotonic() - start, 4)

    def test_deadline_kills_one_that_ignores_term_with_all_its_children(self):
        with Session(self.arguments("hangs-deaf")) as s:
            s.send(INTERFACE + ".Scan", request(["127.0.0.1"], scan_timeout_s=1), more=True)
            nmap = next(iter(wait_until(lambda: children(s.process.pid))))
            wait_until(lambda: len(session_members(nmap)) >= 3)
            self.assertEqual(s.reply()["parameters"]["code"], "timeout")
            wait_until(lambda: not session_members(nmap), 2)  # a killed process is gone a moment later

    def test_closing_the_connection_ends_nmap_at_once(self):
        with Session(self.arguments("hangs-deaf")) as s:
            s.send(INTERFACE + ".Scan", request(["127.0.0.1"]), more=True)
            nmap = next(iter(wait_until(lambda: children(s.process.pid))))
            wait_until(lambda: len(session_members(nmap)) >= 3)
            start = time.monotonic()
            self.assertEqual(s.close()[0], 0)
            self.assertLess(time.monotonic() - start, 2)
            wait_until(lambda: not session_members(nmap), 2)

    def test_nmap_dies_with_a_killed_netscan(self):
        with Session(self.arguments("hangs")) as s:
            s.send(INTERFACE + ".Scan", request(["127.0.0.1"]), more=True)
            nmap = next(iter(wait_until(lambda: children(s.process.pid))))
            s.process.kill()
            wait_until(lambda: not session_members(nmap))

    def test_flooding_standard_error_neither_blocks_nor_harms(self):
        result = scan(request(["127.0.0.1"]), self.arguments("floods-stderr"))
        self.assertTrue(result.finished["complete"])
        self.assertEqual(result.hosts["127.0.0.1"]["hostname"], "flood.test")

    def test_something_left_running_does_not_hold_the_scan(self):
        start = time.monotonic()
        result = scan(request(["127.0.0.1"]), self.arguments("leaves-a-child"))
        self.assertTrue(result.finished["complete"])
        self.assertLess(time.monotonic() - start, 5)

    def test_host_of_which_the_second_phase_says_no_ports_is_still_told(self):
        result = scan(request(["127.0.0.1"]), self.arguments("floods-stderr"))
        self.assertFalse(result.hosts["127.0.0.1"]["ports_scanned"])

    def test_hostile_names_arrive_cut_and_without_control_bytes(self):
        hosts = scan(request(["127.0.0.0/29"]), self.arguments("hostile-names")).hosts
        self.assertEqual(hosts["127.0.0.1"]["hostname"], '<script>alert(1)</script> &"??')
        self.assertEqual(hosts["127.0.0.2"]["hostname"], "n" * 253)
        self.assertNotIn("\x85", hosts["127.0.0.3"]["hostname"])

    def test_nmap_gets_nothing_but_its_three_descriptors_and_a_fixed_environment(self):
        secret = {**os.environ, "SECRET": "x", "NMAPDIR": "/tmp/evil", "LD_LIBRARY_PATH": ""}
        leak = os.open("/dev/null", os.O_RDONLY)
        os.set_inheritable(leak, True)
        try:
            result = scan(request(["127.0.0.0/29", "::1"], exclude=["127.0.0.7"]), self.arguments("reports-itself"), env=secret)
        finally:
            os.close(leak)
        said = {h["hostname"].split(" ", 1)[0]: h["hostname"] for h in result.hosts.values()}
        self.assertEqual(said["fds"], "fds 0 1 2")
        self.assertNotIn("SECRET", said["env"])
        self.assertNotIn("NMAPDIR", said["env"])
        self.assertIn("LANG=C", said["env"])
        self.assertNotIn("127.0.0", said["args"])
        self.assertEqual(said["input"].split()[1:], ["127.0.0.0/30", "127.0.0.4/31", "127.0.0.6/32"])
        self.assertEqual(*said["session"].split()[1:])

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_started_as_root_nmap_runs_as_somebody_else_with_raw_sockets_only(self):
        result = scan(request(["127.0.0.0/29"]), self.arguments("reports-itself"))
        status = next(h["hostname"] for h in result.hosts.values() if h["hostname"].startswith("status"))
        words = status.split()
        self.assertNotEqual(words[words.index("Uid:") + 1], "0")
        for kind in ["CapPrm:", "CapAmb:", "CapBnd:"]:
            self.assertEqual(int(words[words.index(kind) + 1], 16), 1 << 13, kind)
        self.assertEqual(words[words.index("NoNewPrivs:") + 1], "1")
        self.assertFalse(result.finished["reduced"])

    def test_a_slow_reader_gets_every_record(self):
        with Session(self.arguments("floods-stderr")) as s:
            s.send(INTERFACE + ".Scan", request(["127.0.0.1"]), more=True)
            time.sleep(1)
            replies = []
            while (reply := s.reply()) is not None:
                replies.append(reply)
            self.assertTrue(replies[-1]["parameters"]["finished"]["complete"])


@unittest.skipUnless(os.geteuid() == 0, "network namespaces need root")
class Network(unittest.TestCase):
    prefix = f"ns{os.getpid()}"

    @classmethod
    def setUpClass(cls):
        subprocess.run([NETHOSTS, "up", cls.prefix, "web:80,443", "ssh:22", "empty:", "odd:8000,8001"], check=True)
        cls.before = [str(NETHOSTS), "exec", cls.prefix]

    @classmethod
    def tearDownClass(cls):
        subprocess.run([NETHOSTS, "down", cls.prefix], check=True)

    def scan(self, targets, before=None, **more):
        result = scan(request(targets, **more), before=self.before if before is None else before)
        self.assertIsNone(result.error)
        self.assertTrue(result.finished["complete"])
        return result

    @staticmethod
    def ports(host):
        return [p["port"] for p in host["ports"]]

    def test_the_network_of_the_hosts_is_listed(self):
        with Session(before=self.before) as s:
            s.send(INTERFACE + ".ListNetworks")
            self.assertIn("10.99.0.0/24", [row["network"] for row in s.reply()["parameters"]["networks"]])

    def test_finds_hosts_names_macs_and_open_ports(self):
        result = self.scan(["10.99.0.0/24"])
        self.assertEqual(sorted(result.hosts), sorted(f"10.99.0.{n}" for n in [1, 2, 11, 12, 13, 14]))
        web = result.hosts["10.99.0.11"]
        self.assertEqual(web["hostname"], "web.test")
        self.assertEqual(self.ports(web), [80, 443])
        self.assertEqual(web["ports"][0], {"port": 80, "protocol": "tcp", "service": "http"})
        self.assertRegex(web["mac"], "^([0-9a-f]{2}:){5}[0-9a-f]{2}$")
        self.assertEqual(self.ports(result.hosts["10.99.0.13"]), [])
        self.assertTrue(result.hosts["10.99.0.13"]["ports_scanned"])
        self.assertEqual((result.finished["hosts_up"], result.finished["hosts_total"]), (6, 256))
        self.assertFalse(result.finished["reduced"])

    def test_finds_ipv6_hosts_beside_ipv4_ones(self):
        result = self.scan(["fd99::/122", "10.99.0.12"])
        self.assertEqual(result.hosts["fd99::b"]["hostname"], "web.test")
        self.assertEqual(self.ports(result.hosts["fd99::b"]), [80, 443])
        self.assertEqual(self.ports(result.hosts["10.99.0.12"]), [22])
        self.assertEqual(result.finished["hosts_total"], 65)

    def test_excluded_and_doubled_targets_are_taken_out(self):
        result = self.scan(["10.99.0.8/29", "10.99.0.8/30", "10.99.0.11"], exclude=["10.99.0.12/32", "10.99.0.14/31"])
        self.assertEqual(sorted(result.hosts), ["10.99.0.11", "10.99.0.13"])
        self.assertEqual(result.finished["hosts_total"], 5)

    def test_names_are_looked_up_and_held_against_the_limits(self):
        result = self.scan(["web.test", "nowhere.test"], within=["10.99.0.0/24"])
        self.assertEqual(sorted(result.hosts), ["10.99.0.11"])
        self.assertEqual(len(result.warnings), 2)
        self.assertTrue(any(w.startswith("nowhere.test was left out: ") for w in result.warnings))
        self.assertTrue(any("fd99::b is outside" in w for w in result.warnings))

    def test_ports_are_those_asked_for(self):
        result = self.scan(["10.99.0.14"], ports="1-100,8001")
        self.assertEqual(self.ports(result.hosts["10.99.0.14"]), [8001])

    def test_operating_system_is_guessed_and_a_host_without_a_guess_stays(self):
        result = self.scan(["10.99.0.11", "10.99.0.13"], detect_os=True, ports="top:50")
        self.assertIn("Linux", result.hosts["10.99.0.11"]["os"])
        self.assertGreater(result.hosts["10.99.0.11"]["os_accuracy"], 80)
        self.assertNotIn("os", result.hosts["10.99.0.13"])

    def test_without_raw_sockets_it_is_reduced_and_says_why(self):
        drop = [*self.before, "capsh", "--drop=cap_net_raw", "--", "-c", 'exec "$0" "$@"']
        result = self.scan(["10.99.0.11", "10.99.0.12"], before=drop, detect_os=True)
        self.assertTrue(result.finished["reduced"])
        self.assertIn("CAP_NET_RAW", result.finished["reason"])
        self.assertEqual(self.ports(result.hosts["10.99.0.11"]), [80, 443])
        self.assertNotIn("mac", result.hosts["10.99.0.11"])

    def test_progress_grows_from_discovery_to_ports(self):
        result = self.scan(["10.99.0.0/24"], max_rate=150, ports="top:30")
        percents = [p["percent"] for p in result.progress]
        self.assertEqual(percents, sorted(percents))
        self.assertEqual({p["phase"] for p in result.progress}, {"discovery", "ports"})
        self.assertTrue(all(p["hosts_total"] == 256 for p in result.progress))
        self.assertTrue(any("Ping Scan" in p.get("current", "") for p in result.progress), "nmap's own task is told")

    def test_addresses_behind_proxy_arp_are_not_taken_for_hosts(self):
        bridge = ["ip", "netns", "exec", f"{self.prefix}-br"]
        for setting in ["net.ipv4.ip_forward=1", "net.ipv4.conf.br0.proxy_arp=1", "net.ipv4.neigh.br0.proxy_delay=0"]:
            subprocess.run([*bridge, "sysctl", "-qw", setting], check=True)
        subprocess.run([*bridge, "ip", "link", "add", "far0", "type", "bridge"], check=True)
        subprocess.run([*bridge, "ip", "link", "set", "far0", "up"], check=True)
        subprocess.run([*bridge, "ip", "route", "add", "10.99.0.128/25", "dev", "far0"], check=True)
        try:
            result = self.scan(["10.99.0.8/29", "10.99.0.128/26"])
        finally:
            subprocess.run([*bridge, "ip", "link", "del", "far0"], check=True)
            subprocess.run([*bridge, "sysctl", "-qw", "net.ipv4.conf.br0.proxy_arp=0"], check=True)
        self.assertEqual(sorted(result.hosts), [f"10.99.0.{n}" for n in [11, 12, 13, 14]])
        self.assertIn("64 addresses were left out", result.warnings[0])

    def test_closing_during_a_real_scan_leaves_no_nmap(self):
        with Session(before=self.before) as s:
            s.send(INTERFACE + ".Scan", request(["10.99.0.0/24"], max_rate=20), more=True)
            nmap = next(iter(wait_until(lambda: children(s.process.pid))))
            s.close()
            self.assertEqual(session_members(nmap), [])

    def test_networks_of_two_prefixes_stand_side_by_side_and_vanish(self):
        other = self.prefix + "b"
        subprocess.run([NETHOSTS, "up", other, "solo:443"], check=True)
        try:
            result = self.scan(["10.99.0.8/29"], before=[str(NETHOSTS), "exec", other])
            self.assertEqual(result.hosts["10.99.0.11"]["hostname"], "solo.test")
        finally:
            subprocess.run([NETHOSTS, "down", other], check=True)
        left = subprocess.run(["ip", "netns", "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertNotIn(other, left)
        self.assertFalse(Path(f"/run/nethosts.{other}").exists())


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main(verbosity=1)
