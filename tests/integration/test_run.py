"""make run, make install and make clean in a fresh checkout, as root and as an ordinary user."""
import http.client
import json
import os
import pwd
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from harness import TOP, remove_tree, wait_for

NOBODY = pwd.getpwnam("nobody")
AS_NOBODY = ("setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups")
INSTALLED = {
    "usr/libexec/backup-checker/scannerd": 0o755, "usr/libexec/backup-checker/webd": 0o755, "usr/libexec/backup-checker/netscan": 0o755,
    "usr/share/man/man8/scannerd.8": 0o644, "usr/share/man/man8/webd.8": 0o644, "usr/share/man/man8/netscan.8": 0o644,
    "usr/share/man/man5/backup-checker-config.5": 0o644, "etc/backup-checker/config.json": 0o644,
}

ME = {"name": "jo", "password": "correct horse battery"}
ANY_OWNER = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}  # of the repository
BASE = BUILT = None  # setUpModule


def environment(**more):
    """That of a person who has just logged in, not that of a surrounding make."""
    kept = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "BUILD", "SAN", "CFLAGS", "SUDO_UID", "SUDO_GID")}
    return {**kept, "MAKEFLAGS": "-j2", **more}


def processes_below(directory):
    """{pid: command line} of everything that was started from there."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as f:
                command = f.read().replace(b"\0", b" ").decode(errors="replace")
            places = [os.readlink(f"/proc/{name}/{link}") for link in ("cwd", "exe")]
        except OSError:
            continue
        if any(p.startswith(directory) for p in places):
            found[int(name)] = command
    return found


class Run:
    """make run, as the leader of a process group like one that a terminal makes."""

    def __init__(self, checkout, prefix=(), **env):
        self.checkout = checkout
        self.process = subprocess.Popen([*prefix, "make", "run"], cwd=checkout, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, encoding="utf-8", env=environment(LISTEN="127.0.0.1:0", **env))
        self.lines, self.headers = [], {"X-Requested-With": "backup-checker"}
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def address(self, seconds=300):
        def said():
            if self.process.poll() is not None:
                raise AssertionError(f"make run ended with {self.process.returncode}: {''.join(self.lines)}")
            return re.search(r"http://(127\.0\.0\.1:\d+)/", "".join(self.lines))
        return wait_for(said, seconds, "the address").group(1)

    def link(self):
        """The token of the one-time link, or None as long as there is none."""
        found = re.findall(r"http://127\.0\.0\.1:\d+/#/first\?token=([\w-]{43})\n", "".join(self.lines))
        if len(found) > 1:
            raise AssertionError("".join(self.lines))
        return found[0] if found else None

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.address(), timeout=20)
        try:
            connection.request(method, path, body and json.dumps(body), {**self.headers, **({"Content-Type": "application/json"} if body else {})})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)[:2]

    def set_up(self):
        """The first account, by the printed link."""
        self.address()
        token = wait_for(self.link, 20, "the one-time link")
        status, said, _ = self.request("POST", "/api/setup", {"token": token, **ME})
        if status != 200:
            raise AssertionError(f"{status} {said}")

    def sign_in(self):
        status, said, headers = self.request("POST", "/api/session", ME)
        if status != 200:
            raise AssertionError(f"{status} {said}")
        self.headers["Cookie"] = headers["Set-Cookie"].split(";")[0]

    def ended_scans(self):
        """The first scans, by kind, when both have ended."""
        status, body = self.get("/api/scans")
        scans = {s["kind"]: s for s in json.loads(body)["scans"]} if status == 200 else {}
        return scans if len(scans) == 2 and all(s["state"] != "running" for s in scans.values()) else None

    def end(self, how=signal.SIGINT, whom=os.killpg):
        """The processes that are left some seconds after the signal."""
        whom(self.process.pid, how)
        self.process.wait(15)
        end = time.monotonic() + 10
        while (left := processes_below(self.checkout)) and time.monotonic() < end:
            time.sleep(0.05)
        self.reader.join(5)
        return left

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(15)
        for pid in processes_below(self.checkout):
            os.kill(pid, signal.SIGKILL)
        self.reader.join(5)
        self.process.stdout.close()


def setUpModule():
    """One checkout, built once; each test copies it."""
    global BASE, BUILT  # pylint: disable=global-statement
    BASE = os.path.realpath(tempfile.mkdtemp(prefix="bc-run-"))
    unittest.addModuleCleanup(remove_tree, BASE)
    os.chmod(BASE, 0o755)
    BUILT = os.path.join(BASE, "built")
    subprocess.run(["git", "clone", "-q", TOP, BUILT], check=True, env=environment(**ANY_OWNER), umask=0o022)
    subprocess.run(["make", "all"], cwd=BUILT, check=True, env=environment(), stdout=subprocess.DEVNULL, umask=0o022)


class CheckoutTest(unittest.TestCase):
    def checkout(self, owner=0):
        """A built checkout of the test's own."""
        path = tempfile.mkdtemp(prefix="checkout-", dir=BASE)
        os.chmod(path, 0o755)
        subprocess.run(["cp", "-a", BUILT + "/.", path], check=True)
        if owner:
            subprocess.run(["chown", "-R", f"{owner}:{NOBODY.pw_gid}", path], check=True)
        return path

    def run_in(self, checkout, *prefix, **env):
        run = Run(checkout, prefix, **env)
        self.addCleanup(run.close)
        return run


