/* gateway_refer.c - a new referral, or an old one offered anew: checked, then sealed
 * for its candidate. */
#include <stdio.h>

#include "core/niss.h"
#include "nodes/cases.h"
#include "nodes/gateway_confidence.h"
#include "nodes/gateway_offer.h"

/* One referral on its way from a request to sealed letters. */
struct referring {
    const struct refer *refer;
    struct referral referral; /* with its correlation id */
    struct preview preview;
    struct consents_record record;
    struct consents_known known; /* the capsule, as if it were kept already */
    struct key32 salt;           /* in its record_hash */
    const char *senders[1];
    struct spool_case file;
    struct spool_offer offer;
    struct letter_plan plans[2]; /* preview, content */
    struct spool_judged judged[2];
    struct confidence confidence; /* what stays here */
};

/* ------------------------------------------------------------- fields */

static void check_fields(struct gateway_call *call, const struct referring *work)
{
    const struct refer *refer = work->refer;
    const struct referral *referral = &work->referral;
    bool named = referral->person != NULL && referral->person->name[0] != '\0';
    if (refer->n_candidates == 0)
        gateway_wrong(call, E_FIELD, "candidates", WORDS_MISSING);
    if (refer->n_candidates > 1 ||
            (refer->mode != MODE_NONE && refer->mode != MODE_DIRECT))
        gateway_wrong(call, E_FIELD, "candidates", WORDS_ONE_CANDIDATE);
    if (refer->purpose == 0)
        gateway_wrong(call, E_FIELD, "purpose", WORDS_MISSING);
    if (refer->urgency == 0)
        gateway_wrong(call, E_FIELD, "urgency", WORDS_MISSING);
    if (!ids_area_ok(refer->area))
        gateway_wrong(call, E_FIELD, "area", WORDS_AREA);
    if (referral->n_needs == 0)
        gateway_wrong(call, E_FIELD, "referral.needs", WORDS_MISSING);
    if (!named)
        gateway_wrong(call, E_FIELD, "referral.person.name", WORDS_MISSING);
}

static void check_person(struct node *node, struct gateway_call *call,
        const struct person *person)
{
    int32_t day;
    int32_t today = time_brussels_day(node_now(node));
    if (person == NULL)
        return;
    if (person->birth_date[0] != '\0' &&
            (!time_day_parse(person->birth_date, &day) || day > today))
        gateway_wrong(call, E_FIELD, "referral.person.birth_date", WORDS_DATE);
    if (person->niss[0] != '\0' && !niss_ok(person->niss))
        gateway_wrong(call, E_NISS, "referral.person.niss", WORDS_NISS_WRONG);
}

/* ------------------------------------------------------------- consent */

