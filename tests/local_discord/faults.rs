//! Ordered faults: answers that come late or never, while the request was carried out or was not.

use std::time::Duration;

use backroad::playground::{ActError, Fault, Options, Playground};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Rest, callback_path, playground, with_bot};

fn hello() -> Value {
    json!({ "content": "hello" })
}

fn general(playground: &Playground) -> String {
    format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id())
}

async fn held(playground: &Playground, count: usize) {
    playground.until("held requests", |view| (view.held_count() == count).then_some(())).await.unwrap();
}

fn seen(playground: &Playground) -> usize {
    playground.member("ada").unwrap().sees("general").unwrap().len()
}

#[tokio::test]
async fn a_late_request_is_carried_out_and_answered_when_it_is_released() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = general(&playground);
    playground.inject(Fault::late("POST", &path));
    let release = async {
        held(&playground, 1).await;
        assert_eq!(seen(&playground), 0);
        // The clock alone brings nothing.
        playground.advance(Duration::from_secs(3600));
        assert_eq!((playground.release(), playground.release()), (1, 0));
    };
    let ((status, _), ()) = tokio::join!(rest.post(&path, hello()), release);
    assert_eq!((status, seen(&playground)), (200, 1));
    assert_eq!(playground.requests().last().unwrap().status, Some(200));
}

#[tokio::test]
async fn an_answer_can_be_late_by_a_time_of_the_clock() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = general(&playground);
    playground.inject(Fault::late_by("POST", &path, Duration::from_secs(10)).after_carrying_out());
    let advance = async {
        held(&playground, 1).await;
        assert_eq!(seen(&playground), 1, "carried out, but the bot does not know");
        playground.advance(Duration::from_millis(9_999));
        held(&playground, 1).await;
        playground.advance(Duration::from_millis(1));
    };
    let ((status, _), ()) = tokio::join!(rest.post(&path, hello()), advance);
    assert_eq!((status, seen(&playground)), (200, 1));
}

#[tokio::test]
async fn on_a_running_clock_a_late_answer_comes_by_itself() {
    let playground = Playground::start(Options::default()).await.unwrap();
    let rest = Rest::new(&playground);
    playground.inject(Fault::late_by("GET", "/users/@me", Duration::from_millis(20)));
    assert_eq!(rest.get("/users/@me").await.0, 200);
}

#[tokio::test]
async fn a_late_request_is_carried_out_although_its_client_has_given_up() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = general(&playground);
    playground.inject(Fault::late("POST", &path));
    tokio::select! {
        answer = rest.post(&path, hello()) => panic!("{answer:?}"),
        () = held(&playground, 1) => {}
    }
    playground.release();
    let come = playground.until("the message", |view| (view.messages().len() == 1).then_some(()));
    come.await.unwrap();
}

#[tokio::test]
async fn a_silent_request_is_never_answered_whether_it_was_carried_out_or_not() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = general(&playground);
    for (fault, messages) in [(Fault::silent("POST", &path), 0), (Fault::silent("POST", &path).after_carrying_out(), 1)]
    {
        playground.inject(fault);
        let before = playground.requests().len();
        let met = playground.until("the request", |view| (view.request_count() > before).then_some(()));
        tokio::select! {
            answer = rest.post(&path, hello()) => panic!("{answer:?}"),
            met = met => met.unwrap(),
        }
        assert_eq!(playground.release(), 0, "nothing can release it");
        assert_eq!((seen(&playground), playground.requests().last().unwrap().status), (messages, None));
    }
}

#[tokio::test]
async fn the_end_of_the_playground_cuts_what_is_held() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = general(&playground);
    playground.inject(Fault::late("POST", &path));
    let end = async {
        held(&playground, 1).await;
        playground.clone().shutdown().await;
    };
    let (answer, ()) = tokio::join!(rest.try_call(Method::POST, &path, Some(hello())), end);
    assert!(answer.is_err(), "{answer:?}");
}

#[tokio::test]
async fn a_response_that_reaches_discord_too_late_is_refused() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    playground.inject(Fault::late("POST", "/interactions/*/*/callback"));
    let respond = async {
        let event = bot.interaction().await;
        let (path, says) = (callback_path(&event), json!({ "type": 4, "data": hello() }));
        let late = async {
            held(&playground, 1).await;
            playground.advance(Duration::from_millis(3_001));
            playground.release();
        };
        tokio::join!(bot.rest.post(&path, says), late).0
    };
    let (shown, (status, body)) = tokio::join!(ada.slash("/ask query: x"), respond);
    assert!(matches!(shown, Err(ActError::NotResponding)), "{shown:?}");
    assert_eq!((status, &body["code"]), (404, &json!(10062)));
}

#[tokio::test]
async fn late_and_silent_can_be_ordered_over_http() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = general(&playground);
    let control = async |path: &str, body: Value| {
        let path = format!("/control/{path}");
        Rest::new(&playground).bare(Method::POST, &path, &[], &body.to_string()).await.unwrap()
    };
    control("faults", json!({ "method": "POST", "path": path, "late": true, "carried_out": true })).await;
    let release = async {
        held(&playground, 1).await;
        assert_eq!(control("release", Value::Null).await, (200, json!({ "released": 1 })));
    };
    assert_eq!(tokio::join!(rest.post(&path, hello()), release).0.0, 200);
    control("faults", json!({ "method": "POST", "path": path, "late_ms": 5_000 })).await;
    let advance = async {
        held(&playground, 1).await;
        control("clock", json!({ "advance_ms": 5_000 })).await;
    };
    assert_eq!(tokio::join!(rest.post(&path, hello()), advance).0.0, 200);
    control("faults", json!({ "method": "POST", "path": path, "silent": true })).await;
    let before = playground.requests().len();
    let met = playground.until("the request", |view| (view.request_count() > before).then_some(()));
    tokio::select! {
        answer = rest.post(&path, hello()) => panic!("{answer:?}"),
        met = met => met.unwrap(),
    }
}
