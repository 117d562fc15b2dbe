//! What takes more than one file, and the files that are no items.

use insta::assert_snapshot;

use super::*;
use crate::content::QuestionKind;

const HTTP: &str = "topics/api/http.md";
const REDIS: &str = "topics/caching/redis.md";

#[test]
fn ids_are_unique_over_all_kinds() {
    let copy = skeleton::project("rest", "Rest", "http", date(2026, 11, 20));
    let files = valid().write("projects/rest.md", copy);
    assert_snapshot!(
        files.problems(),
        @"† content/topics/api/rest.md:2:6: the id `rest` is also that of the project in content/projects/rest.md: choose another one: ids are unique over all kinds"
    );
    assert!(files.load().0.projects.contains_key("rest"), "the first one stays");
}

#[test]
fn aliases_lead_to_one_item() {
    let alias =
        |files: Files, path: &str, alias: &str| files.edit(path, "aliases = []", &format!("aliases = [\"{alias}\"]"));
    assert_snapshot!(
        alias(valid(), HTTP, "REST").problems(),
        @"content/topics/api/http.md:7:12: the alias `REST` is the id of content/topics/api/rest.md: remove it: an alias leads to one item only"
    );
    assert_snapshot!(
        alias(valid(), HTTP, "Q-choice").problems(),
        @"content/topics/api/http.md:7:12: the alias `Q-choice` is the id of content/questions/api/q-choice.md: remove it: an alias leads to one item only"
    );
    assert_snapshot!(
        alias(valid(), HTTP, "shop").problems(),
        @"content/topics/api/http.md:7:12: the alias `shop` is the title of content/projects/project-shop.md: remove it: an alias leads to one item only"
    );
    let files = alias(alias(valid(), HTTP, "Web Protocol"), REDIS, "web protocol");
    assert_snapshot!(
        files.problems(),
        @"content/topics/caching/redis.md:7:12: the alias `web protocol` is also one of content/topics/api/http.md: remove it from one of them"
    );
    assert_eq!(files.load().0.find("WEB PROTOCOL").unwrap().id(), "http");
}

