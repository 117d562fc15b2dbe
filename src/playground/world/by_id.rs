//! A list in which things are found by their id at once, however many there are.

use std::collections::HashMap;
use std::ops::Deref;

use crate::playground::snowflake::Snowflake;

/// What has an id, which never changes.
pub(in crate::playground) trait HasId {
    fn id(&self) -> Snowflake;
}

/// In the order in which they were added. No two have the same id.
#[derive(Clone, Debug)]
pub(in crate::playground) struct ById<T> {
    list: Vec<T>,
    places: HashMap<Snowflake, usize>,
}

impl<T: HasId> ById<T> {
    pub(in crate::playground) fn get(&self, id: Snowflake) -> Option<&T> {
        self.list.get(*self.places.get(&id)?)
    }

    pub(in crate::playground) fn get_mut(&mut self, id: Snowflake) -> Option<&mut T> {
        self.list.get_mut(*self.places.get(&id)?)
    }

    /// What has the same id is replaced.
    pub(in crate::playground) fn push(&mut self, thing: T) {
        match self.get_mut(thing.id()) {
            Some(known) => *known = thing,
            None => {
                self.places.insert(thing.id(), self.list.len());
                self.list.push(thing);
            }
        }
    }

    pub(in crate::playground) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.list.iter_mut()
    }

    /// Takes out all that fit. Takes as long as there are things.
    pub(in crate::playground) fn take_all(&mut self, fits: impl FnMut(&mut T) -> bool) -> Vec<T> {
        let taken = self.list.extract_if(.., fits).collect();
        self.places = self.list.iter().enumerate().map(|(place, thing)| (thing.id(), place)).collect();
        taken
    }

    pub(in crate::playground) fn remove(&mut self, id: Snowflake) -> Option<T> {
        self.places.get(&id)?;
        self.take_all(|thing| thing.id() == id).pop()
    }
}

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self { list: Vec::new(), places: HashMap::new() }
    }
}

impl<T> Deref for ById<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.list
    }
}

impl<T: HasId> Extend<T> for ById<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, things: I) {
        things.into_iter().for_each(|thing| self.push(thing));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Thing(Snowflake, u8);

    impl HasId for Thing {
        fn id(&self) -> Snowflake {
            self.0
        }
    }

    proptest! {
        #[test]
        fn what_is_in_the_list_is_found_and_nothing_else(
            steps in proptest::collection::vec((0_u64..12, any::<u8>(), any::<bool>()), 0..60),
        ) {
            let mut list = ById::default();
            let mut model: Vec<Thing> = Vec::new();
            for (number, content, adds) in steps {
                let id = Snowflake::from(number);
                let thing = Thing(id, content);
                let known = model.iter().position(|known| known.0 == id);
                match (adds, known) {
                    (true, Some(place)) => model[place] = thing.clone(),
                    (true, None) => model.push(thing.clone()),
                    (false, Some(place)) => drop(model.remove(place)),
                    (false, None) => {}
                }
                if adds {
                    list.push(thing);
                } else {
                    prop_assert_eq!(list.remove(id).is_some(), known.is_some());
                }
                prop_assert_eq!(&list[..], &model[..]);
                for number in 0..12 {
                    let id = Snowflake::from(number);
                    prop_assert_eq!(list.get(id), model.iter().find(|known| known.0 == id));
                }
            }
        }
    }
}
