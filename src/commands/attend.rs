//! What a person is told while AWS does not answer.

use std::time::Duration;

use crate::aws::Aws;
use crate::ui::Ui;

/// How often is looked whether there is something to tell.
const LOOK: Duration = Duration::from_secs(1);

/// Does `work`, and tells what nobody has answered for a few seconds.
pub async fn attended<T>(ui: &Ui, aws: &Aws, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(LOOK) => {
                for line in unanswered(aws) {
                    ui.say(&line);
                }
            }
        }
    }
}

/// A line for each call that has not been answered for so long that it is due to be told.
pub fn unanswered(aws: &Aws) -> Vec<String> {
    let due = aws.in_flight.due(aws.clock.now_ms()).into_iter();
    due.map(|(operation, waited)| {
        format!("waiting for AWS to answer {operation}: nothing has come for {} s", waited.as_secs())
    })
    .collect()
}
