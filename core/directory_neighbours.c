/* directory_neighbours.c - what asks, claims, campaigns, barriers, advice and its
 * answers may say: codes and places, days that fit, and no text that leads to one
 * person. */
#include "core/aggregate.h"
#include "core/directory_inner.h"
#include "core/open_text.h"
#include "core/time.h"
#include "core/wire.h"
#include "core/wire_find.h"

/* --- what several of them have --- */

static bool leads_to_one(const char *text)
{
    return text != NULL && open_text_refused(open_text_judge(text).find);
}

/* Whatever is written in it but for what has a form of its own, and for how people
 * reach an organisation. */
static bool texts_ok(const struct wire_map *map, const void *says, struct err *err)
{
    static const char *const except[] = {"area", "areas", "language", "languages",
            "partners", "barriers", "taken_by", "taken_for", "antenna", "contact"};
    static const struct wire_search search = {leads_to_one, except, COUNT_OF(except)};
    char path[WIRE_PATH_BYTES];
    if (wire_find_text(map, says, &search, path))
        return err_set(err, E_IDENTIFIES, "%s leads to one person", path);
    return true;
}

static bool places_ok(const char *const *places, size_t n_places, struct err *err)
{
    for (size_t i = 0; i < n_places; i++)
        if (!ids_place_ok(places[i]))
            return err_set(err, E_FIELD, "\"%s\" is no place", places[i]);
    return true;
}

static bool not_too_long(const struct statement *statement, int days, struct err *err)
{
    uint64_t longest_ms = (uint64_t)days * TIME_DAY_MS;
    if (statement->until_ms - statement->issued_ms > longest_ms)
        return err_set(err, E_TTL, "%s for more than %d days",
                statement_kind_name(statement->kind), days);
    return true;
}

/* The report is named with what it was, and none of its numbers is about a few. */
static bool evidence_ok(const struct report_snapshot *evidence, struct err *err)
{
    if (evidence == NULL)
        return true;
    if (evidence->report == 0 || evidence->from_day > evidence->until_day ||
            evidence->until_day > INT32_MAX)
        return err_set(err, E_FIELD, "evidence without its report");
    if (evidence->n_labels != evidence->n_counts)
        return err_set(err, E_FIELD, "numbers of evidence without a label");
    for (size_t i = 0; i < evidence->n_labels; i++) {
        uint64_t count = evidence->counts[i];
        if (evidence->labels[i][0] == '\0' || (count > 0 && count < AGGREGATE_LEAST))
            return err_set(err, E_FIELD,
                    "a number of evidence that is of fewer than %d",
                    (int)AGGREGATE_LEAST);
    }
    return true;
}

/* --- subjects --- */

enum { NUMBER_DIGITS = 9 };

bool directory_number_ok(const char *text)
{
    size_t len = strspn(text, "0123456789");
    return len > 0 && len <= NUMBER_DIGITS && text[len] == '\0' && text[0] != '0';
}

bool directory_reference_ok(const char *text)
{
    char partner[PARTNER_BYTES];
    size_t len = strcspn(text, "/");
    if (text[len] != '/' || len >= sizeof partner)
        return false;
    memcpy(partner, text, len);
    partner[len] = '\0';
    return ids_partner_ok(partner) && directory_number_ok(text + len + 1);
}

/* --- asks --- */

bool directory_ask_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct ask *ask = said->statement.ask;
    bool live = ask->state == ASK_STATE_OPEN || ask->state == ASK_STATE_TAKEN;
    bool taken = ask->state == ASK_STATE_TAKEN;
    if (ask->state == 0)
        return err_set(err, E_FORMAT, "an ask without a state");
    if (live != (ask->text[0] != '\0') || (live && ask->need == 0))
        return err_set(err, E_FIELD, "an ask whose words are not its state");
    if ((taken && !ids_partner_ok(ask->taken_by)) ||
            (ask->state == ASK_STATE_OPEN && ask->taken_by[0] != '\0') ||
            (ask->taken_by[0] == '\0' && ask->taken_for[0] != '\0'))
        return err_set(err, E_FIELD, "an ask that somebody has, or that nobody has");
    return (!live || places_ok(&ask->area, 1, err)) && texts_ok(&WIRE_ASK, ask, err) &&
           not_too_long(&said->statement, DIRECTORY_ASK_DAYS_MAX, err);
}

