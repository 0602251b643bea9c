"""Every list of the API: pages, sorts, filters and exports agree with each other and with the description of the API."""
import collections
import csv
import datetime
import io
import itertools
import json
import os
import subprocess
import unittest
import urllib.parse
import zipfile
from xml.etree import ElementTree

from described import Description, DescribedDeployment, Mismatch
from harness import program, write_file

HOSTS = [f"host{i:02}" for i in range(30)]
ODD = [b"=cmd().tar", b"+1.tar", b"-1.tar", b"@x.tar", b"\tt.tar", b'quo"te.tar', b"com,ma.tar", b"new\nline.tar", b"bad\xff.tar", b"\xc3\xa9.tar", b" blank.tar ", b"z" * 255]


class ListTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = DescribedDeployment()
        cls.addClassCleanup(cls.d.remove)
        b = cls.d.backups
        for i in range(400):
            write_file(f"{b}/d{i % 9}/host{i % 35:02}_{i}.tar", size=i % 4 * 100, age_days=i % 11 + 0.5)
        for name in ODD:
            with open(os.path.join(b.encode(), name), "wb") as f:
                f.write(b"data")
        cls.other = os.path.join(cls.d.base, "other")
        for i in range(30):
            write_file(f"{cls.other}/Dump{i}.SQL.gz", size=50, age_days=700)
        write_file(f"{cls.other}/old00x.tar", size=50, age_days=700)
        cls.d.write_config(directories_to_scan=[b, cls.other, os.path.join(cls.d.base, "missing")], schedule={"directories": "off", "servers": "off"})
        cls.d.start()
        for i, name in enumerate(HOSTS):
            more = {"ip_address": f"10.0.{i % 3}.{i}"} if i % 4 else {}
            cls.d.add_server(name, tags=["even" if i % 2 == 0 else "odd"], note=f"=note {i}", **more)
        cls.d.add_server("old00x")
        cls.d.add_server("none00x", aliases=["alias, with comma"])
        for _ in range(3):
            cls.d.scan()
        cls.api = cls.d.get("/api/openapi.json")

    def sorts(self, path):
        return next(p["schema"]["enum"] for p in self.api["paths"][path]["get"]["parameters"] if p["name"] == "sort")

    @staticmethod
    def query(path, /, **parameters):
        given = {k: v for k, v in parameters.items() if v is not None}
        return path + ("?" + urllib.parse.urlencode(given) if given else "")

    def pages(self, path, member, limit, **parameters):
        rows, cursor = [], None
        for _ in range(500):
            body = self.d.get(self.query(path, limit=limit, cursor=cursor, **parameters))
            page = body[member]
            self.assertEqual(body["count"], len(page))
            self.assertLessEqual(len(page), limit)
            rows += page
            cursor = body["next"]
            if cursor is None:
                return rows, body.get("total")
            self.assertEqual(len(page), limit, "only the last page may be short")
        raise AssertionError("pages without end")

    def test_pages_hold_every_row_once_and_in_order_under_every_sort_and_filter(self):
        for path, member, limit, filters in (
                ("/api/files", "files", 97, ({}, {"q": "HOST1"}, {"unmatched": 1}, {"counts": 0, "server": "host03"}, {"root": self.other})),
                ("/api/servers", "servers", 7, ({}, {"status": "green,red"}, {"tag": "odd", "q": "host"}, {"subnet": "10.0.1.0/24"})),
                ("/api/scans", "scans", 2, ({}, {"state": "succeeded"})), ("/api/changes", "changes", 9, ({}, {"after": "green"})),
                ("/api/history", "history", 1, ({},)), ("/api/directories", "directories", 2, ({}, {"available": 1})), ("/api/config/history", "settings", 1, ({},))):
            for sort, order, chosen in itertools.product([None, *self.sorts(path)], ("asc", "desc"), filters):
                with self.subTest(f"{path} {sort} {order} {chosen}"):
                    whole = self.d.get(self.query(path, sort=sort, order=order, **chosen))
                    self.assertEqual(whole["count"], len(whole[member]))
                    self.assertTrue(whole[member])
                    rows, total = self.pages(path, member, limit, sort=sort, order=order, **chosen)
                    self.assertEqual(rows, whole[member])
                    self.assertEqual(total, len(rows))
                    cheap, total = self.pages(path, member, limit, sort=sort, order=order, total="cheap", **chosen)
                    self.assertEqual(cheap, rows)
                    self.assertIn(total, (None, len(rows)))
                    only = self.d.get(self.query(path, sort=sort, order=order, total="only", **chosen))
                    self.assertEqual((only["total"], only["count"], only[member], only["next"]), (len(rows), 0, [], None))
                    if order == "desc":
                        self.assertEqual(rows, self.d.get(self.query(path, sort=sort, order="asc", **chosen))[member][::-1])

    def test_rows_are_counted_by_the_values_of_a_column(self):
        for path, member, column in (("/api/servers", "servers", "backup_status"), ("/api/servers", "servers", "time_source"), ("/api/files", "files", "time_source"), ("/api/scans", "scans", "state")):
            for chosen in ({}, {"q": "host1"}) if path != "/api/scans" else ({},):
                with self.subTest(f"{path} {column} {chosen}"):
                    rows = self.d.get(self.query(path, **chosen))[member]
                    body = self.d.get(self.query(path, count_by=column, **chosen))
                    self.assertEqual({c["value"]: c["count"] for c in body["counts"]}, dict(collections.Counter(row[column] for row in rows)))
                    self.assertEqual((body["total"], body[member]), (len(rows), []))

    def test_sorted_values_rise_and_ties_keep_the_order_of_ids(self):
        files = self.d.files("?sort=size")
        self.assertEqual([(f["size"], f["id"]) for f in files], sorted((f["size"], f["id"]) for f in files))
        names = [f["filename"].encode() for f in self.d.files("?sort=filename") if "filename_b64" not in f]
        self.assertEqual(names, sorted(names))
        order = ["red", "unknown", "yellow", "green", "exempt"]
        ranks = [order.index(s["backup_status"]) for s in self.d.get("/api/servers?sort=backup_status")["servers"]]
        self.assertEqual(ranks, sorted(ranks))
        keys = [tuple(map(int, s["ip_address"].split("."))) for s in self.d.get("/api/servers?sort=ip_address")["servers"] if s["ip_address"]]
        self.assertEqual(keys, sorted(keys))

    def test_filters_choose_what_they_say(self):
        files, servers = self.d.files(), self.d.get("/api/servers")["servers"]

        def ids(rows):
            return sorted(r["id"] for r in rows)
        for query, condition in (
                ("q=dump", lambda f: "dump" in f["filepath"].lower()), ("q=.sql.GZ", lambda f: ".sql.gz" in f["filepath"].lower()), ("q=%27%20OR%201=1", lambda f: False),
                ("q=100%25", lambda f: False), ("server=host07", lambda f: f["server"] == "host07"), ("unmatched=1", lambda f: f["server"] is None),
                ("unmatched=0", lambda f: f["server"] is not None), ("counts=1", lambda f: f["counts"]), ("counts=0", lambda f: not f["counts"]),
                ("root=" + urllib.parse.quote(self.other), lambda f: f["filepath"].startswith(self.other + "/")), ("q=", lambda f: True)):
            with self.subTest(query):
                self.assertEqual(ids(self.d.files("?" + query)), ids(filter(condition, files)))
        for query, condition in (
                ("status=green", lambda s: s["backup_status"] == "green"), ("status=unknown,yellow", lambda s: s["backup_status"] in ("unknown", "yellow")),
                ("tag=EVEN", lambda s: "even" in s["tags"]), ("subnet=10.0.2.0/24", lambda s: (s["ip_address"] or "").startswith("10.0.2.")),
                ("by_hand=1", lambda s: s["by_hand"]), ("reachable=0", lambda s: True), ("q=with%20comma", lambda s: s["hostname"] == "none00x"), ("q=10.0.1.", lambda s: (s["ip_address"] or "").startswith("10.0.1."))):
            with self.subTest(query):
                self.assertEqual(ids(self.d.get("/api/servers?" + query)["servers"]), ids(filter(condition, servers)))

    def test_a_cursor_of_another_sort_or_filter_is_refused(self):
        cursor = self.d.get("/api/files?limit=5&sort=size")["next"]
        for query in ("sort=filename", "sort=size&order=desc", "sort=size&q=host", "limit=6"):
            answer = self.d.request("GET", f"/api/files?{query}&cursor={cursor}" + ("" if "limit" in query else "&limit=5"))
            self.assertEqual((answer.status, answer.json["field"]), (400, "cursor"), answer)

    def guarded(self, value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = str(value)
        return "'" + text if text[:1] in tuple("=+-@\t\r") and isinstance(value, str) else text

    def test_csv_holds_the_same_rows_as_json_under_the_same_filters(self):
        for path, member, query in (("/api/files", "files", "sort=filename&order=desc&unmatched=1"), ("/api/files", "files", ""), ("/api/servers", "servers", "status=green&sort=hostname"), ("/api/servers", "servers", "")):
            with self.subTest(path + query):
                answer = self.d.request("GET", f"{path}.csv?{query}")
                self.assertTrue(answer.headers["Content-Type"].startswith("text/csv"))
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                self.assertTrue(answer.body.endswith(b"\r\n"))
                table = list(csv.DictReader(io.StringIO(answer.body.decode(), newline=""), strict=True))
                rows = self.d.get(f"{path}?{query}")[member]
                self.assertEqual(len(table), len(rows))
                for cells, row in zip(table, rows):
                    for name, cell in cells.items():
                        if not isinstance(row[name], list) and name + "_b64" not in row:
                            self.assertEqual(cell, self.guarded(row[name]), name)

    def workbook(self, path):
        answer = self.d.request("GET", path)
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("spreadsheetml", answer.headers["Content-Type"])
        ns = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
            sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        self.assertEqual(sheet.findall(f".//{ns}f"), [])
        table = []
        for row in sheet.iter(f"{ns}row"):
            cells = {}
            for c in row:
                column = "".join(ch for ch in c.get("r") if ch.isalpha())
                text = "".join(t.text or "" for t in c.iter(f"{ns}t")) if c.get("t") == "inlineStr" else c.findtext(f"{ns}v")
                cells[column] = (c.get("t"), text)
            table.append(cells)
        header = {column: text for column, (_, text) in table[0].items()}
        return [{header[k]: v for k, v in row.items()} for row in table[1:]]

    def test_a_workbook_holds_the_same_rows_as_json_with_real_numbers_and_dates(self):
        rows = self.d.files("?sort=id&counts=1")
        table = self.workbook("/api/files.xlsx?sort=id&counts=1")
        self.assertEqual(len(table), len(rows))
        for cells, row in zip(table, rows):
            self.assertEqual(cells["filename"], ("inlineStr", row["filename"]))
            self.assertEqual((cells["size"][0], int(cells["size"][1])), (None, row["size"]))
            time = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=float(cells["last_modified"][1]))
            self.assertLess(abs(time - datetime.datetime.strptime(row["last_modified"], "%Y-%m-%dT%H:%M:%SZ")), datetime.timedelta(seconds=2))
        self.assertEqual(len(self.workbook("/api/servers.xlsx?status=red")), len(self.d.servers("?status=red")))
        self.assertEqual(len(self.workbook("/api/status.xlsx")), len(HOSTS) + 2)

    def test_the_status_report_begins_with_what_is_urgent(self):
        text = self.d.request("GET", "/api/status.csv").body.decode()
        statuses = [r["backup_status"] for r in csv.DictReader(io.StringIO(text, newline=""))]
        self.assertEqual(len(statuses), len(HOSTS) + 2)
        self.assertEqual(statuses, sorted(statuses, key=["red", "unknown", "yellow", "green", "exempt"].index))

    def test_explain_says_the_same_as_the_list_and_why(self):
        for f in self.d.files("?q=_1")[:40] + self.d.files("?unmatched=1")[:5]:
            if "filepath_b64" in f:
                continue
            result = self.d.get(self.query("/api/explain", path=f["filepath"]))["result"]
            self.assertEqual((result["counts"], result["server"]), (f["counts"], f["server_id"]), f)
            self.assertTrue(result["steps"])
            if f["server_id"]:
                self.assertTrue(any(c["server"] == f["server_id"] and c["won"] for c in result["candidates"]), result)
        result = self.d.get(self.query("/api/explain", path="/not/there/host05-2024-01-31.tar"))["result"]
        self.assertEqual(result["time_source"], "name")

    def test_a_rule_can_be_tried_without_being_kept(self):
        before = self.d.get("/api/config")["revision"]
        result = self.d.request("POST", "/api/rules/preview", {"rule": {"path": "Dump*.SQL.gz", "server": "none00x"}})
        self.assertEqual(result.status, 200, result)
        result = result.json["result"]
        self.assertEqual((result["files"], result["with_server"], result["counted"]), (30, 30, 30))
        self.assertTrue(all(s["server"] == "none00x" for s in result["samples"]))
        self.assertEqual(self.d.request("POST", "/api/rules/preview", {"rule": {"path": "nothing", "ignore": True}}).json["result"]["files"], 0)
        bad = self.d.request("POST", "/api/rules/preview", {"rule": {"regex": "(", "server": "x"}})
        self.assertEqual((bad.status, bad.json["field"]), (400, "rule.regex"), bad)
        self.assertEqual(self.d.get("/api/config")["revision"], before)
        self.assertEqual(self.d.servers()["none00x"]["backup_count"], 0)

    def test_the_summary_agrees_with_the_lists(self):
        s, servers, files = self.d.get("/api/summary"), self.d.get("/api/servers")["servers"], self.d.files()
        self.assertEqual((s["servers"], s["files"], s["bytes"]), (len(servers), len(files), sum(f["size"] for f in files)))
        counts = {k: sum(x["backup_status"] == k for x in servers) for k in ("green", "yellow", "red", "unknown", "exempt")}
        self.assertEqual(s["by_status"], counts)
        self.assertEqual(s["coverage_percent"], counts["green"] * 1000 // len(servers) / 10)
        self.assertEqual(s["directories"], 3)
        self.assertEqual([d["path"] for d in s["directories_unavailable"]], [os.path.join(self.d.base, "missing")])
        self.assertEqual(s["last_scans"]["directories"]["id"], self.d.get("/api/scans?limit=1")["scans"][0]["id"])
        self.assertIsNone(s["last_scans"]["servers"])
        last = self.d.get("/api/history")["history"][0]
        self.assertEqual({k: last[k] for k in counts}, counts)

    def test_changes_tell_when_a_server_became_what_it_is(self):
        servers = self.d.servers()
        for name in ("host03", "old00x", "none00x"):
            changes = self.d.get(f"/api/servers/{servers[name]['id']}/changes")["changes"]
            self.assertEqual(changes[0]["after"], servers[name]["backup_status"])
            self.assertIsNone(changes[-1]["before"])
            for newer, older in itertools.pairwise(changes):
                self.assertEqual(newer["before"], older["after"])
            self.assertEqual(changes, self.d.get(f"/api/changes?server={name}")["changes"])

    def test_every_described_address_answers_as_it_is_described(self):
        printed = subprocess.run([program("webd"), "--print-openapi"], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(json.loads(printed), self.api)
        for path in ("/api/files", "/api/servers", "/api/scan/directories", "/api/scan/servers", "/api/scan/{id}", "/api/scans", "/api/events", "/api/config", "/api/summary",
                     "/api/servers/{id}", "/api/explain", "/api/rules/preview", "/api/files.csv", "/api/servers.xlsx", "/api/status.csv", "/api/health", "/healthz", "/readyz", "/metrics"):
            self.assertIn(path, self.api["paths"])
        needed = {"/api/explain": "?path=/x", "/api/schedule/preview": "?expression=off"}
        ids = {"files": self.d.files()[0]["id"], "servers": self.d.get("/api/servers")["servers"][0]["id"], "scan": 1, "scans": 1,
               "directories": self.d.get("/api/directories")["directories"][0]["id"]}
        for path, methods in self.api["paths"].items():
            if "get" not in methods or path in ("/api/events", "/api/sessions"):
                continue
            with self.subTest(path):
                url = path.replace("{id}", str(ids.get(path.split("/")[2]))) if "{id}" in path else path.replace("{name}", "THIRD-PARTY.txt")
                answer = self.d.request("GET", url + needed.get(path, ""))
                self.assertEqual(answer.status, 200, answer)
                (kind, _), = methods["get"]["responses"]["200"]["content"].items()
                self.assertTrue(answer.headers["Content-Type"].startswith(kind.removesuffix("*/*")), answer.headers["Content-Type"])
                head = self.d.request("HEAD", url + needed.get(path, ""))
                self.assertEqual((head.status, head.body), (200, b""))
                if kind == "application/json":
                    self.assertIn((methods["get"]["operationId"], 200), self.d.checked)

    def test_an_answer_that_is_not_as_described_is_found(self):
        """The checks of every other test here can fail."""
        description = Description(self.api)
        server = self.d.get("/api/servers?limit=1")["servers"][0]
        schema = {"$ref": "#/components/schemas/Server"}
        description.check(server, schema, "server")
        for change in ({"surprise": 1}, {"id": "1"}, {"id": None}, {"backup_status": "blue"}, {"last_seen": "yesterday"}, {"tags": "a"}, {"tags": [1]}, {"backup_count": 1.5}):
            with self.subTest(change):
                self.assertRaises(Mismatch, description.check, {**server, **change}, schema, "server")
        for key in server:
            self.assertRaises(Mismatch, description.check, {k: v for k, v in server.items() if k != key}, schema, "server")

    def test_health_and_metrics_are_for_machines(self):
        health = self.d.get("/api/health")
        self.assertEqual((health["status"], health["database"], health["scannerd"]), ("healthy", "connected", "connected"))
        self.assertEqual(self.d.request("GET", "/healthz").status, 200)
        self.assertEqual(self.d.request("GET", "/readyz").status, 200)
        values = {}
        for line in self.d.request("GET", "/metrics").body.decode().splitlines():
            if not line.startswith("# "):
                values[line.rsplit(" ", 1)[0]] = float(line.rsplit(" ", 1)[1])
        summary = self.d.get("/api/summary")
        for status, count in summary["by_status"].items():
            self.assertEqual(values[f'backup_checker_servers{{status="{status}"}}'], count)
        for name, member in ("files", "files"), ("size_bytes", "bytes"):
            self.assertEqual(sum(value for key, value in values.items() if key.startswith(f"backup_checker_directory_{name}{{")), summary[member])
        self.assertEqual([value for key, value in values.items() if key.startswith("backup_checker_directory_available{")].count(0), 1)


if __name__ == "__main__":
    unittest.main()
