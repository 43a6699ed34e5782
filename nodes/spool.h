/* spool.h - the node's store: all SQL of the node lies behind these functions.
 *
 * Every function works in the turn's transaction (db_begin, db_commit of core/db.h).
 * Functions return false only when the store could not do its work; that something is
 * not there is told by *found or by a count. Spans that come out lie in the arena
 * given. */
#ifndef SPOOL_H
#define SPOOL_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"
#include "core/keys.h"
#include "gen/bus.h"
#include "gen/gateway.h"

enum {
    SPOOL_WRAPPED_BYTES = 32 + KEYS_WRAP_EXTRA,
    SPOOL_OFFERS_MAX = 20,  /* of one case */
    SPOOL_LETTERS_MAX = 21, /* of one submission */
    SPOOL_CODE_BYTES = 33,
    SPOOL_TOKEN_NAME_BYTES = 41,
    SPOOL_EVIDENCE_MAX = 600, /* things of one case that we signed ourselves */
    SPOOL_FINDINGS_MAX = 100, /* about the broker's log */
    SPOOL_CLAIMS_MAX = 200,   /* partners whose view of the log is yet to be compared */
};

MUST_USE struct db *spool_open(const char *path, const char *vfs, struct err *err);

/* A key wrapped with the generation key; there false: destroyed. */
struct spool_key {
    bool there;
    uint8_t wrapped[SPOOL_WRAPPED_BYTES];
};

/* --- settings --- */
enum spool_setting {
    SPOOL_STORE_ID,         /* bytes: id of this store */
    SPOOL_INCARNATION,      /* number: starts of the node */
    SPOOL_BROKER_STORE_ID,  /* bytes: the broker's store we last spoke with */
    SPOOL_DIRECTORY_SEQ,    /* number: directory rows of that store come after this */
    SPOOL_REGISTER_VERSION, /* number: newest withdrawal of that store */
    SPOOL_GENERATION,       /* bytes: SHA-256 name of the generation key in force */
    SPOOL_ROTATE_MS,        /* number: when a new generation key is due; 0: not */
    SPOOL_AUDIT_LOG,        /* number: the audit log of that store, by its row */
    SPOOL_TALLY_SINCE,      /* number: the first month in which signals are counted */
    SPOOL_TALLY_UPTO,       /* number: the last month that was told */
    N_SPOOL_SETTINGS,
};
MUST_USE bool spool_get_number(struct db *db, enum spool_setting setting,
        uint64_t *value, struct err *err);
MUST_USE bool spool_set_number(struct db *db, enum spool_setting setting,
        uint64_t value, struct err *err);
/* Exactly len bytes; all zero when never set. */
MUST_USE bool spool_get_bytes(struct db *db, enum spool_setting setting, void *out,
        size_t len, struct err *err);
MUST_USE bool spool_set_bytes(struct db *db, enum spool_setting setting,
        struct span bytes, struct err *err);

/* The numbers of the next cases, consent records, openings and requests of persons lie
 * this much further. */
MUST_USE bool spool_skip_numbers(struct db *db, uint64_t n, struct err *err);

/* --- the directory's things --- */
struct spool_thing {
    const char *slot;
    bool clash;
    enum kind kind;
    const char *signer;
    int64_t at_ms;
    bool unpublished;
    struct span bytes;
};
/* Keep a thing that counts now; what stood in its slot goes (clash: is added to it). */
MUST_USE bool spool_put_thing(struct db *db, const struct spool_thing *thing,
        struct err *err);
/* Walk all, in the order in which they came; a false of `each` stops. Nothing else may
 * use the store meanwhile. */
MUST_USE bool spool_each_thing(struct db *db,
        bool (*each)(void *self, const struct spool_thing *thing, struct err *err),
        void *self, struct err *err);
/* Up to max things that the broker has not confirmed yet: the steward's before
 * statements, and of those the snapshot first, with which a broker whose directory is
 * too old takes new members again. */
MUST_USE bool spool_unpublished(struct db *db, struct arena *arena,
        struct spool_thing *things, size_t max, size_t *n_things, struct err *err);
MUST_USE bool spool_set_published(struct db *db, const char *slot, struct err *err);
/* All that this signer signed goes to the broker once more. */
MUST_USE bool spool_publish_again(struct db *db, const char *signer, struct err *err);

/* --- epoch keys --- */
struct spool_epoch {
    struct tag8 ekid;
    struct key32 public_key;
    struct spool_key key;
    int64_t from_ms, until_ms;
};
MUST_USE bool spool_put_epoch(struct db *db, const struct spool_epoch *epoch,
        struct err *err);
MUST_USE bool spool_get_epoch(struct db *db, const struct tag8 *ekid, bool *found,
        struct spool_epoch *epoch, struct err *err);
/* Those that end after since_ms, oldest first. */
MUST_USE bool spool_epochs(struct db *db, int64_t since_ms, struct spool_epoch *epochs,
        size_t max, size_t *n_epochs, struct err *err);
MUST_USE bool spool_drop_epochs(struct db *db, int64_t until_ms, int64_t *n_dropped,
        struct err *err);

/* --- tokens and first replies --- */
struct spool_token {
    char name[SPOOL_TOKEN_NAME_BYTES];
    uint64_t scopes; /* bit n: scope n */
    int64_t made_ms;
};
MUST_USE bool spool_put_token(struct db *db, const struct spool_token *token,
        const struct key32 *hash, struct err *err);
