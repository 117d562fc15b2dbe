//! The one window on an opened index: how often a term occurs, where, and what the sentences of an item are.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocId, DocSet, Index, InvertedIndexReader, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, Term};

pub(super) use tantivy::DocAddress;

use super::SearchError;
use super::ranking;
use super::schema::{Fields, Part};

pub(super) struct Reader {
    fields: Fields,
    searcher: Searcher,
    segments: Vec<Segment>,
    /// Where each item's document lies.
    addresses: Vec<DocAddress>,
    /// For each part, in the order of [`Part::ALL`], how much a length holds term frequencies back, by its id.
    length_norms: [Vec<f32>; 6],
}

struct Segment {
    /// In the order of [`Part::ALL`].
    parts: Vec<(Arc<InvertedIndexReader>, FieldNormReader)>,
    terms: Arc<InvertedIndexReader>,
    surfaces: Arc<InvertedIndexReader>,
    /// Document -> item.
    items: Vec<u32>,
}

/// Which items are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Looking<'a> {
    /// All, but no more than so many of a segment.
    AtFirst(u32),
    /// Those that lie there, in the order of the index.
    Among(&'a [DocAddress]),
}

/// A term's occurrence in a part of an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occurrence {
    pub(super) item: u32,
    pub(super) times: u32,
    /// See [`ranking::length_norm`].
    pub(super) length_norm: f32,
}

