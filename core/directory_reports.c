/* directory_reports.c - what a count of signals and a subscription may say. */
#include <stdio.h>

#include "core/aggregate.h"
#include "core/directory_inner.h"
#include "core/time.h"
#include "core/vocab.h"

static bool not_longer(const struct statement *statement, int days, struct err *err)
{
    uint64_t longest_ms = (uint64_t)days * TIME_DAY_MS;
    return statement->until_ms - statement->issued_ms <= longest_ms ||
           err_set(err, E_TTL, "%s for more than %d days",
                   statement_kind_name(statement->kind), days);
}

/* --- counts --- */

/* A number of at least five, of one thing; of a sector only by need, and with the
 * municipality under which it stood. Of a quarter what became of them, by need and
 * municipality. */
static bool row_ok(const struct aggregate_row *row, bool quarter, struct err *err)
{
    int things = (row->need != 0) + (row->channel != 0) + (row->language[0] != '\0');
    bool sector = !ids_area_ok(row->place);
    bool stands = sector ? ids_area_ok(row->area) : row->area[0] == '\0';
    if (things != 1 || !ids_place_ok(row->place) || !stands ||
            (sector && row->need == 0))
        return err_set(err, E_FIELD, "a count of nothing, or of nowhere");
    if (row->signals < AGGREGATE_LEAST)
        return err_set(err, E_FIELD, "a count of fewer than %d", (int)AGGREGATE_LEAST);
    if (!quarter)
        return row->answered == 0 ||
               err_set(err, E_FIELD, "what became of the signals of no quarter");
    if (row->need == 0 || sector || !aggregate_answered(row->signals, row->answered))
        return err_set(err, E_FIELD, "fewer than %d were answered, or were not",
                (int)AGGREGATE_LEAST);
    return true;
}

static bool same_row(const struct aggregate_row *a, const struct aggregate_row *b)
{
    return strcmp(a->place, b->place) == 0 && strcmp(a->area, b->area) == 0 &&
           a->need == b->need && a->channel == b->channel &&
           strcmp(a->language, b->language) == 0;
}

/* The period, a stroke, and a number. */
static bool subject_fits(const char *subject, const struct aggregate_period *period)
{
    char text[AGGREGATE_PERIOD_BYTES];
    aggregate_period_text(period, text);
    size_t len = strlen(text);
    const char *part = subject + len + 1;
    return strncmp(subject, text, len) == 0 && subject[len] == '/' && part[0] != '0' &&
           part[0] != '\0' && strspn(part, "0123456789") == strlen(part) &&
           strlen(part) <= 3;
}

bool directory_aggregate_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct statement *statement = &said->statement;
    const struct aggregate *says = statement->aggregate;
    const struct aggregate_period period = {.from_month = (int32_t)says->from_month,
            .months = (int32_t)says->months};
    bool quarter = says->months == AGGREGATE_QUARTER;
    bool whole = (quarter || says->months == AGGREGATE_MONTHS) &&
                 says->from_month % says->months == 0;
    if (says->n_rows == 0 || says->from_month > AGGREGATE_MONTH_MAX ||
            (says->months != 1 && !whole) || !subject_fits(statement->subject, &period))
        return err_set(err, E_FORMAT, "counts of no period");
    /* What is not over cannot be counted. */
    int64_t over_ms = time_day_start(
            aggregate_month_first_day(period.from_month + period.months));
    if ((int64_t)statement->issued_ms < over_ms)
        return err_set(err, E_CLOCK, "counts of a period that is not over");
    for (size_t i = 0; i < says->n_rows; i++) {
        if (!row_ok(&says->rows[i], quarter, err))
            return false;
        for (size_t j = 0; j < i; j++)
            if (same_row(&says->rows[i], &says->rows[j]))
                return err_set(err, E_FIELD, "the same count twice");
    }
    return not_longer(statement, DIRECTORY_AGGREGATE_DAYS_MAX, err);
}

/* --- subscriptions --- */

/* Nobody subscribes to everything everywhere: it is said where, and for which needs. */
bool directory_subscription_ok(struct arena *scratch, struct said *said,
        struct err *err)
{
    (void)scratch;
    const struct statement *statement = &said->statement;
    const struct subscription *says = statement->subscription;
    if (says->n_areas == 0 || says->n_needs == 0 || says->n_kinds == 0 ||
            says->level_max == LEVEL_NONE)
        return err_set(err, E_FIELD, "a subscription that does not say to what");
    for (size_t i = 0; i < says->n_areas; i++)
        if (!ids_place_ok(says->areas[i]))
            return err_set(err, E_FIELD, "a subscription for no place");
    return not_longer(statement, DIRECTORY_SUBSCRIPTION_DAYS_MAX, err);
}

static bool has_row(const uint16_t *rows, size_t n_rows, uint16_t row)
{
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i] == row)
            return true;
    return false;
}

bool directory_wanted(const struct subscription *says, const char *area,
        const char *place, const uint16_t *needs, size_t n_needs, enum level level)
{
    bool here = false, needed = false;
    for (size_t i = 0; i < says->n_areas; i++)
        here |= strcmp(says->areas[i], area) == 0 || strcmp(says->areas[i], place) == 0;
    for (size_t i = 0; i < n_needs; i++)
        needed |= has_row(says->needs, says->n_needs, needs[i]);
    return here && needed && level <= says->level_max &&
           has_row(says->kinds, says->n_kinds, SIGNAL_KIND_PERSON);
}
