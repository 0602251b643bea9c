"""A real tree on disk, scanned through HTTP: which file decides a server's status, and what may lie in a tree without harm."""
import base64
import csv
import datetime
import io
import os
import re
import socket
import threading
import time
import unittest
import zipfile
from xml.etree import ElementTree

from harness import DAY, Deployment, DeploymentTest, iso, mount_tmpfs, remove_tree, unmount, write_file


def stamp(days_ago, form="%Y%m%d"):
    return (datetime.datetime.now() - datetime.timedelta(days=days_ago)).strftime(form)


class TreeTest(DeploymentTest):
    def put(self, path, **more):
        return write_file(os.path.join(self.d.backups, path), **more)

    def statuses(self):
        return {name: s["backup_status"] for name, s in self.d.servers().items()}

    def paths(self, query=""):
        return sorted(os.path.relpath(f["filepath"], self.d.backups) for f in self.d.files(query))


class StatusTest(TreeTest):
    def test_the_newest_counted_file_decides_and_is_the_one_that_is_shown(self):
        self.d.add_server("ub01", "10.197.38.239")
        self.put("Acronis/ub01_old.tib", age_days=30, size=10)
        newest = self.put("Acronis/ub01_10.197.38.239_sda_19TB.tib", age_days=2, size=4096)
        self.put("Acronis/ub01_middle.tib", age_days=9, size=300)
        self.put("Acronis/ub01_empty.tib", age_days=0.1, size=0)
        self.d.scan()
        s = self.d.servers()["ub01"]
        self.assertEqual(s["backup_status"], "green")
        self.assertEqual(s["backup_path"], newest)
        self.assertEqual(s["backup_file"], os.path.basename(newest))
        self.assertEqual(s["backup_time"], iso(os.stat(newest).st_mtime))
        self.assertEqual((s["time_source"], s["backup_count"], s["backup_bytes"]), ("mtime", 3, 4406))
        self.assertGreater(len(s["reason"].split()), 3)

    def test_addresses_and_names_never_match_as_part_of_another(self):
        for name, address in (("ub02.lab.local", "10.197.38.12"), ("checkmk01", "10.197.38.165"), ("docker01", "10.197.38.142"),
                              ("docker0", "10.197.38.14"), ("tnas01", "192.168.7.203"), ("nas", "192.168.7.20"), ("web1", None),
                              (None, "10.197.38.1"), (None, "10.197.38.16")):
            self.d.add_server(name, address)
        for path in ("DD/ub02_10.197.38.12_sda_6TB.dd", "Ghost/checkmk01_10.197.38.165.gho", "web10-full.tar.gz",
                     "Tar/docker01_10.197.38.142_rhel94.tar.gz", "TrueNAS/tnas01_192.168.7.203_notes.cfg", "backupdocker0full.tar"):
            self.put(path)
        self.d.scan()
        self.assertEqual(self.statuses(), {
            "ub02.lab.local": "green", "checkmk01": "green", "docker01": "green", "tnas01": "green",
            "docker0": "red", "nas": "red", "web1": "red", "10.197.38.1": "red", "10.197.38.16": "red"})
        owner = {f["filename"]: f["server"] for f in self.d.files()}
        self.assertEqual(owner["docker01_10.197.38.142_rhel94.tar.gz"], "docker01")
        self.assertIsNone(owner["web10-full.tar.gz"])
        self.assertIsNone(owner["backupdocker0full.tar"])

    def test_a_server_known_by_its_full_name_is_found_by_its_short_one(self):
        self.d.add_server("ub01.lab.local", "10.197.38.239")
        path = self.put("ub01_10.0.0.9.tib")
        self.d.scan()
        s = self.d.servers()["ub01.lab.local"]
        self.assertEqual((s["backup_status"], s["backup_path"]), ("green", path))

    def test_directories_name_servers_as_backup_tools_lay_them_out(self):
        layouts = {
            "l7nt-pc": "WindowsImageBackup/L7nt-PC/Backup 2019-02-22 124351/9b9cfbc4-369e-11e9-a17c-806e6f6e6963.vhd",
            "pcweb": "pc/pcweb/123/fetc/fpasswd", "web01": "urbackup/web01/240131-0300/C/Users/x.txt",
            "rsn01": "rsnapshot/daily.0/rsn01/etc/passwd", "rest01": "restic/rest01/snapshots/22a5af1bdc6e616f8a29579458c49627"}
        for name, path in layouts.items():
            self.d.add_server(name)
            self.put(path)
        self.d.scan()
        servers = self.d.servers()
        for name, path in layouts.items():
            with self.subTest(name):
                self.assertEqual(servers[name]["backup_path"], os.path.join(self.d.backups, path))
                self.assertIn(servers[name]["backup_status"], ("green", "yellow"))

    def test_a_host_without_an_operating_system_stays_in_the_list(self):
        self.d.add_server("plain01", "10.1.1.1")
        self.d.scan()
        s = self.d.servers()["plain01"]
        self.assertIsNone(s["detected_os"])
        self.assertEqual((s["backup_status"], s["backup_file"], s["backup_time"]), ("red", None, None))

    def test_empty_partial_and_accompanying_files_are_no_backups(self):
        self.d.add_server("web01")
        for name, size in (("empty.tar", 0), ("a.tar.gz.part", 999), ("b.tar.gz.sha256", 64), ("c.tar.partial", 999),
                           ("d.tar.gz.md5", 32), ("e.log", 999), ("f.tar.gz.filepart", 999), ("tmp/g.tar", 999), ("h.tar.tmp", 9)):
            self.put("web01/" + name, size=size)
        self.d.scan()
        s = self.d.servers()["web01"]
        self.assertEqual((s["backup_status"], s["backup_count"], s["backup_file"]), ("red", 0, None))
        files = self.d.files("?server=web01")
        self.assertEqual(len(files), 9)
        for f in files:
            self.assertIs(f["counts"], False, f)
            self.assertGreater(len(f["reason"]), 5, f)

    def test_age_makes_yellow_and_only_a_limit_that_was_set_makes_red(self):
        for name, days in (("fresh", 1), ("older", 40), ("ancient", 800)):
            self.d.add_server(name)
            self.put(f"{name}.vhdx", age_days=days)
        self.d.scan()
        self.assertEqual(self.statuses(), {"fresh": "green", "older": "green", "ancient": "yellow"})
        answer = self.d.request("PUT", "/api/config", {**self.d.get("/api/config")["config"], "status": {"green_within": "7d", "red_after": "60d"}},
                                headers={"If-Match": self.d.get("/api/config")["revision"]})
        self.assertEqual(answer.status, 200, answer)
        self.d.settled_server("ancient", backup_status="red")
        self.assertEqual(self.statuses(), {"fresh": "green", "older": "yellow", "ancient": "red"})

    def test_the_time_comes_from_the_name_then_the_directory_then_the_file(self):
        self.d.add_server("byname")
        self.d.add_server("bydir")
        self.d.add_server("byfile")
        self.put(f"byname-{stamp(5)}.tar.gz", age_days=5.2)
        self.put(f"bydir/{stamp(3, '%Y-%m-%d')}/data.tar", age_days=3.2)
        path = self.put("byfile.tar", age_days=4)
        self.d.scan()
        servers = self.d.servers()
        self.assertEqual([servers[n]["time_source"] for n in ("byname", "bydir", "byfile")], ["name", "directory", "mtime"])
        self.assertEqual(servers["byname"]["backup_time"][:10], stamp(5, "%Y-%m-%d"))
        self.assertEqual(servers["bydir"]["backup_time"][:10], stamp(3, "%Y-%m-%d"))
        self.assertEqual(servers["byfile"]["backup_time"], iso(os.stat(path).st_mtime))

    def test_a_second_scan_sees_what_came_changed_and_went(self):
        self.d.add_server("web01")
        old = self.put("web01_a.tar", age_days=3)
        changed = self.put("web01_b.tar", age_days=4, size=10)
        self.d.scan()
        ids = {f["filename"]: f["id"] for f in self.d.files()}
        os.unlink(old)
        write_file(changed, size=77, age_days=1)
        new = self.put("web01_c.tar", age_days=0.5)
        self.d.scan()
        files = {f["filename"]: f for f in self.d.files()}
        self.assertEqual(sorted(files), ["web01_b.tar", "web01_c.tar"])
        self.assertEqual((files["web01_b.tar"]["size"], files["web01_b.tar"]["id"]), (77, ids["web01_b.tar"]))
        self.assertEqual(self.d.servers()["web01"]["backup_path"], new)


