/* spool_schema.c - the tables of a node's store, a sentence each. */
#include "nodes/spool_inner.h"

/* Whole numbers are milliseconds since 1970 when their name ends in _ms, and rows of a
 * vocabulary or numbers of an enum of proto/ otherwise. */
static const char OWN_TABLES[] =
        /* Facts about this store itself: its id, how often it was started, the broker
           it last spoke with. */
        "CREATE TABLE setting ("
        " name TEXT PRIMARY KEY, number INTEGER NOT NULL, bytes BLOB"
        ") STRICT, WITHOUT ROWID;"

        /* Signed things of the directory that count now, one for each slot; clash 1 is
           a second one with the same version and other bytes. */
        "CREATE TABLE thing ("
        " slot TEXT NOT NULL, clash INTEGER NOT NULL, kind INTEGER NOT NULL,"
        " signer TEXT NOT NULL, at_ms INTEGER NOT NULL, unpublished INTEGER NOT NULL,"
        " bytes BLOB NOT NULL, PRIMARY KEY (slot, clash)"
        ") STRICT;"
        "CREATE INDEX thing_unpublished ON thing (kind) WHERE unpublished = 1;"

        /* The keys that others seal letters for this node to; the private half is
           wrapped with the generation key. */
        "CREATE TABLE epoch ("
        " ekid BLOB PRIMARY KEY, public BLOB NOT NULL, wrapped BLOB NOT NULL,"
        " from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL"
        ") STRICT, WITHOUT ROWID;"

        /* Who may use the local socket, besides the holder of the command line's token;
           only a hash of each token is kept. */
        "CREATE TABLE token ("
        " name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, scopes INTEGER NOT NULL,"
        " made_ms INTEGER NOT NULL"
        ") STRICT, WITHOUT ROWID;"

        /* The first reply to each request that changed something, given again when the
           same request comes again. */
        "CREATE TABLE reply ("
        " token TEXT NOT NULL, key TEXT NOT NULL, request_hash BLOB NOT NULL,"
        " at_ms INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (token, key)"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX reply_age ON reply (at_ms);"

        /* What persons allowed; the record is encrypted with a key of its own and never
           leaves the node. renews: the record that it follows, 0: none. keep_days: how
           long it is kept after its end. */
        "CREATE TABLE consent ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, recorded_ms INTEGER NOT NULL,"
        " from_day INTEGER NOT NULL, until_day INTEGER NOT NULL,"
        " withdrawn_ms INTEGER NOT NULL, wrapped_key BLOB, content BLOB NOT NULL,"
        " renews INTEGER NOT NULL, keep_days INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX consent_renews ON consent (renews) WHERE renews > 0;"
        "CREATE INDEX consent_until ON consent (until_day) WHERE withdrawn_ms = 0;"

        /* Staff said that somebody is the person of a consent, under another name; what
           they said is encrypted with the key of that record, and goes with it. */
        "CREATE TABLE said_same ("
        " said_id BLOB PRIMARY KEY, consent INTEGER NOT NULL"
        "  REFERENCES consent (number) ON DELETE CASCADE,"
        " at_ms INTEGER NOT NULL, content BLOB NOT NULL"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX said_same_of ON said_same (consent, at_ms);"

        /* Consent capsules: minted here from a record, or come with a letter. conflict
           1: two with other bytes were seen under one id. salt: encrypted, shows that a
           capsule of ours belongs to its record. */
        "CREATE TABLE capsule ("
        " consent_id BLOB PRIMARY KEY, consent INTEGER REFERENCES consent (number),"
        " own INTEGER NOT NULL, conflict INTEGER NOT NULL, resend INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL, bytes BLOB NOT NULL, salt BLOB"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX capsule_consent ON capsule (consent) WHERE consent IS NOT NULL;"
        "CREATE INDEX capsule_resend ON capsule (resend) WHERE resend = 1;"

        /* Consents that were withdrawn, by us or by others; final. registered_ms: when
           the broker said that it holds from then on, 0: it is still to be told. */
        "CREATE TABLE withdrawal ("
        " consent_id BLOB PRIMARY KEY, own INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
        " registered_ms INTEGER NOT NULL, bytes BLOB NOT NULL, handed_over BLOB"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX withdrawal_open ON withdrawal (at_ms)"
        " WHERE registered_ms = 0;";

