/* fields.h - which fields belong to which letter and event: one table for the broker,
 * which sees the core of a letter, and for the nodes, which see what is inside
 * (docs/protocol.md, "Fields of an event"). Pure. */
#ifndef FIELDS_H
#define FIELDS_H

#include "core/code.h"
#include "gen/bus.h"
#include "gen/content.h"

/* What an event can say inside, in the order of EventContent: X(NAME, name, there). */
#define FIELDS_SAID(X)                                                                 \
    X(DECLINE_REASON, decline_reason, said->decline_reason != 0)                       \
    X(CANCEL_REASON, cancel_reason, said->cancel_reason != 0)                          \
    X(HOLD_REASON, hold_reason, said->hold_reason != 0)                                \
    X(FAIL_REASON, fail_reason, said->fail_reason != 0)                                \
    X(IN_ERROR_REASON, in_error_reason, said->in_error_reason != 0)                    \
    X(PROGRESS_STEP, progress_step, said->progress_step != 0)                          \
    X(VISIT_RESULT, visit_result, said->visit_result != 0)                             \
    X(OUTCOMES, outcomes, said->n_outcomes > 0)                                        \
    X(CLOSE_REASON, close_reason, said->close_reason != 0)                             \
    X(CLIENT_FEEDBACK, client_feedback, said->client_feedback != 0)                    \
    X(DUE_MS, due_ms, said->due_ms != 0)                                               \
    X(NOTE, note, said->note[0] != '\0')                                               \
    X(HANDED_ON_TO, handed_on_to, said->n_handed_on_to > 0)

#define FIELDS_SAID_NAME(NAME, name, there) SAID_##NAME,
enum fields_said { FIELDS_SAID(FIELDS_SAID_NAME) N_FIELDS_SAID };
#undef FIELDS_SAID_NAME

struct fields_fault {
    enum fields_said field;
    const char *name; /* "said.note" */
    bool missing;     /* else it does not belong there */
};

/* Does something lack in what an event says, or stand there that is not of it? The
 * first field of these, what is too much before what lacks. *fault is written when the
 * answer is yes. */
bool fields_said_wrong(enum offer_event event, const struct event_content *said,
        struct fields_fault *fault);

/* Its reason is no more than "other": then a note says which. */
bool fields_says_other(const struct event_content *said);

/* Do the parts of a core belong together: class, type, event, ids, date, consent?
 * E_TRANSITION: no partner sends this event in such a letter; E_CONSENT_NONE: it needs
 * a consent and names none; else E_FIELD. */
enum code fields_of_core(const struct letter_core *core);

/* The same of the broker's word on where an offer stands: CODE_OK or E_FIELD. */
enum code fields_of_status(const struct offer_status *status);

#endif
