//! Questions: what each kind needs, and their options.

use insta::assert_snapshot;

use super::*;

#[test]
fn what_a_question_turns_into() {
    let (library, _) = valid().load();
    let question = &library.questions["q-order"];
    assert_eq!(question.title, "Write the question here, so that this first paragraph makes sense alone?");
    assert_eq!(question.area, "api");
    assert_eq!(question.options.len(), 3);
    assert_eq!(question.options[0].text, "Write the first step here, as one line of at most 150 characters");
    assert_eq!(question.options[0].reason, "Write why it comes first, in at most 300 characters.");
    assert!(question.options.iter().all(|option| option.right));
    assert_eq!(question.follow_ups, ["Write what the interviewer asks next, or remove this part."]);
    let right: Vec<bool> = library.questions["q-choice"].options.iter().map(|option| option.right).collect();
    assert_eq!(right, [false, true, false]);
    assert_eq!(library.questions["q-short"].accepted, ["write the best answer", "write another spelling of it"]);
    assert_eq!(library.questions["q-open"].key_points.len(), 3);
}

#[test]
fn the_number_of_options() {
    let three = "- [x] Write the right option here, and let it not be the longest of them\n  Write why it is right, and under which condition.\n";
    assert_snapshot!(valid().edit(CHOICE, three, "").problems(), @"
    † content/questions/api/q-choice.md:21:1: 2 options for a question of the kind `choice`: write 3 to 5
    † content/questions/api/q-choice.md:21:1: no option is ticked: tick exactly one with `[x]`
    ");
    assert_snapshot!(
        valid().edit(CHOICE, "- [x]", "- [ ]").problems(),
        @"† content/questions/api/q-choice.md:21:1: no option is ticked: tick exactly one with `[x]`"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "- [ ]", "- [x]").problems(),
        @"† content/questions/api/q-choice.md:21:1: every option is ticked: tick exactly one with `[x]`, or change the kind to `multi`"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "- [ ] Write another", "- [x] Write another").problems(),
        @"† content/questions/api/q-choice.md:21:1: 2 options are ticked: tick exactly one with `[x]`, or change the kind to `multi`"
    );
    assert_snapshot!(
        valid().edit(MULTI, "- [x] Write one", "- [ ] Write one").problems(),
        @"† content/questions/api/q-multi.md:21:1: 1 option is ticked: tick two or more with `[x]`, or change the kind to `choice`"
    );
    assert_snapshot!(
        valid().edit(MULTI, "- [ ]", "- [x]").problems(),
        @"† content/questions/api/q-multi.md:21:1: every option is ticked: leave at least one `[ ]`"
    );
    assert_snapshot!(
        valid().edit(TRUEFALSE, "- [ ] False", "- [x] False").problems(),
        @"† content/questions/api/q-truefalse.md:21:1: every option is ticked: tick exactly one with `[x]`"
    );
    assert_snapshot!(
        valid().edit(TRUEFALSE, "- [ ] False", "- [ ] false").problems(),
        @"† content/questions/api/q-truefalse.md:25:7: `false` is neither `True` nor `False`: write exactly one of these"
    );
    assert_snapshot!(valid().edit(TRUEFALSE, "- [ ] False", "- [ ] It depends\n  On what?\n- [ ] False").problems(), @"
    † content/questions/api/q-truefalse.md:21:1: 3 options for a question of the kind `truefalse`: write exactly two, `True` and `False`
    † content/questions/api/q-truefalse.md:25:7: `It depends` is neither `True` nor `False`: write exactly one of these
    ");
    assert_snapshot!(
        valid().edit(ORDER, "3. Write the third step here, and up to three more below it\n   Write why it cannot come earlier.\n", "").problems(),
        @"† content/questions/api/q-order.md:21:1: 2 options for a question of the kind `order`: write 3 to 6"
    );
}

#[test]
fn the_form_of_options() {
    assert_snapshot!(
        valid().edit(CHOICE, "- [x] Write", "- Write").problems(),
        @"† content/questions/api/q-choice.md:25:3: this option has no box: begin it with `- [ ]`, or `- [x]` if it is right"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "- [x] Write", "- [y] Write").problems(),
        @"† content/questions/api/q-choice.md:25:3: this option has no box: begin it with `- [ ]`, or `- [x]` if it is right"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "kind = \"choice\"", "kind = \"order\"").problems(),
        @"† content/questions/api/q-choice.md:23:1: `## Options` must be a numbered list and nothing else: number the options from `1.` on, in the right order"
    );
    assert_snapshot!(
        valid().edit(ORDER, "kind = \"order\"", "kind = \"choice\"").problems(),
        @"† content/questions/api/q-order.md:23:1: `## Options` must be a list and nothing else: begin every option with `- [ ]`, the right ones with `- [x]`"
    );
    assert_snapshot!(
        valid().edit(ORDER, "1. Write", "2. Write").problems(),
        @"content/questions/api/q-order.md:23:1: the list does not begin with 1: number the items from `1.`"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "  Write why it is right, and under which condition.\n", "").problems(),
        @"† content/questions/api/q-choice.md:25:7: this option has no reason: say on the next line, indented, why it is right or wrong"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "Write the right option here, and let it not be the longest of them\n  Write", "\n  Write").problems(),
        @"† content/questions/api/q-choice.md:25:7: this option is empty: write it, or remove it"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "  Write why it is right", "  - Write why it is right").problems(),
        @"† content/questions/api/q-choice.md:25:7: an option with a list, quote or code block in it: write the option on one line and its reason on the next, both as plain sentences"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "## Options", "## Options\n\nChoose one:").problems(),
        @"content/questions/api/q-choice.md:23:1: `## Options` must be a list and nothing else: begin every option with `- [ ]`, the right ones with `- [x]`"
    );
    let long = valid().edit(CHOICE, "Write the right option here", &"word ".repeat(40)).edit(
        CHOICE,
        "Write why it is right",
        &"word ".repeat(70),
    );
    assert_snapshot!(long.problems(), @"
    † content/questions/api/q-choice.md:25:7: the option is 239 characters long: shorten it to 150 or less
    † content/questions/api/q-choice.md:25:7: the reason is 378 characters long: shorten it to 300 or less
    ");
}

