/* reports_area.c - what signals were about, in a place and a time: what reporting
 * points have told, or, for our own staff, our own numbers whole. */
#include <stdio.h>
#include <stdlib.h>

#include "nodes/aggregates.h"
#include "nodes/reports.h"
#include "nodes/signals.h"

/* Cells that are summed: the month of each is zero. */
struct sums {
    struct aggregate_cell *cells;
    size_t n;
};

static void merge(struct sums *sums)
{
    size_t n = 0;
    qsort(sums->cells, sums->n, sizeof *sums->cells, aggregate_order);
    for (size_t i = 0; i < sums->n; i++) {
        if (n > 0 && aggregate_order(&sums->cells[n - 1], &sums->cells[i]) == 0) {
            sums->cells[n - 1].n += sums->cells[i].n;
            sums->cells[n - 1].answered += sums->cells[i].answered;
        } else {
            sums->cells[n++] = sums->cells[i];
        }
    }
    sums->n = n;
}

/* What there is no room for, also after merging, is left out and said to be. */
static void add(struct reports *reports, struct sums *sums,
        const struct aggregate_cell *cell)
{
    if (sums->n == AGGREGATES_CELLS_MAX)
        merge(sums);
    if (sums->n == AGGREGATES_CELLS_MAX)
        reports->more = true;
    else
        sums->cells[sums->n++] = *cell;
}

/* ------------------------------------------------------------- what was told */

static void add_rows(struct reports *reports, struct sums *sums,
        const struct aggregate *says)
{
    for (size_t i = 0; i < says->n_rows; i++) {
        const struct aggregate_row *row = &says->rows[i];
        const char *area = row->area[0] != '\0' ? row->area : row->place;
        struct aggregate_cell cell = {.n = row->signals,
                .answered = row->answered,
                .code = row->need != 0 ? row->need : row->channel,
                .of = row->answered != 0  ? AGGREGATE_ANSWERED
                      : row->need != 0    ? AGGREGATE_NEED
                      : row->channel != 0 ? AGGREGATE_CHANNEL
                                          : AGGREGATE_LANGUAGE};
        if (!reports_covers_pair(reports, area, row->place))
            continue;
        snprintf(cell.area, sizeof cell.area, "%s", area);
        snprintf(cell.place, sizeof cell.place, "%s", row->place);
        snprintf(cell.language, sizeof cell.language, "%s", row->language);
        add(reports, sums, &cell);
    }
}

/* A period is the sum of its months; what a year adds belongs to the whole year only.
 * Nobody but a reporting point is heard. */
static void read_told(struct reports *reports, struct sums *sums)
{
    const struct directory *directory = reports->node->directory;
    int64_t now = node_now(reports->node);
    int64_t from = reports->period.from_month;
    int64_t until = from + reports->period.months;
    for (size_t i = 0; i < directory_member_count(directory); i++) {
        const struct member *member = directory_member_at(directory, i);
        const struct statement *said;
        struct directory_walk walk = directory_walk_by(directory, member->partner,
                STATEMENT_KIND_AGGREGATE, now);
        if (member->partner_type != PARTNER_TYPE_MELDPUNT)
            continue;
        while ((said = directory_next(&walk)) != NULL) {
            int64_t month = said->aggregate->from_month;
            if (month >= from && month + said->aggregate->months <= until)
                add_rows(reports, sums, said->aggregate);
        }
    }
}

