"""The dashboard is served as it was built: pages with a policy of their own, files that may be kept, types that fit the API."""
import gzip
import os
import re
import subprocess

from harness import BUILD, TOP, DeploymentTest, program

PAGES = ["/", "/status", "/servers", "/files", "/directories", "/scans", "/settings"]
GUARD = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
}


class Ui(DeploymentTest):
    def page(self, path="/"):
        answer = self.d.request("GET", path)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def files(self):
        return sorted(set(re.findall(r'"(/assets/[^"]+)"', self.page().body.decode())))

    def nonces(self, answer):
        """(in the header, in the page)"""
        header = re.search(r"'nonce-([0-9a-f]+)'", answer.headers["Content-Security-Policy"]).group(1)
        return header, re.search(r'<meta name="csp-nonce" content="([^"]*)">', answer.body.decode()).group(1)

    def test_every_page_is_the_dashboard_and_is_never_kept(self):
        for path in PAGES + ["/status?status=red&server=12", "/files?q=%3Cimg%3E&anything=1"]:
            answer = self.page(path)
            self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertIsNone(answer.headers["ETag"])
            self.assertIn(b'<div id="root">', answer.body)
            for name, value in GUARD.items():
                self.assertEqual(answer.headers[name], value, path)

    def test_the_policy_lets_nothing_in_but_our_own(self):
        policy = self.page().headers["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        header, _ = self.nonces(self.page())
        self.assertRegex(header, "^[0-9a-f]{32}$")
        rules["style-src"] = re.sub("nonce-[0-9a-f]{32}", "nonce-X", rules["style-src"])
        self.assertEqual(rules, {
            "default-src": "'none'", "script-src": "'self'", "style-src": "'self' 'nonce-X'", "img-src": "'self' data:", "font-src": "'self'",
            "connect-src": "'self'", "manifest-src": "'self'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
            "require-trusted-types-for": "'script'", "trusted-types": "'none'",
        })

    def test_each_answer_has_a_nonce_of_its_own(self):
        seen = set()
        for _ in range(20):
            header, body = self.nonces(self.page("/status"))
            self.assertEqual(header, body)
            seen.add(header)
        self.assertEqual(len(seen), 20)

    def test_head_answers_as_get_without_a_body(self):
        for path in ["/status", self.files()[0]]:
            get, head = self.d.request("GET", path), self.d.request("HEAD", path)
            self.assertEqual((head.status, head.body), (200, b""))
            self.assertEqual(head.headers["Content-Length"], get.headers["Content-Length"])
            self.assertEqual(head.headers["Content-Type"], get.headers["Content-Type"])

    def test_pages_only_answer_get(self):
        answer = self.d.request("POST", "/status", body={})
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD, OPTIONS"))

    def test_hashed_files_may_be_kept_for_ever(self):
        types = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
        for path in self.files():
            answer = self.page(path)
            self.assertEqual(answer.headers["Cache-Control"], "public, max-age=31536000, immutable", path)
            self.assertEqual(answer.headers["Content-Type"], types[path.rsplit(".", 1)[1]])
            self.assertEqual(answer.headers["Vary"], "Origin, Accept-Encoding")
            self.assertRegex(answer.headers["ETag"], '^"[0-9a-f]{20}"$')
            for name, value in GUARD.items():
                self.assertEqual(answer.headers[name], value, path)

    def test_gzip_and_plain_are_the_same_file(self):
        for path in self.files() + ["/favicon.svg", "/assets/THIRD-PARTY.txt"]:
            plain = self.page(path)
            packed = self.d.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
            self.assertIsNone(plain.headers["Content-Encoding"])
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
            self.assertEqual(gzip.decompress(packed.body), plain.body, path)
            self.assertEqual(packed.headers["ETag"], plain.headers["ETag"])

    def test_a_file_that_is_there_already_is_not_sent_again(self):
        for path in ["/favicon.ico", "/assets/THIRD-PARTY.txt", self.files()[0]]:
            first = self.page(path)
            tag = first.headers["ETag"]
            again = self.d.request("GET", path, headers={"If-None-Match": f'"other", W/{tag}'})
            self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", tag))
            self.assertEqual(again.headers["Cache-Control"], first.headers["Cache-Control"])
            self.assertEqual(self.d.request("GET", path, headers={"If-None-Match": '"other"'}).status, 200)

    def test_what_is_not_there_is_an_error_in_json(self):
        for path in ["/assets/none.js", "/assets/", "/assets/a/b.js", "/assets/..%2findex.html", "/index.html", "/status/", "/nothing", "/servers/1"]:
            self.refused(self.d.request("GET", path), 404, "not_found")

    def test_the_licences_of_what_is_bundled_are_named(self):
        text = self.page("/assets/THIRD-PARTY.txt").body.decode()
        for package in ["react ", "react-dom ", "@mui/material ", "@mui/x-data-grid ", "@emotion/react "]:
            self.assertIn(f"\n{package}", text)
        self.assertGreater(text.count("Permission is hereby granted"), 5)

    def test_nothing_is_loaded_from_elsewhere(self):
        for path in ["/"] + self.files():
            body = self.page(path).body.decode()
            for address in re.findall(r"""(?:src|href|import|from|url\()\s*[=(]?\s*["'](https?:[^"']+)""", body):
                self.fail(f"{path} loads {address}")

    def test_the_types_are_those_of_the_api(self):
        printed = subprocess.run([program("webd"), "--print-openapi"], stdout=subprocess.PIPE, check=True).stdout
        document = os.path.join(self.d.base, "openapi.json")
        with open(document, "wb") as f:
            f.write(printed)
        types = subprocess.run(["node", os.path.join(TOP, "webd/ui/scripts/types.mjs"), document], stdout=subprocess.PIPE, check=True).stdout
        with open(os.path.join(TOP, "webd/ui/src/api/types.ts"), "rb") as f:
            self.assertEqual(types, f.read(), "run make print")

    def test_the_build_gives_the_same_bytes_again(self):
        again = os.path.join(self.d.base, "ui")
        subprocess.run(["node", os.path.join(TOP, "webd/ui/build.mjs"), again], check=True)
        self.assertEqual(subprocess.run(["diff", "-r", again, os.path.join(BUILD, "ui")], check=False).returncode, 0)