class RunTest(CheckoutTest):
    def serves(self, run):
        """The pages, the API, and the first scans: (the scans, the servers)."""
        status, page = run.get("/")
        self.assertEqual(status, 200)
        self.assertIn(b"<html", page)
        self.assertEqual(json.loads(run.get("/api/health")[1])["status"], "healthy")
        self.assertEqual(run.get("/api/servers")[0], 401)
        run.set_up()
        run.sign_in()
        scans = wait_for(run.ended_scans, 60, "the end of the first scans")
        for scan in scans.values():
            self.assertEqual((scan["state"], scan["requested_by"]), ("succeeded", "schedule"), scan)
        servers = json.loads(run.get("/api/servers")[1])["servers"]
        self.assertEqual([s["ip_address"] for s in servers], ["127.0.0.1"])
        return scans

    def users(self, run):
        """{program: uid} of the daemons."""
        found = {}
        for pid in processes_below(run.checkout):
            with open(f"/proc/{pid}/comm", encoding="utf-8") as f:
                found[f.read().strip()] = os.stat(f"/proc/{pid}").st_uid
        return {name: found.get(name) for name in ("scannerd", "webd")}

    def test_as_root_it_serves_and_ctrl_c_ends_it(self):
        run = self.run_in(self.checkout())
        scans = self.serves(run)
        self.assertFalse(scans["servers"]["reduced"])
        self.assertEqual(self.users(run), {"scannerd": 0, "webd": NOBODY.pw_uid}, "webd must not be root")
        self.assertEqual(run.end(), {})
        self.assertNotIn("ended by itself", "".join(run.lines))

    def test_as_an_ordinary_user_it_serves_and_marks_what_is_reduced(self):
        home = os.path.join(BASE, "home")
        os.mkdir(home)
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
        run = self.run_in(self.checkout(NOBODY.pw_uid), *AS_NOBODY, HOME=home)
        scans = self.serves(run)
        self.assertTrue(scans["servers"]["reduced"])
        self.assertEqual(self.users(run), {"scannerd": NOBODY.pw_uid, "webd": NOBODY.pw_uid})
        self.assertEqual(run.end(), {})
        self.assertNotIn("ended by itself", "".join(run.lines))

    def test_it_runs_again_on_what_it_left(self):
        checkout = self.checkout()
        first = self.run_in(checkout)
        self.serves(first)
        self.assertEqual(first.end(), {})
        second = self.run_in(checkout)
        wait_for(lambda: second.get("/")[0] == 200, what="the second webd")
        second.sign_in()
        self.assertEqual(len(json.loads(second.get("/api/servers")[1])["servers"]), 1)
        self.assertIsNone(second.link(), "there is an account")
        self.assertEqual(second.end(), {})

    def test_with_sudo_the_files_and_webd_belong_to_who_called_it(self):
        run = self.run_in(self.checkout(NOBODY.pw_uid), SUDO_UID=str(NOBODY.pw_uid), SUDO_GID=str(NOBODY.pw_gid))
        self.serves(run)
        self.assertEqual(self.users(run)["webd"], NOBODY.pw_uid)
        self.assertEqual(run.end(), {})

    def test_ctrl_c_during_the_first_scan_and_a_closed_terminal_leave_nothing(self):
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(how):
                run = self.run_in(self.checkout())
                run.address()
                self.assertEqual(run.end(how), {}, f"{''.join(run.lines)}")

    def test_when_one_daemon_ends_the_other_is_ended_and_make_fails(self):
        for name in ("webd", "scannerd"):
            with self.subTest(name):
                run = self.run_in(self.checkout())
                run.address()
                pid = next(p for p, command in processes_below(run.checkout).items() if command.split(" ")[0].endswith("/" + name))
                self.assertEqual(run.end(signal.SIGKILL, lambda _, how, pid=pid: os.kill(pid, how)), {})
                self.assertNotEqual(run.process.returncode, 0)
                self.assertIn("ended by itself", "".join(run.lines))

    def test_a_wrong_configuration_is_said_and_ends_it(self):
        checkout = self.checkout()
        with open(os.path.join(checkout, "config.json"), "w", encoding="utf-8") as f:
            f.write('{"directories_to_scan": ["relative"], "subnets_to_scan": []}')
        run = self.run_in(checkout)
        run.process.wait(60)
        run.reader.join(5)
        self.assertNotEqual(run.process.returncode, 0)
        self.assertIn("directories_to_scan[0]", "".join(run.lines))
        self.assertEqual(processes_below(checkout), {})


