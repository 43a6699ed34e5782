/* record_inner.h - what the two files of record.h both ask of a record. */
#ifndef RECORD_INNER_H
#define RECORD_INNER_H

#include "core/span.h"
#include "core/vocab.h"
#include "nodes/record.h"

static inline bool record_is_consent(const struct consent_give *given)
{
    return given->legal_basis == LEGAL_BASIS_CONSENT ||
           given->legal_basis == LEGAL_BASIS_CONSENT_EXPLICIT;
}

/* Somebody speaks for the person, or with the person. */
static inline bool record_via_other(const struct consent_give *given)
{
    return given->how == CONSENT_HOW_VIA_REPRESENTATIVE ||
           given->how == CONSENT_HOW_VIA_TRUSTED_PERSON;
}

static inline bool record_has_notice(const struct consent_give *given)
{
    static const struct key32 NONE;
    return !text_is_blank(given->notice_title) ||
           !text_is_blank(given->notice_version) ||
           !key32_equal(&given->notice_sha256, &NONE);
}

/* Where nobody was asked, nothing was explained, unless somebody says so. */
static inline bool record_was_explained(const struct consent_give *given)
{
    return given->how != CONSENT_HOW_NO_CONSENT || record_has_notice(given);
}

#endif
