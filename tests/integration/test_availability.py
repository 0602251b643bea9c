"""A mount that is gone is not a backup that is gone: what scans may never destroy, and what readers see while one runs."""
import os
import signal
import threading
import time
import unittest

from harness import Deployment, DeploymentTest, big_tree, mount_tmpfs, remove_tree, unmount, wait_for, write_file


class UnavailableRootTest(DeploymentTest):
    """Two configured directories; what happens to `nas` must not touch `local`, and the reverse."""

    def setUp(self):
        super().setUp()
        self.nas = os.path.join(self.d.base, "nas")
        self.local = os.path.join(self.d.base, "local")
        write_file(os.path.join(self.nas, "web01/web01.tar"), age_days=2)
        write_file(os.path.join(self.local, "db01x.tar"), age_days=1)
        for name in ("web01", "db01x", "never01"):
            self.d.add_server(name)
        answer = self.d.request("PUT", "/api/config", {"directories_to_scan": [self.nas, self.local], "subnets_to_scan": []})
        self.assertEqual(answer.status, 200, answer)
        self.d.scan()
        self.assertEqual(self.statuses(), {"web01": "green", "db01x": "green", "never01": "red"})

    def statuses(self):
        return {name: s["backup_status"] for name, s in self.d.servers().items()}

    def filenames(self):
        return sorted(f["filename"] for f in self.d.files())

    def is_kept(self, *words, changed=False):
        """nas is unavailable for a reason with those words, said wherever people look; nothing of it is lost."""
        row = self.d.directories()[self.nas]
        self.assertEqual((row["available"], row["changed"]), (False, changed), row)
        for word in words:
            self.assertIn(word, row["reason"])
        self.assertIn(self.nas, row["reason"])
        self.assertEqual(row["files"], 1)
        self.assertEqual(self.filenames(), ["db01x.tar", "web01.tar"])
        # without evidence nobody can say that a backup is missing
        self.assertEqual(self.statuses(), {"web01": "unknown", "db01x": "green", "never01": "unknown"})
        self.assertIn(self.nas, self.d.servers()["web01"]["reason"])
        summary = self.d.get("/api/summary")
        self.assertEqual(summary["directories_unavailable"], [{"path": self.nas, "reason": row["reason"]}])
        self.assertEqual((summary["by_status"]["unknown"], summary["by_status"]["red"]), (2, 0))

    def is_back(self):
        self.d.scan()
        self.assertEqual(self.statuses(), {"web01": "green", "db01x": "green", "never01": "red"})
        row = self.d.directories()[self.nas]
        self.assertEqual((row["reason"], row["changed"]), ("", False))
        self.assertEqual(self.d.get("/api/summary")["directories_unavailable"], [])

    def test_a_missing_directory_keeps_its_files_until_it_is_back(self):
        os.rename(self.nas, self.nas + ".away")
        scan = self.d.scan()
        self.assertGreaterEqual(scan["errors"], 1)
        self.assertEqual([p["subject"] for p in self.d.get(f"/api/scans/{scan['id']}/problems")["problems"]], [self.nas])
        self.is_kept("does not exist")
        self.d.scan()
        self.is_kept("does not exist")
        os.rename(self.nas + ".away", self.nas)
        self.is_back()

    def test_a_directory_that_is_suddenly_empty_keeps_its_files_until_a_person_accepts_it(self):
        os.rename(os.path.join(self.nas, "web01"), os.path.join(self.d.base, "aside"))
        self.d.scan()
        self.is_kept("no file", "mounted", changed=True)
        os.rename(os.path.join(self.d.base, "aside"), os.path.join(self.nas, "web01"))
        self.is_back()
        remove_tree(os.path.join(self.nas, "web01"))
        self.d.scan()
        self.is_kept("no file", changed=True)
        self.d.scan(body={"only": [self.nas], "accept_changed": True})
        self.assertEqual(self.filenames(), ["db01x.tar"])
        self.assertEqual(self.statuses(), {"web01": "red", "db01x": "green", "never01": "red"})

    def test_another_file_system_in_the_same_place_is_not_taken_until_a_person_accepts_it(self):
        mount_tmpfs(self.nas)
        mounted = [True]

        def clean():
            if mounted[0]:
                unmount(self.nas)
        self.addCleanup(clean)
        write_file(os.path.join(self.nas, "web01_other.tar"))
        self.d.scan()
        self.is_kept("tmpfs", "mounted", changed=True)
        self.d.scan(body={"accept_changed": True})
        self.assertEqual(self.filenames(), ["db01x.tar", "web01_other.tar"])
        unmount(self.nas)
        mounted[0] = False
        self.d.scan()
        self.assertIs(self.d.directories()[self.nas]["available"], False)
        self.assertEqual(self.filenames(), ["db01x.tar", "web01_other.tar"])

    def test_a_directory_that_may_not_be_read_keeps_its_files(self):
        self.d.stop()
        self.d.start(prefix=("setpriv", "--bounding-set=-dac_override,-dac_read_search"))
        os.chmod(self.nas, 0)
        self.addCleanup(os.chmod, self.nas, 0o755)
        self.d.scan()
        self.is_kept("may not be read")
        os.chmod(self.nas, 0o755)
        self.is_back()

    def test_a_file_in_place_of_the_directory_keeps_its_files(self):
        os.rename(self.nas, self.nas + ".away")
        write_file(self.nas)
        self.d.scan()
        self.is_kept("not a directory")

    def test_a_directory_taken_out_of_the_configuration_takes_its_files_along(self):
        answer = self.d.request("PUT", "/api/config", {"directories_to_scan": [self.local], "subnets_to_scan": []})
        self.assertEqual(answer.status, 200, answer)
        wait_for(lambda: self.filenames() == ["db01x.tar"], what="the files' removal")
        self.d.settled_server("web01", backup_status="red")
        self.assertEqual(list(self.d.directories()), [self.local])


