"""The configuration: read, replaced, guarded against lost updates, edited by hand, and never believed when it is broken."""
import json
import os
import signal
import stat
import time
import unittest

from harness import Deployment, DeploymentTest, wait_for, write_file


class ConfigTest(DeploymentTest):
    def read(self):
        return self.d.get("/api/config")

    def put(self, config, revision=None):
        return self.d.request("PUT", "/api/config", config, headers={"If-Match": f'"{revision}"'} if revision else {})

    def change(self, **changes):
        now = self.read()
        answer = self.put({**now["config"], **changes}, now["revision"])
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def on_disk(self):
        with open(self.d.config_path, encoding="utf-8") as f:
            return json.load(f)


class PutTest(ConfigTest):
    def test_get_shows_the_settings_in_force_with_a_revision_and_the_limits_apart(self):
        answer = self.d.request("GET", "/api/config")
        body = answer.json
        self.assertEqual(answer.headers["ETag"], f'"{body["revision"]}"')
        self.assertRegex(body["revision"], "^[0-9a-f]{16}$")
        self.assertEqual(body["directories_to_scan"], [self.d.backups])
        self.assertEqual(body["config"]["directories_to_scan"], [self.d.backups])
        self.assertEqual(body["subnets_to_scan"], [])
        self.assertNotIn("limits", body["config"])
        self.assertEqual(body["limits"]["smallest_prefix_v4"], 16)
        self.assertIs(body["writable"], True)

    def test_what_was_read_can_be_written_back_unchanged(self):
        before = self.read()
        answer = self.put(before["config"], before["revision"])
        self.assertEqual(answer.status, 200, answer)
        after = self.read()
        self.assertEqual((after["config"], after["revision"]), (before["config"], before["revision"]))

    def test_a_change_is_in_force_at_once_and_on_disk_with_mode_and_limits_kept(self):
        self.d.stop()
        self.d.write_config(limits={"smallest_prefix_v4": 24})
        os.chmod(self.d.config_path, 0o640)
        self.d.start()
        body = self.change(subnets_to_scan=["10.0.0.0/24"], schedule={"directories": "0 3 * * *", "servers": "off", "timezone": "Europe/Berlin"})
        self.assertEqual(body["config"]["schedule"]["timezone"], "Europe/Berlin")
        self.assertEqual(body["revision"], self.read()["revision"])
        disk = self.on_disk()
        self.assertEqual((disk["subnets_to_scan"], disk["schedule"]["directories"], disk["limits"]["smallest_prefix_v4"]), (["10.0.0.0/24"], "0 3 * * *", 24))
        self.assertEqual(stat.S_IMODE(os.stat(self.d.config_path).st_mode), 0o640)
        self.assertEqual([n for n in os.listdir(self.d.base) if n.startswith("config") and n != "config.json"], [], "no temporary file stays behind")
        before = self.read()
        self.d.stop()
        self.d.start()
        self.assertEqual(self.read(), before)

    def test_a_lost_update_is_refused_and_the_first_one_stays(self):
        first = self.read()
        self.change(subnets_to_scan=["10.1.0.0/24"])
        self.refused(self.put({**first["config"], "subnets_to_scan": ["10.2.0.0/24"]}, first["revision"]), 412, "conflict", "revision")
        self.assertEqual(self.read()["subnets_to_scan"], ["10.1.0.0/24"])
        self.assertEqual(self.on_disk()["subnets_to_scan"], ["10.1.0.0/24"])

    def test_without_a_revision_the_whole_configuration_is_replaced(self):
        self.change(generic_names=["vm"])
        answer = self.put({**self.read()["config"], "generic_names": ["guest"]})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.read()["config"]["generic_names"], ["guest"])

    def test_the_two_lists_of_the_original_alone_leave_all_other_settings(self):
        self.change(status={"green_within": "30d"}, generic_names=["vm"])
        answer = self.put({"directories_to_scan": [self.d.backups, "/srv"], "subnets_to_scan": ["10.3.0.0/24"]})
        self.assertEqual(answer.status, 200, answer)
        config = self.read()["config"]
        self.assertEqual((config["directories_to_scan"], config["subnets_to_scan"]), ([self.d.backups, "/srv"], ["10.3.0.0/24"]))
        self.assertEqual((config["status"]["green_within"], config["generic_names"]), ("30d", ["vm"]))

    def test_a_directory_that_is_not_there_yet_is_accepted_with_a_warning(self):
        missing = os.path.join(self.d.base, "nas")
        body = self.change(directories_to_scan=[self.d.backups, missing])
        self.assertEqual(len(body["warnings"]), 1)
        self.assertIn(missing, body["warnings"][0])

    def test_paths_are_stored_in_one_form(self):
        body = self.change(directories_to_scan=[self.d.backups + "//", "//srv///x/"])
        self.assertEqual(body["directories_to_scan"], [self.d.backups, "/srv/x"])

    def test_a_new_directory_is_scanned_next_time_without_a_restart(self):
        other = os.path.join(self.d.base, "other")
        write_file(os.path.join(other, "b.tar"))
        write_file(os.path.join(self.d.backups, "a.tar"))
        self.d.scan()
        self.change(directories_to_scan=[self.d.backups, other])
        self.d.scan()
        self.assertEqual(sorted(f["filename"] for f in self.d.files()), ["a.tar", "b.tar"])

    def test_rules_and_statuses_follow_a_change_without_a_scan(self):
        self.d.add_server("web01")
        write_file(os.path.join(self.d.backups, "dump/vzdump-lxc-108-x.tar"), age_days=3)
        self.d.scan()
        self.change(rules=[{"path": "dump/vzdump-*-108-*", "server": "web01"}])
        self.d.settled_server("web01", backup_status="green")
        self.change(status={"green_within": "1d"})
        self.d.settled_server("web01", backup_status="yellow")
        self.change(rules=[])
        self.d.settled_server("web01", backup_status="red")

    def test_every_change_is_in_the_history_with_who_and_what(self):
        self.change(subnets_to_scan=["10.4.0.0/24"])
        last = self.change(subnets_to_scan=["10.5.0.0/24"])

        def history():
            rows = self.d.get("/api/config/history")["settings"]
            return rows if rows and rows[0]["revision"] == last["revision"] else None
        rows = wait_for(history, what="the history")
        self.assertEqual([r["actor"] for r in rows], ["socket", "socket", "start"])
        self.assertEqual([r["config"]["subnets_to_scan"] for r in rows], [["10.5.0.0/24"], ["10.4.0.0/24"], []])

    def test_a_file_that_cannot_be_written_is_said_and_the_settings_stay(self):
        directory = os.path.join(self.d.base, "etc")
        os.mkdir(directory)
        self.d.stop()
        self.d.config_path = os.path.join(directory, "config.json")
        self.d.write_config()
        os.chmod(directory, 0o555)
        os.chmod(self.d.config_path, 0o444)
        self.d.start(prefix=("setpriv", "--bounding-set=-dac_override"))
        before = self.read()
        self.assertIs(before["writable"], False)
        self.refused(self.put({**before["config"], "subnets_to_scan": ["10.0.0.0/24"]}, before["revision"]), 403, "read_only")
        self.assertEqual(self.read(), before)


