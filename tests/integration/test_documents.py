"""What the documents name is there: the tests that show a promise, and the files."""
import os
import re
import unittest

from harness import TOP

DOCUMENTS = ("docs/security-model.md",)


def text_of(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as f:
        return f.read()


class DocumentsTest(unittest.TestCase):
    def names(self, stem):
        """All that the test files of that stem prove."""
        found = set()
        for folder, suffix, pattern in (("integration", "py", r"def test_(\w+)\("), ("system", "py", r"def test_(\w+)\("), ("unit", "c", r"\bcmocka_unit_test\w*\(\s*(?:test_)?(\w+)")):
            if os.path.exists(os.path.join(TOP, "tests", folder, f"test_{stem}.{suffix}")):
                found.update(re.findall(pattern, text_of("tests", folder, f"test_{stem}.{suffix}")))
        return found

    def test_every_test_that_shows_a_promise_is_there(self):
        for document in DOCUMENTS:
            promises = re.findall(r"\*`([a-z_]+): ([a-z0-9_]+)`\*", text_of(document))
            self.assertGreater(len(promises), 50)
            for stem, name in promises:
                with self.subTest(f"{stem}: {name}"):
                    self.assertIn(name, self.names(stem))
            for stem, name in re.findall(r"\*`browser ([a-z_]+): ([^`]+)`\*", text_of(document)):
                with self.subTest(f"browser {stem}: {name}"):
                    self.assertIn(f"'{name}'", text_of("tests", "browser", f"test_{stem}.mjs"))

    def test_no_test_is_named_in_another_form(self):
        """One that the pattern above missed would never be looked for."""
        for document in DOCUMENTS:
            for quoted in re.findall(r"\*(`[^`]+`)\*", text_of(document)):
                self.assertRegex(quoted, r"^`([a-z_]+: [a-z0-9_]+|browser [a-z_]+: [^`]+)`$")

    def test_every_file_that_is_named_is_there(self):
        for document in DOCUMENTS:
            text = text_of(document)
            for path in re.findall(r"`((?:common|proto|scannerd|webd|client|systemd|docs|tests)/[\w./-]*)", text):
                with self.subTest(path):
                    self.assertTrue(os.path.exists(os.path.join(TOP, path)))
            for link in re.findall(r"\]\(([\w./-]+)\)", text):
                with self.subTest(link):
                    self.assertTrue(os.path.exists(os.path.join(TOP, os.path.dirname(document), link)))


if __name__ == "__main__":
    unittest.main()
