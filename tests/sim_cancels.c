/* sim_cancels.c - a referral is cancelled before the broker has said that it has it:
 * while it surely never left, nobody hears of it; and else a cancel follows it,
 * whatever became of it meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/restore.h"
#include "tests/coordinated.h"
#include "tests/peek.h"

#define PERSON "Rosa Voorbeeld"

static const char PASSPHRASE[] = "a passphrase of the test";

static const char *const BOTH[] = {TARGET, OTHER};
static const enum mode MODES[] = {MODE_DIRECT, MODE_SEQUENTIAL, MODE_FIRST_CLAIM};

/* ------------------------------------------------------------ what is lost on the way
 */

enum { ARENA_BYTES = 4 * 1024 * 1024 };
enum loss { NOTHING, SUBMISSIONS, ANSWERS, ANSWERED_BUSY };

static struct {
    struct arena arena;
    enum loss loss;
    size_t events; /* steps of HOME that left */
    uint8_t busy[400];
} wire;

/* The broker has no room for it now. */
static struct span say_busy(const struct answer *answer)
{
    const struct answer no = {.id = answer->id, .code = "E_BUSY", .words = ""};
    const struct frame frame = {.v = 1, .answer = &no};
    struct span bytes;
    struct err err;

    assert_true(wire_put_arena(&WIRE_FRAME, &frame, &wire.arena, &bytes, &err));
    assert_true(bytes.len <= sizeof wire.busy);
    memcpy(wire.busy, bytes.at, bytes.len);
    return (struct span){wire.busy, bytes.len};
}

static struct span change(void *self, const char *from, const char *to,
        struct span bytes)
{
    static const struct span none = {NULL, 0};
    struct frame frame;
    struct err err;

    (void)self;
    arena_reset(&wire.arena, 0);
    if ((strcmp(from, HOME) != 0 && strcmp(to, HOME) != 0) ||
            !wire_get(&WIRE_FRAME, bytes, &wire.arena, &frame, &err))
        return bytes;
    wire.events += frame.put != NULL && frame.put->n_consents == 0;
    if (frame.put != NULL && wire.loss == SUBMISSIONS)
        return none;
    bool answers = frame.answer != NULL && frame.answer->n_statuses > 0;
    if (answers && wire.loss == ANSWERED_BUSY)
        return say_busy(frame.answer);
    bool tells = answers || frame.deliver != NULL;
    return tells && wire.loss == ANSWERS ? none : bytes;
}

static void fresh(uint64_t seed)
{
    coordinated_fresh(seed);
    if (wire.arena.at == NULL)
        wire.arena = arena_new(ARENA_BYTES);
    wire.loss = NOTHING;
    wire.events = 0;
    struct sim_watch watch = sim_watched();
    watch.change = change;
    sim_watch(&watch);
}

/* ------------------------------------------------------------ what is done */

static uint64_t refer_again(enum mode mode, const char *const *to, uint64_t reopens,
        uint64_t *consent)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER, REGIE}
    };
    *consent = world_consent(HOME, &wish);
    const struct world_referral referral = {.consent = *consent,
            .candidates = to,
            .n_candidates = mode == MODE_DIRECT ? 1 : COUNT_OF(BOTH),
            .secret = PERSON,
            .mode = mode,
            .reopens = reopens};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static uint64_t refer(enum mode mode)
{
    uint64_t consent;
    return refer_again(mode, BOTH, 0, &consent);
}

/* This is lost of what follows, and then the cable is out. */
static uint64_t refer_and_lose(enum mode mode, enum loss loss)
{
    wire.loss = loss;
    uint64_t number = refer(mode);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(HOME, true);
    wire.loss = NOTHING;
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, number), OFFER_STATE_NONE);
    return number;
}

static void come_back(void)
{
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
}

static void cancel(uint64_t number, const char *state)
{
    const struct reply *reply = world_act(HOME, number, OFFER_EVENT_CANCEL);

    assert_string_equal(reply->code, "");
    assert_string_equal(reply->made->state, state);
}

static bool may(uint64_t number, const char *action)
{
    const struct case_detail *file = world_show(HOME, number);
    bool may = false;

    for (size_t i = 0; i < file->n_actions; i++)
        may |= strcmp(file->actions[i], action) == 0;
    return may;
}

