/* gateway_consent.c - what a person allowed: listed, shown. */
#include <stdlib.h>

#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/record.h"
#include "nodes/whose.h"

enum { CONSENTS_SHOWN_MAX = 200, CONSENTS_LISTED = 50 };

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
            !spool_case_using(node->db, consent_id, &found, file, err))
        return false;
    *use = (struct use){.consent_id = *consent_id, .recipient = ""};
    if (found) {
        use->case_number = file->number;
        use->recipient = file->other;
    }
    use->withdrawal_registered = withdrawn && withdrawal.registered_ms != 0;
    return !withdrawn || handed_over(node, &withdrawal, line, err);
}

/* Where a record stands: its state, how long it still holds, what came after it and
 * what runs under it. */
static bool stand_of(struct node *node, const struct spool_consent *row,
        struct consent_line *line, struct err *err)
{
    int32_t today = time_brussels_day(node_now(node));
    uint64_t live;
    *line = (struct consent_line){
            .number = row->number,
            .state = consents_state(row, node_now(node)),
            .recorded_ms = (uint64_t)row->recorded_ms,
            .withdrawn_ms = (uint64_t)row->withdrawn_ms,
    };
    if (!spool_consent_renewed_by(node->db, row->number, &line->renewed_by, err) ||
            !spool_consent_live(node->db, row->number, 0, &live, err))
        return false;
    line->live_cases = (uint32_t)live;
    bool active = row->withdrawn_ms == 0 && today <= row->until_day;
    if (active)
        line->days_left = (uint32_t)(row->until_day - today) + 1;
    /* What runs under it stays under it, also when it has been renewed. */
    line->ending = active && line->days_left <= RECORD_ENDING_DAYS &&
                   (line->renewed_by == 0 || line->live_cases > 0);
    return true;
}

bool gateway_consent_line(struct node *node, const struct consents_record *record,
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
    if (!stand_of(node, &record->row, line, err))
        return false;
    *given = record->given;
    line->given = given;
    line->uses = uses;
    line->n_uses = n_ids;
    for (size_t i = 0; i < n_ids; i++)
        if (!use_of(node, &ids[i], &uses[i], line, err))
            return false;
    return !record->row.key.there || whose_show(node, record, line, err);
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
                !gateway_consent_line(node, &record, &lines[*n_lines], err))
            return false;
        ++*n_lines;
    }
    return true;
}

/* ------------------------------------------------------------- listing */

static bool is_listed(const struct consent_line *line, enum consent_filter filter)
{
    switch (filter) {
    case CONSENT_FILTER_NONE: return true;
    case CONSENT_FILTER_ACTIVE: return strcmp(line->state, "active") == 0;
    case CONSENT_FILTER_ENDING: return line->ending;
    case CONSENT_FILTER_EXPIRED: return strcmp(line->state, "expired") == 0;
    case CONSENT_FILTER_WITHDRAWN: return strcmp(line->state, "withdrawn") == 0;
    }
    return false;
}

/* Of the record only who it is about, who may receive and until when. */
static bool short_of(struct node *node, const struct spool_consent *row,
        struct consent_line *line, struct err *err)
{
    struct consents_record record;
    bool found;
    struct consent_give *given = arena_take(&node->scratch, sizeof *given);
    if (given == NULL)
        return err_set(err, E_SIZE, "no room to list consents");
    if (!consents_get(node, row->number, &found, &record, err))
        return false;
    *given = (struct consent_give){
            .person = record.given.person,
            .recipients = record.given.recipients,
            .n_recipients = record.given.n_recipients,
            .recipient_types = record.given.recipient_types,
            .n_recipient_types = record.given.n_recipient_types,
            .from_day = record.given.from_day,
            .until_day = record.given.until_day,
            .renews = record.given.renews,
    };
    line->given = given;
    return true;
}

static bool list_from(struct node *node, const struct consent_list *asked, size_t max,
        struct consent_record *shown, struct consent_line *lines, struct err *err)
{
    uint64_t after = asked->after;
    while (true) {
        struct spool_consent row;
        struct consent_line line;
        bool found;
        size_t used = node->scratch.used;
        if (!spool_consent_after(node->db, after, &node->scratch, &found, &row, err))
            return false;
        if (!found)
            return true;
        after = row.number;
        if (!stand_of(node, &row, &line, err))
            return false;
        arena_reset(&node->scratch, used);
        if (!is_listed(&line, asked->filter))
            continue;
        if (shown->n_consents == max) {
            shown->more = true;
            return true;
        }
        if (!short_of(node, &row, &line, err))
            return false;
        lines[shown->n_consents++] = line;
    }
}

/* Under what ends soon, what still runs comes first, and then what ends first: of a
 * whole list. One page of several stays in the order by which the next goes on. */
static int by_end(const void *a, const void *b)
{
    const struct consent_line *one = a;
    const struct consent_line *other = b;
    if ((one->live_cases > 0) != (other->live_cases > 0))
        return one->live_cases > 0 ? -1 : 1;
    if (one->days_left != other->days_left)
        return one->days_left < other->days_left ? -1 : 1;
    return one->number < other->number ? -1 : 1;
}

bool gateway_consent_list(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct consent_list *asked = call->request->consent_list;
    size_t max = asked->limit == 0 ? CONSENTS_LISTED : asked->limit;
    struct consent_record *shown = arena_take(&node->scratch, sizeof *shown);
    struct consent_line *lines =
            arena_take(&node->scratch, CONSENTS_SHOWN_MAX * sizeof *lines);
    if (shown == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room to list consents");
    if (max > CONSENTS_SHOWN_MAX)
        max = CONSENTS_SHOWN_MAX;
    shown->consents = lines;
    call->reply.consent = shown;
    if (!list_from(node, asked, max, shown, lines, err))
        return false;
    if (asked->filter == CONSENT_FILTER_ENDING && asked->after == 0 && !shown->more)
        qsort(lines, shown->n_consents, sizeof *lines, by_end);
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
    return gateway_consent_line(node, &record, &lines[0], err);
}
