/* hands.c - cases that are handed on. */
#include "nodes/hands.h"

#include "nodes/session.h"
#include "nodes/vault.h"

static bool read_hands(struct node *node, struct span body, const struct id *offer_id,
        uint32_t *hands, struct err *err)
{
    struct offer_status status;
    if (!wire_get(&WIRE_OFFER_STATUS, body, &node->scratch, &status, err))
        return false;
    if (id_equal(&status.offer_id, offer_id))
        *hands = status.depth;
    return true;
}

bool hands_of_status(struct node *node, struct span status, const struct id *offer_id,
        uint32_t *hands, struct err *err)
{
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    *hands = 0;
    if (status.len == 0 ||
            (session_verify(node, KIND_OFFER_STATUS, status, &thing, &why) &&
                    read_hands(node, thing.body, offer_id, hands, &why)) ||
            session_is_refusal(&why))
        return true;
    *err = why;
    return false;
}

bool hands_of_offer(struct node *node, const struct id *offer_id, uint32_t *hands,
        struct err *err)
{
    struct span status;
    struct signed_ thing;
    *hands = 0;
    if (!spool_offer_status(node->db, offer_id, &node->scratch, &status, err))
        return false;
    /* Verified when it was kept. */
    return status.len == 0 ||
           (wire_get(&WIRE_SIGNED, status, &node->scratch, &thing, err) &&
                   read_hands(node, thing.body, offer_id, hands, err));
}

bool hands_is_onward(const struct spool_case *file)
{
    return file->kind == CASE_KIND_REFERRAL_OUT && file->consent == 0;
}

bool hands_find(struct node *node, const struct spool_case *file, struct hands *hands,
        struct err *err)
{
    struct spool_case other = {.number = 0};
    struct hands got = {
            .as = arena_take(&node->scratch, HANDS_MAX * sizeof *got.as),
    };
    bool came = file->kind == CASE_KIND_REFERRAL_IN;
    bool found = came || hands_is_onward(file);
    if (got.as == NULL)
        return err_set(err, E_SIZE, "no room to look for cases that were handed on");
    while (found && got.n_as < HANDS_MAX) {
        if (!spool_case_of_consent(node->db, &file->consent_id, other.number, &found,
                    &other, err))
            return false;
        if (found && came && hands_is_onward(&other))
            got.as[got.n_as++] = other.number;
        if (found && !came && other.kind == CASE_KIND_REFERRAL_IN)
            got.from = other.number;
    }
    *hands = got;
    return true;
}

bool hands_let_go(struct node *node, const struct spool_case *file,
        enum offer_event event, struct err *err)
{
    bool taken_back = event == OFFER_EVENT_CANCEL || event == OFFER_EVENT_IN_ERROR;
    struct hands hands;
    if (!hands_find(node, file, &hands, err))
        return false;
    for (size_t i = 0; i < hands.n_as; i++) {
        struct spool_case other;
        bool found;
        if (!spool_get_case(node->db, hands.as[i], &found, &other, err))
            return false;
        if (!found || !other.key.there)
            continue;
        other.unread |= !taken_back;
        other.updated_ms = node_now(node);
        if (!vault_destroy_case(node, &other, err) ||
                !spool_save_case(node->db, &other, err) ||
                (!taken_back && !node_trace(node, other.number, node->partner,
                                        "source_ended", "", NULL, err)))
            return false;
    }
    return true;
}

bool hands_corrected(struct node *node, const char *who, const struct spool_case *file,
        struct err *err)
{
    struct hands hands;
    if (!hands_find(node, file, &hands, err))
        return false;
    for (size_t i = 0; i < hands.n_as; i++) {
        struct spool_case other;
        bool found;
        if (!spool_get_case(node->db, hands.as[i], &found, &other, err))
            return false;
        if (!found || !other.key.there)
            continue;
        other.unread = true;
        other.updated_ms = node_now(node);
        if (!spool_save_case(node->db, &other, err) ||
                !node_trace(node, other.number, who, "source_corrected", "", NULL, err))
            return false;
    }
    return true;
}
