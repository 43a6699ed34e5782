/* reports_flow.c - for our own staff: from signal to help, how long it took, what
 * became of our referrals, and how partners answered. Whole numbers, no person. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/reports.h"
#include "nodes/signals.h"
#include "nodes/spool_answers.h"

/* ------------------------------------------------------------- signals */

enum { TIMES_MAX = 50000 };

/* What is timed from the moment a signal came. */
enum timed {
    TIMED_TRIAGED,
    TIMED_CONTACT,
    TIMED_REFERRED,
    TIMED_HELPED,
    TIMED_CLOSED,
    N_TIMED
};
static const uint16_t TIMED_WORDS[N_TIMED] = {
        [TIMED_TRIAGED] = REPORT_WORD_TRIAGED,
        [TIMED_CONTACT] = REPORT_WORD_CONTACTED,
        [TIMED_REFERRED] = REPORT_WORD_REFERRED,
        [TIMED_HELPED] = REPORT_WORD_HELPED,
        [TIMED_CLOSED] = REPORT_WORD_CLOSED,
};

struct own_signals {
    uint64_t n;
    uint64_t outcomes[N_SIGNAL_STATE], reasons[N_NO_ACTION_REASON];
    int64_t *times[N_TIMED];
    size_t n_times[N_TIMED];
};

static void note_time(struct own_signals *own, enum timed what, int64_t after_ms)
{
    if (after_ms >= 0 && own->n_times[what] < TIMES_MAX)
        own->times[what][own->n_times[what]++] = after_ms;
}

static void count_signal(struct own_signals *own, const struct signals_fact *fact)
{
    own->n++;
    own->outcomes[fact->outcome]++;
    own->reasons[fact->reason]++;
    note_time(own, TIMED_TRIAGED, fact->triaged_after_ms);
    note_time(own, TIMED_CONTACT, fact->contact_after_ms);
    note_time(own, TIMED_REFERRED, fact->referred_after_ms);
    note_time(own, TIMED_HELPED, fact->helped_after_ms);
    note_time(own, TIMED_CLOSED, fact->closed_after_ms);
}

static bool read_signals(struct reports *reports, struct own_signals *own,
        struct err *err)
{
    struct signals_cursor cursor = {0};
    struct signals_fact fact;
    bool found = true;
    for (size_t i = 0; i < N_TIMED; i++) {
        own->times[i] =
                arena_take(&reports->node->scratch, TIMES_MAX * sizeof *own->times[i]);
        if (own->times[i] == NULL)
            return err_set(err, E_SIZE, "no room for a report");
    }
    while (signals_fact_next(reports->node, &cursor, &found, &fact, err) && found)
        if (fact.month_day >= reports->from_day &&
                fact.month_day <= reports->until_day &&
                reports_covers_pair(reports, fact.area, fact.place))
            count_signal(own, &fact);
    return !found;
}

