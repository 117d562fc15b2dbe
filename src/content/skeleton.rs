//! New items to fill in. Each keeps every rule as it stands, and its sentences say what to write in their place.

use jiff::civil::Date;

use super::model::QuestionKind;

/// The title that an id suggests: `connection-pooling` -> `Connection pooling`.
pub fn title_of(id: &str) -> String {
    let words = id.strip_prefix("project-").or_else(|| id.strip_prefix("roadmap-")).unwrap_or(id).replace('-', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A topic of an area.
pub fn topic(id: &str, title: &str, area: &str, today: Date) -> String {
    let title = quote(title);
    format!(
        r#"+++
id = "{id}"
title = {title}
area = "{area}"
level = "beginner"                       # beginner, intermediate or advanced
minutes = 10                             # time to read it and try its example, 1 to 240
aliases = []                             # other names: short noun phrases, not questions
summary = "Write one or two sentences, at most 300 characters: what it is, and why a backend developer cares."
prerequisites = []                       # ids of topics to know first
related = []                             # ids of topics to read next
asked_as = [                             # five or more, as people type them
  "write how a beginner asks for it in half a sentence",
  "write the symptom that leads people here",
  "write the slang or abbreviation that people use",
  "write the error message that people paste",
  "write the comparison that people ask for",
]
reviewed_on = {today}

[[resources]]                            # one to five, an official one first
title = "Write the title of the official page"
url = "https://example.com/replace-with-the-official-page"
kind = "official"                        # official, specification, article, book, course, video or tool
+++

## Explanation

Write what it is, in one or two sentences that somebody understands who hears the name for the first time. Name the
problem that existed before it, because people remember a solution by its problem.

Write how it works, step by step, with the terms that the documentation uses, so that readers can search for more. Keep to
what a backend developer meets at work, and leave the history out unless it explains a strange name.

Write why it matters: what becomes faster, safer or simpler, and roughly by how much. Prefer one precise claim with its
condition to a sweeping one.

Write when not to use it, and what to use instead. Keep the whole part between 120 and 450 words, in short paragraphs that
can be read on a phone.

## Example

Write one sentence that says what the example shows, and then the example itself, as short as it can be and still run:

```text
Replace this with code, SQL, a request or a command,
and name its language after the fence.
```

## Pitfalls

- **Write the first mistake here.** Say how people notice it in production, why it happens, and what to do instead.
- **Write the second mistake here.** Two are enough, if they are the ones that people really make.
"#
    )
}

/// A question about a topic.
pub fn question(id: &str, kind: QuestionKind, topic: &str, today: Date) -> String {
    let field = match kind {
        QuestionKind::Short => {
            "accepted = [                             # one to twenty answers that count as right, the best one first\n  \
             \"write the best answer\",\n  \"write another spelling of it\",\n]\n"
        }
        QuestionKind::Open => {
            "key_points = [                           # three to eight points that a good answer makes\n  \
             \"write the point that every good answer makes\",\n  \"write a condition or trade-off that it names\",\n  \
             \"write what only experience teaches\",\n]\n"
        }
        _ => "",
    };
    let (options, answer, listen) = (options(kind), answer(kind), explanation(kind));
    let kind = kind.as_str();
    format!(
        r#"+++
id = "{id}"
kind = "{kind}"
topics = ["{topic}"]                     # topic ids, the main one first
level = "beginner"                       # beginner, intermediate or advanced
aliases = []                             # other names, if it has any
asked_as = [                             # three or more, as people type them
  "write how somebody asks this in chat",
  "write the symptom that raises this question",
  "write it with the slang or abbreviation that people use",
]
{field}reviewed_on = {today}
+++

## Question

Write the question here, so that this first paragraph makes sense alone?

Add what it needs, such as code or numbers, below. Keep the whole part within 600 characters.
{options}
## Answer

{answer}

## Explanation

{listen}

## Follow-ups

- Write what the interviewer asks next, or remove this part.
"#
    )
}

fn options(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice => {
            "
## Options

- [ ] Write a mistake that people really make, as one line of at most 150 characters
  Write what is wrong with it, in at most 300 characters.
- [x] Write the right option here, and let it not be the longest of them
  Write why it is right, and under which condition.
- [ ] Write another mistake, as long and as detailed as the right option
  Write what people mix up when they choose it.
"
        }
        QuestionKind::Multi => {
            "
## Options

- [x] Write a right option here, as one line of at most 150 characters
  Write why it is right, in at most 300 characters.
- [ ] Write a mistake that people really make, as long as the right options
  Write what is wrong with it.
- [x] Write one more right option here, for this kind has two or more
  Write why it is right, and under which condition.
"
        }
        QuestionKind::TrueFalse => {
            "
## Options

- [x] True
  Write why the statement holds, in at most 300 characters, or tick the other box.
- [ ] False
  Write why people think that it does not hold.
"
        }
        QuestionKind::Order => {
            "
## Options

1. Write the first step here, as one line of at most 150 characters
   Write why it comes first, in at most 300 characters.
2. Write the second step here, without a word that gives its place away
   Write what it needs from the step before it.
3. Write the third step here, and up to three more below it
   Write why it cannot come earlier.
"
        }
        QuestionKind::Short | QuestionKind::Open => "",
    }
}

fn answer(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Open => {
            "Write what a strong candidate says in two minutes, at most 1800 characters: the point first, then the \
             conditions and trade-offs, then an example from practice."
        }
        _ => {
            "Write what a strong candidate says in three sentences, at most 500 characters. It makes sense to somebody who \
             has not seen the rest."
        }
    }
}