static bool find_consent(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    uint64_t number = work->refer->consent_number;
    bool found;
    if (number == 0)
        number = work->file.consent;
    if (number == 0)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_MISSING);
    if (!consents_get(node, number, &found, &work->record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    work->senders[0] = node->partner;
    work->known.there = true;
    work->known.withdrawn = work->record.row.withdrawn_ms != 0;
    consents_mint(node, &work->record, work->senders, &work->known.capsule,
            &work->salt);
    work->file.consent = number;
    work->file.consent_id = work->known.capsule.consent_id;
    return true;
}

/* ------------------------------------------------------------- letters */

static void check_texts(struct gateway_call *call, const struct referring *work)
{
    const char *field = disclose_names_person(&work->preview, work->referral.person);
    if (field != NULL)
        gateway_wrong(call, E_CONSENT_DATA, field, WORDS_NAMES);
}

static bool plan_letters(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    for (size_t i = 0; i < COUNT_OF(work->plans); i++) {
        struct letter_plan *plan = &work->plans[i];
        enum code code;
        plan->file = &work->file;
        plan->type = i == 0 ? LETTER_TYPE_PREVIEW : LETTER_TYPE_CONTENT;
        plan->event = i == 0 ? OFFER_EVENT_OFFER : OFFER_EVENT_NONE;
        plan->offer_id = work->offer.offer_id;
        if (i == 0)
            plan->content.preview = &work->preview;
        else
            plan->content.referral = &work->referral;
        memcpy(plan->recipient, work->file.other, sizeof plan->recipient);
        memcpy(plan->on_behalf_of, work->file.on_behalf_of, sizeof plan->on_behalf_of);
        if (!letters_plan(node, plan, &code, err))
            return false;
        if (code == E_UNREACHABLE)
            return gateway_wrong(call, code, "candidates", WORDS_NO_KEY);
        if (code != CODE_OK)
            return gateway_refuse(call, code);
        if (!gateway_judge(node, call, &work->known, plan, &work->judged[i], err))
            return false;
    }
    return true;
}

static bool write_case(struct node *node, struct gateway_call *call,
        struct referring *work, bool reopens, struct err *err)
{
    struct spool_case *file = &work->file;
    const char *who = gateway_actor(node, call);
    uint64_t moments[2];
    if (!reopens && !cases_new(node, file, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(work->plans); i++) {
        work->judged[i].case_number = file->number;
        if (!cases_keep(node, file, who, work->plans[i].event, work->plans[i].type,
                    work->plans[i].packed, &moments[i], err) ||
                !spool_put_judged(node->db, &work->judged[i], err))
            return false;
    }
    file->preview = moments[0];
    file->content = moments[1];
    file->offer_id = work->offer.offer_id;
    file->updated_ms = node_now(node);
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .case_number = file->number,
            .consent_id = file->consent_id,
            .mode = MODE_DIRECT,
            .at_ms = file->updated_ms,
    };
    uint64_t seq;
    work->offer.case_number = file->number;
    memcpy(work->offer.target, file->other, sizeof work->offer.target);
    memcpy(work->offer.on_behalf_of, file->on_behalf_of,
            sizeof work->offer.on_behalf_of);
    return spool_save_case(node->db, file, err) &&
           spool_put_offer(node->db, &work->offer, err) &&
           consents_put(node, &work->known.capsule, &work->record, &work->salt, err) &&
           spool_put_submission(node->db, &submission, &seq, err) &&
           letters_send(node, &work->plans[0], seq, 0, moments[0], err) &&
           letters_send(node, &work->plans[1], seq, 1, moments[1], err) &&
           letters_trace(node, &work->plans[0], who, "sent", err) &&
           letters_trace(node, &work->plans[1], who, "sent", err) &&
           gateway_confidence_keep(node, call, file, &work->confidence, err);
}

/* ------------------------------------------------------------- offering anew */

/* The case that is offered anew: over for the partner that had it, not closed, and not
 * too long ago. */
static bool check_reopen(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers = 0;
    struct content content;
    struct span packed;
    bool found;
    uint64_t number = call->case_number = work->refer->reopens_case;
    if (!spool_get_case(node->db, number, &found, &work->file, err))
        return false;
    if (!found || work->file.kind != CASE_KIND_REFERRAL_OUT)
        return gateway_wrong(call, E_NOT_FOUND, "reopens_case", WORDS_CASE);
    if (!spool_offers(node->db, number, offers, &n_offers, err))
        return false;
    if (n_offers == SPOOL_OFFERS_MAX)
        return gateway_refuse(call, E_SIZE);
    for (size_t i = 0; i < n_offers; i++)
        if (!lifecycle_is_terminal(offers[i].state))
            return gateway_refuse(call, E_TRANSITION);
    int64_t last = work->file.updated_ms + (int64_t)LIFECYCLE_REOPEN_DAYS * TIME_DAY_MS;
    if (work->file.confirmed)
        return gateway_refuse(call, E_TRANSITION);
    if (node_now(node) > last)
        return gateway_refuse(call, E_TTL);
    work->offer.position = (uint32_t)n_offers;
    work->file.on_behalf_of[0] = '\0';
    if (work->refer->referral != NULL)
        return true;
    if (!cases_read(node, &work->file, work->file.content, &found, &packed, &content,
                err))
        return false;
    if (found && content.referral != NULL)
        work->referral = *content.referral;
    return true;
}

/* What was said in confidence stays here, whether it was marked in a text or given
 * apart. */
static bool take_confidence(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    struct referral *referral = &work->referral;
    const struct {
        const char *field;
        const char **text;
    } texts[] = {
            {"referral.person_does_self", &referral->person_does_self},
            {"referral.strengths",        &referral->strengths       },
            {"referral.own_goal",         &referral->own_goal        },
            {"referral.help_wanted",      &referral->help_wanted     },
            {"referral.reason",           &referral->reason          },
            {"referral.network",          &referral->network         },
            {"referral.services_present", &referral->services_present},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (!gateway_confidence_take(node, call, texts[i].field, texts[i].text,
                    &work->confidence, err))
            return false;
    return gateway_confidence_list(work->refer->confidence, work->refer->n_confidence,
            &work->confidence, err);
}

static bool prepare(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    static const struct referral none = {
            .person_does_self = "",
            .strengths = "",
            .own_goal = "",
            .help_wanted = "",
            .reason = "",
            .reason_language = "",
            .network = "",
            .services_present = "",
            .referrer_name = "",
            .referrer_phone = "",
    };
    const struct refer *refer = work->refer;
    work->referral = refer->referral != NULL ? *refer->referral : none;
    work->file = (struct spool_case){
            .kind = CASE_KIND_REFERRAL_OUT,
            .referral_id = node_random_id(),
    };
    work->offer.offer_id = node_random_id();
    if (refer->reopens_case != 0 && !check_reopen(node, call, work, err))
        return false;
    if (call->code == CODE_OK && !take_confidence(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    work->file.purpose = refer->purpose != 0 ? refer->purpose : work->file.purpose;
    work->file.urgency = refer->urgency;
    work->file.mode = MODE_DIRECT;
    snprintf(work->file.area, sizeof work->file.area, "%s", refer->area);
    if (id_is_none(&work->referral.correlation_id))
        work->referral.correlation_id = node_random_id();
    check_fields(call, work);
    check_person(node, call, work->referral.person);
    if (refer->n_candidates == 1)
        gateway_candidate(node, call, refer->candidates[0], &work->referral,
                &work->file);
    return find_consent(node, call, work, err);
}

bool gateway_refer(struct node *node, struct gateway_call *call, struct err *err)
{
    struct referring *work = arena_take(&node->scratch, sizeof *work);
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room for a referral");
    work->refer = call->request->refer;
    if (node_disk_low(node))
        return gateway_refuse(call, E_DISK);
    if (directory_age_days(node->directory, node_now(node)) >=
            DIRECTORY_NO_REFERRALS_DAYS)
        return gateway_refuse(call, E_DIRECTORY);
    if (!prepare(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    const struct consent *capsule = &work->known.capsule;
    if (!disclose_preview(&work->referral,
                consent_bits(capsule->preview_categories,
                        capsule->n_preview_categories),
                time_brussels_day(node_now(node)), &node->scratch, &work->preview, err))
        return false;
    check_texts(call, work);
    if (!plan_letters(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!write_case(node, call, work, work->refer->reopens_case != 0, err))
        return false;
    struct made made = {.case_number = work->file.number, .state = "sent"};
    return gateway_tell_shared(node, capsule, &work->plans[1].disclosure, &made, err) &&
           gateway_made(node, call, &made, err);
}