/* By name. */
MUST_USE bool spool_tokens(struct db *db, struct spool_token *tokens, size_t max,
        size_t *n_tokens, struct err *err);
MUST_USE bool spool_drop_token(struct db *db, const char *name, bool *found,
        struct err *err);
MUST_USE bool spool_get_token(struct db *db, const struct key32 *hash, bool *found,
        struct spool_token *token, struct err *err);
MUST_USE bool spool_get_reply(struct db *db, const char *token, const char *key,
        struct arena *arena, bool *found, struct key32 *request_hash,
        struct span *reply, struct err *err);
MUST_USE bool spool_put_reply(struct db *db, const char *token, const char *key,
        const struct key32 *request_hash, struct span reply, int64_t now_ms,
        struct err *err);
/* Forget replies, and decisions without a case, older than this. */
MUST_USE bool spool_forget(struct db *db, int64_t before_ms, struct err *err);
/* The same of received letters that brought nothing to keep. */
MUST_USE bool spool_forget_received(struct db *db, int64_t before_ms, struct err *err);

/* --- trace --- */
struct spool_trace {
    uint64_t case_number;
    int64_t at_ms;
    const char *who;
    const char *what;
    const char *code;
    struct id msg_id;   /* none: all zero */
    const char *letter; /* type or event of the letter that it is about; "": none */
    const char *other;  /* whom the letter was sent to or came from */
};
MUST_USE bool spool_put_trace(struct db *db, const struct spool_trace *trace,
        struct err *err);
/* The same refusal again, and nothing has happened to the case since: the line that is
 * there gives way. So what is refused over and over displaces nothing. */
MUST_USE bool spool_refused_again(struct db *db, uint64_t case_number, const char *who,
        const char *what, const char *code, struct err *err);
/* The newest max lines, oldest first. */
MUST_USE bool spool_traces(struct db *db, uint64_t case_number, struct arena *arena,
        struct trace_line *lines, size_t max, size_t *n_lines, struct err *err);

/* --- what decisions were made of --- */
enum spool_point { SPOOL_POINT_SENDING = 1, SPOOL_POINT_RECEIVING = 2 };
struct spool_judged {
    uint64_t number; /* given by the store */
    uint64_t case_number;
    struct id msg_id;
    enum spool_point point;
    int64_t at_ms;
    const char *code;  /* "": allowed */
    struct span facts; /* packed Judged */
};
MUST_USE bool spool_put_judged(struct db *db, const struct spool_judged *judged,
        struct err *err);
/* The newest of a case with a number below `before`. */
MUST_USE bool spool_judged_before(struct db *db, uint64_t case_number, uint64_t before,
        struct arena *arena, bool *found, struct spool_judged *judged, struct err *err);
/* The newest about this letter. */
MUST_USE bool spool_judged_of(struct db *db, const struct id *msg_id,
        struct arena *arena, bool *found, struct spool_judged *judged, struct err *err);
/* The newest refusal. */
MUST_USE bool spool_judged_refused(struct db *db, struct arena *arena, bool *found,
        struct spool_judged *judged, struct err *err);

/* --- consent records, capsules, withdrawals --- */
struct spool_consent {
    uint64_t number;
    int64_t recorded_ms, withdrawn_ms;
    int32_t from_day, until_day;
    uint64_t renews;    /* the record before it; 0: none */
    uint32_t keep_days; /* how long it is kept after its end */
    struct spool_key key;
    struct span content; /* encrypted ConsentGive */
};
/* Room for a new record: its number, so that the content can be bound to it. */
MUST_USE bool spool_next_consent(struct db *db, uint64_t *number, struct err *err);
MUST_USE bool spool_put_consent(struct db *db, const struct spool_consent *consent,
        struct err *err);
MUST_USE bool spool_get_consent(struct db *db, uint64_t number, struct arena *arena,
        bool *found, struct spool_consent *consent, struct err *err);
/* The first with a number above `after`. */
MUST_USE bool spool_consent_after(struct db *db, uint64_t after, struct arena *arena,
        bool *found, struct spool_consent *consent, struct err *err);
/* The record that came after this one; 0: none. */
MUST_USE bool spool_consent_renewed_by(struct db *db, uint64_t number, uint64_t *by,
        struct err *err);
/* Records in force that end from this day until that one and have none after them. */
MUST_USE bool spool_consents_ending(struct db *db, int32_t from_day, int32_t until_day,
        uint64_t *n_consents, struct err *err);
/* Referrals and signals of ours that are not over; of one record (0: of all those that
 * ended before this day). */
MUST_USE bool spool_consent_live(struct db *db, uint64_t number, int32_t before_day,
        uint64_t *n_cases, struct err *err);
/* What staff said of the person of a record, encrypted; the newest max, oldest first.
 */
struct spool_said {
    struct id said_id;
    uint64_t consent;
    int64_t at_ms;
    struct span content;
};
MUST_USE bool spool_put_said(struct db *db, const struct spool_said *said,
        struct err *err);
MUST_USE bool spool_said_of(struct db *db, uint64_t consent, struct arena *arena,
        struct spool_said *said, size_t max, size_t *n_said, struct err *err);
MUST_USE bool spool_consent_withdrawn(struct db *db, uint64_t number, int64_t now_ms,
        struct err *err);

