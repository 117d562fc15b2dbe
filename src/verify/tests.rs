//! What is stated holds, or is told with what holds instead.

use std::fs;

use insta::assert_snapshot;

use super::run;
use crate::content;

const AREAS: &str = "[[areas]]\nid = \"sql\"\ntitle = \"SQL\"\nsummary = \"Asking.\"\n";

/// What is said of a topic with these checks and this example.
async fn verdict(example: &str, checks: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let topics = folder.path().join("topics/sql");
    fs::create_dir_all(&topics).unwrap();
    fs::write(folder.path().join("areas.toml"), AREAS).unwrap();
    let skeleton = content::skeleton::topic("rows", "Rows", "sql", jiff::civil::date(2026, 11, 21));
    let (front, body) = skeleton.rsplit_once("\n+++\n").unwrap();
    let (before, after) = body.split_once("## Example\n").unwrap();
    let after = &after[after.find("## Pitfalls").unwrap()..];
    let text = format!("{front}\n{checks}\n+++\n{before}## Example\n\n{example}\n\n{after}");
    fs::write(topics.join("rows.md"), text).unwrap();
    let loaded = content::load_with_checks(folder.path()).unwrap();
    let verdict = run(&loaded.checks).await.unwrap();
    let problems = loaded.problems.iter().chain(&verdict.problems);
    let lines: String = problems.map(|problem| format!("{}: {}\n", problem.what, problem.remedy)).collect();
    format!("{lines}{} executed, {} skipped", verdict.executed, verdict.skipped)
}

/// The verdict on checks that need no text.
async fn facts(checks: &str) -> String {
    verdict("Nothing to run.", checks).await
}

#[tokio::test]
async fn what_holds_is_counted_and_nothing_is_said() {
    let checks = r#"
[[checks]]
kind = "sql"
fence = 1
setup = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE)"
query = "SELECT count(*), max(email) FROM users"
rows = ["2|bob@example.com"]
[[checks]]
kind = "sql"
setup = "CREATE TABLE users (email TEXT UNIQUE); INSERT INTO users VALUES ('a')"
query = "INSERT INTO users VALUES ('a')"
error = "UNIQUE constraint failed"
[[checks]]
kind = "sql"
fence = 1
setup = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE); SELECT 1"
query = "SELECT id FROM users WHERE email = 'nobody'"
rows = []
[[checks]]
kind = "sql"
fence = 2
skip = "PostgreSQL's EXPLAIN"
"#;
    let example = "```sql\nINSERT INTO users (email) VALUES ('ada@example.com'), ('bob@example.com');\n```\n\n\
                   - In a list:\n\n  ```sql\n  EXPLAIN (ANALYZE) SELECT 1;\n  ```\n";
    assert_snapshot!(verdict(example, checks).await, @"3 executed, 1 skipped");
    let checks = r#"
[[checks]]
kind = "regex"
pattern = '^\d{4}-\d{2}$'
matches = ["2026-11"]
rejects = ["2026-1", "2026-111"]
[[checks]]
kind = "json"
text = '{"a": 01}'
valid = false
[[checks]]
kind = "base64"
text = "ada:secret"
encoded = "YWRhOnNlY3JldA=="
[[checks]]
kind = "base64"
text = "a?>"
encoded = "YT8-"
alphabet = "url"
[[checks]]
kind = "hash"
algorithm = "sha256"
text = "hello"
hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
[[checks]]
kind = "hash"
algorithm = "sha256"
text = "what do ya want for nothing?"
key = "Jefe"
hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
[[checks]]
kind = "jwt"
token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
claims = '{"sub": "1234567890", "name": "John Doe", "iat": 1516239022}'
secret = "your-256-bit-secret"
[[checks]]
kind = "arithmetic"
expression = "100e6 * 500 / 86400 + log2(8) ^ 2"
equals = 578712.7
within = 0.1
"#;
    assert_snapshot!(facts(checks).await, @"8 executed, 0 skipped");
}