static const char CASE_TABLES[] =
        /* Referrals and signals as staff see them; what was said lies in moment,
           encrypted with the key of the case. Without its wrapped key a case can be
           read no more. retention: on what ground our own record stays, 0: it does
           not. cancelling: the moment that says that it is to be cancelled as soon as
           the broker has it, 0: none. */
        "CREATE TABLE case_file ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL,"
        " other TEXT NOT NULL, on_behalf_of TEXT NOT NULL, referral_id BLOB NOT NULL,"
        " consent_id BLOB NOT NULL, consent INTEGER NOT NULL, purpose INTEGER NOT NULL,"
        " urgency INTEGER NOT NULL, area TEXT NOT NULL, mode INTEGER NOT NULL,"
        " offer_id BLOB, preview INTEGER NOT NULL, content INTEGER NOT NULL,"
        " unread INTEGER NOT NULL, stop_contact INTEGER NOT NULL,"
        " confirmed INTEGER NOT NULL, created_ms INTEGER NOT NULL,"
        " updated_ms INTEGER NOT NULL, wrapped_key BLOB,"
        " retention INTEGER NOT NULL, erased_ms INTEGER NOT NULL,"
        " cancelling INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX case_consent ON case_file (consent_id);"
        "CREATE INDEX case_referral ON case_file (referral_id);"
        "CREATE INDEX case_crisis ON case_file (number)"
        " WHERE urgency = 1 AND kind IN (2, 4);"
        "CREATE INDEX case_stop ON case_file (updated_ms)"
        " WHERE stop_contact = 1 AND unread = 1;"
        "CREATE INDEX case_record ON case_file (consent) WHERE consent > 0;"
        "CREATE INDEX case_onward ON case_file (number)"
        " WHERE kind = 1 AND consent = 0;"

        /* The offers of each case and where they stand, by the newest status that the
           broker signed. mode: of the list it is part of, 0 at its target. code: why it
           was skipped. pending: the event we have sent and not been answered. */
        "CREATE TABLE offer ("
        " offer_id BLOB PRIMARY KEY, case_number INTEGER NOT NULL,"
        " position INTEGER NOT NULL, target TEXT NOT NULL, on_behalf_of TEXT NOT NULL,"
        " state INTEGER NOT NULL, version INTEGER NOT NULL,"
        " before_hold INTEGER NOT NULL, info_rounds INTEGER NOT NULL,"
        " due_ms INTEGER NOT NULL, pending INTEGER NOT NULL,"
        " pending_state INTEGER NOT NULL, resend INTEGER NOT NULL, status BLOB,"
        " mode INTEGER NOT NULL, code TEXT NOT NULL"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX offer_case ON offer (case_number, position);"
        "CREATE INDEX offer_resend ON offer (resend) WHERE resend = 1;"

        /* How soon partners have answered what was offered to them: no person.
           answered_ms 0: not yet. in_time 0: the limit passed without an answer. */
        "CREATE TABLE answer ("
        " offer_id BLOB PRIMARY KEY, partner TEXT NOT NULL, asked_ms INTEGER NOT NULL,"
        " answered_ms INTEGER NOT NULL, in_time INTEGER NOT NULL"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX answer_age ON answer (asked_ms);"

        /* Which member of our staff did the last step in a case, and who stands in for
           whom on which days; nobody else hears of it. */
        "CREATE TABLE handler ("
        " case_number INTEGER PRIMARY KEY, actor TEXT NOT NULL, at_ms INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX handler_age ON handler (at_ms);"
        "CREATE TABLE substitute ("
        " actor TEXT PRIMARY KEY, substitute TEXT NOT NULL, from_day INTEGER NOT NULL,"
        " until_day INTEGER NOT NULL"
        ") STRICT, WITHOUT ROWID;"

        /* How much the volunteers of an antenna of ours may take on at once, and about
           how many they are: never who. */
        "CREATE TABLE volunteers ("
        " antenna TEXT PRIMARY KEY, band INTEGER NOT NULL, most INTEGER NOT NULL,"
        " pause_day INTEGER NOT NULL"
        ") STRICT, WITHOUT ROWID;"

        /* What was said and done in a case, in order; content is encrypted with the key
           of the case. */
        "CREATE TABLE moment ("
        " number INTEGER PRIMARY KEY, case_number INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL, who TEXT NOT NULL, event INTEGER NOT NULL,"
        " type INTEGER NOT NULL, content BLOB"
        ") STRICT;"
        "CREATE INDEX moment_case ON moment (case_number, number);";

