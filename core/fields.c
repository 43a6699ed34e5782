/* fields.c - what belongs to an event, as a table. */
#include "core/fields.h"

#include "core/lifecycle.h"
#include "core/vocab.h"

#define F(name) (1u << SAID_##name)

/* The table "Fields of an event". An event that is not here says nothing but itself.
 * The date also stands in the core, for the broker; a note is asked for by "other". */
static const struct {
    uint32_t must;
    uint32_t may;
} EVENTS[] = {
        [OFFER_EVENT_WAITLIST] = {F(DUE_MS),                  0                 },
        [OFFER_EVENT_DECLINE] = {F(DECLINE_REASON),          0                 },
        [OFFER_EVENT_START] = {0,                          F(VISIT_RESULT)   },
        [OFFER_EVENT_HOLD] = {F(HOLD_REASON) | F(DUE_MS), 0                 },
        [OFFER_EVENT_PROGRESS] = {F(PROGRESS_STEP),           0                 },
        [OFFER_EVENT_OUTCOME] = {F(OUTCOMES),                F(CLIENT_FEEDBACK)},
        [OFFER_EVENT_FAIL] = {F(FAIL_REASON),             0                 },
        [OFFER_EVENT_CANCEL] = {F(CANCEL_REASON),           0                 },
        [OFFER_EVENT_FORWARD] = {F(HANDED_ON_TO),            0                 },
        [OFFER_EVENT_IN_ERROR] = {F(IN_ERROR_REASON),         0                 },
        [OFFER_EVENT_CONFIRM] = {F(CLOSE_REASON),            0                 },
        [OFFER_EVENT_SKIP] = {0,                          0                 },
};

_Static_assert(N_FIELDS_SAID <= 32, "the fields of an event fit a set of 32");
_Static_assert(COUNT_OF(EVENTS) == OFFER_EVENT_SKIP + 1,
        "the last event is the last row");

bool fields_says_other(const struct event_content *said)
{
    return said->decline_reason == DECLINE_REASON_DECLINED_OTHER ||
           said->hold_reason == HOLD_REASON_HOLD_OTHER ||
           said->fail_reason == FAIL_REASON_FAIL_OTHER;
}

bool fields_said_wrong(enum offer_event event, const struct event_content *said,
        struct fields_fault *fault)
{
#define NAME(NAME, name, there) "said." #name,
    static const char *const names[] = {FIELDS_SAID(NAME)};
#undef NAME
#define BIT(NAME, name, there) ((there) ? F(NAME) : 0) |
    const uint32_t there = FIELDS_SAID(BIT) 0;
#undef BIT
    uint32_t must = EVENTS[event].must | (fields_says_other(said) ? F(NOTE) : 0);
    uint32_t extra = there & ~(must | EVENTS[event].may);
    uint32_t wrong = extra != 0 ? extra : must & ~there;

    if (wrong == 0)
        return false;
    unsigned first = 0;
    while ((wrong >> first & 1) == 0)
        first++;
    *fault = (struct fields_fault){(enum fields_said)first, names[first], extra == 0};
    return true;
}

/* What no consent is asked for says nothing of one. */
static bool names_consent(const struct letter_core *core)
{
    return !id_is_none(&core->consent_id) || core->purpose != 0 ||
           core->n_data_categories > 0;
}

enum code fields_of_core(const struct letter_core *core)
{
    bool alone = lifecycle_stands_alone(core->type);
    bool personal = core->class_ == LETTER_CLASS_PERSONAL;

    if (core->class_ == LETTER_CLASS_NONE ||
            core->class_ != lifecycle_class(core->type))
        return E_FIELD;
    if (personal && id_is_none(&core->consent_id))
        return E_CONSENT_NONE;
    if (personal && core->urgency == 0)
        return E_FIELD;
    /* Nobody sends what is the broker's own word. */
    if (!alone && lifecycle_sender_of(core->type, core->event) == LIFECYCLE_BROKER)
        return E_TRANSITION;
    if (alone && core->event != OFFER_EVENT_NONE)
        return E_FIELD;
    if (alone != id_is_none(&core->offer_id))
        return E_FIELD;
    if (!personal && names_consent(core))
        return E_FIELD;
    bool dated = (EVENTS[core->event].must & F(DUE_MS)) != 0;
    return dated == (core->due_ms != 0) ? CODE_OK : E_FIELD;
}

enum code fields_of_status(const struct offer_status *status)
{
    if (status->state == OFFER_STATE_NONE || status->event == OFFER_EVENT_NONE)
        return E_FIELD;
    bool held = status->state == OFFER_STATE_ON_HOLD;
    return held || status->before_hold == OFFER_STATE_NONE ? CODE_OK : E_FIELD;
}
