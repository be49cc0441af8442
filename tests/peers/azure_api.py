"""What Azure publishes of the APIs that the connector asks, read from the SDK that is generated from it.

A request is right when the SDK itself would have made it; an answer is right when every field of it stands in the SDK's
models, with the type that it has there.
"""

import inspect
import re
from datetime import datetime
from enum import Enum
from urllib.parse import parse_qsl, unquote, urlsplit

from azure.keyvault.certificates._generated.v7_4 import models as vault_models
from azure.keyvault.certificates._generated.v7_4.operations import _key_vault_client_operations as vault
from azure.mgmt.compute.v2023_07_03 import models as gallery_models
from azure.mgmt.compute.v2023_07_03.operations import _operations as gallery
from azure.mgmt.compute.v2024_03_02 import models as disk_models
from azure.mgmt.compute.v2024_03_02.operations import _operations as disk
from azure.mgmt.compute.v2024_11_01 import models as compute_models
from azure.mgmt.compute.v2024_11_01.operations import _operations as compute
from azure.mgmt.keyvault.v2023_07_01 import models as vaults_models
from azure.mgmt.keyvault.v2023_07_01.operations import _vaults_operations as vaults
from azure.mgmt.network import models as network_models
from azure.mgmt.network.operations import _operations as network
from azure.mgmt.resourcegraph import models as graph_models
from azure.mgmt.resourcegraph.operations import _resource_graph_client_operations as graph
from azure.mgmt.subscription import models as subscription_models
from azure.mgmt.subscription.operations import _subscriptions_operations as subscriptions


class Broken(Exception):
    """Something that Azure does not publish."""


class Route:
    """One operation: the SDK's function that makes its request, and the model of its answer."""

    def __init__(self, build, models, answer, item=None):
        self.build, self.models, self.answer, self.item = build, models, answer, item
        parameters = inspect.signature(build).parameters.values()
        self.names = [p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
        self.options = [p.name for p in parameters if p.default is not p.empty]
        request = build(**{name: f"__{name}__" for name in self.names})
        self.method = request.method
        pattern = re.escape(urlsplit(request.url).path)
        for name in self.names:
            pattern = pattern.replace(f"__{name}__", f"(?P<{name}>[^/]*)")
        self.pattern = re.compile(pattern + "$", re.IGNORECASE)

    def match(self, method, path):
        found = self.pattern.match(path) if method == self.method else None
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None

    def check_request(self, names, query):
        """`query` without what a link to the next page adds."""
        options = {}
        for name, value in query.items():
            option = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name.lstrip("$")).lower()
            if name != "api-version":
                if option not in self.options:
                    raise Broken(f"{self.build.__name__} has no parameter {name}")
                options[option] = int(value) if value.isdigit() else value
        made = self.build(**names, **options)
        expected = dict(parse_qsl(urlsplit(made.url).query))
        if expected != query:
            raise Broken(f"{self.build.__name__}: {query} was asked, the SDK asks {expected}")


LIST_ROUTES = [
    Route(compute.build_virtual_machines_list_all_request, compute_models, "VirtualMachineListResult", "VirtualMachine"),
    Route(
        compute.build_virtual_machine_scale_sets_list_all_request,
        compute_models,
        "VirtualMachineScaleSetListWithLinkResult",
        "VirtualMachineScaleSet",
    ),
    Route(
        compute.build_virtual_machine_scale_set_vms_list_request,
        compute_models,
        "VirtualMachineScaleSetVMListResult",
        "VirtualMachineScaleSetVM",
    ),
    Route(compute.build_images_list_request, compute_models, "ImageListResult", "Image"),
    Route(disk.build_disks_list_request, disk_models, "DiskList", "Disk"),
    Route(gallery.build_galleries_list_request, gallery_models, "GalleryList", "Gallery"),
    Route(gallery.build_gallery_images_list_by_gallery_request, gallery_models, "GalleryImageList", "GalleryImage"),
    Route(
        gallery.build_gallery_image_versions_list_by_gallery_image_request,
        gallery_models,
        "GalleryImageVersionList",
        "GalleryImageVersion",
    ),
    Route(network.build_network_interfaces_list_all_request, network_models, "NetworkInterfaceListResult", "NetworkInterface"),
    Route(
        network.build_network_security_groups_list_all_request,
        network_models,
        "NetworkSecurityGroupListResult",
        "NetworkSecurityGroup",
    ),
    Route(network.build_virtual_networks_list_all_request, network_models, "VirtualNetworkListResult", "VirtualNetwork"),
    Route(network.build_public_ip_addresses_list_all_request, network_models, "PublicIPAddressListResult", "PublicIPAddress"),
    Route(vaults.build_list_by_subscription_request, vaults_models, "VaultListResult", "Vault"),
]
SUBSCRIPTIONS = Route(subscriptions.build_list_request, subscription_models, "SubscriptionListResult", "Subscription")
SUBSCRIPTION = Route(subscriptions.build_get_request, subscription_models, "Subscription")
GRAPH = Route(graph.build_resources_request, graph_models, "QueryResponse")
CERTIFICATES = Route(vault.build_get_certificates_request, vault_models, "CertificateListResult", "CertificateItem")
CERTIFICATE = Route(vault.build_get_certificate_request, vault_models, "CertificateBundle")

PLAIN = {
    "str": str,
    "int": int,
    "long": int,
    "unix-time": int,
    "bool": bool,
    "float": (int, float),
    "base64": str,
    "bytearray": str,
    "duration": str,
}


def check_value(models, kind, value, where):
    """Whether a value has the type that the SDK writes as `kind`."""
    if value is None or kind == "object":
        return
    if kind[0] in "[{":
        wanted = list if kind[0] == "[" else dict
        if not isinstance(value, wanted):
            raise Broken(f"{where} is no {kind}: {value!r}")
        inside = enumerate(value) if wanted is list else value.items()
        for key, one in inside:
            check_value(models, kind[1:-1], one, f"{where}[{key}]")
    elif kind == "iso-8601":
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != "bool"):
            raise Broken(f"{where} is no {kind}: {value!r}")
    else:
        check_model(models, getattr(models, kind), value, where)


def check_model(models, model, value, where):
    """Whether a value has all that the model needs, and nothing that it does not know."""
    if issubclass(model, Enum):
        return check_value(models, "str", value, where)
    if not isinstance(value, dict):
        raise Broken(f"{where} is no {model.__name__}: {value!r}")
    tree = {}
    for name, about in model._attribute_map.items():
        *path, last = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", about["key"])]
        inner = tree
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = about["type"]
        needed = model._validation.get(name, {})
        if needed.get("required") and not path and last not in value:
            raise Broken(f"{where} has no {last}, which {model.__name__} needs")
    check_tree(models, tree, value, f"{where}({model.__name__})")


def check_tree(models, tree, value, where):
    for key, one in value.items():
        if key not in tree:
            raise Broken(f"{where} has a {key}, which is not published")
        if isinstance(tree[key], str):
            check_value(models, tree[key], one, f"{where}.{key}")
        elif isinstance(one, dict):
            check_tree(models, tree[key], one, f"{where}.{key}")
        else:
            raise Broken(f"{where}.{key} is no object")


def check_answer(route, answer):
    check_value(route.models, route.answer, answer, "the answer")


def check_query(body):
    check_value(graph_models, "QueryRequest", body, "the query")
