-- How well a member knew a question, by their own word: 0 didn't, 1 partly, 2 knew it.
CREATE TABLE question_recall (
    user_id        BIGINT NOT NULL,
    question_id    TEXT   NOT NULL,
    recall         BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    PRIMARY KEY (user_id, question_id)
);

-- Items that were shown to the channel from a private message, each once.
CREATE TABLE share (
    message_id     BIGINT NOT NULL,
    item_id        TEXT   NOT NULL,
    -- The click that did it: when the same one comes again, it may try again.
    interaction_id BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    PRIMARY KEY (message_id, item_id)
);
