/* partners.h - in memory: the partners by name and number, the one live session of
 * each, and how much waits for whom. */
#ifndef PARTNERS_H
#define PARTNERS_H

#include "broker/decide.h"
#include "broker/ledger.h"
#include "core/loop.h"

enum {
    /* Mail that one node may have unacknowledged: several times what one turn takes, so
     * that the next is under way while this one is committed. */
    SESSION_LETTERS_MAX = 256,
    SESSION_BYTES_MAX = 8 * 1024 * 1024,
    SESSION_RESTARTS_MAX =
            8, /* times that it asks for the directory from an earlier row */
    SESSION_MALFORMED_MAX =
            16,          /* frames that cannot be read; then the connection is cut */
    PARTNERS_MAX = 8192, /* ever met; twice the members and those who left */
};

/* Mail that was sent and is not yet acknowledged. */
struct in_flight {
    uint64_t mail_id;
    uint32_t priority;
    int64_t size;
    int64_t letter; /* its number, 0: none */
    /* A letter that left before and may leave no more: only whether it came was asked.
     * When it did not, this is its end; else 0. */
    enum letter_state ends;
    enum code code;
};

/* The connection of a node that has said HELLO. */
struct session {
    bool live;
    uint64_t conn;
    uint64_t incarnation;
    uint32_t credit_letters;
    uint64_t credit_bytes;
    struct in_flight flight[SESSION_LETTERS_MAX];
    size_t n_flight;
    uint64_t cursor[LEDGER_PRIORITIES]; /* the last mail that was sent, by priority */
    uint64_t held[LEDGER_PRIORITIES];   /* the first that the cursor passed and that may
                                           not leave yet, 0: none */
    bool mail_due;                      /* there may be mail that it has credit for */
    bool synced;                        /* it has all of the directory up to: */
    uint64_t directory_upto;
    bool sync_due;       /* it has asked for the rows after that */
    uint32_t n_restarts; /* how often it asked for rows it had */
    uint32_t malformed;
};

/* How often on one day. */
struct partner_day {
    uint32_t day; /* since 1970 */
    uint32_t n;
};
/* On this day so far. */
uint32_t partner_day_count(struct partner_day *count, int64_t now_ms);

/* Work on proofs of the audit log in one second. */
struct asked {
    int64_t second;
    uint32_t used;
};

struct partner {
    uint32_t no;
    char name[PARTNER_BYTES];
    bool suspended;
    bool in_step; /* see ledger_partner_step */
    bool left;    /* its membership has ended, and its offers were looked at */
    struct session session;
    uint32_t refused_minute[N_CODES]; /* when a refusal with this code was last audited
                                       */
    struct asked asked;
    struct partner_day refused, brought; /* audited refusals; consents without a letter
                                          */
    struct partner_day late; /* erase receipts of letters that are forgotten */
    struct partner_day over; /* escalations that it asked after, and that were over */
};

struct partners;
MUST_USE struct partners *partners_new(struct err *err);
void partners_free(struct partners *partners);

/* Take in one that the ledger knows; false: no memory, or too many. */
MUST_USE bool partners_add(struct partners *partners, uint32_t no, const char *name,
        bool suspended, bool in_step);
/* NULL when unknown. Pointers stay good until partners_free. */
struct partner *partners_find(const struct partners *partners, const char *name);
struct partner *partners_get(const struct partners *partners, uint32_t no);
/* Walk: index 0, 1, ... until NULL. */
struct partner *partners_at(const struct partners *partners, size_t index);
/* Where a mail is among those in flight; n_flight: it is not. */
size_t session_find_flight(const struct session *session, uint64_t mail_id);
/* The name of a number; "" for 0 or one that is not there. */
const char *partners_name(const struct partners *partners, uint32_t no);

/* How much waits of a sender for a recipient; sender 0: all of the recipient's mailbox.
 */
struct decide_load partners_load(const struct partners *partners, uint32_t recipient,
        uint32_t sender);
/* What is kept of a partner alone: see ledger_kept. */
int64_t partners_kept(const struct partners *partners, enum ledger_kept kept,
        uint32_t partner);
MUST_USE bool partners_keep(struct partners *partners, enum ledger_kept kept,
        uint32_t partner, int64_t n);
/* Count up or down. What was counted since the mark can be taken back, as the frame's
 * savepoint is. False: no memory, nothing is counted. */
MUST_USE bool partners_count(struct partners *partners, uint32_t recipient,
        uint32_t sender, int64_t letters, int64_t bytes);
void partners_mark(struct partners *partners);
void partners_undo(struct partners *partners);

#endif
