/* finder.h - who could help with this? Ranks the partners of the directory, each with
 * the reasons for its place. Pure: it looks only at what it is given, so nobody learns
 * who is looking for what.
 *
 * The order: who can be asked before who cannot; then by service, area, language, room,
 * and how the partner has answered us so far. What a partner does not say lies between
 * a yes and a no, and capacity that is too old is not known. Our own organisation is
 * marked; it stands behind all others unless it says itself that it offers this, and
 * then behind those of which the same is known. Nobody is left out: who cannot be asked
 * stands last, with why. Rules: docs/finding.md. */
#ifndef FINDER_H
#define FINDER_H

#include "core/directory.h"

enum {
    FINDER_REASONS_MAX = 12, /* of one rank */
    FINDER_RECORD_LEAST = 3, /* answers, before they say anything */
};

/* How a partner has answered us. No person. */
struct finder_record {
    char partner[PARTNER_BYTES]; /* of an antenna: its own name */
    uint32_t asked;
    uint32_t in_time;  /* decided before the limit */
    int64_t median_ms; /* from the question to the answer */
};

/* What a consent names; the capsule's own words. */
struct finder_consent {
    const char *const *recipients;
    size_t n_recipients;
    const uint16_t *recipient_types; /* vocab partner_type */
    size_t n_recipient_types;
    const char *area;
};

struct finder_ask {
    const char *self;
    const uint16_t *needs; /* vocab need_category, at least one; all are to be served */
    size_t n_needs;
    const char *place;                    /* NIS code, or with a sector */
    const char *language;                 /* "": any */
    const struct finder_consent *consent; /* NULL: not asked */
    const struct finder_record *records;  /* ordered by partner */
    size_t n_records;
};

struct finder_rank {
    const struct member *member; /* the directory's, until the next feed */
    const struct member *server; /* whose node takes its letters; NULL: nobody's */
    bool askable;
    bool own;
    uint16_t reasons[FINDER_REASONS_MAX]; /* vocab find_reason, what keeps it first */
    size_t n_reasons;
    struct capacity_fact capacity; /* of the need with the least room */
    int32_t absent_until_day;      /* 0: it is not absent */
    struct finder_record record;   /* asked 0: none */
    uint32_t points[7];            /* less is better, in the order above */
};

/* Ranks everybody who is or was a member and can come back (the broker and who is out
 * do not), best first. ranks has room for DIRECTORY_MEMBERS_MAX; how many there are. */
size_t finder_rank(const struct directory *directory, const struct finder_ask *ask,
        int64_t now_ms, struct finder_rank *ranks);

#endif
