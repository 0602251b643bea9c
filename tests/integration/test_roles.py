"""test_roles - every route of openapi.json, asked by everybody: without sign-in only the way in answers, and each role gets exactly its routes."""
import json
import subprocess

from harness import program
from test_signin import PasswordTest

RANK = {"none": 0, "viewer": 1, "operator": 2, "admin": 3}
# What a visitor who has not signed in may see: written down here, so that a route that is added is not open by mistake.
# Pages hold nothing but the program that asks.
OPEN = {("get", path) for path in ("/assets/{name}", "/favicon.svg", "/favicon.ico", "/api/health", "/healthz", "/readyz", "/api/session")} | {("post", "/api/session"), ("post", "/api/setup")}
# Answers by the route itself that are no refusal of the role; a body or a number that fits is not sent.
DENIED = ("not_signed_in", "permission_denied")


class RolesTest(PasswordTest):
    def setUp(self):
        super().setUp()
        document = json.loads(subprocess.check_output([program("webd"), "--print-openapi"]))
        self.open = OPEN | {("get", path) for path, methods in document["paths"].items() if "text/html" in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})}
        self.routes = [(verb, path, methods[verb]["x-role"]) for path, methods in sorted(document["paths"].items()) for verb in ("get", "post", "put", "delete") if verb in methods]
        self.assertGreater(len(self.routes), 60)

    def ask(self, verb, path, headers):
        """Nothing is changed: there is no such number, and no body fits."""
        url = path.replace("{id}", "4242").replace("{name}", "THIRD-PARTY.txt")
        return self.d.request(verb.upper(), url, b'{"no such member":1}' if verb in ("post", "put") else None,
                              headers={"Content-Type": "application/json", **headers}, timeout=20)

    def is_denied(self, answer):
        kind = answer.headers["Content-Type"] or ""
        return kind.startswith("application/json") and answer.json.get("code") in DENIED

    def test_without_sign_in_only_the_way_in_answers(self):
        self.add("jo")
        for verb, path, role in self.routes:
            with self.subTest(f"{verb} {path}"):
                self.assertEqual((verb, path) in self.open, role == "none")
                answer = self.ask(verb, path, {})
                if role == "none":
                    self.assertFalse(self.is_denied(answer), answer)
                else:
                    self.refused(answer, 401, "not_signed_in")

    def test_every_role_gets_exactly_its_routes(self):
        for name in ("viewer", "operator", "admin"):
            bearer = {"Authorization": "Bearer " + self.token(name)}
            for verb, path, role in self.routes:
                if path == "/api/events" or (verb, path) in (("delete", "/api/files"), ("delete", "/api/servers")) and name == "admin":
                    continue  # these would last, and do something
                with self.subTest(f"{name}: {verb} {path}"):
                    answer = self.ask(verb, path, bearer)
                    if RANK[name] >= RANK[role]:
                        self.assertFalse(self.is_denied(answer), answer)
                    else:
                        body = self.refused(answer, 403, "permission_denied")
                        self.assertIn(f"the role {role}", body["message"])

    def test_scannerd_decides_again(self):
        """What webd lets pass by mistake, scannerd refuses: its own table, for the same credential."""
        token = self.token("viewer")
        with self.d.varlink() as v:
            self.assertEqual(v.call("Authenticate", {"credential": token})["parameters"]["role"], "viewer")
            for method in ("StartScan", "ClearFiles", "ListAccounts"):
                with self.subTest(method):
                    self.assertEqual(v.call(method, {"kind": "directories"} if method == "StartScan" else {})["error"], "org.backupchecker.scanner.PermissionDenied")
