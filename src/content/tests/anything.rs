//! Whatever stands in the files: nothing panics, and every problem lies inside its file.

use proptest::prelude::*;

use super::*;
use crate::content::{Effort, QuestionKind, Span, check_id, limits};

/// The lines of a file as an editor shows them.
fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    text.split('\n').map(str::to_owned).collect()
}

fn problems_lie_inside(files: &Files) {
    for problem in files.load().1 {
        let path = problem.path.strip_prefix("content/").unwrap();
        let lines = files.0.get(path).map_or_else(|| vec![String::new()], |bytes| lines(bytes));
        let line = lines.get(problem.line as usize - 1).unwrap_or_else(|| panic!("no such line: {problem}"));
        assert!((1..=line.chars().count() + 1).contains(&(problem.column as usize)), "no such column: {problem}");
        assert!(!problem.what.is_empty() && !problem.remedy.is_empty() && !problem.to_string().contains('\n'));
    }
}

/// What the rest of the bot relies on, whatever problems were reported.
fn the_library_can_be_used(files: &Files) {
    let (library, _) = files.load();
    let fits = |text: &str, max: usize| !text.is_empty() && text.chars().count() <= max;
    for item in library.items() {
        assert!(check_id(item.id()).is_ok(), "{}", item.id());
        assert!(fits(item.title(), limits::QUESTION_TITLE) && !item.title().contains('\n'), "{:?}", item.title());
    }
    for topic in library.topics.values() {
        assert!(fits(&topic.summary, limits::SUMMARY) && limits::MINUTES.contains(&topic.minutes));
        for part in [&topic.explanation, &topic.example, &topic.pitfalls] {
            assert!(fits(part, limits::PART), "{part}");
        }
    }
    for question in library.questions.values() {
        assert!(!question.topics.is_empty() && fits(&question.question, limits::QUESTION));
        let length = if question.kind == QuestionKind::Open { limits::OPEN_ANSWER } else { limits::ANSWER };
        assert!(fits(&question.answer, length) && fits(&question.explanation, limits::QUESTION_EXPLANATION));
        let right = question.options.iter().filter(|option| option.right).count();
        let options = question.options.len();
        assert!(match question.kind {
            QuestionKind::Choice => (3..=5).contains(&options) && right == 1,
            QuestionKind::Multi => (3..=6).contains(&options) && right >= 2 && right < options,
            QuestionKind::TrueFalse => options == 2 && right == 1,
            QuestionKind::Order => (3..=6).contains(&options) && right == options,
            QuestionKind::Short => options == 0 && !question.accepted.is_empty(),
            QuestionKind::Open => options == 0 && !question.key_points.is_empty(),
        });
        for option in &question.options {
            assert!(fits(&option.text, limits::OPTION) && fits(&option.reason, limits::REASON));
        }
    }
    for project in library.projects.values() {
        assert!(!project.topics.is_empty() && limits::HOURS.contains(&project.hours));
        assert!(fits(&project.summary, limits::SUMMARY) && fits(&project.brief, limits::PART));
        for list in [&project.acceptance, &project.stretch, &project.hints] {
            assert!(!list.is_empty() && fits(&list.join("\n- "), limits::PART));
        }
    }
    for stage in library.roadmaps.values().flat_map(|roadmap| &roadmap.stages) {
        assert!(fits(&stage.title, limits::TITLE));
        assert_eq!(stage.choose.is_some(), !stage.choices.is_empty());
        assert!(stage.choose.is_none_or(|choose| (1..=stage.choices.len()).contains(&(choose as usize))));
        let (Effort::Weeks(span) | Effort::Hours(span)) =
            stage.effort.unwrap_or(Effort::Weeks(Span { min: 1, max: 1 }));
        assert!(span.min >= 1 && span.min <= span.max);
    }
}

/// Bits that mean something to one of the parsers.
fn fragment() -> impl Strategy<Value = String> {
    let known = [
        "+++\n",
        "---\n",
        "\n",
        "\r\n",
        "\r",
        "\u{feff}",
        "\u{200b}",
        "## Options\n",
        "## Example\n",
        "# ",
        "```",
        "```sql\n",
        "~~~",
        "- [ ] ",
        "- [x] ",
        "- ",
        "1. ",
        "2) ",
        "  ",
        "    ",
        "\t",
        "> ",
        "`",
        "**",
        "\\",
        "\\\n",
        "  \n",
        "<br>",
        "&amp;",
        "![a](b)",
        "[a](b)",
        "[a]: b\n",
        "[^1]",
        "|a|\n|-|\n",
        "\"",
        "'",
        "\"\"\"",
        "[",
        "]",
        "[[",
        "]]",
        "[[resources]]\n",
        "{",
        "}",
        "=",
        ",",
        "#",
        "id = ",
        "kind = \"order\"\n",
        "topics = []\n",
        "choose = 1\n",
        "2026-02-30",
        "1e9",
        "é",
        "日本",
        "👩‍👩‍👧",
        "\0",
    ];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), "\\PC{0,8}"]
}

fn any_path() -> impl Strategy<Value = String> {
    proptest::sample::select(valid().0.into_keys().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes(path in any_path(), bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        problems_lie_inside(&valid().write(&path, bytes));
    }

    #[test]
    fn any_fragments(path in any_path(), parts in proptest::collection::vec(fragment(), 0..60), front: bool) {
        let front = if front { "+++\nid = \"rest\"\n+++\n" } else { "" };
        problems_lie_inside(&valid().write(&path, format!("{front}{}", parts.concat())));
    }

    #[test]
    fn valid_files_with_something_replaced(
        path in any_path(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..40, fragment()), 1..6),
    ) {
        let mut text: Vec<char> = String::from_utf8(valid().0[&path].clone()).unwrap().chars().collect();
        for (at, length, with) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, with.chars());
        }
        let files = valid().write(&path, text.into_iter().collect::<String>());
        problems_lie_inside(&files);
        the_library_can_be_used(&files);
    }

    #[test]
    fn any_file_name(path in "[a-z.]{0,8}(/[a-zA-Z.\\-_ é]{0,8}){0,3}") {
        problems_lie_inside(&valid().write(&path, "text"));
    }
}
