//! Machines, drives and what people do to them. It must not sync: that is `client`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_wire::InstallId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;

use crate::drive::Bytes;
use crate::drive::Drive;
use crate::drive::credits;

pub(crate) const SLUGS: [&str; 4] = ["a", "b", "c", "d"];
pub(crate) const ACCOUNTS: usize = 2;
pub(crate) const DRIVES: usize = 2;

pub(crate) fn slug(index: u8) -> Slug {
    Slug::new(SLUGS[usize::from(index) % SLUGS.len()]).expect("a letter is a slug")
}

/// A skill folder on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    /// The folder's name, which need not be the slug.
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
    /// It holds a `.git` or is reached through a link.
    pub(crate) linked: bool,
}

#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) install: InstallId,
    pub(crate) account: usize,
    /// Whether its file system takes `A` and `a` for one name.
    pub(crate) folds_case: bool,
    pub(crate) skills: BTreeMap<Slug, Folder>,
    /// A second place of a slug, with other bytes.
    pub(crate) twins: BTreeMap<Slug, Bytes>,
    /// What the lockfile says was installed.
    pub(crate) lock: BTreeMap<Slug, Bytes>,
    pub(crate) trash: Vec<Bytes>,
    /// Displaced trees on their way to the trash; they lie on the disk, so a crash keeps them.
    pub(crate) staging: Vec<Bytes>,
    pub(crate) commit: BTreeMap<Slug, Bytes>,
    /// State dir: the base by drive, account and slug.
    pub(crate) bases: BTreeMap<(usize, usize, Slug), Bytes>,
    /// State dir: which bytes of which slug were copied for a fork.
    pub(crate) copies: BTreeMap<Slug, Bytes>,
    /// State dir: the journal by drive and account.
    pub(crate) journals: BTreeMap<(usize, usize), String>,
    /// State dir: where this installation has a finalized run.
    pub(crate) finalized: BTreeSet<usize>,
}

impl Machine {
    fn new(folds_case: bool) -> Self {
        Self {
            install: InstallId::random(),
            account: 0,
            folds_case,
            skills: BTreeMap::new(),
            twins: BTreeMap::new(),
            lock: BTreeMap::new(),
            trash: Vec::new(),
            staging: Vec::new(),
            commit: BTreeMap::new(),
            bases: BTreeMap::new(),
            copies: BTreeMap::new(),
            journals: BTreeMap::new(),
            finalized: BTreeSet::new(),
        }
    }

    /// Whether a folder of that name would meet one that another skill has.
    pub(crate) fn is_taken(&self, name: &str, by_other_than: &Slug) -> bool {
        let same = |a: &str, b: &str| if self.folds_case { a.eq_ignore_ascii_case(b) } else { a == b };
        self.skills.iter().any(|(slug, folder)| slug != by_other_than && same(&folder.name, name))
    }

    /// A person makes or copies a folder; where the name is taken the file manager says no.
    pub(crate) fn put(&mut self, slug: &Slug, name: &str, bytes: Bytes) {
        if !self.skills.contains_key(slug) && !self.is_taken(name, slug) {
            self.skills.insert(slug.clone(), Folder { name: name.to_owned(), bytes, linked: false });
        }
    }
}

/// What a person, or the world, does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Edit(u8, u8),
    /// A home-made skill in a folder that bears another slug's name in capitals.
    EditOddFolder(u8, u8, u8),
    Delete(u8, u8),
    Rename(u8, u8, u8),
    Link(u8, u8),
    Twin(u8, u8),
    Commit(u8),
    Checkout(u8),
    EmptyTrash(u8),
    WipeState(u8),
    Login(u8, u8),
    InstallPublic(u8, u8, u8, u8),
    Toggle(u8, u8, u8),
    Publish(u8, u8),
    Import(u8, u8, u8),
    Accept(u8, u8, u8),
    RemoveOnDrive(u8, u8, u8),
    LoseOnDrive(u8, u8, u8),
    Grant(u8, u8, u8),
    Day(u8),
    /// The drive says something else than its table, until somebody mends it.
    Lie(u8, u8, Action),
    Mend(u8),
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) machines: Vec<Machine>,
    pub(crate) drives: Vec<Drive>,
    /// What happened, so that a run can tell whether its histories reach what they are meant to reach.
    pub(crate) seen: BTreeSet<String>,
    next: Bytes,
    /// What must still be somewhere.
    must: BTreeSet<Bytes>,
}

