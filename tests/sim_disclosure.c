/* sim_disclosure.c - who has what of a person, and when: two stages, withdrawal in each
 * state, signals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/evil.h"
#include "tests/story.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { HEARD_MAX = 4 * 1024 * 1024, SEALED_MAX = 70000, WINDOW = 16 };

/* ------------------------------------------------------------ two stages */

/* What a content letter is sealed in, and every byte that went to the target. */
static struct {
    struct arena arena;
    uint8_t sealed[SEALED_MAX];
    size_t sealed_len;
    uint8_t heard[HEARD_MAX];
    size_t heard_len;
} tap;

static void note_content(struct span bytes)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;
    struct err err;

    if (!wire_get(&WIRE_LETTER, bytes, &tap.arena, &letter, &err) ||
            !evil_read(&tap.arena, letter.signed_, &WIRE_LETTER_BODY, &body) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, &tap.arena, &core, &err) ||
            core.type != LETTER_TYPE_CONTENT || letter.sealed.len > SEALED_MAX)
        return;
    memcpy(tap.sealed, letter.sealed.at, letter.sealed.len);
    tap.sealed_len = letter.sealed.len;
}

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    if (strcmp(to, TARGET) == 0 && strcmp(from, NETWORK_BROKER) == 0) {
        assert_true(tap.heard_len + bytes.len <= HEARD_MAX);
        memcpy(tap.heard + tap.heard_len, bytes.at, bytes.len);
        tap.heard_len += bytes.len;
    }
    arena_reset(&tap.arena, 0);
    if (strcmp(from, HOME) != 0 ||
            !wire_get(&WIRE_FRAME, bytes, &tap.arena, &frame, &err) ||
            frame.put == NULL)
        return;
    for (size_t i = 0; i < frame.put->n_letters; i++)
        note_content(frame.put->letters[i]);
}

static void tap_begin(void)
{
    static const struct sim_watch watch = {.on_frame = on_frame};

    if (tap.arena.at == NULL)
        tap.arena = arena_new(16 * 1024 * 1024);
    tap.sealed_len = tap.heard_len = 0;
    sim_watch(&watch);
}

/* Did any piece of the sealed content go to the target? */
static bool heard_content(void)
{
    for (size_t at = 0; at + WINDOW <= tap.sealed_len; at += WINDOW)
        if (memmem(tap.heard, tap.heard_len, tap.sealed + at, WINDOW) != NULL)
            return true;
    return false;
}

static uint64_t consent_for(const char *recipient)
{
    const struct world_consent wish = {.recipients = {recipient}};

    return world_consent(HOME, &wish);
}

static uint64_t refer(uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static void no_content_before_the_accept(void **state)
{
    (void)state;
    world_fresh(21);
    tap_begin();
    refer(consent_for(TARGET));
    world_quiet();
    assert_true(tap.sealed_len > 1000);
    uint64_t got = world_newest(TARGET, CASE_BOX_NONE);
    world_do(TARGET, got, OFFER_EVENT_SEEN);
    world_do(TARGET, got, OFFER_EVENT_INFO_REQUEST);
    world_do(HOME, 1, OFFER_EVENT_INFO_REPLY);
    world_do(TARGET, got, OFFER_EVENT_WAITLIST);
    world_pass((int64_t)2 * TIME_DAY_MS);
    assert_true(tap.heard_len > 1000);
    assert_false(heard_content());
    const struct case_detail *file = world_show(TARGET, got);
    assert_non_null(file->preview);
    assert_null(file->referral);
    assert_string_equal(file->line->person, "");
    /* The sender is away; what it lodged is handed over all the same. */
    world_stop(HOME);
    assert_string_equal(world_act(TARGET, got, OFFER_EVENT_ACCEPT)->code, "");
    world_quiet();
    assert_true(heard_content());
    file = world_show(TARGET, got);
    assert_int_equal(file->line->state, OFFER_STATE_ACCEPTED);
    assert_string_equal(file->referral->person->name, "Rosa Voorbeeld");
    world_start(HOME);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, 1), OFFER_STATE_ACCEPTED);
    assert_int_equal(world_status(HOME)->outbox, 0);
    world_end();
}

/* ------------------------------------------------------------ withdrawal by state */

struct withdrawal_row {
    const char *name;
    enum offer_event steps[5]; /* of the target */
    enum offer_state before, after;
    bool stop_contact;
    bool erased;
};

#define S(name) OFFER_STATE_##name
#define E(name) OFFER_EVENT_##name

/* clang-format off */
static const struct withdrawal_row ROWS[] = {
    {"requested",   {0},                               S(REQUESTED),      S(CANCELLED), false, true},
    {"seen",        {E(SEEN)},                         S(SEEN),           S(CANCELLED), false, true},
    {"questions",   {E(INFO_REQUEST)},                 S(INFO_REQUESTED), S(CANCELLED), false, true},
    {"waitlisted",  {E(WAITLIST)},                     S(WAITLISTED),     S(CANCELLED), false, true},
    {"accepted",    {E(ACCEPT)},                       S(ACCEPTED),       S(CANCELLED), true,  true},
    {"in progress", {E(ACCEPT), E(START)},             S(IN_PROGRESS),    S(CANCELLED), true,  true},
    {"completed",   {E(ACCEPT), E(START), E(OUTCOME)}, S(COMPLETED),      S(COMPLETED), true,  false},
};
/* clang-format on */

