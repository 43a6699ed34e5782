/* ledger.h - what the broker knows, on disk: letters, offers, consents, directory,
 * mail, audit. The only SQL of the broker.
 *
 * Partners go by number in here. Functions that look something up say with *found
 * whether it is there; false means that the store failed (then db_... says so, and the
 * turn must end). Nothing here decides: what may happen is decided before, and kept
 * here. */
#ifndef LEDGER_H
#define LEDGER_H

#include "core/arena.h"
#include "core/err.h"
#include "core/ids.h"
#include "core/lifecycle.h"
#include "core/merkle.h"
#include "gen/bus.h"

enum {
    LEDGER_APPLICATION_ID = 0x42425542, /* "BBUB" */
    LEDGER_CODE_BYTES = 33,
    LEDGER_AREA_BYTES = 6, /* a NIS code */
    LEDGER_PRIORITIES = 3, /* crisis, urgent, routine */
    /* In place of an offer's timer or a letter's check: its consent was withdrawn and
     * the turn had no room to end it. It is due before all else, whatever steps come
     * between. */
    LEDGER_OWED_MS = 1,
    /* A candidate whose turn may have come: due at once, the most urgent first (plus
     * its priority). */
    LEDGER_TURN_MS = 2,
};

struct db;
struct ledger;

/* Open HOME/broker.db; see db_open for what can be wrong. */
MUST_USE struct ledger *ledger_open(const char *path, const char *vfs, struct err *err);
void ledger_close(struct ledger *ledger);
/* For the turn: begin, savepoints, commit, backup, check. */
struct db *ledger_db(struct ledger *ledger);

/* ---- the store itself ---- */
struct ledger_store {
    struct id store_id;
    uint64_t incarnation;
    uint64_t register_version;
    uint64_t mail_id; /* numbers of mail from here on were never used */
    struct merkle_log log;
    uint64_t log_from; /* its size when this store came to be */
    bool is_copy; /* it was a backup: a new store_id was made, and consents wait for
                     their collectors */
};
/* Once after the open, within a transaction: one incarnation more, and a new identity
 * when the file is a copy. */
MUST_USE bool ledger_start(struct ledger *ledger, struct ledger_store *store,
        struct err *err);
MUST_USE bool ledger_mark_copy(struct ledger *ledger, struct err *err);
MUST_USE bool ledger_set_register(struct ledger *ledger, uint64_t version,
        struct err *err);

/* ---- partners ---- */

MUST_USE bool ledger_partners(struct ledger *ledger,
        bool (*on_partner)(void *self, uint32_t no, const char *name, bool suspended,
                bool in_step),
        void *self, struct err *err);
MUST_USE bool ledger_partner_add(struct ledger *ledger, const char *name, uint32_t *no,
        struct err *err);
/* why NULL: the suspension is lifted. */
MUST_USE bool ledger_partner_suspend(struct ledger *ledger, uint32_t no,
        const char *why, struct err *err);

/* Has it brought back to this store what it knew of an older one? Until then consents
 * that it collected may have been withdrawn unheard. */
MUST_USE bool ledger_partner_step(struct ledger *ledger, uint32_t no, bool in_step,
        struct err *err);

/* ---- directory ---- */
struct ledger_thing {
    uint64_t seq;
    enum kind kind;
    struct span bytes; /* in the arena */
};
/* Keep a signed thing; it takes the place of an older one with the same key and gets a
 * new seq. */
MUST_USE bool ledger_thing_put(struct ledger *ledger, const char *key, enum kind kind,
        struct span bytes, uint64_t *seq, struct err *err);
/* The first thing after seq. */
MUST_USE bool ledger_thing_next(struct ledger *ledger, uint64_t after,
        struct arena *arena, struct ledger_thing *thing, bool *found, struct err *err);
MUST_USE bool ledger_thing_last(struct ledger *ledger, uint64_t *seq, struct err *err);

