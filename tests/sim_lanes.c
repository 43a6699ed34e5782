/* sim_lanes.c - what belongs to a crisis overtakes the rest in every queue: of a node,
 * of the broker, of a mailbox, of a window that is full. Order alone, no times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/evil_node.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "chambry"
#define LAST   "noord"

/* ------------------------------------------------------------ what is seen */

enum { SEEN_MAX = 64, ROUTINE_MANY = 12 };

/* The letters of a kind that went from one to another, by how urgent they are: "cur".
 */
static struct {
    struct arena arena;
    const char *from, *to; /* NULL: anybody */
    enum letter_type type; /* NONE: any */
    char order[SEEN_MAX];
    char readers[SEEN_MAX]; /* first letter of each reader's name */
    size_t n;
} seen;

static char sign_of(uint16_t urgency)
{
    return urgency == URGENCY_CRISIS ? 'c' : urgency == URGENCY_URGENT ? 'u' : 'r';
}

static void note_letter(struct span bytes)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;
    struct err err;

    if (!wire_get(&WIRE_LETTER, bytes, &seen.arena, &letter, &err) ||
            !evil_read(&seen.arena, letter.signed_, &WIRE_LETTER_BODY, &body) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, &seen.arena, &core, &err))
        return;
    bool wanted = seen.type == LETTER_TYPE_NONE || core.type == seen.type;
    if (!wanted || seen.n + 1 >= SEEN_MAX)
        return;
    seen.readers[seen.n] = core.recipient[0];
    seen.order[seen.n++] = sign_of(core.urgency);
}

static void on_send(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    arena_reset(&seen.arena, 0);
    bool here = (seen.from == NULL || strcmp(from, seen.from) == 0) &&
                (seen.to == NULL || strcmp(to, seen.to) == 0);
    if (!here || !wire_get(&WIRE_FRAME, bytes, &seen.arena, &frame, &err))
        return;
    for (size_t i = 0; frame.put != NULL && i < frame.put->n_letters; i++)
        note_letter(frame.put->letters[i]);
    for (size_t i = 0; frame.deliver != NULL && i < frame.deliver->n_mail; i++)
        note_letter(frame.deliver->mail[i].letter);
}

static void look(const char *from, const char *to, enum letter_type type)
{
    static const struct sim_watch watch = {.on_send = on_send};

    if (seen.arena.at == NULL)
        seen.arena = arena_new(16 * 1024 * 1024);
    seen.from = from;
    seen.to = to;
    seen.type = type;
    seen.n = 0;
    memset(seen.order, 0, sizeof seen.order);
    memset(seen.readers, 0, sizeof seen.readers);
    sim_watch(&watch);
}

static void look_away(void)
{
    sim_watch(&(struct sim_watch){.self = NULL});
}

/* ------------------------------------------------------------ asking */

static uint64_t consent(const char *id, const char *to)
{
    const struct world_consent wish = {.recipients = {to}};

    return world_consent(id, &wish);
}

