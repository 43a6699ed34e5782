/* sim_lost_ack.c - a letter has left, and the word that it came is lost: whatever
 * happens meanwhile, its sender hears what is true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "broker/state.h"
#include "core/arena.h"
#include "core/time.h"
#include "core/wire.h"
#include "tests/evil_node.h"
#include "tests/older_copy.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { SEEDS = 6, ARENA_BYTES = 4 * 1024 * 1024 };

/* What becomes of the delivery that the watch waits for. */
enum loss { THE_DELIVERY, THE_ACK };

static struct {
    struct arena arena;
    enum loss loss;
    bool came, done;
    struct sim_watch inner; /* what must always be true */
} wire;

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    wire.inner.on_frame(wire.inner.self, from, to, bytes);
    if (wire.done || strcmp(from, NETWORK_BROKER) != 0 || strcmp(to, TARGET) != 0)
        return;
    arena_reset(&wire.arena, 0);
    if (wire_get(&WIRE_FRAME, bytes, &wire.arena, &frame, &err) &&
            frame.deliver != NULL && frame.deliver->mail[0].letter.len > 0)
        wire.came = true;
}

/* The cable is pulled after the broker has let the letter go, or after the target has
 * committed it. */
static void on_turn(void *self, const char *name)
{
    (void)self;
    wire.inner.on_turn(wire.inner.self, name);
    if (wire.done)
        return;
    bool left = peek_number(peek_of(NETWORK_BROKER),
                        "SELECT count(*) FROM letter WHERE state = 3") > 0;
    bool now = wire.loss == THE_DELIVERY ? left && strcmp(name, NETWORK_BROKER) == 0
                                         : wire.came && strcmp(name, TARGET) == 0;
    if (!now)
        return;
    sim_unplug(TARGET, true);
    wire.done = true;
}

static void begin(uint64_t seed, enum loss loss, uint64_t *consent)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    world_fresh(seed);
    if (wire.arena.at == NULL)
        wire.arena = arena_new(ARENA_BYTES);
    wire.loss = loss;
    wire.came = false;
    wire.done = true;
    watch_begin(seed);
    wire.inner = sim_watched();
    struct sim_watch watch = wire.inner;
    watch.on_frame = on_frame;
    watch.on_turn = on_turn;
    sim_watch(&watch);
    *consent = world_consent(HOME, &wish);
    world_quiet();
}

/* The next letter to the target is it. */
static void lose_next(void)
{
    wire.came = wire.done = false;
}

static uint64_t refer_and_lose(uint64_t seed, enum loss loss, uint64_t *consent)
{
    begin(seed, loss, consent);
    lose_next();
    const struct reply *reply = world_refer(HOME, *consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_pass(TIME_MINUTE_MS);
    assert_true(wire.done);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE state = 3"),
            1);
    return sent;
}

static void end_partnership(void)
{
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = TARGET};
    struct request request = {.partnership = &change};

    world_must(HOME, &request, "");
    world_pass(TIME_MINUTE_MS);
}

static void come_back(void)
{
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
}

static int64_t preview_state(void)
{
    return peek_number(peek_of(HOME), "SELECT state FROM sent WHERE type = 1");
}

static int64_t at_target(void)
{
    return peek_number(peek_of(TARGET), "SELECT count(*) FROM received WHERE type = 1");
}

/* It was read: the sender hears so, though it may not leave any more. */
static void read_and_no_longer_allowed_with(uint64_t seed, bool withdrawn)
{
    uint64_t consent;

    refer_and_lose(seed, THE_ACK, &consent);
    if (withdrawn)
        world_withdraw(HOME, consent);
    else
        end_partnership();
    world_pass(TIME_MINUTE_MS);
    come_back();
    assert_int_equal(at_target(), 1);
    assert_int_equal(preview_state(), RECEIPT_STATE_PROCESSED);
    assert_int_equal(
            peek_number(peek_of(NETWORK_BROKER),
                    "SELECT count(*) FROM letter WHERE state <= 4 AND type = 1"),
            0);
    if (withdrawn)
        assert_null(world_show(TARGET, 1)->preview);
    world_end();
}

