/* gateway_ask.c - asks among neighbours: posting, taking up, giving back, ending; and
 * from an ask to a referral and back, with a consent that was given for it. */
#include <stdio.h>

#include "nodes/consents.h"
#include "nodes/gateway_neighbours.h"
#include "nodes/person.h"
#include "nodes/registry.h"
#include "nodes/whose.h"

enum { ASK_USUAL_DAYS = 31 };

static bool may_say(struct node *node, enum statement_kind kind)
{
    const struct member *self = node_self(node);
    return self != NULL && directory_may_say(self, kind);
}

/* ------------------------------------------------------------- from a referral */

static bool has_purpose(const struct consent_give *given, uint16_t purpose)
{
    for (size_t i = 0; i < given->n_purposes; i++)
        if (given->purposes[i] == purpose)
            return true;
    return false;
}

/* Of a person who is known, and not what was agreed for the case. */
static bool is_fresh(const struct spool_case *file,
        const struct consents_record *record, const struct person_consents *person)
{
    return person->n_names > 0 && record->row.number != file->consent &&
           record->row.recorded_ms > file->created_ms;
}

/* One of the names by which the person of the case is known here; *ask is about that
 * one, or about the first. */
static bool find_name(struct node *node, const struct person_consents *person,
        struct whose_ask *ask, struct err *err)
{
    for (size_t i = person->n_names; i > 0; i--) {
        enum alike_ground ground;
        enum alike_who who;
        const struct alike_known about = {.name = person->names[i - 1]};
        if (!whose_judge(node, ask->record, &about, &who, &ground, err))
            return false;
        ask->about = about;
        if (who == ALIKE_WHO_SAME)
            return true;
    }
    return true;
}

static bool is_theirs(struct node *node, struct gateway_call *call,
        const struct post_ask *post, const struct consents_record *record,
        const struct person_consents *person, struct err *err)
{
    struct whose_ask ask = {.record = record, .reason = post->same_person};
    return find_name(node, person, &ask, err) && whose_check(node, call, &ask, err) &&
           (call->code != CODE_OK ||
                   whose_keep(node, call, &ask, post->from_case, err));
}

/* A referral becomes an ask: nothing of the person is in it, and still it is the person
 * who decides that neighbours are asked. */
