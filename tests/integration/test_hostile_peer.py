"""What a netscan or a webd that was taken over can do to scannerd: nothing to servers it was not asked about, and nothing for ever."""
import contextlib
import json
import os
import re
import signal
import sqlite3
import threading
import time
import unittest

from harness import Deployment, DeploymentTest, big_tree, wait_for, write_file

# Says whatever the test has written down; then goes on with the last word for ever, or ends.
NETSCAN = """#!/usr/bin/python3
import json, socket, time
script = json.load(open({script!r}))
s = socket.socket(fileno=3)
call = b""
while not call.endswith(b"\\0"):
    call += s.recv(65536)
try:
    for record in script["records"]:
        last = record is script["records"][-1] and not script["for_ever"]
        s.sendall(json.dumps({{"parameters": record, "continues": not last}}).encode() + b"\\0")
    while script["for_ever"]:
        time.sleep(0.2)
        s.sendall(json.dumps({{"parameters": script["records"][-1], "continues": True}}).encode() + b"\\0")
    s.recv(1)
except OSError:
    pass
"""
PROGRESS = {"progress": {"phase": "discovery", "percent": 1}}


def host(address, **more):
    return {"host": {"address": address, "ports_scanned": True, **more}}


def finished(**more):
    return {"finished": {"complete": True, "reduced": False, "hosts_up": 1, "hosts_total": 256, **more}}


class NetscanTest(unittest.TestCase):
    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.script = os.path.join(self.d.base, "script.json")
        self.d.netscan = os.path.join(self.d.base, "netscan")
        with open(self.d.netscan, "w", encoding="utf-8") as f:
            f.write(NETSCAN.format(script=self.script))
        os.chmod(self.d.netscan, 0o755)
        self.d.write_config(subnets_to_scan=["10.7.0.0/24"], network_scan={"scan_timeout": "1s"})
        self.d.start()

    def says(self, *records, for_ever=False):
        with open(self.script, "w", encoding="utf-8") as f:
            json.dump({"records": records, "for_ever": for_ever}, f)

    def reachable(self):
        return {s["ip_address"]: s["is_reachable"] for s in self.d.get("/api/servers")["servers"]}

    def test_an_honest_one_is_believed(self):
        self.says(host("10.7.0.1", hostname="one.test"), PROGRESS, host("10.7.0.2"), finished())
        self.d.scan("servers")
        time.sleep(1.1)  # times have whole seconds
        self.says(host("10.7.0.1"), finished())
        self.d.scan("servers")
        self.assertEqual(self.reachable(), {"10.7.0.1": True, "10.7.0.2": False})

    def test_an_address_that_was_not_asked_for_fails_the_scan_and_is_not_stored(self):
        self.says(host("10.7.0.1"), finished())
        self.d.scan("servers")
        for address in ("10.8.0.1", "8.8.8.8", "fd00::1", "127.0.0.1"):
            with self.subTest(address):
                self.says(host(address, hostname="evil.test"), finished())
                scan = self.d.scan("servers", expect="failed")
                self.assertIn(address, scan["message"])
                self.assertEqual(self.reachable(), {"10.7.0.1": True})

    def test_a_server_elsewhere_cannot_be_called_unreachable_by_a_name_that_nobody_asked_for(self):
        self.d.add_server("kept01", "10.99.0.1")
        self.says(host("10.7.0.1"), finished(resolved=["10.99.0.1"]))
        scan = self.d.scan("servers", expect="failed")
        self.assertIn("10.99.0.1", scan["message"])
        self.assertNotEqual(self.reachable()["10.99.0.1"], False)

    def test_more_hosts_than_addresses_fail_the_scan(self):
        self.says(*[host("10.7.0.1")] * 1100, finished())
        scan = self.d.scan("servers", expect="failed")
        self.assertIn("more hosts than there are addresses", scan["message"])

    def test_one_that_never_ends_is_left_after_the_time_of_a_scan(self):
        self.says(PROGRESS, for_ever=True)
        started = time.monotonic()
        scan = self.d.scan("servers", wait=60, expect="failed")
        self.assertLess(time.monotonic() - started, 45)
        self.assertIn("did not end", scan["message"])
        self.says(host("10.7.0.1"), finished())
        self.d.scan("servers")

    def test_an_end_that_is_told_again_and_again_is_one_end(self):
        self.says(*[finished(reason="x" * 1000)] * 500, finished())
        self.d.scan("servers")
        self.assertIsNone(self.d.scannerd.poll())


