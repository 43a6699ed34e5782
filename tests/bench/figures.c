/* figures.c - medians, spreads, ratios, and how they are shown. */
#include "tests/bench/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const size_t WINDOW_OF[WINDOWS] = {1, 100, 1000};

static const struct row {
    const char *name;
    const char *unit;
    const char *words;
} ROWS[N_FIGURES] = {
#define X(name, unit, words) {#name, unit, words},
        FIGURES(X)
#undef X
};

/* A line above the first figure of each part of the table. */
static const struct heading {
    enum figure before;
    const char *words;
} HEADINGS[] = {
        {FIGURE_FSYNC,         "what this machine can do, same rounds"             },
        {FIGURE_WHOLE_1,
         "whole path: gateway, publisher's node, broker, recipient's node and back"},
        {FIGURE_ALONE_1,
         "broker alone: sealed beforehand, the recipient stores and acknowledges"  },
        {FIGURE_PART_WIRE_PUT,
         "processor time of one letter, part by part, in one process"              },
        {FIGURE_REGISTER_10K,
         "a decision on consent in the broker's store, in memory-warm state"       },
        {FIGURE_PROOF_10K,
         "a leaf of the audit log proved, with nothing of it in memory"            },
};

/* Ratios of the same round; of a time, the time over what the references would take. */
static const struct ratio {
    enum figure above, below;
    const char *words;
} RATIOS[] = {
        {FIGURE_WHOLE_1000,        FIGURE_ALONE_1000,
         "whole path / broker alone, window 1000"                                                   },
        {FIGURE_WHOLE_100,         FIGURE_ECHO_100,          "whole path / echo, window 100"        },
        {FIGURE_WHOLE_1000,        FIGURE_ECHO_1000,         "whole path / echo, window 1000"       },
        {FIGURE_ALONE_100,         FIGURE_ECHO_100,          "broker alone / echo, window 100"      },
        {FIGURE_ALONE_1000,        FIGURE_ECHO_1000,         "broker alone / echo, window 1000"     },
        {FIGURE_ALONE_1000,        FIGURE_FSYNC,             "broker alone / sync rate, window 1000"},
        {FIGURE_REGISTER_1M,       FIGURE_REGISTER_10K,      "decision among 10^6 / among 10^4"     },
        {FIGURE_REGISTER_10M,      FIGURE_REGISTER_10K,      "decision among 10^7 / among 10^4"     },
        {FIGURE_REGISTER_WARM_10M, FIGURE_REGISTER_WARM_10K,
         "the same, all pages in memory"                                                            },
};

void figures_add(struct figures *figures, enum figure figure, double value)
{
    if (figures->n[figure] < ROUNDS_MAX)
        figures->samples[figure][figures->n[figure]++] = value;
}

static int compare(const void *a, const void *b)
{
    double x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

double figures_percentile(double *values, size_t n, double part)
{
    if (n == 0)
        return 0;
    qsort(values, n, sizeof *values, compare);
    size_t at = (size_t)(part * (double)n);
    return values[at < n ? at : n - 1];
}

/* Least, middle and most of a few values. */
struct spread {
    double min, median, max;
};

static struct spread spread_of(const double *values, size_t n)
{
    double sorted[ROUNDS_MAX];

    if (n == 0)
        return (struct spread){0, 0, 0};
    memcpy(sorted, values, n * sizeof *values);
    double median = figures_percentile(sorted, n, 0.5);
    if (n % 2 == 0)
        median = (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    return (struct spread){sorted[0], median, sorted[n - 1]};
}

double figures_median(const struct figures *figures, enum figure figure)
{
    return spread_of(figures->samples[figure], figures->n[figure]).median;
}

/* Enough digits to tell two values apart, no more. */
static void number(double value, char text[24])
{
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;

    snprintf(text, 24, "%.*f", decimals, value);
}

static void print_line(const char *words, const char *unit, struct spread spread,
        size_t n)
{
    char min[24], median[24], max[24];

    number(spread.min, min);
    number(spread.median, median);
    number(spread.max, max);
    printf("  %-58s %9s %-3s", words, median, unit);
    if (n > 1)
        printf(" %9s .. %s", min, max);
    printf("\n");
}

static struct spread ratio_of(const struct figures *figures, const struct ratio *ratio,
        size_t *n)
{
    double values[ROUNDS_MAX];

    for (*n = 0; *n < figures->n[ratio->above] && *n < figures->n[ratio->below]; ++*n)
        values[*n] =
                figures->samples[ratio->above][*n] / figures->samples[ratio->below][*n];
    return spread_of(values, *n);
}

/* A confirm cannot come before one sync, one verification and one way there and back.
 */
static struct spread confirm_ratio(const struct figures *figures, size_t *n)
{
    double values[ROUNDS_MAX];

    for (*n = 0; *n < figures->n[FIGURE_ALONE_CONFIRM_1]; ++*n) {
        double least_ms = 1e3 / figures->samples[FIGURE_FSYNC][*n] +
                          1e3 / figures->samples[FIGURE_VERIFY][*n] +
                          1e3 / figures->samples[FIGURE_ECHO_1][*n];
        values[*n] = figures->samples[FIGURE_ALONE_CONFIRM_1][*n] / least_ms;
    }
    return spread_of(values, *n);
}

void figures_print(const struct figures *figures)
{
    size_t n;

    printf("%-60s %9s %-3s %9s\n", "", "median", "", "min .. max");
    for (size_t i = 0; i < N_FIGURES; i++) {
        if (figures->n[i] == 0)
            continue;
        for (size_t h = 0; h < sizeof HEADINGS / sizeof *HEADINGS; h++)
            if ((size_t)HEADINGS[h].before == i)
                printf("%s\n", HEADINGS[h].words);
        print_line(ROWS[i].words, ROWS[i].unit,
                spread_of(figures->samples[i], figures->n[i]), figures->n[i]);
    }
    printf("ratios within a round\n");
    for (size_t i = 0; i < sizeof RATIOS / sizeof *RATIOS; i++) {
        struct spread spread = ratio_of(figures, &RATIOS[i], &n);
        if (n > 0)
            print_line(RATIOS[i].words, "", spread, n);
    }
    struct spread spread = confirm_ratio(figures, &n);
    if (n > 0)
        print_line("confirm p50 at window 1 / (sync + verify + echo)", "", spread, n);
}

bool figures_write(const struct figures *figures, const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        return false;
    fprintf(file, "figure\tunit\trounds\tmedian\tmin\tmax\n");
    for (size_t i = 0; i < N_FIGURES; i++) {
        struct spread spread = spread_of(figures->samples[i], figures->n[i]);
        if (figures->n[i] > 0)
            fprintf(file, "%s\t%s\t%zu\t%.4f\t%.4f\t%.4f\n", ROWS[i].name, ROWS[i].unit,
                    figures->n[i], spread.median, spread.min, spread.max);
    }
    for (size_t i = 0; i < sizeof RATIOS / sizeof *RATIOS; i++) {
        size_t n;
        struct spread spread = ratio_of(figures, &RATIOS[i], &n);
        if (n > 0)
            fprintf(file, "%s/%s\t\t%zu\t%.4f\t%.4f\t%.4f\n",
                    ROWS[RATIOS[i].above].name, ROWS[RATIOS[i].below].name, n,
                    spread.median, spread.min, spread.max);
    }
    return fclose(file) == 0;
}
