//! Headings, lists, lengths, and what Discord cannot show.

use insta::assert_snapshot;

use super::*;

#[test]
fn headings() {
    assert_snapshot!(
        valid().edit(TOPIC, "## Example", "## Examples").problems(),
        @"content/topics/api/rest.md:40:1: unknown heading `## Examples`: did you mean `## Example`?"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "## Example", "## Further reading\n\nText.\n\n## Example").problems(),
        @"content/topics/api/rest.md:40:1: unknown heading `## Further reading`: use **bold** instead; a topic has `## Explanation`, `## Example` and `## Pitfalls`"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "## Example", "**Example**").problems(),
        @"† content/topics/api/rest.md:49:1: `## Example` is missing: write it; a topic needs one"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "## Example", "## Example\n\nOne.\n\n## Example").problems(),
        @"content/topics/api/rest.md:44:1: a second `## Example`: make one part of the two"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "## Explanation", "An introduction.\n\n## Explanation").problems(),
        @"content/topics/api/rest.md:26:1: text before the first heading: move it below `## Explanation`"
    );
    assert_snapshot!(valid().edit(PROJECT, "## Stretch goals", "## Hints").edit(PROJECT, "## Hints\n\n- Write where", "## Stretch goals\n\n- Write where").problems(), @"
    content/projects/project-shop.md:35:1: `## Hints` has 1 item: write 2 or more
    content/projects/project-shop.md:39:1: `## Stretch goals` stands below `## Hints`: move it above that
    ");
    assert_snapshot!(
        valid().edit(CHOICE, "- Write what the interviewer asks next, or remove this part.\n", "").problems(),
        @"content/questions/api/q-choice.md:38:1: `## Follow-ups` is empty: write it, or remove the heading"
    );
    assert_snapshot!(valid().edit(TOPIC, "## Example", "# Detail\n\n### Detail\n\nDetail\n------\n\n- ## Detail\n\n## Example").problems(), @"
    content/topics/api/rest.md:40:1: a heading with `#`: use `##` for the parts and **bold** within them
    content/topics/api/rest.md:42:1: a heading with `###`: use `##` for the parts and **bold** within them
    content/topics/api/rest.md:44:1: a heading that is underlined: write it as `## Heading`
    content/topics/api/rest.md:47:3: a heading within a list or quote: put it at the beginning of a line of its own
    ");
}

#[test]
fn lengths_in_words() {
    let files = valid().edit(TOPIC, "Write when not to use it, and what to use instead.", "").edit(
        TOPIC,
        "Write why it matters: what becomes faster, safer or simpler",
        "",
    );
    assert_snapshot!(
        files.problems(),
        @"content/topics/api/rest.md:26:1: `## Explanation` has 111 words: write 120 to 450"
    );
    assert_snapshot!(
        valid().edit(PROJECT, "interesting:", &"interesting ".repeat(250)).problems(),
        @"content/projects/project-shop.md:17:1: `## Brief` has 353 words: write 80 to 300"
    );
}

#[test]
fn code_is_not_counted_as_words() {
    let code = format!("```text\n{}\n```\n\n## Example", "word ".repeat(300));
    assert_eq!(valid().edit(TOPIC, "## Example", &code).problems(), "");
}

#[test]
fn lengths_in_characters() {
    let long = "word ".repeat(1000);
    let files = valid()
        .edit(TOPIC, "Write one sentence", &long)
        .edit(PROJECT, "Write a request", &long)
        .edit(CHOICE, "Add what it needs", &long)
        .edit(CHOICE, "Write what a strong", &long)
        .edit(CHOICE, "Write why it is so", &long)
        .edit(OPEN, "Write what a strong", &long);
    assert_snapshot!(files.problems(), @"
    † content/projects/project-shop.md:29:1: `## Acceptance checks` is 5188 characters long: shorten it to 4096 or less
    † content/questions/api/q-choice.md:15:1: `## Question` is 5150 characters long: shorten it to 600 or less
    † content/questions/api/q-choice.md:30:1: `## Answer` is 5113 characters long: shorten it to 500 or less
    † content/questions/api/q-choice.md:34:1: `## Explanation` is 5070 characters long: shorten it to 900 or less
    † content/questions/api/q-open.md:26:1: `## Answer` is 5140 characters long: shorten it to 1800 or less
    † content/topics/api/rest.md:40:1: `## Example` is 5205 characters long: shorten it to 4096 or less
    ");
    let files = valid().edit(CHOICE, "Write the question here", &"word ".repeat(30));
    assert_snapshot!(
        files.problems(),
        @"† content/questions/api/q-choice.md:17:1: the first paragraph is 199 characters long: shorten it to 150 or less"
    );
}

#[test]
fn an_open_question_may_be_answered_at_length() {
    assert_eq!(valid().edit(OPEN, "Write what a strong", &"word ".repeat(300)).problems(), "");
}

#[test]
fn lists() {
    let pitfall =
        "- **Write the second mistake here.** Two are enough, if they are the ones that people really make.\n";
    assert_snapshot!(
        valid().edit(TOPIC, pitfall, "").problems(),
        @"content/topics/api/rest.md:49:1: `## Pitfalls` has 1 item: write 2 or more"
    );
    assert_snapshot!(valid().edit(TOPIC, pitfall, "\nAnd more.\n").problems(), @"
    content/topics/api/rest.md:49:1: `## Pitfalls` has 1 item: write 2 or more
    content/topics/api/rest.md:53:1: `## Pitfalls` must be a list and nothing else: begin every item with `-`
    ");
    assert_snapshot!(
        valid().edit(PROJECT, "- Write something", "Write something").problems(),
        @"† content/projects/project-shop.md:37:1: `## Stretch goals` must be a list and nothing else: begin every item with `-`"
    );
    assert_snapshot!(
        valid().edit(PROJECT, "- Write something", "1. Write something").problems(),
        @"† content/projects/project-shop.md:37:1: `## Stretch goals` must be a list and nothing else: begin every item with `-`"
    );
    assert_snapshot!(valid().edit(PROJECT, "- Write something", "- \n- [ ] Write something").problems(), @"
    content/projects/project-shop.md:37:3: this item is empty: write it, or remove the bullet
    content/projects/project-shop.md:38:7: this item has a box: begin it with `-` alone
    ");
    assert_snapshot!(valid().edit(PROJECT, "- [ ] Write a", "- Write a").problems(), @"
    content/projects/project-shop.md:31:3: this item has no box: begin it with `- [ ]`
    content/projects/project-shop.md:32:3: this item has no box: begin it with `- [ ]`
    content/projects/project-shop.md:33:3: this item has no box: begin it with `- [ ]`
    ");
    assert_snapshot!(
        valid().edit(PROJECT, "- [ ] Write a failure", "- [x] Write a failure").problems(),
        @"content/projects/project-shop.md:32:7: this box is ticked: begin the item with `- [ ]`"
    );
    assert_snapshot!(
        valid().edit(PROJECT, "- Write something", "+ Write something").problems(),
        @"content/projects/project-shop.md:37:1: Discord does not know lists with `+`: begin the items with `-`"
    );
}

#[test]
fn code_blocks() {
    assert_snapshot!(
        valid().edit(TOPIC, "```text", "```").problems(),
        @"content/topics/api/rest.md:44:1: a code block without a language: name it after the fence, like ```sql, or ```text"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "```text", "```js title=app.js").problems(),
        @"content/topics/api/rest.md:44:1: `js title=app.js` is no name of a language: write one word after the fence, like ```sql"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "fence.\n```", "fence.").problems(),
        @"† content/topics/api/rest.md:44:1: a code block that is not closed: end it with a line ```"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "```", "~~~").problems(),
        @"content/topics/api/rest.md:44:1: Discord only knows fences of three backticks: write ``` before and after the code"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "```", "````").problems(),
        @"content/topics/api/rest.md:44:1: Discord only knows fences of three backticks: write ``` before and after the code"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "Replace this", &"x\n".repeat(900)).problems(),
        @"† content/topics/api/rest.md:44:1: the code block is 1891 characters long: shorten it to 1800 or less"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "## Example", "    SELECT 1;\n\n## Example").problems(),
        @"content/topics/api/rest.md:40:5: Discord does not show indented lines as code: put the code between ``` fences, or remove the indentation"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "## Pitfalls\n", "## Pitfalls\n\n- In a list:\n  ```sql\n  SELECT 1;\n").problems(),
        @"
    † content/topics/api/rest.md:52:3: a code block that is not closed: end it with a line ```
    † content/topics/api/rest.md:52:3: nothing says what this SQL does: add a check of the kind `sql` with `fence = 1`: what comes out, or `skip` and why
    "
    );
}

#[test]
fn what_discord_cannot_show() {
    let text = "A <br> and Vec<String>, a&nbsp;b.\n\n<div>\nx\n</div>\n\n![a](https://b.c/d.png)\n\n| a |\n|---|\n| 1 |\n\n\
                [a](/b), [c](http://d.e), [f][g]\n\n[g]: https://h.i\n\n***\n\nA note[^1].\n\n[^1]: Note.\n\n1) one\n\n## Example";
    assert_snapshot!(valid().edit(TOPIC, "## Example", text).problems(), @"
    content/topics/api/rest.md:40:3: Discord does not show HTML such as `<br>`: put it between backticks if it is code, or take it out
    content/topics/api/rest.md:40:15: Discord does not show HTML such as `<String>`: put it between backticks if it is code, or take it out
    content/topics/api/rest.md:40:26: Discord does not know `&nbsp;`: write the character itself
    content/topics/api/rest.md:42:1: Discord does not show HTML: write it in Markdown, or as code between ``` fences
    content/topics/api/rest.md:46:1: pictures cannot be shown: describe it, or link to it
    content/topics/api/rest.md:48:1: Discord does not show tables: write a list, or a ```text block
    content/topics/api/rest.md:52:1: a link to `/b`: link to an address that begins with https://, or write it as `code`
    content/topics/api/rest.md:52:10: a link to `http://d.e`: link to an address that begins with https://, or write it as `code`
    content/topics/api/rest.md:54:1: Discord does not know links that are defined elsewhere: write the link where it stands: [text](https://…)
    content/topics/api/rest.md:56:1: Discord does not show horizontal lines: remove it
    content/topics/api/rest.md:58:7: Discord does not know footnotes: say it in the text
    content/topics/api/rest.md:62:1: Discord does not know lists with `1)`: begin the items with `1.`
    ");
}