struct spool_capsule {
    struct id consent_id;
    uint64_t consent; /* record it was minted from; 0: come with a letter, or without
                         the person's consent */
    bool own;
    bool conflict;
    int64_t at_ms;
    struct span bytes; /* packed Signed */
    struct span salt;  /* encrypted with the record's key; empty: not ours */
};
MUST_USE bool spool_put_capsule(struct db *db, const struct spool_capsule *capsule,
        struct err *err);
MUST_USE bool spool_get_capsule(struct db *db, const struct id *consent_id,
        struct arena *arena, bool *found, struct spool_capsule *capsule,
        struct err *err);
MUST_USE bool spool_capsule_conflict(struct db *db, const struct id *consent_id,
        struct err *err);
/* Ids minted from a record. */
MUST_USE bool spool_capsules_of(struct db *db, uint64_t consent, struct id *ids,
        size_t max, size_t *n_ids, struct err *err);
/* Those of them that nobody has withdrawn. */
MUST_USE bool spool_capsules_left(struct db *db, uint64_t consent, struct id *ids,
        size_t max, size_t *n_ids, struct err *err);

struct spool_withdrawal {
    struct id consent_id;
    bool own;
    int64_t at_ms, registered_ms;
    struct span bytes;       /* packed Signed */
    struct span handed_over; /* packed Answer of the broker, or empty */
};
/* Final: a second one for the same id changes nothing (*fresh false). */
MUST_USE bool spool_put_withdrawal(struct db *db,
        const struct spool_withdrawal *withdrawal, bool *fresh, struct err *err);
/* In the place of somebody else's: it has to reach the broker anew. */
MUST_USE bool spool_own_withdrawal(struct db *db,
        const struct spool_withdrawal *withdrawal, struct err *err);
MUST_USE bool spool_get_withdrawal(struct db *db, const struct id *consent_id,
        struct arena *arena, bool *found, struct spool_withdrawal *withdrawal,
        struct err *err);
MUST_USE bool spool_is_withdrawn(struct db *db, const struct id *consent_id,
        bool *withdrawn, struct err *err);
/* Is this one more withdrawal of a consent that was never seen here, beside max others?
 */
MUST_USE bool spool_withdrawals_full(struct db *db, const struct id *consent_id,
        size_t max, bool *full, struct err *err);
MUST_USE bool spool_withdrawal_registered(struct db *db, const struct id *consent_id,
        struct span answer, int64_t now_ms, struct err *err);
/* How many the broker has not registered, and when the oldest was signed (0: none). */
MUST_USE bool spool_withdrawals_waiting(struct db *db, uint64_t *n, int64_t *oldest_ms,
        struct err *err);
/* Own withdrawals that the broker has not registered. */
MUST_USE bool spool_open_withdrawals(struct db *db, struct arena *arena,
        struct span *bytes, size_t max, size_t *n_bytes, struct err *err);

/* --- resync: what a broker that lost its store must hear again --- */
/* Statuses of what has ended too, when its case has changed since offers_ms; and how
 * letters have ended whose term was over no longer ago than letters_ms. */
MUST_USE bool spool_mark_resend(struct db *db, int64_t offers_ms, int64_t letters_ms,
        struct err *err);
/* What is to be published again bears a mark. */
struct spool_mark {
    enum { SPOOL_OF_CAPSULE, SPOOL_OF_OFFER, SPOOL_OF_RECEIPT } of;
    struct id id;
};
/* Capsules (when they are asked for), statuses and receipts to be published again, and
 * whose mark it is that is to be taken off then. */
MUST_USE bool spool_resend(struct db *db, bool capsules, struct arena *arena,
        struct span *things, struct spool_mark *marks, size_t max, size_t *n_things,
        struct err *err);
MUST_USE bool spool_resent(struct db *db, const struct spool_mark *marks,
        size_t n_marks, struct err *err);

/* --- cases --- */
struct spool_case {
    uint64_t number;
    enum case_kind kind;
    char other[PARTNER_BYTES];
    char on_behalf_of[PARTNER_BYTES];
    struct id referral_id;
    struct id consent_id;
    uint64_t consent; /* record; 0: none of ours */
    uint16_t purpose, urgency;
    uint16_t retention; /* vocab retention_basis; 0: nothing stays */
    char area[6];
    enum mode mode;
    struct id offer_id;        /* the offer it stands on; none: a signal */
    uint64_t preview, content; /* moments; 0: not there */
    uint64_t cancelling;       /* the moment that says so, while it waits; 0: none */
    bool unread, stop_contact, confirmed;
    int64_t created_ms, updated_ms;
    int64_t erased_ms; /* when what it held was destroyed here; 0: it was not */
    struct spool_key key;
};
/* The number that the next case gets, so that its key can be bound to it. */
MUST_USE bool spool_next_case(struct db *db, uint64_t *number, struct err *err);
MUST_USE bool spool_add_case(struct db *db, const struct spool_case *file,
        struct err *err);
/* Writes what can change: offer, preview, content, unread, stop_contact, confirmed,
 * updated, erased, other, mode, retention, cancelling, key, and how it was offered
 * last: consent, purpose, urgency, area. */
MUST_USE bool spool_save_case(struct db *db, const struct spool_case *file,
        struct err *err);
MUST_USE bool spool_get_case(struct db *db, uint64_t number, bool *found,
        struct spool_case *file, struct err *err);
/* Cases of a box with a number above `after`; see CaseBox. */
MUST_USE bool spool_cases(struct db *db, enum case_box box, uint64_t after,
        struct spool_case *files, size_t max, size_t *n_files, struct err *err);
/* Received cases whose consent was withdrawn and that nobody has opened since, the
 * newest first. */
