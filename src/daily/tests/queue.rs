//! The queue: added at the end, taken from the front, moved about.

use proptest::prelude::*;

use crate::daily::{Queue, QueueError};

fn queue(items: &[&str]) -> Queue {
    let mut queue = Queue::default();
    for item in items {
        queue.add(item).unwrap();
    }
    queue
}

#[test]
fn items_stand_in_the_order_in_which_they_came_each_once() {
    let mut queue = queue(&["sql", "http"]);
    assert_eq!(queue.add("docker"), Ok(3));
    assert_eq!(queue.add("http"), Err(QueueError::There(2)));
    assert_eq!(queue.items(), ["sql", "http", "docker"]);
}

#[test]
fn an_item_is_moved_and_the_others_make_room() {
    let mut queue = queue(&["a", "b", "c", "d"]);
    queue.shift(4, 1).unwrap();
    assert_eq!(queue.items(), ["d", "a", "b", "c"]);
    queue.shift(1, 3).unwrap();
    assert_eq!(queue.items(), ["a", "b", "d", "c"]);
    assert_eq!(queue.shift(2, 5), Err(QueueError::NoPlace));
    assert_eq!(queue.shift(0, 1), Err(QueueError::NoPlace));
}

#[test]
fn an_item_is_taken_out_by_its_place_or_its_name() {
    let mut queue = queue(&["a", "b", "c"]);
    assert_eq!(queue.remove(2), Ok("b".into()));
    assert_eq!(queue.remove(3), Err(QueueError::NoPlace));
    queue.take("a");
    queue.take("a");
    assert_eq!(queue.items(), ["c"]);
}

#[test]
fn a_full_queue_takes_no_more() {
    let mut queue = Queue::default();
    for item in 0..Queue::MOST {
        queue.add(&item.to_string()).unwrap();
    }
    assert_eq!(queue.add("one more"), Err(QueueError::Full));
    assert_eq!(queue.add("7"), Err(QueueError::There(8)));
}

#[derive(Clone, Debug)]
enum Act {
    Add(u8),
    Remove(usize),
    Shift(usize, usize),
    Take(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0u8..70).prop_map(Act::Add),
        1 => (0usize..60).prop_map(Act::Remove),
        2 => (0usize..60, 0usize..60).prop_map(|(from, to)| Act::Shift(from, to)),
        1 => (0u8..70).prop_map(Act::Take),
    ];
    proptest::collection::vec(act, 0..150)
}

proptest! {
    #[test]
    fn a_queue_is_a_list_without_doubles(acts in acts()) {
        let (mut queue, mut list) = (Queue::default(), Vec::<String>::new());
        for act in acts {
            let before = list.clone();
            match act {
                Act::Add(item) => {
                    let item = item.to_string();
                    if queue.add(&item).is_ok() {
                        list.push(item);
                    } else {
                        prop_assert!(list.len() == Queue::MOST || list.contains(&item));
                    }
                }
                Act::Remove(place) => match queue.remove(place) {
                    Ok(item) => prop_assert_eq!(item, list.remove(place - 1)),
                    Err(_) => prop_assert!(place == 0 || place > list.len()),
                },
                Act::Shift(from, to) => match queue.shift(from, to) {
                    Ok(()) => {
                        let item = list.remove(from - 1);
                        list.insert(to - 1, item);
                        // Nothing else changes its order.
                        let others = |list: &[String]| -> Vec<String> {
                            list.iter().filter(|other| **other != before[from - 1]).cloned().collect()
                        };
                        prop_assert_eq!(others(&before), others(queue.items()));
                    }
                    Err(_) => prop_assert!(from.min(to) == 0 || from.max(to) > list.len()),
                },
                Act::Take(item) => {
                    queue.take(&item.to_string());
                    list.retain(|known| *known != item.to_string());
                }
            }
            prop_assert_eq!(queue.items(), &list[..]);
            prop_assert!(list.len() <= Queue::MOST);
            let stored = serde_json::to_string(&queue).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Queue>(&stored).unwrap(), &queue);
        }
    }
}
