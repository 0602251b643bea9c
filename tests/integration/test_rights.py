"""What scannerd started by hand as root gives up, what it can still do, and what the process keeps that starts netscan for it."""
import json
import os
import signal
import unittest

from harness import Deployment, DeploymentTest, wait_for, write_file
from network import children, lives

NOBODY, NOGROUP, SOMEBODY = 65534, 65534, 12345
DAC_READ_SEARCH = 1 << 2


def status(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


class RightsTest(DeploymentTest):
    start_daemons = False

    def setUp(self):
        if os.geteuid() != 0:
            raise AssertionError("only root can give something up")
        self.d = Deployment()
        self.addCleanup(self.d.remove)

    def give(self, uid, gid, make_state=True):
        """State, socket and settings belong to that user, as the package has it."""
        self.d.socket = os.path.join(self.d.state, "scannerd.sock")
        self.d.config_path = os.path.join(self.d.base, "etc", "config.json")
        os.mkdir(os.path.dirname(self.d.config_path))
        self.d.config.update(subnets_to_scan=["127.0.0.1"], network_scan={"ports": "1"})
        self.d.write_config()
        if make_state:
            os.mkdir(self.d.state)
            os.chown(self.d.state, uid, gid)
        for path in (os.path.dirname(self.d.config_path), self.d.config_path):
            os.chown(path, uid, gid)

    def assert_confined(self, pid, uid, gid):
        has = status(pid)
        self.assertEqual((has["Uid"].split(), has["Gid"].split()), ([str(uid)] * 4, [str(gid)] * 4))
        for kind in ("CapPrm", "CapEff", "CapBnd"):
            self.assertEqual(int(has[kind], 16), DAC_READ_SEARCH, kind)
        self.assertEqual((int(has["CapInh"], 16), int(has["CapAmb"], 16), has["NoNewPrivs"]), (0, 0, "1"))

    def test_root_becomes_the_owner_of_the_state_with_one_capability_and_works_as_before(self):
        self.give(NOBODY, NOGROUP)
        secret = os.path.join(self.d.backups, "locked", "localhost-2026-11-20.tar")
        write_file(secret)
        os.chown(os.path.dirname(secret), SOMEBODY, SOMEBODY)
        os.chmod(os.path.dirname(secret), 0o700)
        self.d.start()
        self.assert_confined(self.d.scannerd.pid, NOBODY, NOGROUP)
        self.d.scan()
        self.assertEqual([f["filepath"] for f in self.d.get("/api/files")["files"]], [secret])
        self.assertFalse(self.d.scan("servers")["reduced"], "netscan has lost its raw sockets")
        now = self.d.get("/api/config")
        changed = self.d.request("PUT", "/api/config", {**now["config"], "generic_names": ["changed"]}, headers={"If-Match": now["revision"]})
        self.assertEqual(changed.status, 200, changed)
        with open(self.d.config_path, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["generic_names"], ["changed"])
        for folder in (self.d.state, os.path.dirname(self.d.config_path)):
            for name in os.listdir(folder):
                found = os.stat(os.path.join(folder, name))
                self.assertEqual((found.st_uid, found.st_gid), (NOBODY, NOGROUP), name)

    def test_a_missing_state_is_made_for_the_owner_of_the_settings(self):
        self.give(NOBODY, NOGROUP, make_state=False)
        self.d.start_scannerd()
        self.assert_confined(self.d.scannerd.pid, NOBODY, NOGROUP)
        self.assertEqual((os.stat(self.d.state).st_uid, os.stat(self.d.state).st_gid), (NOBODY, NOGROUP))

    def test_root_that_owns_the_state_stays_root_without_its_capabilities(self):
        self.give(0, 0)
        self.d.start()
        self.assert_confined(self.d.scannerd.pid, 0, 0)
        self.assertFalse(self.d.scan("servers")["reduced"])

    def test_settings_that_an_editor_of_roots_has_made_can_still_be_changed(self):
        self.give(NOBODY, NOGROUP)
        os.chown(self.d.config_path, 0, 0)
        self.d.start()
        now = self.d.get("/api/config")
        changed = self.d.request("PUT", "/api/config", {**now["config"], "generic_names": ["changed"]}, headers={"If-Match": now["revision"]})
        self.assertEqual(changed.status, 200, changed)

    def test_what_starts_netscan_has_its_rights_alone_and_ends_with_scannerd(self):
        self.give(NOBODY, NOGROUP)
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how):
                self.d.start_scannerd()
                (starter,) = children(self.d.scannerd.pid)
                has = status(starter)
                self.assertEqual(has["Name"], "netscan-starter")
                # dac_override, kill, setgid, setuid, setpcap, net_raw
                self.assertEqual(int(has["CapPrm"], 16), 1 << 1 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 13)
                self.d.scannerd.send_signal(how)
                self.d.scannerd.wait(20)
                wait_for(lambda pid=starter: not lives(pid), 5, "the end of the starter")

    def test_a_netscan_that_is_missing_is_named(self):
        self.give(NOBODY, NOGROUP)
        self.d.netscan = os.path.join(self.d.base, "no-netscan")
        self.d.start()
        self.assertIn("no-netscan cannot be started: No such file", self.d.scan("servers", expect="failed")["message"])

    def test_with_a_socket_of_netscans_there_is_no_such_process(self):
        self.give(NOBODY, NOGROUP)
        self.d.start_scannerd("--netscan-socket", os.path.join(self.d.base, "netscan.sock"))
        self.assertEqual(children(self.d.scannerd.pid), [])


if __name__ == "__main__":
    unittest.main()
