//! Front matter: its frame, its syntax, its fields.

use insta::assert_snapshot;

use super::*;

#[test]
fn the_frame_of_the_front_matter() {
    assert_snapshot!(
        valid().write(TOPIC, "").problems(),
        @"† content/topics/api/rest.md:1:1: the file is empty: write it, or delete it; `backroad new topic` makes a skeleton"
    );
    assert_snapshot!(
        valid().write(TOPIC, "\n \n").problems(),
        @"† content/topics/api/rest.md:1:1: the file is empty: write it, or delete it; `backroad new topic` makes a skeleton"
    );
    assert_snapshot!(
        valid().write(TOPIC, "# REST\n").problems(),
        @"† content/topics/api/rest.md:1:1: the front matter is missing: begin with a line `+++`, the fields, and a line `+++`"
    );
    assert_snapshot!(
        valid().write(TOPIC, "---\nid: rest\n---\n").problems(),
        @"† content/topics/api/rest.md:1:1: the front matter stands between `---` lines: write it as TOML between two `+++` lines"
    );
    assert_snapshot!(
        valid().write(TOPIC, "\n+++\nid = \"rest\"\n").problems(),
        @"† content/topics/api/rest.md:2:1: the front matter is not closed: put a line `+++` after its last field"
    );
    assert_snapshot!(
        valid().write(ROADMAP, "").problems(),
        @"† content/roadmaps/roadmap-web.toml:1:1: the file is empty: write it, or delete it; `backroad new roadmap` makes a skeleton"
    );
}

#[test]
fn broken_toml_is_explained_line_by_line() {
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = REST").problems(),
        @r#"† content/topics/api/rest.md:3:9: a text without quotes, or no value at all: write it between double quotes: "text""#
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"REST").problems(),
        @"† content/topics/api/rest.md:3:14: a text is not closed: end it with the quote that it begins with, on the same line"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = “REST”").problems(),
        @r#"† content/topics/api/rest.md:3:9: curly quotes do not count as quotes: write straight ones: "text""#
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title: REST").problems(),
        @"† content/topics/api/rest.md:3:6: this line is no field: write `name = value`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"C:\\q\"").problems(),
        @r"† content/topics/api/rest.md:3:13: a backslash in double quotes must be doubled: write \\ for \"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"REST\"\ntitle = \"Rest\"").problems(),
        @"† content/topics/api/rest.md:4:1: this field is given twice: keep one of them"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "paste\",", "paste\"").problems(),
        @"† content/topics/api/rest.md:16:3: a comma is missing between two entries of a list: put one in"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = ]").problems(),
        @"† content/topics/api/rest.md:3:9: not valid TOML (missing array opening, expected `[`): correct it; CONTRIBUTING.md shows how the fields look"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "2026-11-20", "2026-02-30").problems(),
        @"† content/topics/api/rest.md:18:15: there is no such date: write year-month-day, like 2026-11-20"
    );
}

#[test]
fn what_is_not_closed_is_one_mistake() {
    assert_snapshot!(
        valid().edit(TOPIC, "  \"write the comparison that people ask for\",\n]", "").problems(),
        @"† content/topics/api/rest.md:11:12: this list is not closed: end it with `]`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "aliases = []", "aliases = [\"a\", \"b]").problems(),
        @"† content/topics/api/rest.md:7:97: a text is not closed: end it with the quote that it begins with, on the same line"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"\"\"REST").problems(),
        @"† content/topics/api/rest.md:3:9: this text is not closed: end it with the quotes that it begins with"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "[[resources]]", "[[resources]").problems(),
        @"† content/topics/api/rest.md:20:13: a name in square brackets is not closed: end it with as many `]` as it begins with `[`"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "topics = [\"rest\"]", "topics = [\"rest\"").problems(),
        @"† content/roadmaps/roadmap-web.toml:10:10: this list is not closed: end it with `]`"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "max = 2 }", "max = 2").problems(),
        @"† content/roadmaps/roadmap-web.toml:9:9: this table is not closed: end it with `}`"
    );
}

