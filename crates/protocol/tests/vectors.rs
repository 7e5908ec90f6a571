//! The shared vectors, natively. The same files are held against the wasm build and the TypeScript in browsers.

#![expect(clippy::expect_used, reason = "a vector that cannot be read fails the test")]

use login_guard_protocol::{
    AttemptId, Digest, LoginName, ParseError, Platform, Transcript, base64url,
    challenge::{
        self,
        work::{Answer, PuzzleAnswer, Work, point},
    },
    evidence::{Component, Evidence, Tags, Word, Writer, component_message, member_message},
    field::{Credential, LoginField},
    jwk::PublicKey,
};
use serde_json::Value;

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a vector file is a list")
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap_or_else(|| panic!("no text {member} in {vector}"))
}

fn bytes(vector: &Value, member: &str) -> Vec<u8> {
    base64url::decode(text(vector, member)).expect("base64url")
}

#[test]
fn transcripts_are_as_published() {
    for vector in vectors(include_str!("../vectors/transcript.json")) {
        let parts = vector["parts"].as_array().expect("parts");
        let made = parts.iter().fold(Transcript::new(text(&vector, "label")), |transcript, part| {
            transcript.part(&base64url::decode(part.as_str().expect("text")).expect("base64url"))
        });
        assert_eq!(made.as_bytes(), bytes(&vector, "bytes"), "{vector}");
        assert_eq!(made.digest().to_base64url(), text(&vector, "digest"), "{vector}");
    }
}

#[test]
fn name_digests_are_as_published() {
    for vector in vectors(include_str!("../vectors/name.json")) {
        let platform = Platform::parse(text(&vector, "platform")).expect("a platform");
        let name = LoginName::parse(text(&vector, "name")).expect("a name");
        assert_eq!(name.digest(&platform).as_digest().to_base64url(), text(&vector, "digest"), "{vector}");
    }
}

#[test]
fn key_ids_are_as_published() {
    for vector in vectors(include_str!("../vectors/key.json")) {
        let key = PublicKey::parse(text(&vector, "x"), text(&vector, "y")).expect("a key");
        assert_eq!(key.key_id().to_string(), text(&vector, "key_id"), "{vector}");
        assert_eq!(PublicKey::from_sec1(&key.to_sec1()), Ok(key));
    }
}

#[test]
fn step_digests_are_as_published() {
    for vector in vectors(include_str!("../vectors/step.json")) {
        let digest = challenge::step_digest(text(&vector, "step"), text(&vector, "payload").as_bytes());
        assert_eq!(digest.to_base64url(), text(&vector, "digest"), "{vector}");
    }
}

#[test]
fn component_messages_are_as_published() {
    for vector in vectors(include_str!("../vectors/component.json")) {
        let message = component_message(text(&vector, "name"), &bytes(&vector, "reading"));
        assert_eq!(message, bytes(&vector, "message"), "{vector}");
    }
}

#[test]
fn members_of_sets_are_as_published() {
    for vector in vectors(include_str!("../vectors/set.json")) {
        let key = bytes(&vector, "digest_key");
        let mut tags = Tags::default();
        let members = vector["members"].as_array().expect("members");
        for (member, message) in members.iter().zip(vector["messages"].as_array().expect("messages")) {
            let made = member_message(text(&vector, "name"), member.as_str().expect("text").as_bytes());
            assert_eq!(base64url::encode(&made), message.as_str().expect("text"));
            let mac = hmac(&key, &made);
            tags.insert([mac[0], mac[1], mac[2]]);
        }
        assert_eq!(tags.to_string(), text(&vector, "tags"));
    }
}

#[test]
fn answers_to_the_probe_are_as_published() {
    for vector in vectors(include_str!("../vectors/probe.json")) {
        let (seed, key) = (text(&vector, "seed"), bytes(&vector, "digest_key"));
        let message = challenge::probe::answer_message(seed, text(&vector, "raster"), &bytes(&vector, "pixels"));
        assert_eq!(message, bytes(&vector, "message"), "{vector}");
        assert_eq!(hmac(&key, &message)[..16], bytes(&vector, "digest"), "{vector}");
        let counter = u8::try_from(vector["counter"].as_u64().expect("a number")).expect("a byte");
        let block = Digest::of(&challenge::probe::stream_message(seed, counter));
        assert_eq!(block.to_base64url(), text(&vector, "stream"), "{vector}");
    }
}