static size_t traced(const char *id, uint64_t number, const char *what)
{
    const struct trace_case ask = {.number = number};
    struct request request = {.trace = &ask};
    const struct reply *reply = world_must(id, &request, "");
    size_t n = 0;

    for (size_t i = 0; i < reply->trace->n_lines; i++)
        n += strcmp(reply->trace->lines[i].what, what) == 0;
    return n;
}

/* Why it was cancelled, as the case says it the last time. */
static uint16_t reason(const char *id, uint64_t number)
{
    static uint8_t room[64 * 1024];
    const struct case_detail *file = world_show(id, number);
    struct arena arena = {.at = room, .size = sizeof room};
    uint16_t reason = 0;

    for (size_t i = 0; i < file->n_moments; i++) {
        struct content content;
        struct err err;
        if (file->moments[i].event == OFFER_EVENT_CANCEL &&
                file->moments[i].content.len > 0 &&
                wire_get(&WIRE_CONTENT, file->moments[i].content, &arena, &content,
                        &err))
            reason = content.event->cancel_reason;
    }
    return reason;
}

static int64_t at(const char *id, const char *sql)
{
    return peek_number(peek_of(id), sql);
}

static void assert_sound(void)
{
    const struct get_doctor get = {.full = false};
    struct request request = {.doctor = &get};
    const struct doctor *doctor = world_must(HOME, &request, "")->doctor;

    assert_int_equal(world_faults(), 0);
    for (size_t i = 0; i < doctor->n_checks; i++)
        if (strcmp(doctor->checks[i].name, "steps") == 0 ||
                strcmp(doctor->checks[i].name, "waiting_letters") == 0 ||
                strcmp(doctor->checks[i].name, "owners") == 0)
            assert_true(doctor->checks[i].ok);
    assert_int_equal(at(HOME, "SELECT count(*) FROM submission WHERE answered = 0"), 0);
    assert_int_equal(at(HOME, "SELECT count(*) FROM sent WHERE terminal = 0"), 0);
    assert_int_equal(at(HOME, "SELECT count(*) FROM parcel"), 0);
    assert_int_equal(at(NETWORK_BROKER, "SELECT count(*) FROM sealed"), 0);
    assert_int_equal(at(NETWORK_BROKER, "SELECT count(*) FROM mail"), 0);
}

/* All of it has ended so, and nothing is left to do. */
static void assert_cancelled(uint64_t number)
{
    const struct case_detail *file = world_show(HOME, number);

    assert_string_equal(file->line->referral_state, "revoked");
    assert_int_equal(file->line->state, OFFER_STATE_CANCELLED);
    assert_int_equal(file->n_actions, 0);
    for (size_t i = 0; i < file->n_offers; i++)
        assert_int_equal(file->offers[i].state, OFFER_STATE_CANCELLED);
    assert_int_equal(reason(HOME, number), CANCEL_REASON_NO_LONGER_NEEDED);
    assert_sound();
}

/* Nobody but its sender ever knew of it, the broker neither. */
static void assert_never_was(uint64_t number)
{
    assert_cancelled(number);
    assert_int_equal(at(NETWORK_BROKER, "SELECT count(*) FROM letter"), 0);
    assert_int_equal(at(NETWORK_BROKER, "SELECT count(*) FROM offer"), 0);
    assert_int_equal(at(NETWORK_BROKER, "SELECT count(*) FROM consent"), 0);
    for (size_t i = 0; i < COUNT_OF(BOTH); i++)
        assert_int_equal(world_newest(BOTH[i], CASE_BOX_NONE), 0);
}

/* Who was asked has nothing of it any more. */
static void assert_told(void)
{
    for (size_t i = 0; i < COUNT_OF(BOTH); i++) {
        uint64_t got = world_newest(BOTH[i], CASE_BOX_NONE);
        if (got == 0)
            continue;
        assert_int_equal(world_state(BOTH[i], got), OFFER_STATE_CANCELLED);
        assert_null(world_show(BOTH[i], got)->preview);
    }
}

/* ------------------------------------------------------------ it never left */

