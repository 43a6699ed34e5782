/* forge.h - a referral made outside of any node: right in everything, to be changed in
 * one thing by a test. */
#ifndef FORGE_H
#define FORGE_H

#include "tests/evil_node.h"

struct forged {
    struct consent capsule;
    bool with_capsule;
    struct letter_core preview, content;
    struct preview shown;
    struct referral told;
    /* What the above points to. */
    const char *sender, *recipient;
    struct person person;
    struct span signed_capsule; /* by forge_sign */
};

/* In place, since it points into itself. */
void forge_referral(const struct evil *evil, const char *recipient,
        struct forged *forged);
/* Sign the capsule as it is now. */
void forge_sign(struct evil *evil, struct forged *forged);
/* Its two letters, packed. */
struct span forge_preview(struct evil *evil, struct forged *forged);
struct span forge_content(struct evil *evil, struct forged *forged);
/* Put it to the broker; the code of the answer, "" = accepted. */
const char *forge_put(struct evil *evil, struct forged *forged);
/* A letter within that offer, as anybody could make it: a control letter, or a personal
 * one under the consent of the offer. */
struct letter_core forge_step(const struct letter_core *offer, const char *to,
        enum letter_type type, enum offer_event event, uint64_t version);
/* All that this event must say, and no more. */
struct event_content forge_said(enum offer_event event);
/* Put it, with a content that fits its type; the code of the answer, "" = accepted. */
const char *forge_put_step(struct evil *evil, struct letter_core *core);
/* Withdraw its consent at the broker; the code of the answer. */
const char *forge_withdraw(struct evil *evil, const struct forged *forged);
struct span forge_withdrawal(struct evil *evil, const struct forged *forged);

#endif
