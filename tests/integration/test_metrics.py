"""/metrics as Prometheus reads it: judged by promtool, held against the API, with hostile names and ten thousand servers; and the rules that go with it."""
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import test_signin
from harness import TOP, Deployment, DeploymentTest, wait_for, write_file
from proxies import find_program

EXAMPLES = os.path.join(TOP, "docs", "examples")
STATUS = {"green": 0, "yellow": 1, "red": 2, "unknown": 3, "exempt": 4}
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\["\\n])*)"(,|$)')
DAY = 86400


def promtool(*args, **more):
    """(exit code, all that it said)."""
    done = subprocess.run([find_program("promtool"), *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False, **more)
    return done.returncode, done.stdout.decode()


def labels_of(text):
    """The labels of a sample, by the grammar of the format."""
    found, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        if not match:
            raise AssertionError(f"no label: {text[at:]!r}")
        found[match[1]] = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], match[2])
        at = match.end()
    return frozenset(found.items())


class Exposition:
    """{family: {labels: value}}, by a strict reading: HELP, then TYPE, then all samples of a family, and no sample twice."""

    def __init__(self, body):
        text = body.decode()
        self.families, self.types, helped = {}, {}, None
        assert text.endswith("\n")
        for line in text[:-1].split("\n"):
            if line.startswith("# HELP "):
                helped = line.split(" ", 3)[2]
                assert helped not in self.families and line.split(" ", 3)[3], line
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name == helped, line
                self.families[name], self.types[name] = {}, kind
            else:
                match = re.fullmatch(r"([a-z_]+)(?:\{(.*)\})? (-?[0-9]+(?:\.[0-9]+)?)", line)
                assert match and match[1] == helped, line
                labels = labels_of(match[2] or "")
                assert labels not in self.families[helped], f"twice: {line}"
                self.families[helped][labels] = float(match[3])

    def value(self, family, **labels):
        return self.families[family].get(frozenset(labels.items()))

    def by(self, family, label):
        """{value of the label: value}"""
        return {dict(labels)[label]: value for labels, value in self.families[family].items()}


class Metrics:
    """Of a test case with self.d."""

    def metrics(self, query="", **more):
        answer = self.d.request("GET", "/metrics" + query, **more)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        return Exposition(answer.body)

    def judged(self, query=""):
        """promtool finds nothing to say about it."""
        body = self.d.request("GET", "/metrics" + query).body
        self.assertEqual(promtool("check", "metrics", input=body), (0, ""))
        return Exposition(body)