static const char LETTER_TABLES[] =
        /* What is taken by the broker whole or not at all, in the order in which it is
           sent. unsent 1: no broker was there since it was made, so that it surely has
           not left. */
        "CREATE TABLE submission ("
        " seq INTEGER PRIMARY KEY AUTOINCREMENT, submission_id BLOB NOT NULL,"
        " case_number INTEGER NOT NULL, consent_id BLOB, mode INTEGER NOT NULL,"
        " answered INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
        " lane INTEGER NOT NULL," /* 0 a crisis, 1 urgent, 2 routine */
        " unsent INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX submission_unsent ON submission (unsent) WHERE unsent = 1;"
        "CREATE INDEX submission_open ON submission (lane, seq) WHERE answered = 0;"
        "CREATE INDEX submission_consent ON submission (consent_id)"
        " WHERE consent_id IS NOT NULL;"

        /* Letters of ours, with the terminal receipt once it is there. */
        "CREATE TABLE sent ("
        " number INTEGER PRIMARY KEY, msg_id BLOB NOT NULL UNIQUE,"
        " submission INTEGER NOT NULL, position INTEGER NOT NULL,"
        " case_number INTEGER NOT NULL, moment INTEGER NOT NULL, offer_id BLOB NOT NULL,"
        " recipient TEXT NOT NULL, on_behalf_of TEXT NOT NULL, type INTEGER NOT NULL,"
        " event INTEGER NOT NULL, state INTEGER NOT NULL, terminal INTEGER NOT NULL,"
        " expires_ms INTEGER NOT NULL, core_hash BLOB NOT NULL, core BLOB NOT NULL,"
        " receipt BLOB,"                     /* the newest word on its end */
        " resend INTEGER NOT NULL DEFAULT 0" /* a broker that lost it is to hear it */
        ") STRICT;"

        /* The bytes of those that have no terminal receipt, to be put again until they
           have; apart, because they are many and soon gone. */
        "CREATE TABLE parcel ("
        " sent INTEGER PRIMARY KEY REFERENCES sent (number), signed BLOB NOT NULL,"
        " sealed BLOB NOT NULL"
        ") STRICT;"
        "CREATE INDEX sent_submission ON sent (submission, position);"
        "CREATE INDEX sent_case ON sent (case_number);"
        "CREATE INDEX sent_open ON sent (terminal) WHERE terminal = 0;"
        "CREATE INDEX sent_resend ON sent (resend) WHERE resend = 1;"

        /* Letters that came, so that one that comes twice has one effect; the receipt
           is given again. */
        "CREATE TABLE received ("
        " msg_id BLOB NOT NULL, sender TEXT NOT NULL, letter_hash BLOB NOT NULL,"
        " core_hash BLOB NOT NULL, case_number INTEGER NOT NULL, type INTEGER NOT NULL,"
        " state INTEGER NOT NULL, at_ms INTEGER NOT NULL, receipt BLOB NOT NULL,"
        " PRIMARY KEY (msg_id, sender)"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX received_case ON received (case_number);"

        /* What each decision about a personal letter was made of, so that it can be
           explained as it was then: partners, codes and days, no person. Case 0:
           refused before there was a case. point: before sending, or after receiving.
         */
        "CREATE TABLE judged ("
        " number INTEGER PRIMARY KEY, case_number INTEGER NOT NULL,"
        " msg_id BLOB NOT NULL, point INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
        " code TEXT NOT NULL, facts BLOB NOT NULL"
        ") STRICT;"
        "CREATE INDEX judged_case ON judged (case_number, number);"
        "CREATE INDEX judged_letter ON judged (msg_id);"
        "CREATE INDEX judged_refused ON judged (number) WHERE code <> '';"

        /* Letters whose content is destroyed, or kept on a ground that was named, and
           whose sender is to be told so, once the generation key has changed. */
        "CREATE TABLE erasure ("
        " msg_id BLOB PRIMARY KEY, sender TEXT NOT NULL, core_hash BLOB NOT NULL,"
        " case_number INTEGER NOT NULL, at_ms INTEGER NOT NULL, receipt BLOB"
        ") STRICT, WITHOUT ROWID;"

        /* The other side of that: letters of ours whose reader must destroy them, since
           when, and when it said so. due_ms: when people are told that it is missing,
           0: no more. told: 1 once they were, 2 once it is for the data-protection
           contact. */
        "CREATE TABLE awaited ("
        " msg_id BLOB PRIMARY KEY, case_number INTEGER NOT NULL, partner TEXT NOT NULL,"
        " since_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, told INTEGER NOT NULL,"
        " heard_ms INTEGER NOT NULL, settled_ms INTEGER NOT NULL DEFAULT 0,"
        " kept INTEGER NOT NULL DEFAULT 0" /* its reader keeps it, on a ground */
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX awaited_due ON awaited (due_ms) WHERE due_ms > 0;"
        "CREATE INDEX awaited_missing ON awaited (case_number)"
        " WHERE told > 0 AND heard_ms = 0;"

        /* What happened to a case, for whoever asks later: times and codes, no person.
           Case 0: refused before there was a case. Numbers are given once: who follows
           along goes by them, also when the newest rows went with their case. */
        "CREATE TABLE trace ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, case_number INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,"
        " code TEXT NOT NULL, msg_id BLOB, words TEXT NOT NULL"
        ") STRICT;"
        "CREATE INDEX trace_case ON trace (case_number, number);";

