//! `backroad new`: writes the skeleton of an item where it belongs.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{anyhow, bail};
use jiff::civil::Date;

use crate::content::{self, Library, QUESTION_KINDS, QuestionKind, Topic, skeleton};
use crate::nearest::nearest;

/// What to write.
#[derive(Clone, Debug)]
pub enum NewItem {
    /// Without a title, the id suggests one.
    Topic {
        id: String,
        area: String,
        title: Option<String>,
    },
    /// Filed under the area of its topic.
    Question {
        id: String,
        topic: String,
        kind: QuestionKind,
    },
    Project {
        id: String,
        topic: String,
    },
    Roadmap {
        id: String,
        topic: String,
    },
}

/// A kind of question by its name in files: for the command line's parser.
///
/// # Errors
/// A sentence with the nearest or all kinds.
pub fn parse_kind(name: &str) -> Result<QuestionKind, String> {
    if let Some(kind) = QUESTION_KINDS.into_iter().find(|kind| kind.as_str() == name) {
        return Ok(kind);
    }
    let names = QUESTION_KINDS.map(QuestionKind::as_str);
    match nearest(name, names) {
        Some(near) => Err(format!("unknown kind of question: did you mean `{near}`?")),
        None => Err(format!("unknown kind of question: take one of {}", names.join(", "))),
    }
}

/// Writes the skeleton below the content folder and prints its path. Never overwrites a file.
///
/// # Errors
/// One sentence when the id, the title, the area or the topic will not do, or the file cannot be written.
pub fn run(content: &Path, item: &NewItem, today: Date, out: &mut impl Write) -> anyhow::Result<()> {
    let (library, _) = content::load(content)?;
    check_new_id(&library, item.id())?;
    let (path, text) = match item {
        NewItem::Topic { id, area, title } => {
            check_area(&library, area)?;
            let title = title.clone().unwrap_or_else(|| skeleton::title_of(id));
            content::check_title(&title).map_err(|(what, remedy)| anyhow!("{what}: {remedy}"))?;
            (format!("topics/{area}/{id}.md"), skeleton::topic(id, &title, area, today))
        }
        NewItem::Question { id, topic, kind } => {
            let topic = find_topic(&library, topic)?;
            // An area is checked as text only once it names a folder.
            check_area(&library, &topic.area)?;
            (format!("questions/{}/{id}.md", topic.area), skeleton::question(id, *kind, &topic.id, today))
        }
        NewItem::Project { id, topic } => {
            let topic = find_topic(&library, topic)?;
            (format!("projects/{id}.md"), skeleton::project(id, &skeleton::title_of(id), &topic.id, today))
        }
        NewItem::Roadmap { id, topic } => {
            let topic = find_topic(&library, topic)?;
            (format!("roadmaps/{id}.toml"), skeleton::roadmap(id, &skeleton::title_of(id), &topic.id, today))
        }
    };
    let file = content.join(path);
    write_new(&file, &text)?;
    writeln!(out, "wrote {}: replace its sentences with yours, then run `backroad check`", file.display())?;
    Ok(())
}

impl NewItem {
    fn id(&self) -> &str {
        match self {
            NewItem::Topic { id, .. }
            | NewItem::Question { id, .. }
            | NewItem::Project { id, .. }
            | NewItem::Roadmap { id, .. } => id,
        }
    }
}

fn check_new_id(library: &Library, id: &str) -> anyhow::Result<()> {
    content::check_id(id).map_err(|(what, remedy)| anyhow!("{what}: {remedy}"))?;
    match library.find(id) {
        Some(taken) if taken.id() == id => bail!("there is a {} `{id}` already: choose another id", taken.kind()),
        Some(taken) => bail!("`{id}` is an alias of the {} `{}`: choose another id", taken.kind(), taken.id()),
        None => Ok(()),
    }
}

fn check_area(library: &Library, area: &str) -> anyhow::Result<()> {
    if library.area(area).is_some() {
        return Ok(());
    }
    match nearest(area, library.areas.iter().map(|area| area.id.as_str())) {
        Some(near) => bail!("unknown area `{area}`: did you mean `{near}`?"),
        None => bail!("unknown area `{area}`: take one that areas.toml lists, or add it there"),
    }
}

fn find_topic<'a>(library: &'a Library, topic: &str) -> anyhow::Result<&'a Topic> {
    if let Some(topic) = library.topic(topic) {
        return Ok(topic);
    }
    match nearest(topic, library.topics.keys().map(String::as_str)) {
        Some(near) => bail!("unknown topic `{topic}`: did you mean `{near}`?"),
        None => bail!("unknown topic `{topic}`: write the topic first, or run `backroad check` if it is there"),
    }
}

