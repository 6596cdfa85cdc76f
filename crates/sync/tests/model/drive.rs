//! A drive in memory, written from the contract and not from the real one. It must not be lenient towards the client:
//! what the contract forbids panics or is an error here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use skillzdrive_sync::Known;
use skillzdrive_sync::Sides;
use skillzdrive_sync::affordable;
use skillzdrive_sync::as_told_by_drive;
use skillzdrive_sync::classify;
use skillzdrive_sync::may_execute;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::RunId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Balance;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::ExecuteResult;
use skillzdrive_wire::sync::Executed;
use skillzdrive_wire::sync::FinalizeRequest;
use skillzdrive_wire::sync::Finalized;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::PlanCredits;
use skillzdrive_wire::sync::Preview;
use skillzdrive_wire::sync::PreviewRequest;
use skillzdrive_wire::sync::ResultStatus;
use skillzdrive_wire::sync::RunStatus;
use skillzdrive_wire::sync::StepStatus;
use skillzdrive_wire::sync::UploadInstruction;

/// A skill's bytes, by number: every edit of a person makes a new one.
pub(crate) type Bytes = u32;

pub(crate) fn sha(bytes: Bytes) -> ContentSha {
    let mut digest = [0; 32];
    digest[..4].copy_from_slice(&bytes.to_be_bytes());
    ContentSha::from_digest(&digest)
}

pub(crate) fn bytes_of(sha: &ContentSha) -> Bytes {
    Bytes::from_str_radix(&sha.as_str()[..8], 16).expect("a digest is hexadecimal")
}

pub(crate) fn credits(count: u64) -> i64 {
    i64::try_from(count).expect("nobody has that many")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    VersionConflict,
    Credits,
    NotOwned,
    NotFound,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) current: Bytes,
    pub(crate) owned: bool,
    pub(crate) enabled: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) balance: i64,
    pub(crate) granted: i64,
    pub(crate) watermark: Option<u64>,
    pub(crate) skills: BTreeMap<Slug, Entry>,
    pub(crate) tombstones: BTreeSet<Slug>,
    /// Every version ever sent, removed skills included.
    pub(crate) history: BTreeMap<Slug, Vec<Bytes>>,
    /// What was paid, for what.
    pub(crate) charges: Vec<(String, Slug, u64)>,
    /// How often a slug entered this drive through a paid or free addition.
    pub(crate) additions: u64,
}

#[derive(Debug)]
struct RunRow {
    account: usize,
    install: InstallId,
    free: bool,
    reserved: BTreeMap<Slug, u64>,
    /// What arrived. A run sends a slug once: where the drive has lost or removed it since, a resumed run must neither
    /// bring it back nor be charged again.
    sent: BTreeSet<Slug>,
    closed: Option<Finalized>,
    opened: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Drive {
    pub(crate) accounts: Vec<Account>,
    pub(crate) public: BTreeMap<Slug, Vec<Bytes>>,
    /// A broken or hostile drive: what it says about this slug, whatever its table says.
    pub(crate) lie: Option<(Slug, Action)>,
    runs: BTreeMap<RunId, RunRow>,
    hours: u64,
}

impl Drive {
    pub(crate) fn new(accounts: usize, balance: i64) -> Self {
        let account = || Account { balance, granted: balance, ..Account::default() };
        Self { accounts: (0..accounts).map(|_| account()).collect(), ..Self::default() }
    }

    pub(crate) fn reserved(&self, account: usize) -> u64 {
        let open = self.runs.values().filter(|run| run.account == account && run.closed.is_none());
        open.flat_map(|run| run.reserved.values()).sum()
    }

    fn available(&self, account: usize) -> u64 {
        let reserved = credits(self.reserved(account));
        u64::try_from(self.accounts[account].balance - reserved).expect("more was reserved than there is")
    }

    /// Every version of the skill that the account's drive has or had under this name.
    pub(crate) fn versions(&self, account: usize, slug: &Slug) -> &[Bytes] {
        let owner = &self.accounts[account];
        match owner.skills.get(slug) {
            Some(entry) if !entry.owned => self.public.get(slug).map_or(&[], Vec::as_slice),
            _ => owner.history.get(slug).map_or(&[], Vec::as_slice),
        }
    }

    fn current(&self, account: usize, slug: &Slug) -> Option<Bytes> {
        self.accounts[account].skills.get(slug).map(|entry| entry.current)
    }

