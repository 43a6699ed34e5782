/* gateway_consent.c - what a person allowed: recorded, shown, taken back. */
#include "nodes/consents.h"
#include "nodes/gateway.h"

enum { CONSENTS_SHOWN_MAX = 200 };

/* ------------------------------------------------------------- giving */

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

static void check_given(struct gateway_call *call, const struct consent_give *given)
{
    const struct {
        const char *field;
        bool there;
    } needed[] = {
            {"person",          given->person[0] != '\0'      },
            {"how",             given->how != 0               },
            {"purposes",        given->n_purposes > 0         },
            {"data_categories", given->n_data_categories > 0  },
            {"level_max",       given->level_max != LEVEL_NONE},
            {"legal_basis",     given->legal_basis != 0       },
    };
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (!needed[i].there)
            gateway_wrong(call, E_FIELD, needed[i].field, WORDS_MISSING);
    if (given->n_recipients == 0 && given->n_recipient_types == 0)
        gateway_wrong(call, E_FIELD, "recipients", WORDS_MISSING);
    if ((given->n_recipient_types > 0 || given->area[0] != '\0') &&
            !gateway_area_ok(given->area))
        gateway_wrong(call, E_FIELD, "area", WORDS_AREA);
    if (given->onward_depth > CONSENT_ONWARD_MAX)
        gateway_wrong(call, E_FIELD, "onward_depth", WORDS_MISSING);
    for (size_t i = 0; i < given->n_recipients; i++)
        if (!ids_partner_ok(given->recipients[i]))
            gateway_wrong(call, E_FIELD, "recipients", WORDS_PARTNER);
}

static void fill_days(struct node *node, struct gateway_call *call,
        struct consent_give *given)
{
    int32_t today = time_brussels_day(node_now(node));
    if (given->from_day == 0)
        given->from_day = (uint32_t)today;
    if (given->until_day == 0)
        given->until_day = given->from_day + CONSENTS_TERM_DAYS;
    if (given->until_day < given->from_day ||
            given->until_day - given->from_day > CONSENT_DAYS_MAX)
        gateway_wrong(call, E_FIELD, "until_day", WORDS_DAYS);
    else if ((int32_t)given->until_day < today)
        gateway_wrong(call, E_TTL, "until_day", WORDS_DAYS);
}

