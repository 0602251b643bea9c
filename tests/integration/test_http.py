"""test_http - the HTTP contract on a real socket: what is refused, what is bounded, and what happens when scannerd or a client is missing."""
import contextlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

from described import PEOPLE, DescribedDeployment
from harness import Deployment, Events, big_tree, program, wait_for, write_file

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /api/scan/directories HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


class FakeScannerd:
    """Speaks just enough Varlink to be called: each connection is a thread that answers what `replies` says."""

    def __init__(self, path, replies):
        self.path, self.replies, self.monitors, self.calls = path, replies, [], []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(path)
        self.socket.listen(16)
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _read(self, connection, data):
        """(call, the bytes behind it), or (None, b"") at the end."""
        while b"\0" not in data:
            more = connection.recv(65536)
            if not more:
                connection.close()
                return None, b""
            data += more
        message, rest = data.split(b"\0", 1)
        return json.loads(message), rest

    def _serve(self, connection):
        call, rest = self._read(connection, b"")
        if call is not None and call["method"].endswith(".ActAs"):
            self.send(connection, {"parameters": {}})
            call, rest = self._read(connection, rest)
        if call is None:
            return
        method = call["method"].rsplit(".", 1)[1]
        self.calls.append((method, call.get("parameters")))
        if method == "Monitor":
            self.send(connection, {"parameters": {"event": "hello"}, "continues": True})
            self.monitors.append(connection)
            return
        reply = self.replies[method]
        if reply is not None:  # None: never answers
            self.send(connection, reply)
            connection.close()
        else:
            self.monitors.append(connection)

    @staticmethod
    def send(connection, message):
        connection.sendall(json.dumps(message).encode() + b"\0")

    def progress(self, **scan):
        for monitor in list(self.monitors):
            self.send(monitor, {"parameters": {"event": "progress", "scan": scan}, "continues": True})

    def close(self):
        # closing alone leaves the thread in accept(), on a number that the next test's socket may get
        self.socket.shutdown(socket.SHUT_RDWR)
        self.acceptor.join(10)
        self.socket.close()
        for monitor in self.monitors:
            monitor.close()
        os.unlink(self.path)


class Http(unittest.TestCase):
    deployment = Deployment

    def setUp(self):
        self.d = self.deployment()
        self.addCleanup(self.d.remove)

    def raw(self, data, timeout=10):
        """Everything that the server sends until it closes or falls silent, and whether it closed."""
        with socket.create_connection(("127.0.0.1", self.d.port), timeout=timeout) as s:
            s.sendall(data)
            got = b""
            s.settimeout(1)
            try:
                while more := s.recv(65536):
                    got += more
            except TimeoutError:
                return got, False
            except ConnectionResetError:
                pass
            return got, True

    def prepared(self, *args):
        """webd on a database with one server and three files, without scannerd."""
        for day in range(1, 4):
            write_file(os.path.join(self.d.backups, f"web01_2026-01-0{day}.tar.gz"))
        self.d.start_scannerd()
        with self.d.varlink() as v:
            v.call("AddServer", {"hostname": "web01"})
            with self.d.varlink() as w:
                w.send("StartScan", {"kind": "directories"})
                w.receive()
        wait_for(lambda: self.d.sql("SELECT 1 FROM scans WHERE state = 'succeeded'"), what="the scan")
        self.d.end(self.d.scannerd)
        self.d.scannerd = None
        return self.d.start_webd(*args)


