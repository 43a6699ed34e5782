/* directory.h - the verified view of a network: members, keys, services, intake,
 * partnerships, mandates. Pure over what it is given.
 *
 * A program feeds it the signed things it has (at start from its store, later as they
 * arrive) and asks questions. It owns its memory, holds no clock and reads no store.
 * Rules: docs/protocol.md "Keys and joining". */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include "core/err.h"
#include "core/ids.h"
#include "core/merkle.h"
#include "gen/bus.h"

enum {
    DIRECTORY_MEMBERS_MAX = 2000,
    DIRECTORY_AREAS_MAX = 600, /* municipalities: all of Belgium, and some */
    DIRECTORY_STATEMENTS_PER_AUTHOR = 500,
    DIRECTORY_STATEMENTS_A_DAY = 50, /* new ones of one author, by the day of issue */
    DIRECTORY_STATEMENT_BYTES = 4096,
    DIRECTORY_WARN_DAYS = 21,       /* age of the snapshot, from this day on: warn */
    DIRECTORY_NO_MEMBERS_DAYS = 35, /* no new members are taken */
    DIRECTORY_NO_REFERRALS_DAYS =
            60, /* no new referrals; receiving, answering, withdrawing go on */
    DIRECTORY_EPOCH_KEYS_MAX = 12,
    DIRECTORY_EARLIER_MAX = 4, /* identity keys of a member that were given up */
    DIRECTORY_EARLIER_DAYS =
            400, /* one of them counts: a capsule's life, and some weeks */
    DIRECTORY_TERMS_DAYS_MAX = 1827,   /* of a partnership: five years */
    DIRECTORY_MANDATE_DAYS_MAX = 1827, /* likewise */
    DIRECTORY_CAPACITY_DAYS_MAX = 14,  /* then it is not known any more */
    DIRECTORY_WAITLIST_DAYS_MAX = 1000,
    DIRECTORY_ABSENCE_DAYS_MAX = 366,
    DIRECTORY_AGGREGATE_DAYS_MAX = 800, /* two years, to compare them */
    DIRECTORY_SUBSCRIPTION_DAYS_MAX = 366,
    DIRECTORY_ASK_DAYS_MAX = 92, /* an ask among neighbours: three months */
    DIRECTORY_CAMPAIGN_DAYS_MAX = 366,
    DIRECTORY_BARRIER_DAYS_MAX = 366,
    DIRECTORY_ADVICE_DAYS_MAX = 1827, /* with its answers: five years */
    DIRECTORY_OF_KIND_MAX = 100, /* live asks, claims, campaigns, ... of one author */
    DIRECTORY_COORDINATORS_MAX = 10, /* of one area that are told of what gets stuck */
    DIRECTORY_AHEAD_DAYS = 1, /* things issued later than this after now are refused */
};

#define DIRECTORY_STEWARD "steward" /* the signer name of the steward */

struct directory;
struct entry;
MUST_USE struct directory *directory_new(struct err *err);
void directory_free(struct directory *directory);

/* Pin the network (once): the steward's keys are trusted from here on. */
MUST_USE bool directory_pin(struct directory *directory, const struct network *network,
        struct err *err);
/* NULL before directory_pin. */
const struct network *directory_network(const struct directory *directory);

/* What came of a thing that was fed in. */
enum directory_news {
    DIRECTORY_NEW,   /* it counts now; keep it and pass it on */
    DIRECTORY_KNOWN, /* the same thing, or an older one, is there already */
    DIRECTORY_CLASH, /* same key and version, other words: both are void until a higher
                        version; keep this one too, pass it on, raise the alarm */
};

