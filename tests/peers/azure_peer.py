"""A server that speaks Azure's protocols, and takes and gives nothing that Azure does not publish.

    azure_peer.py PORT

One host stands for all of Azure: what is asked of `login`, `management` and `NAME.vault` begins with that word in its path.
It is empty until POST /-/put, takes settings by POST /-/set, and tells what was wrong at GET /-/broken.
"""

import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import azure_api as api
from azure_estate import Estate, Refused, action_of, type_of

MANAGEMENT = "https://management.azure.com"
RESOURCES = {MANAGEMENT, "https://vault.azure.net"}
PAGE_ITEMS = 50
TRACE = "Trace ID: 0e3c1c2e-0000-0000-0000-000000000000 Correlation ID: 1d Timestamp: 2026-11-22 12:00:00Z"


class Azure:
    """The estate, who may see it, and the tokens that were given out."""

    def __init__(self):
        self.lock = threading.Lock()
        self.estate = Estate()
        self.settings = {"tenant": "contoso.onmicrosoft.com", "secret": "", "assertion": "", "role": None, "token_uses": None}
        # Client ids of the managed identities of the machine that asks.
        self.settings["identities"] = []
        self.tokens = {}
        self.broken = []

    def sign_in(self, tenant, form):
        settings = self.settings
        if tenant != settings["tenant"]:
            raise Refused(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found. {TRACE}")
        proof = {"client_secret"} if "client_secret" in form else {"client_assertion", "client_assertion_type"}
        if set(form) != {"grant_type", "client_id", "scope"} | proof or form["grant_type"] != "client_credentials":
            raise api.Broken(f"a token is not asked for with {sorted(form)}")
        right = form.get("client_secret") == settings["secret"] if "client_secret" in form else self.is_trusted(form)
        if not right:
            raise Refused(401, "invalid_client", f"AADSTS7000215: Invalid client secret provided. {TRACE}")
        token = secrets.token_urlsafe(32)
        self.tokens[token] = [form["scope"], settings["token_uses"]]
        return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}

    def instance_token(self, headers, path, query):
        """As the metadata service of a machine gives it (learn.microsoft.com, "How to use managed identities on an Azure VM to acquire an access token")."""
        if headers.get("metadata") != "true" or headers.get("x-forwarded-for"):
            raise Refused(400, "invalid_request", "Required metadata header not specified", plain=True)
        if path != "/identity/oauth2/token" or query.get("api-version") != "2018-02-01":
            raise api.Broken(f"{path} of api-version {query.get('api-version')} is not asked for")
        if set(query) - {"client_id"} != {"api-version", "resource"} or query["resource"] not in RESOURCES:
            raise api.Broken(f"a token is not asked for with {query}")
        identities = self.settings["identities"]
        wanted = query.get("client_id")
        if (wanted is None and len(identities) != 1) or (wanted is not None and wanted not in identities):
            raise Refused(400, "invalid_request", "Identity not found", plain=True)
        token = secrets.token_urlsafe(32)
        self.tokens[token] = [query["resource"] + "/.default", self.settings["token_uses"]]
        ends = str(int(time.time()) + 86399)
        return {"access_token": token, "client_id": wanted or identities[0], "expires_in": "86399", "expires_on": ends,
                "ext_expires_in": "86399", "not_before": "0", "resource": query["resource"], "token_type": "Bearer"}

    def is_trusted(self, form):
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return form["client_assertion_type"] == kind and form["client_assertion"] == self.settings["assertion"]

    def check_token(self, header, audience):
        given = self.tokens.get(header.removeprefix("Bearer "))
        if given is None or given[1] == 0:
            raise Refused(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than the current one.")
        if given[0] != f"https://{audience}/.default":
            raise Refused(401, "InvalidAuthenticationToken", f"The access token has been obtained for wrong audience {given[0]!r}.")
        if given[1] is not None:
            given[1] -= 1

    def management(self, method, path, query, body, items):
        names = api.SUBSCRIPTIONS.match(method, path)
        if names is not None:
            api.SUBSCRIPTIONS.check_request(names, query)
            return self.answer(api.SUBSCRIPTIONS, {"value": list(self.estate.subscriptions.values())})
        names = api.SUBSCRIPTION.match(method, path)
        if names is not None:
            api.SUBSCRIPTION.check_request(names, query)
            self.allow("Microsoft.Resources/subscriptions/read", path)
            return self.answer(api.SUBSCRIPTION, self.estate.subscription(names["subscription_id"]))
        names = api.GRAPH.match(method, path)
        if names is not None:
            api.GRAPH.check_request(names, query)
            return self.graph(json.loads(body), items)
        for route in api.LIST_ROUTES:
            names = route.match(method, path)
            if names is not None:
                return self.list(route, names, path, query, items)
        raise api.Broken(f"nothing is published at {method} {path}")

    def list(self, route, names, path, query, items):
        start = int(query.pop("$skiptoken", 0))
        route.check_request(names, query)
        self.allow(action_of(path), path)
        rows = [self.seen(row, query) for row in self.estate.list(path)]
        link = MANAGEMENT + path + "?" + "&".join(f"{name}={value}" for name, value in query.items())
        return self.answer(route, self.page(rows, start, items, link))

    def seen(self, row, query):
        """Machines tell what they do to whoever asks for it, and of themselves little more then."""
        properties = dict(row.get("properties") or {})
        view = properties.pop("instanceView", None)
        if query.get("statusOnly") == "true":
            told = {name: row[name] for name in ("id", "name", "location")}
            return told | {"properties": {"instanceView": view}}
        if query.get("$expand") == "instanceView":
            properties["instanceView"] = view
        return {**row, "properties": properties} if "properties" in row else row

    def graph(self, question, items):
        api.check_query(question)
        self.allow("Microsoft.ResourceGraph/resources/read", "/providers/Microsoft.ResourceGraph")
        options = question.get("options") or {}
        rows = [row for row in self.estate.query(question) if self.may(f"{type_of(row['id'])}/read")]
        start = int(options.get("$skipToken") or 0)
        items = min(items, options.get("$top") or PAGE_ITEMS)
        data = rows[start : start + items]
        answer = {"totalRecords": len(rows), "count": len(data), "resultTruncated": "false", "data": data, "facets": []}
        if start + items < len(rows):
            answer["$skipToken"] = str(start + items)
        return self.answer(api.GRAPH, answer)

    def vault(self, name, method, path, query, items):
        vault = self.estate.vault(name)
        if not self.may("Microsoft.KeyVault/vaults/certificates/read", "DataActions"):
            message = f"Caller is not authorized to perform action on resource.\r\nVault: {name};location={vault['location']}\r\n"
            raise Refused(403, "Forbidden", message)
        names = api.CERTIFICATES.match(method, path)
        if names is not None:
            start = int(query.pop("$skiptoken", 0))
            api.CERTIFICATES.check_request(names, query)
            rows = [{key: row[key] for key in ("id", "x5t", "attributes", "tags")} for row in self.estate.certificates(name)]
            link = f"https://{name}.vault.azure.net:443{path}?" + "&".join(f"{key}={value}" for key, value in query.items())
            return self.answer(api.CERTIFICATES, self.page(rows, start, min(items, int(query["maxresults"])), link))
        names = api.CERTIFICATE.match(method, path)
        if names is None:
            raise api.Broken(f"a vault publishes nothing at {method} {path}")
        api.CERTIFICATE.check_request(names, query)
        return self.answer(api.CERTIFICATE, self.estate.certificate(name, names["certificate_name"]))

    def page(self, rows, start, items, link):
        page = {"value": rows[start : start + items]}
        if start + items < len(rows):
            page["nextLink"] = f"{link}&$skiptoken={start + items}"
        return page

    def answer(self, route, answer):
        api.check_answer(route, answer)
        return answer

    def may(self, action, field="Actions"):
        role = self.settings["role"]
        return role is None or any(holds(pattern, action) for pattern in role[field])

    def allow(self, action, scope):
        if not self.may(action):
            message = f"The client does not have authorization to perform action '{action}' over scope '{scope}'."
            raise Refused(403, "AuthorizationFailed", message)

    def put(self, rows):
        for row in rows:
            if "certificate" in row:
                self.estate.put_certificate(**row["certificate"])
            elif "assessment" in row:
                self.estate.put_assessment(**row["assessment"])
            else:
                self.check_row(row)
                self.estate.put(row)

    def check_row(self, row):
        """What is put is held to the models as well, so that a wrong seed is found where it is."""
        if "subscriptionId" in row:
            return api.check_value(api.SUBSCRIPTION.models, "Subscription", row, "the subscription")
        kind = type_of(row["id"])
        for route in api.LIST_ROUTES:
            if route.pattern.match(self.estate.list_path(row["id"])):
                return api.check_value(route.models, route.item, row, row["id"])
        raise api.Broken(f"nothing lists {kind}")


def holds(pattern, action):
    pattern, action = pattern.lower(), action.lower()
    begin, star, end = pattern.partition("*")
    if not star:
        return pattern == action
    return action.startswith(begin) and action.endswith(end) and len(action) >= len(begin) + len(end)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece, or the line waits for each.
    wbufsize = -1

    def do_GET(self):
        self.serve("GET")

    def do_POST(self):
        self.serve("POST")

    def serve(self, method):
        azure = self.server.azure
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        try:
            with azure.lock:
                status, answer = 200, self.answer(azure, method, body)
        except Refused as refused:
            status, answer = refused.status, refused.answer()
        except Exception as broken:  # noqa: BLE001 whatever is wrong has to be told
            azure.broken.append(f"{method} {self.path}: {type(broken).__name__}: {broken}")
            status, answer = 500, {"error": {"code": "Broken", "message": str(broken)}}
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def answer(self, azure, method, body):
        address = urlsplit(self.path)
        _, service, path = (address.path + "/").split("/", 2)
        path = "/" + path[:-1]
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        items = int(self.headers.get("x-peer-page-items") or PAGE_ITEMS)
        if service == "-":
            return control(azure, path, body)
        if service == "login":
            return azure.sign_in(unquote(path.split("/")[1]), dict(parse_qsl(body)))
        if service == "metadata":
            return azure.instance_token(self.headers, path, query)
        audience = "management.azure.com" if service == "management" else "vault.azure.net"
        azure.check_token(self.headers.get("authorization") or "", audience)
        if service == "management":
            return azure.management(method, path, query, body, items)
        return azure.vault(service.removesuffix(".vault"), method, path, query, items)

    def log_message(self, *_):
        pass


def control(azure, path, body):
    if path == "/put":
        azure.put(json.loads(body))
    elif path == "/set":
        azure.settings.update(json.loads(body))
    return azure.broken


def main():
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    server.azure = Azure()
    server.serve_forever()


main()
