//! `backroad playground` as a command: where it listens, and how it ends.

use insta::assert_snapshot;

use crate::support::{PlaygroundProcess, backroad};

#[test]
fn an_address_that_others_reach_must_be_wanted() {
    let output = backroad().args(["playground", "--port", "0", "--bind", "0.0.0.0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"backroad: 0.0.0.0 can be reached by others, who could then be every member of the playground: say --i-know-this-is-open if that is what you want, or leave out --bind");
}

#[tokio::test]
async fn an_open_playground_serves_the_page_and_keeps_the_bots_api_for_itself() {
    let arguments = ["--bind", "0.0.0.0", "--i-know-this-is-open", "--no-prompt"];
    let mut playground = PlaygroundProcess::start_with(backroad(), &arguments).await;
    let url = playground.url.replace("0.0.0.0", "127.0.0.1");
    let status = async |path: &str| reqwest::get(format!("{url}{path}")).await.unwrap().status().as_u16();
    assert_eq!(status("/").await, 200);
    assert_eq!(status("/control/state").await, 200);
    assert_eq!(status("/api/v10/gateway").await, 404);
    playground.terminate();
    assert!(playground.ended().await.success());
}

#[tokio::test]
async fn without_a_prompt_it_serves_until_it_is_told_to_end() {
    let mut playground = PlaygroundProcess::start_with(backroad(), &["--no-prompt"]).await;
    playground.close_input();
    let world = reqwest::get(format!("{}/control/state", playground.url)).await.unwrap();
    assert_eq!(world.status(), 200);
    playground.terminate();
    assert!(playground.ended().await.success());
}

#[test]
fn a_port_that_is_taken_is_said_with_the_remedy() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = backroad().args(["playground", "--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).replace(&port, "PORT");
    assert_snapshot!(said, @"backroad: cannot listen on 127.0.0.1, port PORT: choose another one with --bind or --port: Address already in use (os error 98)");
}
