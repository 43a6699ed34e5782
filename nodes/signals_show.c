/* signals_show.c - signals as people see them: where they stand, what was tried, which
 * others may be about the same person. */
#include "nodes/alike.h"
#include "nodes/cases.h"
#include "nodes/signals.h"

static bool is_signal(const struct spool_case *file)
{
    return file->kind == CASE_KIND_SIGNAL_IN || file->kind == CASE_KIND_SIGNAL_OUT;
}

bool signals_line(struct node *node, const struct spool_case *file,
        struct case_line *line, struct err *err)
{
    struct spool_signal signal;
    bool found;
    if (!is_signal(file))
        return true;
    if (!spool_get_signal(node->db, file->number, &found, &signal, err))
        return false;
    if (!found)
        return true;
    line->signal_state = signal.state;
    line->signal_answer = signal.ours ? signal.told : 0;
    line->due_ms = (uint64_t)signal.due_ms;
    return true;
}

/* ------------------------------------------------------------- the same person */

/* Who it is about; both "" when it is destroyed. What it points to lies in the arena.
 */
static bool person_of(struct node *node, uint64_t number, struct alike_person *person,
        struct err *err)
{
    struct spool_case file;
    struct content content;
    struct span packed;
    bool found;
    *person = (struct alike_person){"", ""};
    if (!spool_get_case(node->db, number, &found, &file, err) ||
            (found && !cases_read(node, &file, file.content, &found, &packed, &content,
                              err)))
        return false;
    if (found && content.signal != NULL)
        *person = (struct alike_person){content.signal->person, content.signal->phone};
    return true;
}

/* The newest take the place of the oldest. */
static void add_alike(struct signals_alike alike[SIGNALS_ALIKE_MAX], size_t *n,
        const struct spool_signal *signal, bool same)
{
    if (*n == SIGNALS_ALIKE_MAX)
        memmove(&alike[0], &alike[1], --*n * sizeof alike[0]);
    alike[(*n)++] = (struct signals_alike){*signal, same};
}

bool signals_find_alike(struct node *node, const struct spool_case *file,
        struct signals_alike alike[SIGNALS_ALIKE_MAX], size_t *n_alike, struct err *err)
{
    int64_t since_ms = node_now(node) - (int64_t)SIGNALS_ALIKE_DAYS * TIME_DAY_MS;
    struct alike_person own;
    struct spool_signal own_row;
    struct spool_signal signal = {.case_number = 0};
    bool found;
    size_t used = node->scratch.used;
    *n_alike = 0;
    if (!spool_get_signal(node->db, file->number, &found, &own_row, err) ||
            !person_of(node, file->number, &own, err))
        return false;
    while (found) {
        struct alike_person other;
        size_t before = node->scratch.used;
        if (!spool_signal_recent(node->db, since_ms, file->area, signal.case_number,
                    &found, &signal, err))
            return false;
        if (!found || signal.case_number == file->number ||
                id_equal(&signal.story, &own_row.story))
            continue;
        if (!person_of(node, signal.case_number, &other, err))
            return false;
        enum alike is = alike_judge(&own, &other);
        if (is != ALIKE_NO)
            add_alike(alike, n_alike, &signal, is == ALIKE_SAME);
        arena_reset(&node->scratch, before);
    }
    arena_reset(&node->scratch, used);
    return true;
}

