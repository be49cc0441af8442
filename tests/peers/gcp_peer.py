"""A small estate of GCP projects behind the published APIs: every request must be for a published method with parameters that
it takes, and every answer must be one of that method's schema. What is not is refused with 400, and kept as a complaint.

    gcp_peer.py PORT

Below /_peer/ it is seeded: POST estate, key, certificate, subject, faults; GET complaints.
"""

import base64
import json
import secrets
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

import gcp_schema
from gcp_schema import Broken

TOKEN_URI = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TOKEN_SECONDS = 3600
PAGE_ITEMS = 500
COMPUTE = "https://www.googleapis.com/compute/v1/"

METHODS = list(gcp_schema.load())
LOCK = threading.Lock()
# Projects by id, and the permissions of each account.
# Of the machine that asks: `attached`.
ESTATE = {"projects": {}, "roles": {}, "attached": None}
FAULTS = {}
KEYS, SUBJECTS, TOKENS = {}, {}, {}
COMPLAINTS = []
ASKED = [0]


class Refused(Exception):
    def __init__(self, status, code, message, reason=None, **metadata):
        self.status = status
        detail = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": reason,
            "domain": "googleapis.com",
            "metadata": metadata,
        }
        self.body = {"error": {"code": status, "message": message, "status": code}}
        if reason:
            self.body["error"]["details"] = [detail]


class Plain(Refused):
    """As RFC 6749 says it."""

    def __init__(self, code, message):
        self.status, self.body = 400, {"error": code, "error_description": message}


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def granted(principal):
    token = "ya29." + secrets.token_urlsafe(24)
    TOKENS[token] = (principal, time.time() + TOKEN_SECONDS)
    return token