MUST_USE bool spool_stops(struct db *db, struct spool_case *files, size_t max,
        size_t *n_files, struct err *err);
/* Crises that came to us and that nobody has decided on, or opened, the oldest first.
 */
MUST_USE bool spool_crises(struct db *db, struct spool_case *files, size_t max,
        size_t *n_files, struct err *err);
/* Cases under a consent, with a number above `after`. */
MUST_USE bool spool_case_of_consent(struct db *db, const struct id *consent_id,
        uint64_t after, bool *found, struct spool_case *file, struct err *err);
/* The case of a referral that we made. */
MUST_USE bool spool_case_of_referral(struct db *db, const struct id *referral_id,
        bool *found, struct spool_case *file, struct err *err);
/* The case of a signal that we raised, by the number that its letters bear. */
MUST_USE bool spool_case_of_signal(struct db *db, const struct id *referral_id,
        bool *found, struct spool_case *file, struct err *err);
/* The case that this capsule is or was used for: offered anew, a case has another. */
MUST_USE bool spool_case_using(struct db *db, const struct id *consent_id, bool *found,
        struct spool_case *file, struct err *err);
/* Every consent record of ours that letters of this case were sent under. */
MUST_USE bool spool_case_records(struct db *db, uint64_t case_number, uint64_t *records,
        size_t max, size_t *n_records, struct err *err);
/* Numbers of a box's cases: how many there are. */
MUST_USE bool spool_count_cases(struct db *db, enum case_box box, uint64_t *n_cases,
        struct err *err);
/* A case that is still open, above `after`: for leaving. */
MUST_USE bool spool_open_case(struct db *db, uint64_t after, bool *found,
        struct spool_case *file, struct err *err);
MUST_USE bool spool_count_open(struct db *db, uint64_t *n_cases, struct err *err);

struct spool_offer {
    struct id offer_id;
    uint64_t case_number;
    uint32_t position;
    char target[PARTNER_BYTES];
    char on_behalf_of[PARTNER_BYTES];
    enum offer_state state;
    uint64_t version;
    enum offer_state before_hold;
    uint32_t info_rounds;
    int64_t due_ms;
    enum offer_event pending;       /* sent and not answered; NONE: nothing */
    enum offer_state pending_state; /* where it leads */
    enum mode mode;                 /* of the list it is part of */
    char code[SPOOL_CODE_BYTES];    /* skipped, refused or ended by who left: why */
};
MUST_USE bool spool_put_offer(struct db *db, const struct spool_offer *offer,
        struct err *err);
/* Writes state, version, before_hold, info_rounds, due, pending, code; status (may be
 * empty: kept). */
MUST_USE bool spool_save_offer(struct db *db, const struct spool_offer *offer,
        struct span status, struct err *err);
MUST_USE bool spool_get_offer(struct db *db, const struct id *offer_id, bool *found,
        struct spool_offer *offer, struct err *err);
/* The newest status that the broker signed of it; empty: none yet. */
MUST_USE bool spool_offer_status(struct db *db, const struct id *offer_id,
        struct arena *arena, struct span *status, struct err *err);
MUST_USE bool spool_offers(struct db *db, uint64_t case_number,
        struct spool_offer offers[SPOOL_OFFERS_MAX], size_t *n_offers, struct err *err);

struct spool_moment {
    uint64_t number;
    uint64_t case_number;
    int64_t at_ms;
    const char *who;
    enum offer_event event;
    enum letter_type type;
    struct span content; /* encrypted with the case's key */
};
/* The number that the next moment gets, so that its content can be bound to it. */
MUST_USE bool spool_next_moment(struct db *db, uint64_t *number, struct err *err);
MUST_USE bool spool_put_moment(struct db *db, const struct spool_moment *moment,
        struct err *err);
MUST_USE bool spool_get_moment(struct db *db, uint64_t number, struct arena *arena,
        bool *found, struct spool_moment *moment, struct err *err);
/* The next of a case after that number. */
MUST_USE bool spool_moment_after(struct db *db, uint64_t case_number, uint64_t after,
        struct arena *arena, bool *found, struct spool_moment *moment, struct err *err);
/* How many of a case were letters of this type. */
MUST_USE bool spool_count_moments(struct db *db, uint64_t case_number,
        enum letter_type type, uint64_t *n_moments, struct err *err);
/* The newest of a case that was a letter of this type. */
MUST_USE bool spool_moment_last(struct db *db, uint64_t case_number,
        enum letter_type type, struct arena *arena, bool *found,
        struct spool_moment *moment, struct err *err);
/* The number before the newest max ones, to begin a walk with. */
MUST_USE bool spool_moments_start(struct db *db, uint64_t case_number, size_t max,
        uint64_t *after, struct err *err);
/* The contents of a case, gone. */
MUST_USE bool spool_wipe_moments(struct db *db, uint64_t case_number, struct err *err);

/* --- letters out --- */
struct spool_submission {
    uint64_t seq;
    struct id submission_id;
    uint64_t case_number;
    struct id consent_id; /* capsule that travels with it; none: all zero */
    enum mode mode;
    int64_t at_ms;
    bool held;   /* it may have left; a withdrawal must be registered first */
    bool unsent; /* made while no broker was there; only put, never read */
};
MUST_USE bool spool_put_submission(struct db *db,
        const struct spool_submission *submission, uint64_t *seq, struct err *err);
