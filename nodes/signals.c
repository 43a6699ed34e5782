/* signals.c - needs-signals: their beginning, who is left in peace, what is counted. */
#include "nodes/signals.h"

#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/quiet.h"

/* What a story is called in this store: a disk that is stolen shows neither the id that
 * stands in the letters nor the name that another node has for it. */
static struct id story_name(const struct node *node, const struct id *correlation)
{
    struct id name = {{0}};
    if (id_is_none(correlation))
        return name;
    const struct span parts[] = {
            span_text("buurtbus story"),
            span_text(node->partner),
            SPAN_OF(*correlation),
    };
    struct key32 hash = hash_sha256(parts, COUNT_OF(parts));
    memcpy(&name, &hash, sizeof name);
    return name;
}

bool signals_begin(struct node *node, const struct spool_case *file,
        const struct signal *content, bool consented, struct err *err)
{
    bool ours = file->kind == CASE_KIND_SIGNAL_OUT;
    int64_t now = node_now(node);
    struct spool_signal other;
    struct id story = story_name(node, &content->correlation_id);
    bool taken = id_is_none(&story);
    /* A story that others name is not theirs to join: people here do that. */
    if (!taken && !ours &&
            !spool_signal_of_story(node->db, &story, 0, &taken, &other, err))
        return false;
    struct spool_signal signal = {
            .case_number = file->number,
            .ours = ours,
            .consented = consented,
            .state = SIGNAL_STATE_RAISED,
            .story = taken ? node_random_id() : story,
            .raised_ms = now,
            .due_ms = ours ? 0 : signals_triage_due(file->urgency, now),
            .answer_due_ms = ours ? 0 : signals_answer_due(now),
    };
    return spool_put_signal(node->db, &signal, err);
}

/* ------------------------------------------------------------- stories */

/* The id of the story in what a case holds, a referral or a signal; none when that is
 * destroyed or not shown yet. */
static bool read_correlation(struct node *node, const struct spool_case *file,
        struct id *correlation, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    size_t used = node->scratch.used;
    *correlation = (struct id){{0}};
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    if (found && content.referral != NULL)
        *correlation = content.referral->correlation_id;
    else if (found && content.signal != NULL)
        *correlation = content.signal->correlation_id;
    arena_reset(&node->scratch, used);
    return true;
}

/* A signal that was joined with another shares the story of that one. */
static bool story_of(struct node *node, const struct spool_case *file, struct id *story,
        struct err *err)
{
    struct spool_signal signal;
    bool found;
    if (!spool_get_signal(node->db, file->number, &found, &signal, err))
        return false;
    if (found) {
        *story = signal.story;
        return true;
    }
    struct id correlation;
    if (!read_correlation(node, file, &correlation, err))
        return false;
    *story = story_name(node, &correlation);
    return true;
}

bool signals_correlation(struct node *node, struct spool_signal *signal,
        struct id *correlation, struct err *err)
{
    struct spool_signal one = {.case_number = 0};
    bool found = true;
    while (found) {
        if (!spool_signal_of_story(node->db, &signal->story, one.case_number, &found,
                    &one, err))
            return false;
        struct spool_case file;
        bool there = false;
        if (found && !spool_get_case(node->db, one.case_number, &there, &file, err))
            return false;
        if (there && !read_correlation(node, &file, correlation, err))
            return false;
        struct id name = there ? story_name(node, correlation) : (struct id){{0}};
        if (there && id_equal(&name, &signal->story))
            return true;
    }
    *correlation = node_random_id();
    struct id old = signal->story;
    signal->story = story_name(node, correlation);
    return spool_rename_story(node->db, &old, &signal->story, err);
}

bool signals_quiet(struct node *node, const struct spool_case *file, int64_t *until_ms,
        struct err *err)
{
    struct id story;
    *until_ms = 0;
    return story_of(node, file, &story, err) &&
           (id_is_none(&story) ||
                   spool_quiet_until(node->db, &story, node_now(node), until_ms, err));
}

bool signals_refused(struct node *node, const struct spool_case *file, struct err *err)
{
    struct id story;
    return story_of(node, file, &story, err) &&
           (id_is_none(&story) ||
                   spool_put_quiet(node->db, &story, quiet_until(node_now(node)), err));
}

