"""The command lines of scannerd, webd and netscan: help, every kind of wrong one, and what the programs print about themselves."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from harness import TOP, program

# sysexits.h
EX_OK, EX_USAGE, EX_UNAVAILABLE, EX_CANTCREAT, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = 0, 64, 69, 73, 75, 77, 78
PROGRAMS = ("scannerd", "webd", "netscan")
NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
PRINTED = {  # file: what prints it
    "man/scannerd.8": ("scannerd", "--print-manual"),
    "man/webd.8": ("webd", "--print-manual"),
    "man/netscan.8": ("netscan", "--print-manual"),
    "man/backup-checker-config.5": ("scannerd", "--print-config-manual"),
    "proto/org.backupchecker.scanner.varlink": ("scannerd", "--print-interface"),
    "proto/org.backupchecker.netscan.varlink": ("netscan", "--print-interface"),
    "webd/openapi.json": ("webd", "--print-openapi"),
}


def run(*command, seconds=10, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, check=False,
                          encoding="utf-8", **more)


class PrintTest(unittest.TestCase):
    def test_help_names_every_option_that_the_manual_names(self):
        for name in PROGRAMS:
            with self.subTest(name):
                help_text = run(program(name), "--help")
                self.assertEqual((help_text.returncode, help_text.stderr), (EX_OK, ""))
                self.assertTrue(help_text.stdout.startswith(f"Usage: {name} [OPTION]..."), help_text.stdout)
                options = set(re.findall(r"^  --([a-z-]+)", help_text.stdout, re.M))
                self.assertLessEqual({"help", "version", "print-manual"}, options)
                manual = run(program(name), "--print-manual").stdout.replace("\\-", "-")
                self.assertEqual(set(re.findall(r"^\.B --([a-z-]+)", manual, re.M)), options)

    def test_help_fits_a_terminal(self):
        for name in PROGRAMS:
            listed = run(program(name), "--help").stdout.split("\n\n")[2]
            self.assertGreater(len(listed.splitlines()), 3)
            for line in listed.splitlines():
                self.assertLessEqual(len(line), 100, f"{name}: {line}")

    def test_all_programs_say_the_same_version(self):
        said = [run(program(name), "--version").stdout for name in PROGRAMS]
        versions = {re.fullmatch(r"(\w+) \(backup-checker\) (\d+\.\d+\.\d+)\n", text).group(2) for text in said}
        self.assertEqual(len(versions), 1, said)

    def test_printed_files_in_the_tree_are_what_the_programs_print(self):
        for path, (name, option) in PRINTED.items():
            with self.subTest(path), open(os.path.join(TOP, path), encoding="utf-8") as f:
                printed = run(program(name), option)
                self.assertEqual((printed.returncode, printed.stderr), (EX_OK, ""))
                self.assertEqual(f.read(), printed.stdout, f"{path} is out of date; run `make print`")

    def test_manual_pages_have_no_warnings(self):
        for path in PRINTED:
            if path.startswith("man/"):
                with self.subTest(path):
                    done = run("groff", "-man", "-Tutf8", "-ww", "-z", os.path.join(TOP, path))
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_the_api_document_is_json_with_every_path_below_the_root(self):
        document = json.loads(run(program("webd"), "--print-openapi").stdout)
        self.assertTrue(document["openapi"].startswith("3."))
        self.assertLessEqual({"/api/files", "/api/servers", "/api/health", "/api/config"}, set(document["paths"]))

    def test_a_full_disk_is_said_when_printing(self):
        for name, option in sorted({*PRINTED.values(), *((n, o) for n in PROGRAMS for o in ("--help", "--version"))}):
            with self.subTest(f"{name} {option}"), open("/dev/full", "wb") as full:
                code = subprocess.run([program(name), option], stdout=full, stderr=subprocess.PIPE, check=False, timeout=10).returncode
                self.assertEqual(code, 74)  # EX_IOERR


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        self.base = tempfile.mkdtemp(prefix="bc-")
        self.addCleanup(shutil.rmtree, self.base)
        os.chmod(self.base, 0o755)

    def path(self, name):
        return os.path.join(self.base, name)

    def put(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text if isinstance(text, str) else json.dumps(text))
        return self.path(name)

    def config(self, **changes):
        return {"directories_to_scan": [], "subnets_to_scan": [], "schedule": {"directories": "off", "servers": "off"}, **changes}

    def fails(self, code, words, *command, prefix=()):
        """It ends with that code and one sentence that holds those words."""
        done = run(*prefix, *command)
        self.assertEqual(done.returncode, code, done)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words.split("|"):
            self.assertIn(word, done.stderr)
        self.assertTrue(done.stderr.startswith(os.path.basename(command[0]) + ": "), done.stderr)

    def test_every_wrong_command_line_ends_with_usage_and_a_sentence(self):
        cases = [(("--bogus",), "--bogus|--help"), (("--versio",), "--versio|did you mean --version?"), (("stray",), "\"stray\""), (("-h",), "-h"),
                 (("--help=1",), "--help takes no value"), (("",), "\"\""), (("--",), "--")]
        own = {
            "scannerd": [(("--config",), "--config needs a value"), (("--config=",), "--config needs a value"), (("--config", "--state"), "--config needs"),
                         (("--dump-config=yes",), "takes no value"), (("--chek-config",), "did you mean --check-config?")],
            "webd": [(("--listen",), "--listen needs a value"), (("--check-config=1",), "takes no value"), ((), "is needed"),
                     (("--listn=127.0.0.1:1",), "did you mean --listen?")],
            "netscan": [(("--nmap",), "--nmap needs a value"), ((), "no connection was passed")],
        }
        for name in PROGRAMS:
            for arguments, words in cases + own[name]:
                with self.subTest(f"{name} {arguments}"):
                    self.fails(EX_USAGE, words, program(name), *arguments)

    def test_every_wrong_configuration_is_named_by_its_field(self):
        cases = (
            ("not json", "{", "line 1"), ("empty", "", "empty"), ("an array", "[]", "array"), ("a key twice", '{"subnets_to_scan":[],"subnets_to_scan":[]}', "subnets_to_scan"),
            ("unknown key", self.config(directory_to_scan=[]), "directory_to_scan|directories_to_scan"),
            ("wrong type", self.config(directories_to_scan="/x"), "directories_to_scan"),
            ("relative", self.config(directories_to_scan=["x"]), "directories_to_scan[0]"),
            ("dots", self.config(directories_to_scan=["/var/../etc"]), "directories_to_scan[0]"),
            ("no subnet", self.config(subnets_to_scan=["10.0.0.0/33"]), "subnets_to_scan[0]"),
            ("public subnet", self.config(subnets_to_scan=["8.8.8.0/24"]), "subnets_to_scan[0]"),
            ("too wide", self.config(subnets_to_scan=["10.0.0.0/8"]), "subnets_to_scan[0]"),
            ("schedule", self.config(schedule={"directories": "often"}), "schedule.directories"),
            ("duration", self.config(status={"green_within": "1y"}), "status.green_within"),
            ("missing key", {"subnets_to_scan": []}, "directories_to_scan"),
            ("too long", " " * (1 << 20) + "{}", ""),
        )
        for what, text, words in cases:
            with self.subTest(what):
                config = self.put("config.json", text)
                for option in ("--check-config", "--dump-config"):
                    self.fails(EX_CONFIG, words, program("scannerd"), "--config", config, option)
                self.fails(EX_CONFIG, words, program("scannerd"), "--config", config, "--state", self.path("state"), "--socket", self.path("s"))
                self.assertFalse(os.path.exists(self.path("state")), "a wrong configuration left something behind")

    def test_a_good_configuration_is_said_to_be_good_and_dumped_whole(self):
        config = self.put("config.json", self.config(directories_to_scan=["/srv/one", {"path": "/srv/two", "exclude": ["*.tmp"]}]))
        done = run(program("scannerd"), "--check-config", "--config", config)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (EX_OK, f"{config} is good\n", ""))
        dumped = run(program("scannerd"), "--dump-config", "--config", config)
        self.assertEqual(dumped.returncode, EX_OK)
        whole = json.loads(dumped.stdout)
        self.assertLessEqual({"status", "network_scan", "limits", "rules"}, set(whole))
        again = run(program("scannerd"), "--dump-config", "--config", self.put("again.json", dumped.stdout))
        self.assertEqual(again.stdout, dumped.stdout, "what is dumped does not mean the same when it is read")

    def test_scannerd_tells_what_kept_it_from_starting_by_its_exit_code(self):
        good = self.put("config.json", self.config())
        file = self.put("file", "")
        unreadable = self.put("unreadable.json", self.config())
        os.chmod(unreadable, 0o600)
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(self.path("taken"))
        listening.listen()
        scannerd, state, sock = program("scannerd"), self.path("state"), self.path("sock")
        cases = (
            (EX_CONFIG, "no configuration file", (scannerd, "--config", self.path("none"), "--state", state, "--socket", sock)),
            (EX_USAGE, "--socket", (scannerd, "--config", good, "--state", state)),
            (EX_USAGE, "no group nosuchgroup", (scannerd, "--config", good, "--state", state, "--socket", sock, "--group", "nosuchgroup")),
            (EX_CANTCREAT, "not a directory", (scannerd, "--config", good, "--state", file, "--socket", sock)),
            (EX_CANTCREAT, "No such file", (scannerd, "--config", good, "--state", self.path("a/b"), "--socket", sock)),
            (EX_UNAVAILABLE, "is no socket", (scannerd, "--config", good, "--state", state, "--socket", file)),
            (EX_UNAVAILABLE, "another process listens", (scannerd, "--config", good, "--state", state, "--socket", self.path("taken"))),
            (EX_UNAVAILABLE, "may have 1 to 107", (scannerd, "--config", good, "--state", state, "--socket", "/" + "x" * 108)),
            (EX_NOPERM, "Permission denied", (scannerd, "--config", unreadable, "--state", state, "--socket", sock)),
            (EX_NOPERM, "Permission denied", (scannerd, "--config", good, "--state", self.path("state2"), "--socket", sock)),
        )
        for code, words, command in cases:
            with self.subTest(words):
                self.fails(code, words, *command, prefix=NOBODY if code == EX_NOPERM else ())
        self.assertTrue(os.path.exists(file), "a file in the socket's place was removed")

    def test_webd_tells_what_kept_it_from_starting_by_its_exit_code(self):
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        good = {"--database": self.path("db"), "--socket": self.path("sock"), "--listen": "127.0.0.1:0", "--auth": "none"}
        cases = (
            (EX_USAGE, "needed", {"--database": None}), (EX_USAGE, "needed", {"--socket": None}), (EX_USAGE, "needed", {"--listen": None}),
            (EX_USAGE, "ldap is not known", {"--auth": "ldap"}),
            (EX_USAGE, "must be ADDRESS:PORT", {"--listen": "8080"}), (EX_USAGE, "must be", {"--listen": "localhost:80"}),
            (EX_USAGE, "must be", {"--listen": "127.0.0.1:65536"}), (EX_USAGE, "must be", {"--listen": "unix:"}),
            (EX_USAGE, "loopback", {"--listen": "0.0.0.0:0"}), (EX_USAGE, "loopback", {"--listen": "[::]:0"}),
            (EX_USAGE, "allow-host", {"--allow-host": "a b"}), (EX_USAGE, "origin", {"--origin": "example.org"}),
            (EX_UNAVAILABLE, "in use", {"--listen": "127.0.0.1:%d" % taken.getsockname()[1]}),
        )
        for code, words, change in cases:
            with self.subTest(f"{change}"):
                options = [f"{k}={v}" for k, v in {**good, **change}.items() if v is not None]
                self.fails(code, words, program("webd"), *options)

    def test_webd_dumps_the_options_in_effect_also_those_from_the_environment(self):
        env = {**os.environ, "BACKUP_CHECKER_DATABASE": "/d/b", "BACKUP_CHECKER_SOCKET": "/s/k", "STATE_DIRECTORY": "/st"}
        done = run(program("webd"), "--listen", "[::1]:0", "--auth", "none", "--socket", "/other", "--allow-host", "bc.example.org", "--dump-config", env=env)
        self.assertEqual((done.returncode, done.stderr), (EX_OK, ""))
        said = json.loads(done.stdout)
        self.assertEqual((said["database"], said["socket"], said["state"]), ("/d/b", "/other", "/st"))
        self.assertIn("bc.example.org", said["allow_host"])


if __name__ == "__main__":
    unittest.main()
