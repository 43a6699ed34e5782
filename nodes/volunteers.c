/* volunteers.c - counting what an antenna has taken on, and its intake after that. */
#include "nodes/volunteers.h"

#include "nodes/asks.h"
#include "nodes/registry.h"
#include "nodes/session.h"

enum { INTAKE_DAYS = 365 };

/* --- counting --- */

bool volunteers_load(struct node *node, const char *antenna,
        struct volunteers_load *load, struct err *err)
{
    load->asks = asks_taken(node, antenna);
    return spool_antenna_tasks(node->db, antenna, &load->referrals, err);
}

static bool is_full(struct node *node, const struct spool_volunteers *row, bool *full,
        struct err *err)
{
    struct volunteers_load load;
    if (!volunteers_load(node, row->antenna, &load, err))
        return false;
    *full = load.referrals + load.asks >= row->most ||
            row->pause_day >= time_brussels_day(node_now(node));
    return true;
}

static bool all_rows(struct node *node, struct spool_volunteers **rows, size_t *n_rows,
        struct err *err)
{
    *rows = arena_take(&node->scratch, SPOOL_VOLUNTEERS_MAX * sizeof **rows);
    if (*rows == NULL)
        return err_set(err, ERR_NOMEM, "no room for the antennas");
    return spool_volunteers(node->db, *rows, n_rows, err);
}

bool volunteers_full(struct node *node, const char *antenna, bool *full,
        struct err *err)
{
    struct spool_volunteers *rows;
    size_t n_rows;
    *full = false;
    if (antenna[0] == '\0')
        return true;
    if (!all_rows(node, &rows, &n_rows, err))
        return false;
    for (size_t i = 0; i < n_rows; i++)
        if (strcmp(rows[i].antenna, antenna) == 0)
            return is_full(node, &rows[i], full, err);
    return true;
}

/* --- saying --- */

static uint16_t intake_said(const struct node *node, const char *subject)
{
    const struct statement *statement;
    uint16_t state = INTAKE_STATE_OPEN;
    struct directory_walk walk = directory_walk_by(node->directory, node->partner,
            STATEMENT_KIND_INTAKE, node_now(node));
    while ((statement = directory_next(&walk)) != NULL)
        if (strcmp(statement->subject, subject) == 0)
            state = statement->intake->state;
    return state;
}

/* It is in the network no more, or another partner speaks for it: what its volunteers
 * could take on is nobody's business here. Who is only suspended is not gone. */
static bool has_left(const struct node *node, const char *antenna)
{
    const struct member *member = directory_member(node->directory, antenna);
    return member != NULL && (member->revoked || member->until_ms <= node_now(node) ||
                                     strcmp(member->supported_by, node->partner) != 0);
}

static bool settle_one(struct node *node, const struct spool_volunteers *row,
        struct err *err)
{
    char subject[DIRECTORY_SUBJECT_BYTES];
    const struct member *member =
            directory_live_member(node->directory, row->antenna, node_now(node));
    bool full, found;
    if (has_left(node, row->antenna))
        return spool_drop_volunteers(node->db, row->antenna, &found, err);
    if (member == NULL || member->role != ROLE_SUPPORTED ||
            strcmp(member->supported_by, node->partner) != 0 ||
            !directory_subject(row->antenna, "", subject))
        return true;
    if (!is_full(node, row, &full, err))
        return false;
    uint16_t said = intake_said(node, subject);
    uint16_t then = full ? INTAKE_STATE_VOLUNTEERS_AT_LIMIT : INTAKE_STATE_OPEN;
    bool ours = said == INTAKE_STATE_OPEN || said == INTAKE_STATE_VOLUNTEERS_AT_LIMIT;
    if (!ours || said == then)
        return true;
    const struct intake intake = {.state = then};
    struct statement statement = {.kind = STATEMENT_KIND_INTAKE,
            .subject = subject,
            .until_ms = (uint64_t)(node_now(node) + (int64_t)INTAKE_DAYS * TIME_DAY_MS),
            .intake = &intake};
    return registry_statement(node, &statement, err);
}

bool volunteers_settle(struct node *node, struct err *err)
{
    struct spool_volunteers *rows;
    size_t n_rows;
    size_t used = node->scratch.used;
    bool ok = all_rows(node, &rows, &n_rows, err);
    for (size_t i = 0; ok && i < n_rows; i++) {
        struct err why = {.code = CODE_OK};
        /* Too much was said today: it is said later, and what comes is refused here. */
        if (!settle_one(node, &rows[i], &why) && !session_is_refusal(&why)) {
            *err = why;
            ok = false;
        }
    }
    arena_reset(&node->scratch, used);
    return ok;
}