#[test]
fn references() {
    let files = valid()
        .edit(TOPIC, "prerequisites = []", "prerequisites = [\"htpp\", \"rest\", \"q-choice\", \"sql\"]")
        .edit(TOPIC, "related = []", "related = [\"http\", \"HTTP\", \"web protocol\"]")
        .edit(HTTP, "aliases = []", "aliases = [\"web protocol\"]");
    assert_snapshot!(files.problems(), @"
    content/topics/api/rest.md:9:18: there is no topic `htpp`, which `prerequisites` names: did you mean `http`?
    content/topics/api/rest.md:9:26: `rest` names itself in `prerequisites`: remove it
    content/topics/api/rest.md:9:34: `q-choice` in `prerequisites` is a question: name a topic here, or remove it
    content/topics/api/rest.md:9:46: there is no topic `sql`, which `prerequisites` names: write an id that exists, or remove it
    content/topics/api/rest.md:10:20: `HTTP` stands twice in `related`: remove one of them
    content/topics/api/rest.md:10:28: there is no topic `web protocol`, which `related` names: write its id, `http`
    ");
    let files = valid().edit(ROADMAP, "topics = [\"rest\"]", "choose = 1\nchoices = [\"redsi\"]").edit(
        ROADMAP,
        "projects = []",
        "projects = [\"project-shops\"]",
    );
    assert_snapshot!(files.problems(), @"
    content/roadmaps/roadmap-web.toml:11:12: there is no topic `redsi`, which `choices` names: did you mean `redis`?
    content/roadmaps/roadmap-web.toml:12:13: there is no project `project-shops`, which `projects` names: did you mean `project-shop`?
    ");
    assert_snapshot!(
        valid().edit(CHOICE, "topics = [\"rest\"]", "topics = [\"project-shop\"]").problems(),
        @"content/questions/api/q-choice.md:4:11: `project-shop` in `topics` is a project: name a topic here, or remove it"
    );
}

#[test]
fn what_refers_to_a_broken_file_is_not_to_blame() {
    assert_snapshot!(
        valid().write(TOPIC, "+++\n").problems(),
        @"† content/topics/api/rest.md:1:1: the front matter is not closed: put a line `+++` after its last field"
    );
    let files = valid().remove(TOPIC).write("topics/rest.md", "");
    assert_snapshot!(
        files.problems(),
        @"† content/topics/rest.md:1:1: this file is in the wrong place: its path must be topics/<area>/<id>.md"
    );
}

#[test]
fn circles_of_prerequisites_are_reported_once() {
    let before = |files: Files, path: &str, ids: &str| {
        files.edit(path, "prerequisites = []", &format!("prerequisites = [{ids}]"))
    };
    let files = before(before(before(valid(), TOPIC, "\"redis\""), HTTP, "\"rest\""), REDIS, "\"http\", \"rest\"");
    assert_snapshot!(files.problems(), @"
    content/topics/api/http.md:9:18: these prerequisites go in a circle: http -> rest -> redis -> http: remove one of them, so that some topic comes first
    content/topics/caching/redis.md:9:26: these prerequisites go in a circle: redis -> rest -> redis: remove one of them, so that some topic comes first
    ");
}

#[test]
fn areas_and_folders() {
    assert_snapshot!(
        valid().edit(TOPIC, "area = \"api\"", "area = \"apis\"").problems(),
        @"content/topics/api/rest.md:4:8: unknown area `apis`: did you mean `api`?"
    );
    assert_snapshot!(
        valid().edit(TOPIC, "area = \"api\"", "area = \"caching\"").problems(),
        @"content/topics/api/rest.md:4:8: the area is `caching` but the file lies in the folder `api`: move it to the folder `caching`, or write `api`"
    );
    let question = skeleton::question("q", QUESTION_KINDS[0], "rest", date(2026, 11, 20));
    assert_snapshot!(
        valid().write("questions/cachin/q.md", question).problems(),
        @"content/questions/cachin/q.md:1:1: the folder `cachin` is no area: did you mean `caching`?"
    );
}

#[test]
fn files_in_wrong_places() {
    let files = valid()
        .write("README.md", "")
        .write("area.toml", "")
        .write("topics/rest2.md", "")
        .write("topics/api/http/2.md", "")
        .write("topics/api/grpc.markdown", "")
        .write("topics/api/grpc", "")
        .write("roadmaps/web.md", "")
        .write("projects/api/shop.md", "");
    assert_snapshot!(files.problems(), @"
    † content/README.md:1:1: `README.md` does not belong here: move it into the folder of its kind, or out of the content folder
    † content/area.toml:1:1: `area.toml` does not belong here: did you mean `areas.toml`?
    † content/projects/api/shop.md:1:1: this file is in the wrong place: its path must be projects/<id>.md
    † content/roadmaps/web.md:1:1: the name of this file does not end in `.toml`: rename it to `web.toml`, or remove it
    † content/topics/api/grpc:1:1: the name of this file does not end in `.md`: rename it to `grpc.md`, or remove it
    † content/topics/api/grpc.markdown:1:1: the name of this file does not end in `.md`: rename it to `grpc.md`, or remove it
    † content/topics/api/http/2.md:1:1: this file is in the wrong place: its path must be topics/<area>/<id>.md
    † content/topics/rest2.md:1:1: this file is in the wrong place: its path must be topics/<area>/<id>.md
    ");
}

#[test]
fn stages() {
    let stage = "topics = [\"rest\"]";
    assert_snapshot!(
        valid().edit(ROADMAP, stage, "topics = []").problems(),
        @"content/roadmaps/roadmap-web.toml:8:9: this stage has nothing to study: give it a topic, a choice or a project"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, stage, "choices = [\"rest\", \"http\"]").problems(),
        @"† content/roadmaps/roadmap-web.toml:10:11: `choices` without `choose`: say how many to study, like `choose = 1`"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, stage, "topics = [\"rest\"]\nchoose = 1").problems(),
        @"† content/roadmaps/roadmap-web.toml:11:10: `choose` without `choices`: list the topics to choose from, or remove `choose`"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, stage, "choose = 0\nchoices = [\"rest\", \"http\"]").problems(),
        @"† content/roadmaps/roadmap-web.toml:10:10: `choose` is 0: write a number from 1 to 2"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, stage, "choose = 3\nchoices = [\"rest\", \"http\"]").problems(),
        @"† content/roadmaps/roadmap-web.toml:10:10: `choose` is 3: write a number from 1 to 2"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, stage, "topics = [\"rest\"]\nchoose = 1\nchoices = [\"rest\", \"http\"]").problems(),
        @"content/roadmaps/roadmap-web.toml:12:11: `rest` is in `topics` and in `choices` of one stage: remove it from one of them"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "min = 1, max = 2", "min = 3, max = 2").problems(),
        @"† content/roadmaps/roadmap-web.toml:9:17: `min` is 3 but `max` is 2: put the smaller number first"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "min = 1, max = 2", "min = 0, max = 2").problems(),
        @"† content/roadmaps/roadmap-web.toml:9:17: `min` is 0: write a number from 1 to 104"
    );
    assert_snapshot!(
        valid().edit(ROADMAP, "[\"Write how", &format!("[\"{}", "x".repeat(201))).problems(),
        @"† content/roadmaps/roadmap-web.toml:12:9: an entry of `tips` is 236 characters long: shorten it to 200 or less"
    );
    let text = "id = \"roadmap-web\"\ntitle = \"Web\"\nsummary = \"S\"\nreviewed_on = 2026-11-20\n";
    assert_snapshot!(
        valid().write(ROADMAP, text).problems(),
        @"† content/roadmaps/roadmap-web.toml:1:1: `stages` is missing: add it; a roadmap needs one"
    );
    assert_snapshot!(
        valid().write(ROADMAP, format!("{text}stages = []\n")).problems(),
        @"† content/roadmaps/roadmap-web.toml:5:10: `stages` is empty: write 1 to 25"
    );
}