class TestRefusals(Http):
    def test_malformed_requests_are_refused_and_the_connection_closed(self):
        self.d.start_webd()
        host = b"Host: localhost\r\n"
        json_type = b"Content-Type: application/json\r\n"
        cases = {
            "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
            "two Hosts": (b"GET / HTTP/1.1\r\n" + host + host + b"\r\n", 400),
            "garbage Host": (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
            "foreign Host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
            "absolute URI": (b"GET http://localhost/ HTTP/1.1\r\n" + host + b"\r\n", 400),
            "file URI": (b"GET file:///etc/passwd HTTP/1.1\r\n" + host + b"\r\n", 400),
            "no slash": (b"GET x HTTP/1.1\r\n" + host + b"\r\n", 400),
            "raw bytes": (b"GET /\xff HTTP/1.1\r\n" + host + b"\r\n", 400),
            "two lengths": (b"POST / HTTP/1.1\r\n" + host + json_type + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400),
            "signed length": (b"POST / HTTP/1.1\r\n" + host + json_type + b"Content-Length: +2\r\n\r\n{}", 400),
            "blank before colon": (b"POST / HTTP/1.1\r\n" + host + json_type + b"Content-Length : 2\r\n\r\n{}", 400),
            "empty header name": (b"GET / HTTP/1.1\r\n" + host + b": x\r\n\r\n", 400),
            "chunked": (b"POST / HTTP/1.1\r\n" + host + json_type + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411),
            "lenient chunk": (b"POST / HTTP/1.1\r\n" + host + json_type + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n", 411),
        }
        for name, (request, status) in cases.items():
            with self.subTest(name):
                # a second request behind a refused one must never be answered
                got, closed = self.raw(request + GET)
                self.assertTrue(got.startswith(b"HTTP/1.1 %d " % status), got[:200])
                self.assertTrue(closed)
                self.assertEqual(got.count(b"HTTP/1.1 "), 1, got)

    def test_addresses_are_decoded_once_and_matched_exactly(self):
        self.d.start_webd()
        for path, status in {
            "/%68ealthz": 200, "/%2568ealthz": 404, "/healthz%00": 400, "/%zz": 400, "/a/../healthz": 404, "/%2e%2e/healthz": 404,
            "//healthz": 404, "/healthz/": 404, "/api/servers/01": 400, "/api/servers/99999999999999999999": 400,
        }.items():
            with self.subTest(path):
                self.assertEqual(self.d.request("GET", path).status, status)

    def test_bodies_and_headers_are_bounded(self):
        self.d.start_webd()
        for size in (1 << 20) + 1, 3 << 20:
            got, _ = self.raw(POST + b"Content-Length: %d\r\n\r\n" % size + b" " * size)
            self.assertIn(b" 413 ", got.split(b"\r\n")[0])
        got, closed = self.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20000 + b"\r\n\r\n")
        self.assertIn(got[:13], (b"HTTP/1.1 400 ", b"HTTP/1.1 413 ", b"HTTP/1.1 431 "))
        self.assertTrue(closed)

    def test_methods_and_security_headers(self):
        self.d.start_webd()
        for path in "/", "/healthz", "/nothing", "/api/openapi.json":
            answer = self.d.request("GET", path)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["Cross-Origin-Resource-Policy"], "same-origin")
            self.assertTrue(answer.headers["Content-Security-Policy"].startswith("default-src 'none'"))
        for method in "PATCH", "TRACE", "POST":
            answer = self.d.request(method, "/healthz")
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD, OPTIONS"))
            self.assertEqual(answer.json["code"], "method_not_allowed")
        self.assertEqual(self.d.request("OPTIONS", "/healthz").status, 204)
        head, _ = self.raw(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        self.assertIn(b"Content-Length: 3\r\n", head)
        self.assertTrue(head.endswith(b"\r\n\r\n"))

    def test_changes_from_foreign_pages_are_refused(self):
        self.d.start_webd("--origin", "https://panel.example.org")
        body = b"{}"
        for headers, status in (
            ({"X-Requested-With": ""}, 403),
            ({"X-Requested-With": "", "Content-Type": "text/plain"}, 415),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Origin": f"http://127.0.0.1:{self.d.port}"}, 503),
            ({"Origin": "https://panel.example.org", "Sec-Fetch-Site": "cross-site"}, 503),
        ):
            with self.subTest(headers):
                data = body if "Content-Type" in headers else None
                self.assertEqual(self.d.request("POST", "/api/scan/directories", body=data, headers=headers).status, status)
        answer = self.d.request("OPTIONS", "/api/config", headers={
            "Origin": "https://panel.example.org", "Access-Control-Request-Method": "PUT"})
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://panel.example.org")
        self.assertIn("PUT", answer.headers["Access-Control-Allow-Methods"])
        answer = self.d.request("OPTIONS", "/api/config", headers={
            "Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"})
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])

    def test_unknown_parameters_and_keys_name_the_nearest(self):
        self.prepared()
        for path, field, near in ("/api/files?limt=3", "limt", "limit"), ("/api/explain?pth=/x", "pth", "path"):
            answer = self.d.request("GET", path)
            self.assertEqual((answer.status, answer.json["code"], answer.json["field"]), (400, "unknown_key", field))
            self.assertIn(near, answer.json["message"])
        answer = self.d.request("POST", "/api/servers", body={"hostnme": "x"})
        self.assertEqual((answer.status, answer.json["code"], answer.json["field"]), (400, "unknown_key", "hostnme"))
        answer = self.d.request("POST", "/api/servers", body=b'{"hostname":"a","hostname":"b"}', headers={"Content-Type": "application/json"})
        self.assertEqual((answer.status, answer.json["code"]), (400, "invalid_json"))


