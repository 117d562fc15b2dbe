//! `[[checks]]`: what a topic or a question states and `backroad check --run` executes.

use std::collections::HashSet;

use crate::content::checks::{Algorithm, Alphabet, Expected, Stated};
use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::markdown::{CodeBlock, Document};
use crate::content::problem::Located;
use crate::content::report::Report;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sql,
    Regex,
    Json,
    Base64,
    Hash,
    Jwt,
    Arithmetic,
}

const KINDS: [(&str, Kind); 7] = [
    ("sql", Kind::Sql),
    ("regex", Kind::Regex),
    ("json", Kind::Json),
    ("base64", Kind::Base64),
    ("hash", Kind::Hash),
    ("jwt", Kind::Jwt),
    ("arithmetic", Kind::Arithmetic),
];

const ALPHABETS: [(&str, Alphabet); 2] = [("standard", Alphabet::Standard), ("url", Alphabet::Url)];

const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("sha1", Algorithm::Sha1),
    ("sha256", Algorithm::Sha256),
    ("sha384", Algorithm::Sha384),
    ("sha512", Algorithm::Sha512),
];

impl Kind {
    /// The fields of this kind, beside `kind`.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Kind::Sql => &["fence", "setup", "query", "rows", "error", "skip"],
            Kind::Regex => &["pattern", "matches", "rejects"],
            Kind::Json => &["text", "valid"],
            Kind::Base64 => &["text", "encoded", "alphabet"],
            Kind::Hash => &["algorithm", "text", "hex", "key"],
            Kind::Jwt => &["token", "claims", "secret"],
            Kind::Arithmetic => &["expression", "equals", "within"],
        }
    }
}

/// Every field of any kind.
const KNOWN: &[&str] = &[
    "kind",
    "fence",
    "setup",
    "query",
    "rows",
    "error",
    "skip",
    "pattern",
    "matches",
    "rejects",
    "text",
    "valid",
    "encoded",
    "alphabet",
    "algorithm",
    "hex",
    "key",
    "token",
    "claims",
    "secret",
    "expression",
    "equals",
    "within",
];

/// Reads the checks, and reports SQL that nobody runs and JSON that is none.
pub(super) fn read(
    fields: &mut Fields<'_>,
    outer: &[&'static str],
    document: &Document<'_>,
    report: &mut Report<'_>,
) -> Vec<Located<Stated>> {
    let blocks: Vec<&CodeBlock> = document.code.iter().filter(|block| block.language == "sql").collect();
    let (mut checks, mut covered) = (Vec::new(), HashSet::new());
    let tables = match fields.has("checks") {
        true => fields.tables("checks", "a check", KNOWN, outer, report).unwrap_or_default(),
        false => Vec::new(),
    };
    for table in tables {
        let Some(kind) = table.one_of("kind", &KINDS, report) else { continue };
        let allowed = kind.fields();
        if let Some(field) = KNOWN.iter().skip(1).find(|field| table.has(field) && !allowed.contains(field)) {
            let name = KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name);
            let what = format!("`{field}` does not belong to a check of the kind `{name}`");
            report.soft(table.at(field), what, "remove it, or change the kind");
        }
        let stated = match kind {
            Kind::Sql => sql(&table, &blocks, &mut covered, report),
            Kind::Regex => regex(&table, report),
            Kind::Json => json(&table, report),
            Kind::Base64 => base64(&table, report),
            Kind::Hash => hash(&table, report),
            Kind::Jwt => jwt(&table, report),
            Kind::Arithmetic => arithmetic(&table, report),
        };
        checks.extend(stated.map(|stated| report.located(stated, table.at("kind"))));
    }
    for (number, block) in (1..).zip(&blocks).filter(|(number, _)| !covered.contains(number)) {
        let remedy =
            format!("add a check of the kind `sql` with `fence = {number}`: what comes out, or `skip` and why");
        report.soft(block.at, "nothing says what this SQL does", remedy);
    }
    for block in document.code.iter().filter(|block| block.language == "json") {
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&block.text) {
            let what = format!("this JSON is not valid ({error})");
            report.soft(block.at, what, "mend it, or label the block ```jsonc or ```text");
        }
    }
    checks
}

