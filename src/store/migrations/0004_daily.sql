-- Schedules of daily posts. `document` holds what moderators set and how far it is.
CREATE TABLE daily_schedule (
    id            BIGINT PRIMARY KEY,
    guild_id      BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    removed       BIGINT NOT NULL,
    -- When something is to be done for it; NULL when nothing is.
    next_at_ms    BIGINT,
    -- Whether somebody is to be told that it cannot post.
    notice        BIGINT NOT NULL,
    document      TEXT   NOT NULL,
    changed_at_ms BIGINT NOT NULL
);
CREATE INDEX daily_schedule_due ON daily_schedule (next_at_ms, id) WHERE next_at_ms IS NOT NULL;
CREATE INDEX daily_schedule_of_guild ON daily_schedule (guild_id, id) WHERE removed = 0;
CREATE INDEX daily_schedule_notice ON daily_schedule (id) WHERE notice = 1;

-- One post for each day of a schedule's calendar.
CREATE TABLE daily_post (
    id            BIGINT PRIMARY KEY,
    schedule_id   BIGINT NOT NULL,
    guild_id      BIGINT NOT NULL,
    channel_id    BIGINT NOT NULL,
    -- 2026-11-21
    local_date    TEXT   NOT NULL,
    -- 0 wanted, 1 claimed, 2 there without its thread, 3 done, 4 left out because it was too late, 5 refused, 6 it may be
    -- there, which could not be seen
    stage         BIGINT NOT NULL,
    -- When it should be there.
    at_ms         BIGINT NOT NULL,
    claimed_at_ms BIGINT,
    message_id    BIGINT,
    -- When the next attempt is due, and how many there were in vain.
    try_at_ms     BIGINT NOT NULL,
    -- How many posts of its server were on their way before it: servers take turns.
    place         BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    topic_id      TEXT,
    question_id   TEXT,
    document      TEXT   NOT NULL,
    -- Since when its question takes no answers, and the post that shows them.
    closed_at_ms  BIGINT,
    closed_by     BIGINT,
    UNIQUE (schedule_id, local_date)
);
CREATE INDEX daily_post_open ON daily_post (try_at_ms, place, id) WHERE stage < 3;
CREATE INDEX daily_post_asked ON daily_post (schedule_id, id) WHERE question_id IS NOT NULL;
CREATE INDEX daily_post_closer ON daily_post (closed_by, id) WHERE closed_by IS NOT NULL;
CREATE INDEX daily_post_old ON daily_post (at_ms) WHERE document <> '';

CREATE TABLE daily_post_topic (
    post_id  BIGINT NOT NULL,
    topic_id TEXT   NOT NULL,
    PRIMARY KEY (post_id, topic_id)
);

-- At which turn a schedule used an item of the library last.
CREATE TABLE daily_used (
    schedule_id BIGINT NOT NULL,
    item_id     TEXT   NOT NULL,
    turn        BIGINT NOT NULL,
    PRIMARY KEY (schedule_id, item_id)
);

-- What members answer to the question of a post: their last word.
CREATE TABLE daily_answer (
    post_id        BIGINT NOT NULL,
    user_id        BIGINT NOT NULL,
    guild_id       BIGINT NOT NULL,
    -- As they were called then.
    name           TEXT   NOT NULL,
    given          TEXT   NOT NULL,
    is_right       BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    -- When the question was closed; only then does the answer count.
    counted_at_ms  BIGINT,
    -- How many questions of the schedule they had right in a row, this one included.
    streak         BIGINT NOT NULL,
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX daily_answer_counted ON daily_answer (guild_id, counted_at_ms, user_id, is_right) WHERE counted_at_ms IS NOT NULL;
CREATE INDEX daily_answer_of_user ON daily_answer (guild_id, user_id, counted_at_ms);