class TestBounds(Http):
    def slow(self, n, data=b"GET / HTTP/1.1\r\nHost: loc"):
        sockets = []
        for _ in range(n):
            s = socket.create_connection(("127.0.0.1", self.d.port), timeout=10)
            with contextlib.suppress(OSError):
                s.sendall(data)
            sockets.append(s)
            self.addCleanup(s.close)
        return sockets

    @staticmethod
    def closed(s):
        s.setblocking(False)
        try:
            return s.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def test_a_byte_a_second_meets_a_deadline(self):
        self.d.start_webd("--request-timeout", "2")
        (s,) = self.slow(1, b"")
        began = time.monotonic()
        with contextlib.suppress(OSError):
            for byte in GET[:20]:
                s.sendall(bytes([byte]))
                time.sleep(0.5)
                if self.closed(s):
                    break
        self.assertLess(time.monotonic() - began, 5)
        self.assertTrue(self.closed(s))

    def test_idle_kept_connections_meet_the_deadline_too(self):
        self.d.start_webd("--request-timeout", "1")
        (s,) = self.slow(1, GET)
        wait_for(lambda: s.recv(65536), what="the answer")
        wait_for(lambda: self.closed(s), 5, "the end of an idle connection")

    def test_slow_clients_of_one_source_make_room_for_each_other_only(self):
        self.d.start_webd("--max-connections-per-source", "8")
        sockets = self.slow(40)
        wait_for(lambda: sum(self.closed(s) for s in sockets) >= 32, what="eviction")
        self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        # the oldest went first
        self.assertTrue(all(self.closed(s) for s in sockets[:30]))
        self.assertFalse(self.closed(sockets[-1]))

    def test_at_the_cap_the_oldest_incomplete_request_makes_room(self):
        self.d.start_webd("--max-connections", "10", "--max-connections-per-source", "1000")
        sockets = self.slow(200)
        for _ in range(20):
            self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        wait_for(lambda: sum(self.closed(s) for s in sockets) >= 190, what="eviction")

    def test_pipelined_requests_are_answered_in_order(self):
        self.d.start_webd()
        got, _ = self.raw(GET + b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + GET.replace(b"healthz", b"nothing"))
        self.assertEqual(re.findall(rb"HTTP/1\.1 (\d+) ", got), [b"200", b"200", b"404"])

    def test_whole_lists_to_clients_that_do_not_read_cost_neither_memory_nor_other_answers(self):
        self.prepared()
        self.d.end(self.d.webd)
        # 300,000 rows straight into the database: about 100 MB of JSON
        self.d.sql("INSERT INTO dirs (id, root, path, digest, next) SELECT 1000, root, CAST('/srv/big' AS BLOB), x'', 300001 FROM dirs LIMIT 1")
        self.d.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
                   "INSERT INTO files (id, name, mtime_ns, size, match, drift) SELECT (1000 << 24) + i, CAST('file' || i AS BLOB), 0, 1, 1, 0 FROM n")
        self.d.start_webd()
        self.slow(8, b"GET /api/files HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(1)
        self.assertEqual(self.d.request("GET", "/api/files?limit=10", timeout=10).status, 200)
        self.assertEqual(self.d.request("GET", "/api/health", timeout=10).status, 200)
        with open(f"/proc/{self.d.webd.pid}/status", encoding="ascii") as f:
            resident = next(int(line.split()[1]) for line in f if line.startswith("RssAnon:"))
        self.assertLess(resident, 32 * 1024)
        began = time.monotonic()
        self.d.end(self.d.webd)  # with four of them still being answered
        self.assertLess(time.monotonic() - began, 4)

    def test_events_are_not_kept_for_a_client_that_does_not_read(self):
        fake = FakeScannerd(self.d.socket, {})
        self.addCleanup(fake.close)
        self.d.start_webd()
        wait_for(lambda: fake.monitors, what="Monitor")
        (s,) = self.slow(1, b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.3)
        for i in range(6000):
            fake.progress(scan=1, kind="directories", state="running", files=i, current="x" * 2000)
        self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        wait_for(lambda: self.drained(s), 20, "the end of the subscription")

    @staticmethod
    def drained(s):
        """Reads all that was sent; true once the connection has ended."""
        s.setblocking(False)
        try:
            while s.recv(1 << 20):
                pass
            return True
        except BlockingIOError:
            return False
        except OSError:
            return True


class TestWithoutScannerd(Http):
    def test_reading_works_and_commands_are_503(self):
        self.prepared()
        self.assertEqual(self.d.get("/api/health")["scannerd"], "disconnected")
        self.assertEqual(self.d.get("/api/summary")["servers"], 1)
        self.assertEqual(self.d.get("/api/files")["count"], 3)
        for method, path in ("POST", "/api/scan/directories"), ("GET", "/api/config"), ("DELETE", "/api/servers/1"), ("DELETE", "/api/files"):
            answer = self.d.request(method, path)
            self.assertEqual((answer.status, answer.json["code"]), (503, "unavailable"), path)
        self.assertIn("scannerd_up 0", self.d.request("GET", "/metrics").body.decode())

    def test_no_database_is_503_with_a_reason_and_heals(self):
        os.mkdir(self.d.state)
        self.d.start_webd()
        answer = self.d.request("GET", "/api/health")
        self.assertEqual((answer.status, answer.json["status"]), (503, "unhealthy"))
        self.assertTrue(answer.json["message"])
        self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        self.assertIn(self.d.request("GET", "/api/servers").status, (500, 503))
        self.d.start_scannerd()
        wait_for(lambda: self.d.request("GET", "/api/health").status == 200, what="health")
        wait_for(lambda: self.d.get("/api/health")["scannerd"] == "connected", what="the connection")

    def test_a_running_scan_is_409_with_its_number(self):
        fake = FakeScannerd(self.d.socket, {"StartScan": {
            "error": "org.backupchecker.scanner.ScanRunning",
            "parameters": {"code": "scan_running", "field": "", "reason": "a scan runs"}}})
        self.addCleanup(fake.close)
        self.d.start_webd()
        wait_for(lambda: fake.monitors, what="Monitor")
        fake.progress(scan=41, kind="directories", state="running")
        wait_for(lambda: "scan" in self.d.request("POST", "/api/scan/directories").json, what="the progress")
        answer = self.d.request("POST", "/api/scan/directories")
        self.assertEqual((answer.status, answer.json["code"], answer.json["scan"]["id"]), (409, "scan_running", 41))

    def test_a_client_that_leaves_does_not_stop_its_command(self):
        fake = FakeScannerd(self.d.socket, {"ClearFiles": None})
        self.addCleanup(fake.close)
        self.d.start_webd()
        with socket.create_connection(("127.0.0.1", self.d.port)) as s:
            s.sendall(b"DELETE /api/files HTTP/1.1\r\nHost: localhost\r\nX-Requested-With: backup-checker\r\n\r\n")
            wait_for(lambda: any(call[0] == "ClearFiles" for call in fake.calls), what="the command")
        self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        self.assertEqual(self.d.end(self.d.webd), 0)


    def endless_scan(self):
        """webd with a scannerd whose scan 1 ends only when it is told to."""
        self.prepared()
        os.unlink(self.d.socket)
        fake = FakeScannerd(self.d.socket, {"StartScan": {"parameters": {"scan": 1}}})
        self.addCleanup(fake.close)
        wait_for(lambda: self.d.get("/api/health")["scannerd"] == "connected", what="Monitor")
        fake.progress(scan=1, kind="directories", state="running")
        return fake

    def waiting(self, fake, more=b""):
        """A client that waits for the end of scan 1."""
        s = socket.create_connection(("127.0.0.1", self.d.port), timeout=30)
        self.addCleanup(s.close)
        before = len(fake.calls)
        s.sendall(b"POST /api/scan/directories?wait=3600 HTTP/1.1\r\nHost: localhost\r\nX-Requested-With: backup-checker\r\n\r\n" + more)
        wait_for(lambda: len(fake.calls) > before, what="the call")
        return s

    def connections(self):
        text = self.d.request("GET", "/metrics").body.decode()
        return int(re.search(r"^backup_checker_http_connections (\d+)$", text, re.MULTILINE)[1])

    def test_a_client_that_leaves_while_it_waits_for_a_scan_gives_its_place_back(self):
        fake = self.endless_scan()
        waiting = [self.waiting(fake) for _ in range(10)]
        wait_for(lambda: self.connections() >= 11, what="ten who wait")
        waiting[0].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # it leaves with a reset
        for s in waiting:
            s.close()
        wait_for(lambda: self.connections() == 1, what="the end of the waits")

    def test_what_is_sent_during_a_wait_is_answered_after_it(self):
        fake = self.endless_scan()
        s = self.waiting(fake, more=GET)
        s.settimeout(0.5)
        self.assertRaises(TimeoutError, s.recv, 1)
        s.sendall(GET * 1000)  # more than is kept for it
        fake.progress(scan=1, kind="directories", state="succeeded")
        s.settimeout(10)
        got = b""
        while got.count(b"HTTP/1.1 200 ") < 1002 or not got.endswith(b"ok\n"):
            more = s.recv(65536)
            self.assertTrue(more, got[-500:])
            got += more
        self.assertTrue(got.endswith(b"\r\n\r\nok\n"))


class TestCommands(Http):
    deployment = DescribedDeployment

    def setUp(self):
        super().setUp()
        for day in range(1, 4):
            write_file(os.path.join(self.d.backups, f"web01_2026-01-0{day}.tar.gz"))
        self.d.start()

    def test_servers_kept_by_hand_come_and_go(self):
        answer = self.d.request("POST", "/api/servers", body={"hostname": "web01", "aliases": ["w1"], "tags": ["prod"], "note": "n"})
        self.assertEqual((answer.status, answer.json["server"]["hostname"]), (201, "web01"))
        one = answer.json["server"]["id"]
        self.assertEqual(answer.headers["Location"], f"/api/servers/{one}")
        two = self.d.request("POST", "/api/servers", body={"hostname": "web02"}).json["server"]["id"]
        answer = self.d.request("PUT", f"/api/servers/{one}", body={"hostname": "web01", "note": "changed"})
        self.assertEqual((answer.status, answer.json["server"]["note"]), (200, "changed"))
        self.assertEqual(self.d.request("PUT", f"/api/servers/{one}", body={"hostname": "x", "id": two}).status, 400)
        answer = self.d.request("POST", f"/api/servers/{one}/merge", body={"other": two})
        self.assertEqual((answer.status, answer.json["server"]["id"]), (200, one))
        self.assertEqual(self.d.request("GET", f"/api/servers/{two}").status, 404)
        self.assertEqual(self.d.request("DELETE", f"/api/servers/{one}").status, 200)
        self.assertEqual(self.d.request("DELETE", f"/api/servers/{one}").status, 404)

    def test_scans_answer_at_once_or_when_they_have_ended(self):
        answer = self.d.request("POST", "/api/scan/directories")
        self.assertEqual((answer.status, answer.json["status"]), (202, "success"))
        first = answer.json["scan"]["id"]
        wait_for(lambda: self.d.get(f"/api/scans/{first}")["scan"]["state"] == "succeeded", what="the scan")
        answer = self.d.request("POST", "/api/scan/directories?wait=30", body={"only": [self.d.backups], "accept_changed": False})
        self.assertEqual((answer.status, answer.json["scan"]["state"], answer.json["scan"]["files"]), (200, "succeeded", 3))
        self.assertEqual([s["id"] for s in self.d.get("/api/scans")["scans"]][-1], first)
        self.assertEqual(self.d.request("DELETE", f"/api/scan/{first}").status, 404)
        self.assertEqual(self.d.request("POST", "/api/scan/directories?wait=3601").status, 400)
        self.assertEqual(self.d.request("POST", "/api/scan/directories", body={"only": ["/etc"]}).status // 100, 4)

    def test_configuration_is_guarded_against_lost_updates(self):
        answer = self.d.request("GET", "/api/config")
        old, tag = answer.json, answer.headers["ETag"]
        self.assertEqual(tag, f'"{old["revision"]}"')
        self.assertEqual(old["directories_to_scan"], old["config"]["directories_to_scan"])
        config = {**old["config"], "generic_names": ["thing"]}
        answer = self.d.request("PUT", "/api/config", body=config, headers={"If-Match": tag})
        self.assertEqual(answer.status, 200, answer)
        self.assertNotEqual(answer.headers["ETag"], tag)
        answer = self.d.request("PUT", "/api/config", body=config, headers={"If-Match": tag})
        self.assertEqual((answer.status, answer.json["code"]), (412, "conflict"))
        # the original's front-end sends these two alone: what it does not know stays
        answer = self.d.request("PUT", "/api/config", body={"directories_to_scan": [self.d.backups], "subnets_to_scan": ["127.0.0.0/30"]})
        self.assertEqual((answer.status, answer.json["config"]["generic_names"]), (200, ["thing"]))
        self.assertEqual(answer.json["subnets_to_scan"], ["127.0.0.0/30"])
        answer = self.d.request("PUT", "/api/config", body={"directories_to_scan": ["relative"], "subnets_to_scan": []})
        self.assertEqual((answer.status, answer.json["field"]), (400, "directories_to_scan[0].path"), answer)

    def test_every_change_answers_as_it_is_described(self):
        one = self.d.add_server("one", "192.0.2.1", aliases=["uno"], tags=["t"], note="n")["id"]
        two = self.d.add_server("two")["id"]
        self.d.begin_scan()
        wait_for(lambda: all(s["state"] != "running" for s in self.d.get("/api/scans")["scans"]), what="the end of the scan")
        self.d.scan()
        config = self.d.get("/api/config")["config"]
        for method, path, body, status in (
                ("PUT", f"/api/servers/{one}", {"hostname": "one"}, 200), ("POST", f"/api/servers/{one}/merge", {"other": two}, 200),
                ("POST", f"/api/servers/{one}/aliases", {"alias": "eins"}, 200), ("PUT", f"/api/servers/{one}/exemption", {"reason": "test machine"}, 200),
                ("DELETE", f"/api/servers/{one}/exemption", None, 200), ("POST", "/api/rules", {"rule": {"path": "*", "server": "one"}}, 201),
                ("POST", "/api/rules/preview", {"rule": {"path": "*", "server": "one"}}, 200), ("PUT", "/api/config", {**config, "directories_to_scan": ["/not/there"]}, 200),
                ("DELETE", "/api/scan/99", None, 404), ("DELETE", f"/api/servers/{one}", None, 200), ("DELETE", "/api/servers", None, 200), ("DELETE", "/api/files", None, 200),
                ("POST", "/api/servers", {"hostname": "-"}, 400), ("POST", "/api/scan/servers", None, 400)):
            with self.subTest(f"{method} {path}"):
                self.assertEqual(self.d.request(method, path, body).status, status)
        described = {m["operationId"] for path, methods in self.d.get("/api/openapi.json")["paths"].items()
                     for verb, m in methods.items() if verb in ("post", "put", "delete") and not path.startswith(PEOPLE)}
        self.assertEqual(described - {name for name, _ in self.d.checked}, set())

    def test_cancelling_answers_as_it_is_described(self):
        big_tree(os.path.join(self.d.backups, "big"), directories=300)
        number = self.d.begin_scan()
        answer = self.d.request("DELETE", f"/api/scan/{number}")
        self.assertIn(answer.status, (200, 404))  # it may have ended before
        self.assertIn(("delete_api_scan_id", answer.status), self.d.checked)

    def test_events_tell_of_a_scan(self):
        events = Events(self.d.port)
        self.addCleanup(events.close)
        first = events.next()
        self.assertEqual(first[0], "hello")
        number = self.d.request("POST", "/api/scan/directories?wait=30").json["scan"]["id"]
        seen = [first, *events.until(lambda name, data: name == "progress" and data["scan"] == number and data["state"] == "succeeded")]
        seen += events.until(lambda name, data: name == "changed")
        described = self.d.description.operation("GET", "/api/events")["responses"]["200"]["content"]["text/event-stream"]["x-events"]
        for name, data in seen:
            self.d.description.check(data, described[name], name)
        self.assertLessEqual({"hello", "progress", "changed"}, {name for name, _ in seen})

    def test_lists_in_pieces_reach_old_clients_whole(self):
        self.d.request("POST", "/api/scan/directories?wait=30")
        got, closed = self.raw(b"GET /api/files HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
        self.assertTrue(closed)
        head, body = got.split(b"\r\n\r\n", 1)
        self.assertNotIn(b"chunked", head)
        self.assertEqual(json.loads(body)["count"], 3)

    def test_it_ends_cleanly_with_open_subscriptions(self):
        events = Events(self.d.port)
        self.addCleanup(events.close)
        began = time.monotonic()
        self.assertEqual(self.d.end(self.d.webd, signal.SIGINT), 0)
        self.assertLess(time.monotonic() - began, 3)


class TestCommandLine(Http):
    def run_webd(self, *args):
        done = subprocess.run([program("webd"), *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_wrong_options_are_usage_errors_with_a_sentence(self):
        good = {"--database": self.d.database, "--socket": self.d.socket, "--listen": "127.0.0.1:0", "--auth": "none"}
        cases = {
            "--auth": ("ldap", "proxy"), "--proxy-user-header": ("X-Remote-User",), "--proxy-trust": ("x", "10.0.0.1/8"), "--listen": ("0.0.0.0:80", "[::]:80", "192.0.2.1:80", "localhost:80", "127.0.0.1", "127.0.0.1:65536", "x"),
            "--database": (None,), "--allow-host": ("a b", "x/y"), "--origin": ("example.org", "https://example.org/x"),
            "--max-connections": ("0", "x", "-1"), "--request-timeout": ("99999",),
        }
        for option, values in cases.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    given = {**good, option: value}
                    code, _, said = self.run_webd(*[text for pair in given.items() if pair[1] is not None for text in pair], "--check-config")
                    self.assertEqual(code, 64)
                    self.assertTrue(said.startswith("webd: "))
        code, _, said = self.run_webd(*[text for pair in good.items() for text in pair], "--check-config")
        self.assertEqual((code, said), (0, ""))
        code, out, _ = self.run_webd(*[text for pair in good.items() for text in pair], "--dump-config", "--allow-host", "Backup.example.org")
        self.assertEqual((code, json.loads(out)["allow_host"]), (0, ["127.0.0.1", "backup.example.org"]))

    def test_a_passed_socket_must_be_local_too(self):
        for address, local in ("0.0.0.0", False), ("127.0.0.1", True):
            with socket.create_server((address, 0)) as listener:
                # the shell sets LISTEN_PID, which must be the number of the process that becomes webd
                process = subprocess.Popen(
                    ["/bin/sh", "-c", f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "sh", program("webd"), "--database", self.d.database,
                     "--socket", self.d.socket, "--listen", "127.0.0.1:0", "--auth", "none"],
                    pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                line = process.stdout.readline().decode()
                if local:
                    self.assertEqual(line, f"webd: listening on http://127.0.0.1:{listener.getsockname()[1]}/\n")
                    self.assertEqual(Deployment.end(process), 0)
                else:
                    self.assertEqual((line, process.wait(10)), ("", 78))
                    process.stdout.close()

    def test_a_unix_socket_serves_and_its_file_goes_away(self):
        path = os.path.join(self.d.base, "webd.sock")
        process = subprocess.Popen(
            [program("webd"), "--database", self.d.database, "--socket", self.d.socket, "--listen", "unix:" + path, "--auth", "none"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(Deployment.end, process)
        self.assertEqual(process.stdout.readline().decode(), f"webd: listening on unix:{path}\n")
        for _ in range(3):
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(10)
                s.connect(path)
                s.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(Deployment.end(process), 0)
        self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
