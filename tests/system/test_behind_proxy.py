"""The drop-ins of docs/proxies.md, as they stand there: who can then say who he is, and who cannot."""
import json
import os
import re
import unittest

from booted import CONFIG, SCANNERD, TOP, WEBD, InstalledTest

SOCKET = "/run/backup-checker/web.sock"
HOST = "http://backup.example.org"
JO = ("-H", "X-Remote-User: jo", "-H", "X-Remote-Role: operator", "-H", "X-Forwarded-For: 192.0.2.7")


def drop_ins(section):
    """unit -> drop-in, of that section."""
    with open(os.path.join(TOP, "docs", "proxies.md"), encoding="utf-8") as f:
        text = f.read().split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"`systemctl edit ([\w.-]+)`.*?```ini\n(.*?)```", text, re.DOTALL)
    return {unit: re.sub("^ +", "", ini, flags=re.MULTILINE) for unit, ini in found}


class BehindProxyTest(InstalledTest):
    def curl(self, *arguments, group="www-data"):
        """(curl's code, HTTP status, body) for somebody who is in that group alone."""
        done = self.box.as_nobody(group, "curl", "-sS", "-w", "\n%{http_code}", *arguments)
        body, _, status = done.stdout.rpartition("\n")
        return done.returncode, status, body

    def put_in(self, section, *units):
        found = drop_ins(section)
        self.assertEqual(list(found), list(units))
        for unit, text in found.items():
            self.box.override(unit, text)
            self.addCleanup(self.box.do, "rm", "-r", f"/etc/systemd/system/{unit}.d")

    def restart(self):
        self.box.do("systemctl", "stop", WEBD)
        self.box.do("systemctl", "restart", "backup-checker-webd.socket")

    def test_sign_in_by_backup_checker_answers_to_the_proxy_s_name(self):
        ask = ("-H", "Host: backup.example.org", "http://127.0.0.1:8080/api/session")
        self.assertEqual(self.curl(*ask)[1], "421")
        self.put_in("Sign-in by backup-checker", WEBD)
        self.restart()
        _, status, body = self.curl(*ask)
        self.assertEqual((status, json.loads(body)["method"]), ("200", "password"))

    def test_sign_in_by_the_proxy_believes_its_group_and_nobody_else(self):
        self.put_in("Sign-in by the proxy", "backup-checker-webd.socket", WEBD)
        with open(self.box.root + CONFIG, encoding="utf-8") as f:
            config = json.load(f)
        config["limits"] = {**config.get("limits", {}), "sign_in": "webd"}
        with open(self.box.root + CONFIG, "w", encoding="utf-8") as f:
            json.dump(config, f)
        self.box.do("systemctl", "reload", SCANNERD)
        self.restart()
        self.assertEqual(self.box.do("stat", "-c", "%U %G %a", SOCKET), "root www-data 660")
        add = ("--unix-socket", SOCKET, *JO, "-H", "Content-Type: application/json", "-d", '{"hostname":"web01"}', HOST + "/api/servers")
        self.assertEqual(self.curl(*add, group="backup-checker-control")[0], 7, "curl: could not connect")
        self.assertEqual(self.curl("http://127.0.0.1:8080/")[0], 7)
        code, status, body = self.curl(*add)
        self.assertEqual((code, status), (0, "201"), body)
        self.assertIn(["jo", "192.0.2.7"], json.loads(self.box.sql("SELECT actor, source FROM v_audit WHERE action = 'server.add'")))
        self.assertEqual(self.curl("--unix-socket", SOCKET, HOST + "/api/servers")[1], "401")


if __name__ == "__main__":
    unittest.main()
