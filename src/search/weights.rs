//! All numbers of the ranking in one place. `backroad eval QUERIES --tune` looks for better ones.

use serde::Serialize;

macro_rules! weights {
    ($($(#[doc = $doc:literal])+ $name:ident: $value:literal,)+) => {
        /// How much each piece of evidence counts; see `ranking` for the formula. None is negative.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
        pub struct Weights {
            $($(#[doc = $doc])+ pub $name: f32,)+
        }

        impl Weights {
            /// What `/ask` uses.
            pub const SHIPPED: Weights = Weights { $($name: $value,)+ };

            /// Each weight with its name, to be changed.
            pub fn each(&mut self) -> Vec<(&'static str, &mut f32)> {
                vec![$((stringify!($name), &mut self.$name),)+]
            }
        }
    };
}

weights! {
    /// A match in the title.
    title: 0.1,
    /// In another name or the id.
    aliases: 0.1,
    /// In the ways to ask for it.
    asked_as: 3.0,
    /// In the summary.
    summary: 1.76,
    /// In the prose that explains.
    body: 1.1,
    /// In what surrounds it: examples, options, hints.
    detail: 0.4,
    /// A word that says little ("difference", "best") as a share of one that tells.
    light: 0.6,
    /// A question word ("how", "my") in a name or a way to ask, as a share; elsewhere it is not looked for.
    stop: 0.8,
    /// Both pieces of a compound, as a share of the word itself.
    pieces: 0.9,
    /// Two words that somebody wrote as one.
    joined: 0.95,
    /// The same where one of them is a stop word.
    joined_with_stop_word: 0.8,
    /// A word that means the same.
    synonym: 1.0,
    /// A word that means about the same.
    loose: 0.7,
    /// A repaired typo; each further edit takes as much again.
    one_edit: 0.6,
    /// Two words that were typed as one.
    split: 0.85,
    /// Nearness to a title, an alias or an id.
    name: 1.8,
    /// Nearness to a way to ask.
    phrase: 2.2,
    /// The power of both: how much more a very near name counts than a near one.
    power: 1.5,
    /// Neighbours of the query that stand together in the nearest name.
    together: 1.1,
    /// The query reads the same as a title, an alias or an id.
    equal_name: 6.0,
    /// It reads the same as a way to ask.
    equal_phrase: 2.5,
    /// The query without question words reads the same as a name.
    bare: 1.5,
    /// The item treats both things that are compared.
    sides: 0.6,
    /// Such a wording is usually about the item's topic.
    intent: 4.0,
    /// How far, in logits, a topic may be behind the likeliest one before that counts nothing.
    reach: 9.0,
    /// It is a topic.
    topic: 0.5,
}
