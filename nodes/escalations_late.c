/* escalations_late.c - what is late at a coordinator is shown to the broker once a day:
 * one that lost its store may have lost the word that it is over. */
#include "core/time.h"
#include "nodes/escalations.h"

void escalations_ask(struct node *node)
{
    struct late *late = &node->late;
    int64_t now = node_now(node);
    if (late->next_ms > now && late->next_ms <= now + TIME_DAY_MS)
        return;
    *late = (struct late){.next_ms = now + TIME_DAY_MS, .asking = true};
}

bool escalations_next(struct node *node, struct span *words, size_t max,
        size_t *n_words, struct err *err)
{
    struct late *late = &node->late;
    if (!late->asking)
        return true;
    if (!spool_escalations_late(node->db, node_now(node), &late->upto, &node->scratch,
                words, max, n_words, err))
        return false;
    late->asking = *n_words > 0;
    return true;
}
