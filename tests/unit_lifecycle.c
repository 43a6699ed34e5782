/* unit_lifecycle.c - every cell of the offer machine, its guards one past each limit,
 * and its letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/cells.h"

static const int64_t NOW_MS = INT64_C(1780000000000);

static struct lifecycle_offer an_offer(int state)
{
    return (struct lifecycle_offer){
            .state = (enum offer_state)state,
            .before_hold = state == OFFER_STATE_ON_HOLD ? OFFER_STATE_ACCEPTED
                                                        : OFFER_STATE_NONE,
            .version = 7,
            .info_rounds = 1,
            .urgency = URGENCY_ROUTINE,
    };
}

static struct lifecycle_event an_event(int event, int role)
{
    return (struct lifecycle_event){
            .event = (enum offer_event)event,
            .role = (enum lifecycle_role)role,
            .expected_version = 7,
            .due_ms = NOW_MS + TIME_DAY_MS,
            .now_ms = NOW_MS,
    };
}

/* One step that is not hindered by anything but the table. */
static struct lifecycle_result step(int state, int event, int role)
{
    struct lifecycle_offer offer = an_offer(state);
    struct lifecycle_event what = an_event(event, role);
    return lifecycle_step(&offer, &what);
}

static void assert_refused(struct lifecycle_result result, enum code code, int state)
{
    assert_string_equal(code_name(result.code), code_name(code));
    assert_int_equal(result.to, state);
    assert_int_equal(result.info_rounds, 1);
    assert_int_equal(result.effects, 0);
}

/* Also numbers that are no state, no event and no role. */
static void exactly_the_cells_of_the_table_are_allowed(void **state)
{
    (void)state;
    size_t n_allowed = 0;

    for (int from = 0; from <= N_STATES; from++)
        for (int event = 0; event <= N_EVENTS; event++)
            for (int role = 0; role <= N_LIFECYCLE_ROLES; role++) {
                int to = cells_lead(from, event, role);
                struct lifecycle_result result = step(from, event, role);
                assert_int_equal(lifecycle_allows((enum offer_state)from,
                                         (enum offer_event)event,
                                         (enum lifecycle_role)role),
                        to >= 0);
                if (to < 0) {
                    assert_refused(result, E_TRANSITION, from);
                    continue;
                }
                assert_int_equal(result.code, CODE_OK);
                assert_int_equal(result.to, to);
                assert_int_equal(result.info_rounds,
                        event == OFFER_EVENT_INFO_REQUEST ? 2 : 1);
                n_allowed++;
            }
    assert_int_equal(n_allowed, 71);
    assert_false(lifecycle_allows((enum offer_state)40, OFFER_EVENT_CANCEL,
            LIFECYCLE_SENDER));
}

static void terminal_stays_terminal(void **state)
{
    (void)state;
    for (int from = 0; from < N_STATES; from++) {
        bool terminal = from >= OFFER_STATE_COMPLETED && from != OFFER_STATE_QUEUED;
        assert_int_equal(lifecycle_is_terminal((enum offer_state)from), terminal);
        bool taken = lifecycle_is_taken((enum offer_state)from);
        bool undecided = lifecycle_is_undecided((enum offer_state)from);
        assert_int_equal(taken + undecided + terminal,
                from != OFFER_STATE_NONE && from != OFFER_STATE_QUEUED);
        assert_int_equal(taken, from == OFFER_STATE_ACCEPTED ||
                                        from == OFFER_STATE_IN_PROGRESS ||
                                        from == OFFER_STATE_ON_HOLD);
        for (int event = 0; terminal && event <= N_EVENTS; event++)
            for (int role = 0; role < N_LIFECYCLE_ROLES; role++)
                assert_int_equal(step(from, event, role).to, from);
    }
}

