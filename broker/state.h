/* state.h - a running broker: what its parts share, and the turn that all of them work
 * in.
 *
 * A turn: frames, and the things that one publishes, are judged and written one by one,
 * each in a savepoint; what has to be signed and what has to be sent is only noted. At
 * the end everything is signed with one signature, the rows that hold signed bytes are
 * written, one COMMIT, and only then frames leave. */
#ifndef STATE_H
#define STATE_H

#include "broker/broker.h"
#include "broker/capsules.h"
#include "broker/ledger.h"
#include "broker/limits.h"
#include "broker/partners.h"
#include "core/directory.h"
#include "core/home.h"
#include "core/signed.h"

enum {
    TURN_SLIPS_MAX = 4096, /* things to be signed in one turn */
    TURN_MAILS_MAX = 4096,
    TURN_SENDS_MAX = 8192,
    TURN_LEAVES_BYTES = 1024 * 1024, /* of the audit log */
    TURN_ARENA_BYTES = 32 * 1024 * 1024,
    TURN_ARENA_FULL = 12 * 1024 * 1024, /* more than this: no gathering, end the turn */
    TURN_DELIVER_BYTES =
            4 * 1024 * 1024, /* mail that leaves in one turn; the rest in the next */
    FRAME_ARENA_BYTES = 8 * 1024 * 1024,
    TURN_ARENA_SPARE =
            4 * 1024 * 1024, /* with less room the rest waits for the next turn */
    TIMERS_A_TURN = 64,
    REFUSALS_A_DAY = 1000, /* rows in the audit log about one partner's */
    DISK_LOW_MIB = 64,     /* less room than this: nothing new is taken */
    LETTER_KEPT_DAYS = 30,
    LATE_ERASED_A_DAY = 200, /* of one reader, about letters that are forgotten here */
    OVER_A_DAY = 5000,     /* escalations that one coordinator is told are over since it
                              asked; it has no more open at once */
    HANDED_KEPT_DAYS = 30, /* after the consent's last day */
    RECALLED_KEPT_DAYS = 400, /* the same of one that was taken back: who was told may
                                 be away for long, and asks then for the proof */
    CONSENT_KEPT_DAYS = 430,  /* the same of the consent itself: its capsule is refused
                                 by  its days alone since long */
    CHECKPOINT_KEPT_DAYS = 30,
    RESEAL_DAYS = 7,
    LATE_DAYS = 14, /* a letter on its reader's disk that is never processed ends so
                       long after its term */
};

struct sqlite3;

/* Signed bytes that are not there yet: an index into turn.slips. */
struct slip {
    uint32_t ticket;
    bool made;
    struct span bytes;
};
enum { NO_SLIP = 0 };

/* What a signed receipt, status or withdrawal counts for in a mailbox. */
enum { MAIL_SIGNED_BYTES = 1024 };

/* A row of mail whose bytes are signed at the end of the turn. */
struct mail_note {
    struct mail_row row;
    uint32_t slip;
};

enum {
    ANSWER_RECEIPTS_MAX = 21, /* one a letter */
    ANSWER_STATUSES_MAX = 11, /* one a letter with an event */
};

/* A frame to be sent after the commit: bytes, or an answer that waits for its slips. */
struct send_note {
    struct link *link;
    uint64_t conn;
    struct span bytes;
    struct answer_note *answer;
};
struct answer_note {
    struct answer answer; /* words and code are texts that live as long as the program,
                             or lie in the turn's arena */
    uint32_t receipts[ANSWER_RECEIPTS_MAX]; /* slips */
    uint32_t statuses[ANSWER_STATUSES_MAX]; /* slips */
};

/* Where a turn stood; to go back to when a frame is undone. */
struct turn_mark {
    size_t n_mails, n_sends, leaves_len;
    struct merkle_log log;
    uint64_t register_version;
};

struct turn {
    bool open;
    uint64_t started_us;
    struct arena arena;
    struct slip slips[TURN_SLIPS_MAX]; /* slot 0 stands for none */
    size_t n_slips;
    struct mail_note mails[TURN_MAILS_MAX];
    size_t n_mails;
    struct send_note sends[TURN_SENDS_MAX];
    size_t n_sends;
    uint8_t leaves[TURN_LEAVES_BYTES]; /* written in one row at the end */
    size_t leaves_len;
    struct turn_mark mark;
};

/* What the last check of all rows has found. */
struct selfcheck {
    int32_t night; /* of which it was */
    int64_t at_ms; /* 0: none since the start */
    int64_t faults;
};