class StateTest(Metrics, DeploymentTest):
    def prepare(self):
        """Servers of four statuses, and a directory that is gone."""
        gone = os.path.join(self.d.base, "gone")
        for path, age in ("web01/web01.tar", 1), ("web02/web02.tar", 500), ("web03/web03.tar", 1):
            write_file(os.path.join(self.d.backups, path), age_days=age, size=12345)
        write_file(os.path.join(gone, "web04.tar"))
        self.d.write_config(directories_to_scan=[self.d.backups, gone])
        self.d.start()
        rows = {name: self.d.add_server(name) for name in ("web01", "web02", "web03", "web04", "web05")}
        self.d.request("PUT", f"/api/servers/{rows['web03']['id']}/exemption", {"reason": "for tests"})
        self.d.scan()
        os.rename(gone, gone + "2")
        self.d.scan(expect=None)
        return gone

    start_daemons = False

    def test_promtool_has_nothing_to_say_and_the_numbers_are_those_of_the_api(self):
        gone = self.prepare()
        found = self.judged()
        servers = self.d.get("/api/servers")["servers"]
        self.assertEqual({s["hostname"]: s["backup_status"] for s in servers}, {"web01": "green", "web02": "yellow", "web03": "exempt", "web04": "unknown", "web05": "unknown"})
        ids = {s["hostname"]: str(s["id"]) for s in servers}
        self.assertEqual(len(found.families["backup_checker_server_status"]), len(servers))
        for s in servers:
            labels = {"id": ids[s["hostname"]], "server": s["hostname"]}
            self.assertEqual(found.value("backup_checker_server_status", **labels), STATUS[s["backup_status"]], s)
            self.assertEqual(found.value("backup_checker_server_backups", **labels), s["backup_count"])
            newest = found.value("backup_checker_server_newest_backup_timestamp_seconds", **labels)
            self.assertEqual(newest and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(newest)), s["backup_time"])
            self.assertEqual(found.value("backup_checker_server_newest_backup_size_bytes", **labels), {"web04": 1000, "web05": None}.get(s["hostname"], 12345))
        summary = self.d.get("/api/summary")
        self.assertEqual(found.by("backup_checker_servers", "status"), summary["by_status"])
        self.assertEqual(found.by("backup_checker_directory_available", "directory"), {self.d.backups: 1, gone: 0})
        self.assertEqual(sum(found.by("backup_checker_directory_files", "directory").values()), summary["files"])
        self.assertEqual(sum(found.by("backup_checker_directory_size_bytes", "directory").values()), summary["bytes"])
        self.assertAlmostEqual(found.by("backup_checker_directory_last_scan_timestamp_seconds", "directory")[self.d.backups], time.time(), delta=120)
        self.assertEqual(found.by("backup_checker_scan_running", "kind"), {"directories": 0, "servers": 0})

    def test_the_series_of_the_servers_can_be_left_out(self):
        self.prepare()
        found = self.judged("?servers=0")
        self.assertEqual([name for name in found.families if name.startswith("backup_checker_server_")], [])
        self.assertEqual(set(self.metrics("?servers=1").families) - set(found.families),
                         {"backup_checker_server_" + name for name in ("status", "backups", "newest_backup_timestamp_seconds", "newest_backup_size_bytes")})
        self.assertEqual(sum(found.families["backup_checker_servers"].values()), 5)
        for bad in "?servers=2", "?servers=", "?servers=yes":
            self.refused(self.d.request("GET", "/metrics" + bad), 400, "invalid_value", "servers")
        self.refused(self.d.request("GET", "/metrics?server=0"), 400, "unknown_key", "server")

    def test_a_server_without_a_backup_has_a_status_but_no_time_and_no_size(self):
        self.d.start()
        self.d.add_server("bare")
        self.d.scan()
        found = self.judged()
        self.assertEqual(found.by("backup_checker_server_status", "server"), {"bare": 2})
        self.assertEqual(found.by("backup_checker_server_backups", "server"), {"bare": 0})
        self.assertEqual(found.families["backup_checker_server_newest_backup_timestamp_seconds"], {})
        self.assertEqual(found.families["backup_checker_server_newest_backup_size_bytes"], {})

    def test_head_says_how_long_the_answer_is_and_sends_none(self):
        self.d.start()
        connection = http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=20)
        connection.request("HEAD", "/metrics?servers=0")
        response = connection.getresponse()
        self.assertEqual((response.status, response.read()), (200, b""))
        self.assertAlmostEqual(int(response.headers["Content-Length"]), len(self.d.request("GET", "/metrics?servers=0").body), delta=40)
        connection.close()