static const char RIGHTS_TABLES[] =
        /* Requests of persons for access, to correct or to erase: those that we passed
           on (ours 1) and those that came to us, with the answer. What is in them lies
           in the case. */
        "CREATE TABLE rights ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, ours INTEGER NOT NULL,"
        " type INTEGER NOT NULL, request_id BLOB NOT NULL UNIQUE,"
        " case_number INTEGER NOT NULL, offer_id BLOB NOT NULL, other TEXT NOT NULL,"
        " asked_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,"
        " extended INTEGER NOT NULL, answer INTEGER NOT NULL, reason INTEGER NOT NULL,"
        " retention INTEGER NOT NULL, answered_ms INTEGER NOT NULL,"
        " reminded INTEGER NOT NULL DEFAULT 0,"
        " moment INTEGER NOT NULL DEFAULT 0," /* our newest letter about it */
        " lost INTEGER NOT NULL DEFAULT 0"    /* which did not come */
        ") STRICT;"
        "CREATE INDEX rights_open ON rights (ours, type, offer_id) WHERE answer = 0;"
        "CREATE INDEX rights_moment ON rights (moment) WHERE moment > 0;"

        /* What our own staff wrote in confidence in a case: encrypted with the key of
           the case, and never part of what is sealed for others. */
        "CREATE TABLE confidence ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, case_number INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL, who TEXT NOT NULL, content BLOB NOT NULL"
        ") STRICT;"
        "CREATE INDEX confidence_case ON confidence (case_number, number);"

        /* Letters that held more than they said, or a national number where none may
           stand; the newest. ours 1: we sent it. Of what stood in them nothing is kept.
         */
        "CREATE TABLE violation ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,"
        " ours INTEGER NOT NULL, other TEXT NOT NULL, msg_id BLOB NOT NULL,"
        " type INTEGER NOT NULL, code TEXT NOT NULL, case_number INTEGER NOT NULL"
        ") STRICT;";

