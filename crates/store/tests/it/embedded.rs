//! The private server: made, started, adopted, recovered, refused.

use qlrf_store::embedded::Origin;

#[tokio::test]
async fn a_cluster_is_made_once_and_started_again() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    let begun = std::time::Instant::now();
    let server = qlrf_testkit::private_server(dir.path()).await.unwrap();
    eprintln!("cold: {:?}", begun.elapsed());
    assert_eq!(server.origin(), Origin::Created);
    let pid = server.pid();
    server.stop().await.unwrap();
    let begun = std::time::Instant::now();
    let server = qlrf_testkit::private_server(dir.path()).await.unwrap();
    eprintln!("warm: {:?}", begun.elapsed());
    assert_eq!(server.origin(), Origin::Started);
    assert_ne!(server.pid(), pid);
}
