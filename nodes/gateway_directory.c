/* gateway_directory.c - who is in the network and offers what. */
#include "nodes/gateway.h"
#include "nodes/partnerships.h"

enum { ENTRIES_MAX = 500, SERVICES_SHOWN_MAX = 64 };

/* ------------------------------------------------------------- showing */

static bool services_of(struct node *node, const char *partner, struct entry *entry,
        struct err *err)
{
    int64_t now = node_now(node);
    uint16_t *rows = arena_take(&node->scratch, SERVICES_SHOWN_MAX * sizeof *rows);
    const struct statement *statement;
    size_t n = 0;
    struct directory_walk walk =
            directory_walk_about(node->directory, partner, STATEMENT_KIND_SERVICE, now);
    if (rows == NULL)
        return err_set(err, E_SIZE, "no room for the directory");
    while (n < SERVICES_SHOWN_MAX && (statement = directory_next(&walk)) != NULL)
        rows[n++] = statement->service->need;
    entry->services = rows;
    entry->n_services = n;
    return true;
}

static bool entry_of(struct node *node, const struct member *member,
        struct entry *entry, struct err *err)
{
    int64_t now = node_now(node);
    const char **areas =
            arena_take(&node->scratch, (member->n_areas + 1) * sizeof *areas);
    char *fingerprint = arena_take(&node->scratch, FINGERPRINT_TEXT_BYTES);
    if (areas == NULL || fingerprint == NULL)
        return err_set(err, E_SIZE, "no room for the directory");
    for (size_t i = 0; i < member->n_areas; i++)
        areas[i] = member->areas[i];
    if (member->role != ROLE_SUPPORTED) {
        struct key32 hash = hash_sha256_one(SPAN_OF(member->identity_key));
        ids_fingerprint(&hash, fingerprint);
    }
    const struct member *server =
            directory_node_of(node->directory, member->partner, now);
    *entry = (struct entry){
            .partner = member->partner,
            .name = member->name,
            .partner_type = member->partner_type,
            .supported_by = member->supported_by,
            .areas = areas,
            .n_areas = member->n_areas,
            .intake = directory_intake(node->directory, member->partner, now),
            .partnership =
                    server == NULL ? "none" : partnerships_state(node, server->partner),
            .has_key = server != NULL && directory_epoch_key(node->directory,
                                                 server->partner, now) != NULL,
            .fingerprint = fingerprint,
    };
    return services_of(node, member->partner, entry, err);
}

bool gateway_directory(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_directory *asked = call->request->directory;
    int64_t now = node_now(node);
    struct directory_list *list = arena_take(&node->scratch, sizeof *list);
    struct entry *entries = arena_take(&node->scratch, ENTRIES_MAX * sizeof *entries);
    if (list == NULL || entries == NULL)
        return err_set(err, E_SIZE, "no room for the directory");
    size_t n_members = directory_member_count(node->directory);
    for (size_t i = 0; i < n_members && list->n_entries < ENTRIES_MAX; i++) {
        const struct member *member = directory_member_at(node->directory, i);
        bool wanted =
                directory_live_member(node->directory, member->partner, now) != NULL &&
                (asked->partner[0] == '\0' ||
                        strcmp(asked->partner, member->partner) == 0) &&
                (asked->need == 0 ||
                        (member->role != ROLE_BROKER &&
                                directory_serves(node->directory, member->partner,
                                        asked->need, now)));
        if (wanted && !entry_of(node, member, &entries[list->n_entries++], err))
            return false;
    }
    if (asked->partner[0] != '\0' && list->n_entries == 0)
        return gateway_wrong(call, E_NOT_FOUND, "partner", WORDS_PARTNER);
    uint32_t age = directory_age_days(node->directory, now);
    list->entries = entries;
    list->serial = directory_serial(node->directory);
    list->issued_ms = (uint64_t)directory_issued_ms(node->directory);
    list->age_days = age;
    call->reply.directory = list;
    return true;
}
