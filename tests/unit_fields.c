/* unit_fields.c - what belongs to each event, letter and status, as tables of their
 * own: right, with one thing missing, with one thing too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/fields.h"
#include "core/lifecycle.h"
#include "core/vocab.h"
#include "core/wire_walk.h"

/* ------------------------------------------------------------ what an event says */

/* One letter a field. */
static const char *const NAMES[] = {"said.decline_reason", "said.cancel_reason",
        "said.hold_reason", "said.fail_reason", "said.in_error_reason",
        "said.progress_step", "said.visit_result", "said.outcomes", "said.close_reason",
        "said.client_feedback", "said.due_ms", "said.note", "said.handed_on_to"};
static const char LETTERS[] = "dchfepvoxrunt";

/* Each event, with what it must say and what it may. */
static const struct {
    enum offer_event event;
    const char *must, *may;
} EVENTS[] = {
        {OFFER_EVENT_NONE,              "",   "" },
        {OFFER_EVENT_OFFER,             "",   "" },
        {OFFER_EVENT_SEEN,              "",   "" },
        {OFFER_EVENT_INFO_REQUEST,      "",   "" },
        {OFFER_EVENT_INFO_REPLY,        "",   "" },
        {OFFER_EVENT_WAITLIST,          "u",  "" },
        {OFFER_EVENT_ACCEPT,            "",   "" },
        {OFFER_EVENT_DECLINE,           "d",  "" },
        {OFFER_EVENT_NOT_SELECTED,      "",   "" },
        {OFFER_EVENT_EXPIRE,            "",   "" },
        {OFFER_EVENT_START,             "",   "v"},
        {OFFER_EVENT_HOLD,              "hu", "" },
        {OFFER_EVENT_RESUME,            "",   "" },
        {OFFER_EVENT_PROGRESS,          "p",  "" },
        {OFFER_EVENT_OUTCOME,           "o",  "r"},
        {OFFER_EVENT_FAIL,              "f",  "" },
        {OFFER_EVENT_CANCEL,            "c",  "" },
        {OFFER_EVENT_FORWARD,           "t",  "" },
        {OFFER_EVENT_IN_ERROR,          "e",  "" },
        {OFFER_EVENT_CONSENT_WITHDRAWN, "",   "" },
        {OFFER_EVENT_INFO_TIMEOUT,      "",   "" },
        {OFFER_EVENT_OVERDUE,           "",   "" },
        {OFFER_EVENT_CONFIRM,           "x",  "" },
        {OFFER_EVENT_TURN,              "",   "" },
        {OFFER_EVENT_SKIP,              "",   "" },
};

static struct event_content saying(const char *letters)
{
    static const struct need_outcome outcome = {1, 1};
    static const char *const to[] = {"centre"};
    struct event_content said = {.note = ""};

    for (const char *at = letters; *at != '\0'; at++)
        switch (*at) {
        case 'd': said.decline_reason = 1; break;
        case 'c': said.cancel_reason = 1; break;
        case 'h': said.hold_reason = 1; break;
        case 'f': said.fail_reason = 1; break;
        case 'e': said.in_error_reason = 1; break;
        case 'p': said.progress_step = 1; break;
        case 'v': said.visit_result = 1; break;
        case 'o': said.outcomes = &outcome, said.n_outcomes = 1; break;
        case 'x': said.close_reason = 1; break;
        case 'r': said.client_feedback = 1; break;
        case 'u': said.due_ms = 1; break;
        case 'n': said.note = "a word"; break;
        default: said.handed_on_to = to, said.n_handed_on_to = 1; break;
        }
    return said;
}

static void assert_fits(enum offer_event event, const char *letters)
{
    const struct event_content said = saying(letters);
    struct fields_fault fault;

    assert_false(fields_said_wrong(event, &said, &fault));
}

static void assert_wrong(enum offer_event event, const char *letters, char letter,
        bool missing)
{
    const struct event_content said = saying(letters);
    size_t at = (size_t)(strchr(LETTERS, letter) - LETTERS);
    struct fields_fault fault;

    print_message("# %s: %s\n", offer_event_name(event), letters);
    assert_true(fields_said_wrong(event, &said, &fault));
    assert_int_equal(fault.field, at);
    assert_string_equal(fault.name, NAMES[at]);
    assert_int_equal(fault.missing, missing);
}