static void what_never_left_is_never_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(MODES); i++) {
        fresh(2001 + i);
        sim_unplug(HOME, true);
        world_pass(TIME_MINUTE_MS);
        uint64_t number = refer(MODES[i]);
        world_pass(TIME_MINUTE_MS);
        assert_true(may(number, "cancel"));
        assert_false(may(number, "in_error"));
        cancel(number, "cancelled");
        assert_int_equal(traced(HOME, number, "cancel"), 1);
        assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code,
                "E_TRANSITION");
        come_back();
        assert_never_was(number);
        assert_false(world_show(HOME, number)->line->unread);
        world_end();
    }
}

/* Who names a version means the one with which it begins at the broker; no other step
 * is possible before it has it. */
static void what_may_be_named(void **state)
{
    const struct event_content said = {.note = "",
            .cancel_reason = CANCEL_REASON_NO_LONGER_NEEDED};

    (void)state;
    fresh(2015);
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    uint64_t number = refer(MODE_DIRECT);
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_IN_ERROR)->code,
            "E_PENDING");
    assert_int_equal(world_show(HOME, number)->line->version, 1);
    struct act act = {.case_number = number,
            .event = OFFER_EVENT_CANCEL,
            .said = &said,
            .expected_version = 2};
    struct request request = {.act = &act};
    world_must(HOME, &request, "E_CONFLICT");
    act.expected_version = 1;
    world_must(HOME, &request, "");
    assert_int_equal(world_show(HOME, number)->line->version, 0);
    come_back();
    assert_never_was(number);
    world_end();
}

/* Also when the node was started anew meanwhile, and by who has gone home since. */
static void a_new_start_forgets_nothing_of_it(void **state)
{
    (void)state;
    fresh(2011);
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    uint64_t number = refer(MODE_DIRECT);
    world_crash(HOME);
    world_start(HOME);
    cancel(number, "cancelled");
    world_crash(HOME);
    world_start(HOME);
    come_back();
    assert_never_was(number);
    world_end();
}

/* Somebody else is asked after all. */
static void it_is_offered_to_another(void **state)
{
    static const char *const other[] = {OTHER};
    uint64_t consent;

    (void)state;
    fresh(2012);
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    uint64_t number = refer(MODE_DIRECT);
    cancel(number, "cancelled");
    refer_again(MODE_DIRECT, other, number, &consent);
    come_back();
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    world_do(OTHER, world_newest(OTHER, CASE_BOX_TO_DECIDE), OFFER_EVENT_ACCEPT);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "placed");
    world_end();
}

/* Neither does who sent what was to be handed on hear of it, and it can be handed on to
 * the same one later. */
static void what_was_to_be_handed_on(void **state)
{
    static const char *const other[] = {OTHER};
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER},
            .onward = 1
    };

    (void)state;
    fresh(2014);
    world_agree(TARGET, OTHER);
    uint64_t consent = world_consent(HOME, &wish);
    uint64_t sent = world_refer(HOME, consent, TARGET, PERSON)->made->case_number;
    world_quiet();
    uint64_t got = world_newest(TARGET, CASE_BOX_TO_DECIDE);
    world_do(TARGET, got, OFFER_EVENT_ACCEPT);
    const struct forward_case asked = {.case_number = got,
            .candidates = other,
            .n_candidates = 1,
            .reason = "",
            .referrer_name = "",
            .referrer_phone = ""};
    struct request request = {.forward = &asked};
    sim_unplug(TARGET, true);
    world_pass(TIME_MINUTE_MS);
    uint64_t made = world_must(TARGET, &request, "")->made->case_number;
    const struct reply *reply = world_act(TARGET, made, OFFER_EVENT_CANCEL);
    assert_string_equal(reply->code, "");
    assert_string_equal(reply->made->state, "cancelled");
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(world_newest(OTHER, CASE_BOX_NONE), 0);
    assert_int_equal(traced(HOME, sent, "forward"), 0);
    world_must(TARGET, &request, "");
    world_quiet();
    assert_int_not_equal(world_newest(OTHER, CASE_BOX_TO_DECIDE), 0);
    assert_int_equal(traced(HOME, sent, "forward"), 1);
    world_end();
}

/* ------------------------------------------------------------ it may have left */

