//! What has happened, to see that a run was worth it.

macro_rules! seen {
    ($($name:ident),* $(,)?) => {
        #[derive(Clone, Debug, Default)]
        pub struct Seen {
            $(pub $name: u64),*
        }

        impl Seen {
            pub fn add(&mut self, other: &Seen) {
                $(self.$name += other.$name;)*
            }

            /// What never happened.
            pub fn never(&self) -> Vec<&'static str> {
                [$((stringify!($name), self.$name)),*].iter().filter(|(_, count)| *count == 0).map(|(name, _)| *name).collect()
            }
        }
    };
}

seen! {
    days,
    // What people saw.
    messages, threads, by_hand, caught_up, gaps, folds, no_days,
    queued, steps, repeats,
    // What the oracle could judge.
    judged, promised, decided, meddled, reported,
    // What went wrong.
    deaths, long_downtimes, outages, failed_writes, stale, clock_steps, refused, blind, left_out,
    looks, found, nonces, threads_again,
    // What moderators did.
    changes, moves, pauses,
}