static void each_event_says_what_is_of_it_and_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(EVENTS); i++) {
        const char *must = EVENTS[i].must, *may = EVENTS[i].may;
        char letters[8];
        assert_int_equal(EVENTS[i].event, i);
        assert_fits(EVENTS[i].event, must);
        snprintf(letters, sizeof letters, "%s%s", must, may);
        assert_fits(EVENTS[i].event, letters);
        if (must[0] != '\0')
            assert_wrong(EVENTS[i].event, must + 1, must[0], true);
        if (strlen(must) > 1)
            assert_wrong(EVENTS[i].event, (char[2]){must[0]}, must[1], true);
        for (const char *at = LETTERS; *at != '\0'; at++) {
            if (strchr(must, *at) != NULL || strchr(may, *at) != NULL)
                continue;
            snprintf(letters, sizeof letters, "%s%c", must, *at);
            assert_wrong(EVENTS[i].event, letters, *at, false);
            /* What is too much is named first. */
            assert_wrong(EVENTS[i].event, (char[2]){*at}, *at, false);
        }
    }
}

/* A field that comes to EventContent, or an event, comes to the table. */
static void every_field_and_event_is_known(void **state)
{
    char name[WIRE_NAME_BYTES];
    struct wire_field event;

    (void)state;
    assert_true(wire_field_find(&WIRE_LETTER_CORE, "event", &event));
    assert_true(wire_enum_at(&event, COUNT_OF(EVENTS) - 1, name));
    assert_false(wire_enum_at(&event, COUNT_OF(EVENTS), name));
    assert_int_equal(wire_field_count(&WIRE_EVENT_CONTENT), N_FIELDS_SAID);
    for (size_t i = 0; i < N_FIELDS_SAID; i++)
        assert_string_equal(wire_field_at(&WIRE_EVENT_CONTENT, i).name,
                NAMES[i] + strlen("said."));
}

static void other_asks_for_a_note(void **state)
{
    static const struct {
        enum offer_event event;
        struct event_content said;
    } rows[] = {
            {OFFER_EVENT_DECLINE, {.decline_reason = DECLINE_REASON_DECLINED_OTHER}   },
            {OFFER_EVENT_HOLD,    {.hold_reason = HOLD_REASON_HOLD_OTHER, .due_ms = 1}},
            {OFFER_EVENT_FAIL,    {.fail_reason = FAIL_REASON_FAIL_OTHER}             },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct event_content said = rows[i].said;
        struct fields_fault fault;
        said.note = "";
        assert_true(fields_says_other(&said));
        assert_true(fields_said_wrong(rows[i].event, &said, &fault));
        assert_int_equal(fault.field, SAID_NOTE);
        assert_true(fault.missing);
        said.note = "moved";
        assert_false(fields_said_wrong(rows[i].event, &said, &fault));
    }
    const struct event_content named = {.note = "", .decline_reason = 1};
    assert_false(fields_says_other(&named));
}

/* ------------------------------------------------------------ cores */

static const uint16_t DATA[] = {1};

/* Right in everything for its type. */
static struct letter_core core_of(enum letter_type type, enum offer_event event)
{
    struct letter_core core = {.type = type,
            .class_ = lifecycle_class(type),
            .event = event,
            .urgency = URGENCY_ROUTINE};

    if (!lifecycle_stands_alone(type))
        core.offer_id = (struct id){{1}};
    if (core.class_ == LETTER_CLASS_PERSONAL) {
        core.consent_id = (struct id){{2}};
        core.purpose = 1;
        core.data_categories = DATA;
        core.n_data_categories = COUNT_OF(DATA);
    }
    if (event == OFFER_EVENT_WAITLIST || event == OFFER_EVENT_HOLD)
        core.due_ms = 1;
    return core;
}

static void each_letter_passes_with_its_own_event_alone(void **state)
{
    (void)state;
    for (int t = LETTER_TYPE_PREVIEW; t <= LETTER_TYPE_SIGNAL_ANSWER; t++)
        for (size_t i = 0; i < COUNT_OF(EVENTS); i++) {
            enum letter_type type = (enum letter_type)t;
            struct letter_core core = core_of(type, EVENTS[i].event);
            bool alone = lifecycle_stands_alone(type);
            bool its_own = alone ? EVENTS[i].event == OFFER_EVENT_NONE
                                 : lifecycle_sender_of(type, EVENTS[i].event) !=
                                           LIFECYCLE_BROKER;
            enum code code = its_own ? CODE_OK : alone ? E_FIELD : E_TRANSITION;
            assert_int_equal(fields_of_core(&core), code);
        }
}

