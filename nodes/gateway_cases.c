/* gateway_cases.c - cases for people: lists, one whole, its trace. */
#include "nodes/cases.h"
#include "nodes/gateway_confidence.h"
#include "nodes/staff.h"

enum { LIST_DEFAULT = 50, LIST_MAX = 200, TRACE_MAX = 400, FIRST_MAX = 50 };

bool gateway_may_read(const struct gateway_call *call, enum case_kind kind)
{
    bool signal = kind == CASE_KIND_SIGNAL_IN || kind == CASE_KIND_SIGNAL_OUT;
    return gateway_has_scope(call, signal ? SCOPE_SIGNAL_READ : SCOPE_REFERRAL_READ);
}

static bool may_read(const struct gateway_call *call, const struct spool_case *file)
{
    return gateway_may_read(call, file->kind);
}

/* Who asks only for what it may not read is told so: an empty list would say that there
 * is nothing. */
static bool may_ask(const struct gateway_call *call)
{
    const struct list_cases *asked = call->request->inbox;
    bool may = asked->n_kinds == 0;
    for (size_t i = 0; i < asked->n_kinds; i++)
        may = may || gateway_may_read(call, asked->kinds[i]);
    return may;
}

/* Is it of a kind that was asked for? */
static bool is_wanted(const struct list_cases *asked, const struct spool_case *file)
{
    bool wanted = asked->n_kinds == 0;
    for (size_t i = 0; i < asked->n_kinds; i++)
        wanted = wanted || asked->kinds[i] == file->kind;
    return wanted;
}

static bool lines_of(struct node *node, const struct gateway_call *call,
        const struct spool_case *files, size_t n_files, struct case_line *lines,
        size_t *n_lines, struct err *err)
{
    for (size_t i = 0; i < n_files; i++) {
        if (!may_read(call, &files[i]) || !is_wanted(call->request->inbox, &files[i]))
            continue;
        if (!cases_line(node, &files[i], &lines[*n_lines], err))
            return false;
        ++*n_lines;
    }
    return true;
}

/* What comes first, whatever was asked for: whom nobody may contact any more, and where
 * nobody may wait. */
static bool first_of(struct node *node, const struct gateway_call *call,
        struct case_list *list, struct err *err)
{
    struct spool_case *files = arena_take(&node->scratch, FIRST_MAX * sizeof *files);
    struct case_line *stops = arena_take(&node->scratch, FIRST_MAX * sizeof *stops);
    struct case_line *crises = arena_take(&node->scratch, FIRST_MAX * sizeof *crises);
    size_t n_files;
    if (files == NULL || stops == NULL || crises == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    list->stops = stops;
    list->crises = crises;
    return spool_stops(node->db, files, FIRST_MAX, &n_files, err) &&
           lines_of(node, call, files, n_files, stops, &list->n_stops, err) &&
           spool_crises(node->db, files, FIRST_MAX, &n_files, err) &&
           lines_of(node, call, files, n_files, crises, &list->n_crises, err);
}

/* Only what is somebody's work today; a page may then need more than one look. */
static bool list_of(struct node *node, const struct gateway_call *call, size_t limit,
        const struct staff *staff, struct case_list *list, struct case_line *lines,
        struct err *err)
{
    const struct list_cases *asked = call->request->inbox;
    struct spool_case *files = arena_take(&node->scratch, (limit + 1) * sizeof *files);
    uint64_t after = asked->after;
    size_t n_files = limit + 1;
    if (files == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    while (n_files > limit && !list->more) {
        if (!spool_cases(node->db, asked->box, after, files, limit + 1, &n_files, err))
            return false;
        for (size_t i = 0; i < n_files && !list->more; i++) {
            struct case_line line;
            after = files[i].number;
            if (!may_read(call, &files[i]) || !is_wanted(asked, &files[i]))
                continue;
            struct case_line head = {.number = files[i].number};
            if (!staff_fill(node, staff, &head, err))
                return false;
            if (asked->of[0] != '\0' && !staff_is_for(staff, head.handler, asked->of))
                continue;
            if (list->n_cases == limit) {
                list->more = true;
                break;
            }
            if (!cases_line(node, &files[i], &line, err))
                return false;
            line.handler = head.handler;
            line.substitute = head.substitute;
            lines[list->n_cases++] = line;
        }
    }
    return true;
}

bool gateway_inbox(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_cases *asked = call->request->inbox;
    size_t limit = asked->limit == 0 ? LIST_DEFAULT : asked->limit;
    limit = limit > LIST_MAX ? LIST_MAX : limit;
    struct case_line *lines = arena_take(&node->scratch, limit * sizeof *lines);
    struct case_list *list = arena_take(&node->scratch, sizeof *list);
    struct staff *staff = arena_take(&node->scratch, sizeof *staff);
    if (lines == NULL || list == NULL || staff == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    if (!may_ask(call))
        return gateway_refuse(call, E_SCOPE);
    *list = (struct case_list){.cases = lines};
    call->reply.cases = list;
    return staff_today(node, staff, err) &&
           list_of(node, call, limit, staff, list, lines, err) &&
           (asked->after != 0 || first_of(node, call, list, err));
}

bool gateway_find_case(struct node *node, struct gateway_call *call, uint64_t number,
        const char *field, bool reports, struct spool_case *file, struct err *err)
{
    bool found;
    if (!spool_get_case(node->db, number, &found, file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, field, WORDS_CASE);
    bool may = may_read(call, file) ||
               (reports && gateway_has_scope(call, SCOPE_REPORT_READ));
    return may || gateway_refuse(call, E_SCOPE);
}

bool gateway_show(struct node *node, struct gateway_call *call, struct err *err)
{
    struct spool_case *file = arena_take(&node->scratch, sizeof *file);
    struct case_detail *detail = arena_take(&node->scratch, sizeof *detail);
    struct staff *staff = arena_take(&node->scratch, sizeof *staff);
    struct case_line *line = arena_take(&node->scratch, sizeof *line);
    if (file == NULL || detail == NULL || staff == NULL || line == NULL)
        return err_set(err, E_SIZE, "no room for this case");
    if (!gateway_find_case(node, call, call->request->show->number, "number", false,
                file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    call->reply.case_ = detail;
    if (!cases_detail(node, file, detail, err) || !staff_today(node, staff, err))
        return false;
    *line = *detail->line;
    detail->line = line;
    return staff_fill(node, staff, line, err) &&
           gateway_confidence_show(node, file, detail, err);
}

bool gateway_trace(struct node *node, struct gateway_call *call, struct err *err)
{
    struct spool_case file;
    struct trace *trace = arena_take(&node->scratch, sizeof *trace);
    struct trace_line *lines = arena_take(&node->scratch, TRACE_MAX * sizeof *lines);
    uint64_t number = call->request->trace->number;
    if (trace == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room for this trace");
    /* Number 0: what was refused before there was a case. */
    if (number != 0 &&
            !gateway_find_case(node, call, number, "number", true, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    trace->lines = lines;
    call->reply.trace = trace;
    return spool_traces(node->db, number, &node->scratch, lines, TRACE_MAX,
            &trace->n_lines, err);
}
