/* gateway_advice.c - campaigns, barriers, advice and answers to it: what everybody is
 * told, whom it is for, and what it rests on. */
#include <stdio.h>

#include "core/aggregate.h"
#include "nodes/gateway_neighbours.h"
#include "nodes/registry.h"

enum { CAMPAIGN_DAYS = 31, BARRIER_DAYS = 183, ADVICE_DAYS = 730 };

/* What a report said, in numbers of which none is about a few. */
static void check_evidence(struct node *node, struct gateway_call *call,
        const struct report_snapshot *evidence, bool sure)
{
    if (evidence == NULL)
        return;
    if (evidence->report == 0)
        gateway_wrong(call, E_FIELD, "says.evidence.report", WORDS_MISSING);
    if (evidence->from_day > evidence->until_day || evidence->until_day > INT32_MAX)
        gateway_wrong(call, E_FIELD, "says.evidence.from_day", WORDS_DAYS);
    if (evidence->n_labels != evidence->n_counts)
        gateway_wrong(call, E_FIELD, "says.evidence.counts", WORDS_MISSING);
    for (size_t i = 0; i < evidence->n_labels && i < evidence->n_counts; i++) {
        uint64_t count = evidence->counts[i];
        if (evidence->labels[i][0] == '\0')
            gateway_wrong(call, E_FIELD, "says.evidence.labels", WORDS_MISSING);
        if (count > 0 && count < AGGREGATE_LEAST)
            gateway_wrong(call, E_FIELD, "says.evidence.counts", WORDS_FEW);
        gateway_open_text(node, call, "says.evidence.labels", evidence->labels[i],
                sure);
    }
}

/* A text that must be there. */
static void check_text(struct node *node, struct gateway_call *call, const char *field,
        const char *text, bool sure)
{
    if (text_is_blank(text))
        gateway_wrong(call, E_FIELD, field, WORDS_MISSING);
    gateway_open_text(node, call, field, text, sure);
}

/* What of it is said anew, or ended. */
static bool say(struct node *node, struct gateway_call *call,
        struct gateway_saying *saying, struct err *err)
{
    if (saying->number == 0 && saying->statement.until_ms == 0)
        gateway_wrong(call, E_TTL, "until_day", WORDS_SAID_DAYS);
    saying->state = saying->number == 0 ? "published" : "ended";
    saying->gone = WORDS_NOT_SAID;
    return call->code != CODE_OK || gateway_say(node, call, saying, err);
}

/* ------------------------------------------------------------- campaigns, barriers */

/* A campaign may be told of before it begins. */
static uint64_t campaign_until(const struct node *node, const struct set_campaign *set,
        uint32_t from_day)
{
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    bool later = set->until_day == 0 && from_day > today &&
                 from_day - today < DIRECTORY_CAMPAIGN_DAYS_MAX;
    uint32_t until_day = later ? from_day + CAMPAIGN_DAYS : set->until_day;
    if (until_day != 0 && until_day < from_day)
        return 0;
    return gateway_until(node, until_day, CAMPAIGN_DAYS, DIRECTORY_CAMPAIGN_DAYS_MAX);
}

bool gateway_campaign(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_campaign *set = call->request->campaign;
    struct gateway_saying saying = {.statement = {.kind = STATEMENT_KIND_CAMPAIGN},
            .number = set->number};
    if (set->number != 0)
        return say(node, call, &saying, err);
    if (set->says == NULL)
        return gateway_wrong(call, E_FIELD, "says", WORDS_MISSING);
    struct campaign campaign = *set->says;
    if (campaign.from_day == 0)
        campaign.from_day = (uint32_t)time_brussels_day(node_now(node));
    check_text(node, call, "says.title", campaign.title, set->sure);
    check_text(node, call, "says.text", campaign.text, set->sure);
    if (campaign.n_audiences == 0)
        gateway_wrong(call, E_FIELD, "says.audiences", WORDS_MISSING);
    gateway_places(node, call, "says.areas", campaign.areas, campaign.n_areas);
    check_evidence(node, call, campaign.evidence, set->sure);
    saying.statement.campaign = &campaign;
    saying.statement.until_ms = campaign_until(node, set, campaign.from_day);
    return say(node, call, &saying, err);
}