#[test]
fn what_discord_can_show() {
    let text = "**a** *b* ~~c~~ `Vec<T> &amp;` [d](https://e.f) <https://g.h> 1 < 2 && 3 > 2 R&D\n\n> quote\n\n- a\n  - b\n\n\
                1. one\n2. two\n\n```html\n<br>&nbsp;\n```\n\n## Example";
    assert_eq!(valid().edit(TOPIC, "## Example", text).problems(), "");
}

#[test]
fn wrapped_lines_are_joined_and_code_is_not() {
    let brief = "One\ntwo `three\nfour`.\n\n> five\n> \\*six\n\n```text\na\n\nb\n```\n\nseven  \neight\\\nnine\n";
    let hint = "- One\n  two\n\n  ```text\n  a\n    b\n  ```\n  - three\n    four\n- Write where";
    let check = "- [ ] Send\n  this:\n\n  ```text\n      a\n  ```\n- [ ] Write a failure";
    let files = valid()
        .edit(PROJECT, "## Brief\n", &format!("## Brief\n\n{brief}"))
        .edit(PROJECT, "- Write where", hint)
        .edit(PROJECT, "- [ ] Write a failure", check);
    let (library, problems) = files.load();
    assert_eq!(problems, []);
    let project = &library.projects["project-shop"];
    assert!(project.brief.starts_with(
        "One two `three four`.\n\n> five \\*six\n\n```text\na\n\nb\n```\n\nseven\neight\nnine\n\nWrite what to build"
    ), "{}", project.brief);
    assert_eq!(project.hints[0], "One two\n\n```text\na\n  b\n```\n- three four");
    assert_eq!(project.hints.len(), 3);
    assert_eq!(project.acceptance[0], "Write a request and the exact response that it must get.");
    assert_eq!(project.acceptance[1], "Send this:\n\n```text\n    a\n```");
}
