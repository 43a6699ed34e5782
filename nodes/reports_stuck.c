/* reports_stuck.c - what keeps people from help: barriers that partners reported in
 * public, and, at a coordinator, what got stuck. */
#include <stdio.h>

#include "nodes/reports.h"
#include "nodes/spool_escalation.h"

/* ------------------------------------------------------------- barriers */

/* A barrier without a place is one of wherever its author works. */
static bool tell_barrier(struct reports *reports, const char *author,
        const struct barrier *says, struct err *err)
{
    for (size_t i = 0; i == 0 || i < says->n_areas; i++) {
        const char *place = says->n_areas > 0 ? says->areas[i] : "";
        const char *cells[] = {place, vocab_code(VOCAB_BARRIER, says->barrier),
                vocab_code(VOCAB_NEED_CATEGORY, says->need),
                vocab_code(VOCAB_BARRIER_FREQUENCY, says->frequency), author};
        if ((place[0] == '\0' || reports_covers(reports, place)) &&
                !reports_row(reports, cells, err))
            return false;
    }
    return true;
}

/* Those that stood in the period, and have not been taken back. */
bool reports_barriers(struct reports *reports, struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_BARRIER,
            REPORT_WORD_NEED, REPORT_WORD_FREQUENCY, REPORT_WORD_PARTNER};
    const struct directory *directory = reports->node->directory;
    reports_table(reports, REPORT_WORD_BARRIERS, columns, COUNT_OF(columns));
    for (size_t i = 0; i < directory_member_count(directory); i++) {
        const struct member *member = directory_member_at(directory, i);
        const struct statement *said;
        struct directory_walk walk = directory_walk_by(directory, member->partner,
                STATEMENT_KIND_BARRIER, node_now(reports->node));
        while ((said = directory_next(&walk)) != NULL)
            if ((int64_t)said->issued_ms < reports->until_ms &&
                    (int64_t)said->until_ms > reports->from_ms &&
                    !tell_barrier(reports, member->partner, said->barrier, err))
                return false;
    }
    return true;
}

/* ------------------------------------------------------------- escalations */

enum { STUCK_MAX = N_ESCALATION_CAUSE * N_URGENCY, PAGE = 50, TIMES_MAX = 20000 };

struct stuck {
    uint64_t n, open, late;
    size_t n_closed;
};
struct stuck_counts {
    struct stuck of[N_ESCALATION_CAUSE][N_URGENCY];
    int64_t closed_ms[TIMES_MAX]; /* how long it took, cause by cause */
    uint16_t closed_as[TIMES_MAX];
    size_t n_closed;
};

static void count_stuck(struct stuck_counts *counts, const struct spool_case *file,
        const struct spool_escalation *escalation, int64_t now_ms)
{
    struct stuck *stuck = &counts->of[escalation->cause][file->urgency];
    bool open = escalation->closed_ms == 0;
    int64_t end_ms = open ? now_ms : escalation->closed_ms;
    stuck->n++;
    stuck->open += open;
    stuck->late += escalation->due_ms > 0 && escalation->due_ms < end_ms;
    if (open)
        return;
    stuck->n_closed++;
    if (counts->n_closed == TIMES_MAX)
        return;
    counts->closed_as[counts->n_closed] =
            (uint16_t)(escalation->cause * N_URGENCY + file->urgency);
    counts->closed_ms[counts->n_closed++] = end_ms - escalation->since_ms;
}

static bool read_stuck(struct reports *reports, struct stuck_counts *counts,
        struct err *err)
{
    struct spool_escalation page[PAGE];
    size_t n = PAGE, n_seen = 0;
    for (; n == PAGE && n_seen < REPORTS_CASES_MAX; n_seen += n) {
        if (!spool_escalations(reports->node->db, true, 0, n_seen, page, PAGE, &n, err))
            return false;
        for (size_t i = 0; i < n; i++) {
            struct spool_case file;
            bool found;
            if (page[i].since_ms < reports->from_ms ||
                    page[i].since_ms >= reports->until_ms)
                continue;
            if (!spool_get_case(reports->node->db, page[i].case_number, &found, &file,
                        err))
                return false;
            if (found && reports_covers(reports, file.area))
                count_stuck(counts, &file, &page[i], node_now(reports->node));
        }
    }
    reports->more |= n == PAGE;
    return true;
}

/* Half of those of one cause and urgency were over within this. */
static const char *half_of(struct reports *reports, const struct stuck_counts *counts,
        size_t as)
{
    int64_t *times =
            arena_take(&reports->node->scratch, (counts->n_closed + 1) * sizeof *times);
    size_t n = 0;
    if (times == NULL)
        return NULL;
    for (size_t i = 0; i < counts->n_closed; i++)
        if (counts->closed_as[i] == as)
            times[n++] = counts->closed_ms[i];
    return reports_half(reports, times, n);
}

bool reports_escalations(struct reports *reports, struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_CAUSE, REPORT_WORD_URGENCY,
            REPORT_WORD_NUMBER, REPORT_WORD_STILL_OPEN, REPORT_WORD_LATE,
            REPORT_WORD_CLOSED, REPORT_WORD_TIME};
    struct stuck_counts *counts = arena_take(&reports->node->scratch, sizeof *counts);
    if (counts == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    *counts = (struct stuck_counts){.n_closed = 0};
    if (!read_stuck(reports, counts, err))
        return false;
    reports_table(reports, REPORT_WORD_ESCALATIONS, columns, COUNT_OF(columns));
    for (size_t as = 0; as < STUCK_MAX; as++) {
        size_t cause = as / N_URGENCY, urgency = as % N_URGENCY;
        const struct stuck *stuck = &counts->of[cause][urgency];
        if (stuck->n == 0)
            continue;
        const char *cells[] = {vocab_code(VOCAB_ESCALATION_CAUSE, (uint16_t)cause),
                vocab_code(VOCAB_URGENCY, (uint16_t)urgency),
                reports_number(reports, stuck->n), reports_number(reports, stuck->open),
                reports_number(reports, stuck->late),
                reports_number(reports, stuck->n_closed), half_of(reports, counts, as)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}