static uint64_t refer(const char *id, uint64_t record, const char *to, uint16_t urgency)
{
    const struct world_referral wish = {.consent = record,
            .candidate = to,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};
    const struct reply *reply = world_refer_as(id, &wish);

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static const uint16_t MIXED[] = {URGENCY_ROUTINE, URGENCY_ROUTINE, URGENCY_URGENT,
        URGENCY_ROUTINE, URGENCY_CRISIS, URGENCY_URGENT};
#define IN_ORDER "cuurrr"

static void refer_mixed(uint64_t numbers[COUNT_OF(MIXED)])
{
    uint64_t record = consent(HOME, TARGET);

    for (size_t i = 0; i < COUNT_OF(MIXED); i++)
        numbers[i] = refer(HOME, record, TARGET, MIXED[i]);
}

/* ------------------------------------------------------------ each queue */

static void a_node_sends_a_crisis_first(void **state)
{
    uint64_t numbers[COUNT_OF(MIXED)];

    (void)state;
    world_fresh(51);
    sim_unplug(HOME, true);
    refer_mixed(numbers);
    look(HOME, NULL, LETTER_TYPE_PREVIEW);
    sim_unplug(HOME, false);
    world_quiet();
    assert_string_equal(seen.order, IN_ORDER);
    /* After the broker has lost its store all of it goes again, in the same order. */
    sim_unplug(TARGET, true);
    refer_mixed(numbers);
    world_quiet();
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    look(HOME, NULL, LETTER_TYPE_PREVIEW);
    world_start(NETWORK_BROKER);
    world_pass(TIME_HOUR_MS);
    assert_memory_equal(seen.order, IN_ORDER, strlen(IN_ORDER));
    look_away();
    world_end();
}

static void a_mailbox_gives_a_crisis_first(void **state)
{
    uint64_t numbers[COUNT_OF(MIXED)];

    (void)state;
    world_fresh(52);
    sim_unplug(TARGET, true);
    refer_mixed(numbers);
    world_quiet();
    look(NETWORK_BROKER, TARGET, LETTER_TYPE_PREVIEW);
    sim_unplug(TARGET, false);
    world_quiet();
    assert_string_equal(seen.order, IN_ORDER);
    /* And what is answered: the referrer was away while all were accepted. */
    sim_unplug(HOME, true);
    for (uint64_t number = COUNT_OF(MIXED); number > 0; number--)
        world_do(TARGET, number, OFFER_EVENT_ACCEPT);
    look(NETWORK_BROKER, HOME, LETTER_TYPE_EVENT);
    sim_unplug(HOME, false);
    world_quiet();
    assert_string_equal(seen.order, IN_ORDER);
    look_away();
    world_end();
}

/* In one turn the broker takes work for one reader and a crisis for another who comes
 * later in its list. */
static void a_crisis_leaves_before_the_mail_of_others(void **state)
{
    (void)state;
    world_fresh(53);
    world_agree(OTHER, LAST);
    uint64_t routine = consent(HOME, TARGET);
    uint64_t crisis = consent(OTHER, LAST);
    sim_freeze(NETWORK_BROKER, TIME_SECOND_MS);
    for (size_t i = 0; i < 3; i++)
        (void)refer(HOME, routine, TARGET, URGENCY_ROUTINE);
    (void)refer(OTHER, crisis, LAST, URGENCY_CRISIS);
    look(NETWORK_BROKER, NULL, LETTER_TYPE_PREVIEW);
    world_quiet();
    assert_string_equal(seen.order, "crrr");
    assert_string_equal(seen.readers, "naaa");
    look_away();
    world_end();
}

/* A reader that has said how much it takes, and takes its time. */
static void a_window_full_of_routine_lets_a_crisis_through(void **state)
{
    static const struct credit credit = {.letters = 9, .bytes = 8 * 1024 * 1024};

    (void)state;
    world_fresh(54);
    uint64_t record = consent(HOME, TARGET);
    world_stop(NETWORK_BROKER); /* what it has on disk is read */
    struct evil *reader = evil_new(TARGET);
    world_start(NETWORK_BROKER);
    for (size_t i = 0; i < ROUTINE_MANY; i++)
        (void)refer(HOME, record, TARGET, URGENCY_ROUTINE);
    world_quiet();
    evil_connect(reader);
    look(NETWORK_BROKER, "evil", LETTER_TYPE_PREVIEW);
    evil_say(reader, &(struct frame){.v = 1, .credit = &credit});
    (void)sim_settle(EVIL_WAIT_MS);
    size_t routine = seen.n;
    assert_true(routine > 0 && routine < credit.letters);
    (void)refer(HOME, record, TARGET, URGENCY_CRISIS);
    (void)sim_settle(EVIL_WAIT_MS);
    assert_int_equal(seen.n, routine + 1);
    assert_int_equal(seen.order[routine], 'c');
    look_away();
    evil_free(reader);
    world_end();
}

/* What is waited for by staff stands at the head of the list, whatever box they ask. */
static void the_inbox_begins_with_it(void **state)
{
    const struct list_cases closed = {.box = CASE_BOX_CLOSED};
    struct request request = {.inbox = &closed};
    uint64_t numbers[COUNT_OF(MIXED)];

    (void)state;
    world_fresh(55);
    refer_mixed(numbers);
    world_quiet();
    const struct case_list *list = world_must(TARGET, &request, "")->cases;
    assert_int_equal(list->n_cases, 0);
    assert_int_equal(list->n_crises, 1);
    assert_int_equal(list->crises[0].urgency, URGENCY_CRISIS);
    uint64_t crisis = list->crises[0].number;
    assert_true(list->crises[0].n_needs > 0);
    /* What was shown is in the register of openings, as any other line. */
    const struct list_openings shown = {.case_number = crisis};
    struct request register_ = {.openings = &shown};
    assert_int_equal(world_must(TARGET, &register_, "")->openings->n_openings, 1);
    /* At who sent it there is nothing to decide. */
    assert_int_equal(world_must(HOME, &request, "")->cases->n_crises, 0);
    world_do(TARGET, crisis, OFFER_EVENT_SEEN);
    assert_int_equal(world_must(TARGET, &request, "")->cases->n_crises, 1);
    world_do(TARGET, crisis, OFFER_EVENT_ACCEPT);
    assert_int_equal(world_must(TARGET, &request, "")->cases->n_crises, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_node_sends_a_crisis_first),
            cmocka_unit_test(a_mailbox_gives_a_crisis_first),
            cmocka_unit_test(a_crisis_leaves_before_the_mail_of_others),
            cmocka_unit_test(a_window_full_of_routine_lets_a_crisis_through),
            cmocka_unit_test(the_inbox_begins_with_it),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