struct broker {
    struct broker_conf conf;
    struct log *log;
    struct home home;
    char name[PARTNER_BYTES]; /* its partner id, of its membership */
    struct ledger *ledger;
    struct ledger_store store; /* with the audit tree, and the register version */
    uint64_t logged_size;      /* of the audit tree, as the ledger has it */
    uint64_t directory_seq;
    uint64_t pushed_seq;    /* every session that is up to date has it until here */
    bool sync_due;          /* somebody has asked for rows */
    bool directory_changed; /* somebody may be no member any more */
    struct directory *directory;
    struct signed_cache *cache;
    struct signer *signer;
    struct partners *partners;
    struct capsules *capsules;
    struct tiles *tiles;
    struct loop *loop;
    struct link *bus, *local;
    struct arena frame; /* what one frame is decoded into */
    struct turn turn;
    int64_t now_ms;
    int64_t clock_lead_ms; /* when it was last compared with that of the nodes */
    bool dead;
    /* timers */
    struct limits limits;
    int64_t started_ms;
    int64_t next_due_ms; /* of offers and letters; 0: none */
    int64_t next_purge_ms, next_checkpoint_ms, disk_checked_ms;
    int64_t next_left_ms; /* when the next membership ends, or may have ended */
    int64_t left_seen_ms; /* when that was last looked at */
    int64_t purge_cursor;
    int64_t over_upto_ms[LEDGER_N_OVER]; /* last days of consents looked at so far */
    bool disk_low;
    struct backup *backup; /* admin.c */
    struct selfcheck selfcheck;
    uint64_t checkpoint_size;
    struct asked asked; /* work on proofs in this second */
    uint64_t n_taken, n_handed, n_refused;
};

/* ---- the turn (turn.c) ---- */

/* Before anything is written. False: the store failed, the broker is dying. */
bool turn_open(struct broker *broker);
/* A frame's part: begun, then kept or undone. */
bool turn_frame(struct broker *broker);
bool turn_keep(struct broker *broker);
bool turn_undo(struct broker *broker);
/* The store failed, or an invariant broke. */
void turn_die(struct broker *broker, const struct err *err);
/* End of the loop's turn: gather more, or sign, write, hand over, commit, send. */
void turn_end(struct broker *broker);

/* Have a body signed at the end of the turn. */
MUST_USE bool turn_sign(struct broker *broker, enum kind kind, struct span body,
        uint32_t *slip, struct err *err);
/* Copy into memory that lives until the turn has ended. */
MUST_USE bool turn_copy(struct broker *broker, struct span bytes, struct span *copy,
        struct err *err);
/* A frame for one connection, packed now, sent after the commit. */
MUST_USE bool turn_send(struct broker *broker, struct link *link, uint64_t conn,
        const struct frame *frame, struct err *err);
MUST_USE bool turn_send_bytes(struct broker *broker, struct link *link, uint64_t conn,
        struct span bytes, struct err *err);
/* An answer whose slips are filled in at the end; *note is zeroed, to be filled by the
 * caller before the turn ends. */
MUST_USE bool turn_answer(struct broker *broker, uint64_t conn,
        struct answer_note **note, struct err *err);
/* Put a row into a mailbox (mail_id is given here); slip NO_SLIP: row->bytes are there.
 */
MUST_USE bool turn_mail(struct broker *broker, struct mail_row *row, uint32_t slip,
        struct err *err);
/* Has the turn room for what a frame, or the mail of one more letter, may note? */
bool turn_has_room(const struct broker *broker);
/* Room for so many things to be signed and mailed, for what may take less. */
bool turn_has_slips(const struct broker *broker, size_t n);
/* Take care that timers look again at due_ms. */
void turn_due(struct broker *broker, int64_t due_ms);

/* ---- what is said and kept of a decision (record.c) ---- */

struct record {
    const char *kind;        /* "put", "hand_over", ... */
    const struct id *msg_id; /* may be NULL */
    const struct key32 *core_hash;
    const char *actor, *recipient; /* may be NULL */
    const char *decision;
    const char *code; /* "" or NULL: none */
    const struct key32 *consent_hash;
    const struct offer_row *offer; /* the step that it made; may be NULL */
};
/* One leaf of the audit log. What is signed or kept of the same decision names it:
 * record_leaf afterwards. */
MUST_USE bool record_audit(struct broker *broker, const struct record *record,
        struct err *err);
