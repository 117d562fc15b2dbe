//! Everything but SQL. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use exmex::{Express, FlatEx, FloatOpsFactory, MatchLiteral};
use regex::bytes::{Regex, RegexBuilder};
use ring::{digest, hmac};
use serde_json::Value;

use super::{Wrong, hold, wrong};
use crate::content::checks::{Algorithm, Alphabet, Stated};

/// By so much, relative to the larger one, two numbers may differ that are the same but for rounding.
const ROUNDING: f64 = 1e-9;

// Numbers as they are written in estimates: 86400, 0.5, 100e6.
exmex::literal_matcher_from_pattern!(Numbers, r"^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?");

type Formula = FlatEx<f64, FloatOpsFactory<f64>, Numbers>;

pub(super) fn verify(stated: &Stated) -> Result<(), Wrong> {
    match stated {
        Stated::Regex { pattern, matches, rejects } => regex(pattern, matches, rejects),
        Stated::Json { text, valid } => json(text, *valid),
        Stated::Base64 { text, encoded, alphabet } => base64(text, encoded, *alphabet),
        Stated::Hash { algorithm, text, key, hex } => hash(*algorithm, text, key.as_deref(), hex),
        Stated::Jwt { token, claims, secret } => jwt(token, claims, secret.as_deref()),
        Stated::Arithmetic { expression, equals, within } => arithmetic(expression, *equals, *within),
        Stated::Sql { .. } | Stated::Skipped => Ok(()),
    }
}

/// By the rules of RE2: classes such as `\d` are those of ASCII.
fn regex(pattern: &str, matches: &[String], rejects: &[String]) -> Result<(), Wrong> {
    let regex: Regex = match RegexBuilder::new(pattern).unicode(false).build() {
        Ok(regex) => regex,
        Err(error) => {
            let remedy = "write it without look-around and backreferences, or check another pattern";
            return wrong(format!("the pattern is not valid: {error}"), remedy);
        }
    };
    let is_match = |text: &&String| regex.is_match(text.as_bytes());
    if let Some(text) = matches.iter().find(|text| !is_match(text)) {
        return wrong(format!("the pattern does not match `{text}`"), "mend it, or move the text to `rejects`");
    }
    match rejects.iter().find(is_match) {
        Some(text) => wrong(format!("the pattern matches `{text}`"), "mend it, or move the text to `matches`"),
        None => Ok(()),
    }
}

fn json(text: &str, valid: bool) -> Result<(), Wrong> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => hold(valid, || "this JSON is valid".to_owned(), "mend the text, or write `valid = true`"),
        Err(error) => {
            hold(!valid, || format!("this JSON is not valid: {error}"), "mend the text, or write `valid = false`")
        }
    }
}

fn base64(text: &str, encoded: &str, alphabet: Alphabet) -> Result<(), Wrong> {
    let right = match alphabet {
        Alphabet::Standard => STANDARD.encode(text),
        Alphabet::Url => URL_SAFE_NO_PAD.encode(text),
    };
    hold(right == encoded, || format!("it is encoded as `{right}`"), "write that")
}

fn hash(algorithm: Algorithm, text: &str, key: Option<&str>, hex: &str) -> Result<(), Wrong> {
    let bytes = match key {
        None => {
            let algorithm = match algorithm {
                Algorithm::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
                Algorithm::Sha256 => &digest::SHA256,
                Algorithm::Sha384 => &digest::SHA384,
                Algorithm::Sha512 => &digest::SHA512,
            };
            digest::digest(algorithm, text.as_bytes()).as_ref().to_vec()
        }
        Some(key) => {
            let algorithm = match algorithm {
                Algorithm::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                Algorithm::Sha256 => hmac::HMAC_SHA256,
                Algorithm::Sha384 => hmac::HMAC_SHA384,
                Algorithm::Sha512 => hmac::HMAC_SHA512,
            };
            hmac::sign(&hmac::Key::new(algorithm, key.as_bytes()), text.as_bytes()).as_ref().to_vec()
        }
    };
    let right: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hold(right.eq_ignore_ascii_case(hex), || format!("the hash is `{right}`"), "write that")
}

fn jwt(token: &str, claims: &str, secret: Option<&str>) -> Result<(), Wrong> {
    let remedy = "copy the whole token";
    let Some((signed, signature)) = token.rsplit_once('.') else { return wrong("the token has no parts", remedy) };
    let Some((header, payload)) = signed.split_once('.') else { return wrong("the token has two parts", remedy) };
    let read = |part: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
    let Some(header) = read(header) else { return wrong("the token's header is no JSON", remedy) };
    let Some(payload) = read(payload) else { return wrong("the token's payload is no JSON", remedy) };
    if serde_json::from_str::<Value>(claims).ok().as_ref() != Some(&payload) {
        return wrong(format!("the token's claims are `{payload}`"), "write those");
    }
    let Some(secret) = secret else { return Ok(()) };
    if header.get("alg").and_then(Value::as_str) != Some("HS256") {
        return wrong("the token is not signed by HS256", "take `secret` away");
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let right = || URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
    let is_right = hmac::verify(&key, signed.as_bytes(), &signature).is_ok();
    hold(is_right, || format!("the signature is `{}`", right()), "write that, or the right secret")
}

fn arithmetic(expression: &str, equals: f64, within: Option<f64>) -> Result<(), Wrong> {
    let value = Formula::parse(expression).and_then(|formula| formula.eval(&[]));
    let value = match value {
        Ok(value) => value,
        Err(error) => {
            let remedy = "write numbers, + - * / ^, parentheses, and functions such as sqrt and log2";
            return wrong(format!("the expression cannot be read: {}", error.msg()), remedy);
        }
    };
    let within = within.unwrap_or_else(|| ROUNDING * value.abs().max(equals.abs()));
    hold(
        (value - equals).abs() <= within,
        || format!("it is {value}"),
        "write that, or how near it must be as `within`",
    )
}