class LostMountTest(DeploymentTest):
    """One configured directory with a file system mounted below it, which goes away between two scans."""

    def setUp(self):
        super().setUp()
        self.nas = os.path.join(self.d.backups, "nas")
        self.is_mounted = False
        self.addCleanup(self.unmount_nas)
        self.mount_nas()
        write_file(os.path.join(self.d.backups, "db01x.tar"), age_days=1)
        for name in ("web01", "db01x", "never01"):
            self.d.add_server(name)
        self.d.scan()
        self.is_whole()

    def mount_nas(self):
        mount_tmpfs(self.nas)
        self.is_mounted = True
        write_file(os.path.join(self.nas, "web01/web01.tar"), age_days=2)

    def unmount_nas(self):
        if self.is_mounted:
            unmount(self.nas)
            self.is_mounted = False

    def statuses(self):
        return {name: s["backup_status"] for name, s in self.d.servers().items()}

    def filenames(self):
        return sorted(f["filename"] for f in self.d.files())

    def is_whole(self):
        self.assertEqual(self.statuses(), {"web01": "green", "db01x": "green", "never01": "red"})
        self.assertEqual(self.filenames(), ["db01x.tar", "web01.tar"])
        row = self.d.directories()[self.d.backups]
        self.assertEqual((row["unreadable"], row["lost_mounts"]), (0, 0))
        self.assertEqual(self.d.get("/api/summary")["mounts_lost"], [])

    def is_kept(self, words):
        scan = self.d.scan()
        self.assertEqual(scan["errors"], 1)
        problems = self.d.get(f"/api/scans/{scan['id']}/problems")["problems"]
        self.assertEqual([p["subject"] for p in problems], [self.nas])
        for word in (words, "is kept", "accept_changed"):
            self.assertIn(word, problems[0]["message"])
        row = self.d.directories()[self.d.backups]
        self.assertEqual((row["available"], row["unreadable"], row["lost_mounts"], row["files"]), (True, 1, 1, 2))
        self.assertEqual(self.d.get("/api/summary")["mounts_lost"], [{"path": self.nas, "directory": self.d.backups}])
        self.assertEqual(self.filenames(), ["db01x.tar", "web01.tar"])
        self.assertEqual(self.statuses(), {"web01": "unknown", "db01x": "green", "never01": "unknown"})
        for name in ("web01", "never01"):
            self.assertIn(self.nas, self.d.servers()[name]["reason"])

    def test_an_unmounted_file_system_keeps_its_files_until_it_is_back(self):
        self.unmount_nas()
        self.is_kept("Nothing is mounted here")
        write_file(os.path.join(self.nas, "web01_beneath.tar"))
        self.is_kept("Nothing is mounted here")
        self.mount_nas()
        self.d.scan()
        self.is_whole()

    def test_a_mount_point_that_is_gone_with_its_file_system_keeps_its_files(self):
        self.unmount_nas()
        os.rmdir(self.nas)
        self.is_kept("is gone")
        self.mount_nas()
        self.d.scan()
        self.is_whole()

    def test_a_person_accepts_that_nothing_is_mounted_any_more(self):
        self.unmount_nas()
        self.is_kept("Nothing is mounted here")
        self.d.scan(body={"only": [self.d.backups], "accept_changed": True})
        self.assertEqual(self.filenames(), ["db01x.tar"])
        self.assertEqual(self.statuses(), {"web01": "red", "db01x": "green", "never01": "red"})
        self.assertEqual(self.d.scan()["errors"], 0)


