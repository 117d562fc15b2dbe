//! Forms that the stemmer does not bring together: "bought" and "buy", "lost" and "lose", "indices" and "index".

/// The base form of an irregular one. Forms that are words of their own ("left", "found", "saw" as a tool) are left alone
/// where the other meaning is as frequent among developers.
pub(super) fn base(word: &str) -> Option<&'static str> {
    Some(match word {
        "worse" | "worst" => "bad",
        "became" => "become",
        "began" | "begun" => "begin",
        "bigger" | "biggest" => "big",
        "broke" | "broken" => "break",
        "brought" => "bring",
        "built" => "build",
        "burnt" => "burn",
        "bought" => "buy",
        "caught" => "catch",
        "cheaper" => "cheap",
        "children" => "child",
        "chose" | "chosen" => "choose",
        "came" => "come",
        "criteria" => "criterion",
        "dying" | "died" | "dies" => "die",
        "drawn" | "drew" => "draw",
        "drank" => "drink",
        "drove" | "driven" => "drive",
        "ate" | "eaten" => "eat",
        "fallen" | "fell" => "fall",
        "faster" | "fastest" => "fast",
        "felt" => "feel",
        "fought" => "fight",
        "feet" => "foot",
        "forgot" | "forgotten" => "forget",
        "froze" | "frozen" => "freeze",
        "gave" | "given" => "give",
        "went" => "go",
        "grew" | "grown" => "grow",
        "halves" => "half",
        "heard" => "hear",
        "hid" | "hidden" => "hide",
        "held" => "hold",
        "indices" => "index",
        "kept" => "keep",
        "knives" => "knife",
        "knew" | "known" => "know",
        "laid" => "lay",
        "led" => "lead",
        "learnt" => "learn",
        "lent" => "lend",
        "lost" => "lose",
        "made" => "make",
        "men" => "man",
        "matrices" => "matrix",
        "meant" => "mean",
        "met" => "meet",
        "misspelt" => "misspell",
        "mice" => "mouse",
        "overwrote" | "overwritten" => "overwrite",
        "paid" => "pay",
        "rewrote" | "rewritten" => "rewrite",
        "rode" | "ridden" => "ride",
        "rang" => "ring",
        "ran" => "run",
        "safer" => "safe",
        "schemata" => "schema",
        "saw" | "seen" => "see",
        "sold" => "sell",
        "sent" => "send",
        "shook" | "shaken" => "shake",
        "shot" => "shoot",
        "shown" => "show",
        "sang" => "sing",
        "sank" => "sink",
        "sat" => "sit",
        "slept" => "sleep",
        "slowest" => "slow",
        "spoke" | "spoken" => "speak",
        "spelt" => "spell",
        "spent" => "spend",
        "stood" => "stand",
        "stole" | "stolen" => "steal",
        "stuck" => "stick",
        "struck" => "strike",
        "swore" | "sworn" => "swear",
        "swept" => "sweep",
        "swam" => "swim",
        "took" | "taken" => "take",
        "taught" => "teach",
        "tore" | "torn" => "tear",
        "told" => "tell",
        "thought" => "think",
        "threw" | "thrown" => "throw",
        "tying" => "tie",
        "understood" => "understand",
        "vertices" => "vertex",
        "woke" | "woken" => "wake",
        "wore" | "worn" => "wear",
        "won" => "win",
        "women" => "woman",
        "wrote" | "written" => "write",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::base;
    use crate::search::analysis::Analyser;

    #[test]
    fn irregular_forms_meet_their_base() {
        let mut analyser = Analyser::new();
        for (form, regular) in
            [("bought", "buying"), ("lost", "loses"), ("sent", "sends"), ("indices", "indexes"), ("froze", "freezing")]
        {
            assert_eq!(analyser.term(form), analyser.term(regular), "{form}");
        }
    }

    #[test]
    fn a_base_is_no_irregular_form() {
        for word in ["buy", "lose", "send", "index", "left", "found", "build", "write"] {
            assert_eq!(base(word), None, "{word}");
        }
    }
}
