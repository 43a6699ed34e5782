/* consent.h - may this letter pass? A pure function of what is known: the one rule used
 * when sending, in the network, and when receiving.
 *
 * Absent rule = deny: exactly one path allows. Rules: docs/protocol.md "Consent",
 * docs/referrals.md "Consent at three points". */
#ifndef CONSENT_H
#define CONSENT_H

#include "core/code.h"
#include "core/directory.h"
#include "gen/bus.h"

enum {
    CONSENT_DAYS_MAX = 366, /* at most twelve months */
    CONSENT_ONWARD_MAX = 3,
};

/* Everything the rule may look at. Pointers may be NULL where the thing is not there;
 * NULL denies. */
struct consent_case {
    const struct letter_core *core;
    const struct consent *capsule; /* verified; NULL: none known */
    bool withdrawn;
    bool conflict; /* two capsules with one id */
    bool stale;    /* the register may be behind (broker store changed and the collector
                      has not come back) */
    struct partnership_fact partnership; /* of sender and recipient, as seen by this
                                            letter's direction */
    uint16_t sender_type;                /* vocab partner_type; 0 unknown */
    uint16_t recipient_type; /* of on_behalf_of when that is set, else of recipient */
    bool recipient_supports; /* on_behalf_of is supported by recipient */
    uint32_t recipient_n_areas;
    const char (*recipient_areas)[6];
    /* Within an offer the capsule covers both directions: the offer's two parties, NULL
     * when there is no offer. */
    const char *offer_sender;
    const char *offer_target;
    bool offer_accepted; /* content, text and visit need it */
    bool lodging; /* sending node and broker at PUT: a content is only kept until the
                     accept, and judged again before it is handed over */
    bool first_claim;
    uint64_t actual_categories; /* receiver and sender: computed from the filled fields;
                                   0 at the broker */
    bool actual_known;
    uint32_t onward_used; /* how many times it was forwarded already: 0 for the first
                             referral; who forwards holds an accepted offer */
};

/* CODE_OK or why not. now_ms decides the day in Brussels. Asked for personal letters
 * only: any other class gets E_FORMAT. */
enum code consent_decide(const struct consent_case *facts, int64_t now_ms);

/* Is a partner of this type held to what a shop may: to tell the reporting point what
 * it saw, and nothing else? Also of letters for which no consent is asked. */
bool consent_only_alerts(uint16_t partner_type);

/* The questions that consent_decide asks, in its order; the first no is the verdict. */
enum consent_rule_kind {
    CONSENT_BASE = 1 << 0,    /* after a no, the rows below cannot be asked */
    CONSENT_CAPSULE = 1 << 1, /* about the capsule alone */
};
struct consent_rule {
    const char *id;
    enum code code; /* when the answer is no */
    uint32_t kind;  /* set of consent_rule_kind */
    bool (*holds)(const struct consent_case *facts, int32_t day);
};
const struct consent_rule *consent_rules(size_t *n_rules);

/* Is the capsule itself well made? Purpose, recipient and end date there, term and
 * depth within limits, collector the signer (E_AUTH). A capsule whose days are over is
 * still well made. */
enum code consent_check_capsule(const struct consent *capsule, const char *signer);

/* May a partner of this kind (a row of the vocabulary partner_type, 0: not known) have
 * a part in what the capsule is for: collector, sender, recipient by name or by kind?
 * For an antenna the capsule names the partner that supports it as well. */
bool consent_may_concern(const struct consent *capsule, const char *partner,
        uint16_t partner_type);

/* Is this partner among these, the senders or recipients that a capsule names? */
bool consent_has_text(const char *const *texts, size_t n_texts, const char *text);
/* Does a row stand there twice? */
bool consent_row_twice(const uint16_t *rows, size_t n);

/* A list of vocabulary rows as a set of bits (row n = bit n). Rows over 63 do not occur
 * (the build checks); one that does counts as bit 0, "no row", which no rule lets pass.
 */
uint64_t consent_bits(const uint16_t *rows, size_t n_rows);

/* Lowest level that data of these categories has (vocab data_category, column level;
 * "by code" counts as S0, a bit without row as S2). */
enum level consent_level_of(uint64_t categories);

/* The categories that name a person, and so may never stand in a preview. */
uint64_t consent_naming(void);

/* When its first day begins; it was made no later. */
int64_t consent_from_ms(const struct consent *capsule);

#endif
