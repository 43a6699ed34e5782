/* openings.h - who of the staff opened content: signed and on disk in the commit before
 * it is given out (docs/proof.md). */
#ifndef OPENINGS_H
#define OPENINGS_H

#include "nodes/gateway.h"

enum {
    OPENINGS_LETTERS_MAX = 20, /* named by one opening */
    OPENINGS_SHOWN_MAX = 300,  /* of one case, in a list or a file of evidence */
};

/* A line of a list shows something of the person; once an hour for the same actor and
 * letters. */
MUST_USE bool openings_list(struct node *node, const struct gateway_call *call,
        const struct spool_case *file, struct err *err);
/* The case itself is shown; once a minute for the same actor and letters. */
MUST_USE bool openings_show(struct node *node, const struct gateway_call *call,
        const struct spool_case *file, struct err *err);
/* The record of a consent is shown, by its number here (once a minute), or the person's
 * name in a list of them (once an hour). */
MUST_USE bool openings_consent(struct node *node, const struct gateway_call *call,
        uint64_t consent, enum opening_how how, struct err *err);

#endif