/* ---- consents ---- */
struct consent_row {
    int64_t no;
    struct id consent_id;
    uint32_t collector; /* of an early withdrawal: who withdrew */
    struct span bytes;  /* the packed Signed, in the arena; empty: only the withdrawal
                           is known */
    struct key32 hash;  /* SHA-256 of the capsule that was signed */
    bool conflict;
    bool confirmed;
    uint64_t withdrawn;      /* register version, 0: not */
    uint64_t withdrawn_leaf; /* of the audit log, counted from 1 */
    struct span withdrawal;  /* the packed Signed, in the arena */
};
MUST_USE bool ledger_consent_find(struct ledger *ledger, const struct id *consent_id,
        struct arena *arena, struct consent_row *row, bool *found, struct err *err);
MUST_USE bool ledger_consent_get(struct ledger *ledger, int64_t no, struct arena *arena,
        struct consent_row *row, bool *found, struct err *err);
/* The id alone; ERR_CORRUPT when there is no such number. */
MUST_USE bool ledger_consent_id(struct ledger *ledger, int64_t no,
        struct id *consent_id, struct err *err);
/* Add (no 0, and set), or fill what only had a withdrawal. */
MUST_USE bool ledger_consent_put(struct ledger *ledger, struct consent_row *row,
        int64_t until_ms, struct err *err);
MUST_USE bool ledger_consent_conflict(struct ledger *ledger, int64_t no,
        struct err *err);
/* What this partner collected has to be brought by it again. */
MUST_USE bool ledger_consent_doubt(struct ledger *ledger, uint32_t collector,
        struct err *err);
MUST_USE bool ledger_consent_confirm(struct ledger *ledger, int64_t no,
        struct err *err);
/* What the row says of its withdrawal. */
MUST_USE bool ledger_consent_withdraw(struct ledger *ledger,
        const struct consent_row *row, struct err *err);

struct handed_row {
    struct id msg_id;
    uint32_t partner;
    enum letter_type type;
    int64_t at_ms;
};
MUST_USE bool ledger_handed_add(struct ledger *ledger, int64_t consent,
        const struct handed_row *row, struct err *err);
/* At most cap, oldest first; partner 0: of all. Of more than so many those that lie
 * first are put in order: who hands something over without end makes nobody wait. */
enum { LEDGER_HANDED_SORTED_MAX = 10000 };
MUST_USE bool ledger_handed_all(struct ledger *ledger, int64_t consent,
        uint32_t partner, struct handed_row *rows, size_t cap, size_t *n,
        struct err *err);
/* Those with a number above `after`, in their order; n == cap: there may be more. */
MUST_USE bool ledger_handed_partners(struct ledger *ledger, int64_t consent,
        uint32_t after, uint32_t *partners, size_t cap, size_t *n, struct err *err);
MUST_USE bool ledger_handed_to(struct ledger *ledger, int64_t consent, uint32_t partner,
        bool *found, struct err *err);
/* What is forgotten some time after the last day of a consent: what was handed over
 * under it; the same when it was taken back; and itself, withdrawn or not, when nothing
 * is known any more that was offered or handed over under it. */
enum ledger_over {
    LEDGER_OVER_HANDED,
    LEDGER_OVER_RECALLED,
    LEDGER_OVER_CONSENTS,
    LEDGER_N_OVER,
};
/* That of the first day after *upto_ms that ended before before_ms, where *upto_ms
 * goes; *n rows went. So no step is long, and no day is looked at twice. *more false:
 * there was no such day. */
MUST_USE bool ledger_over_purge(struct ledger *ledger, enum ledger_over what,
        int64_t before_ms, int64_t *upto_ms, bool *more, int64_t *n, struct err *err);

/* ---- referrals and offers ---- */
enum referral_closed {
    REFERRAL_NOT_CLOSED,
    REFERRAL_CONFIRMED,
    REFERRAL_NOT_CONFIRMED,
    REFERRAL_GIVEN_UP
};
struct referral_row {
    int64_t no;
    struct id referral_id;
    uint32_t sender;
    enum mode mode;
    int64_t winner;
    enum referral_closed closed;
    int64_t ended_ms;
};
MUST_USE bool ledger_referral_find(struct ledger *ledger, const struct id *referral_id,
        struct referral_row *row, bool *found, struct err *err);
