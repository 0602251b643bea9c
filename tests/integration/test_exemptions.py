"""Exemptions from the request to the status, the list, the history and the exports, and their end by themselves."""
import csv
import datetime
import io
import time
import unittest
import zipfile

from described import DescribedDeployment
from harness import DAY, DeploymentTest, iso, wait_for, write_file

HOSTILE = "=1+1 <script>alert(1)</script> \u202e\u00e4\U0001f69a '\"&"


class ExemptionTest(DeploymentTest):
    def setUp(self):
        self.d = DescribedDeployment()
        self.addCleanup(self.d.remove)
        self.d.start()
        self.server = self.d.add_server("web01")
        self.path = f"/api/servers/{self.server['id']}/exemption"
        self.d.settled_server("web01", backup_status="red")
        wait_for(lambda: self.d.sql("SELECT status FROM status_now"), what="the first status")

    def exempt(self, **body):
        answer = self.d.request("PUT", self.path, body=body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["server"]

    def changes(self):
        """(before, after, reason) of each change, the newest first."""
        rows = self.d.get(f"/api/servers/{self.server['id']}/changes?first=0")["changes"]
        return [(r["before"], r["after"], r["reason"]) for r in rows]

    def test_a_server_is_exempt_until_somebody_ends_it(self):
        before = int(time.time())
        row = self.exempt(reason="test machine", author="anna")
        reason = "Exempt until somebody ends it (test machine, says anna)."
        self.assertEqual((row["backup_status"], row["reason"]), ("exempt", reason))
        self.assertEqual((row["exempt_reason"], row["exempt_author"], row["exempt_until"]), ("test machine", "anna", None))
        self.assertIn(row["exempt_since"], [iso(before + i) for i in range(5)])
        self.assertEqual(list(self.d.servers("?status=exempt")), ["web01"])
        self.assertEqual(self.changes(), [("red", "exempt", reason)])
        answer = self.d.request("DELETE", self.path)
        self.assertEqual(answer.status, 200, answer)
        row = answer.json["server"]
        self.assertEqual(row["backup_status"], "red")
        self.assertEqual([row["exempt_" + name] for name in ("reason", "author", "since", "until")], [None] * 4)
        self.assertEqual(self.changes()[0][:2], ("exempt", "red"))
        self.refused(self.d.request("DELETE", self.path), 404, "not_found", "id")

    def test_an_exemption_ends_by_itself_within_seconds_and_says_so(self):
        end = int(time.time()) + 2
        row = self.exempt(reason="moving", until=iso(end))
        self.assertEqual((row["backup_status"], row["exempt_until"]), ("exempt", iso(end)))
        wait_for(lambda: len(self.changes()) == 2, what="the end of the exemption")
        self.assertLess(time.time(), end + 10)
        reason = f"No backup of this server was found in any scanned directory. Its exemption (moving) ended on {iso(end)}."
        self.assertEqual(self.changes()[0], ("exempt", "red", reason))
        row = self.d.servers()["web01"]
        self.assertEqual((row["backup_status"], row["reason"], row["exempt_reason"]), ("red", reason, "moving"))
        row = self.exempt(reason="still moving")
        self.assertEqual(row["backup_status"], "exempt")

    def test_an_end_is_noticed_after_a_restart(self):
        end = int(time.time()) + 4
        self.exempt(reason="moving", until=iso(end))
        self.d.stop()
        self.d.start()
        wait_for(lambda: len(self.changes()) == 2, what="the end of the exemption")
        self.assertEqual(self.changes()[0][:2], ("exempt", "red"))

    def test_the_sooner_of_two_ends_is_not_forgotten_for_the_later(self):
        self.d.add_server("web02")
        end = int(time.time()) + 3
        self.exempt(reason="moving", until=iso(end))
        other = self.d.servers()["web02"]["id"]
        self.assertEqual(self.d.request("PUT", f"/api/servers/{other}/exemption", body={"reason": "x", "until": iso(end + 1000)}).status, 200)
        wait_for(lambda: len(self.changes()) == 2, what="the end of the exemption")
        self.assertEqual(self.d.servers()["web02"]["backup_status"], "exempt")

    def test_a_day_is_meant_to_its_end_and_shown_as_it_was_said(self):
        day = (datetime.date.today() + datetime.timedelta(days=40)).isoformat()
        row = self.exempt(reason="test machine", author="", until=day)
        self.assertEqual(row["reason"], f"Exempt until {day} (test machine).")
        end = datetime.datetime.fromisoformat(row["exempt_until"].replace("Z", "+00:00")).astimezone()
        self.assertEqual(end.strftime("%F %T"), f"{day} 23:59:59")
        today = datetime.date.today().isoformat()
        self.assertEqual(self.exempt(reason="x", until=today)["backup_status"], "exempt")

    def test_what_cannot_be_meant_is_refused_with_a_sentence(self):
        cases = [
            ({}, "missing_key", "reason"),
            ({"reason": ""}, "invalid_value", "reason"),
            ({"reason": "   "}, "invalid_value", "reason"),
            ({"reason": "two\nlines"}, "invalid_value", "reason"),
            ({"reason": "\u0000"}, "invalid_json", None),
            ({"reason": "\u0085"}, "invalid_value", "reason"),
            ({"reason": "x" * 501}, "invalid_value", "reason"),
            ({"reason": "x", "author": "y" * 254}, "invalid_value", "author"),
            ({"reason": 5}, "invalid_type", "reason"),
            ({"reason": "x", "author": "\x1b[2J"}, "invalid_value", "author"),
            ({"reason": "x", "until": "tomorrow"}, "invalid_value", "until"),
            ({"reason": "x", "until": "2027-02-30"}, "invalid_value", "until"),
            ({"reason": "x", "until": "2020-01-01"}, "invalid_value", "until"),
            ({"reason": "x", "until": iso(time.time() - 2)}, "invalid_value", "until"),
            ({"reason": "x", "until": iso(time.time() + 101 * 366 * DAY)}, "invalid_value", "until"),
            ({"reason": "x", "until": 1900000000}, "invalid_type", "until"),
            ({"reason": "x", "id": 7}, "unknown_key", "id"),
            ({"reason": "x", "untli": "2030-01-01"}, "unknown_key", "untli"),
        ]
        for body, code, field in cases:
            with self.subTest(body=body):
                answer = self.d.request("PUT", self.path, body=body)
                self.refused(answer, 400, code, field)
        self.assertEqual(self.d.servers()["web01"]["backup_status"], "red")
        self.assertEqual(self.d.sql("SELECT count(*) FROM exemptions"), [(0,)])

    def test_a_server_that_is_not_there_is_not_found(self):
        self.refused(self.d.request("PUT", "/api/servers/999/exemption", body={"reason": "x"}), 404, "not_found", "id")
        self.refused(self.d.request("DELETE", "/api/servers/999/exemption"), 404, "not_found", "id")

    def test_hostile_words_arrive_as_they_are_and_start_no_formula(self):
        row = self.exempt(reason=HOSTILE, author="@SUM(A1)")
        self.assertEqual((row["exempt_reason"], row["exempt_author"]), (HOSTILE, "@SUM(A1)"))
        self.assertIn(HOSTILE, row["reason"])
        for path in ("/api/servers.csv", "/api/status.csv"):
            rows = list(csv.DictReader(io.StringIO(self.d.request("GET", path).body.decode())))
            self.assertEqual((rows[0]["exempt_reason"], rows[0]["exempt_author"]), ("'" + HOSTILE, "'@SUM(A1)"))
            self.assertEqual(rows[0]["backup_status"], "exempt")

    def test_the_exports_have_the_exemption(self):
        write_file(f"{self.d.backups}/db01_full.tar")
        self.d.add_server("db01")
        self.d.scan()
        end = int(time.time()) + 40 * DAY
        self.exempt(reason="test machine", author="anna", until=iso(end))
        for path in ("/api/servers.csv", "/api/status.csv"):
            rows = {r["hostname"]: r for r in csv.DictReader(io.StringIO(self.d.request("GET", path).body.decode()))}
            self.assertEqual([rows["web01"][k] for k in ("exempt_reason", "exempt_author", "exempt_until")], ["test machine", "anna", iso(end)])
            self.assertEqual([rows["db01"][k] for k in ("exempt_reason", "exempt_author", "exempt_until")], ["", "", ""])
        for path in ("/api/servers.xlsx", "/api/status.xlsx"):
            with zipfile.ZipFile(io.BytesIO(self.d.request("GET", path).body)) as book:
                text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
            for word in ("exempt_reason", "exempt_until", "test machine", "anna"):
                self.assertIn(f">{word}<", text)

    def test_the_summary_counts_exempt_servers_apart(self):
        before = self.d.get("/api/summary")
        self.assertEqual((before["by_status"]["exempt"], before["unprotected"], before["changed_since_yesterday"]), (0, 1, 0))
        self.exempt(reason="test machine")
        after = self.d.get("/api/summary")
        self.assertEqual((after["by_status"]["exempt"], after["unprotected"], after["changed_since_yesterday"]), (1, 0, 1))
        since = int(time.time()) - DAY
        self.assertEqual(self.d.get(f"/api/changes?first=0&since={since}")["count"], 1)

    def test_an_exempt_server_goes_with_its_exemption(self):
        self.exempt(reason="test machine")
        self.assertEqual(self.d.request("DELETE", f"/api/servers/{self.server['id']}").status, 200)
        self.assertEqual(self.d.sql("SELECT count(*) FROM exemptions"), [(0,)])


if __name__ == "__main__":
    unittest.main()