/* Feed one verified thing: its signature and role were checked by signed_get. kind:
 * membership, revocation, area, snapshot or statement; bytes: the packed Signed, for
 * its hash; body: its body. Refused with:
 *
 *   E_FORMAT, E_SIZE, E_CODE, E_VERSION: the body
 *   E_AUTH       the author is not the signer or has no node here; another network
 *   E_BUSY       a limit above is reached
 *   E_IDENTIFIES a text that everybody reads leads to one person
 *   E_ALERT      an ask or a claim of a partner that can only alert
 *   E_TTL        a statement past its date; terms of a partnership, a mandate, a
 *                capacity or an absence for too long
 *   E_FIELD      terms of a partnership that bind to secrecy on no ground; a mandate
 *                without words; a capacity or an area that contradicts itself
 *   E_CLOCK      issued more than DIRECTORY_AHEAD_DAYS after now
 *   E_DIRECTORY  a snapshot older than the one here; or a new member on a directory of
 *                DIRECTORY_NO_MEMBERS_DAYS or more (new: from_ms after the snapshot)
 *
 * At start feed stored memberships before stored snapshots: without a snapshot every
 * member is taken. Epoch keys have no subject, intake has none or an antenna, a
 * partnership has the other partner, the rest what the author likes. A statement that
 * has `ended` needs no other words, is taken whatever its date, and holds its place
 * until a higher version comes. A membership with another identity key or role makes
 * the directory forget what the partner said, unless it names the key before among the
 * earlier ones: it signs that again. */
MUST_USE bool directory_feed(struct directory *directory, enum kind kind,
        const char *signer, struct span bytes, struct span body, int64_t now_ms,
        enum directory_news *news, struct err *err);

/* --- members --- */
struct member {
    char partner[PARTNER_BYTES];
    char name[121];
    enum role role;
    uint16_t partner_type; /* vocab partner_type */
    uint64_t version;
    struct key32 identity_key, transport_key, log_key;
    char address[201];
    char supported_by[PARTNER_BYTES];
    char areas[64][6];
    size_t n_areas;
    int64_t from_ms, until_ms;
    bool revoked;
    bool clashed;   /* two memberships of this version: neither counts, only partner and
                       version are there */
    bool suspended; /* by the broker's admin, set with directory_suspend */
};
/* Any member ever fed, also revoked; NULL when unknown. Valid until the next feed. */
const struct member *directory_member(const struct directory *directory,
        const char *partner);
/* The member when it is in force now: not revoked, not suspended, within its dates;
 * else NULL. */
const struct member *directory_live_member(const struct directory *directory,
        const char *partner, int64_t now_ms);
/* The live member with that transport key, or NULL. */
const struct member *directory_by_transport(const struct directory *directory,
        const struct key32 *transport_key, int64_t now_ms);
/* The broker's membership, or NULL. */
const struct member *directory_broker(const struct directory *directory,
        int64_t now_ms);
size_t directory_member_count(const struct directory *directory);
const struct member *directory_member_at(const struct directory *directory,
        size_t index); /* ordered by partner */
/* Nothing happens for a partner that was never fed. Stays when a new membership comes.
 */
void directory_suspend(struct directory *directory, const char *partner,
        bool suspended);

/* Whose node serves a partner: itself, or the supporting partner of an antenna; NULL
 * when neither is live. */
const struct member *directory_node_of(const struct directory *directory,
        const char *partner, int64_t now_ms);

/* The Ed25519 key that may sign this kind as this signer now, or NULL. Steward:
 * network, membership, revocation, area, snapshot. Broker: offer status, receipt. Node:
 * statement, consent, withdrawal, letter, receipt, hello. The broker's log key:
 * checkpoint. A key that was given up, and not revoked, still stands for what lives on:
 * statement, consent, withdrawal, letter, receipt, offer status; whether that was made
 * in time is asked with directory_key_held. */
const struct key32 *directory_signing_key(const struct directory *directory,
        enum kind kind, const char *signer, const struct id *key_id, int64_t now_ms);

/* The key under which this was signed once, whatever became of it and of the membership
 * since, also a revocation: for what a broker took in its time, and whose log holds it.
 * NULL: the signer never had that key, or has not the role that this kind needs. */
const struct key32 *directory_key_once(const struct directory *directory,
        enum kind kind, const char *signer, const struct id *key_id);

/* The signer's key with this id, if it had that key at that time; NULL: no. The key in
 * force is taken to have been; one that was given up was until then, and a day for the
 * clocks. The dates of the membership are not asked. */
const struct key32 *directory_key_held(const struct directory *directory,
        const char *signer, const struct id *key_id, int64_t made_ms);

/* --- municipalities and sectors --- */
/* Is this place in that area on that day (since 1970, in Brussels)? The same code: yes.
 * A sector in a municipality: only when the steward's table says so on that day, and
 * no other municipality claims it. Nothing else: no code is read for what it begins
 * with. */
bool directory_within(const struct directory *directory, const char *place,
        const char *area, int32_t day);