MUST_USE bool ledger_referral_add(struct ledger *ledger, struct referral_row *row,
        struct err *err);
MUST_USE bool ledger_referral_set(struct ledger *ledger, const struct referral_row *row,
        struct err *err);
/* What its offers say together. */
struct referral_offers {
    int64_t n;
    uint32_t last_place; /* in its lists */
    bool live;           /* somebody has it, or may still take it */
    bool reported;       /* somebody had it, and has said what came of it */
    bool given_up;       /* its sender has said so */
};
MUST_USE bool ledger_referral_offers(struct ledger *ledger, int64_t no,
        struct referral_offers *offers, struct err *err);

/* How many offers were made under that consent; no more than `most` are counted. */
MUST_USE bool ledger_consent_offers(struct ledger *ledger, int64_t consent,
        int64_t most, int64_t *n, struct err *err);

/* Through how many hands that consent has gone to what is offered in it. */
MUST_USE bool ledger_referral_depth(struct ledger *ledger, int64_t no, int64_t consent,
        uint32_t *depth, struct err *err);

struct offer_row {
    int64_t no;
    struct id offer_id;
    struct referral_row referral;
    uint32_t place;
    uint32_t sender, target;
    int64_t consent;
    enum offer_state state, before_hold;
    uint64_t version;
    uint32_t info_rounds;
    uint16_t urgency;
    uint32_t depth;
    bool restored;
    enum offer_event
            event; /* the newest, its letter, its moment, its leaf of the log */
    struct id msg_id;
    int64_t at_ms;
    uint64_t log_leaf;
    char area[LEDGER_AREA_BYTES]; /* of its preview; "": not known */
    /* When a timer looks at it, until when its state may last, when its outer life
     * ends. */
    int64_t due_ms, limit_ms, life_ms;
};
MUST_USE bool ledger_offer_find(struct ledger *ledger, const struct id *offer_id,
        struct offer_row *row, bool *found, struct err *err);
MUST_USE bool ledger_offer_get(struct ledger *ledger, int64_t no, struct offer_row *row,
        bool *found, struct err *err);
/* row->referral.no is set; row->no is set here. core: of its preview, may be empty. */
MUST_USE bool ledger_offer_add(struct ledger *ledger, struct offer_row *row,
        struct span core, struct err *err);
/* Compare and set: the row's state and all that goes with it, if its version is still
 * the one before; row->version is then one more. *won false: somebody was first. */
MUST_USE bool ledger_offer_step(struct ledger *ledger, struct offer_row *row, bool *won,
        struct err *err);
/* What a status brought back says, whatever the version. */
MUST_USE bool ledger_offer_restore(struct ledger *ledger, const struct offer_row *row,
        struct err *err);
MUST_USE bool ledger_offer_consent(struct ledger *ledger, const struct offer_row *row,
        struct span core, struct err *err);
/* Every offer of this partner that is decided on or worked on is due at this moment, or
 * was sooner. */
MUST_USE bool ledger_offers_of(struct ledger *ledger, uint32_t partner, int64_t due_ms,
        struct err *err);
/* Its timer ends then; 0: it has none any more. The version stays. */
MUST_USE bool ledger_offer_due_at(struct ledger *ledger, int64_t no, int64_t due_ms,
        struct err *err);
MUST_USE bool ledger_offer_core(struct ledger *ledger, int64_t no, struct arena *arena,
        struct span *core, struct err *err);
/* Walk the offers under a consent: the first after number `after`. */
MUST_USE bool ledger_offer_of_consent(struct ledger *ledger, int64_t consent,
        int64_t after, struct offer_row *row, bool *found, struct err *err);
/* Walk the offers of a referral that have not ended: the first after number `after`. */
MUST_USE bool ledger_offer_of_referral(struct ledger *ledger, int64_t referral,
        int64_t after, struct offer_row *row, bool *found, struct err *err);
/* Has anything else become of its referral since it ended: another end than that
 * somebody did not take it? */
MUST_USE bool ledger_referral_since(struct ledger *ledger,
        const struct offer_row *offer, bool *since, struct err *err);
/* Has a party told a store that was put back of an end of it which stops its list, and
 * which came after this offer last moved? */
