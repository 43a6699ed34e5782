/* ledger_schema.c - the tables of the ledger, a sentence for each. */
#include "broker/ledger_sql.h"

/* The first form of the tables. From the first release on a change is a migration of
 * its own, never an edit of this one. */
/* clang-format off */
static const char SCHEMA_1[] =
        /* The one row about this store: who it is, and the counters that must never go back. */
        "CREATE TABLE store ("
        " one INTEGER PRIMARY KEY CHECK (one = 1),"
        " store_id BLOB NOT NULL,"
        " is_copy INTEGER NOT NULL," /* a backup: opening it makes a new store */
        " incarnation INTEGER NOT NULL,"
        " register_version INTEGER NOT NULL,"
        " mail_id INTEGER NOT NULL,"
        " log_size INTEGER NOT NULL,"
        " log_heads BLOB NOT NULL," /* heads of the audit tree's complete subtrees */
        " log_from INTEGER NOT NULL" /* log_size when this store came to be: what stands before is of the store it is a copy of */
        ") STRICT;"

        /* Every partner that was ever met, by a number that rows are kept small with. */
        "CREATE TABLE partner ("
        " no INTEGER PRIMARY KEY,"
        " name TEXT NOT NULL UNIQUE,"
        " in_step INTEGER NOT NULL DEFAULT 0," /* what it knew of an older store is here too */
        " suspended TEXT" /* by this broker's administrator: why */
        ") STRICT;"

        /* The signed things of the directory that are in force, in the order in which they came; seq only grows. */
        "CREATE TABLE thing ("
        " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
        " key TEXT NOT NULL UNIQUE,"
        " kind INTEGER NOT NULL,"
        " bytes BLOB NOT NULL"
        ") STRICT;"

        /* Capsules and withdrawals by consent_id. A withdrawal may come first, and is final. */
        "CREATE TABLE consent ("
        " no INTEGER PRIMARY KEY,"
        " consent_id BLOB NOT NULL UNIQUE,"
        " collector INTEGER," /* while the capsule is not here: who withdrew it */
        " bytes BLOB,"
        " hash BLOB,"
        " conflict INTEGER NOT NULL," /* two capsules with other bytes: denied for ever */
        " confirmed INTEGER NOT NULL," /* the collector itself has brought it to this store */
        " until_ms INTEGER NOT NULL,"
        " withdrawn INTEGER NOT NULL," /* register version of the withdrawal, 0: none */
        " withdrawn_leaf INTEGER NOT NULL DEFAULT 0," /* its leaf of the audit log, counted from 1 */
        " withdrawal BLOB"
        ") STRICT;"

        "CREATE INDEX consent_until ON consent (until_ms) WHERE until_ms > 0;"

        /* What can no longer be held back: letters that left for their reader, by consent. */
        "CREATE TABLE handed_over ("
        " consent INTEGER NOT NULL,"
        " msg_id BLOB NOT NULL,"
        " partner INTEGER NOT NULL,"
        " type INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL,"
        " PRIMARY KEY (consent, msg_id)"
        ") STRICT, WITHOUT ROWID;"

        /* A need that is looked for a place: what its offers have in common. */
        "CREATE TABLE referral ("
        " no INTEGER PRIMARY KEY,"
        " referral_id BLOB NOT NULL UNIQUE,"
        " sender INTEGER NOT NULL,"
        " mode INTEGER NOT NULL,"
        " winner INTEGER NOT NULL," /* the offer that was accepted, 0: none */
        " closed INTEGER NOT NULL," /* 1 confirmed, 2 not confirmed in time, 3 given up */
        " ended_ms INTEGER NOT NULL" /* when an offer was completed or failed, 0: not */
        ") STRICT;"

        /* One candidate of a referral and where it stands; version is what events compare and set. */
        "CREATE TABLE offer ("
        " no INTEGER PRIMARY KEY,"
        " offer_id BLOB NOT NULL UNIQUE,"
        " referral INTEGER NOT NULL REFERENCES referral (no),"
        " place INTEGER NOT NULL," /* in the order of the candidates */
        " sender INTEGER NOT NULL,"
        " target INTEGER NOT NULL,"
        " consent INTEGER,"
        " state INTEGER NOT NULL,"
        " before_hold INTEGER NOT NULL,"
        " version INTEGER NOT NULL,"
        " info_rounds INTEGER NOT NULL,"
        " urgency TEXT NOT NULL,"
        " depth INTEGER NOT NULL," /* how often it was forwarded before */
        " restored INTEGER NOT NULL," /* known from a status that a node brought back */
        " event INTEGER NOT NULL," /* the newest, with its letter and moment */
        " msg_id BLOB NOT NULL,"
        " at_ms INTEGER NOT NULL,"
        " due_ms INTEGER NOT NULL," /* when the next timer ends, 0: none */
        " limit_ms INTEGER NOT NULL," /* until then its state may last, 0: no limit */
        " life_ms INTEGER NOT NULL," /* the end of its outer life, 0: not known */
        " area TEXT NOT NULL," /* of its preview: whose limits hold; empty: not known */
        " core BLOB," /* of its preview: what a content that is not here yet would need */
        " log_leaf INTEGER NOT NULL" /* of the audit log, counted from 1, for the newest event */
        ") STRICT;"
        "CREATE INDEX offer_due ON offer (due_ms) WHERE due_ms > 0;"
        /* Nothing lies in here, or an offer would wait for ever. */
        "CREATE INDEX offer_undated ON offer (no) WHERE due_ms = 0 AND (state BETWEEN 1 AND 7 OR state = 15);"
        "CREATE INDEX referral_won ON referral (winner) WHERE winner > 0;"
        "CREATE INDEX offer_consent ON offer (consent) WHERE consent IS NOT NULL;"
        "CREATE INDEX offer_referral ON offer (referral);"

        /* Every letter that was judged in the last 30 days: what it is, how it ended, and the receipt that says so. */
        "CREATE TABLE letter ("
        " no INTEGER PRIMARY KEY,"
        " msg_id BLOB NOT NULL,"
        " sender INTEGER NOT NULL,"
        " recipient INTEGER NOT NULL,"
        " hash BLOB NOT NULL," /* of what was signed: another one under the same msg_id is refused */
        " core_hash BLOB NOT NULL,"
        " state INTEGER NOT NULL,"
        " live INTEGER NOT NULL," /* 1 until it has ended; a step from one live state to the next leaves the indexes alone */
        " type INTEGER NOT NULL,"
        " priority INTEGER NOT NULL,"
        " offer INTEGER,"
        " consent INTEGER," /* personal letters only */
        " size INTEGER NOT NULL,"
        " code TEXT NOT NULL,"
        " at_ms INTEGER NOT NULL," /* when it was taken or refused */
        " end_ms INTEGER NOT NULL,"
        " expires_ms INTEGER NOT NULL,"
        " check_ms INTEGER NOT NULL," /* when a timer looks at it again */
        " mail_id INTEGER NOT NULL," /* where it lies in its recipient's mailbox; when it has ended, its end in its sender's; 0: nowhere */
        " erased INTEGER NOT NULL DEFAULT 0," /* its recipient has said: 1 its own record stays, 2 nothing of it is left */
        " receipt BLOB," /* the recipient's terminal receipt */
        " log_leaf INTEGER NOT NULL," /* of the audit log, counted from 1: that it was taken or refused */
        " last_leaf INTEGER NOT NULL," /* the newest that was written of it */
        " UNIQUE (msg_id, sender)"
        ") STRICT;"
        "CREATE INDEX letter_check ON letter (check_ms) WHERE live = 1;"
        "CREATE INDEX letter_offer ON letter (offer) WHERE live = 1 AND offer IS NOT NULL;"
        "CREATE INDEX letter_consent ON letter (consent) WHERE live = 1 AND consent IS NOT NULL AND offer IS NULL;"

        /* Erase receipts of letters that are forgotten here, passed on all the same: once, and once more when what was kept is erased. */
        "CREATE TABLE late_erased ("
        " msg_id BLOB NOT NULL,"
        " sender INTEGER NOT NULL,"
        " erased INTEGER NOT NULL," /* 1: its own record stays, 2 nothing of it is left */
        " at_ms INTEGER NOT NULL,"
        " PRIMARY KEY (msg_id, sender)"
        ") STRICT, WITHOUT ROWID;"

        /* What a letter is sealed in, as long as it is not delivered or destroyed. */
        "CREATE TABLE sealed ("
        " letter INTEGER PRIMARY KEY,"
        " bytes BLOB NOT NULL"
        ") STRICT;"

        /* What lies ready for a partner, most urgent first, then in the order in which it came. */
        "CREATE TABLE mail ("
        " partner INTEGER NOT NULL,"
        " priority INTEGER NOT NULL,"
        " mail_id INTEGER NOT NULL,"
        " kind INTEGER NOT NULL,"
        " ref INTEGER NOT NULL," /* letter or consent, by its number */
        " size INTEGER NOT NULL,"
        " bytes BLOB,"
        " log_leaf INTEGER," /* of a reader's receipt or a withdrawal: its leaf of the audit log, counted from 1 */
        " PRIMARY KEY (partner, priority, mail_id)"
        ") STRICT, WITHOUT ROWID;"

        /* The audit log, as it was written turn by turn: leaves from number seq on. Rows are added and never changed. */
        "CREATE TABLE audit ("
        " seq INTEGER PRIMARY KEY,"
        " leaves BLOB NOT NULL" /* each with its length before it, u16be */
        ") STRICT;"

        /* Heads of its complete subtrees of 256 leaves, of 256 of these, and so on: enough to prove any leaf without
         * reading the log. */
        "CREATE TABLE audit_tile ("
        " level INTEGER NOT NULL," /* over 2 to the power of it leaves */
        " no INTEGER NOT NULL," /* counted from 0 */
        " head BLOB NOT NULL,"
        " PRIMARY KEY (level, no)"
        ") STRICT, WITHOUT ROWID;"

        /* Heads of the audit tree that the log key has signed. */
        "CREATE TABLE checkpoint ("
        " size INTEGER PRIMARY KEY,"
        " at_ms INTEGER NOT NULL,"
        " bytes BLOB NOT NULL"
        ") STRICT;"
        "INSERT INTO store VALUES (1, randomblob(16), 0, 0, 0, 0, 0, x'', 0);";