/* The newest leaf, counted from 1. */
uint64_t record_leaf(const struct broker *broker);
/* A refusal: logged, counted, and audited once a minute for a peer and code. */
MUST_USE bool record_refusal(struct broker *broker, struct partner *partner,
        const char *what, enum code code, const char *words, struct err *err);
/* The broker's receipt for a letter, to be signed; it names the leaf that the row
 * has: log_leaf for what was taken or refused, last_leaf for an end. */
MUST_USE bool record_receipt(struct broker *broker, const struct letter_row *row,
        enum receipt_state state, const char *code, int64_t at_ms, uint32_t *slip,
        struct err *err);
/* Where an offer stands, to be signed. */
MUST_USE bool record_status(struct broker *broker, const struct offer_row *offer,
        const char *code, uint32_t *slip, struct err *err);
/* A live letter ends by the broker's word (expired, recalled): destroyed, counted down,
 * audited, its sender told. */
MUST_USE bool record_end(struct broker *broker, const struct letter_row *row,
        enum letter_state state, const char *code, struct err *err);
/* The same of one that its reader was not handed: when it told of a step, the reader
 * hears from the broker where the offer stands, for the step was taken long ago. */
MUST_USE bool record_end_unread(struct broker *broker, const struct letter_row *row,
        enum letter_state state, const char *code, struct err *err);
/* Ask a letter's sender to seal it again, as long as its offer lives. */
MUST_USE bool record_reseal(struct broker *broker, const struct letter_row *letter,
        struct err *err);
/* Before the question leaves: when its reader has the letter by now, the same would be
 * there twice. *over: the question is dropped. */
MUST_USE bool record_reseal_over(struct broker *broker, const struct partner *partner,
        const struct mail_row *mail, bool *over, struct err *err);
/* A partner's number, given now when it has none. */
MUST_USE bool record_partner(struct broker *broker, const char *name,
        struct partner **partner, struct err *err);
/* Note whether a partner has brought back what it knew of an older store. */
MUST_USE bool record_step(struct broker *broker, struct partner *partner, bool in_step,
        struct err *err);
uint32_t record_priority(uint16_t urgency);

/* ---- the parts ---- */

/* ingress.c: a frame of the bus. */
void ingress_frame(struct broker *broker, const struct peer *peer, struct span bytes);
/* put.c, withdraw.c, publish.c, ack.c; the savepoint is open. False undoes it, and err
 * says why. */
MUST_USE bool put_take(struct broker *broker, struct partner *partner,
        const struct put *put, struct err *err);
MUST_USE bool withdraw_take(struct broker *broker, struct partner *partner,
        const struct withdraw *withdraw, struct err *err);
/* A collector that still shows a capsule which was taken back has lost its own store,
 * and with it that it was: it hears of it again, or it would use the person's word once
 * more. */
MUST_USE bool withdraw_tell(struct broker *broker, const struct partner *partner,
        struct span bytes, struct err *err);
/* Hand a partner the withdrawal of what it was handed, and the place of its leaf in the
 * audit log. */
MUST_USE bool withdraw_recall(struct broker *broker, const struct consent_row *consent,
        uint32_t partner, struct err *err);
/* Does this partner hold the withdrawal of that consent, so that it may see the leaf of
 * it? Who collected it, and who was handed something under it. */
MUST_USE bool withdraw_is_known_to(struct broker *broker, const struct id *consent_id,
        uint32_t partner, bool *known, struct err *err);
/* restore.c: is what this partner knew of an older store still awaited? For a day after
 * the start, unless it has left. */
bool restore_awaits(const struct broker *broker, uint32_t partner);
/* May the letters of this candidate of a list still be brought again? For an hour more.
 */
bool restore_awaits_letters(const struct broker *broker, const struct offer_row *offer);
/* Has all come back that this partner knows, and been looked at since? */
bool restore_is_whole(const struct broker *broker, uint32_t partner);
/* A status that a party brings back to a store that may have lost it. */
MUST_USE bool restore_offer(struct broker *broker, const struct partner *by,
        const struct offer_status *status, struct err *err);
MUST_USE bool publish_take(struct broker *broker, struct partner *partner,
        const struct publish *publish, struct err *err);
/* ack.c: how a letter has ended, brought by its sender to a store that may have lost
 * it. */
MUST_USE bool ack_brought(struct broker *broker, const struct partner *partner,
        struct span bytes, struct err *err);
MUST_USE bool ack_take(struct broker *broker, struct partner *partner,
        const struct ack *ack, struct err *err);

