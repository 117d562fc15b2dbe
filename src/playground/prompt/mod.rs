//! The terminal prompt: somebody in a channel, line by line. Commands begin with `/`, the prompt's own with `:`,
//! numbers press buttons.

mod page;

use std::collections::HashMap;
use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt};

use super::member::{ActError, Member};
use super::notice::Numbered;
use super::shown::{Control, FormField, Shown};
use super::snowflake::Snowflake;
use super::{FIRST_GUILD, NoticeKind, Playground};
use page::Page;

const HELP: &str = "\
/ask query: jwt     run a command of the bot; options are written name: value
1                   press the button numbered 1
3 2                 choose the second of menu 3 (3 1 2 chooses two, 3 @ben a member)
hello               write a message
:see                show this channel as you see it
:back               number the buttons of the message before instead
:complete LINE      what the bot proposes for the last option of a line such as /topic name: jw
:apps [NAME]        the commands for the last message, or use one on it
:as NAME            be somebody else (:as alone lists who there is)
:in CHANNEL         go to another channel (:in alone lists them)
:server NAME        go to another server
:later SECONDS      let time pass
:help, :quit";

/// How the prompt looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Colors, for terminals that show them.
    pub colors: bool,
    /// Repeats each line behind the prompt: for input that is not typed at a terminal.
    pub echo: bool,
}

/// Reads and carries out lines until the input ends or says `:quit`. Begins as ada in `#general`, as soon as the bot is
/// ready.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub async fn run(
    playground: &Playground,
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin,
    look: Look,
) -> io::Result<()> {
    let me = playground.member("ada").map_err(io::Error::other)?;
    let mut prompt = Prompt {
        playground,
        me,
        lines: Input { reader: input, line: Vec::new() },
        output,
        look,
        numbered: Vec::new(),
        last: None,
        known: HashMap::new(),
        hinted: false,
        noticed: 0,
    };
    prompt.greet().await?;
    prompt.look_around();
    while let Some(line) = prompt.next_line().await? {
        if line.trim() == ":quit" {
            break;
        }
        if let Err(error) = prompt.carry_out(line.trim()).await? {
            prompt.say(&error.to_string()).await?;
        }
    }
    Ok(())
}

/// The lines of the input. Bytes that are not UTF-8 are replaced.
struct Input<R> {
    reader: R,
    /// What has been read of the next line.
    line: Vec<u8>,
}

impl<R: AsyncBufRead + Unpin> Input<R> {
    /// May be dropped while it waits: what was read stays.
    async fn next_line(&mut self) -> io::Result<Option<String>> {
        self.reader.read_until(b'\n', &mut self.line).await?;
        if self.line.is_empty() {
            return Ok(None);
        }
        let line = std::mem::take(&mut self.line);
        Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned()))
    }
}

struct Prompt<'p, R, W> {
    playground: &'p Playground,
    me: Member,
    lines: Input<R>,
    output: W,
    look: Look,
    /// The messages with something to press, as they were shown, the latest last. The numbers are those of the last
    /// one.
    numbered: Vec<(Shown, Vec<Control>)>,
    last: Option<Shown>,
    /// The messages of this channel that were shown or were there, with how often they had been changed.
    known: HashMap<Snowflake, u64>,
    /// Whether it was said that bots do not answer messages.
    hinted: bool,
    /// The number of the latest notice that was shown.
    noticed: u64,
}

/// An act of the member may fail; reading and writing fail the whole prompt.
type Outcome = io::Result<Result<(), ActError>>;

