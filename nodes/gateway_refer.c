/* gateway_refer.c - a new referral, or an old one offered anew: what it must say, and
 * the consent it goes under. */
#include <stdio.h>

#include "nodes/gateway_neighbours.h"
#include "nodes/gateway_refer.h"

/* ------------------------------------------------------------- fields */

/* Where it is about: what goes on from a signal or an older referral keeps its place,
 * whatever became of that since. */
static void check_area(struct node *node, struct gateway_call *call,
        const struct referring *work, bool goes_on)
{
    if (!goes_on || !ids_area_ok(work->refer->area))
        gateway_area(node, call, "area", work->refer->area);
}

static void check_fields(struct gateway_call *call, const struct referring *work)
{
    const struct refer *refer = work->refer;
    const struct referral *referral = &work->referral;
    bool named = referral->person != NULL && !text_is_blank(referral->person->name);
    if (refer->purpose == 0)
        gateway_wrong(call, E_FIELD, "purpose", WORDS_MISSING);
    if (refer->urgency == 0)
        gateway_wrong(call, E_FIELD, "urgency", WORDS_MISSING);
    if (referral->n_needs == 0)
        gateway_wrong(call, E_FIELD, "referral.needs", WORDS_MISSING);
    if (!named)
        gateway_wrong(call, E_FIELD, "referral.person.name", WORDS_MISSING);
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
    work->whose = (struct whose_ask){
            .record = &work->record,
            .about = whose_person(work->referral.person),
            .reason = work->refer->same_person,
    };
    if (!whose_check(node, call, &work->whose, err))
        return false;
    /* Neighbours were asked without a name; a name goes under a consent of its own. */
    if (work->refer->from_ask != 0)
        work->ask = gateway_from_ask(node, call, work->refer->from_ask,
                work->record.row.recorded_ms);
    return true;
}

/* An ask that became a referral is asked no more. */
static bool end_ask(struct node *node, struct gateway_call *call,
        const struct referring *work, struct err *err)
{
    return work->ask == NULL ||
           (asks_say(node, work->ask, ASK_STATE_REFERRED, NULL, err) &&
                   node_trace(node, work->file.number, gateway_actor(node, call),
                           "from_ask", "", &(struct id){{0}}, err));
}

/* ------------------------------------------------------------- texts */

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

const struct referral REFER_BARE = {
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

static bool prepare(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    const struct refer *refer = work->refer;
    work->referral = refer->referral != NULL ? *refer->referral : REFER_BARE;
    work->file = (struct spool_case){
            .kind = CASE_KIND_REFERRAL_OUT,
            .referral_id = node_random_id(),
    };
    if (refer->reopens_case != 0 && !refer_reopened(node, call, work, err))
        return false;
    if (call->code == CODE_OK && !take_confidence(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    work->file.purpose = refer->purpose != 0 ? refer->purpose : work->file.purpose;
    work->file.urgency = refer->urgency;
    snprintf(work->file.area, sizeof work->file.area, "%s", refer->area);
    bool goes_on =
            refer->reopens_case != 0 || !id_is_none(&work->referral.correlation_id);
    if (!goes_on)
        work->referral.correlation_id = node_random_id();
    refer_candidates(node, call, work);
    check_area(node, call, work, goes_on);
    check_fields(call, work);
    const struct alike_known said = whose_person(work->referral.person);
    whose_check_written(node, call, &said, "referral.person.birth_date",
            "referral.person.niss");
    return find_consent(node, call, work, err);
}

/* ------------------------------------------------------------- the whole */

bool refer_may_begin(struct node *node, struct gateway_call *call)
{
    if (node_disk_low(node))
        gateway_refuse(call, E_DISK);
    else if (directory_age_days(node->directory, node_now(node)) >=
             DIRECTORY_NO_REFERRALS_DAYS)
        gateway_refuse(call, E_DIRECTORY);
    return call->code == CODE_OK;
}

bool refer_preview(struct node *node, struct gateway_call *call, struct referring *work,
        uint64_t leave_out, struct err *err)
{
    const struct consent *capsule = &work->known.capsule;
    uint64_t shown =
            consent_bits(capsule->preview_categories, capsule->n_preview_categories);
    if (!disclose_preview(&work->referral, shown & ~leave_out,
                time_brussels_day(node_now(node)), &node->scratch, &work->preview, err))
        return false;
    const char *field = disclose_names_person(&work->preview, work->referral.person);
    return field == NULL || gateway_wrong(call, E_CONSENT_DATA, field, WORDS_NAMES);
}

bool gateway_refer(struct node *node, struct gateway_call *call, struct err *err)
{
    struct referring *work = arena_take(&node->scratch, sizeof *work);
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room for a referral");
    work->refer = call->request->refer;
    if (!refer_may_begin(node, call))
        return true;
    if (!prepare(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    return refer_preview(node, call, work, 0, err) &&
           refer_send(node, call, work, err) &&
           (call->code != CODE_OK ||
                   (whose_keep(node, call, &work->whose, work->file.number, err) &&
                           end_ask(node, call, work, err)));
}
