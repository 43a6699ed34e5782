/* disclose.h - what a content discloses about a person: which data, how sensitive, and
 * what a candidate may see of it beforehand. Pure.
 *
 * Data categories are computed from the filled fields, so that nobody can declare less
 * than is sent. Rules: docs/referrals.md, "Consent at three points" and "Content of a
 * referral". */
#ifndef DISCLOSE_H
#define DISCLOSE_H

#include "core/arena.h"
#include "core/err.h"
#include "gen/bus.h"
#include "gen/content.h"

struct disclosure {
    uint64_t categories; /* bit n: row n of vocab data_category */
    enum level level;    /* the lowest level that these data and need codes allow */
};

/* Of whatever body the content has. */
struct disclosure disclose_content(const struct content *content);

/* The same categories as rows, ascending; at most `max` of them. How many there are. */
size_t disclose_rows(uint64_t categories, uint16_t *rows, size_t max);

/* The same referral without the fields that hold data of these categories; what of it
 * stays the same is shared. E_SIZE: the arena is full. */
MUST_USE bool disclose_less(const struct referral *referral, uint64_t categories,
        struct arena *arena, struct referral *less, struct err *err);

/* What a candidate sees of a referral: only what the consent's preview categories name,
 * never name, address, phone or birth date. Texts that are too long for a preview are
 * cut between characters. today: day in Brussels, for the age band. E_CONSENT_DATA: not
 * even the needs may be shown; E_SIZE: the arena is full. */
MUST_USE bool disclose_preview(const struct referral *referral,
        uint64_t preview_categories, int32_t today, struct arena *arena,
        struct preview *preview, struct err *err);

/* The referral of which such a preview is all that can be seen. person: room for what
 * it tells of the person. */
struct referral disclose_seen(const struct preview *preview, struct person *person);
/* What of a correction changes that preview, as a candidate hears it: whatever else was
 * corrected may not be known before the accept. *any false: nothing. E_SIZE. */
MUST_USE bool disclose_corrected(const struct referral *corrected,
        const struct preview *held, int32_t today, struct arena *arena,
        struct preview *changed, bool *any, struct err *err);

/* The field of the preview that holds the person's name, phone, birth date or
 * address all the same ("strengths"); NULL when none does. */
const char *disclose_names_person(const struct preview *preview,
        const struct person *person);
/* The same of one text. */
bool disclose_text_names(const char *text, const struct person *person);

/* Row of vocab age_band for a birth date "YYYY-MM-DD"; 0 when it is no date or lies
 * ahead. */
uint16_t disclose_age_band(const char *birth_date, int32_t today);

#endif