def assertion(form):
    """RFC 7523, as Google takes it."""
    if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
        raise Plain("unsupported_grant_type", "not an assertion")
    signed, _, signature = form["assertion"][0].rpartition(".")
    header, claims = (json.loads(decoded(part)) for part in signed.split("."))
    email, key = KEYS.get(header.get("kid"), (None, None))
    if header.get("alg") != "RS256" or key is None or claims.get("iss") != email:
        raise Plain("invalid_grant", "Invalid grant: account not found")
    try:
        key.public_key().verify(decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Plain("invalid_grant", "Invalid JWT Signature.") from None
    now, issued, ends = time.time(), claims["iat"], claims["exp"]
    if claims["aud"] != TOKEN_URI or claims["scope"] != SCOPE:
        raise Plain("invalid_grant", f"Invalid audience or scope: {claims['aud']}")
    if not issued - 60 < now < ends or ends - issued > 3600:
        raise Plain("invalid_grant", "Invalid JWT: must be a short-lived token and in a reasonable timeframe.")
    return {"access_token": granted(email), "expires_in": TOKEN_SECONDS, "token_type": "Bearer"}


def exchange(body):
    if body["audience"] != SUBJECTS.get(body["subjectToken"]):
        raise Plain("invalid_grant", "The given subject token is not of this audience")
    return {
        "access_token": granted("federated"),
        "issued_token_type": body["requestedTokenType"],
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
    }


def metadata(path, headers):
    """As the metadata server of a machine says it (cloud.google.com/compute/docs/metadata), which is known by its flavor."""
    if headers.get("metadata-flavor") != "Google" or headers.get("x-forwarded-for"):
        raise Refused(403, "PERMISSION_DENIED", "Missing Metadata-Flavor:Google header.")
    account, what = ESTATE["attached"], path.removeprefix("/computeMetadata/v1/instance/service-accounts/default/")
    if account is None:
        raise Refused(404, "NOT_FOUND", "The requested URL was not found on this server.")
    if what == "email":
        return account
    if what == "token":
        return {"access_token": granted(account), "expires_in": TOKEN_SECONDS - 1, "token_type": "Bearer"}
    raise Broken(f"{path} is not asked for")


def page(rows, query, size):
    items = min(int(query.get(size) or PAGE_ITEMS), PAGE_ITEMS)
    start = int(query.get("pageToken") or 0)
    more = {"nextPageToken": str(start + items)} if start + items < len(rows) else {}
    return rows[start : start + items], more


class Question:
    def __init__(self, principal, values, query, body):
        self.principal, self.values, self.query, self.body = principal, values, query, body

    def project(self):
        name = self.values.get("project") or self.values["projectsId"]
        found = ESTATE["projects"].get(name)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"The resource 'projects/{name}' was not found")
        return name, found

    def need(self, permission, service=None):
        """By the role of whoever asks; of a foreign project its images alone."""
        name, project = self.project()
        mine = permission in ESTATE["roles"].get(self.principal, [])
        if project.get("foreign"):
            mine = mine and permission == "compute.images.get"
        if service and service in project.get("disabled", []):
            message = f"{service} has not been used in project {name} before or it is disabled."
            raise Refused(403, "PERMISSION_DENIED", message, "SERVICE_DISABLED", service=service)
        if not mine:
            message = f"Required '{permission}' permission for 'projects/{name}'"
            raise Refused(403, "PERMISSION_DENIED", message, "IAM_PERMISSION_DENIED", permission=permission)
        return name, project

    def aggregated(self, kind):
        name, project = self.need(f"compute.{kind}.list", "compute.googleapis.com")
        scopes = {f"zones/{zone}": [] for zone in project["zones"]}
        for scope, rows in project.get(kind, {}).items():
            scopes[scope] = [linked(name, scope, kind, row) for row in rows]
        down = FAULTS.get("unreachable", {}).get(name, [])
        if down and self.query.get("returnPartialSuccess") != "true":
            raise Refused(502, "UNAVAILABLE", f"{down} cannot be reached")
        found = [(scope, row) for scope in sorted(scopes) if scope not in down for row in scopes[scope]]
        rows, more = page(found, self.query, "maxResults")
        parts = {scope: part(kind, scope, [row for at, row in rows if at == scope], down) for scope in scopes}
        if FAULTS.get("form") == "unreachables" and down:
            more["unreachables"] = down
            parts = {scope: each for scope, each in parts.items() if scope not in down}
        return {"items": parts, **more}

    def listed(self, kind, path):
        name, project = self.need(f"compute.{kind}.list", "compute.googleapis.com")
        rows = [{"name": zone} for zone in project["zones"]] if kind == "zones" else project.get(kind, [])
        rows, more = page([linked(name, path, kind, row) for row in rows], self.query, "maxResults")
        return {"items": rows, **more}

    def image(self):
        name, project = self.need("compute.images.get", "compute.googleapis.com")
        for image in project.get("images", []):
            if image["name"] == self.values["image"]:
                return linked(name, "global", "images", image)
        raise Refused(404, "NOT_FOUND", f"image {self.values['image']} was not found")

    def of_zone(self, permission, kind):
        _, project = self.need(permission, "osconfig.googleapis.com")
        rows = project.get(kind, {}).get(self.values["locationsId"], [])
        rows, more = page(rows, self.query, "pageSize")
        if self.query.get("view", "BASIC") != "FULL":
            rows = [{name: value for name, value in row.items() if name != "items"} for row in rows]
        return {kind: rows, **more}

    def inventory(self):
        _, project = self.need("osconfig.inventories.get", "osconfig.googleapis.com")
        wanted = f"/instances/{self.values['instancesId']}/"
        for row in project.get("inventories", {}).get(self.values["locationsId"], []):
            if wanted in row["name"]:
                return row
        raise Refused(404, "NOT_FOUND", "no inventory")

    def certificates(self):
        _, project = self.need("certificatemanager.certs.list", "certificatemanager.googleapis.com")
        rows, more = page(project.get("certificates", []), self.query, "pageSize")
        return {"certificates": rows, **more}

    def search(self):
        may = "resourcemanager.projects.get" in ESTATE["roles"].get(self.principal, [])
        rows = [
            {"projectId": name, "name": f"projects/{project['number']}", "state": project.get("state", "ACTIVE")}
            for name, project in ESTATE["projects"].items()
            if may and not project.get("foreign")
        ]
        rows, more = page(rows, self.query, "pageSize")
        return {"projects": rows, **more}

    def test_permissions(self):
        self.project()
        has = ESTATE["roles"].get(self.principal, [])
        return {"permissions": [each for each in self.body["permissions"] if each in has]}

    def access_token(self):
        if "iam.serviceAccounts.getAccessToken" not in ESTATE["roles"].get(self.principal, []):
            raise Refused(403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.getAccessToken' denied")
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + TOKEN_SECONDS))
        return {"accessToken": granted(self.values["serviceAccountsId"]), "expireTime": ends}