fn explanation(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Open => {
            "Write what the interviewer listens for and what weak answers sound like, at most 900 characters."
        }
        _ => "Write why it is so, what follows from it and what people mix up, at most 900 characters.",
    }
}

/// A project that practises a topic.
pub fn project(id: &str, title: &str, topic: &str, today: Date) -> String {
    let title = quote(title);
    format!(
        r#"+++
id = "{id}"
title = {title}
level = "beginner"                       # beginner, intermediate or advanced
topics = ["{topic}"]                     # ids of topics that it practises, the main one first
hours = 10                               # typical effort, 1 to 400
aliases = []                             # other names: short noun phrases, not questions
summary = "Write what is built and why building it teaches something, at most 300 characters."
asked_as = [                             # three or more, as people type them
  "write how somebody asks for such a project",
  "write which well-known product it resembles",
  "write what somebody wants to practise with it",
]
reviewed_on = {today}
+++

## Brief

Write what to build, for whom, and what it does for them, in two or three sentences. Somebody who reads only these must be
able to start.

Write what makes it interesting: the one decision that has no obvious answer, and what goes wrong when it is taken
carelessly. Say which parts to leave out, because a small program that is finished teaches more than a large one that is
not.

Write which pieces it needs, such as a database, a queue or a second service, and leave the choice of products to the
reader. Keep the whole part between 80 and 300 words.

## Acceptance checks

- [ ] Write a request and the exact response that it must get.
- [ ] Write a failure, and what the program must do about it.
- [ ] Write a number that can be measured from outside, and how to measure it.

## Stretch goals

- Write something that makes it harder, for people who have finished.

## Hints

- Write where people get stuck first, and the way out.
- Write what people find out too late, and how to see it earlier.
"#
    )
}

/// A roadmap whose only stage teaches a topic.
pub fn roadmap(id: &str, title: &str, topic: &str, today: Date) -> String {
    let title = quote(title);
    format!(
        r#"id = "{id}"
title = {title}
summary = "Write whom it is for and what they can do at its end, at most 300 characters."
aliases = []                             # other names: short noun phrases, not questions
reviewed_on = {today}

[[stages]]                               # one for each step, in order
title = "Write what the first stage is about"
weeks = {{ min = 1, max = 2 }}             # or hours = …; remove it if it cannot be said
topics = ["{topic}"]                     # ids of topics that everybody studies
projects = []                            # ids of projects to build
tips = ["Write how to get the most out of this stage."]
"#
    )
}

/// A TOML string.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
