//! Servers with schedules: most have as many as a server may have, some have few; some of the big ones have members.

use std::ops::Range;

use backroad::playground::{Playground, Snowflake};

use crate::world::{self, Room};
use crate::{Result, Scale};

/// Members of a server that has any: those who play its quiz, and some more.
pub const MEMBERS: usize = 50;

/// How many schedules the small servers have, in turn.
const FEW: [usize; 5] = [1, 2, 3, 4, 10];

pub struct Server {
    pub id: Snowflake,
    /// Which of the rooms are its channels.
    pub rooms: Range<usize>,
    pub schedules: usize,
    pub has_members: bool,
}

pub struct Servers {
    pub all: Vec<Server>,
    /// The channels of all servers.
    pub rooms: Vec<Room>,
}

impl Servers {
    pub fn found(discord: &Playground, scale: &Scale) -> Result<Servers> {
        let mut servers = Servers { all: Vec::new(), rooms: Vec::new() };
        for number in 0..scale.big + scale.small {
            let big = number < scale.big;
            let schedules =
                if big { backroad::app::daily::SCHEDULES } else { FEW.get(number % FEW.len()).copied().unwrap_or(1) };
            // Evenly among the big ones.
            let has_members = big && (number * scale.played) % scale.big < scale.played;
            let names: Vec<String> = (0..1 + number % 3).map(|n| format!("channel-{n}")).collect();
            let (id, rooms) = world::found(discord, number, &names, if has_members { MEMBERS } else { 0 })?;
            let from = servers.rooms.len();
            servers.rooms.extend(rooms);
            servers.all.push(Server { id, rooms: from..servers.rooms.len(), schedules, has_members });
        }
        Ok(servers)
    }

    pub fn schedules(&self) -> usize {
        self.all.iter().map(|server| server.schedules).sum()
    }

    /// One channel of each server that has members.
    pub fn played(&self) -> impl Iterator<Item = &Room> {
        let with_members = self.all.iter().filter(|server| server.has_members);
        with_members.filter_map(|server| self.rooms.get(server.rooms.start))
    }
}