    fn table(&self, account: usize, slug: &Slug, local: Option<&ContentSha>, base: Option<&ContentSha>) -> Action {
        let drive = self.current(account, slug).map(sha);
        let l = local.map(bytes_of);
        let versions = self.versions(account, slug);
        let at = versions.iter().rposition(|v| Some(*v) == self.current(account, slug)).unwrap_or(0);
        let known = Known {
            local_is_public_version: l.is_some_and(|l| self.public.get(slug).is_some_and(|all| all.contains(&l))),
            local_is_earlier_version: l.is_some_and(|l| versions[..at].contains(&l)),
            owned: self.owned(account, slug),
            tombstone: self.accounts[account].tombstones.contains(slug),
        };
        classify(Sides { local, drive: drive.as_ref(), base }, known)
    }

    fn owned(&self, account: usize, slug: &Slug) -> bool {
        self.accounts[account].skills.get(slug).is_none_or(|entry| entry.owned)
    }

    fn is_free(&self, account: usize, kind: &Kind) -> bool {
        *kind == Kind::FirstRun && self.accounts[account].watermark.is_none()
    }

    /// The cost of an addition, given how many skills the drive holds with it.
    fn price(&self, account: usize, free: bool, count: u64) -> u64 {
        u64::from(!free && count > self.accounts[account].watermark.unwrap_or(0))
    }

    pub(crate) fn preview(&self, account: usize, request: &PreviewRequest) -> Preview<Value> {
        let local: BTreeMap<&Slug, _> = request.local.iter().map(|skill| (&skill.slug, skill)).collect();
        let owner = &self.accounts[account];
        let slugs: BTreeSet<&Slug> = local.keys().copied().chain(owner.skills.keys()).collect();
        let mut count = owner.skills.len() as u64;
        let free = self.is_free(account, &request.kind);
        let mut classifications = Vec::new();
        let mut required = 0;
        for slug in slugs {
            let l = local.get(slug).map(|skill| &skill.content_sha);
            let b = local.get(slug).and_then(|skill| skill.base_sha.as_ref());
            let table = as_told_by_drive(self.table(account, slug, l, b));
            let lie = self.lie.as_ref().filter(|(about, _)| about == slug).map(|(_, action)| action.clone());
            let claims_equal = lie == Some(Action::InSync);
            let action = lie.unwrap_or(table);
            let adds = matches!(action, Action::ClaimPublic | Action::UploadPrivate | Action::Conflict)
                && !owner.skills.contains_key(slug);
            count += u64::from(adds);
            let credit_cost = if adds { self.price(account, free, count) } else { 0 };
            required += credit_cost;
            classifications.push(
                serde_json::to_value(Classification {
                    slug: slug.clone(),
                    action,
                    credit_cost,
                    local_sha: l.cloned(),
                    drive_sha: if claims_equal { l.cloned() } else { self.current(account, slug).map(sha) },
                    base_sha: b.cloned(),
                    version: None,
                    content_size: None,
                    reason: None,
                    extra: [("newer_field".to_owned(), Value::from(1))].into_iter().collect(),
                })
                .expect("a classification is JSON"),
            );
        }
        let balance = credits(self.available(account));
        let after = balance - credits(required);
        Preview { classifications, credits: PlanCredits { balance, required, after } }
    }

