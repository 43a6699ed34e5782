/* signals_clock.c - what time does to signals: people are reminded, coordinators hear
 * when nobody looks, reporters hear something in time, and none stays open for ever. */
#include "nodes/coordinators.h"
#include "nodes/signals.h"

static bool trace(struct node *node, uint64_t number, const char *what, struct err *err)
{
    return node_trace(node, number, node->partner, what, "", NULL, err);
}

/* Half of the time is over, or all of it. */
static bool remind(struct node *node, struct spool_signal *signal,
        struct spool_case *file, struct err *err)
{
    bool late = signal->due_ms <= node_now(node);
    signal->reminded = true;
    signal->late = late;
    file->unread = true;
    file->updated_ms = node_now(node);
    return spool_save_signal(node->db, signal, err) &&
           spool_save_case(node->db, file, err) &&
           trace(node, file->number, late ? "signal_late" : "signal_waits", err) &&
           (!late || coordinators_concern(node, file, node->partner, signal->raised_ms,
                             err));
}

static bool answer(struct node *node, struct spool_signal *signal,
        struct spool_case *file, struct err *err)
{
    return signals_tell(node, file, signal, signals_answer_now(signal), err) &&
           spool_save_signal(node->db, signal, err);
}

static bool take(struct node *node, struct spool_signal *signal,
        struct spool_case *file, enum signals_step step, struct err *err)
{
    const struct signals_asked asked = {.step = step};
    struct signals_result result;
    return signals_take(node, file, signal, &asked, signal->referral, node->partner,
            &result, err);
}

static bool end_term(struct node *node, struct spool_signal *signal,
        struct spool_case *file, struct err *err)
{
    return take(node, signal, file, SIGNALS_TERM_OVER, err);
}

static bool end_rest(struct node *node, struct spool_signal *signal,
        struct spool_case *file, struct err *err)
{
    return take(node, signal, file, SIGNALS_CLOSE, err);
}

/* All that the search finds, a bounded piece of it; what is done to one takes it out of
 * the search. */
static bool each(struct node *node, int64_t ms,
        bool (*find)(struct db *, int64_t, bool *, struct spool_signal *, struct err *),
        bool (*deed)(struct node *, struct spool_signal *, struct spool_case *,
                struct err *),
        struct err *err)
{
    for (size_t i = 0; i < SIGNALS_ROUND; i++) {
        struct spool_signal signal;
        struct spool_case file;
        bool found, there;
        if (!find(node->db, ms, &found, &signal, err))
            return false;
        if (!found)
            return true;
        if (!spool_get_case(node->db, signal.case_number, &there, &file, err))
            return false;
        if (!there)
            return err_set(err, ERR_CORRUPT, "a signal without its case");
        if (!deed(node, &signal, &file, err))
            return false;
    }
    return true;
}

bool signals_upkeep(struct node *node, struct err *err)
{
    int64_t now = node_now(node);
    int64_t open_ms = node->conf.open_signals_days * (int64_t)TIME_DAY_MS;
    int64_t rest_ms = (int64_t)SIGNALS_REST_DAYS * TIME_DAY_MS;
    bool any;
    if (node_self(node) == NULL)
        return true;
    if (!spool_signal_awaited(node->db, &any, err))
        return false;
    return !any ||
           (each(node, now, spool_signal_waiting, remind, err) &&
                   each(node, now - open_ms, spool_signal_old, end_term, err) &&
                   each(node, now - rest_ms, spool_signal_rested, end_rest, err) &&
                   each(node, now, spool_signal_unanswered, answer, err));
}
