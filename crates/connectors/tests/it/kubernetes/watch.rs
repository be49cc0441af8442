//! A watch on a real API server: what is heard, what is not lost when it breaks, and what may not be watched.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use qlrf_connectors::inventory::{ConnectError, Extent, Heard, find_kind};
use qlrf_testkit::{Asked, HttpProxy, Reply, poll};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{build, config, grant, seed};
use crate::apiserver::ApiServer;

const HEARD_MAX: Duration = Duration::from_secs(60);
/// Longer than anybody waits who was not asked to, the first time.
const ASKED_TO_WAIT: Duration = Duration::from_secs(2);
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";

struct Listening {
    heard: mpsc::Receiver<Heard>,
    task: JoinHandle<Result<(), ConnectError>>,
}

impl Listening {
    fn start(config: Value) -> Listening {
        let (told, heard) = mpsc::channel(16);
        let watch = find_kind("kubernetes").unwrap().watch.unwrap();
        let task = tokio::spawn(watch(config, grant(""), told));
        Listening { heard, task }
    }

    async fn next(&mut self) -> Heard {
        let heard = tokio::time::timeout(HEARD_MAX, self.heard.recv()).await;
        match heard.expect("nothing was heard") {
            Some(heard) => heard,
            None => panic!("it ended: {:?}", (&mut self.task).await),
        }
    }

    /// What waits is of changes that were made before.
    fn forget(&mut self) {
        while self.heard.try_recv().is_ok() {}
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn everything() -> Heard {
    Heard::Begun {
        extent: Extent::All,
        gaps: vec![],
    }
}

fn watches(asked: &Asked) -> bool {
    asked.target.contains("watch=1")
}

async fn deploy(server: &ApiServer, name: &str) {
    let spec = json!({
        "replicas": 1, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": "r.example.org/web:1"}]}},
    });
    let object =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec});
    server.create(DEPLOYMENTS, object).await;
}

async fn proxy(server: &ApiServer) -> HttpProxy {
    HttpProxy::start(&server.url, server.client.clone())
        .await
        .unwrap()
}

fn through(proxy: &HttpProxy) -> Value {
    json!({"cluster": "k1", "server": proxy.url(), "token": "env:READER", "requests_per_second": 100})
}

#[tokio::test]
async fn a_change_is_heard_and_none_is_lost_when_the_watch_breaks() {
    let Some(server) = ApiServer::start("a_change_is_heard_and_none_is_lost_when_the_watch_breaks").await
    else {
        return;
    };
    server.create("/api/v1/nodes", seed::node("n1", json!({}))).await;
    server.grant_reader().await;
    let proxy = proxy(&server).await;
    let mut listening = Listening::start(through(&proxy));
    assert_eq!(listening.next().await, everything());
    each_kind_of_change_is_heard(&server, &mut listening).await;
    what_happens_while_it_is_cut_is_heard(&server, &proxy, &mut listening).await;
    assert!(!listening.task.is_finished());
}

async fn each_kind_of_change_is_heard(server: &ApiServer, listening: &mut Listening) {
    deploy(server, "made").await;
    assert_eq!(listening.next().await, Heard::Changed);
    let ready = json!({"replicas": 1, "readyReplicas": 1});
    server.set_status(&format!("{DEPLOYMENTS}/made"), ready).await;
    assert_eq!(listening.next().await, Heard::Changed);
    server.delete(&format!("{DEPLOYMENTS}/made")).await;
    assert_eq!(listening.next().await, Heard::Changed);
    let away = json!({"conditions": [{"type": "Ready", "status": "Unknown"}]});
    server.set_status("/api/v1/nodes/n1", away).await;
    assert_eq!(listening.next().await, Heard::Changed);
}

/// Counts lists from now on; watches get no answer.
fn silence(proxy: &HttpProxy) -> (Arc<AtomicU64>, Arc<AtomicU64>) {
    let (silent, lists) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counts = (silent.clone(), lists.clone());
    proxy.rule(move |asked| {
        lists.fetch_add(asked.target.contains("limit=").into(), Ordering::Relaxed);
        match watches(asked) {
            true => {
                silent.fetch_add(1, Ordering::Relaxed);
                Reply::Silence
            }
            false => Reply::Forward,
        }
    });
    counts
}

async fn cut(proxy: &HttpProxy, listening: &mut Listening) -> Arc<AtomicU64> {
    listening.forget();
    let (silent, lists) = silence(proxy);
    proxy.cut();
    let all = || async { (silent.load(Ordering::Relaxed) >= 9).then_some(()) };
    poll(HEARD_MAX, all).await;
    lists
}

async fn what_happens_while_it_is_cut_is_heard(
    server: &ApiServer,
    proxy: &HttpProxy,
    listening: &mut Listening,
) {
    let lists = cut(proxy, listening).await;
    deploy(server, "unseen").await;
    proxy.forward_all();
    proxy.cut();
    assert_eq!(listening.next().await, Heard::Changed);
    assert_eq!(
        lists.load(Ordering::Relaxed),
        0,
        "it goes on from where it was cut"
    );
}