#[test]
fn documents_with_probes_parse_within_their_limits() {
    let answer = |byte: u8| {
        let digest = base64url::encode(&[9; 16]);
        let seed = base64url::encode(&[byte; 16]);
        format!(r#"{{"seed":"{seed}","cpu":{{"state":"present","digest":"{digest}"}},"default":{{"state":"noisy"}}}}"#)
    };
    let document = |answers: &[String]| {
        Evidence::parse(
            format!(r#"{{"v":1,"components":{{}},"facts":{{}},"probes":[{}]}}"#, answers.join(",")).as_bytes(),
        )
    };
    let parsed = document(&[answer(1), answer(2)]).expect("a document");
    assert_eq!(parsed.probes.iter().map(|probe| *probe.seed.as_bytes()).collect::<Vec<_>>(), [[1; 16], [2; 16]]);
    assert_eq!(
        Evidence::parse(parsed.to_json().as_bytes()).expect("a document").probes,
        [],
        "never kept with components"
    );
    assert_eq!(document(&[answer(1), answer(2), answer(3)]), Err(ParseError::Length));
    assert_eq!(document(&[answer(1), answer(1)]), Err(ParseError::Shape));
    assert_eq!(document(&[answer(1).replace("cpu", "gpu")]), Err(ParseError::Json));
}

#[test]
fn evidence_is_written_as_published_and_parses() {
    for vector in vectors(include_str!("../vectors/evidence.json")) {
        let mut writer = Writer::default();
        for component in vector["components"].as_array().expect("components") {
            let name = text(component, "name");
            match text(component, "state") {
                "present" => writer.present(name, &bytes(component, "digest").try_into().expect("16 bytes")),
                "absent" => writer.absent(name, text(component, "reason")),
                "failed" => writer.failed(name, text(component, "reason")),
                "noisy" => writer.noisy(name),
                "set" => writer.set(name, &Tags::parse(text(component, "tags")).expect("tags")),
                other => panic!("unknown state {other}"),
            }
        }
        for fact in vector["facts"].as_array().expect("facts") {
            writer.fact(text(fact, "name"), text(fact, "value"));
        }
        let written = writer.into_bytes();
        assert_eq!(String::from_utf8_lossy(&written), text(&vector, "document"));
        assert_eq!(Digest::of(&written).to_base64url(), text(&vector, "digest"));
        let parsed = Evidence::parse(&written).expect("a document");
        assert_eq!(parsed.components.len(), vector["components"].as_array().map_or(0, Vec::len));
    }
}

#[test]
fn unknown_components_parse() {
    let parsed = Evidence::parse(br#"{"v":1,"components":{"of-tomorrow":{"state":"noisy"}},"facts":{}}"#);
    let name = Word::parse("of-tomorrow").expect("a word");
    assert_eq!(parsed.expect("a document").components.get(&name), Some(&Component::Noisy));
}

#[test]
fn login_fields_are_read_as_published() {
    for vector in vectors(include_str!("../vectors/login-field.json")) {
        let field = text(&vector, "field");
        let parsed = LoginField::parse(field);
        if let Some(code) = vector["error"].as_str() {
            assert_eq!(parsed.map_err(login_guard_protocol::ParseError::code), Err(code), "{field}");
            continue;
        }
        let parsed = parsed.expect("a field");
        assert_eq!(parsed.attempt.to_string(), text(&vector, "attempt"));
        assert_eq!(parsed.evidence, text(&vector, "evidence").as_bytes());
        assert_eq!(parsed.work.as_ref().map(ToString::to_string).as_deref(), vector["work"].as_str());
        assert_eq!(parsed.to_string(), field);
        match parsed.credential {
            Credential::Proof(jws) => assert_eq!(jws, text(&vector, "proof")),
            Credential::Keyless { reason, nonce } => {
                assert_eq!((reason.as_str(), nonce.as_str()), (text(&vector, "keyless"), text(&vector, "nonce")));
            }
        }
    }
}

#[test]
fn work_has_the_published_answer() {
    for vector in vectors(include_str!("../vectors/work.json")) {
        let work: Work = serde_json::from_value(vector["work"].clone()).expect("work");
        let block = work.block(AttemptId::parse(text(&vector, "attempt")).expect("an attempt"));
        assert_eq!(block.as_slice(), bytes(&vector, "block"), "{vector}");
        let solution = |puzzle| {
            (0..u32::MAX).map(|counter| (counter, result(&work, &block, &point(puzzle, counter)))).find_map(
                |(counter, result)| {
                    work.is_solved_by(&result).then(|| PuzzleAnswer { counter, tag: challenge::work::tag(&result) })
                },
            )
        };
        let answers: Vec<PuzzleAnswer> = (0..work.puzzles).filter_map(solution).collect();
        let answer = Answer::of(&answers);
        assert_eq!(answer.to_string(), text(&vector, "answer"), "{vector}");
        let parsed = Answer::parse(text(&vector, "answer")).expect("an answer");
        assert_eq!((parsed.count(), parsed.puzzle(answers.len())), (answers.len(), None));
        assert_eq!(parsed.puzzle(answers.len() - 1), answers.last().copied());
        assert_eq!(serde_json::to_value(&work).expect("JSON"), vector["work"]);
    }
}

fn result(work: &Work, block: &[u8], point: &[u8]) -> [u8; 16] {
    let whole = match work.iterations {
        Some(iterations) => pbkdf2(block, point, iterations),
        None => *Digest::of(&[block, point].concat()).as_bytes(),
    };
    whole[..16].try_into().expect("32 bytes")
}

/// The first block of PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2), out of the crate's own SHA-256.
fn pbkdf2(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut block = hmac(password, &[salt, &1_u32.to_be_bytes()].concat());
    let mut result = block;
    for _ in 1..iterations {
        block = hmac(password, &block);
        result.iter_mut().zip(block).for_each(|(sum, byte)| *sum ^= byte);
    }
    result
}

/// HMAC-SHA-256 (RFC 2104) under a key of at most 64 bytes.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut pad = [0; 64];
    pad[..key.len()].copy_from_slice(key);
    let inner = Digest::of(&[&pad.map(|byte| byte ^ 0x36), message].concat());
    *Digest::of(&[&pad.map(|byte| byte ^ 0x5c)[..], inner.as_bytes()].concat()).as_bytes()
}
