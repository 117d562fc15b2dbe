//! How much a word says about what is wanted: question words and chat-speak say nothing, or little.

/// How much a word says about what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Content,
    /// Words that stand in many questions and say little: "difference", "work", "best". They count for less.
    Light,
    /// Words that only make a sentence of it: "how", "does", "the", "pls". They are dropped unless nothing else is left.
    Stop,
}

/// The class of a folded word.
pub(super) fn class(surface: &str) -> Class {
    match surface {
        // English.
        "a" | "about" | "after" | "again" | "all" | "already" | "also" | "always" | "am" | "an" | "and" | "any" | "anyone"
        | "anything" | "are" | "arent" | "as" | "at" | "be" | "because" | "been" | "before" | "being" | "but" | "by"
        | "can" | "cannot" | "cant" | "could" | "couldnt" | "did" | "didnt" | "do" | "does" | "doesnt" | "doing" | "dont"
        | "each" | "either" | "else" | "even" | "ever" | "every" | "for" | "from" | "had" | "has" | "hasnt" | "have"
        | "havent" | "he" | "her" | "here" | "him" | "his" | "how" | "i" | "id" | "if" | "ill" | "im" | "in" | "into"
        | "is" | "isnt" | "it" | "its" | "itself" | "ive" | "just" | "lets" | "may" | "maybe" | "me" | "might" | "mine"
        | "must" | "my" | "myself" | "no" | "nor" | "not" | "of" | "off" | "on" | "once" | "only" | "or" | "our" | "ours"
        | "out" | "over" | "own" | "quite" | "really" | "she" | "should" | "shouldnt" | "so" | "some" | "somebody"
        | "somehow" | "someone" | "something" | "still" | "such" | "than" | "that" | "thats" | "the" | "their" | "them"
        | "then" | "there" | "theres" | "these" | "they" | "theyre" | "this" | "those" | "though" | "to" | "too"
        | "until" | "up" | "upon" | "us" | "very" | "was" | "wasnt" | "we" | "were" | "what" | "whatever" | "whats"
        | "when" | "where" | "whether" | "which" | "while" | "who" | "whom" | "whose" | "why" | "will" | "with" | "wont"
        | "would" | "wouldnt" | "yes" | "yet" | "you" | "your" | "yours" | "yourself"
        // As people chat.
        | "aight" | "ain" | "aint" | "any1" | "atm" | "b4" | "bout" | "every1" | "no1" | "n" | "nd" | "noone" | "r" | "w" | "y"
         | "alright" | "asap" | "bro" | "bruh" | "btw" | "coz" | "cuz" | "dis" | "dude" | "dunno"
        | "eli5" | "esp" | "folks" | "fr" | "fyi" | "gimme" | "gonna" | "gotta" | "guys" | "haha" | "halp" | "hello"
        | "hey" | "heya" | "hi" | "hiya" | "hmm" | "idc" | "idk" | "iirc" | "imho" | "imo" | "kinda" | "kindly" | "lemme"
        | "lmao" | "lol" | "lowkey" | "mate" | "nah" | "ngl" | "nope" | "ok" | "okay" | "omg" | "pleas" | "please"
        | "pliz" | "pls" | "plss" | "plz" | "ppl" | "rly" | "rn" | "smb" | "smh" | "smth" | "some1" | "sorta" | "srsly"
        | "sry" | "tbh" | "tf" | "thank" | "thanks" | "tho" | "thx" | "tldr" | "tnx" | "ty" | "u" | "ugh" | "uh" | "um"
        | "ur" | "urself" | "ve" | "wanna" | "wat" | "wdym" | "wht" | "wtf" | "wth" | "wut" | "yall" | "yeah" | "yep"
        | "yo" => Class::Stop,
        "actually" | "anybody" | "basic" | "basically" | "basics" | "best" | "better" | "between" | "compare"
        | "compared" | "comparison" | "concept" | "define" | "definition" | "describe" | "diff" | "differ" | "difference"
        | "differences" | "different" | "example" | "examples" | "exactly" | "explain" | "explained" | "explanation"
        | "get" | "getting" | "give" | "gives" | "good" | "got" | "guide" | "help" | "instead" | "intro" | "introduction"
        | "keep" | "keeps" | "kind" | "know" | "learn" | "like" | "make" | "makes" | "making" | "mean" | "meaning"
        | "means" | "need" | "needed" | "needs" | "new" | "normal" | "people" | "point" | "problem" | "question"
        | "questions" | "right" | "same" | "show" | "simple" | "someones" | "stuff" | "tell" | "thing" | "things"
        | "tips" | "try" | "trying" | "tutorial" | "understand" | "use" | "used" | "uses" | "using" | "versus" | "vs"
        | "want" | "wants" | "way" | "ways" | "work" | "working" | "works" | "wrong" => Class::Light,
        _ => Class::Content,
    }
}