static void what_may_have_left_is_followed(void **state)
{
    static const enum loss losses[] = {SUBMISSIONS, ANSWERS};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(MODES) * COUNT_OF(losses); i++) {
        fresh(2021 + i);
        uint64_t number = refer_and_lose(MODES[i / 2], losses[i % 2]);
        assert_true(may(number, "cancel"));
        cancel(number, "to_cancel");
        assert_string_equal(world_show(HOME, number)->line->referral_state,
                "to_cancel");
        assert_false(may(number, "cancel"));
        assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code,
                "E_PENDING");
        come_back();
        assert_cancelled(number);
        assert_false(world_show(HOME, number)->line->unread);
        assert_told();
        assert_int_not_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
        assert_int_equal(traced(HOME, number, "refused"), 0);
        assert_int_equal(world_status(HOME)->n_erase_missing, 0);
        world_end();
    }
}

/* Nothing is lost, and the answer is under way. */
static void a_cancel_that_crosses_the_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(MODES); i++) {
        fresh(2031 + i);
        sim_hold(true);
        uint64_t number = refer(MODES[i]);
        cancel(number, "to_cancel");
        sim_hold(false);
        world_pass(TIME_MINUTE_MS);
        assert_cancelled(number);
        assert_told();
        world_end();
    }
}

/* A no for now: what the broker has not taken is not cancelled before it has. */
static void a_broker_that_has_no_room_now(void **state)
{
    (void)state;
    fresh(2034);
    wire.loss = ANSWERED_BUSY;
    uint64_t number = refer(MODE_DIRECT);
    world_pass(TIME_MINUTE_MS);
    cancel(number, "to_cancel");
    world_pass(TIME_HOUR_MS);
    assert_int_equal(wire.events, 0);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "to_cancel");
    wire.loss = NOTHING;
    world_pass(TIME_HOUR_MS);
    assert_int_equal(wire.events, 1);
    assert_cancelled(number);
    assert_told();
    world_end();
}

/* Whoever has looked, asked or put it on a waiting list has not decided. */
static void somebody_has_looked_meanwhile(void **state)
{
    static const enum offer_event steps[] = {OFFER_EVENT_SEEN, OFFER_EVENT_INFO_REQUEST,
            OFFER_EVENT_WAITLIST};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        fresh(2035 + i);
        uint64_t number = refer_and_lose(MODE_DIRECT, ANSWERS);
        world_do(TARGET, 1, steps[i]);
        cancel(number, "to_cancel");
        come_back();
        assert_cancelled(number);
        assert_told();
        world_end();
    }
}

/* Then it is for people to decide anew. */
static void somebody_has_taken_it_meanwhile(void **state)
{
    static const enum offer_event steps[] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START,
            OFFER_EVENT_OUTCOME};

    (void)state;
    for (size_t n = 1; n <= COUNT_OF(steps); n++) {
        fresh(2040 + n);
        uint64_t number = refer_and_lose(MODE_SEQUENTIAL, ANSWERS);
        for (size_t i = 0; i < n; i++)
            world_do(TARGET, 1, steps[i]);
        enum offer_state stands = world_state(TARGET, 1);
        cancel(number, "to_cancel");
        come_back();
        const struct case_detail *file = world_show(HOME, number);
        assert_int_equal(file->line->state, stands);
        assert_true(file->line->unread);
        assert_string_not_equal(file->line->referral_state, "to_cancel");
        assert_int_equal(traced(HOME, number, "not_cancelled"), 1);
        assert_true(
                may(number, stands == OFFER_STATE_COMPLETED ? "confirm" : "cancel"));
        if (stands != OFFER_STATE_COMPLETED) {
            world_do(HOME, number, OFFER_EVENT_CANCEL);
            assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
        }
        world_end();
    }
}

/* Nobody takes it, so nobody further is asked: it is given up. */
static void everybody_has_declined_meanwhile(void **state)
{
    (void)state;
    fresh(2044);
    uint64_t number = refer_and_lose(MODE_SEQUENTIAL, ANSWERS);
    for (size_t i = 0; i < COUNT_OF(BOTH); i++) {
        world_do(BOTH[i], 1, OFFER_EVENT_DECLINE);
        world_pass(TIME_MINUTE_MS);
    }
    cancel(number, "to_cancel");
    come_back();
    assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
    assert_int_equal(at(NETWORK_BROKER,
                             "SELECT count(*) FROM escalation WHERE closed = 0"),
            0);
    assert_sound();
    world_end();
}

/* What is refused ends, and the cancel with it; whom it is offered to then is not what
 * was cancelled. */
