"""test_audit - every request that changes something leaves exactly one entry in the audit log, and the log is asked and exported as it is filtered."""
import calendar
import csv
import io
import json
import os
import shutil
import subprocess
import tempfile
import time

from harness import program, wait_for
from network import FAKES
from test_accounts import totp
from test_signin import OTHER, PASSWORD, PasswordTest

HERE = "127.0.0.1"
# These change nothing that lasts: a preview, and a secret that counts only once a code has confirmed it.
QUIET = {"POST /api/rules/preview", "POST /api/totp"}


class RoutesTest(PasswordTest):
    """One deed after the other by every route; what the deeds need of each other is in self.known."""

    def start_webd(self):
        super().start_webd()
        self.token = self.d.webd.stdout.readline().decode().strip().rsplit("=", 1)[1]
        self.known = {}
        self.cookies = {}

    def setUp(self):
        self.fakes = tempfile.mkdtemp(prefix="bc-fakes-")
        self.addCleanup(shutil.rmtree, self.fakes)
        shutil.copytree(FAKES, self.fakes, dirs_exist_ok=True)
        os.chmod(self.fakes, 0o755)
        starter = os.path.join(self.fakes, "start-netscan")
        with open(starter, "w", encoding="utf-8") as f:
            f.write(f"#!/bin/sh\nexec {program('netscan')} --nmap {os.path.join(self.fakes, 'hangs')}\n")
        os.chmod(starter, 0o755)
        self.netscan = starter
        super().setUp()

    def ask(self, method, path, body=None, statuses=(200, 201, 202)):
        answer = self.d.request(method, path, body, headers=self.cookies)
        self.assertIn(answer.status, statuses, f"{method} {path}: {answer}")
        if "Set-Cookie" in answer.headers and method == "POST":
            self.cookies = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        return answer.json

    def sign_in_elsewhere(self):
        return self.sign_in_as("jo").json["id"]

    def configure(self):
        config = self.d.get("/api/config", headers=self.cookies)["config"]
        config.pop("limits", None)
        config["status"]["green_within"] = "30d"
        config["subnets_to_scan"] = [HERE + "/32"]
        self.ask("PUT", "/api/config", config)

    def cancel(self):
        number = self.known["scan"]
        wait_for(lambda: self.d.get(f"/api/scans/{number}", headers=self.cookies)["scan"]["state"] == "running", what="the scan")
        self.ask("DELETE", f"/api/scan/{number}")
        wait_for(lambda: self.d.get(f"/api/scans/{number}", headers=self.cookies)["scan"]["state"] != "running", what="its end")

    def scan(self, kind):
        scan = self.ask("POST", f"/api/scan/{kind}" + ("?wait=60" if kind == "directories" else ""))["scan"]
        self.known["scan"] = scan["id"]

    def begin_totp(self):
        self.known["secret"] = self.ask("POST", "/api/totp", {"password": OTHER})["secret"]

    def add(self, key, path, body):
        answer = self.ask("POST", path, body)
        self.known[key] = answer["server"]["id"] if "server" in answer else answer["id"]

    def at(self, method, path, key, body=None):
        self.ask(method, path.replace("{id}", str(self.known[key])), body)

    def deeds(self):
        """(route, what is done, the entries that it must leave: action, subject, before, after). Strings of before and after are looked for in the JSON."""
        jo = {"name": "jo", "password": PASSWORD}
        server = {"hostname": "web1", "note": "rack 3"}
        return (
            ("POST /api/setup", lambda: self.ask("POST", "/api/setup", {"token": self.token, **jo}), [("account.first", "jo", None, None)]),
            ("POST /api/session", lambda: self.ask("POST", "/api/session", jo), [("session.begin", "jo", None, None)]),
            ("POST /api/session", lambda: self.known.update(other=self.sign_in_elsewhere()), [("session.begin", "jo", None, None)]),
            ("DELETE /api/sessions/{id}", lambda: self.at("DELETE", "/api/sessions/{id}", "other"), [("session.end", "jo", None, None)]),
            ("DELETE /api/sessions", lambda: self.ask("DELETE", "/api/sessions"), [("session.end", r"jo \(0 others\)", None, None)]),
            ("PUT /api/password", lambda: self.ask("PUT", "/api/password", {"old": PASSWORD, "new": OTHER}), [("password.change", "jo", None, None)]),
            ("POST /api/totp", self.begin_totp, []),
            ("PUT /api/totp", lambda: self.ask("PUT", "/api/totp", {"code": totp(self.known["secret"])}), [("totp.begin", "jo", None, None)]),
            ("DELETE /api/totp", lambda: self.ask("DELETE", "/api/totp", {"password": OTHER}), [("totp.end", "jo", None, None)]),
            ("POST /api/accounts", lambda: self.add("account", "/api/accounts", {"name": "mo", "password": PASSWORD, "role": "viewer"}), [("account.add", "mo", None, '"viewer"')]),
            ("PUT /api/accounts/{id}", lambda: self.at("PUT", "/api/accounts/{id}", "account", {"role": "operator"}), [("account.update", "mo", '"viewer"', '"operator"')]),
            ("DELETE /api/accounts/{id}", lambda: self.at("DELETE", "/api/accounts/{id}", "account"), [("account.remove", "mo", '"operator"', None)]),
            ("POST /api/tokens", lambda: self.add("token", "/api/tokens", {"name": "robot", "role": "viewer"}), [("token.add", "robot", None, '"viewer"')]),
            ("DELETE /api/tokens/{id}", lambda: self.at("DELETE", "/api/tokens/{id}", "token"), [("token.remove", "robot", None, None)]),
            ("POST /api/servers", lambda: self.add("web1", "/api/servers", server), [("server.add", "web1", None, '"rack 3"')]),
            ("PUT /api/servers/{id}", lambda: self.at("PUT", "/api/servers/{id}", "web1", {**server, "note": "rack 4"}), [("server.update", "web1", '{"note":"rack 3"}', '{"note":"rack 4"}')]),
            ("POST /api/servers/{id}/aliases", lambda: self.at("POST", "/api/servers/{id}/aliases", "web1", {"alias": "www"}), [("server.alias", "web1", None, '"www"')]),
            ("PUT /api/servers/{id}/exemption", lambda: self.at("PUT", "/api/servers/{id}/exemption", "web1", {"reason": "no data"}), [("server.exempt", "web1", None, '"no data"')]),
            ("PUT /api/servers/{id}/exemption", lambda: self.at("PUT", "/api/servers/{id}/exemption", "web1", {"reason": "a screen"}), [("server.exempt", "web1", '"no data"', '"a screen"')]),
            ("DELETE /api/servers/{id}/exemption", lambda: self.at("DELETE", "/api/servers/{id}/exemption", "web1"), [("server.expect", "web1", '"a screen"', None)]),
            ("POST /api/servers", lambda: self.add("web2", "/api/servers", {"hostname": "web2"}), [("server.add", "web2", None, '"web2"')]),
            ("POST /api/servers/{id}/merge", lambda: self.at("POST", "/api/servers/{id}/merge", "web1", {"other": self.known["web2"]}), [("server.merge", "web1", '"web2"', '"web1"')]),
            ("DELETE /api/servers/{id}", lambda: self.at("DELETE", "/api/servers/{id}", "web1"), [("server.remove", "web1", '"rack 4"', None)]),
            ("PUT /api/config", self.configure, [("settings.change", r"subnets_to_scan\[0\]", r"[]", '["127.0.0.1/32"]'), ("settings.change", r"status\.green_within", '"365d"', '"30d"')]),
            ("POST /api/rules/preview", lambda: self.ask("POST", "/api/rules/preview", {"rule": {"path": "*", "ignore": True}}), []),
            ("POST /api/rules", lambda: self.ask("POST", "/api/rules", {"rule": {"path": "*.tmp", "ignore": True}}), [("settings.change", r"rules\[\d+\]", "[]", '"*.tmp"')]),
            ("POST /api/scan/directories", lambda: self.scan("directories"), [("scan.start", r"scan \d+ of directories", None, None)]),
            ("POST /api/scan/servers", lambda: self.scan("servers"), [("scan.start", r"scan \d+ of servers", None, None)]),
            ("DELETE /api/scan/{id}", self.cancel, [("scan.cancel", r"scan \d+", None, None)]),
            ("DELETE /api/files", lambda: self.ask("DELETE", "/api/files"), [("files.clear", r"\d+ files", None, None)]),
            ("DELETE /api/servers", lambda: self.ask("DELETE", "/api/servers"), [("servers.clear", r"\d+ servers", None, None)]),
            ("DELETE /api/session", lambda: self.ask("DELETE", "/api/session"), [("session.end", "jo", None, None)]),
        )

    def changing_routes(self):
        document = json.loads(subprocess.check_output([program("webd"), "--print-openapi"]))
        return {f"{verb.upper()} {path}" for path, methods in document["paths"].items() for verb in ("post", "put", "delete", "patch") if verb in methods}

    def test_every_route_that_changes_something_leaves_its_entry_and_only_that(self):
        deeds = self.deeds()
        self.assertEqual({route for route, _, _ in deeds}, self.changing_routes(), "the deeds here are all that can be done")
        self.assertEqual({route for route, _, entries in deeds if not entries}, QUIET)
        for route, do, _ in deeds:
            with self.subTest(route):
                do()
        wanted = [(route, *entry) for route, _, entries in deeds for entry in sorted(entries)]
        rows = wait_for(lambda: self.ended() and self.rows(), what="the entry of the last deed")
        self.assertEqual([row[2] for row in rows], [entry[1] for entry in wanted])
        for (actor, source, action, subject, before, after), (route, wanted_action, pattern, was, became) in zip(self.in_order(rows), wanted):
            with self.subTest(route):
                self.assertEqual((actor, source, action), ("jo", HERE, wanted_action))
                self.assertRegex(subject, f"^{pattern}$")
                for value, part in ((before, was), (after, became)):
                    self.assertEqual(value is None, part is None, value)
                    self.assertIn(part or "", value or "")
                    json.loads(value or "null")

    def rows(self):
        return self.d.sql("SELECT actor, source, action, subject, before, after FROM v_audit WHERE NOT refused ORDER BY id")

    def in_order(self, rows):
        """The settings of one change in the order of their names."""
        settings = sorted(row for row in rows if row[2] == "settings.change" and not row[3].startswith("rules"))
        return [settings.pop(0) if row[2] == "settings.change" and settings else row for row in rows]

    def ended(self):
        return [row[2] for row in self.rows()].count("session.end") == 3