#[test]
fn three_mistakes_give_three_problems_even_when_the_syntax_is_broken() {
    let files = valid()
        .edit(TOPIC, "title = \"REST\"", "title = REST")
        .edit(TOPIC, "minutes = 10 ", "minutes = 0 ")
        .edit(TOPIC, "## Pitfalls", "## Pitfals");
    assert_snapshot!(files.problems(), @r#"
    † content/topics/api/rest.md:3:9: a text without quotes, or no value at all: write it between double quotes: "text"
    † content/topics/api/rest.md:6:11: `minutes` is 0: write a number from 1 to 240
    † content/topics/api/rest.md:49:1: unknown heading `## Pitfals`: did you mean `## Pitfalls`?
    "#);
}

#[test]
fn unknown_fields() {
    // The misspelt one is not reported as missing as well.
    assert_snapshot!(
        valid().edit(TOPIC, "summary =", "sumary =").problems(),
        @"† content/topics/api/rest.md:8:1: unknown field `sumary`: did you mean `summary`?"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "minutes =", "colour = \"red\"\nminutes =").problems(),
        @"content/topics/api/rest.md:6:1: unknown field `colour`: remove it; a topic has `id`, `title`, `area`, `level`, `minutes`, `aliases`, `summary`, `prerequisites`, `related`, `asked_as`, `reviewed_on`, `resources` and `checks`"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "weeks = { min = 1,", "weeks = { mim = 1,").problems(),
        @"† content/roadmaps/roadmap-web.toml:9:11: unknown field `mim`: did you mean `min`?"
    );
}

#[test]
fn fields_that_slipped_below_a_table_header() {
    let date = "reviewed_on = 2026-11-20\n";
    let files = valid().edit(TOPIC, date, "").edit(TOPIC, "[[resources]]", &format!("[[resources]]\n{date}"));
    assert_snapshot!(
        files.problems(),
        @"† content/topics/api/rest.md:20:1: `reviewed_on` stands below [[resources]] and so belongs to a resource: move it above the first [[resources]]"
    );
}

#[test]
fn missing_fields() {
    let topic = "+++\n+++\n\n## Explanation\n\n## Example\n\nText.\n";
    assert_snapshot!(valid().write(TOPIC, topic).problems(), @"
    † content/topics/api/rest.md:1:1: `area` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `asked_as` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `id` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `level` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `minutes` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `resources` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `reviewed_on` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `summary` is missing: add it; a topic needs one
    † content/topics/api/rest.md:1:1: `title` is missing: add it; a topic needs one
    † content/topics/api/rest.md:4:1: `## Explanation` is empty: write it
    † content/topics/api/rest.md:9:1: `## Pitfalls` is missing: write it; a topic needs one
    ");
    assert_snapshot!(
        valid().edit(TOPIC, "kind = \"official\"", "").problems(),
        @"† content/topics/api/rest.md:20:1: `kind` is missing: add it; a resource needs one"
    );
}

#[test]
fn wrong_types() {
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = 7").problems(),
        @r#"† content/topics/api/rest.md:3:9: `title` must be a text but is a number: write it like `title = "text"`"#
    );
    assert_snapshot!(
        valid().edit(TOPIC, "minutes = 10 ", "minutes = \"10\" ").problems(),
        @"† content/topics/api/rest.md:6:11: `minutes` must be a whole number but is a text in quotes: write it like `minutes = 1`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "minutes = 10 ", "minutes = 1.5 ").problems(),
        @"† content/topics/api/rest.md:6:11: `minutes` must be a whole number but is a number with a fraction: write it like `minutes = 1`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "aliases = []", "aliases = \"representational\"").problems(),
        @r#"† content/topics/api/rest.md:7:11: `aliases` must be a list of texts but is a text in quotes: write it like `aliases = ["one", "two"]`"#
    );
    assert_snapshot!(
        valid().edit(TOPIC, "aliases = []", "aliases = [7]").problems(),
        @"† content/topics/api/rest.md:7:12: an entry of `aliases` must be a text but is a number: write every entry between double quotes"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "2026-11-20", "\"2026-11-20\"").problems(),
        @"† content/topics/api/rest.md:18:15: `reviewed_on` must be a date but is a text in quotes: write it like `reviewed_on = 2026-11-20`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "2026-11-20", "2026-11-20T10:00:00Z").problems(),
        @"† content/topics/api/rest.md:18:15: `reviewed_on` must be a date but is a time: write it like `reviewed_on = 2026-11-20`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "\"beginner\" ", "1 ").problems(),
        @r#"† content/topics/api/rest.md:5:9: `level` must be a text but is a number: write it like `level = "beginner"`"#
    );
    assert_snapshot!(
        valid().edit(TOPIC, "[[resources]]", "[resources]").problems(),
        @"† content/topics/api/rest.md:20:1: `resources` must be a list of tables: write each one below a line [[resources]] of its own"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "projects = []", "optional = \"yes\"").problems(),
        @"† content/roadmaps/roadmap-web.toml:11:12: `optional` must be true or false but is a text in quotes: write it like `optional = true`"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "weeks = { min = 1, max = 2 }", "weeks = 2").problems(),
        @"† content/roadmaps/roadmap-web.toml:9:9: `weeks` must be a table but is a number: write it like `weeks = { min = 2, max = 4 }`"
    );
}

