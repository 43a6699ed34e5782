/* person.h - which consents are those of the person of a case (docs/referrals.md,
 * "Withdrawal"). Linked: the record that the case was sent under, records that renew
 * one another, and those of other cases of the same story. Alike: the same name, which
 * may be somebody else. */
#ifndef PERSON_H
#define PERSON_H

#include "nodes/node_inner.h"

enum {
    PERSON_RECORDS_MAX = 100, /* linked, or alike */
    PERSON_STORIES_MAX = 100,
    PERSON_ASKED_MAX = 50, /* other collectors */
};

struct person_consents {
    uint64_t linked[PERSON_RECORDS_MAX];
    size_t n_linked;
    uint64_t alike[PERSON_RECORDS_MAX]; /* in force, and not linked */
    size_t n_alike;
    /* Who collected a consent of this person as far as we can know: their cases came to
     * us under it. */
    char asked[PERSON_ASKED_MAX][PARTNER_BYTES];
    size_t n_asked;
    struct id stories[PERSON_STORIES_MAX]; /* correlation ids */
    size_t n_stories;
    char names[PERSON_RECORDS_MAX + 1]
              [121]; /* in the case, and in each linked record */
    size_t n_names;
};

/* E_SIZE when there is more of them than fits: then each is withdrawn by its number. */
MUST_USE bool person_of(struct node *node, const struct spool_case *file,
        struct person_consents *person, struct err *err);

#endif
