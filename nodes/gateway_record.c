/* gateway_record.c - a consent is recorded, or a new one in the place of an older one.
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/consent.h"
#include "core/ids.h"
#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/record.h"
#include "nodes/whose.h"

/* What a preview may show when the person was not asked apart: what is agreed and names
 * nobody. */
static bool preview_default(struct node *node, struct consent_give *given,
        struct err *err)
{
    static const uint16_t harmless[] = {DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE,
            DATA_CATEGORY_NEEDS};
    uint64_t agreed = consent_bits(given->data_categories, given->n_data_categories);
    uint16_t *rows = arena_take(&node->scratch, sizeof harmless);
    size_t n = 0;
    if (rows == NULL)
        return err_set(err, E_SIZE, "no room for a consent");
    for (size_t i = 0; i < COUNT_OF(harmless); i++)
        if ((agreed >> harmless[i] & 1) != 0)
            rows[n++] = harmless[i];
    given->preview_categories = rows;
    given->n_preview_categories = n;
    return true;
}

/* Every fault by its field; a condition that is not ticked by its own words. */
static void name_faults(struct node *node, struct gateway_call *call,
        const struct consent_give *given)
{
    struct record_fault faults[RECORD_FAULTS_MAX];
    int32_t today = time_brussels_day(node_now(node));
    size_t n = record_check(given, today, faults);
    for (size_t i = 0; i < n; i++) {
        const struct record_fault *fault = &faults[i];
        if (fault->condition == 0) {
            gateway_wrong(call, fault->code, fault->field, fault->words);
            continue;
        }
        gateway_wrong_naming(node, call, fault->code, fault->field, fault->words,
                vocab_label(VOCAB_SECRECY_CONDITION, fault->condition, call->lang));
    }
}

static bool names(const struct consent_give *given, const struct member *member)
{
    if (consent_has_text(given->recipients, given->n_recipients, member->partner))
        return true;
    for (size_t i = 0; i < given->n_recipient_types; i++)
        if (given->recipient_types[i] == member->partner_type)
            return true;
    return false;
}

/* A name that is nobody's would stand in the receipt, and no letter could go there; nor
 * to an antenna while who reads for it is not named. */
static void check_recipients(struct node *node, struct gateway_call *call,
        const struct consent_give *given)
{
    for (size_t i = 0; i < given->n_recipients; i++) {
        const char *partner = given->recipients[i];
        const struct member *member =
                directory_live_member(node->directory, partner, node_now(node));
        if (strcmp(partner, node->partner) == 0)
            gateway_wrong(call, E_FIELD, "recipients", WORDS_OURSELVES);
        else if (member == NULL && ids_partner_ok(partner))
            gateway_wrong_naming(node, call, E_NOT_FOUND, "recipients",
                    WORDS_NOT_A_MEMBER, partner);
        if (member == NULL || member->role != ROLE_SUPPORTED)
            continue;
        const struct member *reader = directory_live_member(node->directory,
                member->supported_by, node_now(node));
        if (reader != NULL && !names(given, reader))
            gateway_wrong_naming(node, call, E_FIELD, "recipients", WORDS_SUPPORTER_TOO,
                    reader->partner);
    }
}

/* What is said of it now; what an older consent says stays. Its form is judged with the
 * record. */
static void check_area(struct node *node, struct gateway_call *call,
        const struct consent_give *said)
{
    if (ids_area_ok(said->area))
        gateway_area(node, call, "area", said->area);
}

/* What tells the person from a namesake, when it was said. */
static void check_person(struct node *node, struct gateway_call *call,
        const struct consent_give *given)
{
    const struct alike_known said = {given->person, given->birth_date, given->niss};
    uint64_t agreed = consent_bits(given->data_categories, given->n_data_categories);
    whose_check_written(node, call, &said, "birth_date", "niss");
    if (given->niss[0] != '\0' && (agreed >> DATA_CATEGORY_IDENTIFIER & 1) == 0)
        gateway_wrong(call, E_NISS, "niss", WORDS_NISS_CATEGORY);
}

/* What nobody may say of himself: the node writes it. */
static void sign_off(struct node *node, const struct gateway_call *call,
        uint64_t renews, struct consent_give *given)
{
    uint8_t random[16];
    hash_random(random, sizeof random);
    given->record_id = ids_v4(random);
    given->renews = renews;
    given->collected_by = gateway_actor(node, call);
}