    /// One transaction: either all of it is returned and done, or nothing is.
    pub(crate) fn execute(
        &mut self,
        account: usize,
        install: InstallId,
        (kind, mode): (&Kind, &Mode),
        asked: &[Value],
    ) -> Result<Executed, Refusal> {
        let free = self.is_free(account, kind);
        let mut count = self.accounts[account].skills.len() as u64;
        let mut results = Vec::new();
        for value in asked {
            assert_eq!(value["newer_field"], 1, "an unknown field was lost: {value}");
            let asked: Classification = serde_json::from_value(value.clone()).expect("the preview's own object");
            let slug = asked.slug.clone();
            let owned = self.owned(account, &slug);
            let lies = self.lie.as_ref().is_some_and(|(about, _)| *about == slug)
                && asked.action == Action::DownloadUpdate
                && asked.drive_sha.is_some();
            let table = self.table(account, &slug, asked.local_sha.as_ref(), asked.base_sha.as_ref());
            let sends = matches!(asked.action, Action::ClaimPublic | Action::UploadPrivate | Action::UploadUpdate);
            let adds = sends && !self.accounts[account].skills.contains_key(&slug);
            let cost = if adds { self.price(account, free, count + 1) } else { 0 };
            let unchanged = self.current(account, &slug).map(sha) == asked.drive_sha;
            let nothing_to_fetch = !sends && asked.drive_sha.is_none();
            let status = if !unchanged || nothing_to_fetch || cost > asked.credit_cost {
                ResultStatus::Stale
            } else if asked.action == Action::UploadUpdate && !owned {
                ResultStatus::Failed
            } else if !lies && !may_execute(&asked.action, &table, owned) {
                ResultStatus::Stale
            } else if asked.action == Action::ClaimPublic {
                ResultStatus::Committed
            } else {
                ResultStatus::Deferred
            };
            let goes = matches!(status, ResultStatus::Committed | ResultStatus::Deferred);
            count += u64::from(adds && goes);
            let download = (goes && !sends).then(|| {
                let sha = asked.drive_sha.clone().expect("a download needs something in the drive");
                Download { url: format!("/zip/{sha}"), content_sha: sha, content_size: 0, version: 0 }
            });
            let upload = (status == ResultStatus::Deferred && sends).then(UploadInstruction::default);
            let credit_cost = if goes { cost } else { 0 };
            let reason = None;
            results.push((
                asked.local_sha,
                ExecuteResult { slug, action: asked.action, status, credit_cost, reason, upload, download },
            ));
        }
        self.commit(account, install, free, mode, results)
    }

    fn commit(
        &mut self,
        account: usize,
        install: InstallId,
        free: bool,
        mode: &Mode,
        mut results: Vec<(Option<ContentSha>, ExecuteResult)>,
    ) -> Result<Executed, Refusal> {
        let available = self.available(account);
        if *mode == Mode::AsManyAsCreditsAllow {
            let fits: BTreeSet<Slug> = affordable(results.iter().map(|(_, r)| (&r.slug, r.credit_cost)), available)
                .into_iter()
                .cloned()
                .collect();
            for (_, result) in results.iter_mut().filter(|(_, r)| !fits.contains(&r.slug)) {
                result.status = ResultStatus::Skipped;
                result.reason = Some("insufficient_credits".to_owned());
                result.credit_cost = 0;
            }
        }
        if results.iter().map(|(_, result)| result.credit_cost).sum::<u64>() > available {
            return Err(Refusal::Credits);
        }
        let run_id = RunId(format!("run-{}", self.runs.len()));
        let mut reserved = BTreeMap::new();
        for (local, result) in &results {
            match result.status {
                ResultStatus::Committed => {
                    self.add(account, &result.slug, bytes_of(local.as_ref().expect("a claim has local bytes")), false);
                    self.charge(account, &run_id, &result.slug, result.credit_cost);
                }
                ResultStatus::Deferred if result.upload.is_some() => {
                    reserved.insert(result.slug.clone(), result.credit_cost);
                }
                _ => {}
            }
        }
        let row = RunRow { account, install, free, reserved, sent: BTreeSet::new(), closed: None, opened: self.hours };
        self.runs.insert(run_id.clone(), row);
        let balance = self.accounts[account].balance;
        Ok(Executed { run_id, results: results.into_iter().map(|(_, r)| r).collect(), credits: Balance { balance } })
    }

    fn add(&mut self, account: usize, slug: &Slug, current: Bytes, owned: bool) {
        let owner = &mut self.accounts[account];
        owner.tombstones.remove(slug);
        owner.additions += 1;
        let before = owner.skills.insert(slug.clone(), Entry { current, owned, enabled: true });
        assert!(before.is_none(), "`{slug}` was added twice");
    }

    fn charge(&mut self, account: usize, reason: &RunId, slug: &Slug, cost: u64) {
        if cost > 0 {
            let owner = &mut self.accounts[account];
            owner.balance -= credits(cost);
            owner.charges.push((reason.0.clone(), slug.clone(), cost));
        }
    }

