/* interleaved_check.c - what must be true of a list when all that waited has come. */
#include "core/lifecycle.h"
#include "core/vocab.h"
#include "tests/interleaved.h"
#include "tests/peek.h"
#include "tests/watch.h"

int64_t interleaved_of_broker(const struct asked *one, const char *column)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT %s FROM offer WHERE offer_id = x'%s'", column, one->hex);
}

static int64_t of_node(const char *id, const struct asked *one, const char *column)
{
    return peek_number(peek_of(id), "SELECT %s FROM offer WHERE offer_id = x'%s'",
            column, one->hex);
}

static void check_same(const char *id, const struct asked *one)
{
    enum offer_state theirs = (enum offer_state)of_node(id, one, "state");
    enum offer_state state = (enum offer_state)interleaved_of_broker(one, "state");
    /* That the referral was given up is no step of which its target hears. */
    bool given_up =
            strcmp(id, INTERLEAVED_HOME) != 0 &&
            lifecycle_gives_up((enum offer_event)interleaved_of_broker(one, "event"),
                    state);

    if (theirs != state || of_node(id, one, "version") + given_up !=
                                   interleaved_of_broker(one, "version"))
        watch_broken("%s says %s of the offer of %s that is %s", id,
                offer_state_name(theirs), one->id, offer_state_name(state));
}

/* A candidate whose turn never came: its offer went from waiting to its end. */
bool interleaved_was_asked(const struct asked *one)
{
    int64_t state = interleaved_of_broker(one, "state");

    return (interleaved_of_broker(one, "version") > 2 &&
                   state != OFFER_STATE_SKIPPED) ||
           state == OFFER_STATE_REQUESTED;
}

static void check_candidate(const struct round *round, const struct asked *one)
{
    bool has_case = interleaved_case(round, one->id) != 0;

    if (!interleaved_was_asked(one) && (one->told || has_case))
        watch_broken("%s was never asked and knows of it", one->id);
    if (!one->told && has_case)
        watch_broken("%s has a case of which nothing left", one->id);
    if (has_case)
        check_same(one->id, one);
    int64_t read = peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM letter l JOIN offer o ON o.no = l.offer"
            " WHERE o.offer_id = x'%s' AND l.type = %d AND l.state = 6",
            one->hex, LETTER_TYPE_PREVIEW);
    if (read != 0 && !has_case)
        watch_broken("%s has read what it was asked and has no case", one->id);
}

static size_t n_with_content(const struct round *round)
{
    size_t n = 0;

    for (size_t i = 0; i < round->n; i++)
        n += peek_number(peek_of(round->list[i].id),
                     "SELECT count(*) FROM case_file WHERE referral_id = x'%s'"
                     " AND content <> 0",
                     round->referral_hex) != 0;
    return n;
}

/* Does anybody still have to decide, or wait for it? */
bool interleaved_is_open(const struct round *round)
{
    return peek_number(peek_of(NETWORK_BROKER),
                   "SELECT count(*) FROM offer o JOIN referral r ON r.no = o.referral"
                   " WHERE r.referral_id = x'%s' AND (o.state BETWEEN 1 AND 4"
                   " OR o.state = %d)",
                   round->referral_hex, OFFER_STATE_QUEUED) != 0;
}

/* Once somebody has it, or its sender has stopped it, nobody is asked any more. */
static void check_stopped(const struct round *round)
{
    if (interleaved_is_open(round) &&
            peek_number(peek_of(NETWORK_BROKER),
                    "SELECT count(*) FROM offer o JOIN referral r"
                    " ON r.no = o.referral WHERE r.referral_id = x'%s'"
                    " AND (o.state IN (%d, %d) OR r.winner <> 0)",
                    round->referral_hex, OFFER_STATE_CANCELLED,
                    OFFER_STATE_IN_ERROR) != 0)
        watch_broken("a list that was stopped goes on");
}

void interleaved_check(const struct round *round)
{
    sqlite3 *broker = peek_of(NETWORK_BROKER);
    size_t n_taken = 0;

    watch_agreed();
    check_stopped(round);
    for (size_t i = 0; i < round->n; i++) {
        const struct asked *one = &round->list[i];
        enum offer_state state = (enum offer_state)interleaved_of_broker(one, "state");
        /* What was withdrawn before it came was never taken. */
        if (state != OFFER_STATE_NONE)
            check_same(INTERLEAVED_HOME, one);
        check_candidate(round, one);
        n_taken += lifecycle_is_taken(state);
    }
    if (n_taken > 1 || n_with_content(round) > 1)
        watch_broken("%zu candidates have it, %zu have read it", n_taken,
                n_with_content(round));
    if (peek_number(broker,
                "SELECT count(*) FROM letter l JOIN offer o ON o.no = l.offer"
                " JOIN referral r ON r.no = o.referral WHERE r.referral_id = x'%s'"
                " AND l.type = %d AND l.state BETWEEN 2 AND 6",
                round->referral_hex, LETTER_TYPE_CONTENT) > 1)
        watch_broken("two candidates were sent the content");
    if (peek_number(broker,
                "SELECT count(*) FROM sealed s JOIN letter l ON l.no = s.letter"
                " JOIN offer o ON o.no = l.offer"
                " WHERE o.state NOT BETWEEN 1 AND 7 AND o.state <> %d",
                OFFER_STATE_QUEUED) != 0)
        watch_broken("something is lodged of an offer that has ended");
}