HOSTILE = [
    b"new\nline.tar", b"carriage\rreturn.tar", b"tab\there.tar", b'quo"tes\'.tar', b"back\\slash.tar", b"comma,semi;colon.tar",
    b"=cmd()|calc.tar", b"+1+1.tar", b"-rf.tar", b"@SUM(A1).tar", b"<img src=x onerror=alert(1)>.tar", b"<", b"&amp;.tar", b"%00%2e%2e.tar",
    b"invalid\xff\xfe.tar", b"cut\xc3", b"surrogate\xed\xa0\x80.tar", b"overlong\xc0\xaf.tar", b"\x01\x02\x1b[31m.tar", b"\x7f.tar", b" ",
    b"x" * 255, "é".encode() * 127, "\u202eexe.rat".encode(), "\u200f\u2066rtl\u2069.tar".encode(), "\U0001f4be.tar".encode(), b"'; DROP TABLE files; --",
    "\ufeffbom.tar".encode(), "line\u2028sep.tar".encode(), b"..tar", b"...", b"]]>.tar", b"_x0041_.tar"]


class HostileNamesTest(TreeTest):
    def setUp(self):
        super().setUp()
        folder = os.path.join(self.d.backups.encode(), b"dir\xff\n<b>")
        os.mkdir(folder)
        for name in HOSTILE:
            for where in (self.d.backups.encode(), folder):
                with open(os.path.join(where, name), "wb") as f:
                    f.write(b"data")
        self.d.scan()

    def test_every_name_comes_back_byte_for_byte(self):
        def exact(f, key):
            return base64.b64decode(f[key + "_b64"]) if key + "_b64" in f else f[key].encode()

        body = self.d.request("GET", "/api/files").body
        self.assertFalse(re.search(rb"[\x00-\x09\x0b-\x1f]", body), "control bytes must be escaped")
        files = self.d.files()
        self.assertEqual(len(files), 2 * len(HOSTILE))
        self.assertEqual(sorted(exact(f, "filename") for f in files), sorted(HOSTILE * 2))
        expected = sorted(os.path.join(d, n) for n in HOSTILE for d in (self.d.backups.encode(), self.d.backups.encode() + b"/dir\xff\n<b>"))
        self.assertEqual(sorted(exact(f, "filepath") for f in files), expected)
        for f in files:
            self.assertEqual("filename_b64" in f, self.is_invalid(exact(f, "filename")), f)

    @staticmethod
    def is_invalid(name):
        try:
            name.decode()
            return False
        except UnicodeDecodeError:
            return True

    def test_json_is_never_taken_for_a_page(self):
        answer = self.d.request("GET", "/api/files")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertTrue(answer.headers["Content-Type"].startswith("application/json"))
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])

    def test_csv_holds_every_row_and_no_formula(self):
        text = self.d.request("GET", "/api/files.csv").body.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual(len(rows), 2 * len(HOSTILE))
        for row in rows:
            for cell in row.values():
                self.assertNotIn(cell[:1], tuple("=+-@\t\r"), row)
        names = {row["filename"] for row in rows}
        for name in (b"new\nline.tar", b'quo"tes\'.tar', b"comma,semi;colon.tar", b"<img src=x onerror=alert(1)>.tar"):
            self.assertIn(name.decode(), names)
        self.assertIn("'=cmd()|calc.tar", names)

    def test_a_workbook_is_well_formed_and_has_no_formula_and_no_link(self):
        data = self.d.request("GET", "/api/files.xlsx").body
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            self.assertIsNone(book.testzip())
            sheet = book.read("xl/worksheets/sheet1.xml")
        spread = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        root = ElementTree.fromstring(sheet)
        self.assertEqual(len(root.findall(f".//{spread}row")), 2 * len(HOSTILE) + 1)
        self.assertEqual(root.findall(f".//{spread}f"), [])
        self.assertEqual(root.findall(f".//{spread}hyperlink"), [])
        self.assertIn(b"&lt;img src=x onerror=alert(1)&gt;", sheet)