    /// `process-skill` with a ticket of the run: the bytes arrive.
    pub(crate) fn process(
        &mut self,
        account: usize,
        run: &RunId,
        slug: &Slug,
        content: Bytes,
        base: Option<Bytes>,
    ) -> Result<ContentSha, Refusal> {
        let current = self.current(account, slug);
        if current == Some(content) {
            return Ok(sha(content));
        }
        if !self.owned(account, slug) {
            return Err(Refusal::NotOwned);
        }
        let row = self.runs.get(run).ok_or(Refusal::NotFound)?;
        if current != base || row.sent.contains(slug) {
            return Err(Refusal::VersionConflict);
        }
        if current.is_none() {
            let count = self.accounts[account].skills.len() as u64 + 1;
            let available = self.available(account);
            let row = self.runs.get_mut(run).ok_or(Refusal::NotFound)?;
            let held = row.reserved.remove(slug).filter(|_| row.closed.is_none());
            let free = row.free;
            let cost = held.unwrap_or_else(|| self.price(account, free, count));
            if held.is_none() && cost > available {
                return Err(Refusal::Credits);
            }
            self.add(account, slug, content, true);
            self.charge(account, run, slug, cost);
        }
        self.runs.get_mut(run).ok_or(Refusal::NotFound)?.sent.insert(slug.clone());
        let owner = &mut self.accounts[account];
        owner.skills.get_mut(slug).expect("it was added").current = content;
        owner.history.entry(slug.clone()).or_default().push(content);
        Ok(sha(content))
    }

    pub(crate) fn finalize(&mut self, account: usize, request: &FinalizeRequest) -> Result<Finalized, Refusal> {
        let count = self.accounts[account].skills.len() as u64;
        let row = self.runs.get_mut(&request.run_id).ok_or(Refusal::NotFound)?;
        assert_eq!((row.account, row.install), (account, request.install_id), "a foreign run was finalized");
        if let Some(before) = &row.closed {
            return Ok(before.clone());
        }
        let watermark = &mut self.accounts[account].watermark;
        if row.free && watermark.is_none() {
            *watermark = Some(count);
        }
        let done = request.results.iter().all(|result| result.status == StepStatus::Done);
        let answer = Finalized {
            run_id: request.run_id.clone(),
            status: if done { RunStatus::Completed } else { RunStatus::Partial },
            drive_count: count,
            grandfather_high_water: *watermark,
        };
        row.closed = Some(answer.clone());
        Ok(answer)
    }

    /// A day and an hour go by: runs that nobody finalized are closed as abandoned.
    pub(crate) fn day(&mut self) {
        self.hours += 25;
        for (id, row) in self.runs.iter_mut().filter(|(_, row)| row.closed.is_none() && row.opened + 24 < self.hours) {
            let status = RunStatus::Other("abandoned".to_owned());
            let grandfather_high_water = None;
            row.closed = Some(Finalized { run_id: id.clone(), status, drive_count: 0, grandfather_high_water });
        }
    }

    /// An artifact by its digest: every version of every skill is kept.
    pub(crate) fn artifact(&self, account: usize, slug: &Slug, content: Bytes) -> Option<Bytes> {
        let public = self.public.get(slug).into_iter();
        public.chain(self.accounts[account].history.get(slug)).flatten().copied().find(|v| *v == content)
    }

    pub(crate) fn remove(&mut self, account: usize, slug: &Slug) {
        let owner = &mut self.accounts[account];
        if owner.skills.remove(slug).is_some() {
            owner.tombstones.insert(slug.clone());
        }
    }

    /// The drive comes back from a backup without the skill and without any memory of it.
    pub(crate) fn lose(&mut self, account: usize, slug: &Slug) {
        self.accounts[account].skills.remove(slug);
    }

    pub(crate) fn import(&mut self, account: usize, slug: &Slug) {
        let latest = self.public.get(slug).and_then(|all| all.last().copied());
        if let Some(latest) = latest.filter(|_| self.current(account, slug).is_none() && self.available(account) > 0) {
            self.add(account, slug, latest, false);
            self.charge(account, &RunId("import".to_owned()), slug, 1);
        }
    }

    pub(crate) fn accept(&mut self, account: usize, slug: &Slug) {
        let latest = self.public.get(slug).and_then(|all| all.last().copied());
        let outdated = self.accounts[account].skills.get(slug).is_some_and(|e| !e.owned && Some(e.current) != latest);
        if let Some(latest) = latest.filter(|_| outdated && self.available(account) > 0) {
            self.accounts[account].skills.get_mut(slug).expect("it is outdated").current = latest;
            self.charge(account, &RunId("accept".to_owned()), slug, 1);
        }
    }
}
