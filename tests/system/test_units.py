"""The units themselves: no words that systemd does not know, few rights, files and sockets that only the right people reach."""
import unittest

from booted import LIBEXEC, InstalledTest

UNITS = [f"backup-checker-{name}" for name in
         ("webd.service", "webd.socket", "scannerd.service", "scannerd.socket", "netscan.socket", "netscan@1.service")]

# path, owner, group, mode
PERMISSIONS = """
/etc/backup-checker                        backup-checker backup-checker-read    750
/etc/backup-checker/config.json            backup-checker backup-checker-read    640
/var/lib/backup-checker                    backup-checker backup-checker-read    750
/var/lib/backup-checker/backup-checker.db  backup-checker backup-checker-read    640
/var/lib/backup-checker/backup-checker.db-wal backup-checker backup-checker-read 640
/var/lib/backup-checker/backup-checker.db-shm backup-checker backup-checker-read 640
/var/lib/backup-checker/accounts.db        backup-checker backup-checker-read    600
/var/lib/backup-checker/accounts.db-wal    backup-checker backup-checker-read    600
/var/lib/backup-checker/accounts.db-shm    backup-checker backup-checker-read    600
/var/lib/private/backup-checker-webd       backup-checker-webd backup-checker-webd 700
/run/backup-checker                        root           root                   755
/run/backup-checker/scannerd.sock          root           backup-checker-control 660
/run/backup-checker/netscan.sock           backup-checker backup-checker         660
/usr/libexec/backup-checker/webd           root           root                   755
/usr/libexec/backup-checker/scannerd       root           root                   755
/usr/libexec/backup-checker/netscan        root           root                   755
"""

CONNECT = "import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
READ = "import sys; open(sys.argv[1], 'rb').read()"


class UnitsTest(InstalledTest):
    def test_systemd_finds_nothing_to_say_about_any_unit(self):
        self.assertEqual(self.box.do("systemd-analyze", "verify", *(f"/lib/systemd/system/{u}" for u in UNITS)), "")

    def test_the_exposure_of_every_service_is_within_its_limit(self):
        for service, tenths in (("webd.service", 3), ("scannerd.service", 10), ("netscan@.service", 17)):
            with self.subTest(service):
                said = self.box.do("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={tenths}",
                                   f"/lib/systemd/system/backup-checker-{service}")
                self.assertIn("Overall exposure level", said)

    def test_nothing_failed_at_boot_or_since(self):
        self.assertEqual(self.box.do("systemctl", "list-units", "--failed", "--plain", "--no-legend", "backup-checker*"), "")

    def test_files_and_sockets_have_their_owners_and_modes(self):
        for line in PERMISSIONS.strip().splitlines():
            path, *wanted = line.split()
            with self.subTest(path):
                self.assertEqual(self.box.do("stat", "-c", "%U %G %a", path).split(), wanted)

    def test_who_may_connect_where_is_decided_by_groups(self):
        cases = (("nobody", "nogroup", "scannerd.sock", False), ("nobody", "backup-checker-read", "scannerd.sock", False),
                 ("nobody", "backup-checker-control", "scannerd.sock", True), ("nobody", "backup-checker-control", "netscan.sock", False),
                 ("backup-checker", "backup-checker-read", "netscan.sock", True))
        for user, group, socket, allowed in cases:
            with self.subTest(f"{user}:{group} {socket}"):
                done = self.box.try_("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "/usr/bin/python3", "-c", CONNECT,
                                     "/run/backup-checker/" + socket)
                self.assertEqual(done.returncode == 0, allowed, done.stdout)

    def test_who_may_read_the_database_is_decided_by_its_group(self):
        for group, allowed in (("nogroup", False), ("backup-checker-control", False), ("backup-checker-read", True)):
            with self.subTest(group):
                done = self.box.as_nobody(group, "/usr/bin/python3", "-c", READ, "/var/lib/backup-checker/backup-checker.db")
                self.assertEqual(done.returncode == 0, allowed, done.stdout)

    def test_nobody_but_scannerd_and_root_may_read_the_accounts(self):
        for group in ("nogroup", "backup-checker-control", "backup-checker-read"):
            for end in ("", "-wal", "-shm"):
                with self.subTest(group + end):
                    done = self.box.as_nobody(group, "/usr/bin/python3", "-c", READ, "/var/lib/backup-checker/accounts.db" + end)
                    self.assertIn("PermissionError", done.stdout)

    def test_the_running_daemons_have_the_capabilities_of_their_units_and_filters_on_top(self):
        for unit, mask in (("webd", 0), ("scannerd", 1 << 2)):
            with self.subTest(unit):
                status = dict(line.split(":\t", 1) for line in self.box.do(
                    "cat", f"/proc/{self.box.pid(f'backup-checker-{unit}.service')}/status").splitlines() if ":\t" in line)
                for kind in ("CapPrm", "CapEff", "CapBnd"):
                    self.assertEqual(int(status[kind], 16), mask, kind)
                self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
                self.assertNotEqual(status["Uid"].split()[0], "0")

    def test_only_loopback_is_listened_on(self):
        ports = self.box.do("ss", "--listening", "--tcp", "--udp", "--numeric", "--no-header").split("\n")
        self.assertEqual([line.split()[4] for line in ports if line], ["127.0.0.1:8080"])

    def test_the_programs_say_their_version_where_the_units_look_for_them(self):
        for name in ("webd", "scannerd", "netscan"):
            self.assertIn("0.1.0", self.box.do(f"{LIBEXEC}/{name}", "--version"))


if __name__ == "__main__":
    unittest.main()