class FilterTest(PasswordTest):
    def setUp(self):
        super().setUp()
        self.add("jo")
        self.add("mo", "operator")
        self.jo, self.mo = self.cookie("jo"), self.cookie("mo")
        for cookie, name in ((self.jo, "a1"), (self.mo, "b1"), (self.mo, "=b2")):
            self.assertEqual(self.d.request("POST", "/api/servers", {"hostname": name.lstrip("="), "note": name}, headers=cookie).status, 201)
        wait_for(lambda: len(self.log("action=server.add")) == 3, what="the entries")

    def log(self, query):
        return self.d.get("/api/audit?" + query, headers=self.jo)["audit"]

    def test_the_log_is_filtered_by_who_what_and_when(self):
        self.assertEqual([e["subject"] for e in self.log("actor=MO&action=server.add")], ["b2", "b1"])
        self.assertEqual({e["actor"] for e in self.log("action=account.add")}, {"root"})
        now = int(time.time())
        everything = self.log("limit=100")
        self.assertEqual(self.log(f"limit=100&since={now - 3600}&until={now + 3600}"), everything)
        for query in (f"until={now - 3600}", f"since={now + 3600}", "actor=nobody-such", "action=server"):
            self.assertEqual(self.log(query), [], query)
        entry = everything[2]
        self.assertEqual(self.log(f"id={entry['id']}"), [entry])

    def test_the_end_of_a_period_is_not_part_of_it(self):
        when = [calendar.timegm(time.strptime(e["time"], "%Y-%m-%dT%H:%M:%SZ")) for e in self.log("limit=100")]
        last = max(when)
        self.assertEqual(len(self.log(f"limit=100&until={last}")), sum(t < last for t in when))
        self.assertEqual(len(self.log(f"limit=100&since={last}")), sum(t >= last for t in when))

    def test_an_export_is_exactly_what_is_shown(self):
        for query in ("actor=mo&action=server.add&sort=id&order=asc", "q=a1", f"until={int(time.time()) - 3600}"):
            with self.subTest(query):
                answer = self.d.request("GET", "/api/audit.csv?" + query, headers=self.jo)
                self.assertEqual(answer.status, 200, answer)
                rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
                self.assertEqual([int(row["id"]) for row in rows], [e["id"] for e in self.log(query)])

    def test_a_filter_that_makes_no_sense_is_named(self):
        for query, field in (("since=yesterday", "since"), ("until=1e9", "until"), ("until=" + "9" * 30, "until"), ("refused=maybe", "refused"), ("id=x", "id"), ("limit=0", "limit"), ("limit=100000", "limit")):
            with self.subTest(query):
                body = self.refused(self.d.request("GET", "/api/audit?" + query, headers=self.jo), 400, "invalid_value")
                self.assertEqual(body["field"], field)