/// The server's own words for it, read on their way.
#[tokio::test]
async fn a_moment_that_the_server_has_forgotten_is_compared() {
    let test = "a_moment_that_the_server_has_forgotten_is_compared";
    let Some(server) = ApiServer::start_forgetful(test).await else {
        return;
    };
    server.grant_reader().await;
    for name in ["stays", "goes"] {
        deploy(&server, name).await;
    }
    let proxy = proxy(&server).await;
    let mut listening = Listening::start(through(&proxy));
    assert_eq!(listening.next().await, everything());
    for change in [Change::Made, Change::Gone] {
        cut(&proxy, &mut listening).await;
        match change {
            Change::Made => deploy(&server, "unseen").await,
            Change::Gone => server.delete(&format!("{DEPLOYMENTS}/goes")).await,
        }
        server.forget().await;
        let (said, lists) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicU64::new(0)));
        let (heard, listed) = (said.clone(), lists.clone());
        proxy.rule(move |asked| {
            let of_deployments = asked.target.contains("/deployments?");
            let lists = of_deployments && asked.target.contains("limit=");
            let before = listed.fetch_add(lists.into(), Ordering::Relaxed);
            if !(of_deployments && watches(asked) && before == 0) {
                return Reply::Forward;
            }
            // It would keep silent for as long after having said it.
            asked.target = asked.target.replace("timeoutSeconds=45", "timeoutSeconds=1");
            let heard = heard.clone();
            Reply::Rewrite(Arc::new(move |text| {
                text.clone_into(&mut heard.lock().unwrap());
                text.to_owned()
            }))
        });
        proxy.cut();
        assert_eq!(listening.next().await, Heard::Changed);
        let said = said.lock().unwrap().clone();
        assert!(
            said.contains("\"code\":410") && said.contains("too old"),
            "{said}"
        );
        assert_eq!(lists.load(Ordering::Relaxed), 1);
    }
    listening.forget();
    deploy(&server, "after").await;
    assert_eq!(listening.next().await, Heard::Changed);
    assert!(!listening.task.is_finished());
}

enum Change {
    Made,
    Gone,
}

/// The first watch of deployments is asked to come again, at the beginning and on the way.
#[tokio::test]
async fn a_watch_waits_for_as_long_as_it_is_asked_to() {
    let Some(server) = ApiServer::start("a_watch_waits_for_as_long_as_it_is_asked_to").await else {
        return;
    };
    server.grant_reader().await;
    let proxy = proxy(&server).await;
    let mut listening = None;
    for status in [429, 503] {
        let asked_at = Arc::new(Mutex::new(Vec::new()));
        let times = asked_at.clone();
        proxy.rule(move |asked| {
            if !(watches(asked) && asked.target.contains("/deployments?")) {
                return Reply::Forward;
            }
            let mut times = times.lock().unwrap();
            times.push(Instant::now());
            match times.len() {
                1 => Reply::say(status, "text/plain", "later").after(ASKED_TO_WAIT.as_secs()),
                _ => Reply::Forward,
            }
        });
        proxy.cut();
        let again = || async { (asked_at.lock().unwrap().len() >= 2).then_some(()) };
        let listening = listening.get_or_insert_with(|| Listening::start(through(&proxy)));
        poll(HEARD_MAX, again).await;
        let times = asked_at.lock().unwrap().clone();
        let waited = times[1] - times[0];
        assert!(waited >= ASKED_TO_WAIT, "{status}: {waited:?}");
        if status == 429 {
            assert_eq!(listening.next().await, everything(), "it began in spite of it");
        }
    }
    let mut listening = listening.unwrap();
    listening.forget();
    deploy(&server, "after").await;
    assert_eq!(listening.next().await, Heard::Changed);
}

#[tokio::test]
async fn what_may_not_be_watched_is_named() {
    let Some(server) = ApiServer::start("what_may_not_be_watched_is_named").await else {
        return;
    };
    server.grant_reader().await;
    let rule = |verbs: Value, groups: Value, resources: Value| json!({"verbs": verbs, "apiGroups": groups, "resources": resources});
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "lists"},
        "rules": [
            rule(json!(["list"]), json!(["", "apps", "batch"]), json!(["*"])),
            rule(json!(["watch"]), json!(["apps", "batch"]), json!(["*"])),
        ],
    });
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    let mut listening = Listening::start(config(&server, "env:STRANGER"));
    match listening.next().await {
        Heard::Begun { extent, gaps } => {
            assert_eq!(extent, Extent::Nothing);
            assert!(
                gaps.contains(&"the account may not list nodes".to_owned()),
                "{gaps:?}"
            );
        }
        heard => panic!("{heard:?}"),
    }
    server.create(&format!("{rbac}/clusterroles"), role).await;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "lists"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "lists"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "stranger"}],
    });
    server
        .create(&format!("{rbac}/clusterrolebindings"), binding)
        .await;
    // The server takes a role in as it comes by.
    let part = poll(HEARD_MAX, || async {
        let mut listening = Listening::start(config(&server, "env:STRANGER"));
        let begun = listening.next().await;
        (!matches!(
            begun,
            Heard::Begun {
                extent: Extent::Nothing,
                ..
            }
        ))
        .then_some(begun)
    });
    let missing = ["nodes", "pods", "secrets"].map(|name| format!("the account may not watch {name}"));
    let expected = Heard::Begun {
        extent: Extent::Part,
        gaps: missing.into(),
    };
    assert_eq!(part.await, expected);
    let check = build(config(&server, "env:STRANGER"), "").check().await.unwrap();
    let told = check
        .findings
        .iter()
        .any(|said| said.contains("may not watch nodes, pods, secrets:"));
    assert!(check.ok && told, "{check:?}");
    let ended = Listening::start(config(&server, "env:WRONG")).next_error().await;
    assert!(ended.contains("does not take the credential"), "{ended}");
}

impl Listening {
    async fn next_error(mut self) -> String {
        let ended = tokio::time::timeout(HEARD_MAX, &mut self.task).await;
        ended.unwrap().unwrap().unwrap_err().to_string()
    }
}