/* audit_ask.c: proofs of the audit log. */
MUST_USE bool audit_ask_take(struct broker *broker, struct partner *partner,
        const struct audit_ask *ask, struct err *err);

/* publish.c: the directory. */
MUST_USE bool publish_load(struct broker *broker, struct err *err);
MUST_USE bool publish_bundle(struct broker *broker, struct span bytes, size_t *n_news,
        struct err *err);
/* publish_push.c: rows go to who has asked for them, and what is new to every session
 * that is up to date. *more: some have to wait for the next turn. */
MUST_USE bool publish_push(struct broker *broker, bool *more, struct err *err);
/* Who is no member any more is cut off now. */
void publish_cut(struct broker *broker);

/* routing.c: offers. */
struct offer_move {
    struct lifecycle_result step;
    enum offer_event event;
    struct id msg_id; /* none: the broker's own event */
    int64_t due_ms;   /* waitlist and hold */
    const char *code; /* why, where the event does not say so itself; may be NULL */
};
/* A step without a letter, by the broker's own word or on that of the sender about
 * another candidate. */
struct offer_word {
    enum offer_event event;
    enum lifecycle_role role;
    const char *code; /* "": none */
};
/* Make the step with a compare-and-set, and do what it asks for. *won false: the
 * version had moved on. */
MUST_USE bool routing_move(struct broker *broker, struct offer_row *offer,
        const struct offer_move *move, bool *won, struct err *err);
/* Make it, and tell nobody; *moved false: the table has no such cell here. */
MUST_USE bool routing_step(struct broker *broker, struct offer_row *offer,
        const struct offer_word *word, bool *moved, struct err *err);
/* The same; and the sender is told, and the target if it was ever handed anything. */
MUST_USE bool routing_word(struct broker *broker, struct offer_row *offer,
        const struct offer_word *word, bool *moved, struct err *err);
/* The same of the broker's own event. */
MUST_USE bool routing_event(struct broker *broker, struct offer_row *offer,
        enum offer_event event, bool *moved, struct err *err);
/* Its consent was withdrawn: what of it is here is destroyed, and it is cancelled. */
MUST_USE bool routing_withdrawn(struct broker *broker, struct offer_row *offer,
        struct err *err);
/* Tell one party where the offer stands, when no letter does. */
MUST_USE bool routing_notice(struct broker *broker, const struct offer_row *offer,
        uint32_t partner, uint32_t slip, struct err *err);
/* The same, signed now, to one party; a target that was never handed anything is not
 * told. */
MUST_USE bool routing_tell(struct broker *broker, const struct offer_row *offer,
        uint32_t partner, struct err *err);
/* The same to the sender, and to the target if it ever was handed anything. */
MUST_USE bool routing_notice_both(struct broker *broker, const struct offer_row *offer,
        struct err *err);
/* The same with a code that says why. */
MUST_USE bool routing_warn_both(struct broker *broker, const struct offer_row *offer,
        const char *code, struct err *err);
/* What the offer's new state means for its referral. */
MUST_USE bool routing_referral(struct broker *broker, struct offer_row *offer,
        uint32_t effects, struct err *err);
/* Lodged content goes to its reader, and whether it may is asked when it leaves; or it
 * is destroyed. */
MUST_USE bool routing_lodged(struct broker *broker, const struct offer_row *offer,
        bool goes, struct err *err);
/* The preview goes to its reader, with the status that says so. */
MUST_USE bool routing_ask(struct broker *broker, const struct offer_row *offer,
        uint32_t slip, struct err *err);
/* Its letters at the broker are destroyed: what is lodged, and what is personal and not
 * handed over. except: one letter that stays. */
MUST_USE bool routing_destroy(struct broker *broker, const struct offer_row *offer,
        const struct id *except, const char *code, struct err *err);

/* queue.c: lists of candidates. */
/* When a new candidate is looked at: the first of its list at once, or all. */
void queue_wait(struct offer_row *offer, bool first);
/* Its turn may have come. */
MUST_USE bool queue_turn(struct broker *broker, struct offer_row *offer,
        struct err *err);
/* The same of one that a status has brought back: it is looked at soon. */
void queue_restored(struct offer_row *offer);
/* May another candidate take it yet? Of those that nobody has looked at the first may
 * not count on the others. */
MUST_USE bool queue_others_may_take(struct broker *broker,
        const struct offer_row *offer, bool *may, struct err *err);
/* A status has brought back where it stands: nobody of its list waits for what has been
 * decided since. */