MUST_USE bool ledger_referral_stopped(struct ledger *ledger,
        const struct offer_row *offer, bool *stopped, struct err *err);
/* The offers under a consent after number `after` are owed their end. */
MUST_USE bool ledger_offers_owed(struct ledger *ledger, int64_t consent, int64_t after,
        struct err *err);
/* An offer whose timer has ended. */
MUST_USE bool ledger_offer_due(struct ledger *ledger, int64_t now_ms,
        struct offer_row *row, bool *found, struct err *err);
/* Was the partner sender or target of any offer under this consent? Who was skipped was
 * not asked; and those of one list, which come behind this place of their referral, do
 * not stand in each other's way. */
struct offer_list {
    int64_t referral, before;
};
MUST_USE bool ledger_offer_party(struct ledger *ledger, int64_t consent,
        uint32_t partner, const struct offer_list *list, bool *found, struct err *err);

/* Has the target of the offer read a letter of that type of it? */
MUST_USE bool ledger_offer_read(struct ledger *ledger, const struct offer_row *offer,
        enum letter_type type, bool *found, struct err *err);

/* ---- escalations ---- */
struct escalation_row {
    int64_t no; /* 0: not there yet */
    struct id escalation_id;
    int64_t referral, offer; /* offer 0: the whole referral */
    struct id referral_id;
    uint32_t sender, target; /* target 0: the whole referral */
    uint16_t cause;          /* vocab escalation_cause */
    char area[LEDGER_AREA_BYTES];
    uint16_t urgency;
    int64_t since_ms, at_ms, due_ms;
    int64_t look_ms; /* when a timer looks at it, 0: never */
    bool gap, closed;
    bool given_up; /* that it is closed is said so; not kept */
};
MUST_USE bool ledger_escalation_find(struct ledger *ledger,
        const struct id *escalation_id, struct escalation_row *row, bool *found,
        struct err *err);
/* Walk those of a referral that are open: the first after number `after`. */
MUST_USE bool ledger_escalation_open(struct ledger *ledger, int64_t referral,
        int64_t after, struct escalation_row *row, bool *found, struct err *err);
/* The same of all that are gaps. */
MUST_USE bool ledger_escalation_gap(struct ledger *ledger, int64_t after,
        struct escalation_row *row, bool *found, struct err *err);
/* One that a timer has to look at. */
MUST_USE bool ledger_escalation_look(struct ledger *ledger, int64_t now_ms,
        struct escalation_row *row, bool *found, struct err *err);
/* Add it (no 0, and set), or keep its moments and what has become of it. */
MUST_USE bool ledger_escalation_put(struct ledger *ledger, struct escalation_row *row,
        struct err *err);
/* All that are open are looked at then. */
MUST_USE bool ledger_escalations_look(struct ledger *ledger, int64_t look_ms,
        struct err *err);
/* The partner is told of it; *first: it was not before. */
MUST_USE bool ledger_escalation_told(struct ledger *ledger, int64_t no,
        uint32_t partner, bool *first, struct err *err);
/* As if it never had been. */
MUST_USE bool ledger_escalation_untold(struct ledger *ledger, int64_t no,
        uint32_t partner, struct err *err);
/* Walk who was told: the first after number `after`; 0: there is none. */
MUST_USE bool ledger_escalation_reader(struct ledger *ledger, int64_t no,
        uint32_t after, uint32_t *partner, struct err *err);
/* Was the partner ever told of one of that referral? */
MUST_USE bool ledger_escalation_was_told(struct ledger *ledger, int64_t referral,
        uint32_t partner, bool *told, struct err *err);
/* The newest letter in which that partner proposes something for what is open. */
MUST_USE bool ledger_escalation_proposed(struct ledger *ledger, int64_t referral,
        uint32_t partner, int64_t letter, struct err *err);
/* Is one of these still on its way? */
MUST_USE bool ledger_escalation_proposal(struct ledger *ledger, int64_t referral,
        bool *waits, struct err *err);
MUST_USE bool ledger_escalation_counts(struct ledger *ledger, int64_t *n_open,
        int64_t *n_gaps, struct err *err);