static void what_is_refused(void **state)
{
    static const char *const other[] = {OTHER};
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = HOME};
    struct request request = {.partnership = &change};
    uint64_t consent;

    (void)state;
    fresh(2045);
    uint64_t number = refer_and_lose(MODE_DIRECT, SUBMISSIONS);
    world_must(TARGET, &request, "");
    world_pass(TIME_MINUTE_MS);
    cancel(number, "to_cancel");
    come_back();
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    assert_true(world_show(HOME, number)->line->unread);
    assert_cancelled(number);
    refer_again(MODE_DIRECT, other, number, &consent);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, number), OFFER_STATE_REQUESTED);
    world_end();
}

/* The person takes the consent back as well, before or after that. */
static void the_consent_is_withdrawn_too(void **state)
{
    (void)state;
    for (int row = 0; row < 4; row++) {
        bool left = (row & 1) != 0;
        bool first = (row & 2) != 0;
        uint64_t consent;
        fresh(2051 + (uint64_t)row);
        if (!left)
            sim_unplug(HOME, true);
        world_pass(TIME_MINUTE_MS);
        wire.loss = ANSWERS;
        uint64_t number = refer_again(MODE_SEQUENTIAL, BOTH, 0, &consent);
        world_pass(TIME_MINUTE_MS);
        sim_unplug(HOME, true);
        wire.loss = NOTHING;
        if (first)
            world_withdraw(HOME, consent);
        const char *code = world_act(HOME, number, OFFER_EVENT_CANCEL)->code;
        assert_string_equal(code, first ? "E_TRANSITION" : "");
        if (!first)
            world_withdraw(HOME, consent);
        assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
        come_back();
        assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
        assert_int_equal(world_state(HOME, number), OFFER_STATE_CANCELLED);
        assert_told();
        assert_sound();
        world_end();
    }
}

/* What was offered before is known to the broker: it must hear that nobody is asked any
 * more. */
static void what_is_offered_again_is_followed(void **state)
{
    static const char *const other[] = {OTHER};
    uint64_t consent;

    (void)state;
    fresh(2061);
    uint64_t number = refer(MODE_DIRECT);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    refer_again(MODE_DIRECT, other, number, &consent);
    cancel(number, "to_cancel");
    come_back();
    assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
    assert_int_equal(world_state(OTHER, 1), OFFER_STATE_CANCELLED);
    assert_int_equal(at(NETWORK_BROKER,
                             "SELECT count(*) FROM escalation WHERE closed = 0"),
            0);
    assert_sound();
    world_end();
}

/* ------------------------------------------------------------ a partner that leaves
 */

/* How much is still open once it has said so. */
static uint64_t leave(const char *state)
{
    const struct leave leave = {.confirmed = true};
    struct request request = {.leave = &leave};
    const struct made *made = world_must(HOME, &request, "")->made;

    assert_string_equal(made->state, state);
    return made->count;
}

/* What the broker may not have yet is handed back with the rest: nobody is asked for
 * somebody who is gone. */
static void who_leaves_cancels_it_too(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(MODES); i++) {
        fresh(2064 + i);
        sim_unplug(HOME, true);
        world_pass(TIME_MINUTE_MS);
        uint64_t number = refer(MODES[i]);
        assert_int_equal(leave("left"), 0);
        come_back();
        assert_int_equal(world_state(HOME, number), OFFER_STATE_CANCELLED);
        assert_int_equal(reason(HOME, number), CANCEL_REASON_REFERRER_ERROR);
        assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
        assert_sound();
        world_end();
    }
}

/* Not yet, and it says so. */
static void who_leaves_waits_for_what_may_have_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(MODES); i++) {
        fresh(2067 + i);
        uint64_t number = refer_and_lose(MODES[i], ANSWERS);
        assert_int_equal(leave("leaving"), 1);
        assert_string_equal(world_show(HOME, number)->line->referral_state,
                "to_cancel");
        assert_int_equal(leave("leaving"), 1);
        come_back();
        assert_int_equal(world_state(HOME, number), OFFER_STATE_CANCELLED);
        assert_told();
        assert_int_equal(leave("left"), 0);
        assert_sound();
        world_end();
    }
}

/* ------------------------------------------------------------ a node that is put back
 */

