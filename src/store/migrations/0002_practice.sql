-- How well a member knew a question, by their own word: 0 didn't, 1 partly, 2 knew it.
CREATE TABLE question_recall (
    user_id BIGINT NOT NULL,
    question_id TEXT NOT NULL,
    recall BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, question_id)
);

-- Private answers that were shown to the channel.
CREATE TABLE share (
    message_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
