/* admin_gaps.c - what nobody helped on, as the broker's administrator sees it: where,
 * how urgent, since when; nothing about a person. */
#include <stdio.h>

#include "broker/admin.h"

enum {
    GAPS_SHOWN_MAX = 500,
    GAP_ID_BYTES = 4, /* of the referral, that are shown */
};

static bool count_readers(struct broker *broker, const struct escalation_row *row,
        uint64_t *n, struct err *err)
{
    uint32_t no = 0;

    for (*n = 0;; ++*n) {
        if (!ledger_escalation_reader(broker->ledger, row->no, no, &no, err))
            return false;
        if (no == 0)
            return true;
    }
}

static bool gap_of(struct broker *broker, const struct escalation_row *row,
        struct gap *out, struct err *err)
{
    char *referral = arena_take(&broker->frame, 2 * GAP_ID_BYTES + 1);
    char *area = arena_take(&broker->frame, sizeof row->area);

    if (referral == NULL || area == NULL)
        return err_set(err, ERR_NOMEM, "no room for the gaps");
    for (size_t i = 0; i < GAP_ID_BYTES; i++)
        snprintf(referral + 2 * i, 3, "%02x", row->referral_id.b[i]);
    memcpy(area, row->area, sizeof row->area);
    *out = (struct gap){
            .referral = referral,
            .cause = row->cause,
            .area = area,
            .urgency = row->urgency,
            .since_ms = (uint64_t)row->since_ms,
            .sender = partners_name(broker->partners, row->sender),
            .target = partners_name(broker->partners, row->target),
    };
    return count_readers(broker, row, &out->coordinators, err);
}

bool admin_gaps(struct broker *broker, struct admin_call *call, struct err *err)
{
    const char *area = call->request->gaps->area;
    struct gap_list *out = arena_take(&broker->frame, sizeof *out);
    struct gap *gaps = arena_take(&broker->frame, GAPS_SHOWN_MAX * sizeof *gaps);
    struct escalation_row row = {.no = 0};
    bool found;

    if (out == NULL || gaps == NULL)
        return err_set(err, ERR_NOMEM, "no room for the gaps");
    while (true) {
        if (!ledger_escalation_gap(broker->ledger, row.no, &row, &found, err))
            return false;
        if (!found)
            break;
        if (area[0] != '\0' && strcmp(area, row.area) != 0)
            continue;
        if (out->n_gaps == GAPS_SHOWN_MAX)
            out->more++;
        else if (!gap_of(broker, &row, &gaps[out->n_gaps++], err))
            return false;
    }
    out->gaps = gaps;
    call->reply.gaps = out;
    return true;
}
