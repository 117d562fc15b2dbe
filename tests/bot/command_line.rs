//! The program from a shell.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{backroad, copy_folder, fixture, real_index, root};

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn with_input(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// The program with the library of the repository.
fn real() -> Command {
    let mut command = backroad();
    command.env("BACKROAD_CONTENT", root().join("content"));
    command.env("BACKROAD_INDEX", real_index());
    command
}

#[test]
fn the_library_has_no_problems() {
    let output = real().args(["check", "--run"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn what_there_is_of_each_area_is_shown_and_what_content_states_is_executed() {
    let output = backroad().args(["check", "--run", "--coverage"]).output().unwrap();
    let told = stdout(&output);
    let ages = regex::Regex::new(r" +\d+ d").unwrap();
    assert_snapshot!(ages.replace_all(&told, " AGE"), @"
    area  topics  questions  choice  multi  truefalse  short  order  open  beginner  intermediate  advanced  projects  review
    auth       2          2       1      0          0      0      1     0         1             1         0         2 AGE
    data       1          1       0      0          0      0      0     1         0             0         1         0 AGE
    all        3          3       1      0          0      0      1     1         1             1         1         2
    thin: auth: no question is advanced; 1 topic with fewer than 2 questions (jwt)
    thin: data: no question is beginner or intermediate; 1 topic with fewer than 2 questions (long-read)
    checked 3 topics, 3 questions, 2 projects, 1 roadmap in 2 areas, executed 1 check: no problems
    ");
    let told: Value =
        serde_json::from_str(&stdout(&backroad().args(["check", "--run", "--coverage", "--json"]).output().unwrap()))
            .unwrap();
    assert_eq!((&told["executed"], &told["skipped"]), (&Value::from(1), &Value::from(0)));
    let data = told["coverage"].as_array().unwrap().iter().find(|area| area["area"] == "data").unwrap();
    assert_eq!(data["levels"], serde_json::json!({"beginner": 0, "intermediate": 0, "advanced": 1}));
    let plain: Value = serde_json::from_str(&stdout(&backroad().args(["check", "--json"]).output().unwrap())).unwrap();
    assert!(plain.get("executed").is_none() && plain.get("coverage").is_none());
}

#[test]
fn what_people_ask_finds_the_right_item_first() {
    let queries = [
        ("k8s", "kubernetes"),
        ("how does jwt authentication work", "jwt"),
        ("difference between sql and nosql", "sql-vs-nosql"),
        ("what is caching and how does redis help", "caching"),
        ("authetication vs authorisation", "authn-vs-authz"),
        ("why is my page doing one query per row", "n-plus-one"),
    ];
    let input: String = queries.iter().map(|(query, _)| format!("{query}\n")).collect();
    let output = with_input(real().args(["search", "--stdin", "--json"]), input.as_bytes());
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), queries.len());
    for ((query, wanted), found) in queries.iter().zip(lines) {
        assert_eq!(found["query"], *query);
        assert_eq!(found["answered"], true, "{query}");
        let first = &found["hits"][0];
        let right = first["id"] == *wanted || first["topics"].as_array().unwrap().iter().any(|topic| topic == wanted);
        assert!(right, "{query}: {first}");
    }
}

#[test]
fn every_line_of_input_gives_one_line_of_json() {
    let output =
        with_input(backroad().args(["search", "--stdin", "--json"]), b"jwt\n\n   \n\xff\xfe\nbest pizza in rome\nlast");
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<bool> = lines.iter().map(|line| line["answered"].as_bool().unwrap()).collect();
    assert_eq!(answered, [true, false, false, false, false, false]);
    assert_eq!(lines[1], serde_json::json!({"query": "", "answered": false, "hits": []}));
}

#[test]
fn a_question_is_answered_in_the_terminal() {
    let text = stdout(&backroad().args(["ask", "how", "does", "jwt", "work"]).output().unwrap());
    assert!(text.starts_with("Topic · Authentication · intermediate · 10 min\nJWT\n"), "{text}");
    assert!(text.contains("eyJhbGciOiJIUzI1NiJ9") && text.contains("Other matches:"), "{text}");
    assert!(text.lines().filter(|line| !line.contains("eyJ")).all(|line| line.chars().count() <= 90), "{text}");
    let text = stdout(&backroad().args(["ask", "best pizza in rome"]).output().unwrap());
    assert!(text.starts_with("I don't have a good answer to that."), "{text}");
}

#[test]
fn bad_usage_ends_with_2() {
    for arguments in [&["serach", "x"][..], &[], &["search"], &["check", "--fast"], &["search", "x", "--kind", "poems"]]
    {
        assert_eq!(backroad().args(arguments).output().unwrap().status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let pipe = format!("{} search --stdin --json | head -n 1", env!("CARGO_BIN_EXE_backroad"));
    let mut command = Command::new("sh");
    command.args(["-c", &format!("yes jwt | head -n 2000 | {pipe}")]);
    for (name, value) in backroad().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_new_item_is_valid_at_once() {
    let dir = tempfile::tempdir().unwrap();
    copy_folder(&fixture(), &dir.path().join("content"));
    let here = || {
        let mut command = backroad();
        command.env("BACKROAD_CONTENT", dir.path().join("content"));
        command
    };
    let said = stdout(&here().args(["new", "topic", "cookies", "--area", "auth"]).output().unwrap());
    assert!(said.contains("topics/auth/cookies.md"), "{said}");
    for kind in ["choice", "multi", "truefalse", "short", "order", "open"] {
        let id = format!("cookie-{kind}");
        stdout(&here().args(["new", "question", &id, "--topic", "cookies", "--kind", kind]).output().unwrap());
    }
    stdout(&here().args(["new", "project", "project-cookies", "--topic", "cookies"]).output().unwrap());
    assert!(here().arg("check").output().unwrap().status.success());
    let again = here().args(["new", "topic", "cookies", "--area", "auth"]).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    let nowhere = here().args(["new", "topic", "biscuits", "--area", "auht"]).output().unwrap();
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("auth"), "{nowhere:?}");
}

#[test]
fn all_problems_are_listed_at_once_with_their_places() {
    let dir = tempfile::tempdir().unwrap();
    let content = dir.path().join("content");
    copy_folder(&fixture(), &content);
    let jwt = content.join("topics/auth/jwt.md");
    let text = std::fs::read_to_string(&jwt).unwrap();
    let broken = text
        .replace("summary =", "sumary =")
        .replace("[\"sessions\"]\nasked", "[\"session\"]\nasked")
        .replace("```text", "```");
    std::fs::write(&jwt, broken).unwrap();
    let output = backroad().arg("check").env("BACKROAD_CONTENT", &content).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8_lossy(&output.stdout), @"
    content/topics/auth/jwt.md:8:1: unknown field `sumary`: did you mean `summary`?
    content/topics/auth/jwt.md:10:12: there is no topic `session`, which `related` names: did you mean `sessions`?
    content/topics/auth/jwt.md:40:1: a code block without a language: name it after the fence, like ```sql, or ```text
    checked 2 topics, 3 questions, 2 projects, 1 roadmap in 2 areas: 3 problems in 1 file, 1 file left out
    ");
}

#[test]
fn a_backup_is_written_once_and_can_be_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        backroad().current_dir(&dir).env("BACKROAD_DATA", "data").args(arguments).output().unwrap()
    };
    let early = run(&["backup", "copy.db"]);
    assert_eq!(early.status.code(), Some(1));
    let said = String::from_utf8_lossy(&early.stderr);
    assert!(said.contains("holds no database yet: run the bot first"), "{said}");
    with_input(
        backroad().current_dir(&dir).args(["playground", "--port", "0", "--data", "data"]),
        b"/ask query: best pizza in rome\n",
    );
    assert_snapshot!(stdout(&run(&["backup", "copy.db"])), @"wrote a checked copy of the database to copy.db");
    assert_eq!(run(&["backup", "copy.db"]).status.code(), Some(1), "a backup is never overwritten");
    std::fs::write(dir.path().join("data/backroad.db"), "damaged ".repeat(1000)).unwrap();
    let damaged = run(&["missed"]);
    assert_eq!(damaged.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&damaged.stderr).contains("`backroad restore FILE`"), "{damaged:?}");
    stdout(&run(&["restore", "copy.db"]));
    assert_eq!(stdout(&run(&["missed"])), "     1  best pizza in rome\n");
}

#[test]
fn the_playground_answers_what_is_piped_into_it() {
    let output = with_input(backroad().args(["playground", "--port", "0"]), b"/ask query: how does jwt work\n");
    let text = stdout(&output);
    assert!(text.contains("A signed note that says who you are"), "{text}");
}

#[test]
fn the_search_is_measured_on_labelled_queries() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let measure = |lines: &str, arguments: &[&str]| {
        std::fs::write(file.path(), lines).unwrap();
        backroad().arg("eval").arg(file.path()).args(arguments).output().unwrap()
    };
    let lines = "qid\tstyle\tquery\trelevant\tsplit\n1\tname\tjwt\tjwt,sessions\ttune\n\
                 2\tname\twho knows that i am logged in\tsessions\treport\n3\tofftopic\tbest pizza in rome\t-\treport\n";
    let table = stdout(&measure(lines, &["--misses"]));
    let (table, rest) = table.split_once("a query takes").unwrap();
    assert_snapshot!(table, @"
    style        queries right@1   first  first3     MRR    nDCG decl.prec  recall      F1
    name               2   1.000   1.000   1.000   1.000   0.852         -       -       -
    offtopic           1       -       -       -       -       -     1.000   1.000   1.000
    all                3   1.000   1.000   1.000   1.000   0.852     1.000   1.000   1.000
    ");
    assert_snapshot!(rest.split_once('\n').unwrap().1, @"");
    let told: Value = serde_json::from_str(&stdout(&measure(lines, &["--json", "--stages"]))).unwrap();
    assert_eq!(told["all"]["queries"], 3);
    assert_eq!(told["styles"]["offtopic"]["abstention"]["recall"], 1.0);
    assert_eq!(told["without"].as_array().unwrap().len(), 12);
    let told: Value = serde_json::from_str(&stdout(&measure(lines, &["--json", "--split", "report"]))).unwrap();
    assert_eq!(told["all"]["queries"], 2);
    let tuned = stdout(&measure(lines, &["--tune", "--set", "title=0.5"]));
    assert!(tuned.starts_with("3 queries, 2 with an answer; goal ") && tuned.contains("\nweights\n"), "{tuned}");
    for (lines, arguments, said) in [
        (
            "query\trelevant\n",
            &[][..],
            "the first line must name the columns qid, style, query, relevant, separated by tabs",
        ),
        (
            "qid\tstyle\tquery\trelevant\n",
            &[],
            "there is no query in it: write one a line below the names of the columns",
        ),
        ("qid\tstyle\tquery\trelevant\n1\tname\tjwt\n", &[], ":2: a query and its `relevant` ids must be there"),
        ("qid\tstyle\tquery\trelevant\n1\tname\tjwt\tjwtt\n", &[], ":2: the library has no item `jwtt`"),
        ("qid\tstyle\tquery\trelevant\n1\tname\tjwt\tjwt\n", &["--split", "a"], "there is no column `split` in it"),
        (lines, &["--split", "a"], "no query of it has `a` in the column `split`"),
        (lines, &["--set", "titel=1"], "there is no weight `titel`: use one of title, aliases, "),
        (lines, &["--set", "title"], "`title` is no weight: write its name, `=` and a number"),
    ] {
        let output = measure(lines, arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && told.contains(said), "{told}");
    }
}

#[test]
fn a_search_explains_itself() {
    let text = stdout(
        &backroad().args(["search", "--explain", "--limit", "1", "what is a jwt tokne vs godot"]).output().unwrap(),
    );
    let numbers = regex::Regex::new(r"[-+]?\d+\.\d+").unwrap().replace_all(&text, "#").into_owned();
    assert_snapshot!(numbers, @r#"
    "what is a jwt tokne vs godot"
      jwt                  carries #
        word          jwt                      counts #, in 1 item
      tokne                carries #
        word          tokn                     counts #, in 0 items
        correction    token                    counts #, in 4 items
      vs                   says little, carries #
        word          vs                       counts #, in 0 items
      godot                carries #
        word          godot                    counts #, in 0 items
      counts only in names and ways to ask: what is a
      compares: tokne jwt | godot
      outside of the library: computer games

     1  JWT (jwt), #
           #  what: asked_as, body
           #  is: asked_as, body
           #  a: asked_as, summary, body
           #  jwt: title, aliases, asked_as
           #  tokne: aliases, asked_as, body
           #  name
           #  phrase
          #  intent
           #  topic

    Confidence #: answered (from # on it is answered)
         #  share #
         #  mass #
         #  nearness #
         #  named #
         #  equal #
         #  found #
         #  telling #
         #  words #
         #  unknown #
         #  outside #
         #  score #
         #  short #
         #  intent #
    "#);
    let json = stdout(&backroad().args(["search", "--explain", "--json", "jwt"]).output().unwrap());
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&told["hits"][0]["id"], &told["answered"]), (&"jwt".into(), &true.into()));
}