/* The municipality under which a sector stands on that day; of a municipality itself.
 * NULL: the table does not know. Valid until the next feed. */
const char *directory_area_of(const struct directory *directory, const char *place,
        int32_t day);
/* May somebody name this place on that day? A municipality that no table speaks of may
 * be named, for a network may begin without one; a sector may not. */
enum directory_place {
    DIRECTORY_PLACE_FITS,
    DIRECTORY_PLACE_UNKNOWN, /* a sector that the table does not know on that day */
    DIRECTORY_PLACE_NOT_YET, /* a municipality that begins later: area->from_day */
    DIRECTORY_PLACE_OVER,    /* one that ended before: area->until_day */
};
enum directory_place directory_place(const struct directory *directory,
        const char *place, int32_t day, const struct area **area);
/* Does something with these days hold on that one? until_day 0: open. */
bool directory_area_holds(uint32_t from_day, uint32_t until_day, int32_t day);
/* Are these the same sector on some day? */
bool directory_areas_meet(const struct sector *a, const struct sector *b);
/* What an area may say by itself: E_FORMAT, E_FIELD. */
MUST_USE bool directory_area_ok(const struct area *area, struct err *err);
/* Those that are known, by NIS code; NULL: this one is void, two of one version. */
size_t directory_area_count(const struct directory *directory);
const struct area *directory_area_at(const struct directory *directory, size_t index);
/* How many are not void, and the head over them as directory_head makes it; without
 * any, the root is zero. */
void directory_areas_head(const struct directory *directory, uint32_t *count,
        struct key32 *root);

/* --- epoch keys --- */
/* The key whose window covers now; a live member only; NULL when there is none. */
const struct epoch_key *directory_epoch_key(const struct directory *directory,
        const char *partner, int64_t now_ms);
/* The key with this tag, whatever its window; NULL when unknown. */
const struct epoch_key *directory_epoch_key_by_tag(const struct directory *directory,
        const char *partner, const struct tag8 *ekid);

/* --- partnerships --- */
enum partnership_state {
    PARTNERSHIP_NONE,
    PARTNERSHIP_ONE_SIDED,
    PARTNERSHIP_ACTIVE,
    PARTNERSHIP_ENDED
};
struct partnership_fact {
    enum partnership_state state;
    uint64_t purposes;               /* bit n: row n of vocab purpose */
    uint64_t data_categories;        /* bit n: row n of vocab data_category */
    bool secrecy_bound_of_recipient; /* of the second partner asked about */
    bool niss_allowed;
    int32_t until_day;
    bool proposed_by_first; /* one-sided: whose word is there */
};
/* The partnership between two partners as seen by letters from `from` to `to`, now. */
struct partnership_fact directory_partnership(const struct directory *directory,
        const char *from, const char *to, int64_t now_ms);
/* The same for people: every span is a packed Terms in the directory's memory, or
 * empty. */
struct partnership_view {
    enum partnership_state state;
    struct span in_force;      /* what both have said */
    struct span first, second; /* what one has said, and the other not yet */
    struct span last;          /* ended: what was in force, as far as it is known */
    bool first_ended;          /* by its own word; neither: the last day is over */
    bool second_ended;
    bool proposed_by_first; /* one-sided: whose word is there */
};
struct partnership_view directory_partnership_view(const struct directory *directory,
        const char *first, const char *second, int64_t now_ms);
/* The packed Terms in the newest live statement of author about partner; empty when
 * none. */
struct span directory_terms(const struct directory *directory, const char *author,
        const char *partner, int64_t now_ms);

/* --- what partners take and offer --- */
/* What is said about an antenna is said by the partner that supports it, under a
 * subject that begins with the antenna's name and a colon; only the one that supports
 * it now is heard. False: too long. */
enum { DIRECTORY_SUBJECT_BYTES = 101 };
MUST_USE bool directory_subject(const char *antenna, const char *detail,
        char out[DIRECTORY_SUBJECT_BYTES]);
/* Does this partner take new referrals? Row of vocab intake_state; open when nothing
 * was said. A pause whose date has passed is open; absent is paused. Of an antenna:
 * what its supporting partner says of it, and when that is open, of itself. */
uint16_t directory_intake(const struct directory *directory, const char *partner,
        int64_t now_ms);
/* Is the organisation absent today, or the one that supports this antenna? Then
 * *until_day is the last day of it. */
