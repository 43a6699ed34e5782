/* put.h - one submission on its way through the broker; for broker/put*.c alone. */
#ifndef PUT_H
#define PUT_H

#include "broker/state.h"

enum {
    PUT_PAIR = 2, /* a preview with its content */
    PUT_CANDIDATES_MAX = 10,
    /* that it is handed on, and the letters for each candidate */
    PUT_LETTERS_MAX = 1 + PUT_CANDIDATES_MAX * PUT_PAIR,
};

/* A letter that was read and verified. */
struct put_letter {
    struct span packed; /* as it came, to be kept */
    size_t sealed_bytes;
    struct letter_core core;
    struct span core_bytes;
    struct key32 hash; /* of what was signed */
    struct key32 core_hash;
    bool paired; /* a preview whose content came with it */
    bool known;  /* judged before, with the same bytes: row says how */
    struct letter_row row;
};

struct put_work {
    struct partner *partner; /* who submits */
    const struct put *put;
    struct put_letter letters[PUT_LETTERS_MAX]; /* previews first, then the contents
                                                   in the same order */
    size_t n_letters;
    size_t n_candidates; /* 0: one letter that is no pair */
    size_t n_offered;    /* of them, new offers that were taken so far */
    int64_t clash;       /* a consent that was shown with other bytes, 0: none */
    uint32_t receipts[PUT_LETTERS_MAX];     /* slips, as the letters came in */
    uint32_t statuses[ANSWER_STATUSES_MAX]; /* slips, likewise */
    size_t n_statuses;
    bool judged;  /* decide() said no to one of them: */
    bool for_now; /* and it may be put again as it is */
    const char *words;
};

/* What is known of one letter. Everything lies in the frame's arena. */
struct put_case {
    const struct put_letter *letter;
    struct facts facts;
    struct offer_row offer;       /* when facts.offer_known */
    struct referral_row referral; /* when facts.referral_known */
    uint32_t last_place;          /* of the offers of that referral */
    struct consent_row consent;   /* no 0: none */
    struct consent capsule;
    struct letter_core content_core;
    uint32_t depth;
};

/* put.c: a capsule on its own; *fresh: it was not here; *clash: the consent that has
 * this id with other bytes already (E_CONSENT_CONFLICT), which the caller marks. */
MUST_USE bool put_keep_capsule(struct broker *broker, const struct partner *partner,
        struct span bytes, bool *fresh, int64_t *clash, struct err *err);
/* put.c: is there too little room for anything new? Looked at once a second. */
bool put_disk_low(struct broker *broker);

/* put_list.c: where its previews and contents begin: who hands a case on says that
 * first. */
size_t put_first(const struct put_work *work);
/* put_list.c: one letter; or those of one referral, previews and contents, which are
 * put in order. A new candidate needs both, which decide() asks. */
MUST_USE bool put_sort(struct put_work *work, struct err *err);

/* put_facts.c */
MUST_USE bool put_facts(struct broker *broker, const struct put_work *work,
        const struct put_letter *letter, struct put_case *out, struct err *err);
/* The core inside a packed Letter that was verified when it was taken. */
MUST_USE bool put_core(struct span letter, struct arena *arena,
        struct letter_core *core, struct err *err);
/* Who was given a case and handed it on shows what nobody took to who coordinates by
 * the same right: through how many hands that is; 0 for every other letter. */
MUST_USE bool put_overview_hands(struct broker *broker, const struct letter_core *core,
        int64_t consent, uint32_t *hands, struct err *err);
/* Who is who of a case, for consent_decide; also at the hand-over. */
void put_needs(struct broker *broker, const struct letter_core *core,
        struct consent_case *needs);

/* put_apply.c: what was decided becomes rows. */
MUST_USE bool put_apply(struct broker *broker, struct put_work *work,
        struct put_case *known, const struct decision *decision, uint32_t *receipt,
        struct err *err);
/* Who puts a letter again that has ended lost the end of the story, and gets it again.
 */
MUST_USE bool put_tell_end(struct broker *broker, const struct letter_row *row,
        struct err *err);
/* Put into the answer where the letter's offer stands, for who knows of it. */
MUST_USE bool put_show_status(struct broker *broker, struct put_work *work,
        const struct put_letter *letter, const char *code, struct err *err);
/* What is kept of a refusal, and nothing else of the submission: capsules that clash,
 * and for one that is for ever the letters with their receipts. An event that came too
 * late is answered with where the offer stands. */
MUST_USE bool put_refuse(struct broker *broker, struct put_work *work, enum code code,
        bool for_ever, struct err *err);

#endif
