/* spool_escalation.h - in the store: at a coordinator the referrals of others that need
 * somebody, and at who referred what each coordinator was shown or told. */
#ifndef SPOOL_ESCALATION_H
#define SPOOL_ESCALATION_H

#include "nodes/spool.h"

/* --- at a coordinator --- */
/* Who referred, where and how urgent stands in its case (CASE_KIND_ESCALATION). */
struct spool_escalation {
    uint64_t case_number;
    struct id escalation_id;
    uint16_t cause;
    char target[PARTNER_BYTES]; /* whom it is about; "": nobody in particular */
    int64_t since_ms, due_ms;
    int64_t at_ms;                 /* when its newest word was said */
    int64_t closed_ms;             /* 0: it is open */
    char told_by[PARTNER_BYTES];   /* "": the broker */
    char handed_by[PARTNER_BYTES]; /* another coordinator, to us */
    char handed_to[PARTNER_BYTES]; /* or by us, to another one */
    int64_t proposed_ms;
    bool given_up; /* closed because who referred looks no further */
};
MUST_USE bool spool_put_escalation(struct db *db,
        const struct spool_escalation *escalation, struct err *err);
/* It goes on under another id. */
MUST_USE bool spool_name_escalation(struct db *db, uint64_t case_number,
        const struct id *escalation_id, struct err *err);
/* Writes the times, handed_by and handed_to. */
MUST_USE bool spool_save_escalation(struct db *db,
        const struct spool_escalation *escalation, struct err *err);
MUST_USE bool spool_get_escalation(struct db *db, uint64_t case_number, bool *found,
        struct spool_escalation *escalation, struct err *err);
MUST_USE bool spool_find_escalation(struct db *db, const struct id *escalation_id,
        bool *found, struct spool_escalation *escalation, struct err *err);
/* The newest open one about that partner's referral as a whole: it is unplaced, or who
 * had it has left. */
MUST_USE bool spool_escalation_of(struct db *db, const struct id *referral_id,
        const char *sender, bool *found, struct spool_escalation *escalation,
        struct err *err);
/* Those that are open, or all; or only what needs another place, as far as that is
 * known. Crisis first, then what is due first; skip: how many were seen already. */
MUST_USE bool spool_escalations(struct db *db, bool all, bool unplaced, size_t skip,
        struct spool_escalation *escalations, size_t max, size_t *n_escalations,
        struct err *err);
/* Those with a preview, by their case, above `after`. */
MUST_USE bool spool_escalations_shown(struct db *db, uint64_t after, uint64_t *numbers,
        size_t max, size_t *n_numbers, struct err *err);
/* The broker's newest word about those that are open and past their time, by their
 * case, above *upto, which becomes the last of these. */
MUST_USE bool spool_escalations_late(struct db *db, int64_t now_ms, uint64_t *upto,
        struct arena *arena, struct span *words, size_t max, size_t *n_words,
        struct err *err);
/* How many are open, and of these past their time and not handed on. */
MUST_USE bool spool_count_escalations(struct db *db, int64_t now_ms, uint64_t *n_open,
        uint64_t *n_late, struct err *err);
/* How many are open of which this partner told itself. */
MUST_USE bool spool_count_told(struct db *db, const char *partner, uint64_t *n_open,
        struct err *err);
/* Cases of escalations that have been over for longer than the term, or that lie behind
 * the newest `keep` of those that are over. */
MUST_USE bool spool_escalations_past(struct db *db, int64_t term_ms, int64_t now_ms,
        size_t keep, uint64_t *numbers, size_t max, size_t *n_numbers, struct err *err);
/* Nothing of it stays, nor of its case. */
MUST_USE bool spool_drop_escalation(struct db *db, uint64_t case_number,
        struct err *err);

/* --- at who referred --- */
enum spool_coordination {
    COORDINATION_OVERVIEW = 1, /* the preview of what found no place */
    COORDINATION_CONCERN = 2,  /* that an erase receipt is missing */
};
struct spool_coordinated {
    uint64_t case_number;
    char coordinator[PARTNER_BYTES]; /* "": the area has none */
    enum spool_coordination what;
    char about[PARTNER_BYTES]; /* of a concern: which partner it is about */
    uint32_t round;            /* how many offers the case had */
    struct id id;              /* of the letter; of a concern its own */
    enum code code;            /* why it did not go; CODE_OK: it did */
    int64_t at_ms;
    int64_t due_ms; /* tried again then; 0: not */
    uint32_t tries;
};
/* A new one, or in the place of the one before. */
MUST_USE bool spool_put_coordinated(struct db *db, const struct spool_coordinated *row,
        struct err *err);
MUST_USE bool spool_get_coordinated(struct db *db, uint64_t case_number,
        const char *coordinator, enum spool_coordination what, const char *about,
        bool *found, struct spool_coordinated *row, struct err *err);
MUST_USE bool spool_coordinated(struct db *db, uint64_t case_number,
        enum spool_coordination what, const char *about, struct spool_coordinated *list,
        size_t max, size_t *n_list, struct err *err);
/* The one that this letter was. */
MUST_USE bool spool_coordinated_of(struct db *db, const struct id *id, bool *found,
        struct spool_coordinated *row, struct err *err);
/* Cases of which an overview is to be tried again by now. */
MUST_USE bool spool_coordinated_due(struct db *db, int64_t now_ms, uint64_t *numbers,
        size_t max, size_t *n_numbers, struct err *err);
/* An overview of this case is not tried again; for this coordinator, NULL: for each. */
MUST_USE bool spool_coordinated_stop(struct db *db, uint64_t case_number,
        const char *coordinator, struct err *err);
MUST_USE bool spool_drop_coordinated(struct db *db, uint64_t case_number,
        enum spool_coordination what, const char *about, struct err *err);

#endif