impl Reader {
    /// Opens an index that must hold exactly this many items, each once.
    pub(super) fn open(index: &Index, items: usize) -> Result<Reader, SearchError> {
        let fields = Fields::new();
        if index.schema() != fields.schema {
            return Err(SearchError::Foreign("it has other fields"));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let mut places = vec![None; items];
        let mut segments = Vec::new();
        for (ord, segment) in (0u32..).zip(searcher.segment_readers()) {
            let column = segment.fast_fields().u64("item")?;
            let mut docs = Vec::new();
            for doc in 0..segment.max_doc() {
                let item = column.first(doc).and_then(|item| u32::try_from(item).ok());
                let place = item.and_then(|item| places.get_mut(item as usize));
                let (Some(item), Some(place @ None)) = (item, place) else {
                    return Err(SearchError::Foreign("its documents are not the items of the content"));
                };
                *place = Some(DocAddress::new(ord, doc));
                docs.push(item);
            }
            let mut parts = Vec::new();
            for field in fields.parts {
                parts.push((segment.inverted_index(field)?, segment.get_fieldnorms_reader(field)?));
            }
            let terms = segment.inverted_index(fields.terms)?;
            let surfaces = segment.inverted_index(fields.surfaces)?;
            segments.push(Segment { parts, terms, surfaces, items: docs });
        }
        let Some(addresses) = places.into_iter().collect() else {
            return Err(SearchError::Foreign("items of the content are missing in it"));
        };
        let mut length_norms: [Vec<f32>; 6] = Default::default();
        for (part, norms) in length_norms.iter_mut().enumerate() {
            let total: u64 = segments
                .iter()
                .filter_map(|s| s.parts.get(part))
                .map(|(postings, _)| postings.total_num_tokens())
                .sum();
            let average = (total as f32 / items.max(1) as f32).max(1.0);
            let length = |id: u8| FieldNormReader::id_to_fieldnorm(id) as f32;
            norms.extend((0..=u8::MAX).map(|id| ranking::length_norm(length(id), average)));
        }
        Ok(Reader { fields, searcher, segments, addresses, length_norms })
    }

    pub(super) fn items(&self) -> usize {
        self.addresses.len()
    }

    /// In how many items a term stands, in whatever part.
    pub(super) fn frequency(&self, term: &str) -> Result<u32, SearchError> {
        let term = Term::from_field_text(self.fields.terms, term);
        let mut sum = 0;
        for segment in &self.segments {
            sum += segment.terms.doc_freq(&term)?;
        }
        Ok(sum)
    }

    /// The words of the index within one or two edits of a word (two neighbours swapped is one edit), with the number of
    /// items that each stands in.
    pub(super) fn similar(&self, surface: &str, edits: u8) -> Result<Vec<(String, u32)>, SearchError> {
        let term = Term::from_field_text(self.fields.surfaces, surface);
        let query = FuzzyTermQuery::new(term, edits, true);
        let mut found = Vec::new();
        for segment in &self.segments {
            let mut stream = segment.surfaces.terms().search(query.automaton()?).into_stream()?;
            while let Some((key, info)) = stream.next() {
                if let Ok(word) = std::str::from_utf8(key) {
                    found.push((word.to_owned(), info.doc_freq));
                }
            }
        }
        Ok(found)
    }

    /// Calls `each` for the items that have all the terms in this part; `times` is that of the rarest of them.
    pub(super) fn occurrences(
        &self,
        part: Part,
        terms: &[String],
        looking: Looking<'_>,
        mut each: impl FnMut(Occurrence),
    ) -> Result<(), SearchError> {
        let terms: Vec<Term> = terms.iter().map(|t| Term::from_field_text(self.fields.part(part), t)).collect();
        let place = part as usize;
        let norms = self.length_norms.get(place).map(Vec::as_slice).unwrap_or_default();
        for (ord, segment) in (0u32..).zip(&self.segments) {
            let Some((index, lengths)) = segment.parts.get(place) else { continue };
            let mut all = Vec::with_capacity(terms.len());
            for term in &terms {
                match index.read_postings(term, IndexRecordOption::WithFreqs)? {
                    Some(postings) => all.push(postings),
                    None => break,
                }
            }
            if all.len() < terms.len() {
                continue;
            }
            all.sort_by_key(SegmentPostings::doc_freq);
            let Some((rarest, others)) = all.split_first_mut() else { continue };
            let mut look_at = |rarest: &SegmentPostings, doc: DocId| {
                let mut times = rarest.term_freq();
                for other in others.iter_mut() {
                    if other.doc() < doc {
                        other.seek(doc);
                    }
                    if other.doc() != doc {
                        return;
                    }
                    times = times.min(other.term_freq());
                }
                if let Some(&item) = segment.items.get(doc as usize) {
                    let length_norm = norms.get(usize::from(lengths.fieldnorm_id(doc))).copied().unwrap_or(1.0);
                    each(Occurrence { item, times, length_norm });
                }
            };
            match looking {
                Looking::AtFirst(most) => {
                    let mut looks = 0;
                    while rarest.doc() != TERMINATED && looks < most {
                        look_at(rarest, rarest.doc());
                        rarest.advance();
                        looks += 1;
                    }
                }
                Looking::Among(addresses) => {
                    let start = addresses.partition_point(|address| address.segment_ord < ord);
                    let docs = addresses.get(start..).unwrap_or_default().iter();
                    for address in docs.take_while(|address| address.segment_ord == ord) {
                        if rarest.doc() < address.doc_id {
                            rarest.seek(address.doc_id);
                        }
                        if rarest.doc() == address.doc_id {
                            look_at(rarest, address.doc_id);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Where some items lie, in the order of the index.
    pub(super) fn in_order(&self, items: &[u32]) -> Vec<DocAddress> {
        let mut found: Vec<DocAddress> =
            items.iter().filter_map(|item| self.addresses.get(*item as usize).copied()).collect();
        found.sort_unstable();
        found
    }

    /// The stored passages of an item, in order.
    pub(super) fn passages(&self, item: u32) -> Result<Vec<String>, SearchError> {
        let Some(&address) = self.addresses.get(item as usize) else { return Ok(Vec::new()) };
        let document: TantivyDocument = self.searcher.doc(address)?;
        Ok(document.get_all(self.fields.passages).filter_map(|value| value.as_str().map(str::to_owned)).collect())
    }
}
