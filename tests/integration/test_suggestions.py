"""What helps to fill in the settings: schedules in words, directories and networks of this machine."""
import datetime
import json
import os
import socket
import threading
import unittest
import urllib.parse

from described import DescribedDeployment
from harness import DeploymentTest, wait_for


def preview(expression, timezone=None):
    query = {"expression": expression, **({} if timezone is None else {"timezone": timezone})}
    return "/api/schedule/preview?" + urllib.parse.urlencode(query)


class HelpTest(DeploymentTest):
    def setUp(self):
        self.d = DescribedDeployment()
        self.addCleanup(self.d.remove)
        self.d.start()


class ScheduleTest(HelpTest):
    def runs(self, answer):
        return [datetime.datetime.fromisoformat(t.replace("Z", "+00:00")) for t in answer["next"]]

    def test_a_schedule_is_said_in_words_with_its_next_three_runs(self):
        for expression, words, step in (("0 3 * * *", "every day at 03:00", 86400), ("@every 6h", "every 6 hours", 6 * 3600), ("*/15 * * * *", "every 15 minutes", 900)):
            with self.subTest(expression):
                answer = self.d.get(preview(expression, "UTC"))
                self.assertEqual(answer["words"], words)
                runs = self.runs(answer)
                self.assertEqual([(b - a).total_seconds() for a, b in zip(runs, runs[1:])], [step, step])
                self.assertGreater(runs[0], datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=2))

    def test_the_time_zone_counts(self):
        hours = {zone: self.runs(self.d.get(preview("0 3 * * *", zone)))[0].hour for zone in ("UTC", "Asia/Kolkata")}
        self.assertEqual(hours, {"UTC": 3, "Asia/Kolkata": 21})

    def test_never_has_no_runs(self):
        for expression in ("off", ""):
            with self.subTest(expression):
                self.assertEqual(self.d.get(preview(expression))["next"], [])

    def test_what_is_wrong_is_named(self):
        for expression, zone, field in (
                ("0 25 * * *", None, "expression"), ("soon", None, "expression"),
                ("0 3 * * *", "Mars/Base", "timezone"), ("0 3 * * *", "../../etc/passwd", "timezone"),
                ("0 0 31 2 *", None, "expression"), ("x" * 200, None, "expression"), ("0 3 * * *", "Z" * 65, "timezone")):
            with self.subTest(expression):
                answer = self.d.request("GET", preview(expression, zone))
                self.refused(answer, 400, "invalid_value", field)
        self.refused(self.d.request("GET", "/api/schedule/preview"), 400, "missing_key", "expression")
        self.refused(self.d.request("GET", preview("off") + "&more=1"), 400, "unknown_key", "more")


class NextScanTest(HelpTest):
    def test_the_next_scans_are_told_and_follow_the_settings(self):
        info = self.d.get("/api/info")
        self.assertEqual([name for name in info if name.startswith("next_")], [], "nothing is planned")
        config = {"directories_to_scan": [self.d.backups], "subnets_to_scan": [], "schedule": {"directories": "0 3 * * *", "servers": "0 4 * * *", "timezone": "UTC"}}
        self.assertEqual(self.d.request("PUT", "/api/config", config).status, 200)
        info = self.d.get("/api/info")
        self.assertEqual(info["next_directories"], self.d.get(preview("0 3 * * *", "UTC"))["next"][0])
        self.assertNotIn("next_servers", info, "without networks nothing is scanned")


class SuggestionTest(HelpTest):
    def test_suggestions_are_within_the_limits_and_never_of_the_system(self):
        answer = self.d.get("/api/suggestions")
        for row in answer["directories"]:
            self.assertNotIn(row["path"], ("/", "/boot", "/home", "/var", "/usr"))
            self.assertGreater(len(row["because"]), 5)
        # whatever is suggested can be saved
        answer = self.d.request("PUT", "/api/config", {
            "directories_to_scan": [row["path"] for row in answer["directories"]], "subnets_to_scan": [row["subnet"] for row in answer["networks"]]})
        self.assertEqual(answer.status, 200, answer)
        again = self.d.get("/api/suggestions")
        self.assertEqual((again["directories"], again["networks"]), ([], []), "what is configured is not suggested again")
        self.assertTrue(os.path.isdir(self.d.backups))


class NetscanTest(DeploymentTest):
    """Behind a socket of systemd's, scannerd has no network: netscan is asked for the networks."""

    def setUp(self):
        self.d = DescribedDeployment()
        self.addCleanup(self.d.remove)
        self.path = os.path.join(self.d.base, "netscan.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.listener.bind(self.path)
        self.listener.listen()

    def start(self):
        self.d.start_scannerd("--netscan-socket", self.path)
        self.d.start_webd()

    def serve(self, answer):
        """Takes one connection, and does with it what answer says; what was asked goes to self.asked."""
        self.asked = None

        def run():
            connection, _ = self.listener.accept()
            with connection:
                self.asked = json.loads(connection.makefile("rb").read1(65536).rstrip(b"\0"))
                answer(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 10)

    def networks(self, *networks):
        return lambda connection: connection.sendall(json.dumps({"parameters": {"networks": [{"interface": i, "network": n} for i, n in networks]}}).encode() + b"\0")

    def suggested(self):
        return [row["subnet"] for row in self.d.get("/api/suggestions")["networks"]]

    def test_the_networks_that_netscan_sees_are_suggested_within_the_limits(self):
        self.start()
        self.serve(self.networks(("eth0", "10.20.0.0/16"), ("docker0", "172.17.0.0/16"), ("eth1", "203.0.113.0/24"), ("eth2", "10.0.0.0/8")))
        self.assertEqual(self.suggested(), ["10.20.0.0/16"])
        self.assertEqual(self.asked["method"], "org.backupchecker.netscan.ListNetworks")

    def test_without_a_good_answer_of_netscans_the_directories_are_suggested(self):
        self.start()
        for name, answer in {
                "it leaves": lambda connection: None, "garbage": lambda connection: connection.sendall(b"]\0"),
                "an error": lambda connection: connection.sendall(b'{"error":"org.backupchecker.netscan.Internal","parameters":{}}\0'),
                "no network": self.networks(("eth0", "10.20.0.1/16")), "no name": self.networks(("", "10.20.0.0/16")),
                "too many": self.networks(*[("eth0", f"10.{i // 256}.{i % 256}.0/24") for i in range(1000)]),
                "never": lambda connection: connection.recv(1)}.items():
            with self.subTest(name):
                self.serve(answer)
                self.assertEqual(self.suggested(), [])
        self.listener.close()
        os.unlink(self.path)
        self.assertEqual(self.suggested(), [])

    def test_scannerd_ends_while_netscan_is_asked(self):
        self.start()
        done = threading.Event()
        self.addCleanup(done.set)
        self.serve(lambda connection: done.wait(10))
        asking = threading.Thread(target=lambda: self.d.request("GET", "/api/suggestions", timeout=20))
        asking.start()
        wait_for(lambda: self.asked is not None, 10, "the question")
        self.d.scannerd.terminate()
        self.assertEqual(self.d.scannerd.wait(10), 0)
        asking.join(20)


if __name__ == "__main__":
    unittest.main()
