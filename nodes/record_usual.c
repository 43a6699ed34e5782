/* record_usual.c - what a consent record says when nobody said otherwise. */
#include "nodes/notice.h"
#include "nodes/record_inner.h"

/* The standard notice exists in three languages; in another one it was explained, not
 * read. */
static void set_notice(struct consent_give *given, enum lang usual)
{
    enum lang lang;
    const char *tag = text_is_blank(given->notice_language) ? given->language
                                                            : given->notice_language;
    if (!lang_find(tag, &lang))
        lang = usual;
    given->notice_title = notice_title(lang);
    given->notice_version = NOTICE_VERSION;
    given->notice_language = lang_tag(lang);
    given->notice_sha256 = notice_hash(lang);
}

/* Somebody else's yes needs a ground that is named; the person's own needs none. */
static void set_speaker(struct consent_give *given)
{
    bool other = record_via_other(given);
    if (given->how == CONSENT_HOW_NO_CONSENT)
        return;
    if (given->authority == 0 && !other)
        given->authority = CONSENT_AUTHORITY_PERSON;
    if (text_is_blank(given->given_by) && !record_by_other(given->authority) && !other)
        given->given_by = given->person;
}

void record_complete(struct consent_give *given, int32_t today, enum lang usual)
{
    set_speaker(given);
    if (text_is_blank(given->language))
        given->language = lang_tag(usual);
    if (!record_has_notice(given) && record_was_explained(given))
        set_notice(given, usual);
    else if (record_has_notice(given) && text_is_blank(given->notice_language))
        given->notice_language = given->language;
    if (given->secrecy_basis == 0 && record_is_consent(given))
        given->secrecy_basis = SECRECY_BASIS_PERSON_CONSENT;
    if (given->secrecy_basis == 0 && given->legal_basis == LEGAL_BASIS_VITAL_INTEREST)
        given->secrecy_basis = SECRECY_BASIS_EMERGENCY;
    if (given->keep_days == 0)
        given->keep_days = RECORD_KEEP_DAYS;
    if (given->from_day == 0)
        given->from_day = (uint32_t)today;
    if (given->until_day == 0)
        given->until_day = given->from_day + RECORD_TERM_DAYS;
}
