"""The work list of files without a server: what it holds, and that one request settles a group."""
import hashlib
import os
import time
import unittest
import urllib.parse

from described import DescribedDeployment
from harness import DAY, wait_for, write_file

HOSTILE = "rtl\u202egnp \n<img src=x>".encode() + b"\xff.tar"


class UnmatchedTest(unittest.TestCase):
    def setUp(self):
        self.d = DescribedDeployment()
        self.addCleanup(self.d.remove)
        b = self.d.backups
        for vm, size in ((108, 9000), (109, 7000)):
            for age in range(1, 6):
                date = time.strftime("%Y_%m_%d", time.gmtime(time.time() - age * DAY))
                name = f"{b}/dump/vzdump-qemu-{vm}-{date}-03_00_02.vma.zst"
                write_file(name, size=size, age_days=age)
                write_file(name + ".notes", size=10, age_days=age)
                write_file(name.replace(".vma.zst", ".log"), size=90000, age_days=age)
        for i in range(1, 11):
            write_file(f"{b}/nas/backup.{i:04}.tar", size=300, age_days=i)
            write_file(f"{b}/sql/2026-01-{i:02}/all.sql", size=100, age_days=i)
        write_file(f"{b}/prod/web1prod.img", size=50, age_days=2)
        write_file(f"{b}/prod/web1.img", size=900000, age_days=2)
        with open(os.path.join(b.encode(), b"nas", HOSTILE), "wb") as f:
            f.write(b"x" * 40)
        write_file(f"{b}/nas/empty.tar", size=0)
        write_file(f"{b}/nas/half.tar.part", size=5000)
        self.d.start()
        self.d.add_server("web1")
        self.vault = self.d.add_server("vault")
        self.d.scan()
        self.d.settled_server("web1", backup_count=1)

    def listed(self):
        return self.d.get("/api/unmatched")["result"]

    def below(self, directory):
        return directory.removeprefix(self.d.backups).lstrip("/")

    def shapes(self):
        return [(self.below(g["directory"]), g["shape"], g["files"], g["bytes"]) for g in self.listed()["groups"]]

    def test_groups_are_the_shapes_of_real_names_the_largest_first(self):
        result = self.listed()
        self.assertEqual(self.shapes()[:5], [
            ("dump", "vzdump-qemu-108-*.vma.zst", 5, 45000), ("dump", "vzdump-qemu-109-*.vma.zst", 5, 35000),
            ("nas", "backup.*.tar", 10, 3000), ("sql/*", "all.sql", 10, 1000), ("prod", "web1prod.img", 1, 50)])
        self.assertEqual(len(result["groups"]), 6)
        self.assertEqual((result["groups_total"], result["files"], result["bytes"], result["complete"]), (6, 32, 84090, True))
        self.assertEqual({g["reason"] for g in result["groups"]}, {"no_server"})
        first = result["groups"][0]
        self.assertEqual(len(first["samples"]), 3)
        self.assertGreater(first["newest"], first["oldest"])

    def test_a_hostile_name_stays_inert_and_its_rule_matches_it(self):
        group = self.listed()["groups"][5]
        self.assertEqual((group["files"], group["bytes"]), (1, 40))
        self.assertTrue(group["rule"]["path"].isprintable())
        raw = self.d.request("GET", "/api/unmatched").body
        self.assertNotIn(b"<img", raw)
        preview = self.d.request("POST", "/api/rules/preview", body={"rule": {**group["rule"], "ignore": True}}).json
        self.assertEqual(preview["result"]["files"], 1, preview)

    def test_the_preview_of_each_rule_is_its_group(self):
        for group in self.listed()["groups"]:
            with self.subTest(group["rule"]["path"]):
                answer = self.d.request("POST", "/api/rules/preview", body={"rule": {**group["rule"], "server": "vault"}})
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(answer.json["result"]["counted"], group["files"], answer)
                self.assertLessEqual(set(group["samples"]) - {s["path"] for s in answer.json["result"]["samples"]}, set())

    def test_a_preview_looks_at_every_directory_in_time(self):
        many = 20_000
        for i in range(many):  # where each of them was sought among all, it ran out of its 5 seconds
            write_file(f"{self.d.backups}/many/{i:05}/a.img", size=1)
        self.d.scan()
        preview = self.d.request("POST", "/api/rules/preview", body={"rule": {"path": "many/*/a.img", "server": "vault"}}).json
        self.assertEqual((preview["result"]["files"], preview["result"]["complete"]), (many, True), preview["result"])

    def test_a_preview_finds_what_its_glob_finds_wherever_that_begins(self):
        every = {"dump": 30, "nas": 13, "sql": 10, "prod": 2}
        for glob, files in (("*", sum(every.values())), ("dump/*", 30), ("dump*", 30), ("du*", 30), ("dump", 0), ("/dump/*", 0), ("sql/2026-01-0?/all.sql", 9),
                            ("sql/2026-01-01/all.sql", 1), ("[n]as/backup.0001.tar", 1), ("n\\as/backup.0001.tar", 1), ("nas/backup.0001.tar", 1),
                            ("nas/backup.0001.tar/*", 0), ("web*", 0), ("*web1prod.img", 1)):
            with self.subTest(glob):
                preview = self.d.request("POST", "/api/rules/preview", body={"rule": {"path": glob, "server": "vault"}}).json
                self.assertEqual(preview.get("result", preview).get("files"), files, preview)

    def test_one_request_gives_a_group_to_a_server(self):
        group = self.listed()["groups"][0]
        answer = self.d.request("POST", "/api/rules", body={"rule": {**group["rule"], "server": "vault"}})
        self.assertIn(answer.status, (200, 201), answer)
        wait_for(lambda: self.listed()["groups_total"] == 5, 10, "the group's end")
        self.assertNotIn("vzdump-qemu-108-*.vma.zst", [s[1] for s in self.shapes()])
        server = self.d.settled_server("vault", backup_count=5)
        self.assertEqual(server["backup_status"], "green")
        self.assertIn("qemu-108", server["backup_path"])

    def test_one_request_ignores_a_group(self):
        group = next(g for g in self.listed()["groups"] if g["shape"] == "backup.*.tar")
        answer = self.d.request("POST", "/api/rules", body={"rule": {**group["rule"], "ignore": True}})
        self.assertIn(answer.status, (200, 201), answer)
        wait_for(lambda: self.listed()["groups_total"] == 5, 10, "the group's end")
        self.assertNotIn("backup.*.tar", [s[1] for s in self.shapes()])
        self.assertEqual(self.listed()["files"], 22)

    def test_a_new_server_is_suggested_and_an_alias_settles_it(self):
        group = next(g for g in self.listed()["groups"] if g["shape"] == "web1prod.img")
        self.assertEqual([(s["server_name"], s["because"]) for s in group["suggestions"]], [("web1", '"web1" is part of "web1prod"')])
        self.d.add_server("vm108")
        first = self.listed()["groups"][0]
        self.assertEqual([s["server_name"] for s in first["suggestions"]], ["vm108"])
        number = group["suggestions"][0]["server"]
        answer = self.d.request("POST", f"/api/servers/{number}/aliases", body={"alias": "web1prod"})
        self.assertIn(answer.status, (200, 201), answer)
        wait_for(lambda: "web1prod.img" not in [s[1] for s in self.shapes()], 10, "the group's end")

    def test_a_page_is_the_same_until_something_changes(self):
        before = self.d.request("GET", "/api/unmatched").body
        self.assertEqual(self.d.request("GET", "/api/unmatched").body, before)
        write_file(f"{self.d.backups}/nas/backup.0011.tar", size=300)
        self.d.scan()
        self.assertIn(("nas", "backup.*.tar", 11, 3300), self.shapes())

    def test_a_repository_is_one_group_and_its_rule_gives_it_to_a_server(self):
        repo = f"{self.d.backups}/stores/restic"
        write_file(f"{repo}/config", size=155)
        for i in range(4):
            name = hashlib.sha256(str(i).encode()).hexdigest()
            write_file(f"{repo}/data/{name[:2]}/{name}", size=70000)
        for kind in ("index", "keys", "snapshots"):
            write_file(f"{repo}/{kind}/{hashlib.sha256(kind.encode()).hexdigest()}", size=300)
        os.makedirs(f"{repo}/locks")
        self.d.scan()
        group = self.listed()["groups"][0]
        self.assertEqual((self.below(group["directory"]), group["shape"], group["reason"], group["files"]), ("stores/restic", "*", "repository", 8))
        self.assertEqual(group["rule"], {"path": "stores/restic/*"})
        answer = self.d.request("POST", "/api/rules", body={"rule": {**group["rule"], "server": "vault"}})
        self.assertIn(answer.status, (200, 201), answer)
        wait_for(lambda: self.listed()["groups_total"] == 6, 10, "the group's end")
        self.assertIn("/snapshots/", wait_for(lambda: self.d.servers()["vault"]["backup_path"], 10, "a backup"))

    def test_the_file_list_finds_the_samples(self):
        sample = self.listed()["groups"][0]["samples"][0]
        found = self.d.files("?" + urllib.parse.urlencode({"q": os.path.basename(sample), "unmatched": 1}))
        self.assertIn(sample, [f["filepath"] for f in found])


if __name__ == "__main__":
    unittest.main()