#[tokio::test]
async fn what_does_not_hold_is_told_with_what_does() {
    let checks = r#"
[[checks]]
kind = "sql"
query = "SELECT NULL = NULL, 1 / 2"
rows = ["0|0.5"]
[[checks]]
kind = "sql"
query = "SELEC 1"
rows = ["1"]
[[checks]]
kind = "sql"
query = "SELECT 1"
error = "no such table"
[[checks]]
kind = "sql"
setup = "INSERT INTO nowhere VALUES (1)"
query = "SELECT 1"
rows = ["1"]
[[checks]]
kind = "sql"
query = "CREATE TABLE t (a)"
rows = ["1"]
[[checks]]
kind = "regex"
pattern = '^a'
matches = ["ba"]
[[checks]]
kind = "regex"
pattern = '(?=a)'
rejects = ["a"]
[[checks]]
kind = "regex"
pattern = 'a'
rejects = ["ba"]
[[checks]]
kind = "json"
text = '{"a": 01}'
[[checks]]
kind = "base64"
text = "ada"
encoded = "YWRh="
[[checks]]
kind = "hash"
algorithm = "sha1"
text = ""
hex = "da39"
[[checks]]
kind = "jwt"
token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA"
claims = '{"sub": "1"}'
secret = "s"
[[checks]]
kind = "jwt"
token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA"
claims = '{"sub": 1}'
[[checks]]
kind = "arithmetic"
expression = "7 / 2"
equals = 3
[[checks]]
kind = "arithmetic"
expression = "7 apples"
equals = 7
"#;
    assert_snapshot!(facts(checks).await, @r#"
    other rows come out: `NULL|0`: mend the SQL, or what is expected
    the SQL fails: near "SELEC": syntax error: mend the SQL, or what is expected
    the SQL does not fail with `no such table`: mend the SQL, or what is expected
    `setup` fails: no such table: nowhere: mend it
    no row comes out: mend the SQL, or what is expected
    the pattern does not match `ba`: mend it, or move the text to `rejects`
    the pattern is not valid: regex parse error:     (?=a)     ^^^ error: look-around, including look-ahead and look-behind, is not supported: write it without look-around and backreferences, or check another pattern
    the pattern matches `ba`: mend it, or move the text to `matches`
    this JSON is not valid: invalid number at line 1 column 8: mend the text, or write `valid = false`
    it is encoded as `YWRh`: write that
    the hash is `da39a3ee5e6b4b0d3255bfef95601890afd80709`: write that
    the signature is `ZG2xKwybT-zRt5yvquu6P__gCpzblgn9WNdIHxKXWKw`: write that, or the right secret
    the token's claims are `{"sub":"1"}`: write those
    it is 3.5: write that, or how near it must be as `within`
    the expression cannot be read: we have 0 ops and 2 node. we always need one more node than op.: write numbers, + - * / ^, parentheses, and functions such as sqrt and log2
    15 executed, 0 skipped
    "#);
}

#[tokio::test]
async fn a_check_that_says_nothing_and_sql_that_nobody_runs_are_problems() {
    let checks = r#"
[[checks]]
kind = "sql"
fence = 3
rows = []
[[checks]]
kind = "sql"
query = "SELECT 1"
[[checks]]
kind = "sql"
query = "SELECT 1"
rows = ["1"]
error = "no"
[[checks]]
kind = "regex"
pattern = "a"
[[checks]]
kind = "json"
text = "1"
pattern = "a"
[[checks]]
kind = "sqlite"
[[checks]]
kind = "arithmetic"
expression = "1"
equals = "1"
"#;
    let example = "```sql\nSELECT 1;\n```\n\n```json\n{\"a\": 1, }\n```\n";
    assert_snapshot!(verdict(example, checks).await, @"
    there is no SQL block 3, the text has 1: count the ```sql blocks from the top, beginning with 1
    this check says nothing that could be wrong: write `rows`, or `error` when it must fail, or `skip` and why SQLite cannot run it
    this check expects two things at once: write `rows`, or `error` when it must fail, or `skip` and why SQLite cannot run it
    this check says nothing that could be wrong: write texts that it `matches` or `rejects`
    `pattern` does not belong to a check of the kind `json`: remove it, or change the kind
    `kind` cannot be `sqlite`: write `sql`, `regex`, `json`, `base64`, `hash`, `jwt` or `arithmetic`
    `equals` must be a decimal number but is a text in quotes: write it like `equals = 0.5`
    nothing says what this SQL does: add a check of the kind `sql` with `fence = 1`: what comes out, or `skip` and why
    this JSON is not valid (key must be a string at line 1 column 10): mend it, or label the block ```jsonc or ```text
    1 executed, 0 skipped
    ");
}