MUST_USE bool queue_brought(struct broker *broker, const struct offer_row *offer,
        struct err *err);
/* It has ended so: the next one is looked at, or nobody is left. */
MUST_USE bool queue_ended(struct broker *broker, const struct offer_row *offer,
        struct err *err);
/* What the step that this offer has made means for the others of its list. */
MUST_USE bool queue_others(struct broker *broker, const struct offer_row *offer,
        const struct offer_move *move, struct err *err);

/* timers_offers.c: an offer whose time has come. */
MUST_USE bool timers_offer(struct broker *broker, struct offer_row *offer,
        struct err *err);
/* escalate.c: what is stuck, for who coordinates where it is. */
/* The offer is stuck, or with it (unplaced) its whole referral: whoever has a mandate
 * for its area is told, once; when there is nobody, its sender. */
MUST_USE bool escalate_open(struct broker *broker, const struct offer_row *offer,
        uint16_t cause, struct err *err);
/* The offer has moved on: what was said of it alone is closed. */
MUST_USE bool escalate_moved(struct broker *broker, const struct offer_row *offer,
        struct err *err);
/* The referral is not looking for a place any more, or somebody else is asked: what was
 * said of the whole of it is closed. */
MUST_USE bool escalate_settled(struct broker *broker, int64_t referral,
        struct err *err);
/* The same, and they hear that who refers looks no further. */
MUST_USE bool escalate_given_up(struct broker *broker, int64_t referral,
        struct err *err);
/* A coordinator's proposal is on its way to who refers. */
MUST_USE bool escalate_proposed(struct broker *broker, const struct letter_core *core,
        const struct letter_row *letter, struct err *err);
/* A timer looks at it: who has come to coordinate here is told, it becomes a gap, or it
 * is so old that it ends. */
MUST_USE bool escalate_look(struct broker *broker, struct escalation_row *row,
        struct err *err);
/* What decide() asks of a letter to or from who coordinates. */
MUST_USE bool escalate_facts(struct broker *broker, const struct letter_core *core,
        struct facts *facts, struct err *err);
/* It shows what it was told of and is late: of what is not open here it hears that it
 * is over. That was told before the store was lost, or before it lost its mandate. */
MUST_USE bool escalate_asked(struct broker *broker, struct partner *reader,
        const struct escalation *said, struct err *err);
/* Somebody may coordinate somewhere since now, or no longer. */
MUST_USE bool escalate_again(struct broker *broker, struct err *err);

/* left.c: partners whose membership has ended. Who is suspended is none of them: that
 * is lifted again, and what is for it waits. */
bool left_is_gone(const struct broker *broker, uint32_t no);
/* Is one of the two of this offer gone? */
bool left_has(const struct broker *broker, const struct offer_row *offer);
/* Why nobody has that referral: one of the two of this offer has left, or else this. */
uint16_t left_cause(const struct broker *broker, const struct offer_row *offer,
        uint16_t else_cause);
/* What that means for an open offer; *done: it has ended. */
MUST_USE bool left_offer(struct broker *broker, struct offer_row *offer, bool *done,
        struct err *err);
/* When a membership has ended or may have: all open offers of whoever is gone are due.
 */
MUST_USE bool left_run(struct broker *broker, struct err *err);

/* timers.c */
void timers_wake(struct broker *broker);
void timers_arm(struct broker *broker);
/* longest_ms: nothing of its kind is put off for longer. */
bool timers_is_due(const struct broker *broker, int64_t due_ms, int64_t longest_ms);
MUST_USE bool timers_checkpoint(struct broker *broker, struct err *err);

/* purge.c: when its time has come. */
MUST_USE bool purge_run(struct broker *broker, struct err *err);

/* nightly.c: once a night all rows are checked. */
void nightly_begin(struct broker *broker);
MUST_USE bool nightly_run(struct broker *broker, struct err *err);
const char *nightly_name(enum ledger_check check);
const char *nightly_words(enum ledger_check check, bool right);

/* delivery.c: hand over what the credits allow, within the turn's transaction. *more:
 * some has to wait for the next turn. */
MUST_USE bool delivery_run(struct broker *broker, bool *more, struct err *err);
/* A suspension was lifted or a collector has come back: look again at the mail that had
 * to wait for it. */
void delivery_again(struct broker *broker);

/* admin.c: a frame of the local socket; a step of the backup between turns. */
void admin_frame(struct broker *broker, const struct peer *peer, struct span bytes);
bool admin_backup_step(struct broker *broker);
void admin_close(struct broker *broker);

#endif
