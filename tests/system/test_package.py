"""The package: what it says of itself, and that installing, upgrading, removing and purging lose nothing, ask nothing, and leave nothing."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from booted import CONFIG, DATABASE, LIBEXEC, SCANNERD, STATE, V4, WEBD, SystemTest, documented, package, wait_for

BENCH = "/var/tmp/backup-checker-bench"  # make bench leaves its tree on the machine around the box
PASSWORD = "correct horse battery"
ACCOUNTS = STATE + "/accounts.db"
OURS = ("backup-checker", "backup-checker-read", "backup-checker-control")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout


def newer(folder):
    """The same package with a higher version and another first configuration."""
    tree, deb = os.path.join(folder, "tree"), os.path.join(folder, "newer.deb")
    run("dpkg-deb", "--raw-extract", package(), tree)
    control = os.path.join(tree, "DEBIAN", "control")
    with open(control, encoding="utf-8") as f:
        text = f.read()
    with open(control, "w", encoding="utf-8") as f:
        f.write("".join("Version: 999.0\n" if line.startswith("Version:") else line for line in text.splitlines(True)))
    with open(os.path.join(tree, "usr/share/backup-checker/config.json"), "w", encoding="utf-8") as f:
        json.dump({"directories_to_scan": ["/of/the/new/version"], "subnets_to_scan": []}, f)
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, deb)
    return deb


class ContentsTest(unittest.TestCase):
    def test_lintian_has_neither_errors_nor_warnings(self):
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", "--no-tag-display-limit", package()],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual((done.returncode, [line for line in done.stdout.splitlines() if line[:3] in ("E: ", "W: ")]), (0, []), done.stdout)

    def test_it_depends_on_the_repaired_libevent_and_on_nmap(self):
        depends = run("dpkg-deb", "--field", package(), "Depends").strip().split(", ")
        self.assertIn("libevent-2.1-7 (>= 2.1.12-stable-8+deb12u1) | libevent-2.1-7t64", depends)
        self.assertIn("nmap", depends)

    def test_it_has_the_programs_their_manual_pages_units_and_no_file_that_dpkg_would_ask_about(self):
        listed = run("dpkg-deb", "--contents", package())
        files = {line.split()[5] for line in listed.splitlines()}
        for name in ("webd", "scannerd", "netscan"):
            self.assertIn(f".{LIBEXEC}/{name}", files)
            self.assertIn(f"./usr/share/man/man8/{name}.8.gz", files)
        self.assertIn("./usr/share/man/man5/backup-checker-config.5.gz", files)
        self.assertIn("./usr/share/doc/backup-checker/examples/backup-checker-scannerd-root.conf", files)
        self.assertEqual(sum(1 for f in files if f.endswith((".service", ".socket"))), 6)
        self.assertNotIn("conffiles", run("dpkg-deb", "--info", package()))
        self.assertFalse([f for f in files if f.startswith("./etc")])

    def test_the_manual_pages_are_read_without_complaint(self):
        with tempfile.TemporaryDirectory() as folder:
            run("dpkg-deb", "--extract", package(), folder)
            pages = [os.path.join(root, f) for root, _, found in os.walk(folder) for f in found if f.endswith(".gz") and "/man/" in root]
            self.assertGreaterEqual(len(pages), 4)
            for page in pages:
                text = subprocess.run(["gzip", "-dc", page], stdout=subprocess.PIPE, check=True).stdout
                said = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", "-K", "utf8"], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
                self.assertEqual(said.stdout, b"", page)


class PackageTest(SystemTest):
    def setUp(self):
        self.box = self.boot()
        self.addCleanup(self.box.remove)

    def install(self, *arguments):
        said = self.box.install(*arguments)
        wait_for(self.box.healthy, 60, "health after the installation")
        return said

    def accounts(self):
        return {n for n in OURS if self.box.try_("getent", "group", n).returncode == 0 or self.box.try_("getent", "passwd", n).returncode == 0}

    def upgrade(self):
        folder = tempfile.mkdtemp(prefix="bc-deb-")
        self.addCleanup(shutil.rmtree, folder)
        return self.box.install(newer(folder))

    def sign_in(self):
        """The first account; a session of its, a token, and what both are good for: a function that says how they are answered."""
        self.assertEqual(self.box.request_once("POST", "/api/setup", {"token": self.box.links()[-1], "name": "jo", "password": PASSWORD}).status, 200)
        session = self.box.request_once("POST", "/api/session", {"name": "jo", "password": PASSWORD}).headers["Set-Cookie"].split(";")[0]
        credentials = {"Cookie": session}, {"Authorization": "Bearer " + self.box.token()}
        return lambda: [self.box.request_once("GET", "/api/config", headers=c).status for c in credentials] + [
            self.box.request_once("POST", "/api/session", {"name": "jo", "password": PASSWORD}).status]

    def what_is_ours(self):
        """Everything of that name below the folders in which a package may leave something."""
        return self.box.do("find", "/etc", "/run", "/tmp", "/usr", "/var", "/lib", "/srv", "-xdev", "-iname", "*backup-checker*",
                           "-not", "-path", BENCH, "-not", "-path", BENCH + "/*").split()

    def test_installing_starts_everything_and_the_first_scans(self):
        before = self.what_is_ours()
        self.assertEqual(before, [])
        self.install()
        for unit in ("webd.socket", "webd.service", "scannerd.socket", "scannerd.service", "netscan.socket"):
            self.assertEqual(self.box.do("systemctl", "is-enabled", f"backup-checker-{unit}"), "enabled")
            self.assertEqual(self.box.do("systemctl", "is-active", f"backup-checker-{unit}"), "active")
        self.assertEqual(self.accounts(), set(OURS))
        for scan in self.box.get("/api/scans")["scans"]:
            self.assertEqual(self.box.ended_scan(scan["id"])["state"], "succeeded")
        self.assertIn("<html", self.box.request("GET", "/").body.decode())

    def test_a_configuration_that_is_there_before_the_first_installation_is_used(self):
        self.box.write(CONFIG, json.dumps({"directories_to_scan": ["/mine"], "subnets_to_scan": []}))
        self.install()
        self.assertEqual(self.box.get("/api/config")["directories_to_scan"], ["/mine"])

    def test_an_upgrade_keeps_what_the_page_changed_and_asks_nothing(self):
        self.install()
        for scan in self.box.get("/api/scans")["scans"]:
            self.box.ended_scan(scan["id"])
        self.box.configure(directories_to_scan=["/srv/changed"], subnets_to_scan=[V4 + "8/29"], generic_names=["kept"])
        self.assertEqual(self.box.request("POST", "/api/servers", {"hostname": "byhand.test"}).status, 201)
        text, scans = self.box.do("cat", CONFIG), len(self.box.get("/api/scans")["scans"])
        pids = self.box.pid(WEBD), self.box.pid(SCANNERD)
        said = self.upgrade()
        wait_for(self.box.healthy, 60, "health after the upgrade")
        self.assertNotIn("onfiguration file", said)
        self.assertEqual(self.box.do("dpkg-query", "-W", "-f", "${Version}", "backup-checker"), "999.0")
        self.assertNotIn(self.box.pid(WEBD), (0, pids[0]))
        self.assertNotIn(self.box.pid(SCANNERD), (0, pids[1]))
        self.assertEqual(self.box.do("cat", CONFIG), text)
        self.assertEqual(self.box.do("stat", "-c", "%U %G %a", CONFIG), "backup-checker backup-checker-read 640")
        self.assertIn("byhand.test", [s["hostname"] for s in self.box.get("/api/servers")["servers"]])
        self.assertGreaterEqual(len(self.box.get("/api/scans")["scans"]), scans)

    def test_an_upgrade_and_a_removal_keep_accounts_sessions_and_tokens_and_a_purge_does_not(self):
        self.install()
        answers = self.sign_in()
        self.assertEqual(answers(), [200, 200, 200])
        links = self.box.links()
        self.upgrade()
        wait_for(self.box.healthy, 60, "health after the upgrade")
        self.assertEqual(answers(), [200, 200, 200])
        self.box.do("dpkg", "--remove", "backup-checker")
        self.assertTrue(self.box.exists(ACCOUNTS))
        self.install()
        self.assertEqual(answers(), [200, 200, 200])
        self.assertEqual(self.box.links(), links, "no link was needed")
        self.box.do("dpkg", "--purge", "backup-checker")
        self.assertFalse(self.box.exists(ACCOUNTS))
        self.install()
        self.assertEqual(answers(), [401, 401, 401])
        more = wait_for(lambda: self.box.links()[len(links):], what="another link for the first account")
        self.assertNotIn(more[0], links)

    def test_the_state_is_saved_and_restored_by_the_documented_commands(self):
        self.install()
        answers = self.sign_in()
        self.assertEqual(self.box.request("POST", "/api/servers", {"hostname": "byhand.test"}).status, 201)
        commands = documented("Saving and restoring the state")
        back = next(i for i, line in enumerate(commands) if line.startswith("systemctl stop"))
        for line in commands[:back]:
            self.box.sh(line)
        self.box.sh("backup-checker user remove jo 2>/dev/null; systemctl stop backup-checker-webd backup-checker-scannerd.socket backup-checker-scannerd; rm "
                    + STATE + "/*.db*")
        for line in commands[back:]:
            done = self.box.try_("bash", "-c", line)
            self.assertLess(done.returncode, 2, f"{line}: {done.stdout}")  # the doctor may warn
        wait_for(self.box.healthy, 60, "health after the restoration")
        self.assertEqual(answers(), [200, 200, 200])
        self.assertIn("byhand.test", [s["hostname"] for s in self.box.get("/api/servers")["servers"]])

    def test_an_upgrade_leaves_a_switched_off_unit_off(self):
        self.install()
        self.box.do("systemctl", "disable", "--now", WEBD, "backup-checker-webd.socket")
        self.upgrade()
        self.assertEqual(self.box.try_("systemctl", "is-enabled", "backup-checker-webd.socket").stdout.strip(), "disabled")

    def test_removing_stops_all_and_keeps_settings_and_database_for_the_next_installation(self):
        self.install()
        self.box.configure(directories_to_scan=["/srv/changed"], generic_names=["kept"])
        self.assertEqual(self.box.request("POST", "/api/servers", {"hostname": "byhand.test"}).status, 201)
        self.box.do("dpkg", "--remove", "backup-checker")
        self.assertEqual(self.box.try_("pgrep", "-f", LIBEXEC).stdout, "")
        self.assertFalse(self.box.exists(LIBEXEC))
        self.assertIn("kept", self.box.do("cat", CONFIG))
        self.assertTrue(self.box.exists(DATABASE))
        self.install()
        self.assertEqual(self.box.get("/api/config")["config"]["generic_names"], ["kept"])
        self.assertIn("byhand.test", [s["hostname"] for s in self.box.get("/api/servers")["servers"]])

    def test_purging_leaves_nothing(self):
        self.install()
        self.box.configure(generic_names=["changed"])
        self.box.do("dpkg", "--purge", "backup-checker")
        self.assertEqual(self.box.try_("pgrep", "-f", LIBEXEC).stdout, "")
        self.assertEqual(self.what_is_ours(), [])
        self.assertFalse(self.box.exists(STATE))
        self.assertEqual(self.accounts(), set())
        self.assertEqual(self.box.try_("systemctl", "list-unit-files", "--no-legend", "backup-checker*").stdout, "")

    def test_purging_after_removal_leaves_nothing_either(self):
        self.install()
        self.box.do("dpkg", "--remove", "backup-checker")
        self.box.do("dpkg", "--purge", "backup-checker")
        self.assertEqual(self.what_is_ours(), [])
        self.assertEqual(self.accounts(), set())


if __name__ == "__main__":
    unittest.main()
