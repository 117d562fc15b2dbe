//! How findings look in a terminal of 80 columns. Pure.

use std::fmt::Write as _;

use crate::discord::{Belief, Finding, Seen, Verdict};

const WIDTH: usize = 80;

/// A finding in two aligned columns and a text that is wrapped beside them.
pub(super) fn line(finding: &Finding) -> String {
    let verdict = match finding.verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Problem => "problem",
    };
    beside(&format!("{verdict:<8} {:<9}", finding.what), &finding.text)
}

/// The last line.
pub(super) fn summary(findings: &[Finding]) -> String {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let counted = |n: usize, what: &str| (n > 0).then(|| format!("{n} {what}{}", if n == 1 { "" } else { "s" }));
    let parts = [counted(count(Verdict::Problem), "problem"), counted(count(Verdict::Warning), "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "everything is well".to_owned() } else { parts.join(", ") }
}

pub(super) fn belief(belief: &Belief) -> String {
    match &belief.seen {
        Seen::Holds => beside("holds        ", belief.text),
        Seen::DoesNotHold { instead } => beside("DOES NOT HOLD", &format!("{}: {instead}", belief.text)),
        Seen::NotTested { why } => beside("not tested   ", &format!("{}: {why}", belief.text)),
    }
}

/// What a test of beliefs could not take away again.
pub(super) fn left(what: &str) -> String {
    beside("not deleted  ", &format!("{what}: please delete it by hand"))
}

/// A text wrapped beside what stands on its left. Words that are too long (addresses) are not broken.
fn beside(left: &str, text: &str) -> String {
    let indent = left.chars().count() + 1;
    let mut lines = left.to_owned();
    let mut column = indent - 1;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column >= indent && column + 1 + length > WIDTH {
            // Writing to a string never fails.
            let _ = write!(lines, "\n{:indent$}{word}", "");
            column = indent + length;
        } else {
            let _ = write!(lines, " {word}");
            column += 1 + length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_report_is_aligned_and_fits_80_columns() {
        let findings = [
            Finding::new("token", Verdict::Ok, "accepted: application Backroad (1), bot user Backroad (1)"),
            Finding::new(
                "sessions",
                Verdict::Warning,
                "12 of 1000 starts left today: look in the log why the bot is started so often",
            ),
            Finding::new(
                "servers",
                Verdict::Problem,
                format!("invite it with https://example.com/{} and no other link", "x".repeat(80)),
            ),
        ];
        let text: Vec<String> = findings.iter().map(line).chain([summary(&findings)]).collect();
        assert_snapshot!(text.join("\n"), @"
        ok       token     accepted: application Backroad (1), bot user Backroad (1)
        warning  sessions  12 of 1000 starts left today: look in the log why the bot is
                           started so often
        problem  servers   invite it with
                           https://example.com/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                           and no other link
        1 problem, 1 warning
        ");
    }

    #[test]
    fn a_belief_that_does_not_hold_is_seen_at_once() {
        let text = "2000 characters of content are accepted, 2001 refused";
        let seen = [
            Seen::Holds,
            Seen::DoesNotHold { instead: "accepted what should be refused".to_owned() },
            Seen::NotTested { why: "the bot lacks a permission for that in this channel".to_owned() },
        ];
        let lines: Vec<String> = seen.map(|seen| belief(&Belief { text, seen })).into();
        assert_snapshot!(lines.join("\n"), @"
        holds         2000 characters of content are accepted, 2001 refused
        DOES NOT HOLD 2000 characters of content are accepted, 2001 refused: accepted
                      what should be refused
        not tested    2000 characters of content are accepted, 2001 refused: the bot
                      lacks a permission for that in this channel
        ");
    }
}
