"""The lists of what is to be done about servers and repositories, and the one request each that does it."""
import os
import time
import unittest

from described import DescribedDeployment
from harness import DeploymentTest, wait_for, write_file

HOSTILE = "\u202e<img src=x> \U0001f4be"


class WorkListTest(DeploymentTest):
    def setUp(self):
        self.d = DescribedDeployment()
        self.addCleanup(self.d.remove)
        self.d.start()

    def put(self, path, **more):
        return write_file(os.path.join(self.d.backups, path), **more)

    def put_restic(self, path):
        for name in ("config", "keys/" + "a" * 64, "index/" + "b" * 64, "snapshots/" + "c" * 64, "data/dd/" + "d" * 64):
            self.put(f"{path}/{name}", size=200)
        os.makedirs(os.path.join(self.d.backups, path, "locks"))

    def names(self, query):
        return sorted(self.d.servers(query))

    def add_rule(self, rule, **more):
        answer = self.d.request("POST", "/api/rules", body={"rule": rule, **more})
        self.assertEqual(answer.status, 201, answer)
        return answer.json

    def rules(self):
        return self.d.get("/api/config")["config"]["rules"]

    # --- servers without a backup ---

    def test_servers_without_a_counted_backup_are_listed_unless_they_are_exempt(self):
        ids = {name: self.d.add_server(name)["id"] for name in ("web01", "web02", "web03", "web04")}
        self.put("web01_full.tar")
        self.put("web02_full.tar", size=0)  # does not count
        self.d.scan()
        self.assertEqual(self.names("?unprotected=1"), ["web02", "web03", "web04"])
        self.assertEqual(self.names("?unprotected=0"), ["web01"])
        answer = self.d.request("PUT", f"/api/servers/{ids['web03']}/exemption", body={"reason": "test machine"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.names("?unprotected=1"), ["web02", "web04"])
        self.assertEqual(self.d.get("/api/servers?unprotected=1&limit=1")["total"], 2)
        self.assertEqual(self.d.get("/api/summary")["unprotected"], 2)
        self.assertIn("backup_checker_servers_unprotected 2\n", self.d.request("GET", "/metrics").body.decode())

    # --- aliases ---

    def test_an_alias_makes_the_files_match_within_a_second(self):
        server = self.d.add_server("web01")
        self.put("shopfront_full.tar")
        self.d.scan()
        self.assertEqual(len(self.d.files("?unmatched=1")), 1)
        path = f"/api/servers/{server['id']}/aliases"
        asked = time.monotonic()
        answer = self.d.request("POST", path, body={"alias": "shopfront"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["server"]["aliases"], ["shopfront"])
        self.d.settled_server("web01", backup_status="green", backup_file="shopfront_full.tar")
        self.assertLess(time.monotonic() - asked, 2)  # a second, and what a busy machine adds
        self.assertEqual(self.d.files("?unmatched=1"), [])
        again = self.d.request("POST", path, body={"alias": "ShopFront"})
        self.assertEqual((again.status, again.json["server"]["aliases"]), (200, ["shopfront"]))

    def test_an_alias_is_judged_as_those_of_an_update(self):
        server = self.d.add_server("web01")
        path = f"/api/servers/{server['id']}/aliases"
        cases = [
            ({}, "missing_key", "alias"),
            ({"alias": ""}, "invalid_value", "alias"),
            ({"alias": " "}, "invalid_value", "alias"),
            ({"alias": " x"}, "invalid_value", "alias"),
            ({"alias": "x\ny"}, "invalid_value", "alias"),
            ({"alias": "x" * 254}, "invalid_value", "alias"),
            ({"alias": ["x"]}, "invalid_type", "alias"),
            ({"alias": "x", "id": 1}, "unknown_key", "id"),
        ]
        for body, code, field in cases:
            with self.subTest(body=body):
                self.refused(self.d.request("POST", path, body=body), 400, code, field)
        self.refused(self.d.request("POST", "/api/servers/999/aliases", body={"alias": "x"}), 404, "not_found", "id")
        answer = self.d.request("POST", path, body={"alias": HOSTILE})
        self.assertEqual(answer.json["server"]["aliases"], [HOSTILE])
        for i in range(63):
            self.assertEqual(self.d.request("POST", path, body={"alias": f"a{i}"}).status, 200)
        self.refused(self.d.request("POST", path, body={"alias": "more"}), 413, "too_large", "alias")
        row = self.d.servers()["web01"]
        body = {k: row[k] for k in ("hostname", "aliases", "tags", "note")}
        self.assertEqual(self.d.request("PUT", f"/api/servers/{server['id']}", body=body).status, 200)

    # --- rules ---

    def test_a_rule_settles_files_within_a_second_and_has_its_place(self):
        self.d.add_server("web01")
        self.d.add_server("web02")
        self.put("dump/vzdump-108.vma")
        self.d.scan()
        asked = time.monotonic()
        body = self.add_rule({"path": "dump/vzdump-108*", "server": "web01"})
        self.d.settled_server("web01", backup_file="vzdump-108.vma")
        self.assertLess(time.monotonic() - asked, 2)
        self.assertEqual(body["warnings"], [])
        self.assertEqual(body["revision"], self.d.get("/api/config")["revision"])
        self.add_rule({"path": "dump/*", "server": "web02"})  # behind: the first still wins
        time.sleep(0.5)
        self.assertEqual(self.d.servers()["web01"]["backup_file"], "vzdump-108.vma")
        self.add_rule({"path": "dump/*", "ignore": True}, position=1)
        wait_for(lambda: [f["server"] for f in self.d.files("?reason=ignored")] == [None], what="the file to be ignored")
        self.add_rule({"path": "x", "ignore": True}, position=2)
        self.assertEqual([r["path"] for r in self.rules()], ["dump/*", "x", "dump/vzdump-108*", "dump/*"])

    def test_a_rule_that_cannot_be_is_refused_with_its_field(self):
        cases = [
            ({}, "rule"),
            ({"rule": {}}, "rule"),
            ({"rule": []}, "rule"),
            ({"rule": {"path": "a", "regex": "b"}}, None),
            ({"rule": {"regex": "(", "ignore": True}}, "rule.regex"),
            ({"rule": {"path": "a", "sever": "b"}}, "rule.sever"),
            ({"rule": {"path": 5, "ignore": True}}, "rule.path"),
            ({"rule": {"path": "a", "ignore": True}, "position": 3}, "position"),
            ({"rule": {"path": "a", "ignore": True}, "position": -1}, "position"),
            ({"rule": {"path": "a", "ignore": True}, "revision": "x"}, "revision"),
        ]
        for body, field in cases:
            with self.subTest(body=body):
                answer = self.d.request("POST", "/api/rules", body=body)
                self.refused(answer, 400, answer.json["code"], field or answer.json.get("field"))
                if field is None:
                    self.assertTrue(answer.json["field"].startswith("rule"), answer)
        self.assertEqual(self.rules(), [])

    def test_the_rule_names_and_missing_directories_are_warned_of(self):
        self.d.write_config(directories_to_scan=[self.d.backups, os.path.join(self.d.base, "missing")])
        self.d.stop()
        self.d.start()
        body = self.add_rule({"path": HOSTILE, "ignore": True})
        self.assertEqual(len(body["warnings"]), 1)
        self.assertIn("missing", body["warnings"][0])
        self.assertEqual(self.rules()[0]["path"], HOSTILE)

    # --- servers of the same name ---

    def test_servers_of_the_same_name_are_offered_for_merging_and_merged(self):
        one = self.d.add_server("web01.lab", ip_address="10.0.0.1")["id"]
        two = self.d.add_server("WEB01.lab", ip_address="10.0.0.2")["id"]
        self.d.add_server("web01.other", ip_address="10.0.0.3")
        self.put("web01.lab_full.tar")
        self.d.scan()
        rows = {s["id"]: s for s in self.d.get("/api/servers?mergeable=1")["servers"]}
        self.assertEqual({number: row["same_name"] for number, row in rows.items()}, {one: [two], two: [one]})
        self.assertEqual({row["backup_status"] for row in rows.values()}, {"green"})  # both own the file
        self.assertEqual(self.d.get("/api/summary")["mergeable"], 1)
        answer = self.d.request("POST", f"/api/servers/{one}/merge", body={"other": two})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual((answer.json["server"]["same_name"], answer.json["server"]["addresses"]), ([], ["10.0.0.1", "10.0.0.2"]))
        self.assertEqual(self.d.get("/api/summary")["mergeable"], 0)
        self.d.settled_server("web01.lab", backup_status="green")

    # --- repositories ---

    def test_a_repository_is_listed_until_a_rule_settles_it(self):
        self.d.add_server("web01")
        self.d.add_server("web02")
        self.put_restic("pool/one")
        path = os.path.join(self.d.backups, "pool/one")
        self.d.scan()
        row, = self.d.get("/api/repositories?unsettled=1")["repositories"]
        self.assertEqual((row["path"], row["kind"], row["description"]), (path, "restic", "restic repository"))
        self.assertEqual((row["server"], row["ignored"], row["files"], row["bytes"]), (None, False, 5, 1000))
        self.assertEqual(self.d.get("/api/summary")["repositories_unsettled"], 1)
        server = self.d.servers()["web02"]
        self.assertEqual(server["backup_status"], "unknown")
        self.assertIn(f"a rule that gives {path} to its server, or ignores it, will settle it.", server["reason"])
        self.assertEqual(len(self.d.files("?reason=repository")), 5)
        self.assertEqual(self.d.files("?unmatched=1"), [])  # counted apart
        self.add_rule({"path": "pool/one/*", "server": "web01"})
        self.d.settled_server("web01", backup_status="green")
        self.d.settled_server("web02", backup_status="red")
        self.assertEqual(self.d.get("/api/repositories?unsettled=1")["repositories"], [])
        row, = self.d.get("/api/repositories")["repositories"]
        self.assertEqual((row["server"], row["ignored"]), ("web01", False))
        self.assertEqual(self.d.get("/api/summary")["repositories_unsettled"], 0)

    def test_a_repository_that_is_ignored_makes_nobody_unknown(self):
        self.d.add_server("web01")
        self.put_restic("pool/one")
        self.d.scan()
        self.assertEqual(self.d.servers()["web01"]["backup_status"], "unknown")
        self.add_rule({"path": "pool/one/*", "ignore": True})
        self.d.settled_server("web01", backup_status="red")
        row, = self.d.get("/api/repositories?unsettled=0")["repositories"]
        self.assertEqual((row["server"], row["ignored"]), (None, True))


if __name__ == "__main__":
    unittest.main()
