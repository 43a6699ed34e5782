/* decide.h - may the broker take this letter, and may it hand it over? Pure: facts in,
 * decision out.
 *
 * Absent rule = deny: exactly one path takes. Rules: docs/flow.md "Submissions" and
 * "Hand-over"; the offer machine is core/lifecycle, consent is core/consent. */
#ifndef DECIDE_H
#define DECIDE_H

#include "core/consent.h"
#include "core/lifecycle.h"

enum {
    DECIDE_CLOCK_MS = 5 * 60 * 1000, /* a clock may be wrong by this much */
    DECIDE_AFTER_EPOCH_DAYS =
            14, /* a letter lives this long after its reader key's window */
    DECIDE_TERM_DAYS_MAX = 366,   /* no key of a reader reaches as far */
    DECIDE_PREVIEW_CLASS_MAX = 2, /* a preview has at most 4 KiB */
    DECIDE_ANSWER_CLASS_MAX = 1,  /* an answer to a reporter is a code: 1 KiB */
    /* What is asked of all offers of a referral, or of a consent, is asked in one turn.
     */
    DECIDE_REFERRAL_OFFERS_MAX = 40, /* twice what a node makes of one case */
    DECIDE_CONSENT_OFFERS_MAX = 1000,
};

/* How much lies ready. */
struct decide_load {
    int64_t letters;
    int64_t bytes;
};

/* Everything that the broker knows when a letter comes. Zero denies. */
struct facts {
    int64_t now_ms;
    size_t sealed_bytes;
    size_t class_bytes; /* what a letter of its size class has; 0: there is no such
                           class */
    /* who */
    bool sender_live;
    bool recipient_live;    /* and has a node */
    bool recipient_in_step; /* it has brought back what it knew of an older store */
    bool recipient_awaited; /* see restore_awaits */
    bool reader_key_known;  /* the recipient has published the key that it is sealed to
                             */
    int64_t reader_key_until_ms;
    bool intake_open; /* of the target */
    uint32_t directory_age_days;
    /* room */
    bool disk_low;
    struct decide_load pending, pending_max; /* of this sender for this recipient */
    struct decide_load mailbox, mailbox_max; /* of the recipient */
    /* the submission */
    enum mode mode;
    size_t n_candidates; /* a preview and a content for each; 0: one letter alone */
    bool among_others;   /* letters of other offers came with it */
    bool list_begun;     /* a candidate before it on the same list was taken just now */
    /* the referral, when it is known */
    bool referral_known;
    bool referral_of_sender;
    bool referral_has_live_offer;
    int64_t referral_ended_ms; /* completed or failed then; 0: not */
    int64_t referral_offers;   /* that it has had */
    int64_t consent_offers;    /* that were made under the letter's consent */
    /* the offer, when it is known */
    bool offer_known;
    struct lifecycle_offer offer;
    const char *offer_sender, *offer_target;
    bool same_referral, same_consent;
    bool sender_alerts; /* it is a shop, or nobody knows what it is */
    /* who coordinates, where the letter says that it is */
    bool recipient_coordinates;
    bool sender_was_told; /* it coordinates where that referral is stuck, was told of
                             it, and writes to who refers */
    bool told_it_is_over; /* it was told once, and that has ended */
    bool restored;        /* a node brought it back after this store was lost */
    bool content_unknown; /* neither its content nor its preview came back with it */
    bool read_before;     /* its target has read a letter of this type of the offer */
    bool brought_it_here; /* this very letter made the offer what it is */
    bool forward_allowed; /* one hand more is within the consent's depth */
    bool previous_party;  /* the recipient had this referral before */
    /* What consent_decide looks at. needs.core is the letter's own core; for an accept
     * that of the content that is to be handed over. */
    struct consent_case needs;
};

/* What taking the letter means. */
enum taking {
    TAKE_NOTHING,   /* refused */
    TAKE_NEW_OFFER, /* a preview that starts an offer */
    TAKE_PREVIEW, /* a preview sealed again, or brought again to a store that lost it */
    TAKE_CONTENT, /* to be kept until the accept, or handed over when that has been */
    TAKE_EVENT,   /* one step of the offer: decision.step */
    TAKE_AGAIN,   /* an event whose step this offer has made already */
    TAKE_LETTER,  /* nothing but the letter */
};
struct decision {
    enum code code; /* CODE_OK, or why not */
    bool for_now;   /* the same letter may be put again later as it is: no receipt,
                       nothing is kept */
    enum taking taking;
    bool lodge; /* keep it: the accept is not there yet, or the turn of its candidate */
    bool recall; /* it is taken, and ends at once: its offer has ended */
    struct lifecycle_result step;
};
struct decision decide(const struct letter_core *core, const struct facts *facts);

/* Are the candidates asked each in its turn? */
bool decide_is_list(enum mode mode);

/* The rules in the order in which they are asked, by name; for tests and audit words.
 */
struct decide_rule {
    const char *name;
    bool for_now;
    enum code (*ask)(const struct letter_core *core, const struct facts *facts);
};
const struct decide_rule *decide_rules(size_t *n);

/* May it leave for its recipient, now, in the transaction that says so? */
struct hand_over_facts {
    int64_t now_ms;
    int64_t expires_ms;
    bool recipient_live;
    bool sender_live;
    bool sender_suspended; /* by the administrator, who may lift it */
    enum letter_class class_;
    struct consent_case needs; /* of a personal letter */
};
enum hand_over { HAND_OVER_GO, HAND_OVER_WAIT, HAND_OVER_RECALL, HAND_OVER_EXPIRE };
enum hand_over decide_hand_over(const struct hand_over_facts *facts, enum code *code);

#endif
