/* gateway_retention.c - how long things stay: the report, and doing at once what is
 * due. */
#include "nodes/gateway.h"
#include "nodes/retention.h"

#define X(name) #name,
static const char *const KINDS[N_SPOOL_RETAINED] = {SPOOL_RETAINED(X)};
#undef X

enum { ROUNDS_MAX = 20 }; /* of one request; the hourly round does the rest */

static bool run_all(struct node *node, uint64_t n[N_SPOOL_RETAINED], struct err *err)
{
    uint64_t round[N_SPOOL_RETAINED];
    bool more = true;
    for (size_t i = 0; more && i < ROUNDS_MAX; i++) {
        if (!retention_run(node, round, err))
            return false;
        more = false;
        for (size_t k = 0; k < N_SPOOL_RETAINED; k++) {
            n[k] += round[k];
            more |= round[k] >= RETENTION_A_TURN;
        }
    }
    return true;
}

static bool lines_of(struct node *node, struct retention *retention,
        const uint64_t n[N_SPOOL_RETAINED], struct err *err)
{
    struct retention_line *lines =
            arena_take(&node->scratch, N_SPOOL_RETAINED * sizeof *lines);
    struct spool_terms terms = retention_terms(&node->conf);
    if (lines == NULL)
        return err_set(err, E_SIZE, "no room for the report");
    for (size_t i = 0; i < N_SPOOL_RETAINED; i++) {
        struct spool_retention of;
        if (!spool_retention(node->db, (enum spool_retained)i, &terms, node_now(node),
                    &of, err))
            return false;
        lines[i] = (struct retention_line){
                .kind = KINDS[i],
                .term_days = retention_days(&node->conf, (enum spool_retained)i),
                .rows = of.rows,
                .oldest_ms = (uint64_t)of.oldest_ms,
                .next_due_ms = (uint64_t)of.next_due_ms,
                .overdue = of.overdue,
                .destroyed = n[i],
        };
    }
    retention->lines = lines;
    retention->n_lines = N_SPOOL_RETAINED;
    return true;
}

static bool kept_of(struct node *node, struct retention *retention, struct err *err)
{
    struct spool_kept rows[RETENTION_KEPT_SHOWN];
    struct retention_kept *kept =
            arena_take(&node->scratch, RETENTION_KEPT_SHOWN * sizeof *kept);
    struct spool_terms terms = retention_terms(&node->conf);
    size_t n = 0;
    if (kept == NULL)
        return err_set(err, E_SIZE, "no room for the report");
    if (!spool_kept_cases(node->db, &terms, rows, COUNT_OF(rows), &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        kept[i] = (struct retention_kept){rows[i].case_number, rows[i].basis,
                (uint64_t)rows[i].due_ms};
    retention->kept = kept;
    retention->n_kept = n;
    return true;
}

bool gateway_retention(struct node *node, struct gateway_call *call, struct err *err)
{
    struct retention *retention = arena_take(&node->scratch, sizeof *retention);
    uint64_t n[N_SPOOL_RETAINED] = {0};
    if (retention == NULL)
        return err_set(err, E_SIZE, "no room for the report");
    /* Reading the report is less than destroying what it names. */
    if (call->request->retention->run && !gateway_has_scope(call, SCOPE_ADMIN))
        return gateway_refuse(call, E_SCOPE);
    *retention = (struct retention){.n_lines = 0};
    call->reply.retention = retention;
    return (!call->request->retention->run || run_all(node, n, err)) &&
           lines_of(node, retention, n, err) && kept_of(node, retention, err);
}