/* ------------------------------------------------------------- what is counted */

static int32_t month_of(int64_t ms)
{
    char text[TIME_TEXT_BYTES];
    int32_t day = time_brussels_day(ms);
    int32_t first;
    time_day_text(day, text);
    text[8] = '0';
    text[9] = '1';
    return time_day_parse(text, &first) ? first : day;
}

static int64_t after_of(const struct spool_signal *signal, int64_t at_ms)
{
    return at_ms == 0 ? -1 : at_ms - signal->raised_ms;
}

static void fill_content(const struct signal *content, struct signals_fact *fact)
{
    fact->n_needs = content->n_needs;
    if (content->n_needs > 0)
        memcpy(fact->needs, content->needs, content->n_needs * sizeof fact->needs[0]);
    fact->channel = content->channel;
    snprintf(fact->language, sizeof fact->language, "%s", content->language);
    if (content->place[0] != '\0')
        snprintf(fact->place, sizeof fact->place, "%s", content->place);
}

/* Of one whose content is here. */
static bool living_fact(struct node *node, const struct spool_signal *signal,
        bool *there, struct signals_fact *fact, struct err *err)
{
    struct spool_case file;
    struct content content;
    struct span packed;
    size_t used = node->scratch.used;
    if (!spool_get_case(node->db, signal->case_number, there, &file, err) ||
            (*there && !cases_read(node, &file, file.content, there, &packed, &content,
                               err)))
        return false;
    *there = *there && content.signal != NULL;
    if (!*there) {
        arena_reset(&node->scratch, used);
        return true;
    }
    *fact = (struct signals_fact){
            .case_number = signal->case_number,
            .month_day = month_of(signal->raised_ms),
            .urgency = file.urgency,
            .consented = signal->consented,
            .state = signal->state,
            .outcome = signal->outcome,
            .reason = signal->reason,
            .triaged_after_ms = after_of(signal, signal->triaged_ms),
            .contact_after_ms = after_of(signal, signal->contact_ms),
            .referred_after_ms = after_of(signal, signal->referred_ms),
            .helped_after_ms = after_of(signal, signal->helped_ms),
            .closed_after_ms = after_of(signal, signal->closed_ms),
    };
    snprintf(fact->area, sizeof fact->area, "%s", file.area);
    snprintf(fact->place, sizeof fact->place, "%s", file.area);
    fill_content(content.signal, fact);
    arena_reset(&node->scratch, used);
    return true;
}

static void erased_fact(const struct spool_fact *row, struct signals_fact *fact)
{
    *fact = (struct signals_fact){
            .month_day = row->month_day,
            .urgency = row->urgency,
            .consented = row->consented,
            .n_needs = row->n_needs,
            .state = SIGNAL_STATE_ERASED,
            .outcome = row->outcome,
            .reason = row->reason,
            .triaged_after_ms = row->triaged_after_ms,
            .contact_after_ms = row->contact_after_ms,
            .referred_after_ms = row->referred_after_ms,
            .helped_after_ms = row->helped_after_ms,
            .closed_after_ms = row->closed_after_ms,
    };
    memcpy(fact->needs, row->needs, sizeof fact->needs);
    snprintf(fact->area, sizeof fact->area, "%s", row->area);
    snprintf(fact->place, sizeof fact->place, "%s", row->area);
}

bool signals_was_answered(const struct signals_fact *fact)
{
    return fact->outcome == SIGNAL_STATE_CONVERTED ||
           fact->outcome == SIGNAL_STATE_HANDED_TO_CRISIS;
}

bool signals_fact_next(struct node *node, struct signals_cursor *cursor, bool *found,
        struct signals_fact *fact, struct err *err)
{
    struct spool_signal signal;
    struct spool_fact row;
    bool there = true;
    while (there) {
        if (!spool_signal_after(node->db, cursor->signal, true, &there, &signal, err))
            return false;
        if (!there)
            break;
        cursor->signal = signal.case_number;
        if (!living_fact(node, &signal, found, fact, err))
            return false;
        if (*found)
            return true;
    }
    if (!spool_fact_after(node->db, cursor->fact, found, &row, err))
        return false;
    if (*found) {
        cursor->fact = row.number;
        erased_fact(&row, fact);
    }
    return true;
}