#[test]
fn values_out_of_range() {
    assert_snapshot!(
        valid().edit(TOPIC, "\"beginner\" ", "\"beginer\" ").problems(),
        @"† content/topics/api/rest.md:5:9: `level` cannot be `beginer`: did you mean `beginner`?"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "\"beginner\" ", "\"expert\" ").problems(),
        @"† content/topics/api/rest.md:5:9: `level` cannot be `expert`: write `beginner`, `intermediate` or `advanced`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "\"official\"", "\"blog\"").problems(),
        @"† content/topics/api/rest.md:23:8: `kind` cannot be `blog`: write `official`, `specification`, `article`, `book`, `course`, `video` or `tool`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "minutes = 10 ", "minutes = 241 ").problems(),
        @"† content/topics/api/rest.md:6:11: `minutes` is 241: write a number from 1 to 240"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "minutes = 10 ", "minutes = -99999999999999999999 ").problems(),
        @"† content/topics/api/rest.md:6:11: `minutes` is -99999999999999999999: write a number from 1 to 240"
    );
    assert_snapshot!(
        valid().edit(PROJECT, "hours = 10 ", "hours = 0 ").problems(),
        @"† content/projects/project-shop.md:6:9: `hours` is 0: write a number from 1 to 400"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \" \"").problems(),
        @"† content/topics/api/rest.md:3:9: `title` is empty: write it"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"REST \"").problems(),
        @"content/topics/api/rest.md:3:9: `title` begins or ends with a space: remove the space"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"\"\"RE\nST\"\"\"").problems(),
        @"† content/topics/api/rest.md:3:9: `title` has more than one line: write it on one line"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "title = \"REST\"", "title = \"RE\\u200bST\"").problems(),
        @"content/topics/api/rest.md:3:9: `title` has an invisible character (U+200B): remove it"
    );
    let long = "x".repeat(301);
    let files = valid().edit(TOPIC, "title = \"REST\"", &format!("title = \"{}\"", &long[..101]));
    let files = files.edit(TOPIC, "summary = \"Write", &format!("summary = \"{long}"));
    assert_snapshot!(
        files.problems(),
        @"
    † content/topics/api/rest.md:3:9: `title` is 101 characters long: shorten it to 100 or less
    † content/topics/api/rest.md:8:11: `summary` is 394 characters long: shorten it to 300 or less
    "
    );
}

#[test]
fn dates_in_the_future_are_fine() {
    assert_eq!(valid().edit(TOPIC, "2026-11-20", "2999-01-01").problems(), "");
}

#[test]
fn ids() {
    assert_snapshot!(
        valid().edit(TOPIC, "id = \"rest\"", "id = \"REST_API\"").problems(),
        @"† content/topics/api/rest.md:2:6: `REST_API` is no id: write lower-case letters and digits, joined by single hyphens, like `rest-api`"
    );
    assert_snapshot!(
        valid().edit("topics/api/http.md", "id = \"http\"", "id = \"http-\"").problems(),
        @"† content/topics/api/http.md:2:6: `http-` is no id: write lower-case letters and digits, joined by single hyphens, like `http`"
    );
    assert_snapshot!(
        valid().edit("topics/api/http.md", "id = \"http\"", "id = \"http2\"").problems(),
        @"content/topics/api/http.md:2:6: the id is `http2` but the file is named `http.md`: rename the file to `http2.md`, or write `http`"
    );
    let long = "x".repeat(61);
    let files = valid().edit("topics/api/http.md", "id = \"http\"", &format!("id = \"{long}\""));
    assert_snapshot!(
        files.problems(),
        @"† content/topics/api/http.md:2:6: the id is 61 characters long: shorten it to 60 or less"
    );
}