static void each_cell_asks_for_its_effects(void **state)
{
    (void)state;
    static const struct {
        enum offer_event event;
        uint32_t before; /* from the states before the accept, or from none */
        uint32_t accepted;
        uint32_t later;
    } ROWS[] = {
            {OFFER_EVENT_OFFER,             EFFECT_HAND_OVER_PREVIEW,                       0,                   0                    },
            {OFFER_EVENT_ACCEPT,            EFFECT_HAND_OVER_CONTENT,                       0,                   0                    },
            {OFFER_EVENT_DECLINE,           EFFECT_DESTROY_CONTENT | EFFECT_NEXT_CANDIDATE, 0,                   0                    },
            {OFFER_EVENT_NOT_SELECTED,      EFFECT_DESTROY_CONTENT,                         0,                   0                    },
            {OFFER_EVENT_EXPIRE,            EFFECT_DESTROY_CONTENT | EFFECT_NEXT_CANDIDATE,
             EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE,
             EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE                                                                              },
            {OFFER_EVENT_CANCEL,            EFFECT_DESTROY_CONTENT,
             EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE,
             EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE                                                                              },
            {OFFER_EVENT_FORWARD,           0,                                              EFFECT_NEW_REFERRAL, EFFECT_NEW_REFERRAL  },
            {OFFER_EVENT_IN_ERROR,          EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW,
             EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW,
             EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW                                                                                },
            {OFFER_EVENT_CONSENT_WITHDRAWN, EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW,
             EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW,
             EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE                                                                              },
            {OFFER_EVENT_TURN,              EFFECT_HAND_OVER_PREVIEW,                       0,                   0                    },
            {OFFER_EVENT_SKIP,              EFFECT_DESTROY_CONTENT | EFFECT_NEXT_CANDIDATE, 0,                   0                    },
            {OFFER_EVENT_CONFIRM,           0,                                              0,                   EFFECT_CLOSE_REFERRAL},
    };

    for (size_t i = 0; i < N_CELLS; i++)
        for (int from = 0; from < N_STATES; from++) {
            if (CELLS[i].from[from] == '.')
                continue;
            uint32_t effects = 0;
            if (lifecycle_gives_up(CELLS[i].event, (enum offer_state)from)) {
                assert_int_equal(step(from, (int)CELLS[i].event, LIFECYCLE_SENDER)
                                         .effects,
                        EFFECT_CLOSE_REFERRAL);
                continue;
            }
            for (size_t k = 0; k < COUNT_OF(ROWS); k++)
                if (ROWS[k].event == CELLS[i].event)
                    effects = from < OFFER_STATE_ACCEPTED || from == OFFER_STATE_QUEUED
                                      ? ROWS[k].before
                              : from == OFFER_STATE_ACCEPTED ? ROWS[k].accepted
                                                             : ROWS[k].later;
            assert_int_equal(step(from, (int)CELLS[i].event, (int)CELLS[i].role)
                                     .effects,
                    effects);
        }
}

static void who_saw_an_older_version_is_told_so(void **state)
{
    (void)state;
    for (int from = 0; from < N_STATES; from++)
        for (int event = 0; event < N_EVENTS; event++)
            for (int role = 0; role < N_LIFECYCLE_ROLES; role++)
                for (uint64_t version = 6; version <= 8; version += 2) {
                    struct lifecycle_offer offer = an_offer(from);
                    struct lifecycle_event what = an_event(event, role);
                    what.expected_version = version;
                    struct lifecycle_result result = lifecycle_step(&offer, &what);
                    if (role != LIFECYCLE_BROKER)
                        assert_refused(result, E_CONFLICT, from);
                    else
                        assert_int_equal(result.code == CODE_OK,
                                cells_lead(from, event, role) >= 0);
                }
}