impl<R: AsyncBufRead + Unpin, W: AsyncWrite + Unpin> Prompt<'_, R, W> {
    async fn greet(&mut self) -> io::Result<()> {
        if let Err(error) = self.playground.until_ready().await {
            self.say(&format!("The bot is not ready: {error}.")).await?;
        }
        let hello =
            format!("You are ada in #general of {FIRST_GUILD}. Type a command of the bot, such as /help, or :help.");
        self.say(&hello).await
    }

    /// The next line of the input. While it is awaited, notices and what happens in the channel are shown.
    async fn next_line(&mut self) -> io::Result<Option<String>> {
        let mut changes = self.playground.shared.changes();
        if let Some(notice) = self.new_notice() {
            self.tell(notice).await?;
        }
        self.write_prompt().await?;
        loop {
            tokio::select! {
                biased;
                line = self.lines.next_line() => {
                    let line = line?;
                    match &line {
                        Some(line) if self.look.echo => self.write(&format!("{line}\n")).await?,
                        None => self.write("\n").await?,
                        Some(_) => {}
                    }
                    return Ok(line);
                }
                // The sender lives as long as the playground, which is borrowed here.
                _ = changes.changed() => {
                    let (notice, news) = (self.new_notice(), self.news());
                    if notice.is_some() || !news.is_empty() {
                        self.write("\n").await?;
                        if let Some(notice) = notice {
                            self.tell(notice).await?;
                        }
                        for shown in news {
                            self.show(shown).await?;
                        }
                        self.write_prompt().await?;
                    }
                }
            }
        }
    }

    async fn write_prompt(&mut self) -> io::Result<()> {
        let prompt = format!("{} #{}> ", self.me.name(), self.me.channel_name());
        let prompt = if self.look.colors { format!("\x1b[1;32m{prompt}\x1b[0m") } else { prompt };
        self.write(&prompt).await
    }

    async fn carry_out(&mut self, line: &str) -> Outcome {
        let first = line.chars().next();
        match first {
            None => Ok(Ok(())),
            Some('/') => {
                let result = self.me.slash(line).await;
                self.see(result).await
            }
            Some(':') => self.own_command(line).await,
            Some(digit) if digit.is_ascii_digit() && line.split_whitespace().next().is_some_and(is_number) => {
                self.press(line).await
            }
            Some(_) => match self.me.message(line).await {
                Ok(shown) => {
                    self.show(shown).await?;
                    if !std::mem::replace(&mut self.hinted, true) {
                        self.say("(Bots answer commands, not messages; :apps lists what they can do with one.)")
                            .await?;
                    }
                    Ok(Ok(()))
                }
                Err(error) => Ok(Err(error)),
            },
        }
    }

    async fn own_command(&mut self, line: &str) -> Outcome {
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let moved = match (name, rest) {
            (":help", "") => return self.say(HELP).await.map(Ok),
            (":see", "") => return self.see_channel().await,
            (":back", "") => return self.go_back().await,
            (":complete", rest) if !rest.is_empty() => return self.complete(rest).await,
            (":apps", rest) => return self.apps(rest).await,
            (":later", rest) if is_number(rest) => {
                let seconds = rest.parse().unwrap_or(u32::MAX);
                self.playground.advance(std::time::Duration::from_secs(seconds.into()));
                return Ok(Ok(()));
            }
            (":as", "") => return self.say(&self.playground.member_names().join("\n")).await.map(Ok),
            (":in", "") => return self.say(&self.me.channel_names().join("\n")).await.map(Ok),
            (":server", "") => return self.say(&self.me.guild_names().join("\n")).await.map(Ok),
            (":as", name) => self.be(name),
            (":in", channel) => self.me.in_channel(channel),
            (":server", guild) => self.me.in_guild(guild),
            _ => Err(ActError::Refused(format!("There is no {line} here; :help lists what there is."))),
        };
        match moved {
            Ok(member) => {
                self.me = member;
                self.numbered.clear();
                self.last = None;
                self.look_around();
                let (name, channel, guild) = (self.me.name(), self.me.channel_name(), self.me.guild_name());
                let place = format!("You are {name} in #{channel} of {guild}.");
                self.say(&place).await.map(Ok)
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// Somebody else in the same place, or where they can be.
    fn be(&self, name: &str) -> Result<Member, ActError> {
        let member = self.playground.member(name)?;
        let same_guild = member.in_guild(&self.me.guild_id().to_string()).unwrap_or(member);
        Ok(same_guild.in_channel(&self.me.channel_name()).unwrap_or(same_guild))
    }

    async fn see_channel(&mut self) -> Outcome {
        /// As many as fit a screen or two.
        const SHOWN: usize = 10;
        let all = self.me.sees_here(|_, _| true);
        if all.is_empty() {
            self.say("Nothing was written here yet.").await?;
        }
        let skip = all.len().saturating_sub(SHOWN);
        for shown in all.into_iter().skip(skip) {
            self.show(shown).await?;
        }
        Ok(Ok(()))
    }

    async fn go_back(&mut self) -> Outcome {
        self.numbered.pop();
        match self.numbered.last().map(|(shown, _)| shown.refresh()) {
            None => Ok(Err(ActError::Refused("Nothing was numbered before that.".to_owned()))),
            Some(Err(error)) => Ok(Err(error)),
            Some(Ok(shown)) => self.show(shown).await.map(Ok),
        }
    }

    async fn complete(&mut self, line: &str) -> Outcome {
        let choices = match self.me.autocomplete(line).await {
            Ok(choices) => choices,
            Err(error) => return Ok(Err(error)),
        };
        if choices.is_empty() {
            self.say("The bot proposes nothing.").await?;
        }
        for choice in choices {
            let value = choice.value.as_str().map_or_else(|| choice.value.to_string(), str::to_owned);
            let named = if value == choice.name { value } else { format!("{value}  ({})", choice.name) };
            self.say(&named).await?;
        }
        Ok(Ok(()))
    }

    async fn apps(&mut self, name: &str) -> Outcome {
        if name.is_empty() {
            let names = self.me.offered_message_commands();
            let list = if names.is_empty() { "There are none.".to_owned() } else { names.join("\n") };
            return self.say(&list).await.map(Ok);
        }
        let Some(last) = self.last.clone().filter(|last| !last.is_form()) else {
            return Ok(Err(ActError::Refused("No message was shown yet; write one or use :see first.".to_owned())));
        };
        let result = self.me.message_command(name, &last).await;
        self.see(result).await
    }

    /// `2` presses a button, `3 1 2` chooses in a menu.
    async fn press(&mut self, line: &str) -> Outcome {
        let mut words = line.split_whitespace();
        let number = words.next().and_then(|word| word.parse::<usize>().ok()).unwrap_or_default();
        let choices: Vec<&str> = words.collect();
        let (message, controls) = match self.numbered.last() {
            Some((message, controls)) => (Some(message.clone()), controls.as_slice()),
            None => (None, [].as_slice()),
        };
        let control = number.checked_sub(1).and_then(|index| controls.get(index)).cloned();
        let (Some(control), Some(message)) = (control, message) else {
            let sentence = match controls.len() {
                0 => "Nothing is numbered here; /help shows what the bot can do.".to_owned(),
                1 => "Only 1 is numbered above.".to_owned(),
                most => format!("Only 1 to {most} are numbered above."),
            };
            return Ok(Err(ActError::Refused(sentence)));
        };
        let result = match control {
            Control::Button { url: Some(url), .. } => return self.say(&format!("It opens {url}")).await.map(Ok),
            Control::Button { label, custom_id, .. } => {
                self.me.click(&message, custom_id.as_deref().unwrap_or(&label)).await
            }
            Control::Select { .. } if choices.is_empty() => {
                let sentence = format!("Write {number} and what you choose, such as {number} 1.");
                return Ok(Err(ActError::Refused(sentence)));
            }
            Control::Select { custom_id, options, .. } => {
                let value = |word: &&str| {
                    let index = word.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                    index.and_then(|index| options.get(index)).map_or((*word).to_owned(), |option| option.value.clone())
                };
                let values: Vec<String> = choices.iter().map(value).collect();
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                self.me.select(&message, &custom_id, &values).await
            }
        };
        self.see(result).await
    }

    /// Shows what came of an act, also what the bot puts off, and asks for the fields of a form.
    async fn see(&mut self, result: Result<Shown, ActError>) -> Outcome {
        let mut shown = match result {
            Ok(shown) => shown,
            Err(error) => return Ok(Err(error)),
        };
        if shown.is_thinking() {
            self.show(shown.clone()).await?;
            shown = match shown.settled().await {
                Ok(shown) => shown,
                Err(error) => return Ok(Err(error)),
            };
        }
        if shown.is_form() {
            return self.fill_in(shown).await;
        }
        // An acknowledged click without a change shows nothing; what comes later is shown when it comes.
        if shown.id().and_then(|id| self.known.get(&id)).is_none_or(|known| *known != shown.revision()) {
            self.show(shown).await?;
        }
        Ok(Ok(()))
    }

    async fn fill_in(&mut self, form: Shown) -> Outcome {
        let title = form.json().get("title").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        self.say(&format!("=== {title} === (an empty line leaves a field as it is, :cancel closes the form)")).await?;
        let fields = form.fields();
        let mut values = Vec::new();
        for field in &fields {
            self.write(&question(field)).await?;
            let Some(line) = self.lines.next_line().await? else { return Ok(Ok(())) };
            if self.look.echo {
                self.write(&format!("{line}\n")).await?;
            }
            match line.trim() {
                ":cancel" => return Ok(Ok(())),
                "" => {}
                text => values.push((field.custom_id.clone(), text.to_owned())),
            }
        }
        let values: Vec<(&str, &str)> = values.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        let result = self.me.submit(&form, &values).await;
        // A form never opens another form.
        Box::pin(self.see(result)).await
    }

    /// What is new in the channel, or changed in the message that was shown last or bears the numbers.
    fn news(&self) -> Vec<Shown> {
        let watched = [self.last.as_ref(), self.numbered.last().map(|(shown, _)| shown)].map(|shown| shown?.id());
        let news = self.me.sees_here(|id, revision| {
            let known = self.known.get(&id);
            known.is_none_or(|known| watched.contains(&Some(id)) && *known != revision)
        });
        news.into_iter().filter(|shown| !shown.is_thinking()).collect()
    }

    /// The notice, if it was not shown yet.
    fn new_notice(&self) -> Option<Numbered> {
        self.playground.shared.read(|state| state.board.latest()).filter(|latest| latest.number > self.noticed)
    }

    async fn tell(&mut self, Numbered { number, notice }: Numbered) -> io::Result<()> {
        self.noticed = number;
        let title = match notice.kind {
            NoticeKind::News => format!("* {}", notice.title),
            NoticeKind::Problem => format!("! {}", notice.title),
        };
        let title = page::wrapped(&title);
        let title = match notice.kind {
            NoticeKind::Problem if self.look.colors => format!("\x1b[1;33m{title}\x1b[0m"),
            _ => title,
        };
        self.write(&format!("{title}\n")).await?;
        // Not wrapped, so that a terminal still sees the path in a line as one.
        for line in notice.lines {
            self.write(&format!("  {line}\n")).await?;
        }
        Ok(())
    }

    async fn show(&mut self, shown: Shown) -> io::Result<()> {
        let page = Page::of(&shown, self.look.colors);
        self.write(&page.text).await?;
        if let Some(id) = shown.id() {
            self.known.insert(id, shown.revision());
        }
        self.numbered.retain(|(earlier, _)| earlier.id() != shown.id());
        if !page.controls.is_empty() {
            self.numbered.push((shown.clone(), page.controls));
        }
        self.last = Some(shown);
        Ok(())
    }

    /// Takes note of what is there, so that only what comes later is news.
    fn look_around(&mut self) {
        let all = self.me.sees_here(|_, _| true);
        self.known = all.iter().filter_map(|shown| Some((shown.id()?, shown.revision()))).collect();
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.write(&format!("{}\n", page::wrapped(text))).await
    }

    async fn write(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes()).await?;
        self.output.flush().await
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `Answer (optional): `, with what stands there already and what can be chosen.
fn question(field: &FormField) -> String {
    let mut text = field.label.clone();
    let options: Vec<&str> = field.options.iter().map(|option| option.label.as_str()).collect();
    let mut notes = Vec::new();
    if !field.required {
        notes.push("optional".to_owned());
    }
    if !options.is_empty() {
        notes.push(options.join(" / "));
    }
    if !field.placeholder.is_empty() {
        notes.push(field.placeholder.clone());
    }
    if !field.value.is_empty() {
        notes.push(format!("now: {}", field.value));
    }
    if !notes.is_empty() {
        text.push_str(&format!(" ({})", notes.join("; ")));
    }
    text.push_str(": ");
    text
}