/* It was lost on the way: no byte of it leaves again, and it ends. */
static void lost_and_no_longer_allowed_with(uint64_t seed, bool withdrawn)
{
    uint64_t consent;

    refer_and_lose(seed, THE_DELIVERY, &consent);
    if (withdrawn)
        world_withdraw(HOME, consent);
    else
        end_partnership();
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(at_target(), 0);
    come_back();
    assert_int_equal(at_target(), 0);
    assert_int_equal(preview_state(), RECEIPT_STATE_RECALLED);
    world_end();
}

static void what_was_read_is_not_called_recalled(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        read_and_no_longer_allowed_with(seed, false);
        read_and_no_longer_allowed_with(seed, true);
    }
}

static void what_was_lost_is_recalled(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        lost_and_no_longer_allowed_with(seed, false);
        lost_and_no_longer_allowed_with(seed, true);
    }
}

/* Its term ends while its reader is away with it. */
static void read_and_past_its_term(void **state)
{
    uint64_t consent;

    (void)state;
    refer_and_lose(9, THE_ACK, &consent);
    world_pass((int64_t)25 * TIME_DAY_MS);
    assert_int_not_equal(preview_state(), RECEIPT_STATE_RECALLED);
    come_back();
    assert_int_equal(preview_state(), RECEIPT_STATE_PROCESSED);
    world_end();
}

/* It brought nothing to keep, and its reader is away for as long as it may be. */
static void read_and_away_for_long(void **state)
{
    static const char STATE[] = "SELECT state FROM sent WHERE type = 8";
    uint64_t consent;

    (void)state;
    begin(11, THE_ACK, &consent);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_pass(2 * (int64_t)TIME_DAY_MS);
    lose_next();
    assert_string_equal(world_act(HOME, 1, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_true(wire.done);
    int64_t term_ms =
            peek_number(peek_of(HOME), "SELECT expires_ms FROM sent WHERE type = 8");
    assert_true(term_ms - sim_now() > 18 * (int64_t)TIME_DAY_MS);
    world_pass(term_ms + (LATE_DAYS - 1) * (int64_t)TIME_DAY_MS - sim_now());
    assert_int_not_equal(peek_number(peek_of(HOME), STATE), RECEIPT_STATE_EXPIRED);
    come_back();
    assert_int_equal(peek_number(peek_of(HOME), STATE), RECEIPT_STATE_PROCESSED);
    world_end();
}

/* The copy that is put back knows of the withdrawal, and of a letter that had left
 * before: that is no new hand-over, and no byte of it leaves again. */
static void lost_and_withdrawn_in_a_copy(void **state)
{
    uint64_t consent;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        enum loss loss = seed % 2 == 0 ? THE_ACK : THE_DELIVERY;
        refer_and_lose(seed, loss, &consent);
        world_withdraw(HOME, consent);
        world_pass(TIME_MINUTE_MS);
        make_backup_of_broker();
        world_stop(NETWORK_BROKER);
        watch_new_broker_store();
        put_backup_back();
        come_back();
        watch_agreed();
        assert_int_equal(at_target(), loss == THE_ACK);
        assert_int_equal(preview_state(),
                loss == THE_ACK ? RECEIPT_STATE_PROCESSED : RECEIPT_STATE_RECALLED);
        world_end();
    }
}

static void on_sent(void *self, sqlite3_stmt *row)
{
    struct receipt *receipt = self;

    memcpy(receipt->msg_id.b, sqlite3_column_blob(row, 0), sizeof receipt->msg_id.b);
    memcpy(receipt->core_hash.b, sqlite3_column_blob(row, 1),
            sizeof receipt->core_hash.b);
}

/* What TARGET may say of the letter that was sent to it. */
static struct receipt of_the_letter(enum receipt_state state)
{
    struct receipt receipt = {.v = 1,
            .sender = HOME,
            .recipient = TARGET,
            .state = state,
            .code = "",
            .at_ms = 1};

    peek_each(peek_of(HOME), "SELECT msg_id, core_hash FROM sent WHERE type = 1",
            on_sent, &receipt);
    return receipt;
}

static struct evil *instead_of_the_target(void)
{
    struct evil *evil = evil_new(TARGET);

    sim_unplug(TARGET, false);
    evil_connect(evil);
    return evil;
}

/* These receipts in one ack. */
static void say(struct evil *evil, const struct receipt *receipts, size_t n)
{
    struct span said[2];

    assert_in_range(n, 1, COUNT_OF(said));
    for (size_t i = 0; i < n; i++)
        said[i] = evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &receipts[i]);
    struct ack ack = {.receipts = said, .n_receipts = n};
    evil_say(evil, &(struct frame){.v = 1, .ack = &ack});
    world_pass(TIME_MINUTE_MS);
}

