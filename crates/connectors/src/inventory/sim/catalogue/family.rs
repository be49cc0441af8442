//! The families of golden images that the simulated estate runs.

pub struct Family {
    pub name: &'static str,
    pub os_id: &'static str,
    pub os_name: &'static str,
    pub os_version: &'static str,
    pub kernel: &'static str,
    pub ecosystem: &'static str,
    pub(super) default_arch: &'static str,
    pub(super) table: usize,
    pub(super) roles: [&'static str; 2],
    pub services: &'static [&'static str],
    /// Real packages that nobody ordered: name and version.
    pub(super) strays: &'static [(&'static str, &'static str)],
}

pub const DEBIAN_WEB: usize = 0;
pub const DEBIAN_DB: usize = 1;
pub const DEBIAN_K8S: usize = 2;
pub const UBUNTU_APP: usize = 3;
pub const UBUNTU_K8S: usize = 4;
pub const ALMA_APP: usize = 5;
pub const ALMA_DB: usize = 6;
pub const ALPINE_EDGE: usize = 7;

pub const FAMILIES: &[Family] = &[
    debian(
        "debian-web",
        "web",
        &["cron", "nginx", "php8.2-fpm", "rsyslog", "ssh"],
    ),
    debian("debian-db", "db", &["cron", "postgresql", "rsyslog", "ssh"]),
    debian(
        "debian-k8s-node",
        "k8s",
        &["containerd", "kubelet", "rsyslog", "ssh"],
    ),
    ubuntu(
        "ubuntu-app",
        "app",
        &["cron", "nginx", "redis-server", "rsyslog", "ssh"],
    ),
    ubuntu(
        "ubuntu-k8s-node",
        "k8s",
        &["containerd", "kubelet", "rsyslog", "ssh"],
    ),
    alma(
        "alma-app",
        "app",
        &["chronyd", "crond", "httpd", "rsyslog", "sshd"],
    ),
    alma(
        "alma-db",
        "db",
        &["chronyd", "crond", "postgresql", "rsyslog", "sshd"],
    ),
    Family {
        name: "alpine-edge-gateway",
        os_id: "alpine",
        os_name: "Alpine Linux v3.19",
        os_version: "3.19",
        kernel: "6.6-lts",
        ecosystem: "Alpine:v3.19",
        default_arch: "x86_64",
        table: 3,
        roles: ["base", "gw"],
        services: &["chronyd", "haproxy", "mosquitto", "nginx", "sshd"],
        strays: &[
            ("htop", "3.2.2-r1"),
            ("nmap", "7.94-r0"),
            ("tmux", "3.3a_git20230428-r2"),
        ],
    },
];

const fn debian(name: &'static str, role: &'static str, services: &'static [&'static str]) -> Family {
    Family {
        name,
        os_id: "debian",
        os_name: "Debian GNU/Linux 12 (bookworm)",
        os_version: "12",
        kernel: "6.1-cloud-amd64",
        ecosystem: "Debian:12",
        default_arch: "amd64",
        table: 0,
        roles: ["base", role],
        services,
        strays: &[
            ("htop", "3.2.2-2"),
            ("nmap", "7.93+dfsg1-1"),
            ("telnetd", "0.17+2.4-2"),
            ("tmux", "3.3a-3"),
        ],
    }
}

const fn ubuntu(name: &'static str, role: &'static str, services: &'static [&'static str]) -> Family {
    Family {
        name,
        os_id: "ubuntu",
        os_name: "Ubuntu 22.04 LTS",
        os_version: "22.04",
        kernel: "5.15-generic",
        ecosystem: "Ubuntu:22.04:LTS",
        default_arch: "amd64",
        table: 1,
        roles: ["base", role],
        services,
        strays: &[
            ("htop", "3.0.5-7build2"),
            ("telnetd", "0.17-44build1"),
            ("tmux", "3.2a-4build1"),
        ],
    }
}

const fn alma(name: &'static str, role: &'static str, services: &'static [&'static str]) -> Family {
    Family {
        name,
        os_id: "almalinux",
        os_name: "AlmaLinux 9",
        os_version: "9",
        kernel: "5.14-el9",
        ecosystem: "AlmaLinux:9",
        default_arch: "x86_64",
        table: 2,
        roles: ["base", role],
        services,
        strays: &[
            ("nmap-ncat", "3:7.92-1.el9"),
            ("telnet", "1:0.17-85.el9"),
            ("tmux", "3.2a-5.el9"),
        ],
    }
}
