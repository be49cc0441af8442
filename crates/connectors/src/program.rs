//! Programs that connectors of an organisation may have run: `acme=/usr/local/libexec/acme-eks-login:AWS_REGION`.
//!
//! **Invariant:** what is run is what the operator wrote, at the path that the operator wrote. Nothing is allowed by default,
//! for a program runs with the rights of the server.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::grant::Whom;
use crate::secret::{absolute, variable};

/// Writing by others than the owner.
const MODE_REFUSED: u32 = 0o022;
const STICKY: u32 = 0o1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedProgram {
    to: Whom,
    program: Program,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    path: String,
    /// Variables that may be set for it.
    variables: Vec<String>,
}

impl AllowedProgram {
    pub fn parse(text: &str) -> Result<AllowedProgram, String> {
        let form = "ORGANISATION=/path/of/program, and after it `:NAME` for each variable that may be set";
        let (to, program) = Whom::split(text, form)?;
        let mut words = program.split(':');
        let path = words.next().and_then(absolute);
        let path = path.and_then(|path| path.to_str().map(str::to_owned));
        let path = path.ok_or("after the `=` it takes the absolute path of a program, without `..`")?;
        let variables: Vec<String> = words.map(named).collect::<Result<_, _>>()?;
        let program = Program { path, variables };
        Ok(AllowedProgram { to, program })
    }

    /// For this organisation, by its short name.
    pub fn of(&self, org: &str) -> Option<&Program> {
        self.to.is(org).then_some(&self.program)
    }
}

/// A name that the operator may allow. The loader's own variables would run any code in place of the program's; of what an
/// interpreter reads (`PYTHONPATH`, `BASH_ENV`), whoever allows it has to know.
fn named(name: &str) -> Result<String, String> {
    let chooses_code =
        |name: &str| name == "PATH" || ["LD_", "DYLD_"].iter().any(|own| name.starts_with(own));
    match variable(name) {
        Some(name) if chooses_code(&name) => {
            Err(format!("`{name}` would let whoever sets it choose what is run"))
        }
        Some(name) => Ok(name),
        None => Err("after the path it takes `:` and the whole name of a variable".to_owned()),
    }
}

impl Program {
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The program of exactly this path among those that are allowed, with the variables of each time that it was. A name is
    /// looked for nowhere, and a link that leads to an allowed program is another path.
    pub fn find(allowed: &[Program], path: &str) -> Option<Program> {
        let mut same = allowed.iter().filter(|program| program.path == path);
        let mut found = same.next()?.clone();
        found
            .variables
            .extend(same.flat_map(|more| more.variables.clone()));
        Some(found)
    }

    pub fn may_be_told(&self, variable: &str) -> bool {
        self.variables.iter().any(|name| name == variable)
    }

    /// Nobody but the server's user and root could have put another one in its place.
    pub fn check(&self) -> Result<(), String> {
        let path = Path::new(&self.path);
        let real = path.canonicalize();
        let real = real.map_err(|error| format!("\"{}\" cannot be run: {error}", self.path))?;
        if !real.is_file() {
            return Err(format!("\"{}\" is not run: it is no file", self.path));
        }
        // A link is replaced in its own folder, and what it leads to in another.
        let folders = path.ancestors().chain(real.ancestors()).skip(1);
        match folders.chain([real.as_path()]).find(|place| !is_kept(place)) {
            None => Ok(()),
            Some(open) => Err(format!(
                "\"{}\" is not run: \"{}\" has to be of root or of the server's user, and nobody else may write it",
                self.path,
                open.display()
            )),
        }
    }
}

/// Nobody else may write it. In a folder such as `/tmp` all may, and each only what is theirs.
fn is_kept(place: &Path) -> bool {
    let Ok(metadata) = fs::metadata(place) else {
        return false;
    };
    let owner = metadata.uid();
    let shared = metadata.is_dir() && metadata.mode() & STICKY != 0;
    let ours = owner == 0 || owner == nix::unistd::geteuid().as_raw();
    ours && (shared || metadata.mode() & MODE_REFUSED == 0)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_program_is_allowed_by_its_whole_path_to_those_who_were_named() {
        let allowed = AllowedProgram::parse("acme=/usr/bin/login:REGION:PROFILE").unwrap();
        assert!(allowed.of("other").is_none());
        let programs = [allowed.of("acme").unwrap().clone()];
        assert!(Program::find(&programs, "/usr/bin/login").is_some());
        for other in [
            "login",
            "/usr/bin/login2",
            "/usr/bin/../bin/login",
            "/usr/bin//login",
            "bin/login",
        ] {
            assert!(Program::find(&programs, other).is_none(), "{other}");
        }
        assert!(programs[0].may_be_told("REGION") && !programs[0].may_be_told("HOME"));
        let more = AllowedProgram::parse("*=/usr/bin/login:HOME").unwrap();
        let both = [programs[0].clone(), more.of("acme").unwrap().clone()];
        let found = Program::find(&both, "/usr/bin/login").unwrap();
        assert!(found.may_be_told("REGION") && found.may_be_told("HOME"));
        for wrong in [
            "/usr/bin/login",
            "acme=login",
            "acme=/usr/../bin/login",
            "acme=",
            "Acme=/bin/x",
            "acme=/bin/x:",
            "acme=/bin/x:LD_PRELOAD",
            "acme=/bin/x:PATH",
            "acme=/bin/x:A=B",
        ] {
            assert!(AllowedProgram::parse(wrong).is_err(), "{wrong}");
        }
    }
    #[test]
    fn nobody_else_may_put_another_in_its_place() {
        let home = tempfile::tempdir().unwrap();
        let (own, open) = (home.path().join("own"), home.path().join("open"));
        for folder in [&own, &open] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("login"), "").unwrap();
            mode(&folder.join("login"), 0o755);
        }
        mode(&own, 0o755);
        mode(&open, 0o777);
        symlink(own.join("login"), open.join("link")).unwrap();
        symlink(open.join("login"), own.join("link")).unwrap();
        let check = |path: PathBuf| {
            let path = path.to_str().unwrap().to_owned();
            let variables = Vec::new();
            Program { path, variables }.check()
        };
        check(own.join("login")).unwrap();
        for (refused, place) in [
            (open.join("login"), &open),
            (open.join("link"), &open),
            (own.join("link"), &open),
        ] {
            let said = check(refused).unwrap_err();
            assert!(
                said.contains(&format!("\"{}\" has to be", place.display())),
                "{said}"
            );
        }
        mode(&own.join("login"), 0o775);
        assert!(check(own.join("login")).is_err());
        assert!(check(own.join("absent")).unwrap_err().contains("cannot be run"));
        assert!(check(own).unwrap_err().contains("no file"));
    }

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
}