/* What waits leaves lane by lane: what belongs to a crisis, what is urgent, the rest;
 * of one case in the order in which it was made. */
enum { SPOOL_LANES = 3 };
/* The first unanswered one of a lane after that. */
MUST_USE bool spool_next_submission(struct db *db, uint32_t lane, uint64_t after,
        bool *found, struct spool_submission *submission, struct err *err);
MUST_USE bool spool_get_submission(struct db *db, uint64_t seq, bool *found,
        struct spool_submission *submission, bool *answered, struct err *err);
MUST_USE bool spool_submission_answered(struct db *db, uint64_t seq, struct err *err);
/* Personal letters under this consent that were never answered are not sent any more,
 * also where all have ended and only the answer is missing: it would never come. But
 * those that may have left: how they ended only the broker can say. */
MUST_USE bool spool_stop_submissions(struct db *db, const struct id *consent_id,
        struct err *err);
/* In a store that was put back: each letter without an end may have left since. */
MUST_USE bool spool_may_have_left(struct db *db, struct err *err);
/* A broker is there: what was made before may leave from here on. */
MUST_USE bool spool_leaves(struct db *db, struct err *err);
/* The submission of a case that surely has not left; *seq 0: none. */
MUST_USE bool spool_unsent(struct db *db, uint64_t case_number, uint64_t *seq,
        struct err *err);

struct spool_sent {
    uint64_t number;
    struct id msg_id;
    uint64_t submission;
    uint32_t position;
    uint64_t case_number;
    uint64_t moment;
    struct id offer_id;
    char recipient[PARTNER_BYTES];
    char on_behalf_of[PARTNER_BYTES];
    enum letter_type type;
    enum offer_event event;
    enum receipt_state state;
    bool terminal;
    int64_t expires_ms;
    struct key32 core_hash;
    struct span core;
    struct span signed_; /* empty once terminal */
    struct span sealed;
};
MUST_USE bool spool_put_sent(struct db *db, const struct spool_sent *sent,
        struct err *err);
MUST_USE bool spool_get_sent(struct db *db, const struct id *msg_id, bool *found,
        struct spool_sent *sent, struct err *err);
/* The same with the core's bytes. */
MUST_USE bool spool_get_sent_core(struct db *db, const struct id *msg_id,
        struct arena *arena, bool *found, struct spool_sent *sent, struct err *err);
/* Of one offer the newest letter of a type, likewise. */
MUST_USE bool spool_last_sent(struct db *db, uint64_t case_number,
        const struct id *offer_id, enum letter_type type, struct arena *arena,
        bool *found, struct spool_sent *sent, struct err *err);
/* Personal letters in cases that a capsule of this record was used for and that their
 * readers have opened, oldest first. */
MUST_USE bool spool_sent_under(struct db *db, uint64_t consent, struct id *msg_ids,
        size_t max, size_t *n_msg_ids, struct err *err);
/* The terminal receipt of a letter; empty: it has none. */
MUST_USE bool spool_sent_receipt(struct db *db, const struct id *msg_id,
        struct arena *arena, struct span *receipt, struct err *err);
/* Those of a submission that have no terminal receipt. */
MUST_USE bool spool_sent_of(struct db *db, uint64_t submission,
        struct spool_sent sent[SPOOL_LETTERS_MAX], size_t *n_sent, struct err *err);
/* The letters of a submission that still have their bytes, as packed Letters' parts. */
MUST_USE bool spool_letters(struct db *db, uint64_t submission, struct arena *arena,
        struct letter letters[SPOOL_LETTERS_MAX], size_t *n_letters, struct err *err);
/* Its terminal receipt is there: that is kept, and the letter's own bytes go, but not
 * before its submission is answered: a receipt that overtakes the answer (lost with a
 * connection) must not keep the letter from being put again, for the answer holds more.
 * What has ended with a receipt stays as it ended; only the reader's own word takes the
 * place of the broker's. */
MUST_USE bool spool_sent_ends(struct db *db, const struct id *msg_id,
        enum receipt_state state, struct span receipt, struct err *err);
/* How often the moment of this letter was sealed for the same candidate, in submissions
 * made since then. */
MUST_USE bool spool_count_seals(struct db *db, const struct spool_sent *sent,
        int64_t since_ms, uint64_t *n_letters, struct err *err);
/* The newest content that was sealed for each offer of a case, while it has no terminal
 * receipt. */
MUST_USE bool spool_open_contents(struct db *db, uint64_t case_number,
        struct id letters[SPOOL_OFFERS_MAX], size_t *n_letters, struct err *err);
MUST_USE bool spool_count_outbox(struct db *db, uint64_t *n_letters, struct err *err);

/* --- letters in --- */
struct spool_received {
    struct id msg_id;
    char sender[PARTNER_BYTES];
    struct key32 letter_hash; /* SHA-256 of the packed Letter */
    struct key32 core_hash;
    uint64_t case_number;
    enum letter_type type;
    enum receipt_state state;
    int64_t at_ms;
    struct span receipt; /* packed Signed */
};
MUST_USE bool spool_put_received(struct db *db, const struct spool_received *received,
        struct err *err);
MUST_USE bool spool_get_received(struct db *db, const struct id *msg_id,
        const char *sender, struct arena *arena, bool *found,
        struct spool_received *received, struct err *err);

/* --- destruction --- */
/* The opened previews, contents and signals of a case join the list of erasures. */
MUST_USE bool spool_add_erasures(struct db *db, uint64_t case_number, int64_t now_ms,
        struct err *err);
