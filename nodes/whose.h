/* whose.h - is a consent that staff name by its number the one of the person whom it is
 * about? And what staff said of that in their own words (docs/consent.md, "Whose
 * consent it is"). */
#ifndef WHOSE_H
#define WHOSE_H

#include "nodes/alike_person.h"
#include "nodes/consents.h"
#include "nodes/gateway.h"

enum { WHOSE_SAID_SHOWN = 50 }; /* of one record, the newest */

/* What a letter says of a person. */
struct alike_known whose_person(const struct person *person);

/* The date of birth and the national number, each where it is written, are what they
 * can be; else the call is refused, by the name of its field. */
void whose_check_written(struct node *node, struct gateway_call *call,
        const struct alike_known *said, const char *birth_field,
        const char *niss_field);

/* What the record of a consent says, and what was said of it and of those that it
 * renews since. *ground is set with ALIKE_WHO_OTHER. */
MUST_USE bool whose_judge(struct node *node, const struct consents_record *record,
        const struct alike_known *about, enum alike_who *who, enum alike_ground *ground,
        struct err *err);

/* One act under a consent: whom it is about, and why staff say that it is the same
 * person ("" or NULL: they do not say it). */
struct whose_ask {
    const struct consents_record *record;
    struct alike_known about;
    const char *reason;
    enum alike_who who; /* as it was judged, reason or not */
    bool said;          /* only the reason allows it: to be kept by whose_keep */
};
/* Refuses the call when it is somebody else, or when that cannot be told of what leads
 * to somebody, and there is no reason. */
MUST_USE bool whose_check(struct node *node, struct gateway_call *call,
        struct whose_ask *ask, struct err *err);
/* Nothing, unless only the reason allowed it: then what was said stands with the record
 * from now on, and in the register. */
MUST_USE bool whose_keep(struct node *node, struct gateway_call *call,
        const struct whose_ask *ask, uint64_t case_number, struct err *err);

/* The same for a signal and a consent that is named by its number; no such consent
 * refuses the call too. */
MUST_USE bool whose_check_signal(struct node *node, struct gateway_call *call,
        uint64_t consent_number, const struct signal *signal, const char *reason,
        struct whose_ask *ask, struct err *err);

/* What was said of a record, for who is shown it. */
MUST_USE bool whose_show(struct node *node, const struct consents_record *record,
        struct consent_line *line, struct err *err);

/* The words of a refusal. */
enum words whose_words(enum alike_who who, enum alike_ground ground);

#endif