/* What one partner alone can make grow is counted at each start: its letters that were refused (nothing else has the
 * size 0), and its withdrawals of consents that are not here. */
static const char SCHEMA_2[] =
        "CREATE INDEX letter_refused ON letter (sender) WHERE size = 0;"
        "CREATE INDEX consent_early ON consent (collector) WHERE bytes IS NULL AND collector IS NOT NULL;";

static const char SCHEMA_3[] =
        /* A referral that is stuck, for who coordinates where it is: open until its cause has ended. Its id follows from
         * what it is about, so that a store that was lost comes to the same. */
        "CREATE TABLE escalation ("
        " no INTEGER PRIMARY KEY,"
        " escalation_id BLOB NOT NULL UNIQUE,"
        " referral INTEGER NOT NULL REFERENCES referral (no),"
        " offer INTEGER NOT NULL," /* the one that is stuck, 0: the whole referral */
        " cause TEXT NOT NULL,"
        " area TEXT NOT NULL,"
        " urgency TEXT NOT NULL,"
        " since_ms INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL," /* when it was opened or closed */
        " due_ms INTEGER NOT NULL," /* then it is a gap */
        " look_ms INTEGER NOT NULL," /* when a timer looks at it, 0: never */
        " gap INTEGER NOT NULL," /* the administrator sees it */
        " closed INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX escalation_look ON escalation (look_ms) WHERE look_ms > 0;"
        "CREATE INDEX escalation_open ON escalation (referral) WHERE closed = 0;"
        "CREATE INDEX escalation_referral ON escalation (referral);"

        /* Who was told of it, and hears when it is closed. */
        "CREATE TABLE escalation_told ("
        " escalation INTEGER NOT NULL,"
        " partner INTEGER NOT NULL,"
        " proposal INTEGER NOT NULL," /* the newest letter in which it proposes partners, 0: none */
        " PRIMARY KEY (escalation, partner)"
        ") STRICT, WITHOUT ROWID;";