struct spool_erasure {
    struct id msg_id;
    char sender[PARTNER_BYTES];
    struct key32 core_hash;
    uint64_t case_number;
    uint16_t retention; /* it is not destroyed, and this is why; 0: it is */
};
MUST_USE bool spool_erasures(struct db *db, struct spool_erasure *erasures, size_t max,
        size_t *n_erasures, struct err *err);
MUST_USE bool spool_erased(struct db *db, const struct id *msg_id, struct span receipt,
        struct err *err);
/* Receipts of erasures younger than since_ms, to be said again on a new connection. */
MUST_USE bool spool_erase_receipts(struct db *db, int64_t since_ms, struct arena *arena,
        struct span *receipts, size_t max, size_t *n_receipts, struct err *err);

/* --- all rows together --- */
/* What must hold of them, whatever has happened. */
enum spool_check {
    SPOOL_CHECK_DATES,    /* every open offer has a next date */
    SPOOL_CHECK_OWNERS,   /* every case has its offer, and every offer its case */
    SPOOL_CHECK_STEPS,    /* every step that waits for an answer is on its way */
    SPOOL_CHECK_LETTERS,  /* every letter that has not ended can be put again */
    SPOOL_CHECK_CONSENTS, /* every open offer has the capsule that it stands under */
    SPOOL_N_CHECKS
};
/* How many rows contradict it; 0 is right. */
MUST_USE bool spool_check(struct db *db, enum spool_check check, uint64_t *n,
        struct err *err);

/* --- the broker's audit log --- */
enum audit_state {
    AUDIT_WAITING = 0, /* the SQL knows this number */
    AUDIT_PROVED = 1,
    AUDIT_WRONG = 2, /* its leaf is not there, or says something else */
    AUDIT_LOST = 3,  /* its leaf was in a store of the broker that is no more */
    AUDIT_STATES
};
/* The log of one store of the broker, and how far it was found right. */
struct spool_log {
    uint64_t number;
    struct id store_id;
    uint64_t from_size; /* how long it was when that store came to be */
    uint64_t size;      /* of the newest checkpoint that was right; 0: none yet */
    struct key32 root;
    struct span checkpoint;  /* the packed Signed */
    int64_t met_ms, seen_ms; /* when it was met, when that checkpoint came */
};
MUST_USE bool spool_get_log(struct db *db, uint64_t number, struct arena *arena,
        bool *found, struct spool_log *log, struct err *err);
MUST_USE bool spool_find_log(struct db *db, const struct id *store_id, bool *found,
        uint64_t *number, struct err *err);
/* log->number is set. */
MUST_USE bool spool_add_log(struct db *db, struct spool_log *log, struct err *err);
/* A newer checkpoint is right: size, root, checkpoint, seen_ms. */
MUST_USE bool spool_pin_log(struct db *db, const struct spool_log *log,
        struct err *err);
/* The broker was put back to a copy: what waits for a leaf of the old log that stands
 * in the copy too waits for it in the new one; the rest is lost. */
MUST_USE bool spool_move_proofs(struct db *db, uint64_t from_log,
        const struct spool_log *to, struct err *err);

/* A signed thing, the place in the log that was promised for its leaf, and the proof of
 * it. */
struct spool_proof {
    uint64_t number;
    uint64_t log;      /* audit_log row: which store of the broker */
    uint64_t log_leaf; /* counted from 1; 0: none was named */
    enum kind kind;    /* letter (its hand-over), receipt, status, withdrawal */
    struct id about;   /* msg_id; offer_id of a step without a letter; consent_id */
    uint32_t said;     /* state of the receipt or offer: each has a leaf of its own */
    uint64_t case_number;
    int64_t at_ms;
    enum audit_state state;
    struct span bytes; /* the packed Signed */
    struct span leaf;  /* the packed AuditLeaf; these three are empty until proved */
    struct span path;  /* hashes of 32 bytes, from the leaf up */
    struct span checkpoint; /* the packed Signed of KIND_CHECKPOINT that it leads to */
};
/* Keep a thing until its leaf is proved; what is kept already changes nothing. */
MUST_USE bool spool_put_proof(struct db *db, const struct spool_proof *proof,
        struct err *err);
/* The places of what waits for its proof, in the order of the log. */
MUST_USE bool spool_open_places(struct db *db, uint64_t log, uint64_t *log_leaves,
        size_t max, size_t *n, struct err *err);
/* One that waits for the leaf of that place. */
MUST_USE bool spool_proof_at(struct db *db, uint64_t log, uint64_t log_leaf,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err);
/* One that has waited since before that moment, and whose place is none or lies behind
 * the checkpoint of that size. */
MUST_USE bool spool_late_proof(struct db *db, uint64_t log, uint64_t size,
        int64_t before_ms, struct arena *arena, bool *found, struct spool_proof *proof,
        struct err *err);
/* The next of a log about this letter (offer, consent), after that number. */
MUST_USE bool spool_proof_about(struct db *db, uint64_t log, const struct id *about,
        uint64_t after, struct arena *arena, bool *found, struct spool_proof *proof,
        struct err *err);
/* What has become of it: state, leaf, path, and the checkpoint by its row (0: none). */
MUST_USE bool spool_proof_done(struct db *db, const struct spool_proof *proof,
        uint64_t checkpoint, struct err *err);
/* Keep a checkpoint that proofs lead to; *number is its row. */
MUST_USE bool spool_put_checkpoint(struct db *db, uint64_t log, uint64_t size,
        struct span bytes, uint64_t *number, struct err *err);
