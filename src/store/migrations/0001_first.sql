-- What members thought of an answer: one vote for each member and message, the last one counts.
CREATE TABLE feedback (
    message_id     BIGINT NOT NULL,
    user_id        BIGINT NOT NULL,
    -- The click; of two, the one with the higher id is the later one, in whatever order they are written.
    interaction_id BIGINT NOT NULL,
    item_id        TEXT   NOT NULL,
    helpful        BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    PRIMARY KEY (message_id, user_id)
);

-- Queries that found nothing, without who asked: what the library lacks.
CREATE TABLE missed_query (
    query       TEXT   PRIMARY KEY,
    times       BIGINT NOT NULL,
    first_at_ms BIGINT NOT NULL,
    last_at_ms  BIGINT NOT NULL
);

-- Where each shard's event stream stood, so that a restart resumes it and loses nothing.
CREATE TABLE gateway_session (
    application_id BIGINT NOT NULL,
    shard          BIGINT NOT NULL,
    shards         BIGINT NOT NULL,
    session_id     TEXT   NOT NULL,
    sequence       BIGINT NOT NULL,
    resume_url     TEXT   NOT NULL,
    saved_at_ms    BIGINT NOT NULL,
    PRIMARY KEY (application_id, shard, shards)
);