static bool check_case(struct node *node, struct gateway_call *call,
        const struct post_ask *post, struct err *err)
{
    struct spool_case file;
    struct consents_record record;
    struct person_consents *person = arena_take(&node->scratch, sizeof *person);
    bool found;
    if (person == NULL)
        return err_set(err, ERR_NOMEM, "no room to look at a case");
    if (!gateway_find_case(node, call, post->from_case, "from_case", false, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (file.kind != CASE_KIND_REFERRAL_OUT && file.kind != CASE_KIND_REFERRAL_IN)
        return gateway_wrong(call, E_FIELD, "from_case", WORDS_NOT_A_REFERRAL);
    if (!consents_get(node, post->consent_number, &found, &record, err) ||
            !person_of(node, &file, person, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    const char *state = consents_state(&record.row, node_now(node));
    if (strcmp(state, "active") != 0)
        return gateway_wrong(call,
                strcmp(state, "withdrawn") == 0 ? E_CONSENT_WITHDRAWN
                                                : E_CONSENT_EXPIRED,
                "consent_number", WORDS_FRESH_CONSENT);
    if (!is_fresh(&file, &record, person))
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number",
                WORDS_FRESH_CONSENT);
    if (!has_purpose(&record.given, PURPOSE_INFORMAL_SUPPORT))
        return gateway_wrong(call, E_CONSENT_PURPOSE, "consent_number",
                WORDS_INFORMAL_PURPOSE);
    if (!is_theirs(node, call, post, &record, person, err))
        return false;
    return call->code != CODE_OK ||
           node_trace(node, file.number, gateway_actor(node, call), "asked_neighbours",
                   "", &(struct id){{0}}, err);
}

/* ------------------------------------------------------------- posting */

static void check_post(struct node *node, struct gateway_call *call,
        const struct post_ask *post)
{
    if (!may_say(node, STATEMENT_KIND_ASK))
        gateway_refuse(call, E_ALERT);
    if (post->need == 0)
        gateway_wrong(call, E_FIELD, "need", WORDS_MISSING);
    if (text_is_blank(post->text))
        gateway_wrong(call, E_FIELD, "text", WORDS_MISSING);
    gateway_places(node, call, "area", &post->area, 1);
    if (post->from_case != 0 && post->consent_number == 0)
        gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_MISSING);
    gateway_open_text(node, call, "text", post->text, post->sure);
}

bool gateway_ask_post(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct post_ask *post = call->request->ask_post;
    struct ask ask = {.ask_id = node_random_id(),
            .state = ASK_STATE_OPEN,
            .need = post->need,
            .area = post->area,
            .language = post->language,
            .text = post->text,
            .posted_ms = (uint64_t)node_now(node)};
    struct gateway_saying saying = {
            .statement = {.kind = STATEMENT_KIND_ASK, .ask = &ask},
            .state = vocab_code(VOCAB_ASK_STATE, ASK_STATE_OPEN),
    };
    saying.statement.until_ms = gateway_until(node, post->until_day, ASK_USUAL_DAYS,
            DIRECTORY_ASK_DAYS_MAX);
    check_post(node, call, post);
    if (saying.statement.until_ms == 0)
        gateway_wrong(call, E_TTL, "until_day", WORDS_ASK_DAYS);
    if (call->code == CODE_OK && post->from_case != 0 &&
            !check_case(node, call, post, err))
        return false;
    return call->code != CODE_OK || gateway_say(node, call, &saying, err);
}

/* ------------------------------------------------------------- ending our own */

static const struct statement *own_ask(const struct node *node, uint64_t number)
{
    char reference[ASKS_REFERENCE_BYTES];
    snprintf(reference, sizeof reference, "%s/%llu", node->partner,
            (unsigned long long)number);
    return asks_find(node, STATEMENT_KIND_ASK, reference);
}

static bool is_live(const struct statement *ask)
{
    return ask != NULL &&
           (ask->ask->state == ASK_STATE_OPEN || ask->ask->state == ASK_STATE_TAKEN);
}

bool gateway_ask_end(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct end_ask *end = call->request->ask_end;
    const struct statement *ask = own_ask(node, end->number);
    struct gateway_saying saying = {
            .statement = {.kind = STATEMENT_KIND_ASK},
            .number = end->number,
            .gone = WORDS_NO_ASK,
            .state = "withdrawn",
    };
    if (end->number == 0)
        return gateway_wrong(call, E_FIELD, "number", WORDS_MISSING);
    if (!end->done)
        return gateway_say(node, call, &saying, err);
    if (!is_live(ask))
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_NO_ASK);
    const struct statement *claim =
            ask->ask->taken_by[0] == '\0'
                    ? NULL
                    : asks_claim_by(node, ask, ask->ask->taken_by);
    return asks_say(node, ask, ASK_STATE_DONE, claim, err) &&
           gateway_made(node, call, &(struct made){.state = "done"}, err);
}

/* ------------------------------------------------------------- those of others */

/* An antenna of ours does it. */
static void check_antenna(struct node *node, struct gateway_call *call,
        const char *antenna)
{
    const struct member *member =
            directory_live_member(node->directory, antenna, node_now(node));
    if (antenna[0] == '\0')
        return;
    if (member == NULL || member->role != ROLE_SUPPORTED ||
            strcmp(member->supported_by, node->partner) != 0)
        gateway_wrong(call, E_NOT_FOUND, "antenna", WORDS_NOT_OUR_ANTENNA);
    else if (directory_intake(node->directory, antenna, node_now(node)) !=
             INTAKE_STATE_OPEN)
        gateway_refuse(call, E_BUSY);
}

static bool release(struct node *node, struct gateway_call *call,
        const struct statement *claim, struct err *err)
{
    struct statement end = {.kind = STATEMENT_KIND_ASK_CLAIM,
            .subject = claim->subject,
            .until_ms = claim->until_ms,
            .ended = true};
    return registry_statement(node, &end, err) &&
           gateway_made(node, call, &(struct made){.state = "released"}, err);
}

static bool claim_anew(struct node *node, struct gateway_call *call,
        const struct statement *ask, const struct ask_claim *claim, struct err *err)
{
    char subject[ASKS_REFERENCE_BYTES];
    asks_reference(ask, subject);
    struct statement statement = {.kind = STATEMENT_KIND_ASK_CLAIM,
            .subject = subject,
            .until_ms = ask->until_ms,
            .ask_claim = claim};
    return registry_statement(node, &statement, err) &&
           gateway_made(node, call,
                   &(struct made){.state = claim->done ? "done" : "claimed"}, err);
}

bool gateway_ask_claim(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct claim_ask *wish = call->request->ask_claim;
    const struct statement *ask = asks_find(node, STATEMENT_KIND_ASK, wish->ask);
    if (!may_say(node, STATEMENT_KIND_ASK_CLAIM))
        return gateway_refuse(call, E_ALERT);
    if (!directory_reference_ok(wish->ask))
        return gateway_wrong(call, E_FIELD, "ask", WORDS_ASK_REFERENCE);
    if (!is_live(ask))
        return gateway_wrong(call, E_NOT_FOUND, "ask", WORDS_NO_ASK);
    if (strcmp(ask->author, node->partner) == 0)
        return gateway_wrong(call, E_FIELD, "ask", WORDS_OWN_ASK);
    const struct statement *ours = asks_claim_by(node, ask, node->partner);
    bool taken = ask->ask->state == ASK_STATE_TAKEN;
    bool by_us = taken && strcmp(ask->ask->taken_by, node->partner) == 0;
    if (wish->release || wish->done) {
        if (ours == NULL || (wish->done && !by_us))
            return gateway_wrong(call, E_NOT_FOUND, "ask", WORDS_NOT_CLAIMED);
        struct ask_claim done = *ours->ask_claim;
        done.done = true;
        return wish->release ? release(node, call, ours, err)
                             : claim_anew(node, call, ask, &done, err);
    }
    if (taken && !by_us)
        return gateway_wrong(call, E_CONFLICT, "ask", WORDS_ASK_TAKEN);
    check_antenna(node, call, wish->antenna);
    if (call->code != CODE_OK)
        return true;
    const struct ask_claim claim = {.ask_id = ask->ask->ask_id,
            .antenna = wish->antenna};
    return claim_anew(node, call, ask, &claim, err);
}

/* ------------------------------------------------------------- to a referral */

const struct statement *gateway_from_ask(struct node *node, struct gateway_call *call,
        uint64_t number, int64_t consent_recorded_ms)
{
    const struct statement *ask = own_ask(node, number);
    if (!is_live(ask)) {
        gateway_wrong(call, E_NOT_FOUND, "from_ask", WORDS_NO_ASK);
        return NULL;
    }
    if (consent_recorded_ms <= (int64_t)ask->ask->posted_ms) {
        gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_FRESH_CONSENT);
        return NULL;
    }
    return ask;
}