bool directory_ask_claim_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct ask_claim *claim = said->statement.ask_claim;
    if (claim->antenna[0] != '\0' && !ids_partner_ok(claim->antenna))
        return err_set(err, E_FIELD, "a claim for an antenna that is none");
    return not_too_long(&said->statement, DIRECTORY_ASK_DAYS_MAX, err);
}

/* --- campaigns, barriers --- */

bool directory_campaign_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct campaign *campaign = said->statement.campaign;
    if (campaign->title[0] == '\0' || campaign->text[0] == '\0' ||
            campaign->n_audiences == 0)
        return err_set(err, E_FIELD, "a campaign that says nothing, or to nobody");
    if (campaign->from_day > INT32_MAX)
        return err_set(err, E_FIELD, "a campaign that begins on no day");
    return places_ok(campaign->areas, campaign->n_areas, err) &&
           texts_ok(&WIRE_CAMPAIGN, campaign, err) &&
           evidence_ok(campaign->evidence, err) &&
           not_too_long(&said->statement, DIRECTORY_CAMPAIGN_DAYS_MAX, err);
}

bool directory_barrier_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct barrier *barrier = said->statement.barrier;
    if (barrier->barrier == 0 || barrier->need == 0)
        return err_set(err, E_FIELD, "a barrier of no kind, or to no help");
    return places_ok(barrier->areas, barrier->n_areas, err) &&
           texts_ok(&WIRE_BARRIER, barrier, err) &&
           evidence_ok(barrier->evidence, err) &&
           not_too_long(&said->statement, DIRECTORY_BARRIER_DAYS_MAX, err);
}

/* --- advice --- */

bool directory_advice_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct advice *advice = said->statement.advice;
    if (advice->title[0] == '\0' || advice->text[0] == '\0')
        return err_set(err, E_FIELD, "advice that says nothing");
    if (advice->n_partners == 0 && advice->n_partner_types == 0)
        return err_set(err, E_FIELD, "advice to nobody");
    for (size_t i = 0; i < advice->n_partners; i++)
        if (!ids_partner_ok(advice->partners[i]))
            return err_set(err, E_FIELD, "advice to \"%s\"", advice->partners[i]);
    for (size_t i = 0; i < advice->n_barriers; i++)
        if (!directory_reference_ok(advice->barriers[i]))
            return err_set(err, E_FIELD, "\"%s\" is no barrier", advice->barriers[i]);
    if (advice->answer_by_day > INT32_MAX)
        return err_set(err, E_FIELD, "advice to be answered on no day");
    return places_ok(advice->areas, advice->n_areas, err) &&
           texts_ok(&WIRE_ADVICE, advice, err) && evidence_ok(advice->evidence, err) &&
           not_too_long(&said->statement, DIRECTORY_ADVICE_DAYS_MAX, err);
}

bool directory_advice_answer_ok(struct arena *scratch, struct said *said,
        struct err *err)
{
    (void)scratch;
    const struct advice_answer *answer = said->statement.advice_answer;
    if (answer->answer == 0)
        return err_set(err, E_FIELD, "an answer that says nothing");
    return texts_ok(&WIRE_ADVICE_ANSWER, answer, err) &&
           not_too_long(&said->statement, DIRECTORY_ADVICE_DAYS_MAX, err);
}

/* --- who may say what --- */

bool directory_may_say(const struct member *member, enum statement_kind kind)
{
    /* What a shop needs to be a member and to say when it is closed, and campaigns. */
    static const enum statement_kind SHOPS[] = {STATEMENT_KIND_EPOCH_KEYS,
            STATEMENT_KIND_PARTNERSHIP, STATEMENT_KIND_INTAKE, STATEMENT_KIND_ABSENCE,
            STATEMENT_KIND_CAMPAIGN};
    if (member->partner_type != PARTNER_TYPE_SHOP)
        return true;
    for (size_t i = 0; i < COUNT_OF(SHOPS); i++)
        if (SHOPS[i] == kind)
            return true;
    return false;
}

bool directory_asked_advice(const struct advice *advice, const struct member *member)
{
    for (size_t i = 0; i < advice->n_partners; i++)
        if (strcmp(advice->partners[i], member->partner) == 0)
            return true;
    for (size_t i = 0; i < advice->n_partner_types; i++)
        if (advice->partner_types[i] == member->partner_type)
            return true;
    return false;
}
