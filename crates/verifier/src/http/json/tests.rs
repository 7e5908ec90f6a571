use super::*;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape matters")]
struct Shape {
    name: String,
    inner: Inner,
    code: login_guard_protocol::Platform,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape matters")]
struct Inner {
    count: u32,
}

#[test]
fn problem_names_the_member_and_never_the_value() {
    for (body, detail) in [
        (r#"{"name":"hunter2","#, "expected JSON"),
        ("", "expected JSON"),
        ("hunter2", "expected JSON"),
        (r#""hunter2""#, "body: of the wrong type"),
        (r#"{"name":1,"inner":{"count":1},"code":"a"}"#, "name: of the wrong type"),
        (r#"{"name":"a","inner":{"count":"hunter2"},"code":"a"}"#, "inner.count: of the wrong type"),
        (r#"{"name":"a","inner":{"count":-7},"code":"a"}"#, "inner.count: not of the documented form"),
        (r#"{"name":"a","inner":{"count":1}}"#, "code: missing"),
        (r#"{"name":"a","inner":{},"code":"a"}"#, "inner.count: missing"),
        (r#"{"name":"a","name":"b","inner":{"count":1},"code":"a"}"#, "name: there more than once"),
        (r#"{"name":"a","inner":{"count":1},"code":"HUNTER2"}"#, "code: not of the documented form"),
        (r#"{"name":"a","inner":{"count":1},"code":"a","extra":1}"#, "extra: not a member that is known here"),
        (r#"{"name":"a","inner":{"count":1},"code":"a","Hunter2!":1}"#, "a member: not a member that is known here"),
        (r#"{"name":"a","inner":{"count":1},"code":"a"} hunter2"#, "expected one JSON object"),
    ] {
        let problem = parse::<Shape>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.code, ProblemCode::BodyInvalid, "{body}");
        assert_eq!(problem.detail.as_deref(), Some(detail), "{body}");
    }
}

#[test]
fn content_type_is_json_with_or_without_its_encoding() {
    for (value, accepted) in [
        ("application/json", true),
        ("Application/JSON; charset=UTF-8", true),
        ("application/json;charset=\"utf-8\"", true),
        ("application/json; charset=utf-16", false),
        ("application/json; profile=x", false),
        ("application/jsonp", false),
        ("text/plain", false),
        ("", false),
    ] {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_str(value).unwrap())]);
        assert_eq!(check_content_type(&headers).is_ok(), accepted, "{value}");
    }
    assert!(check_content_type(&HeaderMap::new()).is_err());
}
