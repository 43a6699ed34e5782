/* asks.c - which claim of an ask counts, and saying so. */
#include "nodes/asks.h"

#include <stdio.h>

#include "nodes/registry.h"
#include "nodes/session.h"

void asks_reference(const struct statement *statement, char out[ASKS_REFERENCE_BYTES])
{
    snprintf(out, ASKS_REFERENCE_BYTES, "%s/%.15s", statement->author,
            statement->subject);
}

/* What an author said under this subject, and still counts. */
static const struct statement *said_under(const struct node *node, const char *author,
        enum statement_kind kind, const char *subject)
{
    const struct statement *statement;
    struct directory_walk walk =
            directory_walk_by(node->directory, author, kind, node_now(node));
    while ((statement = directory_next(&walk)) != NULL)
        if (strcmp(statement->subject, subject) == 0)
            break;
    return statement;
}

const struct statement *asks_find(const struct node *node, enum statement_kind kind,
        const char *reference)
{
    char author[PARTNER_BYTES];
    size_t len = strcspn(reference, "/");
    if (!directory_reference_ok(reference))
        return NULL;
    memcpy(author, reference, len);
    author[len] = '\0';
    return said_under(node, author, kind, reference + len + 1);
}

const struct statement *asks_claim_by(const struct node *node,
        const struct statement *ask, const char *partner)
{
    char subject[ASKS_REFERENCE_BYTES];
    asks_reference(ask, subject);
    const struct statement *claim =
            said_under(node, partner, STATEMENT_KIND_ASK_CLAIM, subject);
    const struct member *member =
            directory_live_member(node->directory, partner, node_now(node));
    /* A number may have been that of another ask before. */
    bool counts = claim != NULL && member != NULL &&
                  directory_may_say(member, STATEMENT_KIND_ASK_CLAIM) &&
                  memcmp(&claim->ask_claim->ask_id, &ask->ask->ask_id,
                          sizeof ask->ask->ask_id) == 0;
    return counts ? claim : NULL;
}

const struct statement *asks_first_claim(const struct node *node,
        const struct statement *ask)
{
    const struct statement *first = NULL;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        /* Ordered by name: of two at once the first stays. */
        const char *partner = directory_member_at(node->directory, i)->partner;
        const struct statement *claim = asks_claim_by(node, ask, partner);
        if (claim != NULL && strcmp(partner, ask->author) != 0 &&
                (first == NULL || claim->issued_ms < first->issued_ms))
            first = claim;
    }
    return first;
}

/* --- saying --- */

uint32_t asks_taken(const struct node *node, const char *antenna)
{
    uint32_t n = 0;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct statement *said;
        struct directory_walk walk = directory_walk_by(node->directory,
                directory_member_at(node->directory, i)->partner, STATEMENT_KIND_ASK,
                node_now(node));
        while ((said = directory_next(&walk)) != NULL)
            n += said->ask->state == ASK_STATE_TAKEN &&
                 strcmp(said->ask->taken_by, node->partner) == 0 &&
                 (antenna == NULL || strcmp(said->ask->taken_for, antenna) == 0);
    }
    return n;
}

bool asks_say(struct node *node, const struct statement *before,
        enum vocab_ask_state state, const struct statement *claim, struct err *err)
{
    struct ask ask = *before->ask;
    struct statement statement = {.kind = STATEMENT_KIND_ASK,
            .subject = before->subject,
            .until_ms = before->until_ms,
            .ask = &ask};
    ask.state = (uint16_t)state;
    ask.taken_by = claim != NULL ? claim->author : "";
    ask.taken_for = claim != NULL ? claim->ask_claim->antenna : "";
    /* What it was about need not be read by everybody any more. */
    if (state != ASK_STATE_OPEN && state != ASK_STATE_TAKEN)
        ask.text = "";
    return registry_statement(node, &statement, err);
}

/* --- settling --- */

/* What becomes of an ask of ours by the claims that are known now. */
static bool settle_own(struct node *node, const struct statement *statement,
        struct err *err)
{
    const struct ask *ask = statement->ask;
    const struct statement *claim;
    if (ask->state == ASK_STATE_OPEN) {
        claim = asks_first_claim(node, statement);
        return claim == NULL || asks_say(node, statement, ASK_STATE_TAKEN, claim, err);
    }
    if (ask->state != ASK_STATE_TAKEN)
        return true;
    claim = asks_claim_by(node, statement, ask->taken_by);
    if (claim == NULL)
        return asks_say(node, statement, ASK_STATE_OPEN, NULL, err);
    return !claim->ask_claim->done ||
           asks_say(node, statement, ASK_STATE_DONE, claim, err);
}

/* A claim of ours that leads to nothing is taken back: the ask is over, or another has
 * it. */
static bool settle_claim(struct node *node, const struct statement *claim,
        struct err *err)
{
    const struct statement *ask = asks_find(node, STATEMENT_KIND_ASK, claim->subject);
    bool ours = ask != NULL &&
                (ask->ask->state == ASK_STATE_OPEN ||
                        (ask->ask->state == ASK_STATE_TAKEN &&
                                strcmp(ask->ask->taken_by, node->partner) == 0));
    struct statement end = {.kind = STATEMENT_KIND_ASK_CLAIM,
            .subject = claim->subject,
            .until_ms = claim->until_ms,
            .ended = true};
    return ours || registry_statement(node, &end, err);
}

/* One that changes something, or false: none does. What is said changes what is walked
 * over, so that the walk begins anew after each. */
static bool settle_next(struct node *node, enum statement_kind kind, size_t *at,
        bool *more, struct err *err)
{
    const struct statement *statement;
    struct directory_walk walk =
            directory_walk_by(node->directory, node->partner, kind, node_now(node));
    size_t i = 0;
    while ((statement = directory_next(&walk)) != NULL && i++ < *at)
        ;
    *more = statement != NULL;
    if (statement == NULL)
        return true;
    uint64_t version = statement->version;
    const char *subject = statement->subject;
    char kept[DIRECTORY_SUBJECT_BYTES];
    snprintf(kept, sizeof kept, "%s", subject);
    bool ok = kind == STATEMENT_KIND_ASK ? settle_own(node, statement, err)
                                         : settle_claim(node, statement, err);
    /* What has ended is walked over no more: the next stands in its place. */
    *at += directory_version(node->directory, node->partner, kind, kept) == version ||
           kind == STATEMENT_KIND_ASK;
    return ok;
}

bool asks_settle(struct node *node, struct err *err)
{
    static const enum statement_kind KINDS[] = {STATEMENT_KIND_ASK,
            STATEMENT_KIND_ASK_CLAIM};
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        bool more = true;
        for (size_t at = 0; more;) {
            size_t used = node->scratch.used;
            struct err why = {.code = CODE_OK};
            bool ok = settle_next(node, KINDS[i], &at, &more, &why);
            arena_reset(&node->scratch, used);
            if (!ok && !session_is_refusal(&why)) {
                *err = why;
                return false;
            }
            /* Too much was said today: tomorrow, or with the next thing that comes. */
            if (!ok)
                return true;
        }
    }
    return true;
}
