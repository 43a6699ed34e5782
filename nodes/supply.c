/* supply.c - what of our statements soon counts no more. */
#include "nodes/supply.h"

uint64_t supply_ending(const struct node *node)
{
    static const struct {
        enum statement_kind kind;
        int64_t days;
    } kinds[] = {
            {STATEMENT_KIND_SERVICE,  SUPPLY_SERVICE_DAYS },
            {STATEMENT_KIND_CAPACITY, SUPPLY_CAPACITY_DAYS},
    };
    int64_t now = node_now(node);
    uint64_t n = 0;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct statement *statement;
        struct directory_walk walk =
                directory_walk_by(node->directory, node->partner, kinds[i].kind, now);
        while ((statement = directory_next(&walk)) != NULL)
            n += (int64_t)statement->until_ms <= now + kinds[i].days * TIME_DAY_MS;
    }
    return n;
}