impl World {
    pub(crate) fn new(machines: u8, folds_case: u8, balance: u8) -> Self {
        Self {
            machines: (0..machines).map(|m| Machine::new(folds_case & (1 << m) != 0)).collect(),
            drives: (0..DRIVES).map(|_| Drive::new(ACCOUNTS, i64::from(balance))).collect(),
            seen: BTreeSet::new(),
            next: 1,
            must: BTreeSet::new(),
        }
    }

    fn fresh(&mut self) -> Bytes {
        self.next += 1;
        self.next
    }

    /// Every byte sequence that is on a disk, in a trash or in a drive's history.
    fn alive(&self) -> BTreeSet<Bytes> {
        let disks = self.machines.iter().flat_map(|m| {
            let folders = m.skills.values().map(|folder| &folder.bytes);
            folders.chain(m.twins.values()).chain(&m.trash).chain(&m.staging).chain(m.commit.values())
        });
        let drives = self.drives.iter().flat_map(|d| {
            let sent = d.accounts.iter().flat_map(|account| account.history.values());
            d.public.values().chain(sent).flatten()
        });
        disks.chain(drives).copied().collect()
    }

    /// What the program did since the last look lost nothing that a person wrote.
    pub(crate) fn check(&self) {
        let alive = self.alive();
        let lost: Vec<&Bytes> = self.must.difference(&alive).collect();
        assert!(lost.is_empty(), "bytes {lost:?} are nowhere any more: {self:#?}");
        for drive in &self.drives {
            for account in &drive.accounts {
                let paid: u64 = account.charges.iter().map(|(_, _, cost)| cost).sum();
                assert_eq!(account.balance, account.granted - credits(paid), "money went missing");
                assert!(account.balance >= 0, "an account went into debt");
                let runs = account.charges.iter().filter(|(reason, ..)| reason.starts_with("run-"));
                let mut seen = BTreeSet::new();
                let mut paid_runs = 0;
                for (run, slug, _) in runs {
                    assert!(seen.insert((run, slug)), "`{slug}` was charged twice in {run}");
                    paid_runs += 1;
                }
                assert!(paid_runs <= account.additions, "something was charged that was not added");
            }
        }
    }

    /// A person acts. What the person destroys is not the program's loss.
    pub(crate) fn act(&mut self, act: &Act) {
        self.check();
        self.carry_out(act);
        self.must = self.alive();
    }

    pub(crate) fn machine(&self, index: u8) -> usize {
        usize::from(index) % self.machines.len()
    }