bool gateway_consent_give(struct node *node, struct gateway_call *call, struct err *err)
{
    struct consent_give given = *call->request->consent_give;
    /* Whoever is not named spoke for himself. */
    if (given.given_by[0] == '\0')
        given.given_by = given.person;
    check_given(call, &given);
    fill_days(node, call, &given);
    if (given.n_preview_categories == 0 && !preview_default(node, &given, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    /* A capsule is tried at once, so that a consent that no letter could travel under
     * is not recorded. */
    struct consents_record record = {.given = given};
    const char *const senders[] = {node->partner};
    struct consent capsule;
    consents_mint(node, &record, senders, &capsule);
    enum code code = consent_check_capsule(&capsule, node->partner);
    if (code != CODE_OK)
        return gateway_refuse(call, code);
    uint64_t number;
    return consents_record(node, &given, &number, err) &&
           gateway_made(node, call,
                   &(struct made){.consent_number = number, .state = "active"}, err);
}

/* ------------------------------------------------------------- taking back */

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

static bool withdraw_record(struct node *node, struct gateway_call *call,
        uint64_t number, uint16_t reason, struct err *err)
{
    struct consents_record record;
    uint64_t count;
    bool found;
    if (!consents_get(node, number, &found, &record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_CONSENT);
    if (!spool_consent_withdrawn(node->db, number, node_now(node), err) ||
            !withdraw_capsules(node, number, reason, &count, err))
        return false;
    return gateway_made(node, call,
            &(struct made){.consent_number = number,
                    .state = "withdrawn",
                    .count = count},
            err);
}

static bool withdraw_case(struct node *node, struct gateway_call *call, uint64_t number,
        uint16_t reason, struct err *err)
{
    struct spool_case file;
    bool found;
    call->case_number = number;
    if (!spool_get_case(node->db, number, &found, &file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    /* A case of our own: what the person takes back is the record. */
    if (file.consent != 0)
        return withdraw_record(node, call, file.consent, reason, err);
    return consents_withdraw(node, &file.consent_id, reason, err) &&
           gateway_made(node, call,
                   &(struct made){.case_number = number,
                           .state = "withdrawn",
                           .count = 1},
                   err);
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
    return withdraw_case(node, call, asked->case_number, asked->reason, err);
}

/* ------------------------------------------------------------- showing */

/* What the broker said had been handed over when this capsule was withdrawn. */
static bool handed_over(struct node *node, const struct spool_withdrawal *withdrawal,
        struct consent_line *line, struct err *err)
{
    struct answer answer;
    if (withdrawal->handed_over.len == 0)
        return true;
    if (!wire_get(&WIRE_ANSWER, withdrawal->handed_over, &node->scratch, &answer, err))
        return err_wrap(err, "a kept answer");
    /* The lists of several capsules are shown one after the other. */
    size_t n = line->n_handed_over + answer.n_handed_over;
    struct handed_over *all = arena_take(&node->scratch, (n + 1) * sizeof *all);
    if (all == NULL || n > CONSENTS_SHOWN_MAX)
        return true;
    for (size_t i = 0; i < n; i++)
        all[i] = i < line->n_handed_over ? line->handed_over[i]
                                         : answer.handed_over[i - line->n_handed_over];
    line->handed_over = all;
    line->n_handed_over = n;
    return true;
}

static bool use_of(struct node *node, const struct id *consent_id, struct use *use,
        struct consent_line *line, struct err *err)
{
    struct spool_withdrawal withdrawal;
    struct spool_case *file = arena_take(&node->scratch, sizeof *file);
    bool withdrawn;
    bool found;
    if (file == NULL)
        return err_set(err, E_SIZE, "no room to show this consent");
    if (!spool_get_withdrawal(node->db, consent_id, &node->scratch, &withdrawn,
                &withdrawal, err) ||
            !spool_case_of_consent(node->db, consent_id, 0, &found, file, err))
        return false;
    *use = (struct use){.consent_id = *consent_id, .recipient = ""};
    if (found) {
        use->case_number = file->number;
        use->recipient = file->other;
    }
    use->withdrawal_registered = withdrawn && withdrawal.registered_ms != 0;
    return !withdrawn || handed_over(node, &withdrawal, line, err);
}

static bool line_of(struct node *node, const struct consents_record *record,
        struct consent_line *line, struct err *err)
{
    struct id ids[CONSENTS_USES_MAX];
    size_t n_ids;
    struct consent_give *given = arena_take(&node->scratch, sizeof *given);
    struct use *uses = arena_take(&node->scratch, CONSENTS_USES_MAX * sizeof *uses);
    if (given == NULL || uses == NULL)
        return err_set(err, E_SIZE, "no room to show this consent");
    if (!spool_capsules_of(node->db, record->row.number, ids, CONSENTS_USES_MAX, &n_ids,
                err))
        return false;
    *given = record->given;
    *line = (struct consent_line){
            .number = record->row.number,
            .given = given,
            .state = consents_state(&record->row, node_now(node)),
            .recorded_ms = (uint64_t)record->row.recorded_ms,
            .withdrawn_ms = (uint64_t)record->row.withdrawn_ms,
            .uses = uses,
            .n_uses = n_ids,
    };
    for (size_t i = 0; i < n_ids; i++)
        if (!use_of(node, &ids[i], &uses[i], line, err))
            return false;
    return true;
}

static bool show_all(struct node *node, struct consent_line *lines, size_t *n_lines,
        struct err *err)
{
    struct consents_record record;
    uint64_t after = 0;
    bool found = true;
    while (*n_lines < CONSENTS_SHOWN_MAX) {
        struct spool_consent row;
        if (!spool_consent_after(node->db, after, &node->scratch, &found, &row, err))
            return false;
        if (!found)
            return true;
        after = row.number;
        if (!consents_get(node, row.number, &found, &record, err) ||
                !line_of(node, &record, &lines[*n_lines], err))
            return false;
        ++*n_lines;
    }
    return true;
}

bool gateway_consent_show(struct node *node, struct gateway_call *call, struct err *err)
{
    uint64_t number = call->request->consent_show->number;
    struct consent_record *shown = arena_take(&node->scratch, sizeof *shown);
    struct consent_line *lines =
            arena_take(&node->scratch, CONSENTS_SHOWN_MAX * sizeof *lines);
    struct consents_record record;
    bool found;
    if (shown == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room to show consents");
    shown->consents = lines;
    call->reply.consent = shown;
    if (number == 0)
        return show_all(node, lines, &shown->n_consents, err);
    if (!consents_get(node, number, &found, &record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_CONSENT);
    shown->n_consents = 1;
    return line_of(node, &record, &lines[0], err);
}