def part(kind, scope, rows, down):
    if scope in down:
        return {"warning": {"code": "UNREACHABLE", "message": "The scope cannot be reached."}}
    if rows:
        return {kind: rows}
    data = [{"key": "scope", "value": scope}]
    return {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results.", "data": data}}


def linked(project, scope, kind, row):
    path = f"projects/{project}/{scope}/{row['name']}" if kind == "zones" else f"projects/{project}/{scope}/{kind}/{row['name']}"
    return {**row, "selfLink": COMPUTE + path}


ANSWERS = {
    "compute.instances.aggregatedList": lambda asked: asked.aggregated("instances"),
    "compute.disks.aggregatedList": lambda asked: asked.aggregated("disks"),
    "compute.addresses.aggregatedList": lambda asked: asked.aggregated("addresses"),
    "compute.instanceGroupManagers.aggregatedList": lambda asked: asked.aggregated("instanceGroupManagers"),
    "compute.zones.list": lambda asked: asked.listed("zones", "zones"),
    "compute.firewalls.list": lambda asked: asked.listed("firewalls", "global"),
    "compute.images.list": lambda asked: asked.listed("images", "global"),
    "compute.images.get": Question.image,
    "osconfig.projects.locations.instances.inventories.list": lambda asked: asked.of_zone("osconfig.inventories.list", "inventories"),
    "osconfig.projects.locations.instances.inventories.get": Question.inventory,
    "osconfig.projects.locations.instances.vulnerabilityReports.list": lambda asked: asked.of_zone(
        "osconfig.vulnerabilityReports.list", "vulnerabilityReports"
    ),
    "certificatemanager.projects.locations.certificates.list": Question.certificates,
    "cloudresourcemanager.projects.search": Question.search,
    "cloudresourcemanager.projects.testIamPermissions": Question.test_permissions,
    "iamcredentials.projects.serviceAccounts.generateAccessToken": Question.access_token,
}


def new_key(email):
    key, number = rsa.generate_private_key(65537, 2048), secrets.token_hex(20)
    KEYS[number] = (email, key)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "private_key_id": number,
        "private_key": pem.decode(),
        "client_email": email,
        "token_uri": TOKEN_URI,
        "universe_domain": "googleapis.com",
    }


def new_certificate(host):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return {"pem": certificate.public_bytes(serialization.Encoding.PEM).decode()}


def control(what, body):
    if what == "estate":
        ESTATE.update(body)
    elif what == "faults":
        FAULTS.clear()
        FAULTS.update(body)
    elif what == "key":
        return new_key(body["email"])
    elif what == "certificate":
        return new_certificate(body["host"])
    elif what == "subject":
        token = secrets.token_urlsafe(24)
        SUBJECTS[token] = body["audience"]
        return {"token": token}
    return {"complaints": COMPLAINTS}


def principal_of(authorization):
    principal, ends = TOKENS.get(authorization.removeprefix("Bearer "), (None, 0))
    if time.time() >= ends:
        raise Refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED")
    return principal


def throttle():
    ASKED[0] += 1
    every = FAULTS.get("slower_every")
    if every and ASKED[0] % every == 0:
        if ASKED[0] % 2:
            raise Refused(429, "RESOURCE_EXHAUSTED", "Quota exceeded", "RATE_LIMIT_EXCEEDED")
        refused = Refused(403, "PERMISSION_DENIED", "Rate Limit Exceeded")
        refused.body["error"]["errors"] = [{"domain": "usageLimits", "reason": "rateLimitExceeded"}]
        raise refused


def answer(verb, target, headers, content):
    if target.startswith("/_peer/"):
        return control(target.removeprefix("/_peer/"), json.loads(content or b"{}"))
    if (verb, target) == ("POST", "/token"):
        return assertion(parse_qs(content.decode(), strict_parsing=True))
    if (verb, target.startswith("/computeMetadata/")) == ("GET", True):
        return metadata(target, headers)
    throttle()
    method, values, query = gcp_schema.find(METHODS, verb, target)
    body = method.body(content)
    if method.id == "sts.token":
        found = exchange(body)
    elif method.id in ANSWERS:
        question = Question(principal_of(headers.get("authorization", "")), values, query, body)
        found = {**method.kind(), **ANSWERS[method.id](question)}
    else:
        raise Broken(f"{method.id} is not served here")
    method.answer(found)
    return gcp_schema.masked(found, query["fields"]) if "fields" in query else found


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes.
    disable_nagle_algorithm = True

    def serve(self):
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        with LOCK:
            try:
                status, found = 200, answer(self.command, self.path, self.headers, content)
            except Refused as refused:
                status, found = refused.status, refused.body
            except Exception as broken:  # whatever it is, the test has to see it
                COMPLAINTS.append(f"{self.command} {self.path}: {broken!r}")
                status, found = 400, Refused(400, "INVALID_ARGUMENT", f"gcp_peer: {broken!r}").body
        text = (found if isinstance(found, str) else json.dumps(found)).encode()
        self.send_response(status)
        if self.path.startswith("/computeMetadata/"):
            self.send_header("metadata-flavor", FAULTS.get("flavor", "Google"))
        self.send_header("content-type", "application/json; charset=UTF-8")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