fn write_new(file: &Path, text: &str) -> anyhow::Result<()> {
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow!("`{}` exists already: choose another id, or edit it", file.display()),
        _ => anyhow!("`{}` cannot be written ({error}): check the permissions of its folder", file.display()),
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut new = OpenOptions::new().write(true).create_new(true).open(file).map_err(cannot)?;
    new.write_all(text.as_bytes()).map_err(cannot)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use insta::assert_snapshot;
    use jiff::civil::date;

    use super::*;
    use crate::cli::{Outcome, check};

    struct Folder {
        _dir: tempfile::TempDir,
        content: PathBuf,
    }

    /// A content folder with two areas and the topic `rest`.
    fn folder() -> Folder {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        fs::create_dir(&content).unwrap();
        let area = |id: &str| format!("[[areas]]\nid = \"{id}\"\ntitle = \"{id}\"\nsummary = \"An area.\"\n");
        fs::write(content.join("areas.toml"), area("api") + &area("caching")).unwrap();
        let folder = Folder { _dir: dir, content };
        folder.new_item(&topic("rest", "api")).unwrap();
        folder
    }

    impl Folder {
        fn new_item(&self, item: &NewItem) -> Result<String, String> {
            let mut out = Vec::new();
            run(&self.content, item, date(2026, 11, 20), &mut out).map_err(|error| self.shown(&error.to_string()))?;
            Ok(self.shown(&String::from_utf8(out).unwrap()))
        }

        fn shown(&self, text: &str) -> String {
            text.replace(&self.content.display().to_string(), "content")
        }

        fn check(&self) -> String {
            let mut out = Vec::new();
            let _: Outcome = check::run(&self.content, check::Arguments::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        }
    }

    fn topic(id: &str, area: &str) -> NewItem {
        NewItem::Topic { id: id.to_owned(), area: area.to_owned(), title: None }
    }

    fn titled(title: &str) -> NewItem {
        NewItem::Topic { id: "http".to_owned(), area: "api".to_owned(), title: Some(title.to_owned()) }
    }

    fn project(id: &str, topic: &str) -> NewItem {
        NewItem::Project { id: id.to_owned(), topic: topic.to_owned() }
    }

    #[test]
    fn every_kind_of_skeleton_passes_the_check() {
        let folder = folder();
        for kind in QUESTION_KINDS {
            let id = format!("a-{}", kind.as_str());
            folder.new_item(&NewItem::Question { id, topic: "rest".to_owned(), kind }).unwrap();
        }
        assert_snapshot!(
            folder.new_item(&project("project-shop", "rest")).unwrap(),
            @"wrote content/projects/project-shop.md: replace its sentences with yours, then run `backroad check`"
        );
        folder.new_item(&NewItem::Roadmap { id: "roadmap-web".to_owned(), topic: "rest".to_owned() }).unwrap();
        folder.new_item(&titled("The \"HTTP\" \\ protocol")).unwrap();
        folder.new_item(&topic(&"x".repeat(60), "caching")).unwrap();
        assert_snapshot!(
            folder.check(),
            @"checked 3 topics, 6 questions, 1 project, 1 roadmap in 2 areas: no problems"
        );
        let (library, _) = content::load(&folder.content).unwrap();
        assert_eq!(library.topics["http"].title, "The \"HTTP\" \\ protocol");
        assert_eq!(library.projects["project-shop"].title, "Shop");
        assert_eq!(library.questions["a-open"].area, "api");
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = folder();
        assert_snapshot!(
            folder.new_item(&topic("rest", "caching")).unwrap_err(),
            @"there is a topic `rest` already: choose another id"
        );
        let broken = folder.content.join("topics/api/http.md");
        fs::write(&broken, "").unwrap();
        assert_snapshot!(
            folder.new_item(&titled("HTTP")).unwrap_err(),
            @"`content/topics/api/http.md` exists already: choose another id, or edit it"
        );
        assert_eq!(fs::read_to_string(broken).unwrap(), "");
        let rest = folder.content.join("topics/api/rest.md");
        let text = fs::read_to_string(&rest).unwrap().replace("aliases = []", "aliases = [\"restful\"]");
        fs::write(rest, text).unwrap();
        assert_snapshot!(
            folder.new_item(&topic("restful", "api")).unwrap_err(),
            @"`restful` is an alias of the topic `rest`: choose another id"
        );
    }

    #[test]
    fn bad_arguments_are_refused_in_one_sentence() {
        let folder = folder();
        assert_snapshot!(
            folder.new_item(&topic("../Etc", "api")).unwrap_err(),
            @"`../Etc` is no id: write lower-case letters and digits, joined by single hyphens, like `etc`"
        );
        assert_snapshot!(
            folder.new_item(&topic("", "api")).unwrap_err(),
            @"`` is no id: write lower-case letters and digits, joined by single hyphens"
        );
        assert_snapshot!(
            folder.new_item(&topic("http", "apis")).unwrap_err(),
            @"unknown area `apis`: did you mean `api`?"
        );
        assert_snapshot!(
            folder.new_item(&topic("http", "../x")).unwrap_err(),
            @"unknown area `../x`: take one that areas.toml lists, or add it there"
        );
        assert_snapshot!(folder.new_item(&titled(" ")).unwrap_err(), @"the title is empty: write it");
        assert_snapshot!(
            folder.new_item(&titled("a\nb")).unwrap_err(),
            @"the title has invisible characters, or a space at its beginning or end: remove them"
        );
        assert_snapshot!(
            folder.new_item(&titled(&"x".repeat(101))).unwrap_err(),
            @"the title is 101 characters long: shorten it to 100 or less"
        );
        assert_snapshot!(
            folder.new_item(&project("shop", "rset")).unwrap_err(),
            @"unknown topic `rset`: did you mean `rest`?"
        );
        assert_snapshot!(
            folder.new_item(&project("shop", "sql")).unwrap_err(),
            @"unknown topic `sql`: write the topic first, or run `backroad check` if it is there"
        );
        assert_snapshot!(
            parse_kind("truefals").unwrap_err(),
            @"unknown kind of question: did you mean `truefalse`?"
        );
        assert_snapshot!(
            parse_kind("essay").unwrap_err(),
            @"unknown kind of question: take one of choice, multi, truefalse, short, order, open"
        );
        assert_eq!(parse_kind("order"), Ok(QuestionKind::Order));
        assert_eq!(folder.check().lines().count(), 1, "nothing was written");
    }
}