static int64_t heard(const char *what)
{
    return peek_number(peek_of(HOME), "SELECT count(*) FROM trace WHERE what = '%s'",
            what);
}

/* The broker has ended it long after its term; then its reader says that it was read.
 */
static void read_and_said_too_late(void **state)
{
    uint64_t consent;

    (void)state;
    refer_and_lose(11, THE_ACK, &consent);
    peek_number(peek_of(NETWORK_BROKER),
            "UPDATE letter SET expires_ms = %lld, check_ms = %lld WHERE state = 3",
            (long long)(sim_now() - 15 * TIME_DAY_MS), (long long)sim_now());
    world_stop(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(preview_state(), RECEIPT_STATE_EXPIRED);
    const struct receipt receipt = of_the_letter(RECEIPT_STATE_PROCESSED);
    struct evil *evil = instead_of_the_target();
    for (int i = 0; i < 2; i++)
        say(evil, &receipt, 1);
    /* The word of who read it takes the place of the broker's, once. */
    assert_int_equal(preview_state(), RECEIPT_STATE_PROCESSED);
    assert_int_equal(heard("processed"), 1);
    evil_free(evil);
    world_end();
}

static int64_t at_broker(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT state FROM letter ORDER BY no LIMIT 1");
}

/* It is safe with its reader, who reads it later: the sender hears each of them once,
 * and what is said of another letter, or of other words, is nothing. */
static void delivered_first_and_read_later(void **state)
{
    uint64_t consent;

    (void)state;
    refer_and_lose(12, THE_ACK, &consent);
    const int64_t handed = at_broker();
    struct receipt receipts[2] = {of_the_letter(RECEIPT_STATE_DELIVERED),
            of_the_letter(RECEIPT_STATE_DELIVERED)};
    struct evil *evil = instead_of_the_target();
    receipts[0].msg_id.b[0] ^= 1;
    receipts[1].core_hash.b[0] ^= 1;
    say(evil, receipts, 2);
    assert_int_equal(at_broker(), handed);
    assert_int_equal(heard("delivered"), 0);
    receipts[0].msg_id.b[0] ^= 1;
    receipts[1].core_hash.b[0] ^= 1;
    for (int i = 0; i < 2; i++)
        say(evil, receipts, 2);
    assert_int_not_equal(at_broker(), handed);
    assert_int_equal(heard("delivered"), 1);
    receipts[1].state = RECEIPT_STATE_PROCESSED;
    for (int i = 0; i < 2; i++)
        say(evil, receipts, 2);
    assert_int_equal(preview_state(), RECEIPT_STATE_PROCESSED);
    assert_int_equal(heard("delivered"), 1);
    assert_int_equal(heard("processed"), 1);
    evil_free(evil);
    world_end();
}

/* Both in one breath: that it was delivered is no news any more. */
static void delivered_and_read_at_once(void **state)
{
    uint64_t consent;

    (void)state;
    refer_and_lose(13, THE_ACK, &consent);
    struct receipt receipts[2] = {of_the_letter(RECEIPT_STATE_DELIVERED),
            of_the_letter(RECEIPT_STATE_PROCESSED)};
    struct evil *evil = instead_of_the_target();
    say(evil, receipts, 2);
    assert_int_equal(preview_state(), RECEIPT_STATE_PROCESSED);
    assert_int_equal(heard("delivered"), 0);
    assert_int_equal(heard("processed"), 1);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_was_read_is_not_called_recalled),
            cmocka_unit_test(what_was_lost_is_recalled),
            cmocka_unit_test(read_and_away_for_long),
            cmocka_unit_test(lost_and_withdrawn_in_a_copy),
            cmocka_unit_test(read_and_past_its_term),
            cmocka_unit_test(read_and_said_too_late),
            cmocka_unit_test(delivered_first_and_read_later),
            cmocka_unit_test(delivered_and_read_at_once),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
