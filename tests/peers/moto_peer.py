"""A server that speaks AWS's protocols: moto, with what it lacks.

    moto_peer.py PORT

Inventory that was put with PutInventory is listed; every instance is taken for managed, with patch states that its id decides.
Images are seen by the accounts that they are shared with.
"""

import json
import sys

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.utils import generic_filter
from moto.server import DomainDispatcherApplication, create_backend_app
from moto.ssm.responses import SimpleSystemManagerResponse
from werkzeug.serving import run_simple

PAGE_ITEMS = 50
INVENTORY = {}


def asked(response):
    return json.loads(response.body) if response.body else {}


def page(question, rows, name):
    items = int(question.get("MaxResults") or PAGE_ITEMS)
    start = int(question.get("NextToken") or 0)
    answer = {name: rows[start : start + items]}
    if start + items < len(rows):
        answer["NextToken"] = str(start + items)
    return json.dumps(answer)


def instances(response):
    reservations = ec2_backends[response.current_account][response.region].all_reservations()
    return [instance for reservation in reservations for instance in reservation.instances]


def put_inventory(self):
    question = asked(self)
    for item in question["Items"]:
        INVENTORY[(question["InstanceId"], item["TypeName"])] = item.get("Content") or []
    return json.dumps({"Message": "ok"})


def list_inventory_entries(self):
    question = asked(self)
    kind = question["TypeName"]
    rows = INVENTORY.get((question["InstanceId"], kind), [])
    answer = json.loads(page(question, rows, "Entries"))
    answer.update(TypeName=kind, InstanceId=question["InstanceId"])
    return json.dumps(answer)


def describe_instance_information(self):
    rows = [
        {
            "InstanceId": instance.id,
            "PingStatus": "Online",
            "AgentVersion": "3.3.1957.0",
            "PlatformType": "Linux",
            "PlatformName": "Debian GNU/Linux",
            "PlatformVersion": "12",
            "ResourceType": "EC2Instance",
            "IPAddress": instance.private_ip,
        }
        for instance in instances(self)
    ]
    return page(asked(self), rows, "InstanceInformationList")


def describe_instance_patch_states(self):
    question = asked(self)
    rows = [
        {
            "InstanceId": instance,
            "PatchGroup": "",
            "BaselineId": "pb-0123456789abcdef0",
            "Operation": "Scan",
            "OperationStartTime": 1.7e9,
            "OperationEndTime": 1.7e9,
            "MissingCount": sum(map(ord, instance)) % 5,
            "FailedCount": 0,
        }
        for instance in question["InstanceIds"]
    ]
    return page(question, rows, "InstancePatchStates")


own_images = EC2Backend.describe_images


def describe_images(self, ami_ids=None, filters=None, exec_users=None, owners=None):
    images = own_images(self, ami_ids, filters, exec_users, owners)
    if "self" in (exec_users or []) or "image-id" in (filters or {}):
        shared = [image for image in others(self) if self.account_id in launchers(image)]
        images = images + generic_filter(filters or {}, shared)
    return images


def others(backend):
    regions = [regions for account, regions in ec2_backends.items() if account != backend.account_id]
    return [image for each in regions for image in each[backend.region_name].amis.values()]


def launchers(image):
    return [permission.get("UserId") for permission in image.launch_permissions]


MORE = [
    put_inventory,
    list_inventory_entries,
    describe_instance_information,
    describe_instance_patch_states,
]


def main():
    for call in MORE:
        setattr(SimpleSystemManagerResponse, call.__name__, call)
    EC2Backend.describe_images = describe_images
    app = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=True)


main()
