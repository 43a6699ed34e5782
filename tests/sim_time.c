/* sim_time.c - what time does: keys that end, letters that are sealed again, limits
 * that pass, partners that are put out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/seal.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/spool.h"
#include "tests/evil.h"
#include "tests/peek.h"
#include "tests/story.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static const int64_t DAY = TIME_DAY_MS;

static uint64_t consent_for(const char *recipient)
{
    const struct world_consent wish = {.recipients = {recipient}};

    return world_consent(HOME, &wish);
}

static uint64_t refer_urgently(uint16_t urgency)
{
    const struct world_referral wish = {.consent = consent_for(TARGET),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &wish);

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static void assert_both(uint64_t sent, uint64_t got, enum offer_state state)
{
    assert_string_equal(offer_state_name(world_state(HOME, sent)),
            offer_state_name(state));
    assert_string_equal(offer_state_name(world_state(TARGET, got)),
            offer_state_name(state));
}

/* ------------------------------------------------------------ keys end */

/* A letter as somebody on the wire has kept it. */
static struct {
    struct arena arena;
    struct letter letter;
    struct span core;
    struct tag8 ekid;
} caught;

static void catch_letter(struct span bytes)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;
    struct err err;

    if (wire_get(&WIRE_LETTER, bytes, &caught.arena, &letter, &err) &&
            evil_read(&caught.arena, letter.signed_, &WIRE_LETTER_BODY, &body) &&
            wire_get(&WIRE_LETTER_CORE, body.core, &caught.arena, &core, &err)) {
        caught.letter = letter;
        caught.core = body.core;
        caught.ekid = core.recipient_ekid;
    }
}

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    (void)from;
    if (caught.core.len > 0 || strcmp(to, TARGET) != 0 ||
            !wire_get(&WIRE_FRAME, bytes, &caught.arena, &frame, &err) ||
            frame.deliver == NULL)
        return;
    for (size_t i = 0; i < frame.deliver->n_mail; i++)
        if (frame.deliver->mail[i].letter.len > 0)
            catch_letter(frame.deliver->mail[i].letter);
}

static void row_bytes(void *self, sqlite3_stmt *row)
{
    assert_int_equal(sqlite3_column_bytes(row, 0), SPOOL_WRAPPED_BYTES);
    memcpy(self, sqlite3_column_blob(row, 0), SPOOL_WRAPPED_BYTES);
}

static void generation_path(char path[WORLD_PATH_BYTES])
{
    char home[NETWORK_PATH_BYTES];

    network_home(world_network(), TARGET, home);
    snprintf(path, WORLD_PATH_BYTES, "%s/keys/generation.key", home);
}

/* What a thief of the disk does: the wrapped key of a row, the key in the file. */
static bool thief_opens(const uint8_t wrapped[SPOOL_WRAPPED_BYTES])
{
    struct spool_binding owner = spool_bind_epoch(&caught.ekid);
    char path[WORLD_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    struct key32 secret;
    struct span content;
    static uint8_t out[SEAL_PLAIN_MAX];

    generation_path(path);
    struct wrap_key *generation = wrap_key_load(path, &err);
    network_must(generation != NULL, "load the generation key", &err);
    bool opened = wrap_key_unwrap(generation, SPAN_OF(owner.bytes),
                          (struct span){wrapped, SPOOL_WRAPPED_BYTES}, secret.b) &&
                  seal_open_letter(&secret, caught.core, caught.letter.sealed, out,
                          &content, &err);
    wrap_key_free(generation);
    return opened;
}

static void an_old_letter_opens_no_more(void **state)
{
    static const struct sim_watch watch = {.on_frame = on_frame};
    static const char WRAPPED[] = "SELECT wrapped FROM epoch ORDER BY from_ms LIMIT 1";
    uint8_t wrapped[SPOOL_WRAPPED_BYTES] = {0};

    (void)state;
    world_fresh(31);
    caught.arena = arena_new(16 * 1024 * 1024);
    caught.core.len = 0;
    sim_watch(&watch);
    refer_urgently(URGENCY_ROUTINE);
    world_quiet();
    assert_true(caught.core.len > 0);
    /* Nothing else will be destroyed from here on, so that it is the end of the key
     * alone which changes the generation key. */
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    world_pass(TIME_HOUR_MS);
    /* As long as the key is there, disk and letter together can be read. */
    peek_each(peek_of(TARGET), WRAPPED, row_bytes, wrapped);
    assert_true(thief_opens(wrapped));
    /* The key's week ends, and the fourteen days in which letters may come late. */
    world_pass(7 * DAY + 14 * DAY + 2 * DAY);
    assert_false(thief_opens(wrapped));
    memset(wrapped, 0, sizeof wrapped);
    peek_each(peek_of(TARGET), WRAPPED, row_bytes, wrapped);
    assert_false(thief_opens(wrapped));
    assert_int_equal(peek_number(peek_of(TARGET),
                             "SELECT count(*) FROM epoch WHERE until_ms < %lld",
                             (long long)(sim_now() - 16 * DAY)),
            0);
    /* There are keys for weeks ahead all the same. */
    assert_true(peek_number(peek_of(TARGET),
                        "SELECT count(*) FROM epoch WHERE from_ms > %lld",
                        (long long)sim_now()) >= 7);
    arena_free(&caught.arena);
    world_end();
}

/* ------------------------------------------------------------ sealed again */

static int64_t lodged(const char *what)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT %s FROM letter WHERE type = %d AND state = 1", what,
            LETTER_TYPE_CONTENT);
}