/* ---- letters ---- */
enum letter_state {
    LETTER_LODGED = 1,  /* content that waits for an accept */
    LETTER_WAITING = 2, /* in its recipient's mailbox */
    LETTER_HANDED = 3, /* sent to its recipient, who has not yet said that it is safe */
    LETTER_DELIVERED = 4,
    /* terminal from here on; the SQL knows the numbers */
    LETTER_REFUSED = 5,
    LETTER_PROCESSED = 6,
    LETTER_FAILED = 7,
    LETTER_EXPIRED = 8,
    LETTER_RECALLED = 9,
};
struct letter_row {
    int64_t no;
    struct id msg_id;
    uint32_t sender, recipient;
    struct key32 hash;
    struct key32 core_hash;
    enum letter_state state;
    enum letter_type type;
    uint32_t priority;
    int64_t offer, consent; /* 0: none */
    int64_t size;
    char code[LEDGER_CODE_BYTES];
    int64_t at_ms, expires_ms, check_ms;
    uint64_t mail_id;
    /* Of the audit log, counted from 1: that it was taken or refused, and the newest
     * that was written of it. */
    uint64_t log_leaf, last_leaf;
};
bool ledger_letter_live(const struct letter_row *row);
MUST_USE bool ledger_letter_find(struct ledger *ledger, const struct id *msg_id,
        uint32_t sender, struct letter_row *row, bool *found, struct err *err);
MUST_USE bool ledger_letter_get(struct ledger *ledger, int64_t no,
        struct letter_row *row, bool *found, struct err *err);
/* row->no is set; sealed: the packed Letter, empty for one that is refused. */
MUST_USE bool ledger_letter_add(struct ledger *ledger, struct letter_row *row,
        struct span sealed, struct err *err);
MUST_USE bool ledger_letter_sealed(struct ledger *ledger, int64_t no,
        struct arena *arena, struct span *bytes, struct err *err);
/* A lodged letter now lies in a mailbox, under this number. */
MUST_USE bool ledger_letter_mail(struct ledger *ledger, int64_t no, uint64_t mail_id,
        struct err *err);
MUST_USE bool ledger_letter_handed(struct ledger *ledger, int64_t no,
        uint64_t last_leaf, struct err *err);
/* On its reader's disk: the bytes here go. */
MUST_USE bool ledger_letter_delivered(struct ledger *ledger,
        const struct letter_row *row, struct err *err);
MUST_USE bool ledger_letter_check(struct ledger *ledger, int64_t no, int64_t check_ms,
        struct err *err);
/* Its end: the bytes are destroyed, and the row in the mailbox goes. row->last_leaf
 * tells of it; receipt: the reader's, else empty. */
MUST_USE bool ledger_letter_end(struct ledger *ledger, const struct letter_row *row,
        enum letter_state state, const char *code, int64_t now_ms, struct span receipt,
        struct err *err);
/* The reader's terminal receipt for a letter that the broker had ended, and its leaf;
 * *first: there was none. */
MUST_USE bool ledger_letter_late(struct ledger *ledger, int64_t no, struct span receipt,
        uint64_t last_leaf, bool *first, struct err *err);
/* The same of a letter that is forgotten here; *first: it has not been said before. */
MUST_USE bool ledger_late_erased(struct ledger *ledger, const struct id *msg_id,
        uint32_t sender, uint32_t reader, bool kept, int64_t now_ms, bool *first,
        struct err *err);
MUST_USE bool ledger_late_erased_purge(struct ledger *ledger, int64_t before_ms,
        struct err *err);
/* Its reader has erased it, or keeps its own record of it; *first: that was not known.
 */
MUST_USE bool ledger_letter_erased(struct ledger *ledger, int64_t no, bool kept,
        bool *first, struct err *err);
/* It has ended, and that mail tells its sender so. */
MUST_USE bool ledger_letter_told(struct ledger *ledger, int64_t no, uint64_t mail_id,
        struct err *err);
/* The reader's terminal receipt (empty when the broker ended it), and when it ended. */
MUST_USE bool ledger_letter_receipt(struct ledger *ledger, int64_t no,
        struct arena *arena, struct span *receipt, int64_t *end_ms, struct err *err);
