"""Scans as jobs: one of a kind at a time, watched, cancelled, scheduled, and remembered as what they were."""
import os
import re
import signal
import subprocess
import threading
import time
import unittest
import unittest.mock

from harness import DAY, Deployment, DeploymentTest, Events, big_tree, iso, mount_tmpfs, unmount, wait_for, write_file

HOUR = 3600


class LargeTreeTest(DeploymentTest):
    """100,000 files in memory, so that a scan can be met while it runs."""

    def setUp(self):
        super().setUp()
        mount_tmpfs(self.d.backups)
        self.addCleanup(unmount, self.d.backups)
        self.addCleanup(self.d.stop)
        self.files = big_tree(os.path.join(self.d.backups, "tree"))

    def hold(self):
        """Begins a scan and, once everybody knows of it, stops the scanner while it runs."""
        events = Events(self.d.port)
        number = self.d.begin_scan()
        events.until(lambda n, d: n == "progress")
        self.d.scannerd.send_signal(signal.SIGSTOP)
        self.addCleanup(self.release, self.d.scannerd)
        events.close()
        return number

    def release(self, process=None):
        (process or self.d.scannerd).send_signal(signal.SIGCONT)

    def slow_motion(self, steps=40):
        """Lets the scanner go on for a moment at a time; its timers see time pass."""
        for _ in range(steps):
            self.release()
            time.sleep(0.005)
            self.d.scannerd.send_signal(signal.SIGSTOP)
            time.sleep(0.1)
        self.release()

    def test_one_scan_of_a_kind_at_a_time_and_the_other_kind_beside_it(self):
        answer = self.d.request("PUT", "/api/config", {"directories_to_scan": [self.d.backups], "subnets_to_scan": ["127.0.0.1"]})
        self.assertEqual(answer.status, 200, answer)
        number = self.d.begin_scan()
        answer = self.d.request("POST", "/api/scan/directories")
        self.assertEqual((answer.status, answer.json["code"]), (409, "scan_running"), answer)
        self.assertIn(str(number), answer.json["message"])
        self.assertEqual(answer.json["scan"], {"id": number, "kind": "directories", "state": "running"})
        answer = self.d.request("DELETE", "/api/files")
        self.assertEqual((answer.status, answer.json["code"]), (409, "scan_running"), answer)
        servers = self.d.begin_scan("servers")
        self.assertEqual(self.d.scan_row(servers)["state"], "running")
        self.assertEqual(self.d.ended_scan(number)["state"], "succeeded")
        self.assertEqual(self.d.ended_scan(servers)["state"], "succeeded")
        self.assertEqual(list(self.d.get("/api/scans?kind=servers")["scans"])[0]["hosts_up"], 1)

    def test_progress_is_told_from_hello_to_changed(self):
        self.d.scan()
        events = Events(self.d.port)
        self.addCleanup(events.close)
        name, hello = events.next()
        self.assertEqual((name, hello["scans"], hello["scannerd"]), ("hello", [], True))
        number = self.d.begin_scan()
        seen = events.until(lambda n, d: n == "changed" and "scans" in d["changed"])
        progress = [d for n, d in seen if n == "progress"]
        self.assertTrue(all(p["scan"] == number and p["kind"] == "directories" and p["requested_by"] == "person" for p in progress))
        for field in ("files", "directories", "bytes", "percent"):
            values = [p[field] for p in progress]
            self.assertEqual(values, sorted(values), field)
        self.assertEqual([p["state"] for p in progress], ["running"] * (len(progress) - 1) + ["succeeded"])
        last = progress[-1]
        self.assertEqual((last["files"], last["percent"], last["seconds_left"], last["errors"]), (self.files, 100, 0, 0))
        self.assertIn(str(self.files), last["message"])
        self.assertEqual(set(seen[-1][1]["changed"]), {"scans", "files", "servers", "directories"})

    def test_progress_between_beginning_and_end_names_what_is_read(self):
        self.d.scan()
        events = Events(self.d.port)
        self.addCleanup(events.close)
        number = self.hold()
        self.slow_motion()
        seen = events.until(lambda n, d: n == "progress" and d["state"] != "running")
        middle = [d for n, d in seen if n == "progress" and d["state"] == "running" and d["files"] > 0]
        self.assertTrue(middle, seen)
        self.assertTrue(all(0 <= p["percent"] <= 99 for p in middle))
        self.assertTrue(any(p["current"] and p["current"].startswith(self.d.backups) for p in middle), middle)
        self.assertEqual(self.d.ended_scan(number)["state"], "succeeded")

    def test_a_page_that_comes_late_is_told_what_runs(self):
        number = self.hold()
        # webd answers by itself while the scanner stands still
        events = Events(self.d.port)
        self.addCleanup(events.close)
        name, hello = events.next()
        self.assertEqual((name, [s["scan"] for s in hello["scans"]]), ("hello", [number]))
        self.assertEqual(self.d.get("/api/health")["status"], "healthy")
        self.release()
        self.d.ended_scan(number)

    def test_waiting_for_a_scan_ends_with_the_scan_or_with_the_time(self):
        self.assertEqual(self.d.scan(wait=60)["state"], "succeeded")
        events, answers = Events(self.d.port), []
        self.addCleanup(events.close)
        self.addCleanup(self.release, self.d.scannerd)
        asking = threading.Thread(target=lambda: answers.append(self.d.request("POST", "/api/scan/directories?wait=1")))
        asking.start()
        events.until(lambda n, d: n == "progress")
        self.d.scannerd.send_signal(signal.SIGSTOP)
        asking.join()
        answer = answers[0]
        self.assertEqual((answer.status, answer.json["scan"]["state"]), (202, "running"), answer)
        self.release()
        self.assertEqual(self.d.ended_scan(answer.json["scan"]["id"])["state"], "succeeded")

    def test_cancelling_ends_within_a_second_and_is_remembered(self):
        events = Events(self.d.port)
        self.addCleanup(events.close)
        number = self.d.begin_scan()
        started = time.monotonic()
        self.assertEqual(self.d.request("DELETE", f"/api/scan/{number}").status, 200)
        row = self.d.ended_scan(number)
        self.assertLess(time.monotonic() - started, 1)
        self.assertEqual((row["state"], self.d.get("/api/files?limit=1")["total"]), ("cancelled", 0))
        last = events.until(lambda n, d: n == "progress" and d["state"] != "running")[-1][1]
        self.assertEqual((last["scan"], last["state"]), (number, "cancelled"))
        self.d.scan()

    def test_scans_that_were_running_at_a_kill_are_marked_interrupted(self):
        done = self.d.scan()["id"]
        number = self.hold()
        self.d.end(self.d.scannerd, signal.SIGKILL)
        self.d.start_scannerd()
        row = self.d.scan_row(number)
        self.assertEqual(row["state"], "interrupted")
        self.assertIsNotNone(row["finished"])
        self.assertGreater(len(row["message"].split()), 3)
        self.assertEqual(self.d.scan_row(done)["state"], "succeeded")
        # what waits for the lost scan is let go, and what is shown as running ends
        wait_for(lambda: self.d.get("/api/health")["scannerd"] == "connected", what="the connection")
        self.assertEqual(self.d.scan()["state"], "succeeded")

    def test_a_stop_in_the_middle_of_a_scan_is_quick_and_clean(self):
        self.d.begin_scan()
        started = time.monotonic()
        self.assertEqual(self.d.end(self.d.scannerd), 0, self.d.log("scannerd"))
        self.assertLess(time.monotonic() - started, 3)
        self.d.start_scannerd()
        states = {s["state"] for s in self.d.get("/api/scans")["scans"]}
        self.assertTrue(states <= {"cancelled", "interrupted", "succeeded"}, states)


