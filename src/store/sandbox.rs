//! SQL that content states, run in an empty database in memory that is gone afterwards: no other file can be opened, no
//! extension loaded, and nothing runs for long.

use std::str::FromStr;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow, SqliteValueRef};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Decode, Either, Row, Sqlite, TypeInfo, ValueRef};

/// After so long a script is stopped.
const LONGEST: Duration = Duration::from_secs(2);

/// How many steps of SQLite's machine lie between two looks at the time.
const STEPS: i32 = 10_000;

/// More rows are nothing that anybody writes down.
const ROWS: usize = 1_000;

/// What opens files.
const FORBIDDEN: [&str; 4] = ["attach", "detach", "vacuum", "load_extension"];

/// An empty database.
pub struct Sandbox {
    connection: SqliteConnection,
}

/// What a script came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// The rows of the last statement that gives rows, if any does: each with its columns joined by `|`, NULL as `NULL`,
    /// numbers with a fraction as SQLite shows them.
    Rows(Option<Vec<String>>),
    /// SQLite's message.
    Failed(String),
}

impl Sandbox {
    /// # Errors
    /// When SQLite cannot be started.
    pub async fn open() -> Result<Sandbox, sqlx::Error> {
        let options = SqliteConnectOptions::from_str("sqlite::memory:")?.disable_statement_logging();
        let mut connection = options.connect().await?;
        let end = Instant::now() + LONGEST;
        connection.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < end);
        Ok(Sandbox { connection })
    }

    /// Runs statements one after another, until one fails.
    pub async fn run(&mut self, script: &str) -> Ran {
        if let Some(word) = words(script).find(|word| FORBIDDEN.contains(&word.as_str())) {
            return Ran::Failed(format!("`{}` is not allowed here", word.to_uppercase()));
        }
        let (mut rows, mut last): (Vec<String>, Option<Vec<String>>) = (Vec::new(), None);
        let mut results = sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(&mut self.connection);
        loop {
            match results.try_next().await {
                Ok(Some(Either::Right(_))) if rows.len() >= ROWS => {
                    return Ran::Failed(format!("more than {ROWS} rows come out"));
                }
                Ok(Some(Either::Right(row))) => rows.push(shown(&row)),
                Ok(Some(Either::Left(_))) if rows.is_empty() => {}
                Ok(Some(Either::Left(_))) => last = Some(std::mem::take(&mut rows)),
                Ok(None) => break,
                Err(sqlx::Error::Database(error)) if error.message() == "interrupted" => {
                    return Ran::Failed(format!("it runs for more than {} s", LONGEST.as_secs()));
                }
                Err(sqlx::Error::Database(error)) => return Ran::Failed(error.message().to_owned()),
                Err(error) => return Ran::Failed(error.to_string()),
            }
        }
        Ran::Rows(last)
    }

    /// Ends it.
    pub async fn close(self) {
        let _nothing_is_kept = self.connection.close().await;
    }
}

fn words(script: &str) -> impl Iterator<Item = String> + '_ {
    script.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_lowercase)
}

fn shown(row: &SqliteRow) -> String {
    let columns =
        row.columns().iter().map(|column| row.try_get_raw(column.ordinal()).map_or_else(|e| e.to_string(), cell));
    columns.collect::<Vec<_>>().join("|")
}

fn cell(value: SqliteValueRef<'_>) -> String {
    fn read<'r, T: Decode<'r, Sqlite> + ToString>(value: SqliteValueRef<'r>) -> String {
        T::decode(value).map_or_else(|error| error.to_string(), |value| value.to_string())
    }
    if value.is_null() {
        return "NULL".to_owned();
    }
    match value.type_info().name() {
        "REAL" => f64::decode(value).map_or_else(|error| error.to_string(), real),
        "INTEGER" | "INT4" | "INT8" | "BOOLEAN" => read::<i64>(value),
        "BLOB" => <Vec<u8>>::decode(value)
            .map_or_else(|error| error.to_string(), |bytes| bytes.iter().map(|byte| format!("{byte:02X}")).collect()),
        _ => read::<String>(value),
    }
}

/// With 15 significant digits, as SQLite's shell shows it.
fn real(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded:?}")
}

#[cfg(test)]
mod tests {
    use super::{Ran, Sandbox};

    async fn run(script: &str) -> Ran {
        let mut sandbox = Sandbox::open().await.unwrap();
        let ran = sandbox.run(script).await;
        sandbox.close().await;
        ran
    }

    fn rows(rows: &[&str]) -> Ran {
        Ran::Rows(Some(rows.iter().map(|row| (*row).to_owned()).collect()))
    }

    #[tokio::test]
    async fn the_rows_of_the_last_statement_that_gives_some_come_out() {
        let script =
            "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL); SELECT 7; SELECT * FROM t ORDER BY a;
                      UPDATE t SET b = 'y';";
        assert_eq!(run(script).await, rows(&["1|x", "2|NULL"]));
        assert_eq!(run("SELECT 0.1 + 0.2, 1.0, x'00ff', 1e300, '☃'").await, rows(&["0.3|1.0|00FF|1e300|☃"]));
        assert_eq!(run("CREATE TABLE t (a)").await, Ran::Rows(None));
        assert_eq!(run("").await, Ran::Rows(None));
    }

    #[tokio::test]
    async fn what_fails_says_why() {
        let script = "CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); SELECT 1";
        assert_eq!(run(script).await, Ran::Failed("UNIQUE constraint failed: t.a".to_owned()));
    }

    #[tokio::test]
    async fn no_file_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.db");
        for script in [
            format!("ATTACH DATABASE '{}' AS x; CREATE TABLE x.t (a)", file.display()),
            format!("VACUUM/**/INTO '{}'", file.display()),
            "SELECT load_extension('x')".to_owned(),
        ] {
            assert!(matches!(run(&script).await, Ran::Failed(why) if why.ends_with("is not allowed here")), "{script}");
        }
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn what_never_ends_is_stopped() {
        let forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        assert_eq!(run(forever).await, Ran::Failed("it runs for more than 2 s".to_owned()));
        let much = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
        assert_eq!(run(much).await, Ran::Failed("more than 1000 rows come out".to_owned()));
    }
}
