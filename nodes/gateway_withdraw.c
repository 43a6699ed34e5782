/* gateway_withdraw.c - a person takes a consent back: one, or all that are linked to a
 * case. */
#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/person.h"

/* Every capsule that was minted from the record and is not withdrawn yet, however many
 * there are. */
static bool withdraw_capsules(struct node *node, uint64_t number, uint16_t reason,
        uint64_t *count, struct err *err)
{
    struct id ids[CONSENTS_USES_MAX];
    size_t n_ids;
    *count = 0;
    do {
        if (!spool_capsules_left(node->db, number, ids, CONSENTS_USES_MAX, &n_ids, err))
            return false;
        for (size_t i = 0; i < n_ids; i++) {
            size_t used = node->scratch.used;
            if (!consents_withdraw(node, &ids[i], reason, err))
                return false;
            arena_reset(&node->scratch, used);
        }
        *count += n_ids;
    } while (n_ids > 0);
    return true;
}

static bool withdraw_one(struct node *node, uint64_t number, uint16_t reason,
        uint64_t *count, struct err *err)
{
    uint64_t n;
    if (!spool_consent_withdrawn(node->db, number, node_now(node), err) ||
            !withdraw_capsules(node, number, reason, &n, err))
        return false;
    *count += n;
    return true;
}

/* Whoever takes back a renewed consent takes back what it renewed, and what renewed it:
 * to the person it is one agreement. */
static bool withdraw_chain(struct node *node, uint64_t number, uint16_t reason,
        uint64_t *count, struct err *err)
{
    struct spool_consent row = {.renews = number};
    bool found = true;
    while (found && row.renews != 0) {
        number = row.renews;
        size_t used = node->scratch.used;
        if (!spool_get_consent(node->db, number, &node->scratch, &found, &row, err))
            return false;
        arena_reset(&node->scratch, used);
    }
    while (number != 0)
        if (!withdraw_one(node, number, reason, count, err) ||
                !spool_consent_renewed_by(node->db, number, &number, err))
            return false;
    return true;
}

static bool withdraw_record(struct node *node, struct gateway_call *call,
        uint64_t number, uint16_t reason, struct err *err)
{
    struct consents_record record;
    uint64_t count = 0;
    bool found;
    if (!consents_get(node, number, &found, &record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_CONSENT);
    return withdraw_chain(node, number, reason, &count, err) &&
           gateway_made(node, call,
                   &(struct made){.consent_number = number,
                           .state = "withdrawn",
                           .count = count},
                   err);
}

/* The case, and whose it is. */
static bool find_person(struct node *node, struct gateway_call *call, uint64_t number,
        struct spool_case *file, struct person_consents *person, struct err *err)
{
    bool found;
    call->case_number = number;
    if (!spool_get_case(node->db, number, &found, file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    return person_of(node, file, person, err);
}

/* Namesakes are withdrawn only one by one, by who has looked at them. */
static bool withdraw_also(struct node *node, struct gateway_call *call,
        const struct person_consents *person, uint64_t *count, struct err *err)
{
    const struct consent_withdraw *asked = call->request->consent_withdraw;
    for (size_t i = 0; i < asked->n_also; i++) {
        bool alike = false;
        for (size_t k = 0; k < person->n_alike; k++)
            alike |= person->alike[k] == asked->also[i];
        if (!alike)
            return gateway_wrong(call, E_NOT_FOUND, "also", WORDS_CONSENT);
        if (!withdraw_one(node, asked->also[i], asked->reason, count, err))
            return false;
    }
    return true;
}

/* Every consent of this person that is linked to the case; and the one under which it
 * came, when another partner collected that. */
static bool withdraw_case(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct consent_withdraw *asked = call->request->consent_withdraw;
    struct person_consents *person = arena_take(&node->scratch, sizeof *person);
    struct spool_case file;
    uint64_t count = 0;
    if (person == NULL)
        return err_set(err, E_SIZE, "no room for a withdrawal");
    if (!find_person(node, call, asked->case_number, &file, person, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    /* What a coordinator was told of came under no consent, as long as nobody shows it
     * the preview. */
    bool collected = file.consent != 0;
    if (!collected && id_is_none(&file.consent_id))
        return gateway_wrong(call, E_NOT_FOUND, "case_number",
                WORDS_NO_CONSENT_IN_CASE);
    for (size_t i = 0; i < person->n_linked; i++)
        if (!withdraw_one(node, person->linked[i], asked->reason, &count, err))
            return false;
    if (!collected) {
        if (!consents_withdraw(node, &file.consent_id, asked->reason, err))
            return false;
        count++;
    }
    return withdraw_also(node, call, person, &count, err) &&
           (call->code != CODE_OK || gateway_made(node, call,
                                             &(struct made){.case_number = file.number,
                                                     .consent_number = file.consent,
                                                     .state = "withdrawn",
                                                     .count = count},
                                             err));
}

static bool lines_of(struct node *node, const uint64_t *numbers, size_t n_numbers,
        const struct consent_line **lines, size_t *n_lines, struct err *err)
{
    struct consent_line *list =
            arena_take(&node->scratch, (n_numbers + 1) * sizeof *list);
    if (list == NULL)
        return err_set(err, E_SIZE, "no room to show consents");
    for (size_t i = 0; i < n_numbers; i++) {
        struct consents_record record;
        bool found;
        if (!consents_get(node, numbers[i], &found, &record, err) ||
                (found && !gateway_consent_line(node, &record, &list[*n_lines], err)))
            return false;
        *n_lines += found;
    }
    *lines = list;
    return true;
}

bool gateway_consent_reach(struct node *node, struct gateway_call *call,
        struct err *err)
{
    struct person_consents *person = arena_take(&node->scratch, sizeof *person);
    struct consent_record *shown = arena_take(&node->scratch, sizeof *shown);
    const char **asked = arena_take(&node->scratch, PERSON_ASKED_MAX * sizeof *asked);
    struct spool_case file;
    if (person == NULL || shown == NULL || asked == NULL)
        return err_set(err, E_SIZE, "no room to show consents");
    if (!find_person(node, call, call->request->consent_reach->case_number, &file,
                person, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    for (size_t i = 0; i < person->n_asked; i++)
        asked[i] = person->asked[i];
    shown->asked = asked;
    shown->n_asked = person->n_asked;
    call->reply.consent = shown;
    return lines_of(node, person->linked, person->n_linked, &shown->consents,
                   &shown->n_consents, err) &&
           lines_of(node, person->alike, person->n_alike, &shown->alike,
                   &shown->n_alike, err);
}

bool gateway_consent_withdraw(struct node *node, struct gateway_call *call,
        struct err *err)
{
    const struct consent_withdraw *asked = call->request->consent_withdraw;
    if ((asked->number == 0) == (asked->case_number == 0))
        return gateway_wrong(call, E_FIELD, "number", WORDS_ONE_OF);
    if (asked->reason == 0)
        return gateway_wrong(call, E_FIELD, "reason", WORDS_MISSING);
    if (asked->number != 0)
        return withdraw_record(node, call, asked->number, asked->reason, err);
    return withdraw_case(node, call, err);
}