class RefusedTest(ConfigTest):
    CASES = [
        ({"directories_to_scn": []}, "unknown_key", "directories_to_scn", "directories_to_scan"),
        ({"status": {"green_withn": "1d"}}, "unknown_key", "status.green_withn", "green_within"),
        ({"directories_to_scan": [{"path": "/srv", "exlude": []}]}, "unknown_key", "directories_to_scan[0].exlude", "exclude"),
        ({"directories_to_scan": ["/srv", "/srv/"]}, "invalid_value", "directories_to_scan[1].path", "twice"),
        ({"directories_to_scan": "/srv"}, "invalid_type", "directories_to_scan", ""),
        ({"directories_to_scan": [7]}, "invalid_type", "directories_to_scan[0]", ""),
        ({"schedule": {"directories": "61 * * * *"}}, "invalid_value", "schedule.directories", "61"),
        ({"schedule": {"directories": "@every 1s"}}, "invalid_value", "schedule.directories", ""),
        ({"schedule": {"timezone": "../../etc/passwd"}}, "invalid_value", "schedule.timezone", "time zone"),
        ({"status": {"green_within": "10d", "red_after": "5d"}}, "invalid_value", "status.red_after", "longer"),
        ({"status": {"green_within": "soon"}}, "invalid_value", "status.green_within", ""),
        ({"rules": [{"regex": "(unclosed", "server": "x"}]}, "invalid_value", "rules[0].regex", ""),
        ({"rules": [{"path": "a*"}]}, "invalid_value", "rules[0]", "server"),
        ({"policies": [{"green_within": "1d"}]}, "missing_key", "policies[0].name", ""),
        ({"policies": [{"name": "a", "subnets": ["10.0.0.0/33"]}]}, "invalid_value", "policies[0].subnets[0]", "33"),
        ({"network_scan": {"ports": "22;reboot"}}, "invalid_value", "network_scan.ports", ""),
        ({"network_scan": {"max_rate": 20000}}, "outside_limits", "network_scan.max_rate", "10000"),
        ({"network_scan": {"max_rate": 1.5}}, "invalid_value", "network_scan.max_rate", ""),
        ({"limits": {"directories_within": ["/"]}}, "forbidden", "limits", ""),
        ({"limits": {}}, "forbidden", "limits", ""),
    ]

    def test_every_bad_setting_is_refused_by_name_with_a_hint_and_nothing_changes(self):
        now = self.read()
        with open(self.d.config_path, "rb") as f:
            file = f.read()
        for change, code, field, hint in self.CASES:
            with self.subTest(str(change)):
                answer = self.put({**now["config"], **change}, now["revision"])
                body = self.refused(answer, 403 if code in ("outside_limits", "forbidden") else 400, code, field)
                self.assertIn(hint, body["message"])
        self.assertEqual(self.read(), now)
        with open(self.d.config_path, "rb") as f:
            self.assertEqual(f.read(), file)

    def test_a_needed_list_that_is_missing_is_named(self):
        now = self.read()
        self.refused(self.put({"directories_to_scan": []}, now["revision"]), 400, "missing_key", "subnets_to_scan")


