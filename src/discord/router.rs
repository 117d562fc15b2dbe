//! From an interaction to its response, wherever the interaction came from. Knows neither the gateway nor how the
//! response travels.

use std::sync::Arc;

use serde_json::json;
use serenity::model::application::{Interaction, ModalInteraction};
use serenity::model::id::{ChannelId, MessageId};

use super::click::Click;
use super::commands::{self, After, Handled};
use super::components::{Action, SchedulePress};
use super::outbox::{Edit, Outbox};
use super::render::{self, Around, Reply, Response};
use super::rest::{Delivery, Rest};
use super::{courier, daily, quiz};
use crate::app::page::Part;
use crate::app::practice::{Lettering, Scope, Wanted};
use crate::app::{Answer, App, AskRequest, Knowledge, Recall, Recalled, Share, Vote};
use crate::content::{Item, Library, Question};

/// How many titles are offered in place of an item that is gone.
const NEAREST: usize = 5;

/// The end of the line that counts votes, by which it is known again.
const FOUND_HELPFUL: &str = "found this helpful";

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Router {
    app: App,
    outbox: Outbox,
    rest: Arc<Rest>,
}

impl Router {
    pub(super) fn new(app: App, outbox: Outbox, rest: Arc<Rest>) -> Router {
        Router { app, outbox, rest }
    }

    /// The response to an interaction, or `None` for kinds that we never asked for.
    pub(super) async fn handle(&self, interaction: &Interaction) -> Option<Handled> {
        match interaction {
            Interaction::Command(command) => Some(commands::run(&self.app, &self.rest, command).await),
            Interaction::Autocomplete(command) => Some(commands::complete(&self.app, command).await.into()),
            Interaction::Component(click) => Some(self.click(Click(click)).await),
            Interaction::Modal(modal) => Some(self.submitted(modal).await),
            _ => None,
        }
    }

    /// What remains to be done when the response has been sent; `delivery` tells what became of it, if that is known.
    pub(super) async fn after(&self, after: After, delivery: Option<Delivery>) {
        // An event that was seen before has had its effects.
        if delivery == Some(Delivery::Before) {
            return;
        }
        match after {
            After::RememberMissed(query) => self.app.remember_missed(&query).await,
            After::Shared(share) if !matches!(delivery, Some(Delivery::Made { .. })) => {
                self.app.release_share(&share).await;
            }
            After::Shared(_) => {}
            After::DailyAnswered { role, channel, message, count } => {
                let content = render::daily::counted(role, count);
                let body = json!({ "content": content, "allowed_mentions": { "parse": [] } }).to_string().into_bytes();
                let (channel, message) = (ChannelId::new(channel), MessageId::new(message));
                self.outbox.cosmetic(Edit { channel, message, body, order: count });
            }
            After::QuizShown { id, slot, wants, .. } => {
                if let Some(Delivery::Made { message: Some(message) }) = delivery {
                    courier::posted(&self.app, id, slot, message).await;
                }
                // What was changed while the response was on its way may have been overwritten by it.
                courier::show_again(&self.app, &self.outbox, id, slot, wants).await;
            }
        }
    }

    async fn submitted(&self, modal: &ModalInteraction) -> Handled {
        match Action::parse(&modal.data.custom_id) {
            Some(Action::Quiz { session, press }) => quiz::submitted(&self.app, modal, session, press).await,
            Some(Action::Daily { post, press }) => {
                daily::submitted(&self.app, &self.app.knowledge().library, modal, post, press).await
            }
            _ => {
                tracing::info!(custom_id = modal.data.custom_id, "a form carried no action of ours");
                Reply::sentence("I don't know that form any more. Please open it again.").into()
            }
        }
    }

    async fn click(&self, click: Click<'_>) -> Handled {
        let Some(action) = Action::parse(click.custom_id()) else {
            tracing::info!(custom_id = click.custom_id(), "a click carried no action of ours");
            return unknown_button().into();
        };
        let knowledge = self.app.knowledge();
        let acted = self.act(&knowledge.library, click, action).await;
        acted.unwrap_or_else(|gone| self.missing(&knowledge, &gone.0).into())
    }

