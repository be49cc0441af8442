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

    /// The program of exactly this path among those that are allowed. A name is looked for nowhere, and a link that leads to
    /// an allowed program is another path.
    pub fn find<'a>(allowed: &'a [Program], path: &str) -> Option<&'a Program> {
        allowed.iter().find(|program| program.path == path)
    }

    pub fn may_be_told(&self, variable: &str) -> bool {
        self.variables.iter().any(|name| name == variable)
    }

    /// Nobody but the server's user and root could have put another one in its place.
    pub fn check(&self) -> Result<(), String> {
        let metadata = fs::metadata(Path::new(&self.path))
            .map_err(|error| format!("\"{}\" cannot be run: {error}", self.path))?;
        let (owner, ours) = (metadata.uid(), nix::unistd::geteuid().as_raw());
        if !metadata.is_file() || (owner != ours && owner != 0) || metadata.mode() & MODE_REFUSED != 0 {
            return Err(format!(
                "\"{}\" is not run: it has to be a file of root or of the server's user that nobody else may write",
                self.path
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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
}
