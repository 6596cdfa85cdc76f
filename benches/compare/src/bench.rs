//! The place where everything is measured: the corpus, the drive, homes in the states that rows begin with.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use crate::corpus::Corpus;
use crate::disk;
use crate::drive;
use crate::drive::Drive;
use crate::measure::Run;

/// Longer than the program distrusts a file that was just written.
const GRAIN: Duration = Duration::from_millis(2_500);

/// A corpus with its drive and homes.
pub(crate) struct Bench {
    /// The program that is measured.
    pub(crate) program: PathBuf,
    /// A scratch folder.
    pub(crate) folder: PathBuf,
    /// The skills.
    pub(crate) corpus: Corpus,
    /// The drive that has them.
    pub(crate) drive: Drive,
}

impl Bench {
    /// A home's folder by its name.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.folder.join("homes").join(name)
    }

    /// The program with arguments in a home, logged in there or not.
    pub(crate) fn ours(&self, home: &Path, args: &[&str]) -> Run {
        let argv = std::iter::once(self.program.display().to_string());
        Run {
            argv: argv.chain(args.iter().map(|arg| (*arg).to_owned())).collect(),
            env: drive::environment(home, Some(&self.drive.url)),
            folder: home.to_path_buf(),
            also: Vec::new(),
        }
    }

    /// A public tool, in the scratch folder.
    pub(crate) fn tool(&self, argv: &[&str]) -> Run {
        Run {
            argv: argv.iter().map(|arg| (*arg).to_owned()).collect(),
            env: drive::environment(&self.folder, None),
            folder: self.folder.clone(),
            also: Vec::new(),
        }
    }

    /// The same as a line of the shell.
    pub(crate) fn shell(&self, line: &str) -> Run {
        self.tool(&["/bin/sh", "-ec", line])
    }

    /// A home in which one agent is installed and nobody did anything yet.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(crate) fn fresh(&self, name: &str) -> Result<PathBuf, Box<dyn Error>> {
        let home = self.home(name);
        disk::remove(&home)?;
        fs::create_dir_all(home.join(".claude"))?;
        Ok(home)
    }

    /// The same, logged in.
    ///
    /// # Errors
    /// When the drive does not take the key.
    pub(crate) fn logged_in(&self, name: &str) -> Result<PathBuf, Box<dyn Error>> {
        let home = self.fresh(name)?;
        let key = self.folder.join("key");
        disk::put(&key, self.drive.key.as_bytes())?;
        let login = format!("exec \"$0\" login --with-token <{}", key.display());
        let mut run = self.ours(&home, &[]);
        run.argv = ["/bin/sh", "-ec", &login, &self.program.display().to_string()].map(str::to_owned).to_vec();
        run.output()?;
        Ok(home)
    }

    /// A home that is in sync with the drive; the one of that name, if it is there. It has been so long enough that the program knows every file without reading it.
    ///
    /// # Errors
    /// When a sync fails.
    pub(crate) fn in_sync(&self, name: &str) -> Result<PathBuf, Box<dyn Error>> {
        if self.home(name).exists() {
            return Ok(self.home(name));
        }
        let home = self.logged_in(name)?;
        self.ours(&home, &["sync", "--yes"]).output()?;
        self.rest(&home)?;
        Ok(home)
    }

    /// Waits until the program may trust what it sees of the files, and has it look once.
    ///
    /// # Errors
    /// When the sync fails.
    pub(crate) fn rest(&self, home: &Path) -> Result<(), Box<dyn Error>> {
        std::thread::sleep(GRAIN);
        self.ours(home, &["sync", "--yes"]).output()?;
        Ok(())
    }

    /// The folder of a home's skills.
    pub(crate) fn skills_of(home: &Path) -> PathBuf {
        home.join(".agents/skills")
    }
}