    async fn act(&self, library: &Library, click: Click<'_>, action: Action) -> Result<Handled, Gone> {
        Ok(match action {
            Action::More { item } => render::full_text(library, find(library, &item)?, 0).into(),
            Action::TurnTo { item, page } => {
                let reply = render::full_text(library, find(library, &item)?, page);
                // Only our private pages have these buttons; anywhere else the click is forged and gets its own copy.
                if click.is_private() { Response::Update(reply).into() } else { reply.into() }
            }
            Action::Related { item } => render::related(library, find(library, &item)?).into(),
            Action::Open => self.open(library, click, false)?,
            Action::OpenListed => self.open(library, click, true)?,
            Action::OpenInStage { roadmap, number } => {
                let item = find(library, click.chosen().unwrap_or_default())?;
                let stage = Some((find(library, &roadmap)?.id().to_owned(), number));
                let around = Around { stage, share: click.shareable(), ..Around::default() };
                self.in_place(click, render::answer(library, item, around))
            }
            Action::Practise => {
                let question = find_question(library, click.chosen().unwrap_or_default())?;
                let lettering = Lettering::shuffled(question, &mut rand::rng());
                let topics = question.topics.first().cloned().into_iter().collect();
                let scope = Wanted { topics, ..Wanted::default() }.scope(question);
                render::asked(library, question, &lettering, scope, true).into()
            }
            Action::Part { topic, part } => match find(library, &topic)? {
                Item::Topic(topic) => self.in_place(click, render::topic(library, topic, part)),
                _ => return Err(Gone(topic)),
            },
            Action::GoTo => match find(library, click.chosen().unwrap_or_default())? {
                Item::Topic(topic) => self.in_place(click, render::topic(library, topic, Part::Overview)),
                other => return Err(Gone(other.id().to_owned())),
            },
            Action::Try { query } => commands::answer_query(&self.app, &query, None, true),
            Action::Vote { item, helpful } => self.vote(click, find(library, &item)?.id(), helpful).await.into(),
            Action::QuizMe { item } => {
                let item = find(library, &item)?;
                let topics = item.topics().into_iter().map(str::to_owned).collect();
                let not = if let Item::Question(question) = item { Some(question) } else { None };
                let wanted = Wanted { topics, ..Wanted::default() };
                commands::another(&self.app, library, click.user(), &wanted, not).await.into()
            }
            Action::Reveal { question, letters, scope } => {
                let question = find_question(library, &question)?;
                let recall = self.app.recall_of(library, click.user(), &question.id).await;
                let said = recall.map_or_else(String::new, |recall| format!("-# Last time {}.", said(recall)));
                // What was said the last time is told, but it is for them to say again.
                solved(library, click, question, &letters, scope, None, said)
            }
            Action::Rate { question, recall, letters, scope } => {
                let question = find_question(library, &question)?;
                self.rate(library, click, question, recall, &letters, scope).await
            }
            Action::Another { question, scope } => {
                let question = find_question(library, &question)?;
                let wanted = scope.wanted(question);
                let reply = commands::another(&self.app, library, click.user(), &wanted, Some(question)).await;
                // An answer is replaced by a question, but not by the sentence that there is none.
                if reply.page.is_some() { privately(click, reply) } else { reply.into() }
            }
            Action::Idea { level, topic } => {
                let shown = click.shown_item();
                let topic = topic.map(|topic| find(library, &topic)).transpose()?.map(Item::id);
                match commands::idea(&self.app, library, level, topic, shown.as_deref()) {
                    Some(reply) => self.in_place(click, reply),
                    None => Reply::sentence("That was the only one of its kind. `/project` chooses from all.").into(),
                }
            }
            Action::Paths => self.in_place(click, render::paths(library)),
            Action::Path { roadmap } => {
                let item = find(library, &roadmap)?;
                let around = Around { share: click.shareable(), ..Around::default() };
                self.in_place(click, render::answer(library, item, around))
            }
            Action::Pace { roadmap } => {
                let item = find(library, &roadmap)?;
                let pace =
                    click.chosen().and_then(|hours| hours.parse().ok()).filter(|hours| commands::HOURS.contains(hours));
                let around = Around { share: click.shareable(), pace, ..Around::default() };
                self.in_place(click, render::answer(library, item, around))
            }
            Action::Stages { roadmap } => {
                // A number that is none leads nowhere, as one that is too high does.
                let number = click.chosen().and_then(|number| number.parse().ok()).unwrap_or(usize::MAX);
                self.stage(library, click, &roadmap, number)?
            }
            Action::Stage { roadmap, number } => self.stage(library, click, &roadmap, number)?,
            Action::Quiz { session, press } => quiz::press(&self.app, library, click, session, press).await,
            Action::Daily { post, press } => daily::press(&self.app, library, click, post, press).await,
            Action::Schedule { schedule, press } => {
                daily::manage(&self.app, &self.rest, click, Some(schedule), press).await
            }
            Action::ScheduleMenu => daily::manage(&self.app, &self.rest, click, None, SchedulePress::Show).await,
            Action::Schedules { page } => daily::list(&self.app, click, page).await,
            Action::Board { period, page, topic } => match click.quiz_place() {
                Some(place) => {
                    let reply = commands::board(&self.app, place.guild, &quiz::who(click), period, topic, page).await;
                    self.in_place(click, reply)
                }
                None => unknown_button().into(),
            },
            Action::Share { message, item } => self.share(library, click, message, find(library, &item)?).await,
        })
    }