static void questions_end_after_two_rounds(void **state)
{
    (void)state;
    struct lifecycle_offer offer = an_offer(OFFER_STATE_SEEN);
    struct lifecycle_event ask = an_event(OFFER_EVENT_INFO_REQUEST, LIFECYCLE_TARGET);

    offer.info_rounds = LIFECYCLE_INFO_ROUNDS_MAX - 1;
    struct lifecycle_result result = lifecycle_step(&offer, &ask);
    assert_int_equal(result.code, CODE_OK);
    assert_int_equal(result.info_rounds, LIFECYCLE_INFO_ROUNDS_MAX);
    offer.info_rounds = result.info_rounds;
    assert_int_equal(lifecycle_step(&offer, &ask).code, E_TRANSITION);
}

static void dates_lie_ahead_and_within_their_limit(void **state)
{
    (void)state;
    static const struct {
        int from;
        enum offer_event event;
        int64_t days_max;
    } ROWS[] = {
            {OFFER_STATE_SEEN,        OFFER_EVENT_WAITLIST, LIFECYCLE_WAITLIST_DAYS_MAX},
            {OFFER_STATE_ACCEPTED,    OFFER_EVENT_HOLD,     LIFECYCLE_HOLD_DAYS_MAX    },
            {OFFER_STATE_IN_PROGRESS, OFFER_EVENT_HOLD,     LIFECYCLE_HOLD_DAYS_MAX    },
    };

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        int64_t last_ms = NOW_MS + ROWS[i].days_max * TIME_DAY_MS;
        const struct {
            int64_t due_ms;
            enum code code;
        } dates[] = {
                {NOW_MS + 1,  CODE_OK},
                {last_ms,     CODE_OK},
                {last_ms + 1, E_FIELD},
                {INT64_MAX,   E_FIELD},
                {NOW_MS,      E_FIELD},
                {0,           E_FIELD},
                {INT64_MIN,   E_FIELD},
        };
        for (size_t k = 0; k < COUNT_OF(dates); k++) {
            struct lifecycle_offer offer = an_offer(ROWS[i].from);
            struct lifecycle_event what =
                    an_event((int)ROWS[i].event, LIFECYCLE_TARGET);
            what.due_ms = dates[k].due_ms;
            struct lifecycle_result result = lifecycle_step(&offer, &what);
            if (dates[k].code == CODE_OK)
                assert_int_equal(result.code, CODE_OK);
            else
                assert_refused(result, dates[k].code, ROWS[i].from);
        }
    }
}

static void a_crisis_is_not_put_on_a_waiting_list(void **state)
{
    (void)state;
    static const struct {
        uint16_t urgency;
        enum code code;
    } ROWS[] = {
            {URGENCY_CRISIS,  E_TRANSITION},
            {URGENCY_URGENT,  CODE_OK     },
            {URGENCY_ROUTINE, CODE_OK     },
            {0,               E_TRANSITION},
            {N_URGENCY,       E_TRANSITION},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct lifecycle_offer offer = an_offer(OFFER_STATE_REQUESTED);
        struct lifecycle_event what = an_event(OFFER_EVENT_WAITLIST, LIFECYCLE_TARGET);
        offer.urgency = ROWS[i].urgency;
        assert_int_equal(lifecycle_step(&offer, &what).code, ROWS[i].code);
    }
}

/* A candidate of a list waits for its turn, and nothing leaves before. */
static void a_list_is_asked_one_by_one(void **state)
{
    (void)state;
    struct lifecycle_offer offer = {.listed = true, .urgency = URGENCY_ROUTINE};
    struct lifecycle_event what = an_event(OFFER_EVENT_OFFER, LIFECYCLE_SENDER);
    what.expected_version = 0;
    struct lifecycle_result result = lifecycle_step(&offer, &what);
    assert_int_equal(result.code, CODE_OK);
    assert_int_equal(result.to, OFFER_STATE_QUEUED);
    assert_int_equal(result.effects, 0);
    offer.state = OFFER_STATE_QUEUED;
    offer.winner_taken = true;
    what = an_event(OFFER_EVENT_TURN, LIFECYCLE_BROKER);
    result = lifecycle_step(&offer, &what);
    assert_int_equal(result.code, E_CONFLICT);
    assert_int_equal(result.to, OFFER_STATE_QUEUED);
}

