/* consent.h - may this letter pass? A pure function of what is known: the one rule used when sending, in the network, and when receiving.
 *
 * Absent rule = deny: exactly one path allows. Rules: docs/protocol.md "Consent", docs/referrals.md "Consent at three points". */
#ifndef CONSENT_H
#define CONSENT_H

#include "core/code.h"
#include "core/directory.h"
#include "gen/bus.h"

enum {
    CONSENT_DAYS_MAX = 366,      /* at most twelve months */
    CONSENT_ONWARD_MAX = 3,
};

/* Everything the rule may look at. Pointers may be NULL where the thing is not there; NULL denies. */
struct consent_case {
    const struct letter_core *core;
    const struct consent *capsule;        /* verified; NULL: none known */
    bool withdrawn;
    bool conflict;                        /* two capsules with one id */
    bool stale;                           /* the register may be behind (broker store changed and the collector has not come back) */
    struct partnership_fact partnership;  /* of sender and recipient, as seen by this letter's direction */
    uint16_t sender_type;                 /* vocab partner_type; 0 unknown */
    uint16_t recipient_type;              /* of on_behalf_of when that is set, else of recipient */
    bool recipient_supports;              /* on_behalf_of is supported by recipient */
    uint32_t recipient_n_areas;
    const char (*recipient_areas)[6];
    /* Within an offer the capsule covers both directions: the offer's two parties, NULL when there is no offer. */
    const char *offer_sender;
    const char *offer_target;
    bool offer_accepted;                  /* content, text and visit need it at the hand-over */
    bool first_claim;
    uint64_t actual_categories;           /* receiver and sender: computed from the filled fields; 0 at the broker */
    bool actual_known;
    uint32_t onward_used;                 /* how many hands the referral went through already */
};

/* CODE_OK or why not. now_ms decides the day in Brussels. */
enum code consent_decide(const struct consent_case *facts, int64_t now_ms);

/* Is the capsule itself well made? Purpose, recipient and end date there, term and depth within limits, collector the signer. */
enum code consent_check_capsule(const struct consent *capsule, const char *signer);

/* A list of vocabulary rows as a set of bits (row n = bit n). Rows over 63 do not occur (the build checks). */
uint64_t consent_bits(const uint16_t *rows, size_t n_rows);

/* Lowest level that data of these categories has (vocab data_category, column level; "by code" counts as S0). */
enum level consent_level_of(uint64_t categories);

#endif