/* How much of that log stands in the log of now, since the broker was put back to a
 * copy; all of it, when it never was. */
MUST_USE bool spool_log_kept(struct db *db, uint64_t log, uint64_t *size,
        struct err *err);
/* The one of that size in that log, or in the newest before that has one; empty: none
 * is kept. */
MUST_USE bool spool_checkpoint_at(struct db *db, uint64_t log, uint64_t size,
        struct arena *arena, struct span *bytes, struct err *err);

/* That the log went on from one kept checkpoint to a later one: log is that of the
 * later one, and of the store that shows it. */
struct spool_join {
    uint64_t log;
    uint64_t from_size, to_size;
    struct span path; /* hashes of 32 bytes; empty until proved */
};
/* The proof of it, if it has come: of that log, or of one that was a copy of it. */
MUST_USE bool spool_get_join(struct db *db, struct arena *arena, bool *found,
        struct spool_join *join, struct err *err);
/* It is wanted, since now; what is wanted or there already changes nothing. */
MUST_USE bool spool_want_join(struct db *db, const struct spool_join *join,
        int64_t now_ms, struct err *err);
/* Those of a log that are wanted and have not come. */
MUST_USE bool spool_wanted_joins(struct db *db, uint64_t log, struct spool_join *joins,
        size_t max, size_t *n_joins, struct err *err);
/* The proof has come; of one that is not wanted nothing is kept. */
MUST_USE bool spool_put_join(struct db *db, const struct spool_join *join,
        struct err *err);
/* What has not come is wanted no more; and what was asked for before that moment goes.
 */
MUST_USE bool spool_drop_wanted_joins(struct db *db, struct err *err);
MUST_USE bool spool_forget_joins(struct db *db, int64_t before_ms, struct err *err);

/* How many there are in each state; and of a log behind that place. */
MUST_USE bool spool_count_proofs(struct db *db, uint64_t counts[AUDIT_STATES],
        struct err *err);
MUST_USE bool spool_count_behind(struct db *db, uint64_t log, uint64_t size,
        uint64_t *n, struct err *err);
/* The row of the log that was met before; 0: none. */
MUST_USE bool spool_log_before(struct db *db, uint64_t number, uint64_t *before,
        struct err *err);
/* The next of all after that number. */
MUST_USE bool spool_any_proof_after(struct db *db, uint64_t after, struct arena *arena,
        bool *found, struct spool_proof *proof, struct err *err);

/* The checkpoint that a partner says to have seen, until it is compared with what the
 * broker shows us. One of each partner; while it waits the next ones are not kept. */
struct spool_claim {
    char partner[PARTNER_BYTES];
    uint64_t log;
    uint64_t size;
    struct key32 root;
    struct id msg_id; /* the signed letter that said so */
    int64_t at_ms;
};
/* One of too many is not kept. */
MUST_USE bool spool_put_claim(struct db *db, const struct spool_claim *claim,
        struct err *err);
/* The one of this log that has waited longest. */
MUST_USE bool spool_next_claim(struct db *db, uint64_t log, bool *found,
        struct spool_claim *claim, struct err *err);
MUST_USE bool spool_drop_claim(struct db *db, const char *partner, struct err *err);
/* Those of other logs go. */
MUST_USE bool spool_keep_claims(struct db *db, uint64_t log, struct err *err);

/* What was found wrong with a log. */
struct spool_finding {
    uint64_t number;
    uint64_t log;
    const char *code;
    uint64_t log_leaf; /* 0: it is about a checkpoint */
    int64_t at_ms, seen_ms;
    const char *seen_by;
    struct span held, shown; /* what contradicts: packed Signed things, may be empty;
                                of E_LOG_SPLIT held is the partner's SeenLog */
    const char *partner;     /* whose view contradicts ours; empty or NULL: nobody's */
    struct id msg_id;        /* its signed letter that said so */
};
/* Found again while nobody has looked, or one of too many: *fresh false. */
MUST_USE bool spool_put_finding(struct db *db, const struct spool_finding *finding,
        bool *fresh, struct err *err);
/* The first after that number; open: of those that nobody has looked at. */
MUST_USE bool spool_finding_after(struct db *db, uint64_t after, bool open,
        struct arena *arena, bool *found, struct spool_finding *finding,
        struct err *err);
MUST_USE bool spool_findings_seen(struct db *db, const char *by, int64_t now_ms,
        int64_t *n, struct err *err);

/* The case that a letter which came belongs to; 0: none. */
MUST_USE bool spool_case_of_received(struct db *db, const struct id *msg_id,
        uint64_t *case_number, struct err *err);
/* The next of a case after that number, oldest first. Withdrawals, and letters that
 * were turned away, lie under case 0. */
MUST_USE bool spool_proof_after(struct db *db, uint64_t case_number, uint64_t after,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err);
/* The newest of what lies under no case: a withdrawal, by its consent. */
MUST_USE bool spool_proof_of(struct db *db, enum kind kind, const struct id *about,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err);
/* --- the other side of it: what readers of ours must destroy --- */
/* The opened letters of an offer (none: of a signal) are to be destroyed by their
 * reader from now on; those that are on the list already stay as they are. */
MUST_USE bool spool_await(struct db *db, uint64_t case_number,
        const struct id *offer_id, int64_t now_ms, int64_t due_ms, struct err *err);
