"""Google's published API descriptions (discovery documents, as google-api-python-client ships them), and what they say of a
request and of an answer."""

import importlib.util
import json
import pathlib
import re
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

DOCUMENTS = [
    "certificatemanager.v1",
    "cloudresourcemanager.v3",
    "compute.v1",
    "iamcredentials.v1",
    "osconfig.v1",
    "sts.v1",
]


class Broken(Exception):
    """What was sent is not what was published."""


class Method:
    def __init__(self, document, raw):
        self.id, self.verb = raw["id"], raw["httpMethod"]
        self.document, self.raw = document, raw
        template = document["servicePath"] + raw.get("flatPath", raw["path"])
        parts = re.split(r"\{(\w+)\}", template)
        self.variables = parts[1::2]
        self.path = re.compile("/" + "([^/]+)".join(map(re.escape, parts[::2])))
        self.parameters = {
            name: each
            for name, each in {**document["parameters"], **raw.get("parameters", {})}.items()
            if each["location"] == "query"
        }

    def values(self, path):
        match = self.path.fullmatch(path)
        return dict(zip(self.variables, map(unquote, match.groups()))) if match else None

    def query(self, text):
        asked = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
        names = [name for name, _ in asked]
        for name, value in asked:
            parameter = self.parameters.get(name)
            if parameter is None:
                raise Broken(f"{self.id} takes no parameter {name}")
            if names.count(name) > 1 and not parameter.get("repeated"):
                raise Broken(f"{self.id} takes one {name}")
            check_parameter(f"{self.id}: {name}", parameter, value)
        missing = [name for name, each in self.parameters.items() if each.get("required") and name not in names]
        if missing:
            raise Broken(f"{self.id} needs {missing}")
        return dict(asked)

    def body(self, content):
        reference = self.raw.get("request")
        if reference is None:
            if content:
                raise Broken(f"{self.id} takes no body")
            return None
        value = json.loads(content or b"{}")
        check(self.document["schemas"], reference, value, f"body of {self.id}")
        return value

    def kind(self):
        """Compute Engine says with each answer what it is."""
        schema = self.document["schemas"][self.raw["response"]["$ref"]]
        kind = schema.get("properties", {}).get("kind", {}).get("default")
        return {"kind": kind} if kind else {}

    def answer(self, value):
        check(self.document["schemas"], self.raw["response"], value, f"answer of {self.id}")


def load():
    package = pathlib.Path(importlib.util.find_spec("googleapiclient").origin).parent
    for name in DOCUMENTS:
        document = json.loads((package / "discovery_cache/documents" / f"{name}.json").read_text())
        yield from methods(document, document)


def methods(document, resource):
    for raw in resource.get("methods", {}).values():
        yield Method(document, raw)
    for child in resource.get("resources", {}).values():
        yield from methods(document, child)


def find(known, verb, target):
    """The method that a request is for, what its path says, and its query."""
    url = urlsplit(target)
    for method in known:
        values = method.values(url.path)
        if values is not None and method.verb == verb:
            return method, values, method.query(url.query)
    raise Broken(f"no published method is {verb} {url.path}")


def check_parameter(place, parameter, text):
    kind = parameter["type"]
    if kind == "integer" and not re.fullmatch(r"-?\d+", text):
        raise Broken(f"{place} is a number, not {text!r}")
    if kind == "boolean" and text not in ("true", "false"):
        raise Broken(f"{place} is true or false, not {text!r}")
    if "enum" in parameter and text not in parameter["enum"]:
        raise Broken(f"{place} is one of {parameter['enum']}, not {text!r}")


TYPES = {"string": str, "boolean": bool, "object": dict, "array": list, "integer": int, "number": (int, float)}


def check(schemas, schema, value, place):
    while "$ref" in schema:
        schema = schemas[schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any":
        return
    if not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        raise Broken(f"{place} is of type {kind}, not {value!r}")
    if kind == "string":
        check_text(schema, value, place)
    if kind == "array":
        for index, each in enumerate(value):
            check(schemas, schema["items"], each, f"{place}[{index}]")
    if kind == "object":
        more = schema.get("additionalProperties")
        for name, each in value.items():
            inner = schema.get("properties", {}).get(name, more)
            if inner is None:
                raise Broken(f"{place} has no field {name}")
            check(schemas, inner, each, f"{place}.{name}")


def check_text(schema, text, place):
    if "enum" in schema and text not in schema["enum"]:
        raise Broken(f"{place} is one of {schema['enum']}, not {text!r}")
    if "pattern" in schema and not re.fullmatch(schema["pattern"], text):
        raise Broken(f"{place} matches {schema['pattern']}, which {text!r} does not")
    form = schema.get("format")
    if form in ("int64", "uint64") and not re.fullmatch(r"-?\d+", text):
        raise Broken(f"{place} is a number in a text, not {text!r}")
    if form == "google-datetime":
        datetime.fromisoformat(text.replace("Z", "+00:00"))


def masked(value, mask):
    """Partial answers: the parameter `fields`, with commas, slashes and parentheses."""
    wanted = {}
    for part in split(mask):
        name = re.match(r"\w+", part)[0]
        rest = part[len(name) :]
        wanted[name] = rest[1:-1] if rest.startswith("(") else rest[1:]
    if isinstance(value, list):
        return [masked(each, mask) for each in value]
    return {name: masked(value[name], inner) if inner else value[name] for name, inner in wanted.items() if name in value}


def split(mask):
    depth, parts = 0, [""]
    for letter in mask:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