/* Each step holds the next one: who was helped was referred, and spoken with. */
static bool tell_funnel(struct reports *reports, const struct own_signals *own,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_STEP, REPORT_WORD_SIGNALS,
            REPORT_WORD_PER_HUNDRED};
    const struct {
        uint16_t word;
        uint64_t n;
    } steps[] = {
            {REPORT_WORD_RAISED,    own->n                      },
            {REPORT_WORD_CONTACTED, own->n_times[TIMED_CONTACT] },
            {REPORT_WORD_REFERRED,  own->n_times[TIMED_REFERRED]},
            {REPORT_WORD_HELPED,    own->n_times[TIMED_HELPED]  },
    };
    reports_table(reports, REPORT_WORD_FUNNEL, columns, COUNT_OF(columns));
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const char *cells[] = {vocab_code(VOCAB_REPORT_WORD, steps[i].word),
                reports_number(reports, steps[i].n),
                own->n == 0 ? "" : reports_number(reports, 100 * steps[i].n / own->n)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

static bool tell_times(struct reports *reports, struct own_signals *own,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_STEP, REPORT_WORD_SIGNALS,
            REPORT_WORD_TIME};
    reports_table(reports, REPORT_WORD_TIMES, columns, COUNT_OF(columns));
    for (size_t i = 0; i < N_TIMED; i++) {
        const char *cells[] = {vocab_code(VOCAB_REPORT_WORD, TIMED_WORDS[i]),
                reports_number(reports, own->n_times[i]),
                reports_half(reports, own->times[i], own->n_times[i])};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

/* How often each code of a vocabulary was there. */
static bool tell_codes(struct reports *reports, enum vocab vocab,
        const uint64_t *counts, size_t n_counts, struct err *err)
{
    for (size_t row = 1; row < n_counts; row++) {
        const char *cells[] = {vocab_code(vocab, (uint16_t)row),
                reports_number(reports, counts[row])};
        if (counts[row] > 0 && !reports_row(reports, cells, err))
            return false;
    }
    return true;
}

static bool report_signals(struct reports *reports, struct err *err)
{
    static const uint16_t outcomes[] = {REPORT_WORD_OUTCOME, REPORT_WORD_SIGNALS};
    static const uint16_t reasons[] = {REPORT_WORD_NO_ACTION, REPORT_WORD_SIGNALS};
    struct own_signals *own = arena_take(&reports->node->scratch, sizeof *own);
    if (own == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    *own = (struct own_signals){.n = 0};
    if (!read_signals(reports, own, err) || !tell_funnel(reports, own, err) ||
            !tell_times(reports, own, err))
        return false;
    reports_table(reports, REPORT_WORD_OUTCOMES, outcomes, COUNT_OF(outcomes));
    if (!tell_codes(reports, VOCAB_SIGNAL_STATE, own->outcomes, COUNT_OF(own->outcomes),
                err))
        return false;
    reports_table(reports, REPORT_WORD_NO_ACTIONS, reasons, COUNT_OF(reasons));
    return tell_codes(reports, VOCAB_NO_ACTION_REASON, own->reasons,
            COUNT_OF(own->reasons), err);
}

/* ------------------------------------------------------------- referrals */

struct own_referrals {
    uint64_t sent, accepted, started, completed, confirmed, unplaced;
    uint64_t declines[N_DECLINE_REASON];
};

/* How far an offer came. */
static bool was_accepted(enum offer_state state)
{
    return state == OFFER_STATE_ACCEPTED || state == OFFER_STATE_IN_PROGRESS ||
           state == OFFER_STATE_ON_HOLD || state == OFFER_STATE_COMPLETED ||
           state == OFFER_STATE_FAILED;
}

static bool was_started(enum offer_state state)
{
    return was_accepted(state) && state != OFFER_STATE_ACCEPTED;
}

static bool count_offers(struct reports *reports, const struct spool_case *file,
        struct own_referrals *own, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    enum offer_state states[SPOOL_OFFERS_MAX];
    bool accepted = false, started = false, completed = false;
    size_t n_all, n = 0;
    if (!spool_offers(reports->node->db, file->number, offers, &n_all, err))
        return false;
    for (size_t i = 0; i < n_all; i++) {
        if (cases_never_was(&offers[i]))
            continue;
        states[n++] = offers[i].state;
        accepted |= was_accepted(offers[i].state);
        started |= was_started(offers[i].state);
        completed |= offers[i].state == OFFER_STATE_COMPLETED;
    }
    own->sent += n > 0;
    own->accepted += accepted;
    own->started += started;
    own->completed += completed;
    own->confirmed += completed && file->confirmed;
    own->unplaced += lifecycle_referral(states, n, false) == REFERRAL_UNPLACED;
    return true;
}

/* Why candidates said no; of what is destroyed nobody knows any more. */
static bool count_declines(struct reports *reports, const struct spool_case *file,
        struct own_referrals *own, struct err *err)
{
    struct node *node = reports->node;
    struct spool_moment moment;
    size_t used = node->scratch.used;
    uint64_t after = 0;
    bool found = true, there;
    while (spool_moment_after(node->db, file->number, after, &node->scratch, &found,
                   &moment, err) &&
            found) {
        struct content content;
        struct span packed;
        after = moment.number;
        if (moment.event == OFFER_EVENT_DECLINE && file->key.there) {
            if (!cases_read(node, file, moment.number, &there, &packed, &content, err))
                return false;
            if (there && content.event != NULL)
                own->declines[content.event->decline_reason]++;
        }
        arena_reset(&node->scratch, used);
    }
    own->declines[0] = 0;
    return !found;
}

static bool read_referrals(struct reports *reports, struct own_referrals *own,
        struct err *err)
{
    enum { PAGE = 50 };
    struct spool_case *files =
            arena_take(&reports->node->scratch, PAGE * sizeof *files);
    size_t n_files = PAGE, n_seen = 0;
    uint64_t after = 0;
    if (files == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    for (; n_files == PAGE && n_seen < REPORTS_CASES_MAX; n_seen += n_files) {
        if (!spool_cases(reports->node->db, CASE_BOX_SENT, after, files, PAGE, &n_files,
                    err))
            return false;
        for (size_t i = 0; i < n_files; i++) {
            const struct spool_case *file = &files[i];
            after = file->number;
            if (file->kind == CASE_KIND_REFERRAL_OUT &&
                    file->created_ms >= reports->from_ms &&
                    file->created_ms < reports->until_ms &&
                    reports_covers(reports, file->area) &&
                    (!count_offers(reports, file, own, err) ||
                            !count_declines(reports, file, own, err)))
                return false;
        }
    }
    reports->more |= n_files == PAGE;
    return true;
}

static bool tell_referrals(struct reports *reports, const struct own_referrals *own,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_STEP, REPORT_WORD_NUMBER};
    const struct {
        uint16_t word;
        uint64_t n;
    } steps[] = {
            {REPORT_WORD_SENT,      own->sent     },
            {REPORT_WORD_ACCEPTED,  own->accepted },
            {REPORT_WORD_STARTED,   own->started  },
            {REPORT_WORD_COMPLETED, own->completed},
            {REPORT_WORD_CONFIRMED, own->confirmed},
            {REPORT_WORD_UNPLACED,  own->unplaced },
    };
    reports_table(reports, REPORT_WORD_REFERRALS, columns, COUNT_OF(columns));
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const char *cells[] = {vocab_code(VOCAB_REPORT_WORD, steps[i].word),
                reports_number(reports, steps[i].n)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

/* How partners have answered us in the last year, as a search counts it. */
static bool tell_answers(struct reports *reports, struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PARTNER, REPORT_WORD_NUMBER,
            REPORT_WORD_IN_TIME, REPORT_WORD_TIME};
    struct finder_record *records =
            arena_take(&reports->node->scratch, REPORTS_ROWS_MAX * sizeof *records);
    int64_t since = node_now(reports->node) - (int64_t)SPOOL_ANSWERS_DAYS * TIME_DAY_MS;
    size_t n;
    if (records == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    if (!spool_answers(reports->node->db, since, records, REPORTS_ROWS_MAX, &n, err))
        return false;
    reports_table(reports, REPORT_WORD_ANSWERS, columns, COUNT_OF(columns));
    for (size_t i = 0; i < n; i++) {
        int64_t half = records[i].median_ms;
        const char *cells[] = {records[i].partner,
                reports_number(reports, records[i].asked),
                reports_number(reports, records[i].in_time),
                reports_half(reports, &half, 1)};
        if (!reports_row(reports, cells, err))
            return false;
    }
    return true;
}

bool reports_flow(struct reports *reports, struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_REASON, REPORT_WORD_NUMBER};
    struct own_referrals own = {.sent = 0};
    if (!report_signals(reports, err) || !read_referrals(reports, &own, err) ||
            !tell_referrals(reports, &own, err))
        return false;
    reports_table(reports, REPORT_WORD_DECLINES, columns, COUNT_OF(columns));
    return tell_codes(reports, VOCAB_DECLINE_REASON, own.declines,
                   COUNT_OF(own.declines), err) &&
           tell_answers(reports, err);
}