static void what_waits_long_is_sealed_again(void **state)
{
    (void)state;
    world_fresh(32);
    uint64_t sent = refer_urgently(URGENCY_ROUTINE);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
    assert_int_equal(lodged("count(*)"), 1);
    int64_t first = lodged("no"), until = lodged("expires_ms");
    world_pass(19 * DAY);
    assert_int_equal(lodged("count(*)"), 1);
    assert_true(lodged("no") > first);
    assert_true(lodged("expires_ms") > until);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    assert_string_equal(world_show(TARGET, 1)->referral->person->name,
            "Rosa Voorbeeld");
    assert_int_equal(lodged("count(*)"), 0);
    assert_int_equal(world_status(HOME)->outbox, 0);
    world_end();
}

/* The sender is away for so long that what it lodged has ended: the accept holds, and
 * the content follows when it is back. */
static void an_accept_without_content(void **state)
{
    (void)state;
    world_fresh(33);
    refer_urgently(URGENCY_ROUTINE);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
    sim_unplug(HOME, true);
    world_pass(19 * DAY);
    assert_int_equal(lodged("count(*)"), 0);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_ACCEPTED);
    assert_null(world_show(TARGET, 1)->referral);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(1, 1, OFFER_STATE_ACCEPTED);
    assert_non_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_status(HOME)->outbox, 0);
    world_end();
}

/* ------------------------------------------------------------ limits pass */

struct limit {
    const char *name;
    uint16_t urgency;
    enum offer_event step; /* of the target, 0: none */
    int64_t before_ms, after_ms;
    enum offer_state before, after;
};

static const struct limit LIMITS[] = {
        {"crisis, nobody decides",  URGENCY_CRISIS,  0,                        110 * TIME_MINUTE_MS,
         15 * TIME_MINUTE_MS,                                                                                                   OFFER_STATE_REQUESTED, OFFER_STATE_EXPIRED},
        {"urgent, nobody decides",  URGENCY_URGENT,  OFFER_EVENT_SEEN,
         (int64_t)1 * TIME_DAY_MS,                                                                   (int64_t)2 * TIME_DAY_MS,  OFFER_STATE_SEEN,
         OFFER_STATE_EXPIRED                                                                                                                                              },
        {"routine, nobody decides", URGENCY_ROUTINE, OFFER_EVENT_SEEN,
         (int64_t)13 * TIME_DAY_MS,                                                                  (int64_t)2 * TIME_DAY_MS,  OFFER_STATE_SEEN,
         OFFER_STATE_EXPIRED                                                                                                                                              },
        {"urgent, no answer",       URGENCY_URGENT,  OFFER_EVENT_INFO_REQUEST,
         (int64_t)20 * TIME_HOUR_MS,                                                                 (int64_t)6 * TIME_HOUR_MS,
         OFFER_STATE_INFO_REQUESTED,                                                                                                                   OFFER_STATE_SEEN   },
        {"the list's date passes",  URGENCY_ROUTINE, OFFER_EVENT_WAITLIST,
         (int64_t)19 * TIME_DAY_MS,                                                                  (int64_t)2 * TIME_DAY_MS,
         OFFER_STATE_WAITLISTED,                                                                                                                       OFFER_STATE_EXPIRED},
};