class HistoryTest(DeploymentTest):
    def test_a_scan_leaves_its_counts_times_and_words(self):
        for i in range(3):
            write_file(os.path.join(self.d.backups, f"d{i}/a.tar"), size=100)
        before = int(time.time())
        first, second = self.d.scan(), self.d.scan()
        self.assertEqual((first["files"], first["directories"], first["bytes"], first["errors"]), (3, 4, 300, 0))
        self.assertEqual((first["kind"], first["state"], first["requested_by"], first["due"]), ("directories", "succeeded", "person", None))
        self.assertEqual((first["changed"], second["changed"]), (3, 0))
        self.assertLessEqual(iso(before), first["started"])
        self.assertLessEqual(first["started"], first["finished"])
        self.assertIn("3 files", first["message"])
        self.assertEqual(self.d.get("/api/scans")["scans"], [second, first])
        self.assertEqual(self.d.get(f"/api/scan/{first['id']}")["scan"], first)

    def test_problems_of_a_scan_are_listed_with_it(self):
        answer = self.d.request("PUT", "/api/config", {"directories_to_scan": [self.d.backups, self.d.base + "/gone1", self.d.base + "/gone2"], "subnets_to_scan": []})
        self.assertEqual(answer.status, 200, answer)
        scan = self.d.scan()
        self.assertEqual(scan["errors"], 2)
        problems = self.d.get(f"/api/scans/{scan['id']}/problems")["problems"]
        self.assertEqual([p["subject"] for p in problems], [self.d.base + "/gone1", self.d.base + "/gone2"])
        self.assertTrue(all(re.search("does not exist", p["message"]) for p in problems))

    def test_a_part_can_be_scanned_alone(self):
        other = os.path.join(self.d.base, "other")
        write_file(os.path.join(self.d.backups, "a.tar"))
        write_file(os.path.join(other, "b.tar"))
        answer = self.d.request("PUT", "/api/config", {"directories_to_scan": [self.d.backups, other], "subnets_to_scan": []})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.d.scan(body={"only": [other]})["files"], 1)
        self.assertEqual([f["filename"] for f in self.d.files()], ["b.tar"])
        self.d.scan(body={"only": [self.d.backups]})
        self.assertEqual(sorted(f["filename"] for f in self.d.files()), ["a.tar", "b.tar"])


CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static long ahead(void)
{
	long seconds = 0;
	FILE *f = fopen(getenv("AHEAD"), "re");
	if (f != NULL) {
		if (fscanf(f, "%ld", &seconds) != 1)
			seconds = 0;
		fclose(f);
	}
	return seconds;
}
int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
	int rc = real(clock, ts);
	if (rc == 0 && clock == CLOCK_REALTIME)
		ts->tv_sec += ahead();
	return rc;
}
time_t time(time_t *out)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}
"""


class LongRunTest(unittest.TestCase):
    def test_a_scanner_that_has_run_for_days_takes_the_dates_of_its_today(self):
        d = Deployment()
        self.addCleanup(d.remove)
        ahead, library = os.path.join(d.state, "ahead"), os.path.join(d.base, "clock.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, "-xc", "-", "-ldl"], input=CLOCK.encode(), check=True)
        write_file(ahead, content=b"0")
        env = {"LD_PRELOAD": library, "AHEAD": ahead, "ASAN_OPTIONS": "verify_asan_link_order=0"}
        with unittest.mock.patch.dict(os.environ, env):
            d.start()
        d.add_server("web01")
        for days in (0, 3, 40):
            write_file(ahead, content=str(days * DAY).encode())
            today = time.strftime("%Y%m%d", time.gmtime(time.time() + days * DAY))
            write_file(os.path.join(d.backups, f"web01-{today}.tar"), age_days=-days)
            d.scan()
            s = d.servers()["web01"]
            self.assertEqual((s["backup_file"], s["time_source"], s["findings"], s["backup_status"]), (f"web01-{today}.tar", "name", [], "green"))


class ScheduleTest(unittest.TestCase):
    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        write_file(os.path.join(self.d.backups, "a.tar"))

    def scans(self):
        return self.d.get("/api/scans")["scans"]

    def with_past(self, schedule, started, due=None, requested_by="schedule"):
        """A deployment whose last scan lies in the past, not yet started again with that schedule."""
        self.d.start_scannerd()
        self.d.end(self.d.scannerd)
        self.d.sql("INSERT INTO scans (kind, state, requested_by, due, started, finished) VALUES ('directories', 'succeeded', ?, ?, ?, ?)",
                   requested_by, due, started, started + 1)
        self.d.write_config(schedule={"directories": schedule, "servers": "off", "timezone": "UTC"})
        self.d.start()

    def comes_once(self):
        """The scan that the schedule has started by itself, and no second one for more than a tick."""
        found = wait_for(lambda: [s for s in self.scans() if s["id"] > 1 and s["state"] == "succeeded"], 15, "the scheduled scan")
        time.sleep(6)
        self.assertEqual([s for s in self.scans() if s["id"] > 1], found)
        self.assertEqual((len(found), found[0]["requested_by"]), (1, "schedule"))
        return found[0]

    def test_a_first_start_with_an_interval_scans_soon(self):
        self.d.write_config(schedule={"directories": "@every 1h", "servers": "off"})
        self.d.start()
        scan = wait_for(lambda: [s for s in self.scans() if s["state"] == "succeeded"], 15, "the scheduled scan")[0]
        self.assertEqual((scan["requested_by"], scan["kind"], scan["files"]), ("schedule", "directories", 1))
        self.assertIsNotNone(scan["due"])
        self.assertEqual(len(self.d.files()), 1)

    def test_an_interval_that_passed_while_nothing_ran_is_made_up_for_once(self):
        long_ago = int(time.time()) - 10 * HOUR
        self.with_past("@every 1h", long_ago, long_ago)
        self.comes_once()

    def test_a_daily_time_that_passed_while_nothing_ran_is_made_up_for_once(self):
        last = int(time.time()) // DAY * DAY - 3 * DAY
        self.with_past("0 0 * * *", last, last)
        scan = self.comes_once()
        self.assertEqual(scan["due"], iso(last + DAY))

    def test_an_interval_counts_from_the_last_scan_whoever_asked_for_it(self):
        self.with_past("@every 1h", int(time.time()) - HOUR // 2, requested_by="person")
        time.sleep(7)
        self.assertEqual(len(self.scans()), 1)

    def test_off_means_never(self):
        self.d.write_config(schedule={"directories": "off", "servers": ""})
        self.d.start()
        time.sleep(6)
        self.assertEqual(self.scans(), [])

    def test_a_schedule_without_anything_to_scan_says_nothing_until_there_is(self):
        self.d.write_config(directories_to_scan=[], schedule={"directories": "@every 1h", "servers": "@every 1h"})
        self.d.start()
        time.sleep(12)  # more than two ticks
        self.assertNotIn("warning", self.d.log("scannerd"))
        config = self.d.get("/api/config")
        answer = self.d.request("PUT", "/api/config", {**config["config"], "directories_to_scan": [self.d.backups]})
        self.assertEqual(answer.status, 200, answer)
        wait_for(lambda: [s for s in self.scans() if s["state"] == "succeeded"], 15, "the scheduled scan")

    def test_a_schedule_that_is_set_at_run_time_is_kept_from_then_on(self):
        self.d.start()
        config = self.d.get("/api/config")
        answer = self.d.request("PUT", "/api/config", {**config["config"], "schedule": {"directories": "@every 1m", "servers": "off"}}, headers={"If-Match": config["revision"]})
        self.assertEqual(answer.status, 200, answer)
        scan = wait_for(lambda: [s for s in self.scans() if s["state"] == "succeeded"], 15, "the scheduled scan")[0]
        self.assertEqual(scan["requested_by"], "schedule")


if __name__ == "__main__":
    unittest.main()
