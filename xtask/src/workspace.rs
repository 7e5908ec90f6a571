//! Where things are, and how programs are started so that the pinned tools are found first.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Because, Failure, Outcome};

/// The work tree and its surroundings.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    tools: PathBuf,
    data: PathBuf,
}

impl Workspace {
    /// The tree this program was built from.
    ///
    /// # Errors
    /// The program or its tree cannot be found.
    pub fn find() -> Outcome<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().ok_or_else(|| Failure::new("xtask has no folder above it"))?.to_owned();
        let program = env::current_exe().because(|| "finding this program".to_owned())?;
        // target/debug/xtask
        let target = program.ancestors().nth(2).ok_or_else(|| Failure::new("this program is in no target folder"))?;
        let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let cache = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from).or_else(home);
        let cache = cache.ok_or_else(|| Failure::new("neither XDG_CACHE_HOME nor HOME is set"))?;
        let cache = cache.join("login-guard");
        Ok(Self { root, target: target.to_owned(), tools: cache.join("tools"), data: cache.join("data") })
    }

    /// A path in the work tree.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A path in Cargo's target folder.
    pub fn target(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// Where the output of a step called `name` is kept.
    pub fn log(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(format!("{name}.log"))
    }

    /// Where a tool of exactly this version is installed when the machine has another one or none.
    pub fn tool(&self, package: &str, version: &str) -> PathBuf {
        self.tools.join(format!("{package}-{version}"))
    }

    /// Where data is kept that evaluations fetch.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A program started in the root of the tree, with the installed tools first in `PATH`.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.search_path());
        command
    }

    /// Cargo, as it started this program.
    pub fn cargo(&self) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
        command
    }

    /// `PATH` with the folders of the installed tools in front.
    pub fn search_path(&self) -> OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let folders = self.tool_folders().into_iter().chain(env::split_paths(&old));
        env::join_paths(folders).unwrap_or(old)
    }

    /// The first program of this name in [`Self::search_path`].
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.search_path()).map(|folder| folder.join(program)).find(|path| path.is_file())
    }

    fn tool_folders(&self) -> Vec<PathBuf> {
        let pinned = crate::setup::pinned_tools(self).unwrap_or_default();
        let folders = pinned.iter().map(|tool| self.tool(tool.package, &tool.version).join("bin"));
        folders.filter(|folder| folder.is_dir()).collect()
    }

    /// Reads a text file of the tree.
    ///
    /// # Errors
    /// It is missing or no UTF-8; the failure names it.
    pub fn read(&self, relative: &str) -> Outcome<String> {
        fs::read_to_string(self.path(relative)).because(|| format!("reading {relative}"))
    }

    /// Every tracked or new file that is not ignored, relative, with forward slashes, sorted.
    ///
    /// # Errors
    /// git is missing, or this is no clone.
    pub fn files(&self) -> Outcome<Vec<String>> {
        let mut git = self.command("git");
        git.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        let listing = crate::process::output(&mut git)?;
        let mut files: Vec<String> = listing.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        files.retain(|name| self.path(name).is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }
}