class WholeIndexTest(unittest.TestCase):
    """A tree of 100,000 files, so that a scan can be met while it runs."""

    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.old = os.path.join(self.d.backups, "old")
        self.d.start()
        self.d.add_server("web01")
        write_file(os.path.join(self.old, "web01_old.tar"), age_days=3)

    def index(self):
        return self.d.request("GET", "/api/files").body

    def grow(self):
        """In memory: disks take their time to make so many files."""
        memory = os.path.join(self.d.backups, "memory")
        mount_tmpfs(memory)
        self.addCleanup(unmount, memory)
        big_tree(os.path.join(memory, "new"))

    def test_readers_see_the_old_index_or_the_new_one_and_never_a_mixture(self):
        for i in range(5000):
            write_file(os.path.join(self.old, f"{i % 50}/dump{i}.tar"), size=1)
        self.d.scan()
        remove_tree(self.old)
        for i in range(7000):
            write_file(os.path.join(self.d.backups, f"new/{i % 50}/web01_{i}.tar"), size=2)
        seen, stop = [], threading.Event()

        def read():
            while not stop.is_set():
                body = self.d.get("/api/files")
                row = self.d.get("/api/servers")["servers"][0]
                kinds = {"/new/" if "/new/" in f["filepath"] else "/old/" for f in body["files"]}
                seen.append((len(body["files"]), kinds, row["backup_status"]))

        threads = [threading.Thread(target=read) for _ in range(2)]
        for t in threads:
            t.start()
        try:
            wait_for(lambda: len(seen) > 2, what="the first reads")
            self.d.scan()
            end = len(seen)
            wait_for(lambda: len(seen) > end + 4, what="the last reads")
        finally:
            stop.set()
            for t in threads:
                t.join()
        for count, kinds, status in seen:
            self.assertIn((count, kinds), ((5001, {"/old/"}), (7000, {"/new/"})))
            self.assertEqual(status, "green")
        self.assertEqual({s[0] for s in seen}, {5001, 7000})

    def test_a_cancelled_scan_ends_within_a_second_and_changes_nothing(self):
        self.d.scan()
        before = self.index()
        self.grow()
        write_file(os.path.join(self.old, "web01_newer.tar"))
        for delay in (0, 0.01, 0.03):
            number = self.d.begin_scan()
            time.sleep(delay)
            started = time.monotonic()
            answer = self.d.request("DELETE", f"/api/scan/{number}")
            self.assertEqual(answer.status, 200, answer)
            row = self.d.ended_scan(number)
            self.assertLess(time.monotonic() - started, 1)
            self.assertEqual(row["state"], "cancelled")
            self.assertIn("nothing was changed", row["message"])
            self.assertEqual(self.index(), before)
        answer = self.d.request("DELETE", f"/api/scan/{number}")
        self.assertEqual(answer.status, 404, answer)
        self.d.scan()
        self.assertEqual(len(self.d.files()), 100002)

    def test_a_scan_that_dies_with_the_scanner_changes_nothing(self):
        self.d.scan()
        before = self.index()
        self.grow()
        number = self.d.begin_scan()
        time.sleep(0.03)
        self.d.end(self.d.scannerd, signal.SIGKILL)
        self.assertEqual(self.index(), before)
        self.d.start_scannerd()
        self.assertEqual(self.d.scan_row(number)["state"], "interrupted")
        self.assertEqual(self.index(), before)
        self.assertEqual(self.d.sql("SELECT count(*) FROM files")[0][0], 1, "half a scan must not stay behind")
        self.d.scan()
        self.assertEqual(len(self.d.files()), 100001)

    def test_a_scan_that_fails_for_want_of_space_changes_nothing_and_the_next_one_succeeds(self):
        self.d.stop()
        remove_tree(self.d.state)
        mount_tmpfs(self.d.state, "size=3m,mode=750")
        self.addCleanup(unmount, self.d.state)
        self.addCleanup(self.d.stop)
        self.d.start()
        self.d.add_server("web01")
        self.d.scan()
        before = self.index()
        self.grow()
        scan = self.d.scan(expect=None)
        self.assertEqual(scan["state"], "failed")
        self.assertGreater(len(scan["message"].split()), 4)
        self.assertEqual(self.index(), before)
        self.assertEqual(self.d.servers()["web01"]["backup_status"], "green")
        mount_tmpfs(self.d.state, "remount,size=200m")
        self.d.scan()
        self.assertEqual(len(self.d.files()), 100001)


if __name__ == "__main__":
    unittest.main()