class WithoutScannerdTest(Metrics, DeploymentTest):
    """The database is written by the test while scannerd is away."""
    start_daemons = False

    def write(self, *statements):
        self.d.start_scannerd()
        self.d.end(self.d.scannerd)
        for statement in statements:
            self.d.sql(*statement)
        self.d.start_webd()

    def test_without_a_database_it_says_so_in_an_answer_that_prometheus_keeps(self):
        os.makedirs(self.d.state)
        self.d.start_webd()
        found = self.judged()
        self.assertEqual((found.value("backup_checker_database_up"), found.value("backup_checker_scannerd_up")), (0, 0))
        self.assertNotIn("backup_checker_servers", found.families)
        self.d.start_scannerd()
        wait_for(lambda: self.metrics().value("backup_checker_scannerd_up") == 1, what="scannerd_up")
        found = self.metrics()
        self.assertEqual(found.value("backup_checker_database_up"), 1)
        self.assertIn("backup_checker_servers", found.families)

    def test_names_that_others_chose_end_no_line_and_no_label(self):
        names = ['quo"te', "back\\slash", 'end\\', 'x"} 1\nbackup_checker_servers{status="red"} 9\n#', "cr\r\n", "\x1b[31mred", "ünï", "tab\there", "\x00nul", "same", "same"]
        self.write(*[("INSERT INTO servers (id, created, hostname) VALUES (?, 0, CAST(? AS TEXT))", i + 1, name.encode()) for i, name in enumerate(names)],
                   ("INSERT INTO servers (id, created, hostname) VALUES (99, 0, CAST(? AS TEXT))", b"lat\xedn"),
                   ("INSERT INTO roots (id, path) VALUES (9, ?)", b'/srv/a"b\\\n\xff'))
        found = self.judged()
        shown = {labels["id"]: labels["server"] for labels in map(dict, found.families["backup_checker_server_status"])}
        self.assertEqual(len(shown), len(names) + 1)
        for i, name in enumerate(names):
            self.assertEqual(shown[str(i + 1)], re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\x{ord(m[0]):02x}", name))
        self.assertEqual(shown["99"], "lat\\xedn")
        self.assertEqual(found.by("backup_checker_servers", "status")["red"], len(names) + 1)
        self.assertEqual(list(found.by("backup_checker_directory_available", "directory")), [self.d.backups, '/srv/a"b\\\\x0a\\xff'])

    def test_scans_are_told_by_kind_and_failures_end_with_a_success(self):
        scans = [("directories", "failed", 100, 101), ("directories", "succeeded", 200, 290), ("directories", "failed", 300, 301), ("directories", "interrupted", 310, 311),
                 ("directories", "cancelled", 320, 321), ("servers", "failed", 400, 401)]
        self.write(*[("INSERT INTO scans (kind, state, requested_by, started, finished) VALUES (?, ?, '', ?, ?)", *scan) for scan in scans])
        found = self.judged()
        self.assertEqual(found.by("backup_checker_scan_failures_since_success", "kind"), {"directories": 2, "servers": 1})
        self.assertEqual(found.by("backup_checker_scan_last_success_timestamp_seconds", "kind"), {"directories": 290})
        self.assertEqual(found.by("backup_checker_scan_last_success_duration_seconds", "kind"), {"directories": 90})
        self.assertEqual(found.by("backup_checker_scan_running", "kind"), {"directories": 0, "servers": 0})

    def test_ten_thousand_servers_cost_little(self):
        self.write()
        self.d.end(self.d.webd)
        # one statement: a row each would take the test longer than webd
        self.d.sql("INSERT INTO servers (id, created, hostname) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
                   " SELECT i, 0, 'server-' || i || '.example.org' FROM n")
        self.d.sql("INSERT INTO evidence (server, backup_time, backup_count, green_within, red_after) SELECT id, 1700000000 + id, 7, ?, 0 FROM servers", 400 * DAY)
        self.d.start_webd()
        first = self.metrics()
        self.assertEqual(len(first.families["backup_checker_server_status"]), 10000)
        before = first.value("process_cpu_seconds_total")
        for _ in range(10):
            answer = self.d.request("GET", "/metrics")
        self.assertLess(len(answer.body), 5_000_000)
        used = self.metrics().value("process_cpu_seconds_total") - before
        # processor time, measured at 0.05 s each
        self.assertLess(used / 11, 0.2)
        self.assertLess(len(self.d.request("GET", "/metrics?servers=0").body), 10_000)


class ProcessTest(Metrics, DeploymentTest):
    def test_the_numbers_of_the_process_are_the_kernels(self):
        found = self.judged("?servers=0")
        here = f"/proc/{self.d.webd.pid}"
        connection = http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=20)
        self.addCleanup(connection.close)

        def descriptors_agree():
            """Over a connection that stays: it is one of them at both looks."""
            connection.request("GET", "/metrics?servers=0")
            told = Exposition(connection.getresponse().read()).value("process_open_fds")
            return told == len(os.listdir(here + "/fd"))

        wait_for(descriptors_agree, what="agreement about open descriptors")
        with open(here + "/limits", encoding="ascii") as f:
            limits = f.read()
        self.assertEqual(found.value("process_max_fds"), int(re.search(r"Max open files +(\d+)", limits)[1]))
        with open(here + "/statm", encoding="ascii") as f:
            size, resident = (int(n) * os.sysconf("SC_PAGESIZE") for n in f.read().split()[:2])
        self.assertAlmostEqual(found.value("process_resident_memory_bytes"), resident, delta=4 << 20)
        self.assertAlmostEqual(found.value("process_virtual_memory_bytes"), size, delta=256 << 20)
        self.assertAlmostEqual(found.value("process_start_time_seconds"), time.time(), delta=120)
        with open(here + "/schedstat", encoding="ascii") as f:
            main_thread = int(f.read().split()[0]) / 1e9
        self.assertGreaterEqual(self.metrics().value("process_cpu_seconds_total"), main_thread)
        self.assertEqual(list(found.types.values()).count("counter"), 3)
        self.assertEqual({name for name, kind in found.types.items() if kind == "counter"}, {name for name in found.types if name.endswith("_total")})

    def test_requests_and_connections_are_counted(self):
        first = self.metrics("?servers=0")
        for _ in range(5):
            self.d.request("GET", "/healthz")
        second = self.metrics("?servers=0")
        self.assertEqual(second.value("backup_checker_http_requests_total") - first.value("backup_checker_http_requests_total"), 6)
        self.assertGreaterEqual(second.value("backup_checker_http_connections"), 1)
        version = self.d.get("/api/health")["version"]
        self.assertEqual(second.value("backup_checker_build_info", version=version), 1)


