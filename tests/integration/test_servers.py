"""Servers kept by hand: what a person says is kept, judged at once, and refused with a sentence where it cannot be."""
import os
import unittest

from harness import DeploymentTest, write_file


class ServersTest(DeploymentTest):
    def put_file(self, path, **more):
        return write_file(os.path.join(self.d.backups, path), **more)

    def change(self, number, **body):
        return self.d.request("PUT", f"/api/servers/{number}", body)

    def server(self, number):
        return self.d.get(f"/api/servers/{number}")["server"]

    def test_an_added_server_answers_with_its_row_and_place(self):
        answer = self.d.request("POST", "/api/servers", {
            "hostname": "Web01.Example.org", "ip_address": "10.1.2.3", "aliases": ["www", "shop"], "tags": ["linux"], "note": "in the cellar"})
        self.assertEqual(answer.status, 201, answer)
        row = answer.json["server"]
        self.assertEqual(answer.headers["Location"], f"/api/servers/{row['id']}")
        self.assertEqual((row["hostname"].lower(), row["ip_address"], row["note"]), ("web01.example.org", "10.1.2.3", "in the cellar"))
        self.assertEqual((sorted(row["aliases"]), row["tags"], row["addresses"]), (["shop", "www"], ["linux"], ["10.1.2.3"]))
        self.assertEqual((row["by_hand"], row["is_reachable"], row["backup_status"], row["open_ports"]), (True, None, "red", ""))
        self.assertEqual(self.server(row["id"]), row)

    def test_matching_catches_up_with_a_new_server_and_a_new_alias_without_a_scan(self):
        path = self.put_file("oldname17.tar")
        self.d.scan()
        self.assertIsNone(self.d.files()[0]["server"])
        row = self.d.add_server("web01", "10.1.2.3")
        self.assertEqual(row["backup_status"], "red")
        self.assertEqual(self.change(row["id"], hostname="web01", ip_address="10.1.2.3", aliases=["oldname17"]).status, 200)
        self.assertEqual(self.d.settled_server("web01", backup_status="green")["backup_path"], path)
        self.assertEqual(self.d.files("?server=web01")[0]["filepath"], path)
        self.assertEqual(self.change(row["id"], hostname="web01", ip_address="10.1.2.3").status, 200)
        self.d.settled_server("web01", backup_status="red")
        self.d.add_server("oldname17")
        self.d.settled_server("oldname17", backup_status="green", backup_path=path)

    def test_a_change_replaces_everything_that_a_person_says(self):
        row = self.d.add_server("web01", "10.1.2.3", aliases=["a1x"], tags=["t1"], note="one")
        answer = self.change(row["id"], hostname="web02", ip_address="10.1.2.4", tags=["t2", "t3"])
        self.assertEqual(answer.status, 200, answer)
        new = answer.json["server"]
        self.assertEqual((new["id"], new["hostname"], new["ip_address"], new["aliases"], sorted(new["tags"]), new["note"]),
                         (row["id"], "web02", "10.1.2.4", [], ["t2", "t3"], ""))
        self.assertEqual(self.d.servers("?tag=T2").keys(), {"web02"})
        self.assertEqual(self.d.servers("?tag=t1"), {})

    def test_a_removed_server_is_gone_and_its_files_belong_to_nobody(self):
        self.put_file("web01.tar")
        row = self.d.add_server("web01")
        self.d.scan()
        self.assertEqual(self.d.files()[0]["server"], "web01")
        self.assertEqual(self.d.request("DELETE", f"/api/servers/{row['id']}").status, 200)
        self.refused(self.d.request("GET", f"/api/servers/{row['id']}"), 404, "not_found", "id")
        self.refused(self.d.request("DELETE", f"/api/servers/{row['id']}"), 404, "not_found", "id")
        self.refused(self.change(row["id"], hostname="web01"), 404, "not_found", "id")
        self.assertIsNone(self.d.files()[0]["server"])
        self.assertEqual(self.d.servers(), {})

    def test_merged_servers_share_addresses_names_and_backups(self):
        self.put_file("backupbox7.tar", age_days=3)
        self.put_file("web01.tar", age_days=5)
        one = self.d.add_server("web01", "10.1.2.3", tags=["a"], note="")
        two = self.d.add_server("backupbox7", "10.1.2.4", aliases=["bb"], tags=["b"], note="moved")
        self.d.scan()
        answer = self.d.request("POST", f"/api/servers/{one['id']}/merge", {"other": two["id"]})
        self.assertEqual(answer.status, 200, answer)
        self.refused(self.d.request("GET", f"/api/servers/{two['id']}"), 404, "not_found", "id")
        row = self.d.settled_server("web01", backup_count=2)
        self.assertEqual((row["id"], sorted(row["addresses"]), row["ip_address"]), (one["id"], ["10.1.2.3", "10.1.2.4"], "10.1.2.3"))
        self.assertEqual((sorted(row["aliases"]), sorted(row["tags"]), row["note"]), (["backupbox7", "bb"], ["a", "b"], "moved"))
        self.assertEqual((row["backup_file"], row["backup_status"]), ("backupbox7.tar", "green"))
        for other, status, code in ((one["id"], 400, "invalid_value"), (9999, 404, "not_found")):
            self.refused(self.d.request("POST", f"/api/servers/{one['id']}/merge", {"other": other}), status, code, "other")

    def test_what_a_person_said_survives_scans_restarts_and_cleared_files(self):
        row = self.d.add_server("web01", "127.0.0.1", aliases=["www7"], tags=["t"], note="keep")
        self.put_file("www7.tar")
        self.d.scan()
        answer = self.d.request("PUT", "/api/config", {"directories_to_scan": [self.d.backups], "subnets_to_scan": ["127.0.0.1"]})
        self.assertEqual(answer.status, 200, answer)
        self.d.scan("servers")
        self.d.stop()
        self.d.start()
        self.assertEqual(self.d.request("DELETE", "/api/files").status, 200)
        self.d.settled_server("web01", backup_status="red")
        self.d.scan()
        now = self.server(row["id"])
        self.assertEqual([now[k] for k in ("hostname", "ip_address", "aliases", "tags", "note", "by_hand")],
                         ["web01", "127.0.0.1", ["www7"], ["t"], "keep", True])
        self.assertIs(now["is_reachable"], True)
        self.assertEqual(now["backup_status"], "green")

    def test_two_addresses_with_one_name_stay_two_servers(self):
        for address in ("10.1.2.3", "10.1.2.4"):
            self.d.add_server("twin01", address)
        self.assertEqual(sorted(s["ip_address"] for s in self.d.get("/api/servers")["servers"]), ["10.1.2.3", "10.1.2.4"])

    def test_tags_choose_the_policy(self):
        self.d.add_server("lap01", tags=["laptop"])
        self.d.add_server("srv01")
        for name in ("lap01", "srv01"):
            self.put_file(f"{name}.vhdx", age_days=10)
        config = self.d.get("/api/config")
        answer = self.d.request("PUT", "/api/config", {
            **config["config"], "status": {"green_within": "1d"}, "policies": [{"name": "laptops", "tags": ["laptop"], "green_within": "14d"}]},
            headers={"If-Match": config["revision"]})
        self.assertEqual(answer.status, 200, answer)
        self.d.scan()
        servers = self.d.servers()
        self.assertEqual((servers["lap01"]["backup_status"], servers["lap01"]["policy"]), ("green", "laptops"))
        self.assertEqual((servers["srv01"]["backup_status"], servers["srv01"]["policy"]), ("yellow", None))

    def test_cleared_servers_are_counted_and_gone(self):
        self.d.add_server("web01")
        self.d.add_server("web02")
        answer = self.d.request("DELETE", "/api/servers")
        self.assertEqual((answer.status, answer.json["count"]), (200, 2))
        self.assertEqual(self.d.get("/api/servers")["count"], 0)