/* Walk live letters: the first after number `after`. Of a consent: those of no offer.
 */
MUST_USE bool ledger_letter_of_offer(struct ledger *ledger, int64_t offer,
        int64_t after, struct letter_row *row, bool *found, struct err *err);
MUST_USE bool ledger_letter_of_consent(struct ledger *ledger, int64_t consent,
        int64_t after, struct letter_row *row, bool *found, struct err *err);
/* Those that are here after number `after`, and of no offer, are owed their end. */
MUST_USE bool ledger_letters_owed(struct ledger *ledger, int64_t consent, int64_t after,
        struct err *err);
/* The same of the personal letters of one offer. */
MUST_USE bool ledger_letters_of_offer_owed(struct ledger *ledger, int64_t offer,
        int64_t after, struct err *err);
MUST_USE bool ledger_letter_due(struct ledger *ledger, int64_t now_ms,
        struct letter_row *row, bool *found, struct err *err);
/* Drop at most `limit` ended letters taken before this and expired by now. */
struct ledger_purge {
    int64_t before_ms, now_ms;
    size_t limit;
    /* A refused letter of this sender is forgotten; may be NULL. False ends the purge
     * with ERR_NOMEM. */
    bool (*on_refused)(void *self, uint32_t sender);
    void *self;
};
/* *cursor goes from 0 up, and back to 0 at the end. */
MUST_USE bool ledger_letter_purge(struct ledger *ledger,
        const struct ledger_purge *purge, int64_t *cursor, struct err *err);

/* When the next timer of an offer or letter ends; 0: none. */
MUST_USE bool ledger_next_due(struct ledger *ledger, int64_t *due_ms, struct err *err);

/* ---- mail ---- */
enum mail_kind {
    MAIL_LETTER = 1,
    MAIL_RECEIPT,
    MAIL_STATUS,
    MAIL_WITHDRAWAL,
    MAIL_RESEAL,
    MAIL_ESCALATION
};
struct mail_row {
    uint32_t partner;
    uint32_t priority;
    uint64_t mail_id;
    enum mail_kind kind;
    int64_t ref;       /* of a letter or consent */
    int64_t size;      /* what it counts for in the mailbox */
    struct span bytes; /* the status with a letter; else the thing itself */
    uint64_t log_leaf; /* of a reader's receipt or a withdrawal; 0: none */
};
MUST_USE bool ledger_mail_add(struct ledger *ledger, const struct mail_row *row,
        struct err *err);
/* Give a letter's mail the status that travels with it; nothing happens when the letter
 * is gone. */
MUST_USE bool ledger_mail_fill(struct ledger *ledger, const struct mail_row *row,
        struct span status, struct err *err);
MUST_USE bool ledger_mail_there(struct ledger *ledger, uint32_t partner,
        uint32_t priority, uint64_t mail_id, bool *there, struct err *err);
MUST_USE bool ledger_mail_drop(struct ledger *ledger, uint32_t partner,
        uint32_t priority, uint64_t mail_id, bool *dropped, struct err *err);

/* A mail with all that the hand-over needs to know. */
struct mail_facts {
    struct mail_row mail;
    struct letter_row letter; /* of MAIL_LETTER */
    struct span sealed;       /* the packed Letter */
    struct span consent;      /* the packed capsule, empty: none */
    struct key32 consent_hash;
    bool withdrawn, conflict, confirmed;
    bool offer_restored;
    uint32_t collector;
    enum offer_state offer_state; /* NONE: no offer */
    uint32_t offer_sender, offer_target, offer_depth;
};
/* The first mail of that priority after mail_id. */
MUST_USE bool ledger_mail_next(struct ledger *ledger, uint32_t partner,
        uint32_t priority, uint64_t after, struct arena *arena,
        struct mail_facts *facts, bool *found, struct err *err);

/* What is live and what waits, for the counters at the start. sender 0: all of the
 * mailbox. */

MUST_USE bool ledger_loads(struct ledger *ledger,
        bool (*on_load)(void *self, uint32_t recipient, uint32_t sender, int64_t n,
                int64_t bytes),
        void *self, struct err *err);