static void a_second_winner_is_refused(void **state)
{
    (void)state;
    for (int from = OFFER_STATE_REQUESTED; from <= OFFER_STATE_WAITLISTED; from++) {
        struct lifecycle_offer offer = an_offer(from);
        struct lifecycle_event what = an_event(OFFER_EVENT_ACCEPT, LIFECYCLE_TARGET);
        offer.winner_taken = true;
        assert_refused(lifecycle_step(&offer, &what), E_CONFLICT, from);
    }
}

static void a_closed_referral_is_not_confirmed_or_offered_again(void **state)
{
    (void)state;
    static const struct {
        int from;
        enum offer_event event;
    } ROWS[] = {
            {OFFER_STATE_COMPLETED, OFFER_EVENT_CONFIRM},
            {OFFER_STATE_FAILED,    OFFER_EVENT_CONFIRM},
            {OFFER_STATE_NONE,      OFFER_EVENT_OFFER  },
            {OFFER_STATE_DECLINED,  OFFER_EVENT_CANCEL },
            {OFFER_STATE_EXPIRED,   OFFER_EVENT_CANCEL },
            {OFFER_STATE_SKIPPED,   OFFER_EVENT_CANCEL },
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct lifecycle_offer offer = an_offer(ROWS[i].from);
        struct lifecycle_event what = an_event((int)ROWS[i].event, LIFECYCLE_SENDER);
        offer.closed = true;
        assert_refused(lifecycle_step(&offer, &what), E_TRANSITION, ROWS[i].from);
    }
}

/* Only what nobody took, once nobody may take it any more: an ordinary cancel is not
 * hindered by what others do. */
static void what_nobody_took_is_given_up(void **state)
{
    (void)state;
    for (int from = 0; from < N_STATES; from++) {
        bool untaken = from == OFFER_STATE_DECLINED || from == OFFER_STATE_EXPIRED ||
                       from == OFFER_STATE_SKIPPED;
        assert_int_equal(lifecycle_moves_on((enum offer_state)from), untaken);
        for (int event = 0; event < N_EVENTS; event++)
            assert_int_equal(lifecycle_gives_up((enum offer_event)event,
                                     (enum offer_state)from),
                    untaken && event == OFFER_EVENT_CANCEL);
        for (int hindered = 1; hindered <= 3; hindered++) {
            struct lifecycle_offer offer = an_offer(from);
            struct lifecycle_event what =
                    an_event(OFFER_EVENT_CANCEL, LIFECYCLE_SENDER);
            offer.others_live = (hindered & 1) != 0;
            offer.proposed = (hindered & 2) != 0;
            struct lifecycle_result result = lifecycle_step(&offer, &what);
            if (untaken)
                assert_refused(result, E_CONFLICT, from);
            else
                assert_int_equal(result.code,
                        cells_lead(from, OFFER_EVENT_CANCEL, LIFECYCLE_SENDER) >= 0
                                ? CODE_OK
                                : E_TRANSITION);
        }
    }
}

static void a_hold_goes_back_to_where_it_began(void **state)
{
    (void)state;
    for (int from = OFFER_STATE_NONE; from < N_STATES; from++) {
        bool can_hold = from == OFFER_STATE_ACCEPTED || from == OFFER_STATE_IN_PROGRESS;
        struct lifecycle_offer offer = an_offer(OFFER_STATE_ON_HOLD);
        struct lifecycle_event what = an_event(OFFER_EVENT_RESUME, LIFECYCLE_TARGET);
        offer.before_hold = (enum offer_state)from;

        if (can_hold)
            assert_int_equal(step(from, OFFER_EVENT_HOLD, LIFECYCLE_TARGET).before_hold,
                    from);
        struct lifecycle_result result = lifecycle_step(&offer, &what);
        if (!can_hold) {
            assert_refused(result, E_TRANSITION, OFFER_STATE_ON_HOLD);
            assert_int_equal(result.before_hold, from);
            continue;
        }
        assert_int_equal(result.to, from);
        assert_int_equal(result.before_hold, OFFER_STATE_NONE);
    }
}

