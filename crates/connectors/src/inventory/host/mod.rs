//! What the files of a host say of it, wherever they are read. Pure but for reading: nothing here runs a command.

mod claim;
mod cloud;
mod identity;
pub mod services;
mod sshd;

use std::collections::BTreeMap;

use claim::{image, region};
use cloud::cloud;
use qlrf_core::asset::{Asset, AssetKind, AssetState, Os, Platform};
use qlrf_core::rootfs::RootFs;
use schemars::JsonSchema;
pub use sshd::glob;

/// Of what a person writes into a configuration.
const TEXT_CHARS_MAX: usize = 200;
const SMALL_FILE_BYTES_MAX: u64 = 64 * 1024;
/// No word of a host is longer than this; what is longer is cut off as damage, not kept as a fact.
const WORD_CHARS_MAX: usize = 512;

/// Read from `/proc/sys`; documented in docs/connectors/local.md.
pub const SYSCTLS: &[&str] = &[
    "fs.protected_hardlinks",
    "fs.protected_symlinks",
    "fs.suid_dumpable",
    "kernel.dmesg_restrict",
    "kernel.kptr_restrict",
    "kernel.randomize_va_space",
    "kernel.unprivileged_bpf_disabled",
    "kernel.yama.ptrace_scope",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.ip_forward",
    "net.ipv4.tcp_syncookies",
    "net.ipv6.conf.all.accept_ra",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.all.disable_ipv6",
    "net.ipv6.conf.all.forwarding",
];

/// What its files say of a host; `None` where nothing tells it from another one after a reboot. The receiver says on which
/// platform it is and where it stands.
pub fn asset(root: &dyn RootFs, hostname: String) -> Option<Asset> {
    let container = container(root);
    let is_container = container.is_some();
    let identity = identity::identify(root, &hostname, is_container)?;
    let release = os_release(root).unwrap_or_default();
    let image = image(root, &release);
    let kernel = word(root, "proc/sys/kernel/osrelease");
    let mut labels = BTreeMap::from([("ql-rf.io/identity".to_owned(), identity.proof.to_owned())]);
    let mut label = |key: &str, value: Option<String>| {
        value.map(|value| labels.insert(format!("ql-rf.io/{key}"), value));
    };
    label("container", container);
    label("virtualization", virtualization(root).map(str::to_owned));
    label("cloud", cloud(root).map(str::to_owned));
    label("image-family", image.family);
    Some(Asset {
        name: hostname,
        region: region(root),
        image_ref: image.reference,
        os: (!release.is_empty()).then(|| os(&release, kernel, None)),
        state: AssetState::Running,
        labels,
        config: Some(settings(root)).filter(|settings| !settings.is_empty()),
        identities: identity::identities(root, is_container),
        ..Asset::new(identity.native_id, Platform::Local, AssetKind::Host)
    })
}

fn settings(root: &dyn RootFs) -> BTreeMap<String, String> {
    let mut settings = sysctls(root);
    match sshd::settings(root) {
        Ok(found) => {
            let found = found.unwrap_or_default();
            settings.extend(
                found
                    .into_iter()
                    .map(|(keyword, value)| (format!("sshd:{keyword}"), value)),
            );
        }
        Err(error) => tracing::info!("the settings of sshd are unknown: {error}"),
    }
    settings
}

/// Of a text that a person wrote about hosts into a configuration.
pub fn check_text(name: &str, text: &str) -> Result<(), String> {
    match text.is_empty() || text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
        true => Err(format!(
            "\"{name}\" must have 1 to {TEXT_CHARS_MAX} characters, none of them control characters"
        )),
        false => Ok(()),
    }
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "names the values in the schema; the type itself lives in core, which knows no schemas"
)]
pub enum CriticalityName {
    Low,
    Medium,
    High,
    Critical,
    Unknown,
}

/// Trimmed text of a small file, without control characters; `None` where it is absent, unreadable or empty.
pub fn word(root: &dyn RootFs, path: &str) -> Option<String> {
    let bytes = root.read(path, SMALL_FILE_BYTES_MAX).ok()??;
    let text = printable(String::from_utf8_lossy(&bytes).trim());
    (!text.is_empty()).then_some(text)
}

fn printable(text: &str) -> String {
    let printed = text.chars().filter(|c| !c.is_control());
    printed.take(WORD_CHARS_MAX).collect()
}

/// os-release(5): `/etc/os-release` wins over `/usr/lib/os-release`.
pub fn os_release(root: &dyn RootFs) -> Option<BTreeMap<String, String>> {
    ["etc/os-release", "usr/lib/os-release"].iter().find_map(|path| {
        let bytes = root.read(path, SMALL_FILE_BYTES_MAX).ok()??;
        Some(assignments(&String::from_utf8_lossy(&bytes)))
    })
}

/// `NAME=value` lines with the quoting of a shell, as os-release(5) allows it.
pub fn assignments(text: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let (name, value) = line.trim().split_once('=')?;
        let known = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        known.then(|| (name.to_owned(), unquoted(value.trim())))
    };
    text.lines().filter_map(line).collect()
}

fn unquoted(value: &str) -> String {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.map_or(value, |q| value[1..].strip_suffix(q).unwrap_or(&value[1..]));
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' && quote != Some('\'') {
            chars.next().unwrap_or('\\')
        } else {
            c
        };
        if !c.is_control() && out.len() < WORD_CHARS_MAX {
            out.push(c);
        }
    }
    out
}

