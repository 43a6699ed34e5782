/* record.h - the record of a consent (ISO/IEC TS 27560): what it must say before it
 * counts, and what it says when nobody said otherwise.
 *
 * The record stays in the node that collected the consent; docs/consent.md explains it
 * field by field. */
#ifndef RECORD_H
#define RECORD_H

#include "core/code.h"
#include "gen/gateway.h"
#include "nodes/words.h"

enum {
    RECORD_TERM_DAYS = 183,  /* when the person named no end: six months */
    RECORD_KEEP_DAYS = 1825, /* when nobody said how long it is kept: five years */
    RECORD_KEEP_DAYS_MAX = 3650,
    RECORD_ENDING_DAYS = 30, /* the end is announced this long before */
    RECORD_FAULTS_MAX = 28,
};

/* One field that is missing, or says something else than another one. */
struct record_fault {
    enum code code;
    const char *field;
    enum words words;
    uint16_t condition; /* row of secrecy_condition that is not ticked; 0: another */
};

/* Fill in what nobody said: the person spoke for himself, from today, for six months,
 * under the standard notice. `usual` is the language of the node. */
void record_complete(struct consent_give *given, int32_t today, enum lang usual);

/* All faults of a record, in the order of its fields; up to RECORD_FAULTS_MAX. */
size_t record_check(const struct consent_give *given, int32_t today,
        struct record_fault faults[RECORD_FAULTS_MAX]);

/* Did somebody speak in the person's place, or with the person? (column "speaks" of
 * consent_authority) */
bool record_by_other(uint16_t authority);

#endif