/* A number is its sender's, and two senders can use one: what one reader was handed, or has erased, takes nobody else's
 * place. */
static const char SCHEMA_4[] =
        "ALTER TABLE handed_over RENAME TO handed_before;"
        "CREATE TABLE handed_over ("
        " consent INTEGER NOT NULL,"
        " msg_id BLOB NOT NULL,"
        " partner INTEGER NOT NULL,"
        " type INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL,"
        " PRIMARY KEY (consent, partner, msg_id)"
        ") STRICT, WITHOUT ROWID;"
        "INSERT INTO handed_over SELECT consent, msg_id, partner, type, at_ms FROM handed_before;"
        "DROP TABLE handed_before;"
        /* What was passed on before is passed on once more at most. */
        "DROP TABLE late_erased;"
        "CREATE TABLE late_erased ("
        " msg_id BLOB NOT NULL,"
        " sender INTEGER NOT NULL,"
        " reader INTEGER NOT NULL,"
        " erased INTEGER NOT NULL," /* 1: its own record stays, 2 nothing of it is left */
        " at_ms INTEGER NOT NULL,"
        " PRIMARY KEY (msg_id, sender, reader)"
        ") STRICT, WITHOUT ROWID;";
/* What one partner says or puts makes nobody wait while all that is here is looked through: the consents that it showed
 * itself, and what was read of one offer. */
static const char SCHEMA_5[] =
        "CREATE INDEX consent_confirmed ON consent (collector) WHERE confirmed = 1;"
        "CREATE INDEX letter_read ON letter (offer) WHERE state = 6 AND type <= 2;";
/* clang-format on */

const char *const LEDGER_MIGRATIONS[] = {SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4,
        SCHEMA_5};
const size_t N_LEDGER_MIGRATIONS = COUNT_OF(LEDGER_MIGRATIONS);