class FileTest(ConfigTest):
    def reload(self):
        os.kill(self.d.scannerd.pid, signal.SIGHUP)

    def test_a_file_edited_by_hand_is_in_force_after_a_hangup(self):
        other = os.path.join(self.d.base, "other")
        write_file(os.path.join(other, "b.tar"))
        self.d.write_config(directories_to_scan=[other], limits={"max_rate": 500}, network_scan={"max_rate": 400})
        self.reload()
        wait_for(lambda: self.read()["directories_to_scan"] == [other], what="the new directory")
        self.assertEqual(self.read()["limits"]["max_rate"], 500)
        self.d.scan()
        self.assertEqual([f["filename"] for f in self.d.files()], ["b.tar"])
        rows = wait_for(lambda: (r := self.d.get("/api/config/history")["settings"]) and r[0]["actor"] == "file" and r, what="the history")
        self.assertEqual(rows[0]["config"]["directories_to_scan"], [other])

    def test_a_bad_file_keeps_the_old_settings_and_says_why(self):
        before = self.read()
        for content, word in (('{"directories_to_scan": ["/srv"', "config.json"), ('{"directories_to_scan": ["srv"], "subnets_to_scan": []}', "directories_to_scan[0].path"),
                              ('{"directories_to_scan": [], "subnets_to_scan": ["0.0.0.0/0"]}', "subnets_to_scan[0]"), ("", "config.json")):
            with open(self.d.config_path, "w", encoding="utf-8") as f:
                f.write(content)
            length = len(self.d.log("scannerd"))
            self.reload()
            wait_for(lambda: "the settings in force stay" in self.d.log("scannerd")[length:], what="the complaint")
            self.assertIn(word, self.d.log("scannerd")[length:])
            self.assertEqual(self.read(), before)

    def test_a_file_edited_by_hand_is_not_overwritten_through_the_api(self):
        now = self.read()
        time.sleep(0.01)
        self.d.write_config(generic_names=["byhand"])
        self.reload()
        wait_for(lambda: self.read()["revision"] != now["revision"], what="the new revision")
        self.refused(self.put({**now["config"], "generic_names": ["late"]}, now["revision"]), 412, "conflict", "revision")
        self.assertEqual(self.on_disk()["generic_names"], ["byhand"])


class StartTest(unittest.TestCase):
    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.d.write_config()

    def test_a_broken_file_refuses_to_start_with_a_sentence_and_exit_code_78(self):
        with open(self.d.config_path, encoding="utf-8") as f:
            good = f.read()
        cases = [
            (good[:len(good) // 2], "config.json"), ("", "config.json"), ("null", ""), (good + "x", "config.json"), ("\0" * 100, "config.json"),
            ('{"directories_to_scan": [], "subnets_to_scan": [], "directories_to_scan": ["/"]}', "directories_to_scan"),
            ('{"directories_to_scan": ["/a"], "subnets_to_scan": [], "sched": {}}', "sched"),
            ('{"subnets_to_scan": []}', "directories_to_scan"), (" " * (2 << 20), "config.json")]
        for content, word in cases:
            with self.subTest(content[:60]):
                with open(self.d.config_path, "w", encoding="utf-8") as f:
                    f.write(content)
                for arguments in ((), ("--check-config",)):
                    code, said = self.d.run_scannerd(*arguments)
                    self.assertEqual(code, 78, said)
                    self.assertEqual(said.strip().count("\n"), 0, f"one sentence is enough: {said}")
                    self.assertIn(word, said)
                    self.assertGreater(len(said.split()), 3, said)
        self.assertFalse(os.path.exists(self.d.state), "nothing is made before the settings are good")

    def test_a_missing_file_is_said_by_its_name(self):
        os.unlink(self.d.config_path)
        code, said = self.d.run_scannerd()
        self.assertNotEqual(code, 0)
        self.assertIn(self.d.config_path, said)

    def test_a_good_file_is_called_good(self):
        code, said = self.d.run_scannerd("--check-config")
        self.assertEqual(code, 0, said)
        self.assertIn("is good", said)


if __name__ == "__main__":
    unittest.main()
