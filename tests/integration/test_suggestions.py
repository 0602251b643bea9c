"""What helps to fill in the settings: schedules in words, directories and networks of this machine."""
import datetime
import os
import unittest
import urllib.parse

from described import DescribedDeployment
from harness import DeploymentTest


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


if __name__ == "__main__":
    unittest.main()