    /// What to say when a button or menu names something that the library does not have (any more).
    fn missing(&self, knowledge: &Knowledge, id: &str) -> Reply {
        let query = id.replace('-', " ");
        let nearest = match self.app.ask(knowledge, &AskRequest { query: &query, kind: None }) {
            Ok(Answer::Found { best, others, .. }) => std::iter::once(best).chain(others).map(|hit| hit.id).collect(),
            Ok(Answer::Unknown { nearest, .. }) => nearest.into_iter().map(|hit| hit.id).collect(),
            Err(error) => {
                tracing::error!(%error, "what comes near to an item that is gone was not found");
                Vec::new()
            }
        };
        let nearest: Vec<String> = nearest.into_iter().take(NEAREST).collect();
        render::missing(&knowledge.library, id, &nearest)
    }

    fn open(&self, library: &Library, click: Click<'_>, listed: bool) -> Result<Handled, Gone> {
        let item = find(library, click.chosen().unwrap_or_default())?;
        let others = click.offered().into_iter().filter(|id| id != item.id()).collect();
        let around = Around { others, listed, share: click.shareable(), ..Around::default() };
        Ok(self.in_place(click, render::answer(library, item, around)))
    }

    /// Who asked changes the message; anybody else gets a private copy, so that nobody's reading is disturbed.
    fn in_place(&self, click: Click<'_>, reply: Reply) -> Handled {
        if click.is_private() {
            return Response::Update(reply).into();
        }
        if click.is_by_who_asked() {
            self.outbox.forget(click.message());
            return Response::Update(reply).into();
        }
        Reply { private: true, ..reply }.into()
    }

    fn stage(&self, library: &Library, click: Click<'_>, roadmap: &str, number: usize) -> Result<Handled, Gone> {
        let Item::Roadmap(found) = find(library, roadmap)? else { return Err(Gone(roadmap.to_owned())) };
        Ok(match render::stage(library, found, number, click.shareable()) {
            Some(reply) => self.in_place(click, reply),
            None => Reply {
                content: "This roadmap has changed since, and has no such stage any more.".into(),
                private: true,
                ..render::answer(library, Item::Roadmap(found), Around::default())
            }
            .into(),
        })
    }

    async fn vote(&self, click: Click<'_>, item: &str, helpful: bool) -> Reply {
        if !click.is_on_its_message() {
            tracing::info!(custom_id = click.custom_id(), "a vote came from a message without that button");
            return unknown_button();
        }
        let vote = Vote {
            message_id: click.message().get(),
            user_id: click.user(),
            interaction_id: click.id(),
            item_id: item.to_owned(),
            helpful,
        };
        let tally = match self.app.vote(&vote).await {
            Ok(tally) => tally,
            Err(error) => {
                tracing::error!(%error, "a vote was not recorded");
                return not_written();
            }
        };
        if !click.is_private() && click.channel_is_seen() {
            let count = match tally.helpful {
                0 => String::new(),
                1 => format!("-# 1 person {FOUND_HELPFUL}"),
                n => format!("-# {n} people {FOUND_HELPFUL}"),
            };
            // A shared answer says above it who shared it, and for which message.
            let content = format!("{}\n{count}", click.content_without(FOUND_HELPFUL)).trim().to_owned();
            let body = json!({ "content": content, "allowed_mentions": { "parse": [] } }).to_string().into_bytes();
            let (channel, message) = (click.channel(), click.message());
            self.outbox.cosmetic(Edit { channel, message, body, order: tally.order });
        }
        Reply::sentence(if helpful {
            "Noted: this helped you. Press *Not helpful* if you change your mind."
        } else {
            "Noted: this did not help. `/ask` in other words may, or another match where a menu offers one."
        })
    }

