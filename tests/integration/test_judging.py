"""Judging again after a change: only what it touches, and yet as if everything had been judged."""
import os
import unittest

from harness import DeploymentTest, wait_for, write_file

TOO_SMALL = 11  # enum verdict_reason


class JudgingTest(DeploymentTest):
    def put(self, path, **more):
        return write_file(os.path.join(self.d.backups, path), **more)

    def counts(self):
        return {name: row["backup_count"] for name, row in self.d.servers().items()}

    def assert_settles(self, expected):
        wait_for(lambda: all(self.counts().get(name) == n for name, n in expected.items()), what=f"{expected}")

    def test_each_new_server_gets_its_backups_and_takes_nobody_elses(self):
        for i in range(20):
            self.put(f"host{i:02}/dump.tar")
            self.put(f"flat/host{i:02}_full.tar")
        self.d.scan()
        for i in range(20):
            self.d.add_server(hostname=f"host{i:02}")
            self.assert_settles({f"host{k:02}": 2 for k in range(i + 1)})

    def test_servers_that_come_and_go_while_a_scan_walks_are_judged_at_its_end(self):
        for i in range(100):
            for k in range(30):
                self.put(f"host{i:02}/dump{k}.tar", size=10)
        expected = {}
        for i in range(0, 20, 2):
            for k in range(20):
                self.put(f"late/host{i:02}_{k}.tar", size=20)
            scan = self.d.begin_scan()
            for name in (f"host{i:02}", f"host{i + 1:02}"):
                self.d.add_server(hostname=name)
            expected.update({f"host{i:02}": 50, f"host{i + 1:02}": 30})
            self.d.ended_scan(scan)
            self.assert_settles(expected)

    def test_what_a_policy_wants_follows_the_tags_of_a_server(self):
        self.put("web01_a.tar", size=999)
        self.put("web01_b.tar", size=1000)
        self.configure(policies=[{"name": "large", "tags": ["large"], "minimum_size": 1000}])
        server = self.d.add_server(hostname="web01")["id"]
        self.d.scan()
        for tags, count in ((["large"], 1), ([], 2), (["large"], 1)):
            answer = self.d.request("PUT", f"/api/servers/{server}", body={"hostname": "web01", "tags": tags})
            self.assertEqual(answer.status, 200, answer)
            self.assert_settles({"web01": count})
        reasons = dict(self.d.sql("SELECT size, match & 31 FROM files"))
        self.assertEqual(reasons[999], TOO_SMALL)

    def configure(self, **changes):
        config = self.d.get("/api/config")["config"]
        config.pop("limits", None)
        answer = self.d.request("PUT", "/api/config", body={**config, **changes})
        self.assertEqual(answer.status, 200, answer)

    def test_a_rule_is_tried_with_the_policies_in_force(self):
        self.put("odd/x1.dmp", size=999)
        self.put("odd/x2.dmp", size=1000)
        self.d.add_server(hostname="web01")
        self.d.scan()
        rule = {"rule": {"path": "odd/*.dmp", "server": "web01"}}
        preview = self.d.request("POST", "/api/rules/preview", body=rule).json["result"]
        self.assertEqual((preview["files"], preview["counted"]), (2, 2), preview)
        self.configure(policies=[{"name": "all", "servers": ["*"], "minimum_size": 1000}])
        preview = self.d.request("POST", "/api/rules/preview", body=rule).json["result"]
        self.assertEqual((preview["files"], preview["with_server"], preview["counted"]), (2, 2, 1), preview)
        answer = self.d.request("POST", "/api/rules", body=rule)
        self.assertIn(answer.status, (200, 201), answer)
        self.assert_settles({"web01": preview["counted"]})


if __name__ == "__main__":
    unittest.main()