/* What one partner alone can make grow, and what is therefore counted. */
enum ledger_kept {
    LEDGER_KEPT_REFUSED, /* its letters that were refused */
    LEDGER_KEPT_EARLY,   /* its withdrawals of consents that are not here */
    LEDGER_N_KEPT
};
MUST_USE bool ledger_kept(struct ledger *ledger, enum ledger_kept kept,
        bool (*on_kept)(void *self, enum ledger_kept kept, uint32_t partner, int64_t n),
        void *self, struct err *err);

/* ---- audit ---- */
/* Leaves from number seq on, each with its length before it (ledger_audit_pack). */
MUST_USE bool ledger_audit_add(struct ledger *ledger, uint64_t seq, struct span leaves,
        struct err *err);
/* Put a leaf behind what is in the buffer; false: no room, or longer than 65535. */
MUST_USE bool ledger_audit_pack(uint8_t *buffer, size_t cap, size_t *len,
        struct span leaf);
MUST_USE bool ledger_audit_get(struct ledger *ledger, uint64_t seq, struct arena *arena,
        struct span *leaf, bool *found, struct err *err);
/* The leaves from number `from` on, one after the other; a false of on_leaf ends the
 * walk, and is no fault. */
MUST_USE bool ledger_audit_walk(struct ledger *ledger, uint64_t from,
        bool (*on_leaf)(void *self, struct span leaf), void *self, struct err *err);
/* The head of the complete subtree number `no` of 2^level leaves. */
MUST_USE bool ledger_tile_add(struct ledger *ledger, uint32_t level, uint64_t no,
        const struct key32 *head, struct err *err);
/* Those from number `no` on into heads[]; ERR_CORRUPT when one of n is missing. */
MUST_USE bool ledger_tiles(struct ledger *ledger, uint32_t level, uint64_t no,
        struct key32 *heads, size_t n, struct err *err);
/* The newest checkpoint: size 0 when there is none. */
MUST_USE bool ledger_checkpoint_newest(struct ledger *ledger, struct arena *arena,
        uint64_t *size, struct span *bytes, struct err *err);
MUST_USE bool ledger_audit_heads(struct ledger *ledger, const struct merkle_log *log,
        struct err *err);
MUST_USE bool ledger_checkpoint_add(struct ledger *ledger, uint64_t size, int64_t at_ms,
        struct span bytes, struct err *err);
/* Forget those before this, *n of them; the newest stays. */
MUST_USE bool ledger_checkpoint_purge(struct ledger *ledger, int64_t before_ms,
        int64_t *n, struct err *err);
MUST_USE bool ledger_checkpoint_last(struct ledger *ledger, uint64_t *size,
        int64_t *at_ms, struct err *err);

/* What must hold of all rows, whatever has happened. */
enum ledger_check {
    LEDGER_CHECK_LETTERS, /* every letter is in exactly one state, with its bytes and
                             its mail where the state says */
    LEDGER_CHECK_DATES,   /* every open offer has a next date, or waits for one that has
                           */
    LEDGER_CHECK_OWNERS, /* every open referral is with one partner: who accepted it, or
                            the one that is asked, and all of a race */
    LEDGER_CHECK_LODGED, /* every content that is kept waits for an accept that may come
                          */
    LEDGER_CHECK_ESCALATIONS, /* every open escalation was told to somebody or is a gap,
                                 what it is about is still so, and it has a next date */
    LEDGER_N_CHECKS
};
/* How many rows contradict it; 0 is right. Reads what is live, not what has ended. */
MUST_USE bool ledger_check(struct ledger *ledger, enum ledger_check check, int64_t *n,
        struct err *err);
/* All of them together. */
MUST_USE bool ledger_conserved(struct ledger *ledger, int64_t *faults, struct err *err);
/* How many letters are in each state. */
enum { LEDGER_LETTER_STATES = 10 };
MUST_USE bool ledger_letter_counts(struct ledger *ledger,
        int64_t counts[LEDGER_LETTER_STATES], struct err *err);

#endif