pub fn os(release: &BTreeMap<String, String>, kernel: Option<String>, architecture: Option<String>) -> Os {
    let of = |key: &str| release.get(key).cloned();
    let id = of("ID").unwrap_or_else(|| "linux".to_owned());
    let name = of("PRETTY_NAME")
        .or_else(|| of("NAME"))
        .unwrap_or_else(|| id.clone());
    // Rolling distributions have no VERSION_ID.
    Os {
        id,
        version: of("VERSION_ID").unwrap_or_default(),
        name,
        kernel,
        architecture,
    }
}

/// `docker`, `podman`, `kubernetes`, … when the host is a container; the markers are those of systemd-detect-virt(1).
pub fn container(root: &dyn RootFs) -> Option<String> {
    let exists = |path: &str| matches!(root.read(path, SMALL_FILE_BYTES_MAX), Ok(Some(_)));
    if let Some(manager) = word(root, "run/systemd/container") {
        return Some(manager);
    }
    if exists("run/.containerenv") {
        return Some("podman".to_owned());
    }
    if !root
        .list("var/run/secrets/kubernetes.io")
        .unwrap_or_default()
        .is_empty()
    {
        return Some("kubernetes".to_owned());
    }
    if exists(".dockerenv") {
        return Some("docker".to_owned());
    }
    let group = word(root, "proc/1/cgroup").unwrap_or_default();
    let markers = [
        ("kubepods", "kubernetes"),
        ("/docker", "docker"),
        ("libpod", "podman"),
        ("/lxc", "lxc"),
    ];
    markers
        .iter()
        .find(|(marker, _)| group.contains(marker))
        .map(|(_, name)| (*name).to_owned())
}

/// Hypervisor by DMI vendor, else `vm` when the processor says that there is one, else `none`; `None` is unknown.
pub fn virtualization(root: &dyn RootFs) -> Option<&'static str> {
    let vendor = word(root, "sys/class/dmi/id/sys_vendor").unwrap_or_default();
    let product = word(root, "sys/class/dmi/id/product_name").unwrap_or_default();
    let known = [
        ("Amazon EC2", "amazon"),
        ("Google", "google"),
        ("VMware", "vmware"),
        ("QEMU", "qemu"),
        ("Xen", "xen"),
        ("innotek GmbH", "virtualbox"),
        ("Parallels", "parallels"),
    ];
    if let Some((_, name)) = known.iter().find(|(prefix, _)| vendor.starts_with(prefix)) {
        return Some(name);
    }
    if vendor.starts_with("Microsoft") && product.contains("Virtual Machine") {
        return Some("microsoft");
    }
    const CPUINFO_BYTES_MAX: u64 = 4 * 1024 * 1024;
    let cpu = root.read("proc/cpuinfo", CPUINFO_BYTES_MAX).ok()??;
    let cpu = String::from_utf8_lossy(&cpu);
    let flags = cpu.lines().find(|line| line.starts_with("flags"))?;
    Some(if flags.split_whitespace().any(|flag| flag == "hypervisor") {
        "vm"
    } else {
        "none"
    })
}

pub fn sysctls(root: &dyn RootFs) -> BTreeMap<String, String> {
    let read = |name: &&str| {
        let value = word(root, &format!("proc/sys/{}", name.replace('.', "/")))?;
        Some((format!("sysctl:{name}"), value))
    };
    SYSCTLS.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use qlrf_core::rootfs::Files;

    use super::*;

    #[test]
    fn os_release_is_read_with_its_quoting() {
        let text = "# c\nID=debian\nPRETTY_NAME=\"A \\\"B\\\" \\$C\"\nNAME='x\\y'\nVERSION_ID=\"12\"\nBAD-NAME=1\n=2\nOPEN=\"x\n";
        let read = assignments(text);
        assert_eq!(read["PRETTY_NAME"], "A \"B\" $C");
        assert_eq!(
            (read["NAME"].as_str(), read["OPEN"].as_str(), read.len()),
            ("x\\y", "x", 5)
        );
        assert_eq!(os(&read, None, None).version, "12");
    }

    #[test]
    fn hostile_words_stay_words() {
        let read = assignments("ID=\"\u{1b}[31mred\"\nX=\"\nY='\nZ=\\");
        assert_eq!(
            (read["ID"].as_str(), read["X"].as_str(), read["Z"].as_str()),
            ("[31mred", "", "\\")
        );
        let long = "x".repeat(5_000);
        assert_eq!(
            word(&Files::new(&[("a", &long)]), "a").unwrap().len(),
            WORD_CHARS_MAX
        );
    }

    #[test]
    fn containers_and_hypervisors_are_told_by_their_marks() {
        assert_eq!(
            container(&Files::new(&[(".dockerenv", "")])).as_deref(),
            Some("docker")
        );
        assert_eq!(
            container(&Files::new(&[("proc/1/cgroup", "0::/kubepods.slice/x")])).as_deref(),
            Some("kubernetes")
        );
        assert_eq!(
            container(&Files::new(&[("proc/1/cgroup", "0::/init.scope")])),
            None
        );
        assert_eq!(
            virtualization(&Files::new(&[("proc/cpuinfo", "flags : fpu hypervisor\n")])),
            Some("vm")
        );
        assert_eq!(virtualization(&Files::default()), None);
    }
}