class OddTreeTest(TreeTest):
    def test_links_sockets_pipes_and_devices_are_neither_followed_nor_listed(self):
        self.put("web01.tar")
        b = self.d.backups
        os.symlink("/etc", os.path.join(b, "etc"))
        os.symlink("/etc/passwd", os.path.join(b, "web02.tar"))
        os.symlink(".", os.path.join(b, "loop"))
        os.symlink("nowhere", os.path.join(b, "dangling"))
        os.mkfifo(os.path.join(b, "pipe.tar"))
        os.mknod(os.path.join(b, "null.tar"), 0o020666, os.makedev(1, 3))
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(os.path.join(b, "socket.tar"))
            scan = self.d.scan(wait=20)
        self.assertEqual(self.paths(), ["web01.tar"])
        self.assertEqual(scan["files"], 1)

    def test_a_configured_directory_that_links_to_a_forbidden_one_is_not_read(self):
        link = os.path.join(self.d.base, "link")
        os.symlink("/proc/self", link)
        self.d.write_config(directories_to_scan=[self.d.backups, link])
        self.d.stop()
        self.d.start()
        self.put("a.tar")
        self.d.scan(expect=None)
        self.assertEqual(self.paths(), ["a.tar"])
        row = self.d.directories()[link]
        self.assertIs(row["available"], False)
        self.assertIn("/proc", row["reason"])

    def test_a_tree_of_4096_levels_with_paths_beyond_path_max_is_read_to_its_end(self):
        self.d.add_server("deep01")
        fd = os.open(self.d.backups, os.O_RDONLY)
        for _ in range(4096):
            os.mkdir("dd", dir_fd=fd)
            below = os.open("dd", os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = below
        with open(os.open("deep01.tar", os.O_CREAT | os.O_WRONLY, dir_fd=fd), "wb") as f:
            f.write(b"data")
        os.close(fd)
        self.put("near.tar")
        scan = self.d.scan()
        self.assertEqual(scan["directories"], 4097)
        s = self.d.servers()["deep01"]
        self.assertEqual(s["backup_status"], "green")
        self.assertEqual(s["backup_path"], self.d.backups + "/dd" * 4096 + "/deep01.tar")
        self.assertEqual(len(self.d.files()), 2)

    def test_files_that_vanish_and_come_during_scans_do_not_disturb_the_others(self):
        stable = [f"stable/{i}.tar" for i in range(500)]
        for path in stable:
            self.put(path)
        stop = threading.Event()

        def disturb():
            n = 0
            while not stop.is_set():
                n += 1
                name = os.path.join(self.d.backups, "stable" if n % 2 else "moving", f"brief{n % 50}.tar")
                write_file(name)
                os.unlink(name)
                remove_tree(os.path.join(self.d.backups, "moving")) if n % 100 == 0 else None

        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            for _ in range(10):
                self.d.scan()
                found = set(self.paths())
                self.assertEqual(set(stable) - found, set())
        finally:
            stop.set()
            thread.join()

    def test_globs_exclude_files_and_whole_directories(self):
        self.d.write_config(directories_to_scan=[{"path": self.d.backups, "exclude": ["*.iso", "cache", "deep/skip/*", "**/never"]}])
        self.d.stop()
        self.d.start()
        for path in ("a.tar", "a.iso", "cache/b.tar", "x/cache/c.tar", "deep/skip/d.tar", "deep/keep/e.tar", "x/y/never/f.tar", "cache2/g.tar"):
            self.put(path)
        self.d.scan()
        self.assertEqual(self.paths(), ["a.tar", "cache2/g.tar", "deep/keep/e.tar"])

    def test_one_file_system_leaves_a_mount_below_alone(self):
        mounted = os.path.join(self.d.backups, "mounted")
        mount_tmpfs(mounted)
        self.addCleanup(unmount, mounted)
        self.put("here.tar")
        self.put("mounted/there.tar")
        self.d.scan()
        self.assertEqual(self.paths(), ["here.tar", "mounted/there.tar"])
        config = self.d.get("/api/config")
        answer = self.d.request("PUT", "/api/config", {**config["config"], "directories_to_scan": [{"path": self.d.backups, "one_file_system": True}]},
                                headers={"If-Match": config["revision"]})
        self.assertEqual(answer.status, 200, answer)
        self.d.scan()
        self.assertEqual(self.paths(), ["here.tar"])

    def test_nested_configured_directories_count_each_file_once(self):
        inner = os.path.join(self.d.backups, "inner")
        self.put("a.tar", size=10)
        self.put("inner/b.tar", size=200)
        self.put("inner/more/c.tar", size=3000)
        self.d.write_config(directories_to_scan=[self.d.backups, inner])
        self.d.stop()
        self.d.start()
        for _ in range(2):
            scan = self.d.scan()
            self.assertEqual((scan["files"], scan["bytes"]), (3, 3210))
            self.assertEqual(self.paths(), ["a.tar", "inner/b.tar", "inner/more/c.tar"])
            rows = self.d.directories()
            self.assertEqual((rows[self.d.backups]["files"], rows[inner]["files"]), (1, 2))
        self.d.scan(body={"only": [inner]})
        self.assertEqual(self.paths(), ["a.tar", "inner/b.tar", "inner/more/c.tar"])

    def test_no_file_at_all_is_an_empty_list_and_no_error(self):
        for _ in range(2):
            self.assertEqual(self.d.get("/api/files"), {"status": "success", "files": [], "count": 0})
            self.d.scan()


class UnreadableTest(unittest.TestCase):
    def test_directories_that_may_not_be_read_are_counted_and_keep_what_was_known(self):
        d = Deployment()
        self.addCleanup(d.remove)
        for name in ("open/web01.tar", "closed/web02.tar"):
            write_file(os.path.join(d.backups, name))
        # without this capability even root is bound by modes
        d.start(prefix=("setpriv", "--bounding-set=-dac_override,-dac_read_search"))
        d.add_server("web01")
        d.add_server("web02")
        d.scan()
        closed = os.path.join(d.backups, "closed")
        os.chmod(closed, 0)
        self.addCleanup(os.chmod, closed, 0o755)
        scan = d.scan()
        self.assertEqual(scan["errors"], 1)
        problems = d.get(f"/api/scans/{scan['id']}/problems")["problems"]
        self.assertEqual([p["subject"] for p in problems], [closed])
        self.assertEqual(d.directories()[d.backups]["unreadable"], 1)
        self.assertEqual(sorted(f["filename"] for f in d.files()), ["web01.tar", "web02.tar"])
        servers = d.servers()
        self.assertEqual((servers["web01"]["backup_status"], servers["web02"]["backup_status"]), ("green", "unknown"))
        os.chmod(closed, 0o755)
        d.scan()
        self.assertEqual(d.servers()["web02"]["backup_status"], "green")


if __name__ == "__main__":
    unittest.main()