#[test]
fn areas() {
    // Without areas no area is called unknown.
    assert_snapshot!(
        valid().remove("areas.toml").problems(),
        @"content/areas.toml:1:1: this file is missing: write it; it lists the areas that topics are filed under"
    );
    assert_snapshot!(
        valid().write("areas.toml", "").problems(),
        @"content/areas.toml:1:1: `areas` is missing: add it; areas.toml needs one"
    );
    let files = valid().edit("areas.toml", "title = \"APIs\"", "titel = \"APIs\"").edit(
        "areas.toml",
        "id = \"caching\"",
        "id = \"Caching!\"",
    );
    assert_snapshot!(files.problems(), @"
    content/areas.toml:3:1: unknown field `titel`: did you mean `title`?
    content/areas.toml:7:6: `Caching!` is no id: write lower-case letters and digits, joined by single hyphens, like `caching`
    ");
    let again = "[[areas]]\nid = \"api\"\ntitle = \"Again\"\nsummary = \"S.\"\n\n[[areas]]\nid = \"caching\"";
    assert_snapshot!(
        valid().edit("areas.toml", "[[areas]]\nid = \"caching\"", again).problems(),
        @"content/areas.toml:7:6: the area `api` is listed twice: remove one of them"
    );
}

#[test]
fn synonyms() {
    let groups = "[[groups]]\nwords = [\"k8s\", \"Kubernetes\"]\n\n[[groups]]\nwords = [\"db\"]\n\n\
                  [[groups]]\nwords = [\"kube\", \"k8s\", \"\"]\n\n[[group]]\nwords = [\"a\", \"b\"]\n";
    let files = valid().write("synonyms.toml", groups);
    assert_snapshot!(files.problems(), @"
    content/synonyms.toml:2:17: `Kubernetes` has capital letters: write `kubernetes`
    content/synonyms.toml:5:9: `words` has 1 entry: write 2 or more
    content/synonyms.toml:8:18: `k8s` is also in the group on line 2: put all words that mean the same into one group
    content/synonyms.toml:8:25: an entry of `words` is empty: write it, or remove the entry
    content/synonyms.toml:10:3: unknown field `group`: did you mean `groups`?
    ");
    assert_eq!(files.load().0.synonyms.groups, [["k8s", "kubernetes"]]);
    assert_eq!(valid().remove("synonyms.toml").problems(), "");
    assert_eq!(valid().write("synonyms.toml", "# none yet\n").problems(), "");
}

#[test]
fn loose_synonyms_stand_apart() {
    let groups =
        "[[groups]]\nwords = [\"k8s\", \"kubernetes\"]\n\n[[groups]]\nwords = [\"photo\", \"picture\"]\nloose = true\n";
    let (library, problems) = valid().write("synonyms.toml", groups).load();
    assert_eq!(problems, []);
    assert_eq!(library.synonyms.groups, [["k8s", "kubernetes"]]);
    assert_eq!(library.synonyms.loose, [["photo", "picture"]]);
}

#[test]
fn subjects_outside_of_the_library() {
    let subjects = "[[subjects]]\nname = \"computer games\"\nwords = [\"unity 3d\", \"Godot\"]\n\n[[subjects]]\nname = \"none\"\n\
                    words = []\n\n[[subjects]]\nname = \"cooking\"\nwords = [\"recipe\", \"godot\"]\n\n[[subject]]\nname = \"x\"\n";
    let files = valid().write("outside.toml", subjects);
    assert_snapshot!(files.problems(), @"
    content/outside.toml:3:22: `Godot` has capital letters: write `godot`
    content/outside.toml:7:9: `words` is empty: write 1 or more
    content/outside.toml:11:20: `godot` is also in the group on line 3: leave it in the subject that fits best
    content/outside.toml:13:3: unknown field `subject`: did you mean `subjects`?
    ");
    let outside: Vec<(String, Vec<String>)> = files.load().0.outside.into_iter().map(|s| (s.name, s.words)).collect();
    let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let expected =
        [("computer games".to_owned(), texts(&["unity 3d", "godot"])), ("cooking".to_owned(), texts(&["recipe"]))];
    assert_eq!(outside, expected);
    assert_eq!(valid().problems(), "", "the file may be missing");
}

#[test]
fn the_hash_depends_on_every_path_and_byte() {
    let hash = |files: Files| files.load().0.hash;
    let before = hash(valid());
    assert_eq!(before.len(), 64);
    assert_eq!(before, hash(valid()));
    assert_ne!(before, hash(valid().edit(TOPIC, "REST", "Rest")));
    assert_ne!(before, hash(valid().edit("areas.toml", "Copies", "Copy")));
    let moved = valid().0.into_iter().map(|(path, text)| (path.replace("q-open", "q-talk"), text)).collect();
    assert_ne!(before, hash(Files(moved)));
}

#[test]
fn what_windows_editors_write_is_fine() {
    let windows = |text: Vec<u8>| format!("\u{feff}{}", String::from_utf8(text).unwrap().replace('\n', "\r\n"));
    let files = Files(valid().0.into_iter().map(|(path, text)| (path, windows(text).into())).collect());
    assert_eq!(files.problems(), "");
    assert_eq!(files.load().0.topics["rest"].example, valid().load().0.topics["rest"].example);
}

#[test]
fn files_that_are_no_text() {
    assert_snapshot!(
        valid().write(TOPIC, b"+++\nid = \"rest\"\ntitle = \"R\xe9st\"\n").problems(),
        @"† content/topics/api/rest.md:3:11: the file is not valid UTF-8 from here on: save it with the encoding UTF-8"
    );
    assert_snapshot!(
        valid().write(TOPIC, "x".repeat(5 << 20)).problems(),
        @"† content/topics/api/rest.md:1:1: the file is larger than 256 KiB: shorten it, or move what is no content out of the folder"
    );
    assert_snapshot!(
        valid().write(TOPIC, b"\xff\xfe+\0+\0+\0").problems(),
        @"† content/topics/api/rest.md:1:1: the file is not valid UTF-8 from here on: save it with the encoding UTF-8"
    );
}

#[test]
fn a_sentence_that_stands_in_two_files() {
    let sentence = "Nobody should have to read the very same sentence twice.";
    let into = |files: Files, path| {
        files.edit(path, "Write when not to use it", &format!("{sentence} Write when not to use it"))
    };
    let files = into(into(valid(), TOPIC), "topics/api/http.md");
    assert_snapshot!(files.problems(), @"content/topics/api/rest.md:37:1: a sentence here stands also in content/topics/api/http.md, line 37: say it in other words in one of them");
    // Case, punctuation and markup do not make it another one, and within one file it may stand twice.
    let again = "nobody should have to read the *very same* sentence twice!";
    let files = into(valid(), TOPIC).edit(TOPIC, "Write why it matters", &format!("{again} Write why it matters"));
    assert_eq!(files.problems(), "");
    let question = files.edit(OPEN, "## Explanation\n\n", &format!("## Explanation\n\n{again}\n\n"));
    assert!(question.problems().contains("a sentence here stands also in"), "{}", question.problems());
    // A few words are nobody's own, and code is copied with reason.
    let short = "It depends on the load.";
    let files = valid().edit(TOPIC, "Write why it", &format!("{short} Write why it"));
    assert_eq!(files.edit(CHOICE, "## Explanation\n\n", &format!("## Explanation\n\n{short} ")).problems(), "");
}

#[test]
fn right_options_that_give_themselves_away() {
    let right = "- [x] Write the right option here, and let it not be the longest of them";
    let questions = |count: usize, telling: usize, option: &str| {
        (0..count).fold(valid().remove(CHOICE), |files, number| {
            let id = format!("q-{number}");
            let text = skeleton::question(&id, QuestionKind::Choice, "rest", date(2026, 11, 20));
            let option = if number < telling { format!("{option} {number}") } else { right.to_owned() };
            files.write(&format!("questions/api/{id}.md"), text.replace(right, &option))
        })
    };
    let (long, short) = (format!("{right}, because of"), "- [x] Short");
    assert_eq!(questions(30, 10, &long).problems() + &questions(30, 10, short).problems(), "", "as many as by chance");
    assert_snapshot!(questions(30, 11, &long).problems(), @"content/questions:1:1: in 11 of 30 choice questions the right option is the longest, which by chance it would be in 10: shorten it, or make the others as precise; begin with q-10, q-9, q-8, q-7, q-6");
    assert_snapshot!(questions(30, 11, short).problems(), @"content/questions:1:1: in 11 of 30 choice questions the right option is the shortest, which by chance it would be in 10: say its condition, or take what pads the others away; begin with q-9, q-8, q-7, q-6, q-5");
    assert_eq!(questions(29, 29, &long).problems(), "", "of so few nobody sees a habit");
}