/* This letter had been handed over when its consent was withdrawn: the same, unless the
 * work was done. */
MUST_USE bool spool_await_handed(struct db *db, const struct id *msg_id, int64_t now_ms,
        int64_t due_ms, struct err *err);
/* Its reader's word that it has, or why not (kept); also when it comes before we knew
 * that it must. */
MUST_USE bool spool_awaited_heard(struct db *db, const struct spool_sent *sent,
        bool kept, int64_t now_ms, struct err *err);
/* It turns out that its reader never held it. */
MUST_USE bool spool_awaited_drop(struct db *db, const struct id *msg_id,
        struct err *err);
struct spool_awaited {
    struct id msg_id;
    uint64_t case_number;
    int64_t since_ms;
    uint32_t told; /* 0, 1 or 2, as in the table */
};
/* The first that people must hear of by now. */
MUST_USE bool spool_awaited_due(struct db *db, int64_t now_ms, bool *found,
        struct spool_awaited *awaited, struct err *err);
/* They have; next_ms: when again, 0: no more. */
MUST_USE bool spool_awaited_told(struct db *db, const struct id *msg_id, uint32_t told,
        int64_t next_ms, struct err *err);
/* What is missing, partner by partner. */
MUST_USE bool spool_missing(struct db *db, struct arena *arena,
        struct missing_erase *missing, size_t max, size_t *n_missing, struct err *err);
/* Is it this partner's word that is missing in this case? */
MUST_USE bool spool_partner_misses(struct db *db, uint64_t case_number,
        const char *partner, bool *misses, struct err *err);
MUST_USE bool spool_case_misses(struct db *db, uint64_t case_number, bool *misses,
        struct err *err);
/* A partner whose word is missing in this case (or this one: partner not ""), and since
 * when. */
MUST_USE bool spool_next_missing(struct db *db, uint64_t case_number,
        const char *partner, bool *found, char missing[PARTNER_BYTES],
        int64_t *since_ms, struct err *err);
/* People have settled it: nobody is told any more. A word that comes later counts. */
MUST_USE bool spool_settle_awaited(struct db *db, uint64_t case_number,
        const char *partner, int64_t now_ms, struct err *err);
/* --- what proves a case, and who opened it --- */
/* A thing that we signed ourselves; what others signed is a spool_proof. */
struct spool_evidence {
    uint64_t case_number;
    enum kind kind;
    struct id msg_id; /* of the letter that it is or is about */
    int64_t at_ms;
    struct span bytes; /* packed Signed */
};
/* The same bytes once more change nothing; a case holds SPOOL_EVIDENCE_MAX of them. */
MUST_USE bool spool_put_evidence(struct db *db, const struct spool_evidence *evidence,
        struct err *err);
MUST_USE bool spool_evidence(struct db *db, uint64_t case_number, struct arena *arena,
        struct span *bytes, size_t max, size_t *n_bytes, struct err *err);
/* Message ids of the newest letters of a case, ours and theirs, newest first. */
MUST_USE bool spool_case_letters(struct db *db, uint64_t case_number, struct id *ids,
        size_t max, size_t *n_ids, struct err *err);

struct spool_opening {
    uint64_t number;
    uint64_t case_number, consent; /* one of them is 0 */
    uint64_t nth;                  /* of the case or consent record */
    const char *actor;
    enum opening_how how;
    int64_t at_ms;
    struct span letters; /* ids one after the other */
    struct key32 hash;   /* SHA-256 of its body */
    struct span bytes;   /* packed Signed */
};
/* The number that the next opening gets. */
MUST_USE bool spool_next_opening(struct db *db, uint64_t *number, struct err *err);
MUST_USE bool spool_put_opening(struct db *db, const struct spool_opening *opening,
        struct err *err);
/* nth and hash of the newest in the register, or of this case and consent record; nth
 * 0: there is none. */
MUST_USE bool spool_last_opening(struct db *db, struct spool_opening *last,
        struct err *err);
MUST_USE bool spool_last_opening_of(struct db *db, uint64_t case_number,
        uint64_t consent, struct spool_opening *last, struct err *err);
/* Is there one since then by the same actor, of the same and in the same way? */
MUST_USE bool spool_has_opening(struct db *db, const struct spool_opening *opening,
        int64_t since_ms, bool *there, struct err *err);
/* The newest max of a case or consent record, oldest first. */
MUST_USE bool spool_openings(struct db *db, uint64_t case_number, uint64_t consent,
        struct arena *arena, struct spool_opening *openings, size_t max,
        size_t *n_openings, struct err *err);
/* Forget what is older than this, of both. */
MUST_USE bool spool_drop_proofs(struct db *db, int64_t before_ms, struct err *err);

/* Every living wrapped key, to be wrapped anew: epochs, consent records, cases. `again`
 * gets the row's binding and its key in place. */
MUST_USE bool spool_rewrap(struct db *db,
        bool (*again)(void *self, struct span binding, struct spool_key *key),
        void *self, uint64_t *n_keys, struct err *err);

/* What a key is bound to: "case" 7, as 16 bytes. */
enum spool_owner {
    SPOOL_OWNER_EPOCH = 1,
    SPOOL_OWNER_CONSENT = 2,
    SPOOL_OWNER_CASE = 3
};
struct spool_binding {
    uint8_t bytes[16];
};
struct spool_binding spool_bind(enum spool_owner owner, uint64_t number);
struct spool_binding spool_bind_epoch(const struct tag8 *ekid);

#endif