static bool tell_needs(struct reports *reports, const struct sums *sums,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_NEED,
            REPORT_WORD_SIGNALS, REPORT_WORD_PARTNERS, REPORT_WORD_WITH_ROOM};
    reports_table(reports, REPORT_WORD_NEEDS, columns, COUNT_OF(columns));
    for (size_t i = 0; i < sums->n; i++) {
        const struct aggregate_cell *cell = &sums->cells[i];
        if (cell->of != AGGREGATE_NEED)
            continue;
        struct reports_supply supply =
                reports_supply(reports->node, cell->code, cell->place, reports->day);
        const char *cells[] = {cell->place, vocab_code(VOCAB_NEED_CATEGORY, cell->code),
                reports_number(reports, cell->n),
                reports_number(reports, supply.partners),
                reports_number(reports, supply.open)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

/* What became of signals that were told, by whole quarters. */
static bool tell_answers(struct reports *reports, const struct sums *sums,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_NEED,
            REPORT_WORD_SIGNALS, REPORT_WORD_ANSWERED, REPORT_WORD_UNANSWERED};
    reports_table(reports, REPORT_WORD_ANSWERED_NEEDS, columns, COUNT_OF(columns));
    for (size_t i = 0; i < sums->n; i++) {
        const struct aggregate_cell *cell = &sums->cells[i];
        if (cell->of != AGGREGATE_ANSWERED)
            continue;
        const char *cells[] = {cell->place, vocab_code(VOCAB_NEED_CATEGORY, cell->code),
                reports_number(reports, cell->n),
                reports_number(reports, cell->answered),
                reports_number(reports, cell->n - cell->answered)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

static bool tell_other(struct reports *reports, const struct sums *sums,
        enum aggregate_of of, struct err *err)
{
    static const uint16_t channels[] = {REPORT_WORD_PLACE, REPORT_WORD_CHANNEL,
            REPORT_WORD_SIGNALS};
    static const uint16_t languages[] = {REPORT_WORD_PLACE, REPORT_WORD_LANGUAGE,
            REPORT_WORD_SIGNALS};
    bool channel = of == AGGREGATE_CHANNEL;
    reports_table(reports, channel ? REPORT_WORD_CHANNELS : REPORT_WORD_LANGUAGES,
            channel ? channels : languages, COUNT_OF(channels));
    for (size_t i = 0; i < sums->n; i++) {
        const struct aggregate_cell *cell = &sums->cells[i];
        const char *cells[] = {cell->place,
                channel ? vocab_code(VOCAB_SIGNAL_CHANNEL, cell->code) : cell->language,
                reports_number(reports, cell->n)};
        if (cell->of == of && !reports_row(reports, cells, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------- our own */

/* What our own signals were about, and what became of them, by municipality and need.
 */
struct own_line {
    char area[6];
    uint16_t need;
    uint64_t signals, answered, unanswered, open;
};
enum { OWN_LINES_MAX = 3000 };
struct own_lines {
    struct own_line *lines;
    size_t n;
};

static struct own_line *own_line(struct own_lines *own, const char *area, uint16_t need)
{
    for (size_t i = 0; i < own->n; i++)
        if (own->lines[i].need == need && strcmp(own->lines[i].area, area) == 0)
            return &own->lines[i];
    if (own->n == OWN_LINES_MAX)
        return NULL;
    struct own_line *line = &own->lines[own->n++];
    *line = (struct own_line){.need = need};
    snprintf(line->area, sizeof line->area, "%s", area);
    return line;
}

static void count_own(struct reports *reports, struct own_lines *own,
        const struct signals_fact *fact)
{
    bool answered = signals_was_answered(fact);
    bool open = fact->outcome == 0;
    for (size_t i = 0; i < fact->n_needs; i++) {
        struct own_line *line = own_line(own, fact->area, fact->needs[i]);
        if (line == NULL) {
            reports->more = true;
            return;
        }
        line->signals++;
        line->answered += answered;
        line->open += open;
        line->unanswered += !answered && !open;
    }
}

static int compare_own(const void *a, const void *b)
{
    const struct own_line *one = a, *other = b;
    int by = strcmp(one->area, other->area);
    return by != 0 ? by : (int)one->need - (int)other->need;
}

static bool tell_own(struct reports *reports, const struct own_lines *own,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_NEED,
            REPORT_WORD_SIGNALS, REPORT_WORD_ANSWERED, REPORT_WORD_UNANSWERED,
            REPORT_WORD_STILL_OPEN, REPORT_WORD_PARTNERS, REPORT_WORD_WITH_ROOM};
    reports_table(reports, REPORT_WORD_OWN_NEEDS, columns, COUNT_OF(columns));
    for (size_t i = 0; i < own->n; i++) {
        const struct own_line *line = &own->lines[i];
        struct reports_supply supply =
                reports_supply(reports->node, line->need, line->area, reports->day);
        const char *cells[] = {line->area, vocab_code(VOCAB_NEED_CATEGORY, line->need),
                reports_number(reports, line->signals),
                reports_number(reports, line->answered),
                reports_number(reports, line->unanswered),
                reports_number(reports, line->open),
                reports_number(reports, supply.partners),
                reports_number(reports, supply.open)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

static bool report_own(struct reports *reports, struct err *err)
{
    struct signals_cursor cursor = {0};
    struct signals_fact fact;
    struct own_lines own = {.lines = arena_take(&reports->node->scratch,
                                    OWN_LINES_MAX * sizeof *own.lines)};
    bool found = true;
    if (own.lines == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    while (signals_fact_next(reports->node, &cursor, &found, &fact, err) && found)
        if (fact.month_day >= reports->from_day &&
                fact.month_day <= reports->until_day &&
                reports_covers_pair(reports, fact.area, fact.place))
            count_own(reports, &own, &fact);
    if (found)
        return false;
    qsort(own.lines, own.n, sizeof *own.lines, compare_own);
    return tell_own(reports, &own, err);
}

/* ------------------------------------------------------------- both */

bool reports_area(struct reports *reports, struct err *err)
{
    struct sums sums = {.cells = arena_take(&reports->node->scratch,
                                AGGREGATES_CELLS_MAX * sizeof *sums.cells)};
    if (reports->own)
        return report_own(reports, err);
    if (sums.cells == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    read_told(reports, &sums);
    merge(&sums);
    return tell_needs(reports, &sums, err) && tell_answers(reports, &sums, err) &&
           tell_other(reports, &sums, AGGREGATE_CHANNEL, err) &&
           tell_other(reports, &sums, AGGREGATE_LANGUAGE, err);
}