#[test]
fn reasons_may_stand_apart_or_be_wrapped() {
    let files = valid().edit(CHOICE, "  Write why it is right, and", "\n  Write why it is right,\n  and").edit(
        CHOICE,
        "  Write what is wrong",
        "Write what is wrong",
    );
    let (library, problems) = files.load();
    assert_eq!(problems, []);
    let options = &library.questions["q-choice"].options;
    assert_eq!(options[1].reason, "Write why it is right, and under which condition.");
    assert_eq!(options[0].reason, "Write what is wrong with it, in at most 300 characters.");
}

#[test]
fn options_stand_alone() {
    let right = "Write the right option here, and let it not be the longest of them";
    for option in ["All of the above", "None of these", "Both A and C", "A, B and C.", "Neither of the above, but TLS"]
    {
        let problems = valid().edit(CHOICE, right, option).problems();
        assert!(problems.contains("this option speaks of other options"), "{option}: {problems}");
    }
    for option in [
        "Both a cache and a queue",
        "All of the rows",
        "The sum of these rows",
        "Both",
        "A",
        "None",
        "A or AAAA records",
    ] {
        assert_eq!(valid().edit(CHOICE, right, option).problems(), "", "{option}");
    }
    assert_snapshot!(
        valid().edit(CHOICE, right, "write another mistake, as long and as detailed as the right option").problems(),
        @"† content/questions/api/q-choice.md:27:7: `Write another mistake, as long and as detailed as the right option` is an option twice: make them differ, or remove one"
    );
    assert_snapshot!(
        valid().edit(CHOICE, right, "All of the above").problems(),
        @"content/questions/api/q-choice.md:25:7: this option speaks of other options: say what it means: options are shuffled when they are shown"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "Write why it is right", "Unlike option B it works").problems(),
        @"content/questions/api/q-choice.md:25:7: the reason speaks of an option by its letter or number: say what that option says: options are shuffled when they are shown"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "Write what a strong", "The second option: write what a strong").problems(),
        @"content/questions/api/q-choice.md:30:1: the answer speaks of an option by its letter or number: say what that option says: options are shuffled, and not always shown"
    );
    assert_eq!(valid().edit(OPEN, "Write what a strong", "The second option is to write what a strong").problems(), "");
}

#[test]
fn what_belongs_to_one_kind() {
    assert_snapshot!(
        valid().edit(CHOICE, "aliases = []", "accepted = [\"a\"]\naliases = []").problems(),
        @"content/questions/api/q-choice.md:6:12: `accepted` is only for questions of the kind `short`, this one is `choice`: remove it, or change the kind"
    );
    assert_snapshot!(valid().edit(SHORT, "accepted", "key_points").problems(), @"
    † content/questions/api/q-short.md:1:1: `accepted` is missing: add it; a question needs one
    † content/questions/api/q-short.md:12:14: `key_points` is only for questions of the kind `open`, this one is `short`: remove it, or change the kind
    ");
    assert_snapshot!(
        valid().edit(OPEN, "  \"write what only experience teaches\",\n", "").problems(),
        @"content/questions/api/q-open.md:12:14: `key_points` has 2 entries: write 3 to 8"
    );
    assert_snapshot!(
        valid().edit(SHORT, "## Answer", "## Options\n\n- [x] A\n  B\n\n## Answer").problems(),
        @"content/questions/api/q-short.md:25:1: a question of the kind `short` has no options: remove this part, or change the kind"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "kind = \"choice\"", "kind = \"single\"").problems(),
        @"† content/questions/api/q-choice.md:3:8: `kind` cannot be `single`: write `choice`, `multi`, `truefalse`, `short`, `order` or `open`"
    );
    assert_snapshot!(
        valid().edit(CHOICE, "## Options", "").problems(),
        @"† content/questions/api/q-choice.md:30:1: `## Options` is missing: write it; a question of the kind `choice` needs one"
    );
}

#[test]
fn the_title_of_a_question() {
    assert_snapshot!(
        valid().edit(CHOICE, "## Question\n", "## Question\n\n```sql\nSELECT 1;\n```\n").problems(),
        @"
    † content/questions/api/q-choice.md:17:1: nothing says what this SQL does: add a check of the kind `sql` with `fence = 1`: what comes out, or `skip` and why
    † content/questions/api/q-choice.md:17:1: the question does not begin with a sentence: begin with a paragraph of prose: it is used as the title
    "
    );
    let files = valid().edit(CHOICE, "Write the question here,", "What does\n`SELECT *` do **here**,");
    let (library, problems) = files.load();
    assert_eq!(problems, []);
    let title = "What does SELECT * do here, so that this first paragraph makes sense alone?";
    assert_eq!(library.questions["q-choice"].title, title);
}
