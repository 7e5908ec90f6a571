//! The shared vectors, in the wasm build of the protocol crate and in the browser's own HMAC.

use login_guard::boundary::{Browser, Value as Message};
use login_guard_protocol::{
    Digest, LoginName, Platform, Transcript, base64url, challenge,
    evidence::{Tags, Writer, component_message, member_message},
    field::LoginField,
    jwk::PublicKey,
};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::digest_key;

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a vector file is a list")
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().expect("a text member")
}

fn bytes(vector: &Value, member: &str) -> Vec<u8> {
    base64url::decode(text(vector, member)).expect("base64url")
}

#[wasm_bindgen_test]
fn transcripts_are_as_published() {
    for vector in vectors(include_str!("../../crates/protocol/vectors/transcript.json")) {
        let parts = vector["parts"].as_array().expect("parts");
        let made = parts.iter().fold(Transcript::new(text(&vector, "label")), |transcript, part| {
            transcript.part(&base64url::decode(part.as_str().expect("text")).expect("base64url"))
        });
        assert_eq!(made.as_bytes(), bytes(&vector, "bytes"));
        assert_eq!(made.digest().to_base64url(), text(&vector, "digest"));
    }
}

#[wasm_bindgen_test]
fn names_keys_and_steps_are_as_published() {
    for vector in vectors(include_str!("../../crates/protocol/vectors/name.json")) {
        let platform = Platform::parse(text(&vector, "platform")).expect("a platform");
        let name = LoginName::parse(text(&vector, "name")).expect("a name");
        assert_eq!(name.digest(&platform).as_digest().to_base64url(), text(&vector, "digest"));
    }
    for vector in vectors(include_str!("../../crates/protocol/vectors/key.json")) {
        let key = PublicKey::parse(text(&vector, "x"), text(&vector, "y")).expect("a key");
        assert_eq!(key.key_id().to_string(), text(&vector, "key_id"));
    }
    for vector in vectors(include_str!("../../crates/protocol/vectors/step.json")) {
        let digest = challenge::step_digest(text(&vector, "step"), text(&vector, "payload").as_bytes());
        assert_eq!(digest.to_base64url(), text(&vector, "digest"));
    }
}

#[wasm_bindgen_test]
async fn components_are_digested_as_published() {
    for vector in vectors(include_str!("../../crates/protocol/vectors/component.json")) {
        let message = component_message(text(&vector, "name"), &bytes(&vector, "reading"));
        assert_eq!(message, bytes(&vector, "message"));
        let key = digest_key(Some(&bytes(&vector, "digest_key"))).await;
        let macs = Browser::current().digests(Some(&key), &[message.as_slice().into()]).await.expect("an HMAC");
        assert_eq!(macs.first().and_then(|mac| mac.get(..16)), Some(bytes(&vector, "digest").as_slice()));
    }
}

#[wasm_bindgen_test]
async fn sets_are_digested_as_published() {
    for vector in vectors(include_str!("../../crates/protocol/vectors/set.json")) {
        let key = digest_key(Some(&bytes(&vector, "digest_key"))).await;
        let members =
            vector["members"].as_array().expect("members").iter().map(|member| member.as_str().expect("text"));
        let messages: Vec<Message> =
            members.map(|member| member_message(text(&vector, "name"), member.as_bytes()).as_slice().into()).collect();
        let mut tags = Tags::default();
        for mac in Browser::current().digests(Some(&key), &messages).await.expect("HMACs") {
            tags.insert(*mac.first_chunk().expect("32 bytes"));
        }
        assert_eq!(tags.to_string(), text(&vector, "tags"));
    }
}

#[wasm_bindgen_test]
fn evidence_is_written_as_published() {
    for vector in vectors(include_str!("../../crates/protocol/vectors/evidence.json")) {
        let mut writer = Writer::default();
        for component in vector["components"].as_array().expect("components") {
            let name = text(component, "name");
            match text(component, "state") {
                "present" => writer.present(name, &bytes(component, "digest").try_into().expect("16 bytes")),
                "absent" => writer.absent(name, text(component, "reason")),
                "failed" => writer.failed(name, text(component, "reason")),
                "set" => writer.set(name, &Tags::parse(text(component, "tags")).expect("tags")),
                state => {
                    assert_eq!(state, "noisy");
                    writer.noisy(name);
                }
            }
        }
        for fact in vector["facts"].as_array().expect("facts") {
            writer.fact(text(fact, "name"), text(fact, "value"));
        }
        let written = writer.into_bytes();
        assert_eq!(String::from_utf8_lossy(&written), text(&vector, "document"));
        assert_eq!(Digest::of(&written).to_base64url(), text(&vector, "digest"));
    }
}

#[wasm_bindgen_test]
fn login_fields_are_read_as_published() {
    for vector in vectors(include_str!("../../crates/protocol/vectors/login-field.json")) {
        let parsed = LoginField::parse(text(&vector, "field"));
        match vector["error"].as_str() {
            Some(code) => assert_eq!(parsed.map_err(login_guard_protocol::ParseError::code), Err(code)),
            None => assert_eq!(parsed.expect("a field").to_string(), text(&vector, "field")),
        }
    }
}