static bool record(struct node *node, struct gateway_call *call,
        struct consent_give *given, uint64_t *number, struct err *err)
{
    enum lang usual = LANG_NL;
    (void)lang_find(node->conf.language, &usual);
    if (given->no_onward && given->onward_depth > 0)
        gateway_wrong(call, E_FIELD, "no_onward", WORDS_ONWARD_OR_NOT);
    /* A wish about the renewal, and nothing of the record. */
    given->no_onward = false;
    if (given->keep_days == 0)
        given->keep_days = (uint32_t)node->conf.keep_consents_days;
    record_complete(given, time_brussels_day(node_now(node)), usual);
    name_faults(node, call, given);
    check_recipients(node, call, given);
    check_person(node, call, given);
    if (given->n_preview_categories == 0 && !preview_default(node, given, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    /* A capsule is tried at once, so that a consent that no letter could travel under
     * is not recorded. */
    const char *const senders[] = {node->partner};
    const struct consents_record trial = {.given = *given};
    struct consent capsule;
    struct key32 salt;
    consents_mint(node, &trial, senders, &capsule, &salt);
    enum code code = consent_check_capsule(&capsule, node->partner);
    if (code != CODE_OK)
        return gateway_refuse(call, code);
    return consents_record(node, given, number, err);
}

/* What the answer says of it. */
static const char *stands(const struct node *node, const struct consent_give *given)
{
    const struct spool_consent row = {.from_day = (int32_t)given->from_day,
            .until_day = (int32_t)given->until_day};
    return consents_state(&row, node_now(node));
}

bool gateway_consent_give(struct node *node, struct gateway_call *call, struct err *err)
{
    struct consent_give given = *call->request->consent_give;
    uint64_t number = 0;
    if (given.renews != 0)
        gateway_wrong(call, E_FIELD, "renews", WORDS_RENEW_ONLY);
    check_area(node, call, &given);
    sign_off(node, call, 0, &given);
    return record(node, call, &given, &number, err) &&
           gateway_made(node, call,
                   &(struct made){.consent_number = number,
                           .state = stands(node, &given)},
                   err);
}

/* ------------------------------------------------------------- renewing */

/* What was agreed stays as far as nothing else is said. How, who, until when and under
 * which notice is never taken over: that was another talk. The conditions of shared
 * secrecy are ticked anew, because they are about now. */
static void take_over(const struct consent_give *old, struct consent_give *given)
{
    given->person = old->person;
    if (text_is_blank(given->birth_date))
        given->birth_date = old->birth_date;
    if (text_is_blank(given->niss))
        given->niss = old->niss;
    if (given->n_recipients == 0 && given->n_recipient_types == 0) {
        given->recipients = old->recipients;
        given->n_recipients = old->n_recipients;
        given->recipient_types = old->recipient_types;
        given->n_recipient_types = old->n_recipient_types;
    }
    if (text_is_blank(given->area))
        given->area = old->area;
    if (given->n_purposes == 0) {
        given->purposes = old->purposes;
        given->n_purposes = old->n_purposes;
    }
    /* Other data have another preview. */
    bool same_data = given->n_data_categories == 0;
    if (same_data) {
        given->data_categories = old->data_categories;
        given->n_data_categories = old->n_data_categories;
    }
    if (same_data && given->n_preview_categories == 0) {
        given->preview_categories = old->preview_categories;
        given->n_preview_categories = old->n_preview_categories;
    }
    if (given->level_max == LEVEL_NONE)
        given->level_max = old->level_max;
    if (given->legal_basis == 0)
        given->legal_basis = old->legal_basis;
    if (given->secrecy_basis == 0)
        given->secrecy_basis = old->secrecy_basis;
    if (given->onward_depth == 0 && !given->no_onward)
        given->onward_depth = old->onward_depth;
    if (given->keep_days == 0)
        given->keep_days = old->keep_days;
    if (text_is_blank(given->language))
        given->language = old->language;
}

/* A renewal is of the same person: a slip in the number shows when one is named. */
static bool is_theirs(struct node *node, struct gateway_call *call,
        const struct consents_record *old, const struct consent_give *given,
        struct err *err)
{
    const struct alike_known about = {given->person, given->birth_date, given->niss};
    enum alike_ground ground;
    enum alike_who who;
    if (!whose_judge(node, old, &about, &who, &ground, err))
        return false;
    return who != ALIKE_WHO_OTHER ||
           gateway_wrong(call, E_CONSENT_PERSON, "number", whose_words(who, ground));
}

/* May this one be followed by another? */
static bool check_old(struct node *node, struct gateway_call *call,
        const struct consents_record *old, struct err *err)
{
    char number[24];
    uint64_t by;
    if (old->row.withdrawn_ms != 0)
        return gateway_wrong(call, E_CONSENT_WITHDRAWN, "number",
                WORDS_RENEW_WITHDRAWN);
    if (!spool_consent_renewed_by(node->db, old->row.number, &by, err))
        return false;
    if (by == 0)
        return true;
    snprintf(number, sizeof number, "%" PRIu64, by);
    return gateway_wrong_naming(node, call, E_DUPLICATE, "number", WORDS_RENEWED_BY,
            number);
}

bool gateway_consent_renew(struct node *node, struct gateway_call *call,
        struct err *err)
{
    const struct consent_renew *asked = call->request->consent_renew;
    struct consent_give given = {.person = ""};
    struct consents_record old;
    uint64_t number = 0;
    uint64_t live;
    bool found;
    if (!consents_get(node, asked->number, &found, &old, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_CONSENT);
    if (!check_old(node, call, &old, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (asked->given != NULL) {
        given = *asked->given;
        check_area(node, call, &given);
    }
    if (!is_theirs(node, call, &old, &given, err))
        return false;
    take_over(&old.given, &given);
    sign_off(node, call, old.row.number, &given);
    /* Referrals that run keep the consent under which they left. */
    return record(node, call, &given, &number, err) &&
           spool_consent_live(node->db, old.row.number, 0, &live, err) &&
           gateway_made(node, call,
                   &(struct made){.consent_number = number,
                           .state = stands(node, &given),
                           .count = live},
                   err);
}