static void limits_pass(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(LIMITS); i++) {
        const struct limit *limit = &LIMITS[i];
        print_message("# %s\n", limit->name);
        world_fresh(34);
        uint64_t sent = refer_urgently(limit->urgency);
        world_quiet();
        if (limit->step != 0)
            world_do(TARGET, 1, limit->step);
        world_pass(limit->before_ms);
        assert_both(sent, 1, limit->before);
        world_pass(limit->after_ms);
        assert_both(sent, 1, limit->after);
        if (limit->after == OFFER_STATE_EXPIRED) {
            assert_string_equal(world_show(HOME, sent)->line->referral_state,
                    "expired");
            assert_null(world_show(TARGET, 1)->preview);
            assert_int_equal(world_status(HOME)->outbox, 0);
        }
        world_end();
    }
}

/* ------------------------------------------------------------ put out */

static struct {
    int64_t cut_ms;
} seen;

static void on_turn(void *self, const char *name)
{
    (void)self;
    (void)name;
    if (seen.cut_ms == 0 && !sim_connected(TARGET))
        seen.cut_ms = sim_now();
}

static void watch_for_cut(void)
{
    static const struct sim_watch watch = {.on_turn = on_turn};

    seen.cut_ms = 0;
    sim_watch(&watch);
}

static void assert_target_is_out(int64_t since_ms)
{
    world_pass(10 * TIME_SECOND_MS);
    assert_true(seen.cut_ms > 0);
    assert_true(seen.cut_ms - since_ms <= TIME_SECOND_MS);
    /* It does not get in again. */
    world_pass(10 * TIME_MINUTE_MS);
    assert_false(sim_connected(TARGET));
}

static void suspended(void **state)
{
    const struct suspend out = {.partner = TARGET, .reason = "a test"};
    const struct suspend in = {.partner = TARGET, .lift = true, .reason = "over"};
    struct request ask_out = {.suspend = &out}, ask_in = {.suspend = &in};

    (void)state;
    world_fresh(35);
    uint64_t consent = consent_for(TARGET);
    assert_true(sim_connected(TARGET));
    watch_for_cut();
    int64_t since_ms = sim_now();
    world_must(NETWORK_BROKER, &ask_out, "");
    assert_target_is_out(since_ms);
    /* A letter to it is not taken. The home cannot know that, the broker says so. */
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    if (reply->code[0] == '\0') {
        uint64_t sent = reply->made->case_number;
        world_pass(TIME_MINUTE_MS);
        assert_int_not_equal(world_state(HOME, sent), OFFER_STATE_REQUESTED);
    }
    world_must(NETWORK_BROKER, &ask_in, "");
    world_pass(3 * TIME_MINUTE_MS);
    assert_true(sim_connected(TARGET));
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    assert_int_equal(world_show(TARGET, world_newest(TARGET, CASE_BOX_NONE))
                             ->line->state,
            OFFER_STATE_REQUESTED);
    world_end();
}

/* What a suspended partner had sent before waits, and goes on when that is over. */
static void a_letter_waits_for_its_sender(void **state)
{
    const struct suspend out = {.partner = HOME, .reason = "a test"};
    const struct suspend in = {.partner = HOME, .lift = true, .reason = "over"};
    struct request ask_out = {.suspend = &out}, ask_in = {.suspend = &in};

    (void)state;
    world_fresh(37);
    sim_unplug(TARGET, true);
    refer_urgently(URGENCY_ROUTINE);
    world_quiet();
    world_must(NETWORK_BROKER, &ask_out, "");
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    world_must(NETWORK_BROKER, &ask_in, "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    world_end();
}

static void revoked(void **state)
{
    (void)state;
    world_fresh(36);
    uint64_t consent = consent_for(TARGET);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    watch_for_cut();
    int64_t since_ms = sim_now();
    world_revoke(TARGET, NETWORK_BROKER);
    assert_target_is_out(since_ms);
    /* By now each node has heard of it. */
    assert_string_not_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code,
            "");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(an_old_letter_opens_no_more),
            cmocka_unit_test(what_waits_long_is_sealed_again),
            cmocka_unit_test(an_accept_without_content),
            cmocka_unit_test(limits_pass),
            cmocka_unit_test(suspended),
            cmocka_unit_test(a_letter_waits_for_its_sender),
            cmocka_unit_test(revoked),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