bool signals_in_peace(struct node *node, const struct spool_case *file,
        int64_t *until_ms, struct err *err)
{
    struct signals_alike alike[SIGNALS_ALIKE_MAX];
    int64_t latest_ms;
    size_t n;
    if (!signals_quiet(node, file, &latest_ms, err) ||
            !signals_find_alike(node, file, alike, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        int64_t other_ms;
        if (!alike[i].same)
            continue;
        if (!spool_quiet_until(node->db, &alike[i].signal.story, node_now(node),
                    &other_ms, err))
            return false;
        latest_ms = other_ms > latest_ms ? other_ms : latest_ms;
    }
    *until_ms = latest_ms;
    return true;
}

static bool show_alike(struct node *node, const struct spool_case *file,
        struct signal_life *life, struct err *err)
{
    struct signals_alike alike[SIGNALS_ALIKE_MAX];
    size_t n;
    struct like_signal *list =
            arena_take(&node->scratch, SIGNALS_ALIKE_MAX * sizeof *list);
    if (list == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    if (!signals_find_alike(node, file, alike, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        int64_t until_ms;
        if (!spool_quiet_until(node->db, &alike[i].signal.story, node_now(node),
                    &until_ms, err))
            return false;
        list[i] = (struct like_signal){
                .number = alike[i].signal.case_number,
                .raised_ms = (uint64_t)alike[i].signal.raised_ms,
                .state = alike[i].signal.state,
                .same = alike[i].same,
                .quiet_until_ms = (uint64_t)until_ms,
        };
    }
    life->alike = list;
    life->n_alike = n;
    return true;
}

/* ------------------------------------------------------------- the whole */

static bool show_joined(struct node *node, const struct spool_signal *signal,
        struct signal_life *life, struct err *err)
{
    uint64_t *joined = arena_take(&node->scratch, SIGNALS_JOINED_MAX * sizeof *joined);
    struct spool_signal other = {.case_number = 0};
    bool found = !id_is_none(&signal->story) && !signal->ours;
    if (joined == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    life->joined = joined;
    while (found && life->n_joined < SIGNALS_JOINED_MAX) {
        if (!spool_signal_of_story(node->db, &signal->story, other.case_number, &found,
                    &other, err))
            return false;
        if (found && other.case_number != signal->case_number)
            joined[life->n_joined++] = other.case_number;
    }
    return true;
}

/* When it goes: so long after its end; while it is open the end of that. */
static uint64_t erase_ms(const struct node *node, const struct spool_signal *signal)
{
    int64_t keep_ms = node->conf.keep_signals_days * (int64_t)TIME_DAY_MS;
    int64_t open_ms = node->conf.open_signals_days * (int64_t)TIME_DAY_MS;
    if (signal->closed_ms != 0)
        return (uint64_t)(signal->closed_ms + keep_ms);
    return signal->ours ? (uint64_t)(signal->raised_ms + open_ms) : 0;
}

/* The steps of people, by the name of their command. */
static bool show_actions(struct node *node, const struct spool_signal *signal,
        struct case_detail *detail, struct err *err)
{
    static const struct {
        enum signals_step step;
        const char *command;
    } COMMANDS[] = {
            {SIGNALS_TRIAGE,    "triage"          },
            {SIGNALS_ATTEMPT,   "attempt"         },
            {SIGNALS_ATTEMPT,   "visit plan"      },
            {SIGNALS_ATTEMPT,   "visit report"    },
            {SIGNALS_LINK,      "link"            },
            {SIGNALS_CONVERT,   "convert"         },
            {SIGNALS_CRISIS,    "signal crisis"   },
            {SIGNALS_DECLINED,  "signal declined" },
            {SIGNALS_NO_ACTION, "signal no-action"},
            {SIGNALS_CLOSE,     "signal close"    },
    };
    const char **actions =
            arena_take(&node->scratch, COUNT_OF(COMMANDS) * sizeof *actions);
    size_t n = 0;
    if (actions == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    for (size_t i = 0; i < COUNT_OF(COMMANDS) && !signal->ours; i++)
        if (signals_allows(signal->state, COMMANDS[i].step))
            actions[n++] = COMMANDS[i].command;
    detail->actions = actions;
    detail->n_actions = n;
    return true;
}

bool signals_detail(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct spool_signal *signal = arena_take(&node->scratch, sizeof *signal);
    struct signal_life *life = arena_take(&node->scratch, sizeof *life);
    int64_t until_ms;
    bool found;
    if (!is_signal(file))
        return true;
    if (signal == NULL || life == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    if (!spool_get_signal(node->db, file->number, &found, signal, err) ||
            !signals_quiet(node, file, &until_ms, err))
        return false;
    if (!found)
        return true;
    *life = (struct signal_life){
            .state = signal->state,
            .outcome = signal->outcome,
            .reason = signal->reason,
            .call = signal->call,
            .decider = signal->decider,
            .answer = signal->told,
            .raised_ms = (uint64_t)signal->raised_ms,
            .due_ms = (uint64_t)signal->due_ms,
            .answer_due_ms = (uint64_t)signal->answer_due_ms,
            .triaged_ms = (uint64_t)signal->triaged_ms,
            .decided_ms = (uint64_t)signal->decided_ms,
            .closed_ms = (uint64_t)signal->closed_ms,
            .erase_ms = erase_ms(node, signal),
            .quiet_until_ms = (uint64_t)until_ms,
            .referral = signal->referral,
            .late = signal->late,
    };
    detail->signal_life = life;
    bool living = file->kind == CASE_KIND_SIGNAL_IN && file->key.there;
    return show_actions(node, signal, detail, err) &&
           show_joined(node, signal, life, err) &&
           (!living || show_alike(node, file, life, err));
}
