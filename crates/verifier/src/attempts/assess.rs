//! Assessing: spends the nonce and gives the verdict.

use login_guard_protocol::challenge::work::Work;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::verdict::Verdict;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, Digest, KeyId, ReferenceCode, base64url};

use super::asker::Asker;
use super::caller::{Caller, network};
use super::generations::Generations;
use super::handover::Handover;
use super::judge::{Judged, Presented, judge};
use super::messages::{AllowResponse, AssessRequest, Password};
use super::population;
use super::ratchet::Ratchet;
use super::record::{AttemptRecord, ChallengeRecord, MailRecord, Progress, StoredAttempt};
use super::reply::{Allowed, Reply};
use super::seeds::ask_device;
use super::submission::{self, Submission};
use super::{activity, copies, enrol};
use crate::confirm::{Occasion, external, offers};
use crate::entropy::make_bytes;
use crate::factors::contacts;
use crate::factors::notice::Recipient;
use crate::matching::Traces;
use crate::policy;
use crate::problem::{Problem, Stop};
use crate::rules::{self, Circumstances, Copies, Finding, Head, Recognised, Rows, Signature};
use crate::seal::cookie::{DeviceCookie, Generation, tag};
use crate::seal::rows::{VerifiedAccount, verify};
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{AccountKey, Change, Commit, CommitError, DeviceRow, Refusal, Scope};

/// How often a verdict is reached again when somebody else changed the account meanwhile. Each round means that another
/// log-in of the same account committed; sixteen at once on one account is an attack, and then waiting is right.
const ROUNDS: u32 = 16;

/// What an assessment rests on.
struct Case<'a> {
    services: &'a Services,
    caller: &'a Caller,
    attempt: AttemptId,
    request: &'a AssessRequest,
    digest: Digest,
    submission: Submission,
    reference: ReferenceCode,
}

/// Assesses a log-in after the password check.
///
/// `request_digest` is over API key, attempt and raw body: the same bytes again get the stored reply.
///
/// # Errors
/// As [`submission::check_login`] and [`crate::work::Brake::check`]; [`ProblemCode::NonceSpent`] for another request with a spent nonce;
/// [`ProblemCode::StoreUnavailable`] and [`ProblemCode::Internal`], with nothing decided.
pub async fn assess(
    services: &Services,
    caller: &Caller,
    attempt: AttemptId,
    request: AssessRequest,
    request_digest: Digest,
) -> Result<Reply, Problem> {
    let submission = submission::check_login(services, &caller.platform, attempt, &request.login_name, &request.proof)?;
    // before anything is written or sent, also where the back end did not open the attempt
    if let Some(submitted) = submission.submitted(&caller.platform) {
        let network = network(request.client.address);
        services.brake.check(&services.keys, submitted, &network, services.clock.now()).await?;
    }
    let reference = make_reference(services)?;
    let case = Case { services, caller, attempt, request: &request, digest: request_digest, submission, reference };
    match (&request.account, request.password) {
        (Some(account), Password::Right) => case.assess_account(account).await,
        _ => case.refuse_password().await,
    }
}