/* --- letters of an offer --- */

static void each_letter_type_has_its_class(void **state)
{
    (void)state;
    for (int type = -1; type <= LETTER_TYPE_SIGNAL_ANSWER + 1; type++) {
        enum letter_class wanted_class =
                type < LETTER_TYPE_PREVIEW || type > LETTER_TYPE_SIGNAL_ANSWER
                        ? LETTER_CLASS_NONE
                : type <= LETTER_TYPE_SIGNAL || type == LETTER_TYPE_OVERVIEW
                        ? LETTER_CLASS_PERSONAL
                : type == LETTER_TYPE_EVENT || type >= LETTER_TYPE_PROPOSAL
                        ? LETTER_CLASS_CONTROL
                        : LETTER_CLASS_RIGHTS;
        assert_int_equal(lifecycle_class((enum letter_type)type), wanted_class);
    }
}

/* The pairs of type and event that somebody writes within an offer. */
static void each_letter_has_its_writer(void **state)
{
    (void)state;
    for (int type = -1; type <= LETTER_TYPE_SIGNAL_ANSWER + 1; type++)
        for (int event = 0; event <= N_EVENTS; event++) {
            int writer = LIFECYCLE_BROKER;
            int carrier = LETTER_TYPE_NONE;
            for (size_t i = 0; i < N_CELLS; i++) {
                if ((int)CELLS[i].event != event || CELLS[i].role == LIFECYCLE_BROKER)
                    continue;
                carrier = event == OFFER_EVENT_OFFER          ? LETTER_TYPE_PREVIEW
                          : event == OFFER_EVENT_INFO_REQUEST ? LETTER_TYPE_INFO_REQUEST
                          : event == OFFER_EVENT_INFO_REPLY   ? LETTER_TYPE_INFO_REPLY
                                                              : LETTER_TYPE_EVENT;
                if (carrier == type)
                    writer = (int)CELLS[i].role;
            }
            bool free_letter = event == OFFER_EVENT_NONE &&
                               (type == LETTER_TYPE_TEXT || type == LETTER_TYPE_VISIT ||
                                       (type >= LETTER_TYPE_ACCESS &&
                                               type <= LETTER_TYPE_RIGHTS_REPLY));
            if (free_letter)
                writer = N_LIFECYCLE_ROLES;
            if (event == OFFER_EVENT_NONE && type == LETTER_TYPE_CONTENT)
                writer = LIFECYCLE_SENDER;
            assert_int_equal(lifecycle_letter_type((enum offer_event)event), carrier);
            assert_int_equal(lifecycle_sender_of((enum letter_type)type,
                                     (enum offer_event)event),
                    writer);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(exactly_the_cells_of_the_table_are_allowed),
            cmocka_unit_test(terminal_stays_terminal),
            cmocka_unit_test(each_cell_asks_for_its_effects),
            cmocka_unit_test(who_saw_an_older_version_is_told_so),
            cmocka_unit_test(questions_end_after_two_rounds),
            cmocka_unit_test(dates_lie_ahead_and_within_their_limit),
            cmocka_unit_test(a_crisis_is_not_put_on_a_waiting_list),
            cmocka_unit_test(a_list_is_asked_one_by_one),
            cmocka_unit_test(a_second_winner_is_refused),
            cmocka_unit_test(a_closed_referral_is_not_confirmed_or_offered_again),
            cmocka_unit_test(what_nobody_took_is_given_up),
            cmocka_unit_test(a_hold_goes_back_to_where_it_began),
            cmocka_unit_test(each_letter_type_has_its_class),
            cmocka_unit_test(each_letter_has_its_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