bool directory_absent(const struct directory *directory, const char *partner,
        int64_t now_ms, int32_t *until_day);
/* Does the partner offer a service for this need? A partner without any service
 * statement counts as offering all. */
bool directory_serves(const struct directory *directory, const char *partner,
        uint16_t need, int64_t now_ms);
/* How much room there is for a need here; the statement that is nearest to what is
 * asked: of this place, or what holds it, then in this language. Nothing said, or
 * nothing that still counts, is not known: it is never taken for open. */
struct capacity_fact {
    bool known;
    uint16_t state; /* vocab capacity_state */
    uint16_t band;  /* vocab capacity_band; 0: not said */
    uint32_t waitlist_days;
    int64_t until_ms; /* when it is not known any more */
};
struct capacity_fact directory_capacity(const struct directory *directory,
        const char *partner, uint16_t need, const char *place, const char *language,
        int64_t now_ms);
/* Walk live statements of a kind (NONE: of all), in order of kind and subject: all of
 * one author, or those about one partner (its own, or what is said about an antenna).
 * NULL ends. A walk ends with the next feed. */
struct directory_walk {
    const struct entry *entry; /* NULL: there is nothing */
    const char *antenna;       /* NULL: whomever they are about */
    enum statement_kind kind;
    size_t at;
    int64_t now_ms;
};
struct directory_walk directory_walk_by(const struct directory *directory,
        const char *author, enum statement_kind kind, int64_t now_ms);
struct directory_walk directory_walk_about(const struct directory *directory,
        const char *partner, enum statement_kind kind, int64_t now_ms);
const struct statement *directory_next(struct directory_walk *walk);
/* The one at this place of the walk by its author; NULL past the last. */
const struct statement *directory_statement_at(const struct directory *directory,
        const char *author, size_t index, int64_t now_ms);
/* Highest version that an author used for (kind, subject); 0 when none. */
uint64_t directory_version(const struct directory *directory, const char *author,
        enum statement_kind kind, const char *subject);

/* --- subscriptions --- */
/* Is a signal about a person one that this partner wants: of this municipality or this
 * sector (as they were when it was raised; place "": it names none), with one of these
 * needs, of at most this level? Whether it may be sent is another question. */
bool directory_wanted(const struct subscription *says, const char *area,
        const char *place, const uint16_t *needs, size_t n_needs, enum level level);

/* --- among neighbours --- */
/* A partner of type SHOP can only alert: it asks nothing and claims nothing. */
bool directory_may_say(const struct member *member, enum statement_kind kind);
/* "buurthuis/12": a partner, and a number of what it said. */
bool directory_reference_ok(const char *text);
/* Is an answer to this advice asked of that member? */
bool directory_asked_advice(const struct advice *advice, const struct member *member);

/* --- coordinators --- */
/* Who coordinates in this area now: live members of type REGISSEUR with a mandate that
 * covers it, ordered by partner; a mandate without areas covers those of its author's
 * membership. How many; the names are the directory's, valid until the next feed. */
size_t directory_coordinators(const struct directory *directory, const char *area,
        int64_t now_ms, const char *out[DIRECTORY_COORDINATORS_MAX]);
/* Does this partner coordinate there now? area NULL: anywhere. */
bool directory_coordinates(const struct directory *directory, const char *partner,
        const char *area, int64_t now_ms);

/* --- age --- */
uint64_t directory_serial(const struct directory *directory);
int64_t directory_issued_ms(const struct directory *directory);
/* Days since the snapshot was issued; a very large number when there is none. */
uint32_t directory_age_days(const struct directory *directory, int64_t now_ms);
/* What a snapshot of the memberships in force here would say: how many, and the RFC
 * 6962 head over merkle_leaf of each packed Signed, ordered by partner. In force: the
 * newest version of its partner, not revoked, not clashed; dates and suspension do not
 * count. */
void directory_head(const struct directory *directory, uint32_t *count,
        struct key32 *root);
/* The place of this partner's membership in that tree, and the path from its leaf to
 * the head; false: it is not in force. */
bool directory_path(const struct directory *directory, const char *partner,
        uint32_t *index, struct key32 path[MERKLE_PATH_MAX], size_t *n_path);
/* Do the memberships and the areas here match the newest snapshot's counts and roots?
 */
bool directory_complete(const struct directory *directory);

#endif
