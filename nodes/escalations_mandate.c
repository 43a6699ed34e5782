/* escalations_mandate.c - what a coordinator was shown goes with its mandate. */
#include "nodes/escalations.h"
#include "nodes/vault.h"

enum { PREVIEWS_AT_ONCE = 100 };

static bool let_go(struct node *node, uint64_t number, struct err *err)
{
    struct spool_case file;
    bool found;
    if (!spool_get_case(node->db, number, &found, &file, err))
        return false;
    if (!found || escalations_ours(node, file.area))
        return true;
    return node_trace(node, number, node->partner, "mandate_over", "", NULL, err) &&
           vault_destroy_case(node, &file, err);
}

bool escalations_upkeep(struct node *node, struct err *err)
{
    uint64_t numbers[PREVIEWS_AT_ONCE];
    uint64_t after = 0;
    size_t n = PREVIEWS_AT_ONCE;
    while (n == PREVIEWS_AT_ONCE) {
        if (!spool_escalations_shown(node->db, after, numbers, PREVIEWS_AT_ONCE, &n,
                    err))
            return false;
        for (size_t i = 0; i < n; i++) {
            after = numbers[i];
            if (!let_go(node, after, err))
                return false;
        }
    }
    return true;
}
