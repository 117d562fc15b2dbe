-- Quiz sessions. `state` changes with every click that counts, `cards` (the questions as they were drawn) never.
CREATE TABLE quiz_session (
    id            BIGINT PRIMARY KEY,
    guild_id      BIGINT NOT NULL,
    channel_id    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    -- 0 it is played, 1 it is over and something remains to be sent, 2 nothing will happen to it any more, 3 it could not be
    -- read or written.
    stage         BIGINT NOT NULL,
    cards         TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

-- One session at a time per channel.
CREATE UNIQUE INDEX quiz_session_played ON quiz_session (channel_id) WHERE stage = 0;
CREATE INDEX quiz_session_open ON quiz_session (id) WHERE stage < 2;
CREATE INDEX quiz_session_old ON quiz_session (changed_at_ms) WHERE stage = 2;

-- Rounds that are over.
CREATE TABLE quiz_round (
    session_id  BIGINT NOT NULL,
    round       BIGINT NOT NULL,
    channel_id  BIGINT NOT NULL,
    question_id TEXT   NOT NULL,
    at_ms       BIGINT NOT NULL,
    PRIMARY KEY (session_id, round)
);
CREATE INDEX quiz_round_of_channel ON quiz_round (channel_id, at_ms, question_id);

CREATE TABLE quiz_round_topic (
    session_id BIGINT NOT NULL,
    round      BIGINT NOT NULL,
    topic_id   TEXT   NOT NULL,
    PRIMARY KEY (session_id, round, topic_id)
);

-- What everybody answered in rounds that are over.
CREATE TABLE quiz_answer (
    session_id     BIGINT NOT NULL,
    round          BIGINT NOT NULL,
    user_id        BIGINT NOT NULL,
    guild_id       BIGINT NOT NULL,
    -- As they were called then.
    name           TEXT   NOT NULL,
    given          TEXT   NOT NULL,
    is_right       BIGINT NOT NULL,
    points         BIGINT NOT NULL,
    -- Whether leaderboards count it.
    counts         BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    PRIMARY KEY (session_id, round, user_id)
);
CREATE INDEX quiz_answer_of_guild ON quiz_answer (guild_id, at_ms, user_id, points, is_right) WHERE counts = 1;
CREATE INDEX quiz_answer_of_user ON quiz_answer (guild_id, user_id, at_ms);

-- What members say is wrong with a question: the last word of each member.
CREATE TABLE question_report (
    question_id    TEXT   NOT NULL,
    user_id        BIGINT NOT NULL,
    guild_id       BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL,
    text           TEXT   NOT NULL,
    at_ms          BIGINT NOT NULL,
    PRIMARY KEY (question_id, user_id)
);

-- One row that is written to find out whether anything can be.
CREATE TABLE write_probe (
    id     BIGINT PRIMARY KEY,
    filler TEXT   NOT NULL
);
