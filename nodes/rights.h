/* rights.h - a person asks for access, for a correction, or to be erased (GDPR,
 * articles 15 to 17): letters to the other party of an offer, which need no consent,
 * and the register of what was asked and answered on both sides. */
#ifndef RIGHTS_H
#define RIGHTS_H

#include "nodes/inbox.h"
#include "nodes/letters.h"
#include "nodes/spool_rights.h"

enum {
    /* Article 12(3): within one month, and two more when that is said in time. */
    RIGHTS_DAYS = 30,
    RIGHTS_MORE_DAYS = 60,
    RIGHTS_HALF_DAYS = RIGHTS_DAYS / 2, /* before the end people are reminded */
    RIGHTS_PARTIES_MAX = 20,            /* letters of one request */
    RIGHTS_CORRECTIONS_MAX = 5,         /* of one offer that wait for an answer */
};

/* --- out --- */
/* Seal one request or reply for the other party of an offer, keep it in its case
 * (*moment), and send it. *code: E_UNREACHABLE when the other has no key now, E_SIZE.
 */
MUST_USE bool rights_send(struct node *node, const char *who, struct spool_case *file,
        const struct spool_offer *offer, enum letter_type type,
        const struct content *content, uint64_t *moment, enum code *code,
        struct err *err);
/* A row of the register for a request to the other party of an offer; it is not in the
 * store yet. */
struct spool_right rights_row(const struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, enum letter_type right);
/* The request of that row as a letter, and the row. corrected: NULL for what corrects
 * nothing. *code: as of rights_send, and then there is neither. */
MUST_USE bool rights_ask(struct node *node, const char *who, struct spool_case *file,
        const struct spool_offer *offer, const struct referral *corrected,
        struct spool_right *row, enum code *code, struct err *err);
/* How a letter of ours has ended. A request or an answer that did not come is told at
 * once: its case is unread, the trace says what to do, and it may be said again.
 * Whoever has read a content that was corrected since is asked to correct it. */
MUST_USE bool rights_ended(struct node *node, const struct spool_sent *sent,
        enum receipt_state state, const char *code, struct err *err);
/* The other party of an offer of this case. */
const char *rights_other(const struct spool_case *file,
        const struct spool_offer *offer);

/* --- in --- */
/* A letter about rights that was opened: the register. *code: why it cannot be. */
MUST_USE bool rights_take(struct node *node, const struct inbox_letter *letter,
        enum code *code, struct err *err);

/* Half of the term of a request has passed without an answer: its case is unread, once,
 * with a line in the trace. */
MUST_USE bool rights_upkeep(struct node *node, struct err *err);

/* --- the table of answers --- */
/* May this be the answer? The field that is missing or wrong comes back, else NULL. */
const char *rights_answer_wrong(const struct spool_right *right, uint16_t answer,
        uint16_t reason);
/* Is this a reason to close the alarm about an erase receipt by hand? */
bool rights_settles(uint16_t reason);
/* Write the answer, or the longer term, into the row. */
void rights_settle(struct spool_right *right, uint16_t answer, uint16_t reason,
        uint16_t retention, int64_t now_ms);
/* "undelivered", "open", "overdue", "answered", or "settled" by ourselves. */
const char *rights_state(const struct spool_right *right, int64_t now_ms);
/* The row as people see it; it points into the row. */
struct rights_line rights_line_of(const struct node *node,
        const struct spool_right *right);

/* --- corrections, of which several may wait for an answer --- */
/* How many requests of this kind may wait at one offer, and how many do; it counts no
 * further than that. */
size_t rights_open_max(enum letter_type right);
MUST_USE bool rights_open(struct node *node, bool ours, enum letter_type right,
        const struct id *offer_id, size_t *n_open, struct err *err);
/* Did we ask this of this offer, and wait for the answer? A correction is the same when
 * all its fields are. *out: its row. */
MUST_USE bool rights_asked_before(struct node *node, const struct spool_case *file,
        enum letter_type right, const struct id *offer_id,
        const struct referral *corrected, bool *asked, struct spool_right *out,
        struct err *err);
/* A correction as it came or went, from the moments of its case; in the scratch arena.
 * early: it stands there before any content does. */
struct rights_found {
    bool there, early;
    struct content content;
};
MUST_USE bool rights_read_request(struct node *node, const struct spool_case *file,
        const struct id *request_id, struct rights_found *found, struct err *err);
/* May the other party of an offer know who it is about? Who referred does, who holds
 * the content, and who accepted. */
MUST_USE bool rights_may_know(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, bool *may, struct err *err);
/* What the other party of an offer was sent of this type. anew: others were asked since
 * under another capsule, and what the case says now was never meant for it. */
struct rights_sent {
    bool anew;
    uint64_t moment;
    uint64_t categories; /* of what it holds */
};
MUST_USE bool rights_was_sent(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, enum letter_type type,
        struct rights_sent *sent, struct err *err);
/* What the other party of an offer hears of a correction (NULL: nothing), and what is
 * said of that: all of it, "open", when it may hold the content; what its preview
 * shows, "open_preview", or nothing of that, "preview_only", before the accept;
 * nothing, "not_held", when all it had was to be destroyed, or "not_sent", when nothing
 * of that is corrected which it was sent. named: the field of the preview
 * that would name the person, and then nobody is asked. */
struct rights_hearing {
    const struct referral *told;
    const char *state, *named;
};
/* What is corrected, in which case. */
struct rights_correction {
    uint64_t case_number;
    const struct referral *with;
};
MUST_USE bool rights_hears(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, const struct rights_correction *correction,
        struct rights_hearing *hearing, struct err *err);
/* The fields of `with` that are filled take the place of those of `referral`, in the
 * scratch arena. */
MUST_USE bool rights_correct(struct node *node, const struct referral *referral,
        const struct referral *with, struct referral *corrected, struct err *err);
/* The same with the content of a case: a new moment of it holds what is right, by whom
 * and since when, and the case points there; what it held before stays with its own
 * moment. *done: there was a content to correct. */
MUST_USE bool rights_correct_case(struct node *node, const char *who,
        struct spool_case *file, const struct referral *with, bool *done,
        struct err *err);
/* The same in a case that was not named: as far as it holds what is corrected. */
MUST_USE bool rights_correct_other(struct node *node, const char *who,
        struct spool_case *file, const struct referral *with, bool *done,
        struct err *err);
/* The same with the preview, where that is all there is. */
MUST_USE bool rights_correct_preview(struct node *node, const char *who,
        struct spool_case *file, const struct referral *with, bool *done,
        struct err *err);

#endif
