/* escalations_show.c - what a coordinator looks after, as people see it. */
#include "nodes/escalations.h"

#include "nodes/cases.h"

static bool preview_of(struct node *node, const struct spool_case *file,
        struct escalation_line *line, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->preview, &found, &packed, &content, err))
        return false;
    if (found)
        line->preview = content.preview;
    return true;
}

bool escalations_may_assign(uint16_t cause)
{
    return cause != ESCALATION_CAUSE_ERASE_MISSING &&
           cause != ESCALATION_CAUSE_SIGNAL_WAITS;
}

bool escalations_line(struct node *node, const struct spool_escalation *escalation,
        bool preview, struct escalation_line *line, struct err *err)
{
    struct spool_case *file = arena_take(&node->scratch, sizeof *file);
    struct spool_escalation *row = arena_take(&node->scratch, sizeof *row);
    bool found;
    if (file == NULL || row == NULL)
        return err_set(err, E_SIZE, "no room for an escalation");
    *row = *escalation;
    if (!spool_get_case(node->db, row->case_number, &found, file, err))
        return false;
    if (!found)
        *file = (struct spool_case){.number = row->case_number};
    *line = (struct escalation_line){
            .number = row->case_number,
            .cause = row->cause,
            .sender = file->other,
            .target = row->target,
            .area = file->area,
            .urgency = file->urgency,
            .since_ms = (uint64_t)row->since_ms,
            .due_ms = (uint64_t)row->due_ms,
            .closed_ms = (uint64_t)row->closed_ms,
            .late = row->closed_ms == 0 && row->handed_to[0] == '\0' &&
                    row->due_ms < node_now(node),
            .unread = file->unread,
            .told_by = row->told_by,
            .handed_by = row->handed_by,
            .handed_to = row->handed_to,
            .proposed_ms = (uint64_t)row->proposed_ms,
            .given_up = row->given_up,
    };
    return !preview || !found || preview_of(node, file, line, err);
}