/* In the backup it had not left; since then it has. */
static void what_left_since_the_backup_is_followed(void **state)
{
    char home[WORLD_PATH_BYTES], backup[WORLD_PATH_BYTES + 40],
            gone[WORLD_PATH_BYTES + 40];
    struct err err = {.code = CODE_OK};

    (void)state;
    fresh(2071);
    world_db(HOME, home);
    *strrchr(home, '/') = '\0';
    snprintf(backup, sizeof backup, "%s.backup", home);
    snprintf(gone, sizeof gone, "%s.gone", home);
    const struct make_backup order = {.path = backup, .passphrase = PASSPHRASE};
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    uint64_t number = refer(MODE_DIRECT);
    world_must(HOME, &(struct request){.backup = &order}, "");
    come_back();
    assert_int_equal(world_state(HOME, number), OFFER_STATE_REQUESTED);
    world_crash(HOME);
    world_stop(NETWORK_BROKER);
    assert_int_equal(rename(home, gone), 0);
    assert_true(node_restore(backup, home, PASSPHRASE, sim_now(), &err));
    world_start(HOME);
    world_pass(TIME_MINUTE_MS);
    cancel(number, "to_cancel");
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    assert_cancelled(number);
    assert_told();
    assert_int_not_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    world_end();
}

/* ------------------------------------------------------------ the power goes */

static const char *falls;

static void bring_back(void)
{
    if (!disk_is_off(world_disk(falls)))
        return;
    world_stop(falls);
    disk_power(world_disk(falls));
    world_start(falls);
}

/* At each sync of this program, from the cancel on. */
static void at_each_sync(const char *id, bool left, uint64_t seed)
{
    bool cut = true;
    uint64_t n;

    falls = id;
    for (n = 0; cut; n++) {
        fresh(seed + n);
        uint64_t number;
        if (left) {
            number = refer_and_lose(MODE_SEQUENTIAL, ANSWERS);
        } else {
            sim_unplug(HOME, true);
            world_pass(TIME_MINUTE_MS);
            number = refer(MODE_SEQUENTIAL);
        }
        world_patient(bring_back);
        disk_plan(world_disk(id), DISK_SYNC, 1 + n / 2,
                n % 2 == 0 ? DISK_CUT_BEFORE : DISK_CUT_AFTER);
        cancel(number, left ? "to_cancel" : "cancelled");
        sim_unplug(HOME, false);
        sim_run_until(sim_now() + 20 * TIME_SECOND_MS);
        cut = disk_is_off(world_disk(id)) || disk_planned_happened(world_disk(id));
        bring_back();
        disk_plan(world_disk(id), DISK_SYNC, 0, DISK_FAILS);
        world_pass(5 * TIME_MINUTE_MS);
        world_patient(NULL);
        if (left)
            assert_cancelled(number);
        else
            assert_never_was(number);
        assert_told();
        world_end();
    }
    print_message("# %s: %llu moments\n", id, (unsigned long long)n - 1);
    assert_true(n > 3);
}

static void the_power_goes_at_any_moment(void **state)
{
    (void)state;
    world_on_disks(true);
    at_each_sync(HOME, false, 2100);
    at_each_sync(HOME, true, 2200);
    at_each_sync(NETWORK_BROKER, true, 2300);
    world_on_disks(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_never_left_is_never_known),
            cmocka_unit_test(what_may_be_named),
            cmocka_unit_test(a_new_start_forgets_nothing_of_it),
            cmocka_unit_test(it_is_offered_to_another),
            cmocka_unit_test(what_was_to_be_handed_on),
            cmocka_unit_test(what_may_have_left_is_followed),
            cmocka_unit_test(a_cancel_that_crosses_the_answer),
            cmocka_unit_test(a_broker_that_has_no_room_now),
            cmocka_unit_test(somebody_has_looked_meanwhile),
            cmocka_unit_test(somebody_has_taken_it_meanwhile),
            cmocka_unit_test(everybody_has_declined_meanwhile),
            cmocka_unit_test(what_is_refused),
            cmocka_unit_test(the_consent_is_withdrawn_too),
            cmocka_unit_test(what_is_offered_again_is_followed),
            cmocka_unit_test(who_leaves_cancels_it_too),
            cmocka_unit_test(who_leaves_waits_for_what_may_have_left),
            cmocka_unit_test(what_left_since_the_backup_is_followed),
            cmocka_unit_test(the_power_goes_at_any_moment),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
