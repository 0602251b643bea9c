"""Whatever is sent, and whatever happens to the files: a sentence, a stable code, nothing lost, never a fault of our own."""
import os
import shutil
import signal
import socket
import subprocess
import unittest

from harness import Deployment, DeploymentTest, mount_tmpfs, unmount, wait_for, write_file

MEGA = 1 << 20


class RefusedInputTest(DeploymentTest):
    def setUp(self):
        super().setUp()
        self.d.add_server("web01", "10.1.2.3")
        write_file(os.path.join(self.d.backups, "web01.tar"))
        self.d.scan()
        self.before = self.everything()
        self.addCleanup(self.nothing_was_lost)

    def everything(self):
        with open(self.d.config_path, "rb") as f:
            file = f.read()
        return [file] + [self.d.get(p) for p in ("/api/config", "/api/servers", "/api/files", "/api/directories", "/api/scans")]

    def nothing_was_lost(self):
        self.assertEqual(self.everything(), self.before)
        self.assertIsNone(self.d.webd.poll())
        self.assertIsNone(self.d.scannerd.poll())

    def put(self, **lists):
        return self.d.request("PUT", "/api/config", {"directories_to_scan": [self.d.backups], "subnets_to_scan": [], **lists})

    def test_bad_subnets(self):
        for subnet, status, code in (
                ("--script=x", 400, "invalid_value"), ("-iL/etc/shadow", 400, "invalid_value"), ("-iL /etc/shadow", 400, "invalid_value"),
                ("10.0.0.0/33", 400, "invalid_value"), ("10.0.0.0/-1", 400, "invalid_value"), ("10.0.0.0/8/8", 400, "invalid_value"),
                ("10.0.0.300", 400, "invalid_value"), ("10.0.0.0/255.255.255.0", 400, "invalid_value"), ("10.0.0.1 10.0.0.2", 400, "invalid_value"),
                ("10.0.0.1,10.0.0.2", 400, "invalid_value"), ("10.0.0.*", 400, "invalid_value"), ("10.0.0.1;reboot", 400, "invalid_value"),
                ("$(reboot)", 400, "invalid_value"), ("10.0.0.1\n10.0.0.2", 400, "invalid_value"), ("", 400, "invalid_value"), ("1" * 5000, 400, "invalid_value"),
                ("0x0a000001", 400, "invalid_value"), ("012.0.0.1", 400, "invalid_value"), ("fe80::1%eth0", 400, "invalid_value"), ("::/200", 400, "invalid_value"),
                ("0.0.0.0/0", 403, "outside_limits"), ("10.0.0.0/8", 403, "outside_limits"), ("8.8.8.8", 403, "outside_limits"),
                ("192.0.2.0/24", 403, "outside_limits"), ("2001:db8::/112", 403, "outside_limits"), ("::/0", 403, "outside_limits"), ("fd00::/64", 403, "outside_limits"),
                ("::ffff:8.8.8.8", 403, "outside_limits"), ("224.0.0.1", 403, "outside_limits"), ("255.255.255.255", 403, "outside_limits")):
            with self.subTest(subnet[:40]):
                self.refused(self.put(subnets_to_scan=["10.0.0.1", subnet]), status, code, "subnets_to_scan[1]")

    def test_bad_directories(self):
        for path, status, code in (
                ("srv/backups", 400, "invalid_value"), ("./srv", 400, "invalid_value"), ("~/backups", 400, "invalid_value"), ("", 400, "invalid_value"),
                ("/srv/../etc", 400, "invalid_value"), ("/srv/..", 400, "invalid_value"), ("/./srv", 400, "invalid_value"), ("/" + "x/" * 3000, 400, "invalid_value"),
                ("/proc", 403, "outside_limits"), ("/proc/1/root", 403, "outside_limits"), ("//proc//self/", 403, "outside_limits"), ("/sys", 403, "outside_limits"),
                ("/dev/shm", 403, "outside_limits"), ("/run", 403, "outside_limits")):
            with self.subTest(path[:40]):
                self.refused(self.put(directories_to_scan=[path]), status, code, "directories_to_scan[0].path")

    RIGHT = [("subnets_to_scan", []), ("directories_to_scan", []), ("rules", []), ("schedule", {}), ("status", {}), ("network_scan", {}),
             ("only", []), ("only", None), ("hostname", "text")]

    def test_wrong_types_everywhere(self):
        wrong = (None, True, 7, 1.5, "text", [], {}, [[]], [None], [7], [{}], {"a": 1}, "\ud800")
        for method, path, field in (("PUT", "/api/config", "directories_to_scan"), ("PUT", "/api/config", "subnets_to_scan"), ("PUT", "/api/config", "schedule"),
                                    ("PUT", "/api/config", "status"), ("PUT", "/api/config", "rules"), ("PUT", "/api/config", "network_scan"),
                                    ("POST", "/api/servers", "aliases"), ("POST", "/api/servers", "hostname"), ("POST", "/api/scan/directories", "only"),
                                    ("POST", "/api/rules/preview", "rule")):
            for value in wrong:
                base = {"directories_to_scan": [], "subnets_to_scan": []} if method == "PUT" else {}
                with self.subTest(f"{path} {field} {value!r}"):
                    if (field, value) in self.RIGHT:
                        continue
                    answer = self.d.request(method, path, {**base, field: value})
                    self.assertIn(answer.status, (400, 403), answer)
                    self.assertEqual(answer.json["status"], "error")
                    self.assertIn(answer.json["code"], ("invalid_type", "invalid_value", "invalid_json", "missing_key", "unknown_key", "outside_limits"), answer)

    def test_bodies_that_are_no_json_object(self):
        for body, code in (
                (b"", None), (b"{", "invalid_json"), (b"nonsense", "invalid_json"), (b"{} {}", "invalid_json"), (b'{"hostname":"a","hostname":"b"}', "invalid_json"),
                (b'{"hostname":"\xff"}', "invalid_json"), (b'{"hostname":"a\x01"}', "invalid_json"), (b'{"hostname":"a\\u0000b"}', "invalid_json"),
                (b"[]", "invalid_type"), (b'"x"', "invalid_type"), (b"1e999", "invalid_json"), (b"[" * 100000, "invalid_json"), (b'{"a":' * 5000 + b"1" + b"}" * 5000, "invalid_json"),
                (b"\xef\xbb\xbf{}", "invalid_json"), (b"\0", "invalid_json")):
            with self.subTest(body[:40]):
                for method, path in (("POST", "/api/servers"), ("PUT", "/api/config"), ("POST", "/api/rules/preview")):
                    answer = self.d.request(method, path, body, headers={"Content-Type": "application/json"})
                    self.assertEqual(answer.status, 400, answer)
                    if code:
                        self.assertEqual(answer.json["code"], code, answer)

    def test_ten_megabytes_of_digits_and_other_large_bodies_are_refused(self):
        for body in (b'{"subnets_to_scan": ["' + b"1" * (10 * MEGA) + b'"]}', b'{"hostname":' + b"1" * (2 * MEGA - 100), b" " * (MEGA + 1)):
            for method, path in (("PUT", "/api/config"), ("POST", "/api/servers")):
                with self.subTest(len(body)):
                    self.refused_if_answered(self.stream(method, path, len(body), body))

    def test_a_body_of_a_gigabyte_is_refused_before_it_has_come(self):
        self.refused_if_answered(self.stream("PUT", "/api/config", 1 << 30, b" " * (8 * MEGA)))
        self.refused_if_answered(self.stream("POST", "/api/servers", 1 << 62, b"x" * 100))

    def stream(self, method, path, announced, body):
        """Sends a body as far as the server takes it; what it answered, or b"" if it just hung up on us."""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {announced}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.d.port), timeout=20) as s:
            answer = b""
            try:
                s.sendall(head.encode())
                for at in range(0, len(body), 65536):
                    s.sendall(body[at:at + 65536])
            except OSError:
                pass
            try:
                while more := s.recv(65536):
                    answer += more
                    if b"\r\n\r\n" in answer:
                        break
            except OSError:
                pass
            return answer

    def refused_if_answered(self, answer):
        # a reset may overtake the answer on its way, but nothing else may be answered
        if answer:
            self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:200])

    def test_unknown_addresses_are_404_and_wrong_methods_405_with_what_is_allowed(self):
        for path in ("/nothing", "/api", "/api/", "/api/file", "/api/files/", "/api/servers/1/x", "/api/scan/", "/API/files", "/index.html", "/api/files/../config", "/..%2fetc"):
            with self.subTest(path):
                self.assertEqual(self.d.request("GET", path).status, 404)
        for method, path, allowed in (
                ("POST", "/api/files", {"GET", "HEAD", "DELETE", "OPTIONS"}), ("DELETE", "/api/config", {"GET", "HEAD", "PUT", "OPTIONS"}),
                ("GET", "/api/scan/directories", {"POST", "OPTIONS"}), ("PATCH", "/api/servers/1", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
                ("PUT", "/api/health", {"GET", "HEAD", "OPTIONS"}), ("TRACE", "/", {"GET", "HEAD", "OPTIONS"})):
            with self.subTest(method + path):
                answer = self.d.request(method, path)
                self.refused(answer, 405, "method_not_allowed")
                self.assertEqual(set(answer.headers["Allow"].split(", ")), allowed)

    def test_bad_parameters_are_named(self):
        for path, status, code, field in (
                ("/api/files?limit=0", 400, "invalid_value", "limit"), ("/api/files?limit=1001", 400, "invalid_value", "limit"), ("/api/files?limit=x", 400, "invalid_value", "limit"),
                ("/api/files?limit=5&limit=5", 400, "invalid_value", "limit"), ("/api/files?sort=filename;DROP", 400, "invalid_value", "sort"), ("/api/files?order=up", 400, "invalid_value", "order"),
                ("/api/files?cursor=abc", 400, "invalid_value", "cursor"), ("/api/files?limit=5&cursor=!!!", 400, "invalid_value", "cursor"), ("/api/files?fliter=x", 400, "unknown_key", "fliter"),
                ("/api/servers?status=purple", 400, "invalid_value", "status"), ("/api/servers?reachable=maybe", 400, "invalid_value", "reachable"),
                ("/api/servers?subnet=10.0.0.0/99", 400, "invalid_value", "subnet"), ("/api/files?q=" + "x" * 300, 413, "too_large", "q"),
                ("/api/files.csv?limit=5", 400, "unknown_key", "limit"), ("/api/explain", 400, "missing_key", "path"), ("/api/scans/007", 400, "invalid_value", "id"),
                ("/api/servers/99999999999999999999", 400, "invalid_value", "id"), ("/api/servers/424242", 404, "not_found", "id"), ("/api/scans?kind=files", 400, "invalid_value", "kind"),
                ("/api/files?q=%zz", 400, "invalid_value", None), ("/api/files?q=%00", 400, "invalid_value", None), ("/api/files?q=%ff", 400, "invalid_value", None)):
            with self.subTest(path[:60]):
                self.refused(self.d.request("GET", path), status, code, field)
        self.refused(self.d.request("POST", "/api/scan/directories?wait=-1"), 400, "invalid_value", "wait")
        self.refused(self.d.request("POST", "/api/scan/directories", {"only": ["/etc"]}), 403, "outside_limits", "only[0]")
        self.refused(self.d.request("POST", "/api/scan/servers"), 400, "invalid_value", "subnets_to_scan")
        self.refused(self.d.request("DELETE", "/api/scan/424242"), 404, "not_found", "scan")

    def test_changes_that_another_page_could_send_are_refused(self):
        for headers in ({"X-Requested-With": ""}, {"X-Requested-With": "XMLHttpRequest"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Content-Type": "text/plain", "X-Requested-With": ""}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            with self.subTest(str(headers)):
                answer = self.d.request("DELETE", "/api/servers", headers=headers)
                self.assertIn(answer.status, (403, 421), answer)
                self.assertEqual(answer.json["status"], "error")


class StateTest(unittest.TestCase):
    """What is done when the state directory is not as it should be."""

    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.d.write_config()

    def refuses(self, code, *words):
        got, said = self.d.run_scannerd()
        self.assertEqual(got, code, said)
        for word in words:
            self.assertIn(word, said)
        return said

    def with_data(self):
        self.d.start()
        for i in range(40):
            self.d.add_server(f"web{i:02}", note="x" * 2000)
        write_file(os.path.join(self.d.backups, "web01.tar"))
        self.d.scan()
        self.d.stop()

    def damage(self, change):
        with open(self.d.database, "r+b") as f:
            change(f)
            f.seek(0)
            return f.read()

    def test_a_damaged_database_is_refused_with_advice_and_left_as_it_is(self):
        self.with_data()
        good = shutil.copytree(self.d.state, self.d.state + ".good")
        cases = {"garbage in the header": lambda f: f.write(b"garbage " * 12), "truncated": lambda f: f.truncate(os.path.getsize(self.d.database) // 2),
                 "garbage inside": lambda f: (f.seek(4096), f.write(os.urandom(3 * 4096))), "no database at all": lambda f: (f.truncate(0), f.write(b"text\n" * 2000))}
        for name, change in cases.items():
            with self.subTest(name):
                shutil.rmtree(self.d.state)
                shutil.copytree(good, self.d.state)
                damaged = self.damage(change)
                self.refuses(69, "backup-checker.db", "move it away")
                with open(self.d.database, "rb") as f:
                    self.assertEqual(f.read(), damaged)
        os.rename(self.d.database, self.d.database + ".bad")
        self.d.start()
        self.d.scan()
        self.assertEqual(len(self.d.files()), 1)

    def test_a_newer_database_is_refused_and_left_as_it_is(self):
        self.with_data()
        self.d.sql("PRAGMA user_version = 999")
        self.refuses(69, "newer", "999")
        self.assertEqual(self.d.sql("SELECT count(*) FROM servers"), [(40,)])

    def test_a_state_directory_that_cannot_be_written_is_said(self):
        self.with_data()
        subprocess.run(["mount", "--bind", "-o", "ro", self.d.state, self.d.state], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.d.state], check=True)
        self.addCleanup(unmount, self.d.state)
        self.refuses(73, self.d.state)

    def test_a_file_in_place_of_the_state_directory_is_said(self):
        write_file(self.d.state)
        got, said = self.d.run_scannerd()
        self.assertNotEqual(got, 0)
        self.assertIn("not a directory", said)

    def test_a_second_scannerd_on_the_same_state_does_not_start(self):
        self.d.start_scannerd()
        self.refuses(75, self.d.state, str(self.d.scannerd.pid))
        with self.d.varlink() as v:
            self.assertIn("parameters", v.call("GetInfo"), "the first one goes on")

    def test_a_killed_scannerd_leaves_a_state_that_starts_again(self):
        self.d.start()
        self.d.add_server("web01")
        self.d.end(self.d.scannerd, signal.SIGKILL)
        self.d.start_scannerd()
        self.assertEqual(list(self.d.servers()), ["web01"])
        wait_for(lambda: self.d.get("/api/health")["scannerd"] == "connected", what="the connection")

    def test_a_full_disk_refuses_changes_with_a_reason_loses_nothing_and_recovers(self):
        mount_tmpfs(self.d.state, "size=4m,mode=750")
        self.addCleanup(unmount, self.d.state)
        self.addCleanup(self.d.stop)
        self.d.start()
        self.d.add_server("first01")
        ballast = os.path.join(self.d.state, "ballast")
        with open(ballast, "wb", buffering=0) as f, self.assertRaises(OSError):
            while True:
                f.write(b"x" * 4096)
        answer = None
        for i in range(200):
            answer = self.d.request("POST", "/api/servers", {"hostname": f"more{i:03}", "note": "n" * 4000})
            if answer.status != 201:
                break
        self.assertIn(answer.status, (500, 503, 507), answer)
        self.assertIn("full", answer.json["message"])
        names = set(self.d.servers())
        self.assertIn("first01", names)
        self.assertNotIn(f"more{i:03}", names)
        self.assertEqual(self.d.request("GET", "/api/health").status, 200, "reading goes on")
        os.unlink(ballast)
        self.d.add_server("after01")
        self.d.scan()
        self.assertEqual(set(self.d.servers()), names | {"after01"})

    def test_a_state_directory_without_any_space_does_not_start(self):
        mount_tmpfs(self.d.state, "size=64k,mode=750")
        self.addCleanup(unmount, self.d.state)
        got, said = self.d.run_scannerd()
        self.assertIn(got, (69, 73), said)
        self.assertIn("full", said)

    def test_webd_says_503_with_the_reason_while_there_is_no_database_and_recovers(self):
        self.d.start()
        self.d.add_server("web01")
        os.rename(self.d.state, self.d.state + ".away")
        self.d.end(self.d.webd)
        os.mkdir(self.d.state)
        self.d.start_webd()
        for path in ("/api/health", "/readyz", "/api/servers", "/api/summary"):
            answer = self.d.request("GET", path)
            self.assertEqual(answer.status, 503, answer)
            self.assertGreater(len(answer.json["message"].split()), 3)
        self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        shutil.rmtree(self.d.state)
        os.rename(self.d.state + ".away", self.d.state)
        wait_for(lambda: self.d.request("GET", "/api/health").status == 200, what="the recovery")
        self.assertEqual(list(self.d.servers()), ["web01"])

    def test_without_scannerd_reading_goes_on_and_changes_say_why_not(self):
        self.with_data()
        self.d.start()
        self.d.end(self.d.scannerd)
        self.assertEqual(len(self.d.servers()), 40)
        for method, path in (("POST", "/api/scan/directories"), ("GET", "/api/config"), ("DELETE", "/api/servers/1")):
            answer = self.d.request(method, path)
            self.assertEqual((answer.status, answer.json["code"]), (503, "unavailable"), answer)
            self.assertIn("scannerd cannot be reached", answer.json["message"])


if __name__ == "__main__":
    unittest.main()