impl Case<'_> {
    /// Wrong password and unknown account: the same work, the same reply.
    async fn refuse_password(&self) -> Result<Reply, Problem> {
        if let (None, Some(key)) = (&self.submission.nonce.work, self.submission.nonce.key) {
            self.services.brake.wrong_password(&self.caller.platform, key, self.services.clock.now());
        }
        let circumstances = Circumstances {
            device: Recognised::Nothing,
            keyless: None,
            password_right: false,
            rows: Rows::Intact,
            head: Head::Current,
            cookie_kept: true,
            comparison: None,
            probe: rules::Probe::None,
            traces: Traces::default(),
            copies: Copies::None,
            signature: Signature::Sound,
        };
        let findings: Vec<Finding> = rules::find(&circumstances)
            .into_iter()
            .filter(|found| policy::decide(std::slice::from_ref(found)) == Verdict::Deny)
            .collect();
        let reply = Reply::deny(self.attempt, &self.reference, &findings);
        match self.commit(None, (reply.clone(), None, None), Vec::new()).await {
            Ok(()) => {
                self.log(Verdict::Deny, &findings);
                Ok(reply)
            }
            Err(error) => self.settle(error).await,
        }
    }

    async fn assess_account(&self, account: &AccountId) -> Result<Reply, Problem> {
        let key = AccountKey { platform: self.caller.platform.clone(), account: account.clone() };
        for _ in 0..ROUNDS {
            let snapshot = self.services.store.account(&key).await?;
            let verified = verify(&self.services.keys, &key, snapshot);
            // before anything of the account is decided, so that a code goes where it belongs
            let told = Recipient::of_login(self.request);
            if let Some(noted) = contacts::note(self.services, &key, &verified, &told)?
                && contacts::commit(self.services, &key, noted).await?
            {
                continue;
            }
            let client = Some(self.request.client.address);
            let presented = Presented::of(self.request.device_cookie.as_deref(), client);
            let mut judged = judge(self.services, &key, &verified, &self.submission, presented);
            let sightings = population::weigh_in(self.services, &key, &mut judged, &self.submission.evidence).await?;
            judged.weigh_copies();
            let findings = rules::find(&judged.circumstances);
            let verdict = policy::decide(&findings);
            let outcome = match (verdict, judged.by_key, &judged.ratchet) {
                (Verdict::Allow, Some(device), Some(state)) => {
                    self.allow(&key, &verified, (DeviceRow::clone(device), state), &judged, sightings, &findings).await
                }
                (Verdict::Allow | Verdict::Challenge, ..) => {
                    self.challenge(&key, &verified, &judged, &findings, sightings).await
                }
                (Verdict::Deny, ..) => {
                    let reply = Reply::deny(self.attempt, &self.reference, &findings);
                    self.commit(Some(account), (reply.clone(), None, None), Vec::new()).await.map(|()| reply)
                }
            };
            match outcome {
                Ok(reply) => {
                    self.log(verdict, &findings);
                    return Ok(reply);
                }
                Err(Stop::Commit(CommitError::Refused(Refusal::Stale))) => {}
                Err(stop) => return self.settle(stop).await,
            }
        }
        Err(Problem::new(ProblemCode::StoreUnavailable))
    }

    async fn allow(
        &self,
        key: &AccountKey,
        account: &VerifiedAccount,
        (mut device, state): (DeviceRow, &Ratchet),
        judged: &Judged<'_>,
        sightings: Vec<Change>,
        findings: &[Finding],
    ) -> Result<Reply, Stop> {
        device.seen_at = self.services.clock.now();
        device.epoch = self.services.epoch;
        if let Some(adopted) = &judged.adopted {
            device.evidence = adopted.to_json();
        }
        if let Some(probed) = &judged.probed {
            device.probes = probed.next.to_column();
        }
        let generation = Generations::of(self.services, key).allow(&mut device, state, judged.seen, &judged.place);
        let cookie = DeviceCookie::parse(self.request.device_cookie.as_deref().unwrap_or_default());
        activity::note(self.services, key, &mut device, (&self.request.client, self.services.clock.now()))?;
        let (mut changes, head_cookie) = enrol::put_device(self.services, key, account, device.clone());
        changes.extend(sightings);
        let set_cookies = vec![cookie.with(tag(&self.services.keys, key), generation).to_set_cookie(), head_cookie];
        let handover = self.handover(key, self.submission.nonce_digest, Some(device.device), &set_cookies);
        let response = Allowed {
            account: &key.account,
            attempt: self.attempt,
            reference: &self.reference,
            findings: findings.to_vec(),
            amr: self.request.amr.clone(),
            device: Some(&device),
            standing: device.standing,
            value: account.value_frozen_at(self.services.clock.now()).into(),
            set_cookies,
        };
        let mut response: AllowResponse = response.into();
        response.contact_pending = contacts::pending(self.services, key, account)?;
        let reply = Reply::allow(&response)?;
        self.commit(Some(&key.account), (reply.clone(), None, handover), changes).await?;
        Ok(reply)
    }

    async fn challenge(
        &self,
        key: &AccountKey,
        account: &VerifiedAccount,
        judged: &Judged<'_>,
        findings: &[Finding],
        sightings: Vec<Change>,
    ) -> Result<Reply, Stop> {
        let cookie = DeviceCookie::parse(self.request.device_cookie.as_deref().unwrap_or_default());
        let tag = tag(&self.services.keys, key);
        // a cookie that the account knows stays as it is; any other gets a generation of its own
        let known = cookie.generation_for(tag).filter(|_| judged.by_cookie.is_some()).cloned();
        let is_made = known.is_none();
        let generation = match known {
            Some(known) => known,
            None => Generation::make(self.services.entropy.as_ref()).map_err(Problem::from)?,
        };
        let cookie_digest = Generations::of(self.services, key).digest(&generation);
        let record = self.challenge_record(key, account, judged, findings, (cookie_digest, is_made))?;
        let mut set_cookies = vec![cookie.with(tag, generation).to_set_cookie()];
        let doubt = copies::doubt(self.services, key, account, judged);
        let mut changes = sightings;
        if let Some(doubt) = doubt.rows {
            changes.extend(doubt.0);
            // so that rows turned back to before this are noticed
            set_cookies.push(doubt.1);
        }
        let pending = contacts::pending(self.services, key, account)?;
        let reply = Reply::challenge(self.attempt, &key.platform, findings, &record, (&set_cookies, pending));
        let handover = self.handover(key, Digest::of(record.nonce.as_bytes()), record.device, &set_cookies);
        if let Some(found) = doubt.notice {
            let mail = contacts::reach(self.services, key, account, MailRecord::of(self.request))?;
            changes.extend(copies::notice(self.services, key, found, (mail.as_ref(), &self.reference))?);
        }
        self.commit(Some(&key.account), (reply.clone(), Some(record), handover), changes).await?;
        if let Some(found) = doubt.notice {
            copies::tell(self.services, key, found, &self.reference);
        }
        Ok(reply)
    }

    /// The same cookies for a browser that asks for them itself; none for one that cannot prove a key.
    fn handover(
        &self,
        key: &AccountKey,
        nonce: Digest,
        device: Option<DeviceId>,
        set_cookies: &[String],
    ) -> Option<Handover> {
        let cookie = DeviceCookie::parse(self.request.device_cookie.as_deref().unwrap_or_default());
        Some(Handover {
            at: self.services.clock.now().as_millis(),
            nonce,
            key: self.submission.device.key_id()?,
            name: self.submission.name,
            origin: self.submission.nonce.origin.clone(),
            shown: Generations::of(self.services, key).presented(&cookie),
            device,
            set_cookies: set_cookies.to_vec(),
        })
    }

    /// The work that a code by mail costs.
    fn issue_mail_work(&self, key: &AccountKey, cookie_known: bool) -> Result<Work, Problem> {
        let settings = self.services.platforms.get(&key.platform).ok_or(ProblemCode::Internal)?.work;
        let asked = (cookie_known, &*network(self.request.client.address));
        let now = self.services.clock.now();
        self.services.brake.issue_for_mail(self.services.entropy.as_ref(), key, &settings, asked, now)
    }

    fn challenge_record(
        &self,
        key: &AccountKey,
        account: &VerifiedAccount,
        judged: &Judged<'_>,
        findings: &[Finding],
        (cookie_digest, cookie_made): ([u8; 32], bool),
    ) -> Result<ChallengeRecord, Problem> {
        let entropy = self.services.entropy.as_ref();
        let nonce: [u8; 16] = make_bytes(entropy)?;
        let shown = self.submission.device.key_id();
        // a browser that shows the cookie of a device may hold that device's key under another login name; but the silent way
        // must never be the easy one, so nothing else may be amiss
        let mut amiss = findings.iter().filter(|found| found.weight >= policy::CHALLENGE_AT);
        let half_only = amiss.all(|found| matches!(found.code.as_str(), "key-missing" | "cookie-missing"));
        let trusted = judged.by_cookie.filter(|row| half_only && row.standing != Standing::Suspended);
        let silent = trusted.map(|row| row.public_key.key_id());
        let keys: Vec<KeyId> = silent.filter(|id| Some(*id) != shown).into_iter().collect();
        let silent_probe = trusted.filter(|_| !keys.is_empty()).map(|row| ask_device(self.services, key, row));
        let mail = contacts::reach(self.services, key, account, MailRecord::of(self.request))?;
        let offers = offers(&Occasion {
            services: self.services,
            key,
            account,
            request: self.request,
            origin: &self.submission.nonce.origin,
            silent: (&keys, silent_probe),
            device: judged.by_key.or(judged.by_cookie).map(|row| row.device),
            mail: mail.as_ref(),
        })?;
        Ok(ChallengeRecord {
            made_at: self.services.clock.now().as_millis(),
            nonce: base64url::encode(&nonce),
            name: self.submission.name,
            key: shown,
            cookie_digest,
            cookie_made,
            device: judged.by_cookie.map(|row| row.device),
            cookie_known: judged.by_cookie.is_some(),
            probe: silent_probe,
            seeds: self.submission.nonce.seeds,
            drawn: self.submission.evidence.probes.clone(),
            proved: None,
            keys,
            origin: self.submission.nonce.origin.clone(),
            epoch: self.services.epoch,
            evidence: self.submission.evidence.to_json(),
            amr: self.request.amr.clone(),
            reference: self.reference.clone(),
            work: self.issue_mail_work(key, judged.by_cookie.is_some())?,
            offers,
            external: external::passed(external::methods(self.services, key), &self.request.amr),
            mail,
            network: network(self.request.client.address),
            tries: 0,
            asker: Asker::of(self.services, key, &self.request.client),
            progress: Progress::Open,
        })
    }

    /// Spends the nonce together with whatever else the verdict changes.
    async fn commit(
        &self,
        account: Option<&AccountId>,
        (reply, challenge, handover): (Reply, Option<ChallengeRecord>, Option<Handover>),
        changes: Vec<Change>,
    ) -> Result<(), Stop> {
        let stored = StoredAttempt {
            account: account.cloned(),
            attempt: self.attempt,
            revision: 0,
            record: AttemptRecord { request: self.digest, reply, challenge, handover, ceremony: None },
        };
        let mut all = vec![Change::SpendNonce(stored.to_row(self.services, &self.caller.platform)?)];
        all.extend(changes);
        let scope = Scope { platform: self.caller.platform.clone(), account: account.cloned() };
        self.services.store.commit(Commit { scope, changes: all }).await.map_err(Stop::Commit)
    }

    /// A nonce spent before: the stored reply for the same bytes, a refusal for any others.
    async fn settle(&self, stop: Stop) -> Result<Reply, Problem> {
        match stop {
            Stop::Problem(problem) => Err(problem),
            Stop::Commit(CommitError::Refused(Refusal::Spent)) => {
                StoredAttempt::repeat(self.services, &self.caller.platform, self.attempt, self.digest).await
            }
            Stop::Commit(error) => Err(error.into()),
        }
    }

    fn log(&self, verdict: Verdict, findings: &[Finding]) {
        let codes: Vec<&str> = findings.iter().map(|found| found.code.as_str()).collect();
        tracing::info!(
            attempt.platform = %self.caller.platform,
            attempt.reference = %self.reference,
            attempt.verdict = ?verdict,
            attempt.findings = codes.join(","),
            "assessed"
        );
        if codes.iter().any(|code| code.starts_with("account-")) {
            tracing::warn!(
                alarm = "account-integrity",
                attempt.platform = %self.caller.platform,
                attempt.reference = %self.reference,
                "the rows of an account are not what was written"
            );
        }
    }
}

/// Makes a code that support can look up: 40 random bits in Crockford's base 32, without letters that look like digits.
fn make_reference(services: &Services) -> Result<ReferenceCode, Problem> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes: [u8; 8] = make_bytes(services.entropy.as_ref())?;
    let letters: String =
        bytes.iter().filter_map(|b| ALPHABET.get(usize::from(b % 32))).map(|b| char::from(*b)).collect();
    let (left, right) = letters.split_at(4);
    ReferenceCode::parse(&format!("LG-{left}-{right}")).map_err(|_| ProblemCode::Internal.into())
}