#[test]
fn lists_of_phrases() {
    // asked_as: too few, twice the same, the title again, an empty one.
    let files = valid().edit(TOPIC, "  \"write the error message that people paste\",\n", "");
    assert_snapshot!(
        files.problems(),
        @"content/topics/api/rest.md:11:12: `asked_as` has 4 entries: write 5 or more"
    );
    let files =
        valid().edit(TOPIC, "write the error message that people paste", "Write the symptom that leads people here");
    assert_snapshot!(
        files.problems(),
        @"content/topics/api/rest.md:15:3: `Write the symptom that leads people here` stands twice in `asked_as`: remove one of them"
    );
    let files = valid().edit(TOPIC, "write the error message that people paste", "rest?");
    assert_snapshot!(
        files.problems(),
        @"content/topics/api/rest.md:15:3: `rest?` repeats the title: write how people ask, in words of their own"
    );
    let files = valid().edit(TOPIC, "write the error message that people paste", "");
    assert_snapshot!(
        files.problems(),
        @"† content/topics/api/rest.md:15:3: an entry of `asked_as` is empty: write it, or remove the entry"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "aliases = []", "aliases = [\"what is rest?\"]").problems(),
        @"content/topics/api/rest.md:7:12: `what is rest?` is a question: put it into `asked_as`"
    );
    assert_snapshot!(
        valid().edit(PROJECT, "topics = [\"rest\"]", "topics = []").problems(),
        @"† content/projects/project-shop.md:5:10: `topics` is empty: write 1 or more"
    );
}

#[test]
fn resources() {
    let url = "https://example.com/replace-with-the-official-page";
    assert_snapshot!(
        valid().edit(TOPIC, url, "http://example.com/").problems(),
        @"† content/topics/api/rest.md:22:7: `http://example.com/` does not begin with https://: write the whole address, with https://"
    );
    assert_snapshot!(
        valid().edit(TOPIC, url, "https://exa mple.com/").problems(),
        @"† content/topics/api/rest.md:22:7: `https://exa mple.com/` is no web address: copy the address from the browser"
    );
    assert_snapshot!(
        valid().edit(TOPIC, url, "https://localhost/").problems(),
        @"† content/topics/api/rest.md:22:7: `https://localhost/` is no web address: copy the address from the browser"
    );
    let one = format!("[[resources]]\ntitle = \"T\"\nurl = \"{url}\"\nkind = \"tool\"\n");
    assert_snapshot!(
        valid().edit(TOPIC, "+++\n\n## Expl", &format!("{one}+++\n\n## Expl")).problems(),
        @"content/topics/api/rest.md:26:7: `https://example.com/replace-with-the-official-page` is linked twice: remove one of them"
    );
    let five: String = (0..5).map(|n| one.replace("the-official", &n.to_string())).collect();
    assert_snapshot!(
        valid().edit(TOPIC, "+++\n\n## Expl", &format!("{five}+++\n\n## Expl")).problems(),
        @"content/topics/api/rest.md:20:1: `resources` has 6 entries: write 1 to 5"
    );
    let late = one.replace("the-official", "another").replace("tool", "specification");
    let between = one.replace("the-official", "a-tool");
    assert_snapshot!(
        valid().edit(TOPIC, "+++\n\n## Expl", &format!("{between}{late}+++\n\n## Expl")).problems(),
        @"content/topics/api/rest.md:31:8: an official resource stands below one that is not: move it up: official pages and specifications come first"
    );
}

#[test]
fn invisible_characters() {
    let files =
        valid().edit(TOPIC, "what it is, in", "what\u{200b} it\u{200b} is,\u{7} in").edit(TOPIC, "REST", "R\u{ad}EST");
    assert_snapshot!(files.problems(), @"
    content/topics/api/rest.md:3:11: an invisible character (U+00AD) stands here: delete it, or type the text around it anew
    content/topics/api/rest.md:28:11: an invisible character (U+200B) stands here: delete it, or type the text around it anew
    ");
}
