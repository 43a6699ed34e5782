/* openings.h - who of the staff opened content: signed and on disk in the commit before
 * it is given out (docs/proof.md). */
#ifndef OPENINGS_H
#define OPENINGS_H

#include "nodes/gateway.h"

enum {
    OPENINGS_LETTERS_MAX = 20, /* named by one opening */
    OPENINGS_SHOWN_MAX = 300,  /* of one case, in a list or a file of evidence */
};

/* Whatever a reply is about to give out of a person: a case, a line of a list with a
 * name or needs, the record of a consent. The same actor, case and letters again within
 * a minute (for lines of a list: an hour) is no new row. */
MUST_USE bool openings_note(struct node *node, const struct gateway_call *call,
        struct err *err);

/* Staff said that somebody is the person of this consent: a row of its record. */
MUST_USE bool openings_note_same(struct node *node, const struct gateway_call *call,
        uint64_t consent_number, struct err *err);

#endif
