//! The binary as a person runs it: output, exit codes, start and stop.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use qlrf_core::perm::Role;
use serde_json::Value;
use tokio::process::Command;

use crate::support::TestServer;

pub fn qlrf(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qlrf"));
    // Nothing here calls out.
    command.env("QLRF_FEED_INTERVAL", "off");
    command
        .args(arguments)
        .env_remove("QLRF_TEST_DATABASE_URL")
        .env_remove("DATABASE_URL")
        .kill_on_drop(true);
    command
}

pub async fn run(mut command: Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// Against a test server, with the token of a role.
async fn as_role(server: &TestServer, role: Role, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = qlrf(arguments);
    let token = server.client(role).await.token().to_owned();
    command
        .env("QLRF_SERVER", server.url(""))
        .env("QLRF_TOKEN", token);
    run(command).await
}

#[tokio::test]
async fn a_mistyped_variable_stops_the_start_with_a_sentence() {
    let mut command = qlrf(&["serve"]);
    command.env("QLRF_LISTNE", "127.0.0.1:1");
    let (code, _, errors) = run(command).await;
    assert_eq!(code, Some(64));
    assert!(
        errors.contains("no option reads the environment variable QLRF_LISTNE"),
        "{errors}"
    );
    for wrong in [
        &["serve", "--listen", "here"][..],
        &["serve", "--log", "x=y=z"],
        &["tokn"],
        &["serve", "--role", "king"],
    ] {
        let (code, out, errors) = run(qlrf(wrong)).await;
        assert_eq!(code, Some(64), "{wrong:?}: {out}{errors}");
    }
    assert_eq!(run(qlrf(&["--help"])).await.0, Some(0));
}

#[tokio::test]
async fn failures_say_what_to_do_and_differ_by_exit_code() {
    let server = TestServer::start().await;
    let (code, _, errors) = as_role(&server, Role::Viewer, &["org", "rename", "mine"]).await;
    assert_eq!(code, Some(77), "{errors}");
    for part in [
        "error: this needs the permission \"organization:manage\"",
        "  do:  ",
        "  code: forbidden (request ",
    ] {
        assert!(errors.contains(part), "{errors}");
    }
    let (code, _, errors) = as_role(&server, Role::Viewer, &["token", "list"]).await;
    assert_eq!(code, Some(66), "{errors}");
    let (code, _, errors) = as_role(&server, Role::Admin, &["token", "create", " "]).await;
    assert_eq!(code, Some(65), "{errors}");
    let mut command = qlrf(&["whoami", "--server", "http://127.0.0.1:1", "--token", "x"]);
    command.stdin(Stdio::null());
    let (code, _, errors) = run(command).await;
    assert_eq!(code, Some(69), "{errors}");
    assert!(errors.contains("does not answer"), "{errors}");
    let empty = tempfile::tempdir().unwrap();
    let (code, _, errors) = run(qlrf(&["whoami", "--data-dir", empty.path().to_str().unwrap()])).await;
    assert_eq!(code, Some(69), "{errors}");
    assert!(errors.contains("qlrf serve"), "{errors}");
}

#[tokio::test]
async fn output_is_a_table_or_the_servers_json() {
    let server = TestServer::start().await;
    let (code, json, _) = as_role(&server, Role::Admin, &["token", "list", "-o", "json"]).await;
    assert_eq!(code, Some(0));
    let page: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(page["items"][0]["name"], "test admin");
    let (_, table, _) = as_role(&server, Role::Admin, &["token", "list"]).await;
    assert!(table.starts_with("STATE"), "{table}");
    assert!(table.contains("● valid"), "{table}");
    // Into a pipe: a row is a line, so that its words are found whole.
    let is_whole = |line: &str| line.starts_with("● valid  test admin  admin") && line.len() > 80;
    assert!(table.lines().skip(1).all(is_whole), "{table}");
    let (code, status, _) = as_role(&server, Role::Viewer, &["status"]).await;
    assert!(code == Some(0) && status.contains("● ready"), "{status}");
    let (code, verdict, _) = as_role(&server, Role::Engineer, &["audit", "verify"]).await;
    assert!(code == Some(0) && verdict.contains("● intact"), "{verdict}");
    let (_, script, _) = run(qlrf(&["completion", "bash"])).await;
    assert!(script.contains("sign-in-link"), "the script completes nouns");
}

#[tokio::test]
async fn an_exported_trail_is_proved_without_a_server() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for n in 0..2 {
        let body = serde_json::json!({ "name": format!("t{n}"), "role": "viewer" });
        admin.post("/api/v1/rbac/tokens", &body).await.ok::<Value>();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trail.jsonl");
    let path = file.to_str().unwrap();
    let (code, _, errors) = as_role(&server, Role::Engineer, &["audit", "export", "--file", path]).await;
    assert_eq!(code, Some(0), "{errors}");
    let verify = |more: Vec<String>| {
        let mut command = qlrf(&["audit", "verify", "--file", path, "-o", "json"]);
        command.args(more);
        run(command)
    };
    let (code, verdict, _) = verify(Vec::new()).await;
    let verdict: Value = serde_json::from_str(&verdict).unwrap();
    assert_eq!((code, &verdict["rows"]), (Some(0), &Value::from(4)));
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let forged = [lines[0], lines[1], &lines[2].replace("POST", "GET"), lines[3], ""].join("\n");
    let without = [lines[0], lines[2], lines[3], ""].join("\n");
    for (content, broken) in [(forged, 3), (without, 2)] {
        std::fs::write(&file, content).unwrap();
        let (code, verdict, _) = verify(Vec::new()).await;
        let verdict: Value = serde_json::from_str(&verdict).unwrap();
        assert_eq!((code, &verdict["broken_seq"]), (Some(1), &Value::from(broken)));
    }
    // A tail that was cut off shows against the head that was written down.
    std::fs::write(&file, [lines[0], lines[1], ""].join("\n")).unwrap();
    assert_eq!(verify(Vec::new()).await.0, Some(0));
    let head = [
        "--expect-seq",
        "4",
        "--expect-hash",
        verdict["head_hash"].as_str().unwrap(),
    ];
    assert_eq!(verify(head.map(str::to_owned).to_vec()).await.0, Some(1));
    std::fs::write(&file, &text[..text.len() - 9]).unwrap();
    assert_eq!(verify(Vec::new()).await.0, Some(65), "half a row is no row");
}

/// Traces leave from a thread of their own, which only a real export can prove to work.
#[tokio::test]
async fn traces_reach_a_collector() {
    let data = tempfile::Builder::new()
        .prefix("qlrf-it")
        .tempdir_in("/tmp")
        .unwrap();
    let collector = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut command = qlrf(&["serve", "--listen", "127.0.0.1:0", "--role", "api", "--data-dir"]);
    command
        .arg(data.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let mut server = command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .spawn()
        .unwrap();
    let pid = nix::unistd::Pid::from_raw(server.id().unwrap().cast_signed());
    let file = data.path().join("cli.json");
    qlrf_testkit::poll(Duration::from_secs(30), || async { file.exists().then_some(()) }).await;
    let folder = data.path().to_str().unwrap();
    assert_eq!(run(qlrf(&["whoami", "--data-dir", folder])).await.0, Some(0));
    // Stopping sends what is left.
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    let (mut stream, _) = tokio::time::timeout(Duration::from_secs(15), collector.accept())
        .await
        .unwrap()
        .unwrap();
    let mut head = vec![0; 64];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut head)
        .await
        .unwrap();
    assert!(
        head.starts_with(b"POST /v1/traces HTTP/1.1"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    drop(stream);
    assert!(server.wait().await.unwrap().success());
}

#[tokio::test]
async fn the_binary_starts_serves_this_machine_and_stops() {
    let data = tempfile::Builder::new()
        .prefix("qlrf-it")
        .tempdir_in("/tmp")
        .unwrap();
    let folder = data.path().to_str().unwrap();
    let first = serve_once(data.path(), folder).await;
    assert!(first.contains("/sign-in?link="), "{first}");
    // Without a server the command brings the database up itself, and down again.
    admin_link(folder).await;
    let again = serve_once(data.path(), folder).await;
    assert!(
        !again.contains("/sign-in?link="),
        "only a terminal or the first start gets a link: {again}"
    );
}

/// The operator's way in, which needs neither a token nor a server.
async fn admin_link(folder: &str) {
    let (code, link, errors) = run(qlrf(&["admin", "sign-in-link", "admin", "--data-dir", folder])).await;
    assert!(
        code == Some(0) && link.contains("/sign-in?link="),
        "{link}{errors}"
    );
    let (code, _, errors) = run(qlrf(&["admin", "sign-in-link", "nobody", "--data-dir", folder])).await;
    assert!(code == Some(65) && errors.contains("nobody"), "{code:?} {errors}");
}

/// Starts, asks as the CLI of this machine, stops by SIGTERM; returns what the server said.
async fn serve_once(data: &Path, folder: &str) -> String {
    let _ = std::fs::remove_file(data.join("cli.json"));
    let mut command = qlrf(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        folder,
        "--role",
        "api",
    ]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = command.spawn().unwrap();
    let pid = nix::unistd::Pid::from_raw(server.id().unwrap().cast_signed());
    let file = data.join("cli.json");
    qlrf_testkit::poll(Duration::from_secs(30), || async { file.exists().then_some(()) }).await;
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let (code, me, errors) = run(qlrf(&["whoami", "--data-dir", folder])).await;
    assert_eq!(code, Some(0), "{errors}");
    assert!(me.contains("token \"local CLI\""), "{me}");
    let (code, link, errors) = run(qlrf(&["sign-in-link", "--data-dir", folder])).await;
    assert!(
        code == Some(0) && link.contains("/sign-in?link="),
        "{link}{errors}"
    );
    admin_link(folder).await;
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    let ended = server.wait_with_output().await.unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    String::from_utf8(ended.stdout).unwrap()
}

#[tokio::test]
async fn mapping_rules_are_tested_without_a_server_and_then_previewed_saved_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yaml");
    let path = file.to_str().unwrap();
    let rules = "apiVersion: ql-rf.io/v1\nkind: MappingRules\nrules:\n  - name: tag\n    when: {labels: {Stage: '*'}}\n    \
                 set: {env: '${label:Stage}'}\nexamples:\n  - name: a stage\n    given: {platform: aws, labels: {Stage: prod}}\n    \
                 expect: {env: dev}\n";
    std::fs::write(&file, rules).unwrap();
    let (code, _, errors) = run(qlrf(&["mapping", "test", path])).await;
    assert_eq!(code, Some(65), "{errors}");
    let wanted = format!(
        "{path}:10:19: the example \"a stage\" fails: env should be \"dev\" and is \"prod\", from the rule \"tag\""
    );
    assert!(errors.contains(&wanted), "{errors}");
    std::fs::write(&file, rules.replace("env: dev", "env: prod")).unwrap();
    let (code, out, _) = run(qlrf(&["mapping", "test", path, "-o", "json"])).await;
    assert_eq!(
        (
            code,
            serde_json::from_str::<Value>(&out).unwrap()["examples"].clone()
        ),
        (Some(0), 1.into())
    );

    let server = TestServer::start().await;
    let (code, out, _) = as_role(&server, Role::Viewer, &["mapping", "preview", path]).await;
    assert_eq!(code, Some(0));
    assert!(
        out.contains("the rule \"tag\" decides nothing") && out.contains("changes 0 of 0 assets"),
        "{out}"
    );
    let (code, _, errors) = as_role(&server, Role::Viewer, &["mapping", "set", path]).await;
    assert!(code != Some(0) && errors.contains("mapping:write"), "{errors}");
    let (code, out, _) = as_role(&server, Role::Engineer, &["mapping", "set", path]).await;
    assert!(
        code == Some(0) && out.contains("label Stage *") && out.contains("env = ${label:Stage}"),
        "{out}"
    );
    let (_, out, _) = as_role(&server, Role::Viewer, &["mapping", "show", "--document"]).await;
    assert_eq!(out, rules.replace("env: dev", "env: prod"));
}

#[tokio::test]
async fn sites_environments_and_projects_are_declared_edited_paired_and_deleted() {
    let server = TestServer::start().await;
    let engineer = async |args: &[&str]| {
        let (code, out, errors) = as_role(&server, Role::Engineer, args).await;
        assert_eq!(code, Some(0), "{args:?}: {errors}");
        out
    };
    let (code, _, errors) = as_role(&server, Role::Viewer, &["site", "create", "ams 1"]).await;
    assert!(code != Some(0) && errors.contains("estate:write"), "{errors}");
    engineer(&[
        "site",
        "create",
        "ams 1",
        "--kind",
        "datacentre",
        "--title",
        "Amsterdam",
    ])
    .await;
    engineer(&["site", "create", "fra"]).await;
    let paired = engineer(&["site", "pair", "ams 1", "fra"]).await;
    assert!(paired.contains("primary of fra"), "{paired}");
    let listed = engineer(&["site", "list"]).await;
    assert!(
        listed.contains("secondary of ams 1") && listed.contains("0 assets"),
        "{listed}"
    );
    let edited = engineer(&["site", "edit", "ams 1", "--title", "", "--rename", "ams"]).await;
    assert!(
        !edited.contains("Amsterdam") && edited.contains("give them the new word"),
        "{edited}"
    );
    let shown = engineer(&["site", "show", "ams"]).await;
    assert!(
        shown.contains("datacentre") && shown.contains("primary of fra"),
        "{shown}"
    );
    engineer(&["site", "unpair", "fra"]).await;
    engineer(&["site", "delete", "ams"]).await;
    let (code, _, errors) = as_role(&server, Role::Engineer, &["site", "edit", "ams", "--title", "x"]).await;
    assert!(
        code == Some(66) && errors.contains("nobody declared it"),
        "{code:?} {errors}"
    );

    engineer(&["environment", "create", "live", "--kind", "production"]).await;
    let listed = engineer(&["environment", "list"]).await;
    assert!(
        listed.contains("live") && listed.contains("production"),
        "{listed}"
    );
    engineer(&[
        "project",
        "create",
        "shop",
        "--owner",
        "payments",
        "--contact",
        "#pay",
    ])
    .await;
    engineer(&["project", "edit", "shop", "--contact", ""]).await;
    let shown = engineer(&["project", "show", "shop"]).await;
    assert!(shown.contains("payments") && !shown.contains("#pay"), "{shown}");
    engineer(&["project", "delete", "shop"]).await;
    let (_, out, _) = as_role(&server, Role::Viewer, &["project", "list"]).await;
    assert!(out.contains("qlrf project create NAME"), "{out}");
}
