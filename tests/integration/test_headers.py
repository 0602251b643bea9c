"""test_headers - every route of openapi.json in every way that it can be asked and refused: the strict headers are on every answer."""
import http.client
import json
import re
import subprocess

from harness import Answer, program
from test_signin import PasswordTest

STRICT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
RUNS_NOTHING = "default-src 'none'; frame-ancestors 'none'"
KEPT = ("no-cache", "public, max-age=31536000, immutable")
EVIL = "https://evil.example"
JSON = {"Content-Type": "application/json"}
OURS = {"X-Requested-With": "backup-checker"}
CHANGES = ("post", "put", "delete")
# These would last, or do something.
SKIPPED = {("delete", "/api/files"), ("delete", "/api/servers"), ("delete", "/api/sessions")}
ALL = {200, 204, 304, 400, 401, 403, 404, 405, 411, 413, 415, 421, 429, 431, 503, 505}


class HeadersTest(PasswordTest):
    def setUp(self):
        super().setUp()
        document = json.loads(subprocess.check_output([program("webd"), "--print-openapi"]))
        self.routes = [(verb, path) for path, methods in sorted(document["paths"].items()) for verb in ("get", *CHANGES) if verb in methods]
        self.assertGreater(len(self.routes), 60)
        self.seen, self.nonces = set(), set()

    def ask(self, method, path, headers=None, body=None):
        """The head of the answer is judged; events have no end, so a body is read only where there is one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=20)
        try:
            connection.request(method.upper(), path.replace("{id}", "4242").replace("{name}", "THIRD-PARTY.txt"), body=body, headers=headers or {})
            response = connection.getresponse()
            content = b"" if response.headers.get("Content-Type") == "text/event-stream" else response.read()
            answer = Answer(response.status, response.headers, content)
        except (BrokenPipeError, ConnectionResetError):
            return None
        finally:
            connection.close()
        with self.subTest(f"{method} {path} with {sorted(headers or ())} -> {answer.status}"):
            self.judge(answer, path)
        self.seen.add(answer.status)
        return answer

    def judge(self, answer, path):
        headers = answer.headers
        for name, value in STRICT.items():
            self.assertEqual(headers.get_all(name), [value])
        policy, = headers.get_all("Content-Security-Policy")
        if (headers["Content-Type"] or "").startswith("text/html"):
            self.judge_page(policy)
        else:
            self.assertEqual(policy, RUNS_NOTHING)
        stored, = headers.get_all("Cache-Control")
        if answer.status in (200, 304) and (path.startswith("/assets/") or path.startswith("/favicon")):
            self.assertIn(stored, KEPT)
        else:
            self.assertEqual(stored, "no-store")
        self.assertEqual([name for name in headers if name.lower().startswith("access-control") or name.lower() == "server"], [])
        self.assertIn("Origin", headers["Vary"])
        if answer.status >= 400:
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertIn('"status":"error","code":"' if answer.body else "", answer.body.decode())
        self.assertEqual("WWW-Authenticate" in headers, answer.status == 401)
        if answer.status in (429, 503):
            self.assertRegex(headers["Retry-After"], r"\A[1-9][0-9]*\Z")

    def judge_page(self, policy):
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        for name in ("default-src", "base-uri", "form-action", "frame-ancestors"):
            self.assertEqual(rules[name], "'none'")
        self.assertEqual(rules["script-src"], "'self'")
        self.assertNotIn("unsafe", policy)
        nonce = re.search(r"'nonce-([0-9a-f]{32,})'", rules["style-src"])[1]
        self.assertNotIn(nonce, self.nonces, "a nonce is used once")
        self.nonces.add(nonce)

    def refused_before_the_route(self, verb, path):
        self.ask("patch", path, OURS)
        self.ask("options", path)
        self.ask(verb, path, {**OURS, "Host": "evil.example"})
        self.ask(verb, path, {**OURS, "Origin": EVIL})
        self.ask(verb, path, {**OURS, "Sec-Fetch-Site": "cross-site"})
        self.ask(verb, path, {**OURS, "Transfer-Encoding": "gzip"})
        if verb in CHANGES:
            self.ask(verb, path)
            self.ask(verb, path, {"Content-Type": "text/plain"}, b"{}")

    def test_every_route_has_the_strict_headers_however_it_answers(self):
        self.add("jo")
        people = [{"Authorization": "Bearer " + self.token(role)} for role in ("viewer", "admin")]
        for verb, path in self.routes:
            self.refused_before_the_route(verb, path)
            for who in [{}, *people]:
                if verb == "get":
                    self.ask(verb, path, who)
                    self.ask("head", path, who)
                    self.ask(verb, path + "?no_such_parameter=1", who)
                elif (verb, path) not in SKIPPED:
                    self.ask(verb, path, {**JSON, **who}, b'{"no such member":1}' if verb != "delete" else None)
        self.refused_for_its_size()
        self.ask("get", "/nothing/here")
        tag = self.ask("get", "/favicon.svg").headers["ETag"]
        self.assertEqual(self.ask("get", "/favicon.svg", {"If-None-Match": tag}).status, 304)
        self.refused_for_a_while()
        self.d.end(self.d.scannerd)
        self.d.scannerd = None
        for verb, path in self.routes:
            if (verb, path) not in SKIPPED:
                self.ask(verb, path, {**JSON, **people[0]}, b"{}" if verb in ("post", "put") else None)
        self.assertEqual(ALL - self.seen, set())

    def refused_for_its_size(self):
        self.ask("post", "/api/servers", JSON, b" " * ((1 << 20) + 1))
        self.ask("get", "/healthz", {f"X-{i}": "y" for i in range(110)})
        connection = http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=20)
        connection._http_vsn_str = "HTTP/1.7"  # pylint: disable=protected-access
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        self.judge(Answer(response.status, response.headers, response.read()), "/healthz")
        self.seen.add(response.status)
        connection.close()

    def refused_for_a_while(self):
        for _ in range(12):
            answer = self.ask("post", "/api/session", JSON, json.dumps({"name": "jo", "password": "not the password"}).encode())
            if answer.status == 429:
                return
        self.fail("there is no end to the attempts")
