//! A message on a terminal: author, text wrapped to 80 columns, numbers in front of everything that can be pressed.

use crate::playground::shown::{Control, Shown};

const COLUMNS: usize = 80;

pub(super) struct Page {
    pub(super) text: String,
    /// The controls in the order of their numbers.
    pub(super) controls: Vec<Control>,
}

impl Page {
    pub(super) fn of(shown: &Shown, colors: bool) -> Self {
        let mut lines =
            vec![if colors { format!("\x1b[1m{}\x1b[0m", shown.author()) } else { shown.author().to_owned() }];
        for line in wrapped(&shown.body_with_times()).lines() {
            lines.push(if colors { colored(line) } else { line.to_owned() });
        }
        let mut numbered = Vec::new();
        for row in shown.rows() {
            let mut buttons = Vec::new();
            for control in row {
                match &control {
                    Control::Button { label, disabled: true, .. } => buttons.push(format!("[{label}] (disabled)")),
                    Control::Button { label, .. } => {
                        buttons.push(format!("{} [{label}]", numbered.len() + 1));
                        numbered.push(control);
                    }
                    Control::Select { placeholder, disabled: true, .. } => {
                        lines.push(format!("  [{placeholder}] (disabled)"));
                    }
                    Control::Select { .. } => {
                        lines.extend(menu(&control, numbered.len() + 1));
                        numbered.push(control);
                    }
                }
            }
            if !buttons.is_empty() {
                lines.extend(wrapped(&format!("  {}", buttons.join("   "))).lines().map(str::to_owned));
            }
        }
        if shown.is_ephemeral() && !shown.is_thinking() {
            lines.push("  (only you can see this)".to_owned());
        }
        lines.push(String::new());
        Self { text: lines.join("\n"), controls: numbered }
    }
}

/// A menu and its options, each with what to type for it.
fn menu(control: &Control, number: usize) -> Vec<String> {
    let Control::Select { placeholder, options, component_type, .. } = control else { return Vec::new() };
    if options.is_empty() {
        let example = match component_type {
            6 => "@Moderator",
            8 => "#general",
            _ => "@ben",
        };
        return vec![format!("  {number} [{placeholder}]  such as {number} {example}")];
    }
    let mut lines = vec![format!("  {number} [{placeholder}]")];
    for (index, option) in options.iter().enumerate() {
        let description =
            if option.description.is_empty() { String::new() } else { format!(": {}", option.description) };
        let chosen = if option.chosen { " (chosen)" } else { "" };
        let line = format!("    {number} {}  {}{description}{chosen}", index + 1, option.label);
        lines.extend(wrapped(&line).lines().map(str::to_owned));
    }
    lines
}

/// Dims the frame of embeds.
fn colored(line: &str) -> String {
    match line.strip_prefix('|') {
        Some(rest) => format!("\x1b[2m|\x1b[0m{rest}"),
        None => line.to_owned(),
    }
}

/// The text with lines of at most 80 columns, broken between words. Continued lines keep the frame or the indentation
/// of the first.
pub(super) fn wrapped(text: &str) -> String {
    let mut out = Vec::new();
    for line in text.lines() {
        let lead: String = line.chars().take_while(|c| *c == ' ' || *c == '|').take(COLUMNS / 2).collect();
        let mut current = String::new();
        for word in line.split_inclusive(' ') {
            let fits = width(&current) + width(word.trim_end()) <= COLUMNS;
            if !fits && width(&current) > width(&lead) {
                out.push(current.trim_end().to_owned());
                current = lead.clone();
            }
            let mut rest = word;
            // A word longer than a line is cut.
            while width(&current) + width(rest.trim_end()) > COLUMNS {
                let room = COLUMNS.saturating_sub(width(&current)).max(1);
                let cut = rest.char_indices().nth(room).map_or(rest.len(), |(place, _)| place);
                let (now, later) = rest.split_at(cut);
                current.push_str(now);
                out.push(std::mem::replace(&mut current, lead.clone()));
                rest = later;
            }
            current.push_str(rest);
        }
        out.push(current.trim_end().to_owned());
    }
    out.join("\n")
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_between_words_and_keep_their_frame() {
        let text = format!("| {}end", "word ".repeat(25));
        let lines: Vec<String> = wrapped(&text).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.starts_with("| word") && line.len() <= 80));
        assert!(lines.iter().all(|line| !line.ends_with(' ')));
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_no_letter_is_lost(text in "[|]? {0,3}([a-zé|]{0,150} ?){0,8}") {
            let result = wrapped(&text);
            prop_assert!(result.lines().all(|line| width(line) <= COLUMNS));
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&result), letters(&text));
        }
    }
}
