/* unit_turns.c - whose turn it is in a list of candidates: one that can be asked, and
 * everything that keeps it from being asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/decide_turn.h"
#include "tests/consent_world.h"

struct bench {
    struct world world;
    struct turn_facts facts;
};

/* The second of a list, after the first has ended: everything holds. */
static void make(struct bench *b)
{
    memset(b, 0, sizeof *b);
    world_make(&b->world);
    world_preview(&b->world);
    b->facts = (struct turn_facts){
            .now_ms = b->world.now_ms,
            .mode = MODE_SEQUENTIAL,
            .sender_live = true,
            .sender_in_step = true,
            .target_live = true,
            .intake_open = true,
            .preview_there = true,
            .preview_until_ms = b->world.now_ms + TIME_DAY_MS,
            .needs = b->world.facts,
    };
    b->facts.needs.core = &b->world.core;
    b->facts.needs.capsule = &b->world.capsule;
}

/* clang-format off */
#define ROWS(X) \
    X(all_holds, (void)f, TURN_GO, CODE_OK) \
    X(somebody_won, f->winner = true, TURN_LOST, CODE_OK) \
    X(somebody_is_asked, f->asked = true, TURN_QUEUE, CODE_OK) \
    X(one_comes_before, f->one_before = true, TURN_QUEUE, CODE_OK) \
    X(race_while_asked, (f->mode = MODE_FIRST_CLAIM, f->asked = f->one_before = true), TURN_GO, CODE_OK) \
    X(race_that_is_won, (f->mode = MODE_FIRST_CLAIM, f->winner = true), TURN_LOST, CODE_OK) \
    X(mode_unknown, (f->mode = MODE_NONE, f->asked = true), TURN_QUEUE, CODE_OK) \
    X(stopped_before_the_loss, f->stopped = true, TURN_LOST, CODE_OK) \
    X(race_stopped_before, (f->mode = MODE_FIRST_CLAIM, f->stopped = true), TURN_LOST, CODE_OK) \
    X(stopped_while_asked, (f->stopped = true, f->asked = f->one_before = true), TURN_LOST, CODE_OK) \
    X(stopped_as_its_sender_says, (f->stopped = true, f->sender_in_step = false), TURN_WAIT, CODE_OK) \
    X(sender_not_in_step, f->sender_in_step = false, TURN_WAIT, CODE_OK) \
    X(sender_suspended, (f->sender_suspended = true, f->sender_live = false), TURN_WAIT, CODE_OK) \
    X(sender_gone, f->sender_live = false, TURN_SKIP, E_AUTH) \
    X(target_gone, f->target_live = false, TURN_SKIP, E_UNREACHABLE) \
    X(intake_closed, f->intake_open = false, TURN_SKIP, E_BUSY) \
    X(no_preview, f->preview_there = false, TURN_SKIP, E_TTL) \
    X(preview_comes_again, (f->preview_there = false, f->preview_awaited = true), TURN_WAIT, CODE_OK) \
    X(preview_ended_again, (f->preview_awaited = true, f->preview_until_ms = f->now_ms), TURN_SKIP, E_TTL) \
    X(preview_ends_now, f->preview_until_ms = f->now_ms, TURN_SKIP, E_TTL) \
    X(preview_ends_next, f->preview_until_ms = f->now_ms + 1, TURN_GO, CODE_OK) \
    X(withdrawn, f->needs.withdrawn = true, TURN_SKIP, E_CONSENT_WITHDRAWN) \
    X(stale, f->needs.stale = true, TURN_WAIT, E_CONSENT_STALE) \
    X(partnership_over, f->needs.partnership.state = PARTNERSHIP_ENDED, TURN_SKIP, E_PARTNERSHIP) \
    X(order_before_hindrance, (f->asked = true, f->intake_open = false), TURN_QUEUE, CODE_OK) \
    X(step_before_hindrance, (f->sender_in_step = false, f->intake_open = false), TURN_WAIT, CODE_OK) \
    X(nothing_known, *f = (struct turn_facts){.now_ms = f->now_ms}, TURN_WAIT, CODE_OK)
/* clang-format on */

#define ROW_CHANGE(name, change, verdict, code)                                        \
    static void name(struct turn_facts *f)                                             \
    {                                                                                  \
        change;                                                                        \
    }
ROWS(ROW_CHANGE)

#define ROW(name, change, verdict, code) {#name, name, verdict, code},
static const struct {
    const char *name;
    void (*change)(struct turn_facts *f);
    enum turn_verdict verdict;
    enum code code;
} TABLE[] = {ROWS(ROW)};

static void each_question_is_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        struct bench b;
        enum code code = N_CODES;
        make(&b);
        TABLE[i].change(&b.facts);
        enum turn_verdict verdict = decide_turn(&b.facts, &code);
        if (verdict != TABLE[i].verdict || code != TABLE[i].code)
            fail_msg("%s: verdict %d, %s", TABLE[i].name, (int)verdict,
                    code_name(code));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_question_is_asked)};

    return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