    fn carry_out(&mut self, act: &Act) {
        let drive = |index: u8| usize::from(index) % DRIVES;
        let account = |index: u8| usize::from(index) % ACCOUNTS;
        match *act {
            Act::Edit(m, s) => {
                let (m, s, bytes) = (self.machine(m), slug(s), self.fresh());
                match self.machines[m].skills.get_mut(&s) {
                    Some(folder) => folder.bytes = bytes,
                    None => self.machines[m].put(&s, s.as_str(), bytes),
                }
            }
            Act::EditOddFolder(m, s, other) => {
                let (m, s, bytes) = (self.machine(m), slug(s), self.fresh());
                self.machines[m].put(&s, &slug(other).as_str().to_ascii_uppercase(), bytes);
            }
            Act::Delete(m, s) => {
                let m = self.machine(m);
                self.machines[m].skills.remove(&slug(s));
            }
            Act::Rename(m, from, to) => {
                let m = self.machine(m);
                let (from, to) = (slug(from), slug(to));
                let machine = &mut self.machines[m];
                if let Some(folder) = machine.skills.get(&from).cloned() {
                    machine.put(&to, to.as_str(), folder.bytes);
                    if machine.skills.contains_key(&to) {
                        machine.skills.remove(&from);
                    }
                }
            }
            Act::Link(m, s) => {
                let m = self.machine(m);
                if let Some(folder) = self.machines[m].skills.get_mut(&slug(s)) {
                    folder.linked = !folder.linked;
                }
            }
            Act::Twin(m, s) => {
                let (m, s, bytes) = (self.machine(m), slug(s), self.fresh());
                let machine = &mut self.machines[m];
                if machine.twins.remove(&s).is_none() && machine.skills.contains_key(&s) {
                    machine.twins.insert(s, bytes);
                }
            }
            Act::Commit(m) => {
                let m = self.machine(m);
                let machine = &mut self.machines[m];
                machine.commit = machine.skills.iter().map(|(slug, folder)| (slug.clone(), folder.bytes)).collect();
            }
            Act::Checkout(m) => {
                let m = self.machine(m);
                let machine = &mut self.machines[m];
                for (slug, bytes) in machine.commit.clone() {
                    match machine.skills.get_mut(&slug) {
                        Some(folder) => folder.bytes = bytes,
                        None => machine.put(&slug, slug.as_str(), bytes),
                    }
                }
            }
            Act::EmptyTrash(m) => {
                let m = self.machine(m);
                self.machines[m].trash.clear();
            }
            Act::WipeState(m) => {
                let m = self.machine(m);
                let machine = &mut self.machines[m];
                machine.install = InstallId::random();
                machine.bases.clear();
                machine.copies.clear();
                machine.journals.clear();
                machine.finalized.clear();
            }
            Act::Login(m, a) => {
                let m = self.machine(m);
                self.machines[m].account = account(a);
            }
            Act::InstallPublic(m, d, s, version) => {
                let (m, s) = (self.machine(m), slug(s));
                let versions = self.drives[drive(d)].public.get(&s).map_or(&[][..], Vec::as_slice);
                if let Some(bytes) = versions.iter().copied().cycle().nth(usize::from(version)) {
                    let machine = &mut self.machines[m];
                    if !machine.skills.contains_key(&s) && !machine.is_taken(s.as_str(), &s) {
                        machine.put(&s, s.as_str(), bytes);
                        machine.lock.insert(s, bytes);
                    }
                }
            }
            Act::Toggle(d, a, s) => {
                if let Some(entry) = self.drives[drive(d)].accounts[account(a)].skills.get_mut(&slug(s)) {
                    entry.enabled = !entry.enabled;
                }
            }
            Act::Publish(d, s) => {
                let bytes = self.fresh();
                self.drives[drive(d)].public.entry(slug(s)).or_default().push(bytes);
            }
            Act::Import(d, a, s) => self.drives[drive(d)].import(account(a), &slug(s)),
            Act::Accept(d, a, s) => self.drives[drive(d)].accept(account(a), &slug(s)),
            Act::RemoveOnDrive(d, a, s) => self.drives[drive(d)].remove(account(a), &slug(s)),
            Act::LoseOnDrive(d, a, s) => self.drives[drive(d)].lose(account(a), &slug(s)),
            Act::Grant(d, a, n) => {
                let owner = &mut self.drives[drive(d)].accounts[account(a)];
                owner.balance += i64::from(n);
                owner.granted += i64::from(n);
            }
            Act::Day(d) => self.drives[drive(d)].day(),
            Act::Lie(d, s, ref action) => self.drives[drive(d)].lie = Some((slug(s), action.clone())),
            Act::Mend(d) => self.drives[drive(d)].lie = None,
        }
    }
}