static const struct reply *say_text(const char *id, uint64_t case_number)
{
    static const struct text text = {.text = "one more thing", .language = "en"};
    const struct act act = {.case_number = case_number, .text = &text};
    struct request request = {.act = &act};

    return world_ask(id, &request);
}

static void withdraw_in_state(const struct withdrawal_row *row)
{
    uint64_t consent = consent_for(TARGET);
    uint64_t sent = refer(consent);

    world_quiet();
    uint64_t got = world_newest(TARGET, CASE_BOX_NONE);
    for (size_t i = 0; i < COUNT_OF(row->steps) && row->steps[i] != 0; i++)
        world_do(TARGET, got, row->steps[i]);
    assert_int_equal(world_state(TARGET, got), row->before);
    world_withdraw(HOME, consent);
    world_quiet();
    assert_int_equal(world_state(HOME, sent), row->after);
    assert_string_equal(world_show(HOME, sent)->line->consent_state, "withdrawn");
    const struct case_detail *file = world_show(TARGET, got);
    assert_int_equal(file->line->state, row->after);
    assert_string_equal(file->line->consent_state, "withdrawn");
    if (row->erased) {
        assert_null(file->preview);
        assert_null(file->referral);
        assert_string_equal(file->line->person, "");
    }
    if (row->stop_contact)
        assert_true(file->line->stop_contact);
    /* Nothing personal passes any more, either way. */
    assert_string_not_equal(say_text(HOME, sent)->code, "");
    assert_string_not_equal(say_text(TARGET, got)->code, "");
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code,
            "E_CONSENT_WITHDRAWN");
    if (row->after == OFFER_STATE_COMPLETED) {
        /* A control letter does. */
        world_do(HOME, sent, OFFER_EVENT_CONFIRM);
        assert_string_equal(world_show(TARGET, got)->line->referral_state, "closed");
    }
}

static void a_withdrawal_in_each_state(void **state)
{
    (void)state;
    world_fresh(22);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        print_message("# withdrawn when %s\n", ROWS[i].name);
        withdraw_in_state(&ROWS[i]);
    }
    world_end();
}

/* The one who got it may pass the person's word on. */
static void the_target_tells_of_a_withdrawal(void **state)
{
    const struct consent_withdraw withdraw = {.case_number = 1,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &withdraw};

    (void)state;
    world_fresh(23);
    uint64_t sent = refer(consent_for(TARGET));
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_must(TARGET, &request, "");
    world_quiet();
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_CANCELLED);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
    assert_string_equal(world_show(HOME, sent)->line->consent_state, "withdrawn");
    assert_null(world_show(TARGET, 1)->referral);
    world_end();
}

/* ------------------------------------------------------------ signals */

static const struct reply *raise(const char *id, const char *to, uint64_t consent)
{
    static const uint16_t needs[] = {NEED_CATEGORY_SELF_NEGLECT};
    static const struct signal plain = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld, third floor",
            .language = "nl",
            .text = "the shutters stay down",
            .reporter = "the grocer"};
    static const uint16_t mild[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal with_consent = {.needs = mild,
            .n_needs = 1,
            .person = "Rosa Voorbeeld, third floor",
            .language = "nl"};
    const struct raise_signal wish = {.recipient = to,
            .consent_number = consent,
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = consent != 0 ? &with_consent : &plain};
    struct request request = {.signal = &wish};

    return world_ask(id, &request);
}

static void a_signal_with_consent(void **state)
{
    const struct reply *reply;

    (void)state;
    world_fresh(24);
    reply = raise(HOME, TARGET, consent_for(TARGET));
    assert_string_equal(reply->code, "");
    world_quiet();
    uint64_t got = world_newest(TARGET, CASE_BOX_NONE);
    const struct case_detail *file = world_show(TARGET, got);
    assert_int_equal(file->line->kind, CASE_KIND_SIGNAL_IN);
    assert_string_equal(file->signal->person, "Rosa Voorbeeld, third floor");
    assert_int_equal(world_status(HOME)->outbox, 0);
    world_end();
}

static void a_signal_without_consent(void **state)
{
    (void)state;
    world_fresh(25);
    assert_string_equal(raise(HOME, "meldpunt", 0)->code, "");
    world_quiet();
    const struct case_detail *file =
            world_show("meldpunt", world_newest("meldpunt", CASE_BOX_NONE));
    assert_int_equal(file->line->kind, CASE_KIND_SIGNAL_IN);
    assert_string_equal(file->signal->text, "the shutters stay down");
    /* Nobody else may hear it. */
    static const char *const others[] = {"aksant", "chambry", "noord"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_string_equal(raise(HOME, others[i], 0)->code, "E_SECRECY");
        world_quiet();
        assert_int_equal(world_newest(others[i], CASE_BOX_NONE), 0);
    }
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(no_content_before_the_accept),
            cmocka_unit_test(a_withdrawal_in_each_state),
            cmocka_unit_test(the_target_tells_of_a_withdrawal),
            cmocka_unit_test(a_signal_with_consent),
            cmocka_unit_test(a_signal_without_consent),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