    async fn rate(
        &self,
        library: &Library,
        click: Click<'_>,
        question: &Question,
        recall: Recall,
        letters: &str,
        scope: Scope,
    ) -> Handled {
        let now = Recalled { question_id: question.id.clone(), recall, interaction_id: click.id() };
        let recall = match self.app.remember_recall(click.user(), &now).await {
            Ok(recall) => recall,
            Err(error) => {
                tracing::error!(%error, "what a member knew was not remembered");
                return not_written().into();
            }
        };
        let effect = match recall {
            Recall::Knew => "it comes less often now",
            Recall::Partly => "it comes now and then",
            Recall::Didnt => "it comes more often now",
        };
        let noted = format!("Noted: {}, so {effect}.", said(recall));
        solved(library, click, question, letters, scope, Some(recall), noted)
    }

    /// Shows a private answer to the channel, once.
    async fn share(&self, library: &Library, click: Click<'_>, message: u64, item: Item<'_>) -> Handled {
        if !click.is_on_its_message() || !click.is_private() {
            tracing::info!(custom_id = click.custom_id(), "a share came from a message without that button");
            return unknown_button().into();
        }
        let share =
            Share { message_id: click.message().get(), item_id: item.id().to_owned(), interaction_id: click.id() };
        match self.app.claim_share(&share).await {
            Ok(true) => {}
            Ok(false) => {
                let again = "To share it once more, use *Find an answer* on the message again.";
                return Reply::sentence(format!("You have shared this answer already. {again}")).into();
            }
            Err(error) => {
                tracing::error!(%error, "a share was not claimed");
                return not_written().into();
            }
        }
        let link = format!("https://discord.com/channels/{}/{}/{message}", click.place(), click.channel());
        let reply = render::shared(library, item, click.user(), &link);
        Handled { response: Response::New(reply), after: Some(After::Shared(share)) }
    }
}

/// An id that a button or menu named and that leads nowhere (any more).
struct Gone(String);

fn find<'a>(library: &'a Library, id: &str) -> Result<Item<'a>, Gone> {
    library.find(id).ok_or_else(|| Gone(id.to_owned()))
}

fn find_question<'a>(library: &'a Library, id: &str) -> Result<&'a Question, Gone> {
    match find(library, id)? {
        Item::Question(question) => Ok(question),
        _ => Err(Gone(id.to_owned())),
    }
}

/// In a private message in place; otherwise privately below it.
fn privately(click: Click<'_>, reply: Reply) -> Handled {
    if click.is_private() { Response::Update(reply).into() } else { Reply { private: true, ..reply }.into() }
}

fn solved(
    library: &Library,
    click: Click<'_>,
    question: &Question,
    letters: &str,
    scope: Scope,
    recall: Option<Recall>,
    content: String,
) -> Handled {
    let (lettering, same) = Lettering::read(letters, question);
    let changed = "This question has changed since it was asked, so its letters are others now.\n";
    let content = if same { content } else { format!("{changed}{content}") };
    privately(click, render::solved(library, question, &lettering, scope, recall, content))
}

fn said(recall: Recall) -> &'static str {
    match recall {
        Recall::Knew => "you knew it",
        Recall::Partly => "you knew it partly",
        Recall::Didnt => "you didn't know it",
    }
}

fn unknown_button() -> Reply {
    Reply::sentence("I don't know that button any more. Ask again with `/ask`.")
}

fn not_written() -> Reply {
    Reply::sentence("I could not write that down. Please press the button again in a minute.")
}
