//! Files that were read one by one -> the library, with everything checked that takes more than one file: ids, aliases,
//! areas, references and prerequisites.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::checks::Check;
use super::model::{Area, ItemKind, Library, Subject, Synonyms};
use super::problem::{Located, Place, Problem};
use super::rules::{ItemFile, OwnedItem, Reference};
use crate::nearest::nearest;

/// An item's file and how problems name it.
pub(super) struct Named {
    pub(super) path: String,
    pub(super) file: ItemFile,
}

/// Everything that was read, in the order of the paths.
pub(super) struct Parts {
    /// `None` when it is not known which areas there are.
    pub(super) areas: Option<Vec<Area>>,
    pub(super) synonyms: Synonyms,
    pub(super) outside: Vec<Subject>,
    pub(super) items: Vec<Named>,
    /// Ids, most likely, of files in wrong places.
    pub(super) strays: Vec<String>,
}

/// Adds the problems that it finds, and marks those of all files that had to be left out.
pub(super) fn assemble(mut parts: Parts, hash: String, problems: &mut Vec<Problem>) -> Library {
    check_areas(&parts, problems);
    drop_second_ids(&mut parts.items, problems);
    let by_alias = gather_aliases(&parts.items, problems);
    check_references(&parts, &by_alias, problems);
    check_cycles(&parts.items, problems);

    let mut library = Library {
        areas: parts.areas.unwrap_or_default(),
        synonyms: parts.synonyms,
        outside: parts.outside,
        by_alias: by_alias.into_iter().map(|(alias, claim)| (alias, claim.id.to_owned())).collect(),
        hash,
        ..Library::default()
    };
    let mut left_out = HashSet::new();
    for named in parts.items {
        match named.file.item {
            Some(OwnedItem::Topic(item)) => drop(library.topics.insert(item.id.clone(), item)),
            Some(OwnedItem::Question(item)) => drop(library.questions.insert(item.id.clone(), item)),
            Some(OwnedItem::Project(item)) => drop(library.projects.insert(item.id.clone(), item)),
            Some(OwnedItem::Roadmap(item)) => drop(library.roadmaps.insert(item.id.clone(), item)),
            None => drop(left_out.insert(named.path)),
        }
    }
    for problem in problems {
        problem.left_out |= left_out.contains(&problem.path);
    }
    library
}

/// Takes what the items state that can be executed.
pub(super) fn checks(items: &mut [Named]) -> Vec<Check> {
    let of = |named: &mut Named| {
        let (path, checks) = (named.path.clone(), std::mem::take(&mut named.file.checks));
        checks.into_iter().map(move |Located { value, place }| Check { path: path.clone(), place, stated: value })
    };
    items.iter_mut().flat_map(of).collect()
}

fn check_areas(parts: &Parts, problems: &mut Vec<Problem>) {
    let Some(areas) = &parts.areas else { return };
    let is_known = |id: &str| areas.iter().any(|area| area.id == id);
    for Named { path, file } in &parts.items {
        let Some(area) = &file.area else { continue };
        let Located { value, place } = area;
        match &file.folder {
            _ if !is_known(value) => {
                let remedy = match nearest(value, areas.iter().map(|area| area.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "take one that areas.toml lists, or add it there".to_owned(),
                };
                let what = match file.folder {
                    Some(_) => format!("unknown area `{value}`"),
                    None => format!("the folder `{value}` is no area"),
                };
                problems.push(place.problem(path, what, remedy));
            }
            Some(folder) if folder != value => {
                let what = format!("the area is `{value}` but the file lies in the folder `{folder}`");
                let remedy = format!("move it to the folder `{value}`, or write `{folder}`");
                problems.push(place.problem(path, what, remedy));
            }
            _ => {}
        }
    }
}

/// Of two items with one id the first one stays.
fn drop_second_ids(items: &mut [Named], problems: &mut Vec<Problem>) {
    let mut taken: HashMap<String, (ItemKind, String)> = HashMap::new();
    for Named { path, file } in items {
        let id = &file.id;
        match taken.get(&id.value) {
            Some((kind, first)) => {
                let what = format!("the id `{}` is also that of the {kind} in {first}", id.value);
                problems.push(id.place.problem(path, what, "choose another one: ids are unique over all kinds"));
                file.item = None;
            }
            None => drop(taken.insert(id.value.clone(), (file.kind, path.clone()))),
        }
    }
}

struct Claim<'a> {
    id: &'a str,
    path: &'a str,
}