class BadServersTest(DeploymentTest):
    CASES = [
        ({}, 400, "missing_key", "hostname"),
        ({"hostname": ""}, 400, "missing_key", "hostname"),
        ({"hostname": "a b"}, 400, "invalid_value", "hostname"),
        ({"hostname": "-oProxyCommand=x"}, 400, "invalid_value", "hostname"),
        ({"hostname": "<script>"}, 400, "invalid_value", "hostname"),
        ({"hostname": "a\nb"}, 400, "invalid_value", "hostname"),
        ({"hostname": "x" * 300}, 400, "invalid_value", "hostname"),
        ({"hostname": "a." * 90 + "x" * 64}, 400, "invalid_value", "hostname"),
        ({"hostname": 7}, 400, "invalid_type", "hostname"),
        ({"ip_address": "10.0.0.256"}, 400, "invalid_value", "ip_address"),
        ({"ip_address": "010.0.0.1"}, 400, "invalid_value", "ip_address"),
        ({"ip_address": "10.0.0.0/24"}, 400, "invalid_value", "ip_address"),
        ({"ip_address": "--script=x"}, 400, "invalid_value", "ip_address"),
        ({"ip_address": ["10.0.0.1"]}, 400, "invalid_type", "ip_address"),
        ({"hostname": "ok01", "aliases": "one"}, 400, "invalid_type", "aliases"),
        ({"hostname": "ok01", "aliases": ["good", ""]}, 400, "invalid_value", "aliases[1]"),
        ({"hostname": "ok01", "aliases": ["good", 3]}, 400, "invalid_type", "aliases[1]"),
        ({"hostname": "ok01", "aliases": ["a\x1b[31m"]}, 400, "invalid_value", "aliases[0]"),
        ({"hostname": "ok01", "aliases": [f"a{i}" for i in range(2000)]}, 413, "too_large", "aliases"),
        ({"hostname": "ok01", "tags": [" blank "]}, 400, "invalid_value", "tags[0]"),
        ({"hostname": "ok01", "note": "x" * 5000}, 400, "invalid_value", "note"),
        ({"hostname": "ok01", "note": None, "tags": {"a": 1}}, 400, "invalid_type", "tags"),
        ({"hostnames": "ok01"}, 400, "unknown_key", "hostnames"),
        ({"hostname": "ok01", "id": 3}, 400, "unknown_key", "id"),
        ({"hostname": "taken01"}, 409, "exists", "hostname"),
        ({"hostname": "TAKEN01"}, 409, "exists", "hostname"),
        ({"hostname": "other", "ip_address": "10.9.9.9"}, 409, "exists", "ip_address"),
    ]

    def test_every_bad_server_is_refused_by_name_and_nothing_is_stored(self):
        self.d.add_server("taken01", "10.9.9.9")
        self.d.add_server("second01", "10.9.9.8")
        before = self.d.servers()
        for body, status, code, field in self.CASES:
            with self.subTest(str(body)[:80]):
                self.refused(self.d.request("POST", "/api/servers", body), status, code, field)
        self.assertEqual(self.d.servers(), before)

    def test_a_bad_change_leaves_the_server_as_it_was(self):
        row = self.d.add_server("taken01", "10.9.9.9", aliases=["a"], note="n")
        self.d.add_server("second01", "10.9.9.8")
        before = self.d.servers()
        for body, status, code, field in (
                ({"hostname": "taken01", "ip_address": "10.9.9.8"}, 409, "exists", "ip_address"),
                ({"hostname": "second01"}, 409, "exists", "hostname"),
                ({}, 400, "missing_key", "hostname"),
                ({"hostname": "a b"}, 400, "invalid_value", "hostname")):
            with self.subTest(str(body)):
                self.refused(self.d.request("PUT", f"/api/servers/{row['id']}", body), status, code, field)
        self.assertEqual(self.d.servers(), before)


if __name__ == "__main__":
    unittest.main()