static const char AUDIT_TABLES[] =
        /* The audit logs of the broker's stores that we have spoken with, each with the
           newest checkpoint that was found right, and what it was when we met it:
           from_size is how long it was when that store came to be. The newest row is
           the log of now. */
        "CREATE TABLE audit_log ("
        " number INTEGER PRIMARY KEY, store_id BLOB NOT NULL UNIQUE,"
        " from_size INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,"
        " checkpoint BLOB, met_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL"
        ") STRICT;"

        /* The signed things that a leaf of a log was promised for, and the proof that
           it stands there once it has come. state: see enum audit_state. */
        "CREATE TABLE proof ("
        " number INTEGER PRIMARY KEY, log INTEGER NOT NULL, log_leaf INTEGER NOT NULL,"
        " kind INTEGER NOT NULL, about BLOB NOT NULL, case_number INTEGER NOT NULL,"
        " said INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL, state INTEGER NOT NULL, bytes BLOB NOT NULL,"
        " checkpoint INTEGER NOT NULL, leaf BLOB, path BLOB"
        ") STRICT;"
        "CREATE UNIQUE INDEX proof_leaf ON proof (log, log_leaf, kind, about, said);"
        "CREATE INDEX proof_case ON proof (case_number, number);"
        "CREATE INDEX proof_open ON proof (log, log_leaf) WHERE state = 0;"

        /* The checkpoints that proofs lead to, one for many of them. */
        "CREATE TABLE checkpoint ("
        " number INTEGER PRIMARY KEY, log INTEGER NOT NULL, size INTEGER NOT NULL,"
        " bytes BLOB NOT NULL, UNIQUE (log, size)"
        ") STRICT;"

        /* That the log went on from one kept checkpoint to a later one: what is wanted
           for a file of evidence, and the proof (path) once it has come. */
        "CREATE TABLE log_join ("
        " log INTEGER NOT NULL, from_size INTEGER NOT NULL, to_size INTEGER NOT NULL,"
        " asked_ms INTEGER NOT NULL, path BLOB, PRIMARY KEY (log, from_size, to_size)"
        ") STRICT, WITHOUT ROWID;"

        /* What was found wrong with a log, with the two things that contradict each
           other; it is an alarm until an administrator has seen it. */
        "CREATE TABLE finding ("
        " number INTEGER PRIMARY KEY, log INTEGER NOT NULL, code TEXT NOT NULL,"
        " log_leaf INTEGER NOT NULL, at_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,"
        " seen_by TEXT NOT NULL, held BLOB, shown BLOB, partner TEXT NOT NULL,"
        " msg_id BLOB NOT NULL"
        ") STRICT;"

        /* The checkpoint that a partner says to have seen, until it is compared. */
        "CREATE TABLE log_claim ("
        " partner TEXT PRIMARY KEY, log INTEGER NOT NULL, size INTEGER NOT NULL,"
        " root BLOB NOT NULL, msg_id BLOB NOT NULL, at_ms INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX log_claim_next ON log_claim (log, at_ms, partner);";

