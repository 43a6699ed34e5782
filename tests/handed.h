/* handed.h - a referral of the accomplice to HOME as an evil broker hands it over:
 * right in everything, to be changed by a test before it is sealed or after. */
#ifndef HANDED_H
#define HANDED_H

#include "tests/hostile.h"

struct handed {
    struct forged forged;
    struct mail mail;
};

/* The referral, not sealed yet; and from it the mail with its preview. */
void handed_begin(struct stage *stage, struct handed *handed);
void handed_seal(struct stage *stage, struct handed *handed);
/* Both. */
void handed_make(struct stage *stage, struct handed *handed);

#endif