#define CORES(X)                                                                       \
    X(no_class, PREVIEW, OFFER, core.class_ = LETTER_CLASS_NONE, E_FIELD)              \
    X(no_type, NONE, NONE, core.class_ = LETTER_CLASS_NONE, E_FIELD)                   \
    X(other_class, PREVIEW, OFFER, core.class_ = LETTER_CLASS_CONTROL, E_FIELD)        \
    X(no_consent, TEXT, NONE, core.consent_id = NO_ID, E_CONSENT_NONE)                 \
    X(no_urgency, TEXT, NONE, core.urgency = 0, E_FIELD)                               \
    X(no_offer, EVENT, ACCEPT, core.offer_id = NO_ID, E_FIELD)                         \
    X(offer_of_a_signal, SIGNAL, NONE, core.offer_id = AN_ID, E_FIELD)                 \
    X(consent_of_an_event, EVENT, ACCEPT, core.consent_id = AN_ID, E_FIELD)            \
    X(consent_of_a_right, ERASE, NONE, core.consent_id = AN_ID, E_FIELD)               \
    X(purpose_of_an_event, EVENT, CANCEL, core.purpose = 1, E_FIELD)                   \
    X(data_of_an_event, EVENT, CANCEL, core.n_data_categories = 1, E_FIELD)            \
    X(data_of_a_concern, CONCERN, NONE, core.n_data_categories = 1, E_FIELD)           \
    X(date_of_an_accept, EVENT, ACCEPT, core.due_ms = 1, E_FIELD)                      \
    X(date_of_a_text, TEXT, NONE, core.due_ms = 1, E_FIELD)                            \
    X(list_without_date, EVENT, WAITLIST, core.due_ms = 0, E_FIELD)                    \
    X(hold_without_date, EVENT, HOLD, core.due_ms = 0, E_FIELD)

#define AN_ID ((struct id){{3}})
#define NO_ID ((struct id){{0}})

static void a_core_that_contradicts_itself(void **state)
{
    (void)state;
#define TRY(name, type, event, change, code)                                           \
    {                                                                                  \
        struct letter_core core = core_of(LETTER_TYPE_##type, OFFER_EVENT_##event);    \
        change;                                                                        \
        print_message("# " #name "\n");                                                \
        assert_int_equal(fields_of_core(&core), code);                                 \
    }
    CORES(TRY)
#undef TRY
}

/* ------------------------------------------------------------ statuses */

static void a_status_says_where_it_stands_and_no_more(void **state)
{
    static const struct {
        struct offer_status status;
        enum code code;
    } rows[] = {
            {{.state = OFFER_STATE_SEEN, .event = OFFER_EVENT_SEEN},    CODE_OK},
            {{.event = OFFER_EVENT_SEEN},                               E_FIELD},
            {{.state = OFFER_STATE_SEEN},                               E_FIELD},
            {{.state = OFFER_STATE_ON_HOLD,
                     .event = OFFER_EVENT_HOLD,
                     .before_hold = OFFER_STATE_ACCEPTED},
             CODE_OK                                                           },
 /* Who was first to say where it leads back to came later. */
            {{.state = OFFER_STATE_ON_HOLD, .event = OFFER_EVENT_HOLD}, CODE_OK},
            {{.state = OFFER_STATE_IN_PROGRESS,
                     .event = OFFER_EVENT_RESUME,
                     .before_hold = OFFER_STATE_ACCEPTED},
             E_FIELD                                                           },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(fields_of_status(&rows[i].status), rows[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_event_says_what_is_of_it_and_no_more),
            cmocka_unit_test(every_field_and_event_is_known),
            cmocka_unit_test(other_asks_for_a_note),
            cmocka_unit_test(each_letter_passes_with_its_own_event_alone),
            cmocka_unit_test(a_core_that_contradicts_itself),
            cmocka_unit_test(a_status_says_where_it_stands_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