static const char PROOF_TABLES[] =
        /* What we signed ourselves in the course of a case: letters without their
           contents, receipts. With what others signed (table proof) it proves the case,
           and it holds no person. */
        "CREATE TABLE evidence ("
        " number INTEGER PRIMARY KEY, case_number INTEGER NOT NULL,"
        " kind INTEGER NOT NULL, msg_id BLOB NOT NULL, at_ms INTEGER NOT NULL,"
        " hash BLOB NOT NULL, bytes BLOB NOT NULL, UNIQUE (case_number, hash)"
        ") STRICT;"
        "CREATE INDEX evidence_age ON evidence (at_ms);"

        /* Who of the staff opened which content, when; each row is signed and names the
           hash of the one before it. Rows are added and, when they are old, dropped. */
        "CREATE TABLE opening ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, case_number INTEGER NOT NULL,"
        " consent INTEGER NOT NULL, nth INTEGER NOT NULL, actor TEXT NOT NULL,"
        " how INTEGER NOT NULL, at_ms INTEGER NOT NULL, letters BLOB NOT NULL,"
        " hash BLOB NOT NULL, bytes BLOB NOT NULL"
        ") STRICT;"
        "CREATE INDEX opening_of ON opening (case_number, consent, number);"
        "CREATE INDEX opening_age ON opening (at_ms);";

static const char COORDINATOR_TABLES[] =
        /* At a coordinator: referrals of others that need somebody, each with a case of
           its own that says who referred, where and how urgent. told_by: the partner
           that said so itself, empty: the broker did. handed_by and handed_to: other
           coordinators. */
        "CREATE TABLE escalation ("
        " case_number INTEGER PRIMARY KEY, escalation_id BLOB NOT NULL UNIQUE,"
        " cause INTEGER NOT NULL, target TEXT NOT NULL, since_ms INTEGER NOT NULL,"
        " at_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, closed_ms INTEGER NOT NULL,"
        " told_by TEXT NOT NULL, handed_by TEXT NOT NULL, handed_to TEXT NOT NULL,"
        " proposed_ms INTEGER NOT NULL, given_up INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX escalation_open ON escalation (due_ms) WHERE closed_ms = 0;"

        /* At who referred: what each coordinator of the area was shown or told of a
           case. what: see enum spool_coordination; round: how many offers the case had
           then; id: of the letter, or of the concern; code: why not, empty: it went;
           due_ms: when it is tried again, 0: not. */
        "CREATE TABLE coordinated ("
        " case_number INTEGER NOT NULL, coordinator TEXT NOT NULL,"
        " what INTEGER NOT NULL, about TEXT NOT NULL, round INTEGER NOT NULL,"
        " id BLOB NOT NULL, code TEXT NOT NULL, at_ms INTEGER NOT NULL,"
        " due_ms INTEGER NOT NULL, tries INTEGER NOT NULL,"
        " PRIMARY KEY (case_number, coordinator, what, about)"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX coordinated_due ON coordinated (due_ms) WHERE due_ms > 0;"
        "CREATE INDEX coordinated_id ON coordinated (id);";

