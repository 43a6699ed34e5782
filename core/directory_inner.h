/* directory_inner.h - what the directory is made of; for core/directory*.c only. */
#ifndef DIRECTORY_INNER_H
#define DIRECTORY_INNER_H

#include <stdalign.h>

#include "core/arena.h"
#include "core/directory.h"
#include "core/wire_map.h"

enum {
    /* Members, and partners of whom only the revocation is known. */
    DIRECTORY_ENTRIES_MAX = 2 * DIRECTORY_MEMBERS_MAX,
    DIRECTORY_TABLE_SLOTS = 8192,
    /* To decode one body: a statement, or an area with all its sectors. */
    DIRECTORY_SCRATCH_BYTES = 256 * 1024,
};

/* What the terms of a partnership say, seen from the author of the statement. */
struct said_terms {
    bool there;
    uint64_t purposes;
    uint64_t data_categories;
    bool author_secrecy_bound;
    bool other_secrecy_bound;
    bool niss_allowed;
    int32_t until_day;
};

/* A statement as it is kept: one piece of memory, freed as one. */
struct said {
    bool clashed;               /* two bodies of this version: neither counts */
    struct statement statement; /* points into memory */
    struct said_terms terms;    /* of a partnership */
    struct said_terms proposed; /* what would take their place */
    struct key32 hash;          /* SHA-256 of the body */
    int32_t day;    /* it was issued on, never before the day of what it replaced */
    uint32_t n_day; /* versions of this subject that were new on that day */
    alignas(max_align_t) uint8_t memory[];
};

/* An identity key that was given up. */
struct earlier {
    struct key32 key;
    struct id id;
    uint64_t version;
    int64_t until_ms;
};

/* All that is known of one partner. */
struct entry {
    struct member member; /* version 0: no membership came yet */
    struct id identity_id;
    struct earlier earlier[DIRECTORY_EARLIER_MAX];
    size_t n_earlier;
    struct id log_id;
    struct key32 leaf;        /* of the packed Signed membership, for the snapshot */
    struct key32 hash;        /* SHA-256 of the membership's body */
    uint64_t revoked_version; /* this version and all before it are revoked */
    struct said **statements; /* ordered by kind and subject */
    size_t n_statements;
};

/* What the steward says of one municipality. */
struct held_area {
    struct area area;  /* points into memory */
    bool clashed;      /* two bodies of this version: neither counts */
    struct key32 leaf; /* of the packed Signed, for the snapshot */
    struct key32 hash; /* SHA-256 of the body */
    alignas(max_align_t) uint8_t memory[];
};

struct directory {
    struct arena scratch;
    struct network network; /* its name is network_name */
    char network_name[PARTNER_BYTES];
    bool pinned;
    struct id steward_id;
    struct id reserve_id;

    struct entry *table[DIRECTORY_TABLE_SLOTS]; /* by hash of the partner's name */
    size_t n_entries;
    struct entry *members[DIRECTORY_MEMBERS_MAX]; /* ordered by partner */
    size_t n_members;

    struct held_area *areas[DIRECTORY_AREAS_MAX]; /* ordered by NIS code */
    size_t n_areas;

    struct snapshot snapshot; /* serial 0: none yet; its network is not kept */
    struct key32 snapshot_hash;
    bool snapshot_clashed;
};

/* A membership whose form was checked, with what had to be hashed for it. */
struct membership_fact {
    const struct membership *membership;
    struct id identity_id;
    struct id log_id;
    struct earlier earlier[DIRECTORY_EARLIER_MAX];
    struct key32 leaf;
    struct key32 hash;
};

/* The entry of a partner, or NULL; directory_members.c. */
struct entry *directory_entry(const struct directory *directory, const char *partner);
/* Is this membership the newest, not void and not revoked? Dates do not count here. */
bool directory_in_force(const struct entry *entry);

/* Take what was checked for its form; directory_members.c, directory_statements.c and
 * directory.c. said is freed or kept. */
MUST_USE bool directory_take_membership(struct directory *directory,
        const struct membership_fact *fact, int64_t now_ms, enum directory_news *news,
        struct err *err);
MUST_USE bool directory_take_revocation(struct directory *directory,
        const struct revocation *revocation, enum directory_news *news,
        struct err *err);
MUST_USE bool directory_take_snapshot(struct directory *directory,
        const struct snapshot *snapshot, const struct key32 *hash,
        enum directory_news *news, struct err *err);
MUST_USE bool directory_take_statement(struct directory *directory, struct said *said,
        int64_t now_ms, enum directory_news *news, struct err *err);

/* An area of the steward, checked and taken; directory_areas.c. */
MUST_USE bool directory_take_area(struct directory *directory, struct span bytes,
        struct span body, enum directory_news *news, struct err *err);
void directory_forget_areas(struct directory *directory);

/* Does it say what its kind is for, and nothing else; is its subject one of that kind?
 * An end needs no more words. Fills said->terms; directory_says.c. */
MUST_USE bool directory_says_ok(struct said *said, struct arena *scratch,
        struct err *err);
/* The same for one kind each; directory_reports.c. */
bool directory_aggregate_ok(struct arena *scratch, struct said *said, struct err *err);
bool directory_subscription_ok(struct arena *scratch, struct said *said,
        struct err *err);
/* The same for one kind each; directory_neighbours.c. */
bool directory_ask_ok(struct arena *scratch, struct said *said, struct err *err);
bool directory_ask_claim_ok(struct arena *scratch, struct said *said, struct err *err);
bool directory_campaign_ok(struct arena *scratch, struct said *said, struct err *err);
bool directory_barrier_ok(struct arena *scratch, struct said *said, struct err *err);
bool directory_advice_ok(struct arena *scratch, struct said *said, struct err *err);
bool directory_advice_answer_ok(struct arena *scratch, struct said *said,
        struct err *err);
/* "12": how its author counts what is of one kind. */
bool directory_number_ok(const char *text);
/* Instants that fit what we count with, the first before the second;
 * directory_feed.c. */
MUST_USE bool directory_dates_ok(uint64_t from_ms, uint64_t until_ms, struct err *err);
/* Is a statement about that antenna ("": about its author itself)? */
bool directory_is_about(const struct statement *statement, const char *antenna);
/* How long the name of an antenna in front of a subject is; 0: there is none. */
size_t directory_antenna_len(const char *subject);

/* What a member in force said; NULL: nothing. */
const struct said *directory_said(const struct directory *directory, const char *author,
        enum statement_kind kind, const char *subject, int64_t now_ms);
/* The statement of a member in force when it counts and has not ended, else NULL. */
const struct statement *directory_live_statement(const struct directory *directory,
        const char *author, enum statement_kind kind, const char *subject,
        int64_t now_ms);
/* Not void and not past its date; it may say that something has ended. */
bool directory_counts(const struct said *said, int64_t now_ms);

/* Forget all that a partner said. */
void directory_forget_statements(struct entry *entry);

#endif
