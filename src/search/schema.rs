//! What the index holds: one document per item. Knows the fields, not what is written into them.

use tantivy::schema::{FAST, NumericOptions};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};

/// Goes up with every change of the fields, of what is written into them, or of the training of `intent`: an index that was
/// built before is stale then.
pub(super) const SCHEMA_VERSION: u32 = 2;

/// The parts of an item that are searched, most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    /// Other names, and the words of the id.
    Aliases,
    /// How people ask for it.
    AskedAs,
    Summary,
    /// The prose that explains: explanation, pitfalls, answer, brief.
    Body,
    /// What surrounds it: examples, code, options, hints.
    Detail,
}

impl Part {
    pub(super) const ALL: [Part; 6] =
        [Part::Title, Part::Aliases, Part::AskedAs, Part::Summary, Part::Body, Part::Detail];

    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Title => "title",
            Part::Aliases => "aliases",
            Part::AskedAs => "asked_as",
            Part::Summary => "summary",
            Part::Body => "body",
            Part::Detail => "detail",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    /// The place of the item in `Library::items()`; holds because an index is used only with the content it was built from.
    pub(super) item: Field,
    /// In the order of [`Part::ALL`].
    pub(super) parts: [Field; 6],
    /// Every term of every part: tells in how many items a term stands.
    pub(super) terms: Field,
    /// Every word of every part as it is written, not stemmed: what a mistyped word may have meant.
    pub(super) surfaces: Field,
    /// Stored sentences, see `snippet::Passage`.
    pub(super) passages: Field,
}

impl Fields {
    pub(super) fn new() -> Fields {
        // Our own analysis writes terms separated by spaces, so the index needs no tokenizer of its own.
        let mut builder = Schema::builder();
        let counted =
            TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::WithFreqs);
        let listed = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let counted = TextOptions::default().set_indexing_options(counted);
        let listed = TextOptions::default().set_indexing_options(listed);

        let item = builder.add_u64_field("item", NumericOptions::from(FAST));
        let parts = Part::ALL.map(|part| builder.add_text_field(part.name(), counted.clone()));
        let terms = builder.add_text_field("terms", listed.clone());
        let surfaces = builder.add_text_field("surfaces", listed);
        let passages = builder.add_text_field("passages", STORED);
        Fields { schema: builder.build(), item, parts, terms, surfaces, passages }
    }

    pub(super) fn part(&self, part: Part) -> Field {
        let [title, aliases, asked_as, summary, body, detail] = self.parts;
        match part {
            Part::Title => title,
            Part::Aliases => aliases,
            Part::AskedAs => asked_as,
            Part::Summary => summary,
            Part::Body => body,
            Part::Detail => detail,
        }
    }
}
