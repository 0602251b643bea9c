"""described - a deployment that holds every JSON answer it gets against openapi.json: unknown and missing members are errors."""
import base64
import json
import re
import subprocess

from harness import Deployment, program

TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
# What is tested by test_signin: there it is people who ask.
PEOPLE = ("/api/session", "/api/setup", "/api/accounts", "/api/tokens", "/api/password", "/api/totp", "/api/audit")
ANNOTATIONS = {"title", "description", "default", "readOnly"}
FORMATS = {
    "date-time": lambda v: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", v),
    "int64": lambda v: -2**63 <= v < 2**63,
}


class Mismatch(AssertionError):
    """An answer is not as it is described."""


class Description:
    """A validator for the part of JSON Schema that the document uses; a keyword that it does not know is an error."""

    def __init__(self, document):
        self.document = document

    def resolve(self, reference):
        at = self.document
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
        return at

    def operation(self, method, path):
        """The description of a request; None if there is none."""
        path = path.split("?")[0]
        exact = self.document["paths"].get(path, {}).get(method.lower())
        for pattern, methods in self.document["paths"].items():
            if re.fullmatch(pattern.replace(".", r"\.").replace("{id}", "[0-9]+"), path):
                exact = exact or methods.get(method.lower())
        return exact

    def check_answer(self, method, path, answer):
        """Raises Mismatch unless this answer is one that the document describes."""
        operation = self.operation("GET" if method == "HEAD" else method, path)
        if operation is None:
            return
        responses = operation["responses"]
        response = responses.get(str(answer.status), responses["default"])
        if "$ref" in response:
            response = self.resolve(response["$ref"])
        (kind, content), = response["content"].items()
        if not answer.headers["Content-Type"].startswith(kind):
            raise Mismatch(f"{method} {path}: {answer.headers['Content-Type']} instead of {kind}")
        if kind == "application/json" and method != "HEAD":
            self.check(answer.json, content["schema"], f"{method} {path} -> {answer.status}")

    def check(self, value, schema, where):
        for keyword, argument in schema.items():
            if keyword in ANNOTATIONS:
                continue
            if keyword == "additionalProperties" and isinstance(value, dict):
                continue
            check = getattr(self, "keyword_" + keyword.strip("$"), None)
            if check is None:
                raise Mismatch(f"{where}: unknown keyword {keyword}")
            check(value, argument, schema, where)

    def keyword_ref(self, value, argument, _, where):
        self.check(value, self.resolve(argument), where)

    def keyword_anyOf(self, value, argument, _, where):
        problems = []
        for schema in argument:
            try:
                return self.check(value, schema, where)
            except Mismatch as problem:
                problems.append(str(problem))
        raise Mismatch(f"{where}: none of {problems}")

    def keyword_type(self, value, argument, _, where):
        allowed = argument if isinstance(argument, list) else [argument]
        name = TYPES[type(value)]
        if name not in allowed and not (name == "integer" and "number" in allowed):
            raise Mismatch(f"{where}: {value!r} is no {argument}")

    def keyword_enum(self, value, argument, _, where):
        if value not in argument:
            raise Mismatch(f"{where}: {value!r} is none of {argument}")

    def keyword_format(self, value, argument, _, where):
        if value is not None and not FORMATS[argument](value):
            raise Mismatch(f"{where}: {value!r} is no {argument}")

    def keyword_contentEncoding(self, value, argument, _, where):
        if argument != "base64":
            raise Mismatch(f"{where}: unknown encoding {argument}")
        base64.b64decode(value, validate=True)

    def keyword_pattern(self, value, argument, _, where):
        if not re.search(argument, value):
            raise Mismatch(f"{where}: {value!r} does not match {argument}")

    def keyword_minimum(self, value, argument, _, where):
        if value < argument:
            raise Mismatch(f"{where}: {value} < {argument}")

    def keyword_maximum(self, value, argument, _, where):
        if value > argument:
            raise Mismatch(f"{where}: {value} > {argument}")

    def keyword_minLength(self, value, argument, _, where):
        if value is not None:
            self.keyword_minimum(len(value), argument, _, where)

    def keyword_maxLength(self, value, argument, _, where):
        if value is not None:
            self.keyword_maximum(len(value), argument, _, where)

    keyword_minItems, keyword_maxItems = keyword_minLength, keyword_maxLength

    def keyword_items(self, value, argument, _, where):
        for i, item in enumerate(value):
            self.check(item, argument, f"{where}[{i}]")

    def keyword_properties(self, value, argument, schema, where):
        if value is None:
            return
        unknown = set(value) - set(argument)
        if unknown and schema.get("additionalProperties") is not True:
            raise Mismatch(f"{where}: not described: {sorted(unknown)}")
        for key, member in value.items():
            if key in argument:
                self.check(member, argument[key], f"{where}.{key}")

    def keyword_required(self, value, argument, _, where):
        missing = set(argument) - set(value or argument)
        if missing:
            raise Mismatch(f"{where}: missing: {sorted(missing)}")


class DescribedDeployment(Deployment):
    """Every answer is checked; checked holds the operations that answered with JSON, as (operationId, status)."""

    def __init__(self, **more):
        super().__init__(**more)
        self.description = None
        self.checked = set()

    def request(self, method, path, body=None, headers=None, timeout=60):
        answer = super().request(method, path, body=body, headers=headers, timeout=timeout)
        if self.description is None:
            self.description = Description(json.loads(subprocess.check_output([program("webd"), "--print-openapi"])))
        self.description.check_answer(method, path, answer)
        operation = self.description.operation(method, path)
        if operation is not None and answer.headers["Content-Type"] == "application/json":
            self.checked.add((operation["operationId"], answer.status))
        return answer
