"""What the Azure of `azure_peer.py` holds, as Azure itself describes it."""

import base64
import hashlib
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Refused(Exception):
    def __init__(self, status, code, message, plain=False):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        # As RFC 6749 says it.
        self.plain = plain or message.startswith("AADSTS")

    def answer(self):
        if self.plain:
            return {"error": self.code, "error_description": self.message}
        return {"error": {"code": self.code, "message": self.message}}


def segments(id):
    return id.lower().rsplit("/providers/", 1)[1].split("/")


def type_of(id):
    """`microsoft.compute/galleries/images` of the id of an image in a gallery."""
    namespace, *rest = segments(id)
    return "/".join([namespace, *rest[::2]])


def action_of(path):
    """Azure Resource Manager asks for the right to read what a list lists."""
    namespace, *rest = path.rsplit("/providers/", 1)[1].split("/")
    return "/".join([namespace, *rest[::2], "read"])


class Estate:
    def __init__(self):
        self.subscriptions, self.rows, self.assessments, self.bundles = {}, {}, {}, {}

    def put(self, row):
        if "subscriptionId" in row:
            self.subscriptions[row["subscriptionId"].lower()] = row
        else:
            self.rows[row["id"].lower()] = row

    def subscription(self, id):
        if id.lower() not in self.subscriptions:
            raise Refused(404, "SubscriptionNotFound", f"The subscription '{id}' could not be found.")
        return self.subscriptions[id.lower()]

    def list_path(self, id):
        """Where a thing is listed: below its parent, or below its subscription."""
        before, after = id.rsplit("/providers/", 1)
        namespace, *rest = after.split("/")
        if len(rest) > 2:
            return id.rsplit("/", 1)[0]
        return f"/subscriptions/{before.split('/')[2]}/providers/{namespace}/{rest[0]}"

    def list(self, path):
        parent = path.rsplit("/", 1)[0].lower()
        self.subscription(path.split("/")[2])
        if not parent.rsplit("/providers/", 1)[1].count("/"):
            parent = parent.rsplit("/providers/", 1)[0]
        elif parent not in self.rows:
            raise Refused(404, "ResourceNotFound", f"The Resource '{parent}' was not found.")
        kind = type_of(path + "/any")
        return [row for id, row in sorted(self.rows.items()) if id.startswith(parent + "/") and type_of(id) == kind]

    def query(self, question):
        """As much of Kusto as is asked of it."""
        table, *steps = [step.strip() for step in question["query"].split("|")]
        if table != "patchassessmentresources":
            raise ValueError(f"there is no table {table}")
        subscriptions = tuple(f"/subscriptions/{id.lower()}/" for id in question["subscriptions"])
        rows = [row for id, row in self.assessments.items() if id.startswith(subscriptions)]
        for step in steps:
            verb, _, rest = step.partition(" ")
            if verb == "where":
                column, operator, value = rest.split()
                if operator != "=~":
                    raise ValueError(f"there is no operator {operator}")
                rows = [row for row in rows if row[column].lower() == value.strip("'").lower()]
            elif verb == "project":
                rows = [{name.strip(): row[name.strip()] for name in rest.split(",")} for row in rows]
            elif step == "order by id asc":
                rows.sort(key=lambda row: row["id"])
            else:
                raise ValueError(f"there is no step {step}")
        return rows

    def put_assessment(self, machine, properties):
        id = f"{machine}/patchAssessmentResults/latest".lower()
        kind = "microsoft.compute/virtualmachines/patchassessmentresults"
        self.assessments[id] = {"id": id, "name": "latest", "type": kind, "properties": properties}
        patch = f"{id}/softwarePatches/one"
        self.assessments[patch] = {"id": patch, "name": "one", "type": f"{kind}/softwarepatches", "properties": {}}

    def vault(self, name):
        vaults = [row for id, row in self.rows.items() if id.endswith(f"/microsoft.keyvault/vaults/{name}")]
        if not vaults:
            raise Refused(404, "VaultNotFound", f"There is no vault {name}")
        return vaults[0]

    def put_certificate(self, vault, name, dns, tags=None):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, dns)])
        begin, end = datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2027, 1, 1, tzinfo=timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        builder = builder.serial_number(4711).not_valid_before(begin).not_valid_after(end)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
        der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        thumbprint = base64.urlsafe_b64encode(hashlib.sha1(der).digest()).decode().rstrip("=")
        self.bundles.setdefault(vault, {})[name] = {
            "id": f"https://{vault}.vault.azure.net/certificates/{name}",
            "x5t": thumbprint,
            "cer": base64.b64encode(der).decode(),
            "attributes": {"enabled": True, "nbf": int(begin.timestamp()), "exp": int(end.timestamp())},
            "tags": tags or {},
        }

    def certificates(self, vault):
        return list(self.bundles.get(vault, {}).values())

    def certificate(self, vault, name):
        if name not in self.bundles.get(vault, {}):
            raise Refused(404, "CertificateNotFound", f"A certificate with name {name} was not found in this key vault.")
        bundle = self.bundles[vault][name]
        return {**bundle, "id": f"{bundle['id']}/0123456789abcdef0123456789abcdef"}