/// Lower-cased alias -> the first item that lists it.
fn gather_aliases<'a>(items: &'a [Named], problems: &mut Vec<Problem>) -> BTreeMap<String, Claim<'a>> {
    let mut names: HashMap<String, (&'static str, usize)> = HashMap::new();
    for (index, Named { file, .. }) in items.iter().enumerate() {
        names.entry(file.id.value.to_lowercase()).or_insert(("id", index));
        if let Some(title) = &file.title {
            names.entry(title.to_lowercase()).or_insert(("title", index));
        }
    }
    let mut claims: BTreeMap<String, Claim<'a>> = BTreeMap::new();
    for (index, Named { path, file }) in items.iter().enumerate() {
        for alias in &file.aliases {
            let folded = alias.value.to_lowercase();
            let shown = &alias.value;
            let other = names.get(&folded).filter(|(_, other)| *other != index);
            if let Some((what, owner)) = other.and_then(|(what, other)| Some((what, items.get(*other)?))) {
                let what = format!("the alias `{shown}` is the {what} of {}", owner.path);
                problems.push(alias.place.problem(path, what, "remove it: an alias leads to one item only"));
            } else if let Some(first) = claims.get(&folded) {
                let what = format!("the alias `{shown}` is also one of {}", first.path);
                problems.push(alias.place.problem(path, what, "remove it from one of them"));
            } else {
                claims.insert(folded, Claim { id: &file.id.value, path });
            }
        }
    }
    claims
}

fn check_references(parts: &Parts, aliases: &BTreeMap<String, Claim<'_>>, problems: &mut Vec<Problem>) {
    let mut kinds: HashMap<&str, ItemKind> = HashMap::new();
    for Named { file, .. } in &parts.items {
        kinds.entry(&file.stem).or_insert(file.kind);
    }
    for Named { file, .. } in &parts.items {
        // A declared id counts for more than the name of another file.
        kinds.insert(&file.id.value, file.kind);
    }
    // In order, so that of equally near ids always the same is named.
    let known: BTreeSet<(ItemKind, &str)> = kinds.iter().map(|(id, kind)| (*kind, *id)).collect();
    for Named { path, file } in &parts.items {
        for Reference { field, kind, id } in &file.references {
            let name = id.value.as_str();
            let (what, remedy) = match kinds.get(name) {
                Some(found) if found == kind && name == file.id.value => {
                    (format!("`{name}` names itself in `{field}`"), "remove it".to_owned())
                }
                Some(found) if found == kind => continue,
                Some(found) => {
                    let what = format!("`{name}` in `{field}` is a {found}");
                    (what, format!("name a {kind} here, or remove it"))
                }
                None if parts.strays.iter().any(|stray| stray == name) => continue,
                None => {
                    let ids = known.iter().filter(|(of, _)| of == kind).map(|(_, id)| *id);
                    let what = format!("there is no {kind} `{name}`, which `{field}` names");
                    let remedy = match (aliases.get(&name.to_lowercase()), nearest(name, ids)) {
                        (Some(claim), _) => format!("write its id, `{}`", claim.id),
                        (None, Some(near)) => format!("did you mean `{near}`?"),
                        (None, None) => "write an id that exists, or remove it".to_owned(),
                    };
                    (what, remedy)
                }
            };
            problems.push(id.place.problem(path, what, remedy));
        }
    }
}

/// Reports each circle of prerequisites once, at its alphabetically first topic.
fn check_cycles(items: &[Named], problems: &mut Vec<Problem>) {
    let mut graph: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut places: HashMap<(&str, &str), (&str, Place)> = HashMap::new();
    for Named { path, file } in items.iter().filter(|named| named.file.kind == ItemKind::Topic) {
        let from = file.id.value.as_str();
        let edges = graph.entry(from).or_default();
        for reference in file.references.iter().filter(|reference| reference.field == "prerequisites") {
            let to = reference.id.value.as_str();
            if to != from {
                edges.push(to);
                places.insert((from, to), (path, reference.id.place));
            }
        }
    }
    for circle in circles(&graph) {
        let (Some(first), Some(second)) = (circle.first(), circle.get(1)) else { continue };
        let Some((path, place)) = places.get(&(*first, *second)) else { continue };
        let mut route = circle.clone();
        route.push(first);
        let what = format!("these prerequisites go in a circle: {}", route.join(" -> "));
        problems.push(place.problem(path, what, "remove one of them, so that some topic comes first"));
    }
}

/// The circles that a depth-first search closes, each beginning with its smallest id. Without recursion: a chain may be
/// as long as the library.
fn circles<'a>(graph: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<Vec<&'a str>> {
    let mut circles = BTreeSet::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in graph.keys() {
        // The path from `start` to where the search stands, each with the edges that are still to be followed.
        let mut path: Vec<(&str, std::slice::Iter<'_, &'a str>)> = Vec::new();
        let mut next = Some(*start);
        loop {
            if let Some(node) = next.take().filter(|node| !done.contains(node)) {
                if let Some(begin) = path.iter().position(|(earlier, _)| *earlier == node) {
                    let mut circle: Vec<&str> = path.iter().skip(begin).map(|(node, _)| *node).collect();
                    let smallest = circle.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(index, _)| index);
                    circle.rotate_left(smallest);
                    circles.insert(circle);
                } else if let Some(edges) = graph.get(node) {
                    path.push((node, edges.iter()));
                }
            }
            let Some((node, edges)) = path.last_mut() else { break };
            match edges.next() {
                Some(edge) => next = Some(edge),
                None => {
                    done.insert(node);
                    path.pop();
                }
            }
        }
    }
    circles
}
