//! A cluster with one of everything that the connector reads.

use serde_json::{Value, json};

use crate::apiserver::{self, ApiServer};

pub const DIGEST: &str = "sha256:9b2a28eb47540823042a2ba401386845089bb7b62a9637d55816132c4c3c36eb";

pub fn node(name: &str, labels: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels},
        "spec": {"providerID": format!("aws:///eu-west-1a/i-0{name}")},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {
                "machineID": "0123456789abcdef0123456789abcdef", "systemUUID": "4210AAAA-0000-0000-0000-00000000000B", "bootID": "b",
                "kernelVersion": "6.1.0-18-amd64", "osImage": "Debian GNU/Linux 12 (bookworm)", "containerRuntimeVersion": "containerd://1.7.2",
                "kubeletVersion": "v1.20.2", "kubeProxyVersion": "v1.20.2", "operatingSystem": "linux", "architecture": "amd64",
            },
        },
    })
}

fn pod_spec(image: &str) -> Value {
    json!({"containers": [{"name": "main", "image": image}]})
}

fn template(image: &str) -> Value {
    json!({"metadata": {"labels": {"app": "web"}}, "spec": pod_spec(image)})
}

fn apps(kind: &str, name: &str, spec: Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "default", "labels": {"app": name}}, "spec": spec})
}

fn owned(mut object: Value, owner: &Value) -> Value {
    let reference = json!([{
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
        "controller": true,
    }]);
    object["metadata"]["ownerReferences"] = reference;
    object
}

async fn running_pod(server: &ApiServer, pod: Value, phase: &str) {
    let path = "/api/v1/namespaces/default/pods";
    let made = server.create(path, pod).await;
    let status = json!({"phase": phase, "containerStatuses": [{
        "name": "main", "image": "registry.example.org/web:1.4", "imageID": format!("docker-pullable://registry.example.org/web@{DIGEST}"),
        "ready": true, "restartCount": 0, "started": true,
    }]});
    let name = made["metadata"]["name"].as_str().unwrap();
    server.set_status(&format!("{path}/{name}"), status).await;
}

fn pod(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": pod_spec("registry.example.org/web:1.4")})
}

pub async fn workloads(server: &ApiServer) {
    let apps_path = "/apis/apps/v1/namespaces/default";
    let spec = json!({"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template("registry.example.org/web:1.4")});
    let web = server
        .create(
            &format!("{apps_path}/deployments"),
            apps("Deployment", "web", spec.clone()),
        )
        .await;
    let ready = json!({"replicas": 2, "readyReplicas": 1});
    server
        .set_status(&format!("{apps_path}/deployments/web"), ready)
        .await;
    let set = owned(apps("ReplicaSet", "web-5d4", spec.clone()), &web);
    let set = server.create(&format!("{apps_path}/replicasets"), set).await;
    for name in ["web-5d4-a", "web-5d4-b"] {
        running_pod(server, owned(pod(name), &set), "Running").await;
    }
    let idle = json!({"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "serviceName": "x", "template": template("registry.example.org/idle:2")});
    server
        .create(
            &format!("{apps_path}/statefulsets"),
            apps("StatefulSet", "idle", idle),
        )
        .await;
    let agent = json!({"selector": {"matchLabels": {"app": "web"}}, "template": template("registry.example.org/agent:3")});
    server
        .create(
            &format!("{apps_path}/daemonsets"),
            apps("DaemonSet", "agent", agent),
        )
        .await;
    let mut nightly = pod_spec("registry.example.org/nightly:4");
    nightly["restartPolicy"] = json!("Never");
    let job = json!({"template": {"spec": nightly}});
    let cron = json!({
        "apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "nightly", "namespace": "default"},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": job}},
    });
    let cron = server
        .create("/apis/batch/v1beta1/namespaces/default/cronjobs", cron)
        .await;
    let run = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "nightly-1", "namespace": "default"}, "spec": job});
    server
        .create("/apis/batch/v1/namespaces/default/jobs", owned(run, &cron))
        .await;
    running_pod(server, pod("alone"), "Running").await;
    running_pod(server, pod("over"), "Succeeded").await;
}

async fn tls_secret(server: &ApiServer, name: &str, certificate: &str, key: &str) {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": name, "namespace": "default"},
        "stringData": {"tls.crt": certificate, "tls.key": key},
    });
    server.create("/api/v1/namespaces/default/secrets", secret).await;
}

/// What must never leave an answer of the API.
pub struct Seeded {
    pub key: String,
}

pub async fn whole(server: &ApiServer) -> Seeded {
    server
        .create(
            "/api/v1/nodes",
            node(
                "n1",
                json!({"topology.kubernetes.io/region": "eu-west-1", "pool": "blue"}),
            ),
        )
        .await;
    let mut away = node("n2", json!({}));
    away["status"]["conditions"][0]["status"] = json!("Unknown");
    server.create("/api/v1/nodes", away).await;
    workloads(server).await;
    let (certificate, key) = apiserver::certificate();
    tls_secret(server, "www-tls", &certificate, &key).await;
    tls_secret(
        server,
        "broken-tls",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "key",
    )
    .await;
    let opaque = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "opaque", "namespace": "default"}, "stringData": {"password": "hunter2"}});
    server.create("/api/v1/namespaces/default/secrets", opaque).await;
    server.grant_reader().await;
    Seeded { key }
}