bool gateway_barrier(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_barrier *set = call->request->barrier;
    const struct barrier *says = set->says;
    struct gateway_saying saying = {.statement = {.kind = STATEMENT_KIND_BARRIER},
            .number = set->number};
    if (set->number != 0)
        return say(node, call, &saying, err);
    if (says == NULL || says->barrier == 0)
        return gateway_wrong(call, E_FIELD, "says.barrier", WORDS_MISSING);
    if (says->need == 0)
        gateway_wrong(call, E_FIELD, "says.need", WORDS_MISSING);
    gateway_open_text(node, call, "says.text", says->text, set->sure);
    gateway_places(node, call, "says.areas", says->areas, says->n_areas);
    check_evidence(node, call, says->evidence, set->sure);
    saying.statement.barrier = says;
    saying.statement.until_ms = gateway_until(node, set->until_day, BARRIER_DAYS,
            DIRECTORY_BARRIER_DAYS_MAX);
    return say(node, call, &saying, err);
}

/* ------------------------------------------------------------- advice */

static void check_advice(struct node *node, struct gateway_call *call,
        const struct advice *says, bool sure)
{
    check_text(node, call, "says.title", says->title, sure);
    check_text(node, call, "says.text", says->text, sure);
    if (says->n_partners == 0 && says->n_partner_types == 0)
        gateway_wrong(call, E_FIELD, "says.partners", WORDS_TO_WHOM);
    for (size_t i = 0; i < says->n_partners; i++)
        if (directory_live_member(node->directory, says->partners[i], node_now(node)) ==
                NULL)
            gateway_wrong(call, E_NOT_FOUND, "says.partners", WORDS_PARTNER);
    for (size_t i = 0; i < says->n_barriers; i++)
        if (!directory_reference_ok(says->barriers[i]))
            gateway_wrong(call, E_FIELD, "says.barriers", WORDS_NOT_A_BARRIER);
    if (says->answer_by_day > INT32_MAX ||
            (says->answer_by_day != 0 &&
                    says->answer_by_day < (uint32_t)time_brussels_day(node_now(node))))
        gateway_wrong(call, E_TTL, "says.answer_by_day", WORDS_SAID_DAYS);
    gateway_places(node, call, "says.areas", says->areas, says->n_areas);
    check_evidence(node, call, says->evidence, sure);
}

bool gateway_advice(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_advice *set = call->request->advice;
    struct gateway_saying saying = {.statement = {.kind = STATEMENT_KIND_ADVICE},
            .number = set->number};
    if (set->number != 0)
        return say(node, call, &saying, err);
    if (set->says == NULL)
        return gateway_wrong(call, E_FIELD, "says", WORDS_MISSING);
    struct advice advice = *set->says;
    advice.advice_id = node_random_id();
    check_advice(node, call, &advice, set->sure);
    saying.statement.advice = &advice;
    saying.statement.until_ms =
            gateway_until(node, set->until_day, ADVICE_DAYS, DIRECTORY_ADVICE_DAYS_MAX);
    return say(node, call, &saying, err);
}

bool gateway_advice_answer(struct node *node, struct gateway_call *call,
        struct err *err)
{
    const struct answer_advice *answer = call->request->advice_answer;
    const struct statement *advice =
            asks_find(node, STATEMENT_KIND_ADVICE, answer->advice);
    if (advice == NULL)
        return gateway_wrong(call, E_NOT_FOUND, "advice", WORDS_NO_ADVICE);
    if (!directory_asked_advice(advice->advice, node_self(node)))
        return gateway_wrong(call, E_NOT_FOUND, "advice", WORDS_NOT_ASKED_ADVICE);
    if (answer->answer == 0)
        gateway_wrong(call, E_FIELD, "answer", WORDS_MISSING);
    gateway_open_text(node, call, "text", answer->text, answer->sure);
    if (call->code != CODE_OK)
        return true;
    char subject[ASKS_REFERENCE_BYTES];
    asks_reference(advice, subject);
    const struct advice_answer says = {.advice_id = advice->advice->advice_id,
            .answer = answer->answer,
            .text = answer->text};
    struct statement statement = {.kind = STATEMENT_KIND_ADVICE_ANSWER,
            .subject = subject,
            .until_ms = advice->until_ms,
            .advice_answer = &says};
    return registry_statement(node, &statement, err) &&
           gateway_made(node, call,
                   &(struct made){
                           .state = vocab_code(VOCAB_ADVICE_ANSWER, answer->answer)},
                   err);
}
