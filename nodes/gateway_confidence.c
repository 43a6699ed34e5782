/* gateway_confidence.c - parts in confidence between a request and the store. */
#include "nodes/gateway_confidence.h"

#include "core/wire_find.h"
#include "nodes/spool_rights.h"
#include "nodes/vault.h"

/* They share a case's key with its moments, so that they are destroyed with it; their
 * numbers lie apart from those. */
static uint64_t bound(uint64_t number)
{
    return UINT64_C(1) << 62 | number;
}

bool gateway_confidence_list(const char *const *parts, size_t n_parts,
        struct confidence *confidence, struct err *err)
{
    for (size_t i = 0; i < n_parts; i++)
        if (!confidence_add(confidence, parts[i], err))
            return false;
    return true;
}

bool gateway_confidence_take(struct node *node, struct gateway_call *call,
        const char *field, const char **text, struct confidence *confidence,
        struct err *err)
{
    struct err why = {.code = CODE_OK};
    if (confidence_split(*text, &node->scratch, text, confidence, &why))
        return true;
    if (why.code == E_FIELD)
        return gateway_wrong(call, E_FIELD, field, WORDS_CONFIDENCE_MARK);
    *err = why;
    return false;
}

bool gateway_confidence_keep(struct node *node, const struct gateway_call *call,
        const struct spool_case *file, const struct confidence *confidence,
        struct err *err)
{
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, file->number);
    for (size_t i = 0; i < confidence->n_parts; i++) {
        const char *part = confidence->parts[i];
        struct spool_confidence row = {
                .case_number = file->number,
                .at_ms = node_now(node),
                .who = gateway_actor(node, call),
        };
        if (!spool_next_confidence(node->db, &row.number, err) ||
                !vault_seal(node, &owner, &file->key, bound(row.number),
                        (struct span){(const uint8_t *)part, strlen(part)},
                        &node->scratch, &row.content, err) ||
                !spool_put_confidence(node->db, &row, err))
            return false;
    }
    return true;
}

static bool open_part(struct node *node, const struct spool_case *file,
        const struct spool_confidence *row, const char **text, struct err *err)
{
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, file->number);
    struct span plain;
    if (!vault_open(node, &owner, &file->key, bound(row->number), row->content,
                &node->scratch, &plain, err))
        return false;
    char *copy = arena_take(&node->scratch, plain.len + 1);
    if (copy == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    memcpy(copy, plain.at, plain.len);
    copy[plain.len] = '\0';
    *text = copy;
    return true;
}

bool gateway_confidence_show(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct spool_confidence rows[GATEWAY_CONFIDENCES_SHOWN];
    struct in_confidence *list =
            arena_take(&node->scratch, GATEWAY_CONFIDENCES_SHOWN * sizeof *list);
    size_t n = 0;
    if (list == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    if (!file->key.there)
        return true;
    if (!spool_confidences(node->db, file->number, &node->scratch, rows, COUNT_OF(rows),
                &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        list[i] = (struct in_confidence){.at_ms = (uint64_t)rows[i].at_ms,
                .by = rows[i].who};
        if (!open_part(node, file, &rows[i], &list[i].text, err))
            return false;
    }
    detail->confidence = list;
    detail->n_confidence = n;
    return true;
}

bool gateway_confidence_check(struct node *node, struct gateway_call *call,
        const struct wire_map *map, const void *op, bool taken_out, struct err *err)
{
    /* What is in confidence as a whole needs no mark, and may have one. The texts
     * behind it are looked through part by part. */
    static const char *const apart[] = {"confidence", "why", "override_reason",
            "person_does_self", "strengths", "own_goal", "help_wanted", "reason",
            "network", "services_present", "text"};
    enum { WHOLE = 3 };
    const struct wire_search search = {
            .is = confidence_is_marked,
            .except = apart,
            .n_except = taken_out ? COUNT_OF(apart) : WHOLE,
    };
    char *path = arena_take(&node->scratch, WIRE_PATH_BYTES);
    if (path == NULL)
        return err_set(err, ERR_NOMEM, "no room to look at a request");
    if (wire_find_text(map, op, &search, path))
        return gateway_wrong(call, E_FIELD, path, WORDS_CONFIDENCE_HERE);
    return true;
}