class AccessTest(Metrics, test_signin.PasswordTest):
    def test_it_takes_a_viewers_token_until_that_is_removed(self):
        self.assertEqual(self.d.request("GET", "/metrics").status, 401)
        self.assertEqual(self.d.request("GET", "/metrics", headers={"Authorization": "Bearer bc_" + "A" * 43}).status, 401)
        self.add("jo")
        made = self.d.request("POST", "/api/tokens", {"name": "prometheus", "role": "viewer"}, headers=self.cookie("jo")).json
        bearer = {"Authorization": "Bearer " + made["token"]}
        self.assertEqual(self.metrics(headers=bearer).value("backup_checker_database_up"), 1)
        self.refused(self.d.request("POST", "/api/scan/directories", headers=bearer), 403, "permission_denied")
        with self.d.varlink() as v:
            number = v.call("ListTokens")["parameters"]["tokens"][0]["id"]
            self.assertNotIn("error", v.call("RemoveToken", {"id": number}))
        wait_for(lambda: self.d.request("GET", "/metrics", headers=bearer).status == 401, what="the end of the token")

    def test_a_viewers_session_reads_it_too(self):
        self.add("vi", "viewer")
        self.metrics(headers=self.cookie("vi"))

    def test_wrong_passwords_are_counted_and_right_ones_are_not(self):
        self.add("jo")
        cookie = self.cookie("jo")

        def failures():
            return self.metrics(headers=cookie).value("backup_checker_sign_in_failures_total")

        self.assertEqual(failures(), 0)
        self.assertEqual(self.sign_in_as("jo", "wrong password").status, 401)
        self.assertEqual(self.sign_in_as("nobody", "wrong password").status, 401)
        self.assertEqual(failures(), 2)
        self.d.request("GET", "/api/servers")  # 401, but nobody tried to sign in
        self.assertEqual(failures(), 2)


class ExampleTest(unittest.TestCase):
    """docs/examples/prometheus*.yml, by Prometheus' own checks."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bc-")
        self.addCleanup(shutil.rmtree, self.folder)
        for path in os.path.join(EXAMPLES, "prometheus.yml"), os.path.join(EXAMPLES, "prometheus-alerts.yml"), "prometheus-alerts-test.yml":
            shutil.copy(path, self.folder)
        write_file(os.path.join(self.folder, "backup-checker.token"), content=b"bc_x")

    def succeeds(self, *args):
        code, said = promtool(*args, cwd=self.folder)
        self.assertEqual(code, 0, said)
        self.assertIn("SUCCESS", said)

    def test_the_scrape_configuration_is_valid(self):
        self.succeeds("check", "config", "prometheus.yml")

    def test_the_rules_are_valid_and_fire_when_they_should(self):
        self.succeeds("check", "rules", "prometheus-alerts.yml")
        self.succeeds("test", "rules", "prometheus-alerts-test.yml")

    def test_a_rule_that_does_not_fire_is_found(self):
        path = os.path.join(self.folder, "prometheus-alerts.yml")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        write_file(path, content=text.replace("server_status == 2", "server_status == 5").encode())
        self.assertNotEqual(promtool("test", "rules", "prometheus-alerts-test.yml", cwd=self.folder)[0], 0)

    def test_every_rule_has_a_test_that_sees_it_fire(self):
        with open(os.path.join(self.folder, "prometheus-alerts.yml"), encoding="utf-8") as f:
            rules = re.findall(r"- alert: (\w+)", f.read())
        with open(os.path.join(self.folder, "prometheus-alerts-test.yml"), encoding="utf-8") as f:
            fired = re.findall(r"alertname: (\w+)\n +exp_alerts:", f.read())
        self.assertEqual(sorted(set(rules)), sorted(set(fired)))

    def test_what_the_documents_name_is_there(self):
        d = Deployment()
        self.addCleanup(d.remove)
        d.start()
        there = set(Exposition(d.request("GET", "/metrics").body).families)
        there.add("backup_checker_webd_certificate_expiry_timestamp_seconds")  # only with TLS: test_tls
        for name in "examples/prometheus-alerts.yml", "monitoring.md":
            with open(os.path.join(TOP, "docs", name), encoding="utf-8") as f:
                named = set(re.findall(r"\b(?:backup_checker|process)_[a-z_]+[a-z]\b", f.read()))
            self.assertTrue(named)
            self.assertEqual(named - there, set(), name)
            if name == "monitoring.md":
                self.assertEqual(there - named, set(), "not described")


if __name__ == "__main__":
    unittest.main()
