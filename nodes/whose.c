/* whose.c - the person of a consent, and the person of an act under it. */
#include "nodes/whose.h"

#include <string.h>

#include "core/niss.h"
#include "nodes/openings.h"
#include "nodes/vault.h"

struct alike_known whose_person(const struct person *person)
{
    if (person == NULL)
        return (struct alike_known){.name = ""};
    return (struct alike_known){person->name, person->birth_date, person->niss};
}

/* A year of two digits or another century is a slip of the hand. */
enum { BIRTH_DAYS_MAX = 130 * 366 };

void whose_check_written(struct node *node, struct gateway_call *call,
        const struct alike_known *said, const char *birth_field, const char *niss_field)
{
    int32_t day;
    int32_t today = time_brussels_day(node_now(node));
    if (said->birth_date != NULL && said->birth_date[0] != '\0') {
        if (!time_day_parse(said->birth_date, &day) || day > today)
            gateway_wrong(call, E_FIELD, birth_field, WORDS_DATE);
        else if (today - day > BIRTH_DAYS_MAX)
            gateway_wrong(call, E_FIELD, birth_field, WORDS_BIRTH);
    }
    if (said->niss != NULL && said->niss[0] != '\0' && !niss_ok(said->niss))
        gateway_wrong(call, E_NISS, niss_field, WORDS_NISS_WRONG);
}

/* ------------------------------------------------------------- what was said */

/* Each saying is bound to its own row. */
static uint64_t said_number(const struct id *said_id)
{
    uint64_t number;
    memcpy(&number, said_id->b, sizeof number);
    return number;
}

/* All that was said of one record. */
static bool read_said(struct node *node, const struct spool_consent *record,
        struct said_same *list, size_t *n_list, struct err *err)
{
    struct spool_said rows[WHOSE_SAID_SHOWN];
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CONSENT, record->number);
    size_t n;
    if (!spool_said_of(node->db, record->number, &node->scratch, rows, WHOSE_SAID_SHOWN,
                &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct span packed;
        if (!vault_open(node, &owner, &record->key, said_number(&rows[i].said_id),
                    rows[i].content, &node->scratch, &packed, err) ||
                !wire_get(&WIRE_SAID_SAME, packed, &node->scratch, &list[i], err))
            return err_wrap(err, "what was said of a consent");
    }
    *n_list = n;
    return true;
}

static bool said_before(struct node *node, const struct spool_consent *record,
        const struct alike_known *about, bool *said, struct err *err)
{
    struct said_same *list =
            arena_take(&node->scratch, WHOSE_SAID_SHOWN * sizeof *list);
    size_t n = 0;
    if (list == NULL)
        return err_set(err, E_SIZE, "no room for what was said of a consent");
    if (!read_said(node, record, list, &n, err))
        return false;
    for (size_t i = 0; i < n && !*said; i++) {
        enum alike_ground ground;
        const struct alike_known known = {list[i].name, list[i].birth_date,
                list[i].niss};
        *said = alike_who(&known, about, &ground) == ALIKE_WHO_SAME;
    }
    return true;
}

/* ------------------------------------------------------------- judging */

bool whose_judge(struct node *node, const struct consents_record *record,
        const struct alike_known *about, enum alike_who *who, enum alike_ground *ground,
        struct err *err)
{
    const struct consent_give *given = &record->given;
    const struct alike_known theirs = {given->person, given->birth_date, given->niss};
    struct spool_consent row = record->row;
    bool found = true;
    bool said = false;
    *who = alike_who(&theirs, about, ground);
    if (*who == ALIKE_WHO_SAME || *who == ALIKE_WHO_NOBODY)
        return true;
    while (found && !said) {
        if (row.key.there && !said_before(node, &row, about, &said, err))
            return false;
        if (row.renews == 0)
            break;
        if (!spool_get_consent(node->db, row.renews, &node->scratch, &found, &row, err))
            return false;
    }
    if (said)
        *who = ALIKE_WHO_SAME;
    return true;
}

enum words whose_words(enum alike_who who, enum alike_ground ground)
{
    static const enum words WORDS_OF[] = {
            [ALIKE_BY_NAME] = WORDS_OTHER_NAME,
            [ALIKE_BY_BIRTH] = WORDS_OTHER_BIRTH,
            [ALIKE_BY_NISS] = WORDS_OTHER_NISS,
    };
    return who == ALIKE_WHO_OTHER ? WORDS_OF[ground] : WORDS_NO_NAME_TO_COMPARE;
}

/* The other name is not told: who may see the consent finds it there, and that is
 * written in the register. */
bool whose_check(struct node *node, struct gateway_call *call, struct whose_ask *ask,
        struct err *err)
{
    enum alike_ground ground;
    if (!whose_judge(node, ask->record, &ask->about, &ask->who, &ground, err))
        return false;
    if (ask->who == ALIKE_WHO_SAME || ask->who == ALIKE_WHO_NOBODY)
        return true;
    ask->said = !text_is_blank(ask->reason);
    return ask->said || gateway_wrong(call, E_CONSENT_PERSON, "consent_number",
                                whose_words(ask->who, ground));
}

bool whose_check_signal(struct node *node, struct gateway_call *call,
        uint64_t consent_number, const struct signal *signal, const char *reason,
        struct whose_ask *ask, struct err *err)
{
    struct consents_record *record = arena_take(&node->scratch, sizeof *record);
    bool found;
    if (record == NULL)
        return err_set(err, E_SIZE, "no room for a consent");
    if (!consents_get(node, consent_number, &found, record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    *ask = (struct whose_ask){
            .record = record,
            .about = {.name = signal->person},
            .reason = reason,
    };
    return whose_check(node, call, ask, err);
}

/* ------------------------------------------------------------- keeping */

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

bool whose_keep(struct node *node, struct gateway_call *call,
        const struct whose_ask *ask, uint64_t case_number, struct err *err)
{
    if (!ask->said)
        return true;
    const struct said_same said = {
            .at_ms = (uint64_t)node_now(node),
            .by = gateway_actor(node, call),
            .case_number = case_number,
            .name = or_empty(ask->about.name),
            .birth_date = or_empty(ask->about.birth_date),
            .niss = or_empty(ask->about.niss),
            .reason = ask->reason,
    };
    const struct spool_consent *record = &ask->record->row;
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CONSENT, record->number);
    struct spool_said row = {
            .said_id = node_random_id(),
            .consent = record->number,
            .at_ms = node_now(node),
    };
    struct span packed;
    return wire_put_arena(&WIRE_SAID_SAME, &said, &node->scratch, &packed, err) &&
           vault_seal(node, &owner, &record->key, said_number(&row.said_id), packed,
                   &node->scratch, &row.content, err) &&
           spool_put_said(node->db, &row, err) &&
           openings_note_same(node, call, record->number, err) &&
           (case_number == 0 || node_trace(node, case_number, gateway_actor(node, call),
                                        "same_person", "", &(struct id){{0}}, err));
}

bool whose_show(struct node *node, const struct consents_record *record,
        struct consent_line *line, struct err *err)
{
    struct said_same *list =
            arena_take(&node->scratch, WHOSE_SAID_SHOWN * sizeof *list);
    if (list == NULL)
        return err_set(err, E_SIZE, "no room to show this consent");
    line->said_same = list;
    return read_said(node, &record->row, list, &line->n_said_same, err);
}