fn sql(
    table: &Fields<'_>,
    blocks: &[&CodeBlock],
    covered: &mut HashSet<u32>,
    report: &mut Report<'_>,
) -> Option<Stated> {
    let mut block = String::new();
    if table.has("fence") {
        let number = table.number("fence", &(1..=99), report)?;
        let Some(found) = blocks.get(number as usize - 1) else {
            let what = format!("there is no SQL block {number}, the text has {}", blocks.len());
            report.soft(table.at("fence"), what, "count the ```sql blocks from the top, beginning with 1");
            return None;
        };
        block.clone_from(&found.text);
        covered.insert(number);
    }
    let setup = table.optional_raw("setup", report).unwrap_or_default();
    let query = table.optional_raw("query", report).unwrap_or_default();
    let given: Vec<&str> = ["rows", "error", "skip"].into_iter().filter(|field| table.has(field)).collect();
    let remedy = "write `rows`, or `error` when it must fail, or `skip` and why SQLite cannot run it";
    match given[..] {
        ["rows"] => {
            let rows = table.raws("rows", report)?;
            Some(Stated::Sql { setup, block, query, expected: Expected::Rows(rows) })
        }
        ["error"] => {
            let words = table.text("error", limits::TIP, report)?.value;
            Some(Stated::Sql { setup, block, query, expected: Expected::Error(words) })
        }
        ["skip"] => table.text("skip", limits::TIP, report).map(|_| Stated::Skipped),
        [] => {
            report.soft(table.at("kind"), "this check says nothing that could be wrong", remedy);
            None
        }
        _ => {
            report.soft(table.at("kind"), "this check expects two things at once", remedy);
            None
        }
    }
}

fn regex(table: &Fields<'_>, report: &mut Report<'_>) -> Option<Stated> {
    let pattern = table.raw("pattern", report)?;
    let mut list = |name| if table.has(name) { table.raws(name, report) } else { Some(Vec::new()) };
    let (matches, rejects) = (list("matches")?, list("rejects")?);
    if matches.is_empty() && rejects.is_empty() {
        let remedy = "write texts that it `matches` or `rejects`";
        report.soft(table.at("kind"), "this check says nothing that could be wrong", remedy);
        return None;
    }
    Some(Stated::Regex { pattern, matches, rejects })
}

fn json(table: &Fields<'_>, report: &mut Report<'_>) -> Option<Stated> {
    let text = table.raw("text", report)?;
    Some(Stated::Json { text, valid: !table.has("valid") || table.flag("valid", report) })
}

fn base64(table: &Fields<'_>, report: &mut Report<'_>) -> Option<Stated> {
    let alphabet = match table.has("alphabet") {
        true => table.one_of("alphabet", &ALPHABETS, report)?,
        false => Alphabet::Standard,
    };
    Some(Stated::Base64 { text: table.raw("text", report)?, encoded: table.raw("encoded", report)?, alphabet })
}

fn hash(table: &Fields<'_>, report: &mut Report<'_>) -> Option<Stated> {
    Some(Stated::Hash {
        algorithm: table.one_of("algorithm", &ALGORITHMS, report)?,
        text: table.raw("text", report)?,
        key: table.optional_raw("key", report),
        hex: table.raw("hex", report)?,
    })
}

fn jwt(table: &Fields<'_>, report: &mut Report<'_>) -> Option<Stated> {
    Some(Stated::Jwt {
        token: table.raw("token", report)?,
        claims: table.raw("claims", report)?,
        secret: table.optional_raw("secret", report),
    })
}

fn arithmetic(table: &Fields<'_>, report: &mut Report<'_>) -> Option<Stated> {
    let expression = table.raw("expression", report)?;
    let equals = table.decimal("equals", report)?;
    let within = if table.has("within") { Some(table.decimal("within", report)?) } else { None };
    Some(Stated::Arithmetic { expression, equals, within })
}