static const char SIGNAL_TABLES[] =
        /* Where each needs-signal stands; of one that we raised (ours 1) only what its
           reader told us. referral: the case that it became. told: what its reporter
           heard. due_ms: until when somebody must look at it, 0: somebody did. */
        "CREATE TABLE signal ("
        " case_number INTEGER PRIMARY KEY, ours INTEGER NOT NULL,"
        " state INTEGER NOT NULL, outcome INTEGER NOT NULL, reason INTEGER NOT NULL,"
        " call INTEGER NOT NULL, decider TEXT NOT NULL, story BLOB NOT NULL,"
        " referral INTEGER NOT NULL, told INTEGER NOT NULL, reminded INTEGER NOT NULL,"
        " late INTEGER NOT NULL, raised_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,"
        " answer_due_ms INTEGER NOT NULL, triaged_ms INTEGER NOT NULL,"
        " contact_ms INTEGER NOT NULL, referred_ms INTEGER NOT NULL,"
        " helped_ms INTEGER NOT NULL, decided_ms INTEGER NOT NULL,"
        " closed_ms INTEGER NOT NULL, consented INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX signal_awaited ON signal (case_number) WHERE " IS_AWAITED_SIGNAL
        ";"
        "CREATE INDEX signal_due ON signal (due_ms) WHERE due_ms > 0;"
        "CREATE INDEX signal_answer ON signal (answer_due_ms) WHERE answer_due_ms > 0;"
        "CREATE INDEX signal_open ON signal (raised_ms) WHERE closed_ms = 0;"
        "CREATE INDEX signal_story ON signal (story);"
        "CREATE INDEX signal_decided ON signal (decided_ms)"
        " WHERE closed_ms = 0 AND decided_ms > 0;"
        "CREATE INDEX signal_referral ON signal (referral) WHERE referral > 0;"

        /* What was planned and done to reach the person of a case: a visit, a call, a
           letter, and how it went. done_ms 0: not yet. safety_basis: on what ground
           although the person had said no. */
        "CREATE TABLE attempt ("
        " number INTEGER PRIMARY KEY, case_number INTEGER NOT NULL,"
        " kind INTEGER NOT NULL, planned_ms INTEGER NOT NULL,"
        " done_ms INTEGER NOT NULL, result INTEGER NOT NULL,"
        " safety_basis INTEGER NOT NULL, by TEXT NOT NULL, goes TEXT NOT NULL,"
        " unasked INTEGER NOT NULL, aim INTEGER NOT NULL, change INTEGER NOT NULL,"
        " postponed INTEGER NOT NULL, due_ms INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX attempt_case ON attempt (case_number, number);"
        "CREATE INDEX attempt_open ON attempt (planned_ms) WHERE done_ms = 0;"
        "CREATE INDEX attempt_due ON attempt (due_ms) WHERE due_ms > 0;"

        /* Who said no and is left in peace until then, by the story that their cases
           share; nobody can be found by it. */
        "CREATE TABLE quiet ("
        " story BLOB PRIMARY KEY, until_ms INTEGER NOT NULL"
        ") STRICT, WITHOUT ROWID;"
        "CREATE INDEX quiet_until ON quiet (until_ms);"

        /* What stays to be counted of a signal that is erased: the month, the
           municipality, codes, and how long things took (-1: not done). No case. */
        "CREATE TABLE signal_fact ("
        " number INTEGER PRIMARY KEY, month_day INTEGER NOT NULL, area TEXT NOT NULL,"
        " urgency INTEGER NOT NULL, consented INTEGER NOT NULL, needs TEXT NOT NULL,"
        " outcome INTEGER NOT NULL, reason INTEGER NOT NULL,"
        " triaged_after_ms INTEGER NOT NULL, contact_after_ms INTEGER NOT NULL,"
        " referred_after_ms INTEGER NOT NULL, helped_after_ms INTEGER NOT NULL,"
        " closed_after_ms INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX signal_fact_month ON signal_fact (month_day);";

static const char REPORT_TABLES[] =
        /* At a reporting point: how many signals there were of each thing in each place
           and month, until the year is told; told 1: others know it. counted: see enum
           aggregate_of. month: since January 1970. */
        "CREATE TABLE tally ("
        " area TEXT NOT NULL, counted INTEGER NOT NULL, code INTEGER NOT NULL,"
        " language TEXT NOT NULL, place TEXT NOT NULL, month INTEGER NOT NULL,"
        " n INTEGER NOT NULL, told INTEGER NOT NULL,"
        " PRIMARY KEY (area, counted, code, language, place, month)"
        ") STRICT, WITHOUT ROWID;"

        /* From which to which day nobody in a municipality had room for a need that
           somebody offers there. */
        "CREATE TABLE lack ("
        " area TEXT NOT NULL, need INTEGER NOT NULL, from_day INTEGER NOT NULL,"
        " until_day INTEGER NOT NULL, PRIMARY KEY (area, need, from_day)"
        ") STRICT, WITHOUT ROWID;";

const char *const SPOOL_MIGRATIONS[N_SPOOL_MIGRATIONS] = {
        OWN_TABLES,
        CASE_TABLES,
        LETTER_TABLES,
        RIGHTS_TABLES,
        AUDIT_TABLES,
        PROOF_TABLES,
        COORDINATOR_TABLES,
        SIGNAL_TABLES,
        REPORT_TABLES,
};