class InstallTest(CheckoutTest):
    def make(self, checkout, *words):
        subprocess.run(["make", *words], cwd=checkout, check=True, stdout=subprocess.DEVNULL, env=environment(), umask=0o022)

    def test_install_puts_the_files_where_the_documentation_says(self):
        checkout, place = self.checkout(), os.path.join(BASE, "place")
        self.make(checkout, "install", f"DESTDIR={place}", "prefix=/usr")
        for path, mode in INSTALLED.items():
            with self.subTest(path):
                self.assertEqual(os.stat(os.path.join(place, path)).st_mode & 0o7777, mode)
        for top in os.listdir(place):
            self.assertIn(top, ("usr", "etc"))
        for name in ("scannerd", "webd", "netscan"):
            said = subprocess.run([os.path.join(place, "usr/libexec/backup-checker", name), "--version"], stdout=subprocess.PIPE, check=True).stdout
            self.assertIn(b"(backup-checker)", said)

    def test_installing_again_keeps_an_edited_configuration(self):
        checkout, place = self.checkout(), os.path.join(BASE, "place2")
        self.make(checkout, "install", f"DESTDIR={place}", "prefix=/usr")
        config = os.path.join(place, "etc/backup-checker/config.json")
        with open(config, "w", encoding="utf-8") as f:
            f.write("edited")
        self.make(checkout, "install", f"DESTDIR={place}", "prefix=/usr")
        with open(config, encoding="utf-8") as f:
            self.assertEqual(f.read(), "edited")

    def test_without_a_prefix_everything_is_below_usr_local(self):
        checkout, place = self.checkout(), os.path.join(BASE, "place3")
        self.make(checkout, "install", f"DESTDIR={place}")
        self.assertEqual(os.listdir(place), ["usr"])
        self.assertEqual(os.listdir(os.path.join(place, "usr")), ["local"])
        self.assertTrue(os.path.exists(os.path.join(place, "usr/local/etc/backup-checker/config.json")))

    def test_clean_leaves_what_git_knows_and_the_state(self):
        checkout = self.checkout()
        os.mkdir(os.path.join(checkout, "var"))
        self.make(checkout, "clean")
        left = subprocess.run(["git", "status", "--porcelain", "--ignored"], cwd=checkout, stdout=subprocess.PIPE, check=True,
                              env=environment(**ANY_OWNER)).stdout.decode()
        self.assertEqual(left, "")
        self.assertFalse(os.path.exists(os.path.join(checkout, "build")))
        self.assertTrue(os.path.isdir(os.path.join(checkout, "var")))


if __name__ == "__main__":
    unittest.main()
