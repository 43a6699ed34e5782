/* signals_tell.c - who reported a signal hears what becomes of it: a code and nothing
 * else. */
#include <stdio.h>

#include "nodes/letters.h"
#include "nodes/signals.h"

/* Of these the rows stand behind those that say that it goes on. */
static bool is_last(uint16_t answer)
{
    return answer > SIGNAL_ANSWER_TAKEN_UP;
}

uint16_t signals_answer_now(const struct spool_signal *signal)
{
    /* A referral is waited for: only what comes of it is the last word. */
    bool waits = signal->state == SIGNAL_STATE_CONVERTED;
    if (signal->outcome != 0 && !waits)
        return signals_last_answer(signal->outcome, signal->reason,
                signal->helped_ms != 0);
    return signal->triaged_ms != 0 ? SIGNAL_ANSWER_TAKEN_UP : SIGNAL_ANSWER_LOOKED_AT;
}

bool signals_tell(struct node *node, const struct spool_case *file,
        struct spool_signal *signal, uint16_t answer, struct err *err)
{
    const struct signal_answer said = {.answer = answer};
    struct letter_plan plan = {
            .file = file,
            .type = LETTER_TYPE_SIGNAL_ANSWER,
            .content = {.signal_answer = &said},
    };
    enum code code;
    signal->answer_due_ms = 0;
    if (answer <= signal->told || is_last(signal->told))
        return true;
    snprintf(plan.recipient, sizeof plan.recipient, "%s", file->other);
    if (!letters_plan(node, &plan, &code, err))
        return false;
    if (code != CODE_OK) {
        signal->answer_due_ms = node_now(node) + TIME_HOUR_MS;
        return true;
    }
    signal->told = answer;
    return letters_post(node, &plan, node->partner, err);
}

/* Is it theirs to say, and news? */
static enum code judge(const struct inbox_letter *letter, const struct spool_case *file,
        const struct spool_signal *signal)
{
    uint16_t answer = letter->content.signal_answer->answer;
    if (strcmp(file->other, letter->core.sender) != 0)
        return E_AUTH;
    if (answer == 0)
        return E_FIELD;
    return is_last(signal->told) || answer <= signal->told ? E_TRANSITION : CODE_OK;
}

bool signals_answered(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    struct spool_case file;
    struct spool_signal signal;
    bool found;
    if (!spool_case_of_signal(node->db, &letter->core.referral_id, &found, &file,
                err) ||
            (found && !spool_get_signal(node->db, file.number, &found, &signal, err)))
        return false;
    *code = found ? judge(letter, &file, &signal) : E_NOT_FOUND;
    if (*code != CODE_OK)
        return true;
    letter->file = file;
    signal.told = letter->content.signal_answer->answer;
    if (signal.state == SIGNAL_STATE_ERASED)
        return spool_save_signal(node->db, &signal, err);
    if (signal.told == SIGNAL_ANSWER_TAKEN_UP)
        signal.state = SIGNAL_STATE_TRIAGED;
    if (is_last(signal.told)) {
        signal.state = SIGNAL_STATE_CLOSED;
        signal.closed_ms = node_now(node);
    }
    return spool_save_signal(node->db, &signal, err);
}