class PeerTest(DeploymentTest):
    def test_a_peer_cannot_flood_the_log(self):
        for _ in range(300):
            with self.d.varlink() as v:
                v.socket.sendall(b"nonsense\0")
                v.socket.recv(4096)
        lines = re.findall("a bad message on the socket", self.d.log("scannerd"))
        self.assertLessEqual(len(lines), 20)
        self.assertIn("left out for a minute", self.d.log("scannerd"))

    def test_a_rule_that_takes_for_ever_is_looked_at_for_a_few_seconds(self):
        big_tree(os.path.join(self.d.backups, "a" * 60), directories=50, files=400)
        self.d.scan()
        with self.d.varlink(timeout=60) as v:
            started = time.monotonic()
            reply = v.call("PreviewRule", {"rule": {"regex": r"(?<host>(a|aa)+)\d{9}[a-z]$", "ignore": True}})
            self.assertLess(time.monotonic() - started, 15)
            self.assertFalse(reply["parameters"]["result"]["complete"], reply)
            started = time.monotonic()
            v.call("AddServer", {"hostname": "after01"})
            self.assertLess(time.monotonic() - started, 10)


class LockTest(DeploymentTest):
    """Who may read the database can also lock it: a program that does so for a while must leave nothing behind."""

    def test_matching_that_a_lock_prevented_is_done_after_it(self):
        write_file(os.path.join(self.d.backups, "odd.tar"))
        self.d.add_server("kept01")
        self.d.scan()
        self.d.settled_server("kept01", backup_count=0)
        with contextlib.closing(sqlite3.connect(self.d.database, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            config = self.d.get("/api/config")["config"]
            answer = self.d.request("PUT", "/api/config", {**config, "rules": [{"path": "odd.tar", "server": "kept01"}]})
            self.assertEqual(answer.status, 200, answer)
            wait_for(lambda: "matching again failed" in self.d.log("scannerd"), what="a failure")
            db.execute("ROLLBACK")
        self.d.settled_server("kept01", backup_count=1)

    def test_a_change_that_a_lock_prevents_is_not_called_done(self):
        with contextlib.closing(sqlite3.connect(self.d.database, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            answer = self.d.request("POST", "/api/servers", {"hostname": "kept02"})
            self.assertGreaterEqual(answer.status, 500, answer)
            db.execute("ROLLBACK")
        self.assertEqual(self.d.servers(), {})
        self.d.add_server("kept02")


class EndingTest(DeploymentTest):
    def test_scans_asked_for_while_it_ends_are_refused_and_it_ends_in_time(self):
        write_file(os.path.join(self.d.backups, "web01.tar"))
        stop = threading.Event()
        said = []

        def ask():
            try:
                with self.d.varlink() as v:
                    while not stop.is_set():
                        said.append(v.call("StartScan", {"kind": "directories"}))
            except (OSError, ValueError):
                pass
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for t in threads:
            t.start()
        wait_for(lambda: len(said) > 50, what="scans")
        started = time.monotonic()
        self.assertEqual(self.d.end(self.d.scannerd, signal.SIGTERM), 0)
        self.assertLess(time.monotonic() - started, 5)
        stop.set()
        for t in threads:
            t.join()
        self.assertEqual(self.d.sql("SELECT count(*) FROM scans WHERE state = 'running'"), [(0,)])


if __name__ == "__main__":
    unittest.main()
