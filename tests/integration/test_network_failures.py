"""When nmap, netscan or other people's DNS misbehave: a scan fails with a plain reason, and no server is called down."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

from harness import wait_for
from network import V4, FakeTest, NetworkTest, lives, socket_in

ASKED = "dd bs=64k count=1 <&3 >/dev/null 2>&1\n"  # netscan's scripts read the call before they answer


class FailureTest(FakeTest):
    hosts = ["web:22,80", "db:22,5432"]

    def fails(self, part, seconds=15):
        """The scan fails with that reason in words, in time; the servers are as they were."""
        before = self.rows()
        start = time.monotonic()
        scan = self.scan_servers(expect="failed")
        self.assertLess(time.monotonic() - start, seconds)
        self.assertIn(part, scan["message"])
        self.assertTrue(scan["message"].isprintable(), scan)
        now = self.rows()
        self.assertEqual({a: now[a] for a in before}, before)
        self.healthy()
        return scan

    def is_well_again(self):
        self.run_real_nmap()
        self.assertEqual(self.scan_servers()["hosts_up"], 2)
        self.assertEqual([r["is_reachable"] for a, r in self.rows().items() if a.startswith(V4)], [True, True])
        self.assertEqual(self.d.log("scannerd").count("begins"), self.d.get("/api/scans")["count"])

    def test_each_way_in_which_nmap_fails_is_told_and_the_next_scan_works(self):
        self.scan_servers()
        self.net.unplug("db")  # a failed scan that was believed would call it down
        try:
            for name, part in (("dies", "nmap was killed by signal 9"), ("garbage", "XML"), ("half", "incomplete"), ("bomb", "declares an entity"),
                               ("unfinished", "does not say that the scan has finished"), ("silent", "printed nothing"), ("skips", "has looked at 1 of 8"),
                               ("error-exit", "out of luck"), ("fails", "nmap ended with code 1: Failed to resolve"), ("floods", "bytes")):
                with self.subTest(name):
                    self.run_fake_nmap(name)
                    self.fails(part)
        finally:
            self.net.plug("db")
        self.is_well_again()

    def test_a_missing_nmap_is_said_with_the_place_looked_at(self):
        self.scan_servers()
        place = os.path.join(self.folder, "nothing")
        self.run_fake_nmap("nothing")
        self.assertEqual(self.fails("")["message"], f"nmap is not installed (looked for {place})")
        self.is_well_again()

    def test_an_nmap_that_hangs_is_ended_at_the_deadline_even_if_deaf(self):
        self.scan_servers()
        self.configure(network_scan={"ports": "22,80", "scan_timeout": "1s"})
        for name, seconds in (("hangs", 5), ("hangs-deaf", 12)):
            with self.subTest(name):
                self.run_fake_nmap(name)
                self.assertEqual(self.fails("", seconds)["message"], "the scan took longer than 1 seconds")
        self.configure(network_scan=self.network_scan)
        self.is_well_again()

    def test_cancelling_ends_a_deaf_nmap_within_a_second(self):
        self.run_fake_nmap("hangs-deaf")
        number = self.d.begin_scan("servers")
        netscan, nmap = self.processes()
        start = time.monotonic()
        self.cancel(number)
        self.assertEqual(self.d.ended_scan(number, 3)["state"], "cancelled")
        wait_for(lambda: not lives(nmap) and not lives(netscan), 3, "their end")
        self.assertLess(time.monotonic() - start, 1)

    def test_a_missing_netscan_is_said_and_found_again(self):
        self.scan_servers()
        os.rename(self.starter, self.starter + ".away")
        self.assertEqual(self.fails("")["message"], f"{self.starter} cannot be started: No such file or directory")
        with open(self.starter, "w", encoding="utf-8") as f:
            f.write("not executable")
        self.fails("cannot be started: Permission denied")
        self.is_well_again()

    def test_a_netscan_that_ends_or_speaks_nonsense_is_a_failed_scan(self):
        self.scan_servers()
        finished = '{"parameters":{"finished":{"complete":%s,"reduced":false}}%s}\\0'
        host = '{"parameters":{"host":{"address":"%s","ports_scanned":true}},"continues":true}\\0'
        for name, script, part in (
                ("ends", "exit 0", "connection was lost"), ("fails", "exit 70", "connection was lost"), ("garbage", "head -c 300000 /dev/urandom >&3", ""),
                ("http", "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n\\0' >&3", "does not speak Varlink"),
                ("endless", "head -c 3000000 /dev/zero | tr '\\0' x >&3", "too long"),
                ("incomplete", f"printf '{finished % ('false', '')}' >&3", "without a complete result"),
                ("bad host", f"printf '{host % '10.0.0.300'}' >&3; sleep 1", "no address"),
                ("no record", "printf '{\"parameters\":{}}\\0' >&3; sleep 1", "exactly one"),
                ("wrong type", "printf '{\"parameters\":{\"finished\":7}}\\0' >&3; sleep 1", "")):
            with self.subTest(name):
                self.start_script(ASKED + script)
                self.fails(part)
        self.is_well_again()

    def test_a_killed_netscan_fails_the_scan_at_once_and_takes_nmap_along(self):
        self.scan_servers()
        before = self.rows()
        number, netscan, nmap = self.begin_slow_scan()
        os.kill(netscan, signal.SIGKILL)
        row = self.d.ended_scan(number, 3)
        self.assertEqual(row["state"], "failed")
        self.assertIn("connection was lost", row["message"])
        wait_for(lambda: not lives(nmap), 3, "the end of nmap")
        self.assertEqual(self.rows(), before)
        self.assertIn("was ended by signal 9", self.d.log("scannerd"))
        self.healthy()
        self.configure(subnets_to_scan=self.subnets, network_scan=self.network_scan)
        self.is_well_again()

    def test_a_killed_nmap_fails_the_scan_with_the_signal(self):
        self.scan_servers()
        number, _, nmap = self.begin_slow_scan()
        os.kill(nmap, signal.SIGKILL)
        row = self.d.ended_scan(number, 3)
        self.assertEqual(row["state"], "failed")
        self.assertTrue(row["message"].startswith("nmap was killed by signal 9 (Killed)"), row)
        self.healthy()

    def test_a_stopped_netscan_hinders_neither_cancelling_nor_the_next_scan(self):
        self.scan_servers()
        number, netscan, nmap = self.begin_slow_scan()
        os.kill(netscan, signal.SIGSTOP)
        self.healthy()
        start = time.monotonic()
        self.cancel(number)
        self.assertEqual(self.d.ended_scan(number, 3)["state"], "cancelled")
        self.assertLess(time.monotonic() - start, 1)
        self.assertTrue(lives(netscan))
        self.configure(subnets_to_scan=self.subnets, network_scan=self.network_scan)
        self.is_well_again()
        wait_for(lambda: not lives(nmap) and not lives(netscan), 3, "the next scan's killing what outlived the last")

    def test_hosts_that_were_found_before_a_failure_stay(self):
        self.configure(subnets_to_scan=["127.0.0.0/29"])
        host = '{"parameters":{"host":{"address":"127.0.0.3","hostname":"early.test","ports_scanned":false}},"continues":true}\\0'
        self.start_script(f"{ASKED}printf '{host}' >&3")
        self.scan_servers(expect="failed")
        self.assertEqual({a: (r["hostname"], r["is_reachable"]) for a, r in self.rows().items()}, {"127.0.0.3": ("early.test", True)})

    def test_hostile_names_from_nmap_are_inert(self):
        self.configure(subnets_to_scan=["127.0.0.0/29"])
        self.run_fake_nmap("hostile-names")
        self.scan_servers()
        names = {a: r["hostname"] for a, r in self.rows().items()}
        self.assertEqual(names["127.0.0.1"], '<script>alert(1)</script> &"??')
        self.assertEqual(names["127.0.0.2"], "n" * 253)
        for name in names.values():
            self.assertTrue(name.isprintable(), ascii(name))
        self.assertNotIn("<script>", self.d.log("scannerd"))


class HostileDns:
    """A name server in the test's own network that answers every reverse look-up with bytes of our choice."""

    def __init__(self, network, answers):
        self.network, self.answers, self.asked, self.ended = network, answers, set(), False
        self.resolv = f"/etc/netns/{network.scanner}/resolv.conf"
        with open(self.resolv, encoding="utf-8") as f:
            self.before = f.read()
        self._write(f"nameserver {V4}3\n")
        subprocess.run(["ip", "-n", network.bridge, "addr", "add", V4 + "3/24", "dev", "br0"], check=True)
        self.socket = socket_in(network.bridge, socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((V4 + "3", 53))
        self.socket.settimeout(0.1)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _write(self, text):
        with open(self.resolv, "w", encoding="utf-8") as f:
            f.write(text)

    def remove(self):
        self.ended = True
        self.thread.join()
        self.socket.close()
        self._write(self.before)
        subprocess.run(["ip", "-n", self.network.bridge, "addr", "del", V4 + "3/24", "dev", "br0"], check=True)

    def _run(self):
        while not self.ended:
            try:
                query, peer = self.socket.recvfrom(2048)
            except socket.timeout:
                continue
            first = query[13:13 + query[12]].decode()
            self.asked.add(first)
            data = self.answers.get(int(first), b"\x04none\x00")
            question = query[12:query.index(b"\0", 12) + 5]
            record = b"\xc0\x0c" + struct.pack("!HHIH", 12, 1, 60, len(data)) + data
            self.socket.sendto(query[:2] + b"\x85\x80" + struct.pack("!HHHH", 1, 1, 0, 0) + question + record, peer)


def labels(*parts):
    return b"".join(bytes([len(p)]) + p for p in parts) + b"\0"


class HostileDnsTest(NetworkTest):
    hosts = [f"h{i}:80" for i in range(1, 10)]
    subnets = [V4 + "8/29", V4 + "16/30"]
    start_daemons = False
    ANSWERS = {
        11: labels(b"<script>alert(1)</script>", b"test"),
        12: labels(b'";DROP TABLE servers;--', b"test"),
        13: labels(b"\x1b[31mred\r\nSet-Cookie: a", b"test"),
        14: labels(b"\xff\xfe\x80\xc3", b"test"),
        15: labels(b"=cmd|' /C calc'!A0", b"test"),
        16: labels(*[b"n" * 63] * 3, b"m" * 61),
        17: b"\xc0\x0c",  # its name is the question's
        18: b"\x3fshort",  # a label that is longer than the record
        19: labels(b"a\0b", b"..", b"-oProxyCommand=x"),
    }

    def test_reverse_names_of_strangers_are_inert_everywhere(self):
        dns = HostileDns(self.net, self.ANSWERS)
        self.addCleanup(dns.remove)
        self.d.start()
        self.scan_servers()
        self.assertEqual({str(n) for n in self.ANSWERS} - dns.asked, set(), "every name was asked for")
        rows = self.rows()
        self.assertEqual(set(rows), {f"{V4}{n}" for n in self.ANSWERS})
        for address, row in rows.items():
            self.assertTrue(row["hostname"].isprintable(), f"{address}: {ascii(row['hostname'])}")
            self.assertLessEqual(len(row["hostname"].encode()), 253)
        page = self.d.request("GET", "/api/servers.csv")
        self.assertEqual(page.status, 200)
        for line in page.body.decode().split("\r\n"):
            for cell in line.split(","):
                self.assertFalse(cell.lstrip('"').startswith(("=", "+", "-", "@")), line)
        self.assertTrue(self.d.log("scannerd").replace("\n", "").isprintable())
        self.healthy()


class UnprivilegedTest(NetworkTest):
    hosts = ["web:22,80", "db:22,5432", "empty:"]
    start_daemons = False

    def test_without_root_scans_connect_and_say_that_they_are_reduced(self):
        shutil.chown(self.d.base, "nobody", "nogroup")
        self.d.config["network_scan"]["detect_os"] = True
        self.d.start(prefix=["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"])
        with open(f"/proc/{self.d.scannerd.pid}/status", encoding="utf-8") as f:
            status = f.read()
        self.assertIn("\nUid:\t65534\t65534\t65534\t65534\n", status)
        scan = self.scan_servers()
        self.assertEqual((scan["reduced"], scan["hosts_up"], scan["message"]),
                         (True, 3, "3 of 8 addresses are up (reduced: connect scan without raw sockets)."))
        self.assertEqual([s["reduced"] for s in self.d.get("/api/scans")["scans"]], [True])
        web = self.row("web")
        self.assertEqual((web["hostname"], web["open_ports"], web["mac_address"], web["detected_os"]), ("web.test", "22/tcp (ssh), 80/tcp (http)", None, None))
        self.assertEqual(self.row("empty")["open_ports"], "")
        with self.d.varlink() as v:
            info = v.call("GetInfo")["parameters"]
        self.assertTrue(info["reduced"])
        self.assertIn("no CAP_NET_RAW", info["network_reason"])
        self.net.unplug("db")
        try:
            self.scan_servers()
        finally:
            self.net.plug("db")
        self.assertEqual((self.row("db")["is_reachable"], self.row("web")["is_reachable"]), (False, True))

    def test_as_root_nothing_is_reduced(self):
        self.d.start()
        self.assertIs(self.scan_servers()["reduced"], False)
        with self.d.varlink() as v:
            self.assertFalse(v.call("GetInfo")["parameters"]["reduced"])


if __name__ == "__main__":
    unittest.main()
