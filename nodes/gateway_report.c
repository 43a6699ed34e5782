/* gateway_report.c - a report over a fixed period: which one, for whom, and what stands
 * under it. */
#include <stdio.h>

#include "nodes/reports.h"

/* What each report is made of. own: our own numbers, for whoever may read reports. */
static const struct making {
    reports_maker *make;
    bool own;
    enum words note;
} KINDS[] = {
        [REPORT_KIND_AREA] = {reports_area,        false, WORDS_NOTE_AREA       },
        [REPORT_KIND_FLOW] = {reports_flow,        true,  WORDS_NOTE_FLOW       },
        [REPORT_KIND_CAPACITY] = {reports_capacity,    false, WORDS_NOTE_CAPACITY   },
        [REPORT_KIND_BARRIERS] = {reports_barriers,    false, WORDS_NOTE_BARRIERS   },
        [REPORT_KIND_ESCALATIONS] = {reports_escalations, true,  WORDS_NOTE_ESCALATIONS},
};

/* No other span of time can be asked for: two that overlap by some days would tell what
 * happened on those. */
static void check_period(struct node *node, struct gateway_call *call, const char *text,
        struct aggregate_period *period)
{
    int32_t month = aggregate_month_of_day(time_brussels_day(node_now(node)));
    *period = (struct aggregate_period){.from_month = month - 1, .months = 1};
    if (text[0] != '\0' &&
            (!aggregate_period(text, period) || period->from_month > month))
        gateway_wrong(call, E_FIELD, "period", WORDS_PERIOD);
}

static bool reply_with(struct gateway_call *call, struct reports *reports,
        const struct making *kind, struct err *err)
{
    struct node *node = reports->node;
    struct report *report = arena_take(&node->scratch, sizeof *report);
    char period[AGGREGATE_PERIOD_BYTES];
    if (report == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    aggregate_period_text(&reports->period, period);
    *report = (struct report){
            .kind = call->request->report->kind,
            .period = reports_text(reports, period),
            .place = reports->place,
            .from_day = (uint32_t)reports->from_day,
            .until_day = (uint32_t)reports->until_day,
            .running = reports->until_ms > node_now(node),
            .own = kind->own || reports->own,
            .note = words_text(reports->own ? WORDS_NOTE_OWN : kind->note, call->lang),
            .tables = reports->tables,
            .n_tables = reports->n_tables,
            .more = reports->more,
    };
    if (report->period == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    call->reply.report = report;
    return true;
}

bool gateway_report(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct show_report *asked = call->request->report;
    struct reports *reports = arena_take(&node->scratch, sizeof *reports);
    if (reports == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    if (asked->kind == 0)
        return gateway_wrong(call, E_FIELD, "kind", WORDS_MISSING);
    const struct making *kind = &KINDS[asked->kind];
    *reports = (struct reports){.node = node, .place = asked->place, .own = asked->own};
    if (asked->own && asked->kind != REPORT_KIND_AREA)
        gateway_wrong(call, E_FIELD, "own", WORDS_OWN_AREA_ONLY);
    if ((kind->own || asked->own) && !gateway_has_scope(call, SCOPE_REPORT_READ))
        gateway_wrong(call, E_SCOPE, "kind", WORDS_REPORT_SCOPE);
    if (asked->place[0] != '\0' && !ids_place_ok(asked->place))
        gateway_wrong(call, E_FIELD, "place", WORDS_PLACE);
    check_period(node, call, asked->period, &reports->period);
    if (call->code != CODE_OK)
        return true;
    if (!reports_begin(reports, err))
        return false;
    int32_t today = time_brussels_day(node_now(node));
    reports->day = reports->until_day < today ? reports->until_day : today;
    const struct area *area;
    bool began = directory_place(node->directory, asked->place, reports->from_day,
                         &area) == DIRECTORY_PLACE_FITS;
    /* What ended in this time still has its numbers. */
    if (asked->place[0] != '\0' && !began)
        gateway_place_on(node, call, "place", asked->place, reports->day);
    return call->code != CODE_OK ||
           (kind->make(reports, err) && reply_with(call, reports, kind, err));
}
