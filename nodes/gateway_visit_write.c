/* gateway_visit_write.c - what staff did about a home visit is written, traced, and in
 * a referral sent to its other party. A visit to somebody whom a signal is about is an
 * attempt in the life of that signal. */
#include <stdio.h>

#include "nodes/acts.h"
#include "nodes/gateway_signals.h"
#include "nodes/gateway_visit.h"

bool gateway_visit_find_signal(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err)
{
    struct signalled signalled;
    if (!gateway_find_signal(node, call, work->ask->case_number, &signalled, err))
        return false;
    work->signal = signalled.signal;
    return true;
}

static const struct {
    const char *trace;
    const char *state;
} STEPS[] = {
        [VISIT_STEP_PLAN] = {"visit_planned",    "planned"   },
        [VISIT_STEP_POSTPONE] = {"visit_put_off",    "put_off"   },
        [VISIT_STEP_CALL_OFF] = {"visit_called_off", "called_off"},
        [VISIT_STEP_REPORT] = {"visit_reported",   "reported"  },
};

/* ------------------------------------------------------------- rows */

/* Of a signal each new row is a step in its life, within the number of attempts. */
static bool add_row(struct node *node, struct gateway_call *call, struct visiting *work,
        struct spool_attempt *row, struct err *err)
{
    const struct signals_asked asked = {
            .step = SIGNALS_ATTEMPT,
            .named = call->request->actor[0] != '\0',
    };
    struct signals_result result = {.code = CODE_OK};
    bool signal = work->file.kind == CASE_KIND_SIGNAL_IN;
    if (signal && !signals_take(node, &work->file, &work->signal, &asked, 0,
                          gateway_actor(node, call), &result, err))
        return false;
    if (result.code != CODE_OK)
        return gateway_step_refused(call, &result);
    return spool_add_attempt(node->db, row, err);
}

static bool write_rows(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err)
{
    bool is_new = work->row.number == 0 && work->row.case_number != 0;
    if (is_new && !add_row(node, call, work, &work->row, err))
        return false;
    if (!is_new && work->row.number != 0 &&
            !spool_save_attempt(node->db, &work->row, err))
        return false;
    if (work->has_next && !add_row(node, call, work, &work->next, err))
        return false;
    return work->row.result != VISIT_RESULT_REFUSED ||
           signals_refused(node, &work->file, err);
}

static bool trace(struct node *node, struct gateway_call *call,
        const struct visiting *work, struct err *err)
{
    const char *who = gateway_actor(node, call);
    uint64_t number = work->file.number;
    uint16_t basis = work->has_next ? work->next.safety_basis : work->row.safety_basis;
    if (!node_trace(node, number, who, STEPS[work->ask->step].trace, "", NULL, err))
        return false;
    return basis == 0 || work->ask->safety_basis == 0 ||
           node_trace(node, number, who, "visit_for_safety",
                   vocab_code(VOCAB_SAFETY_BASIS, basis), NULL, err);
}

/* ------------------------------------------------------------- in a referral */

static bool tell(struct node *node, struct gateway_call *call, struct visiting *work,
        struct err *err)
{
    struct acts_order order = {
            .file = &work->file,
            .offer = &work->offer,
            .type = LETTER_TYPE_VISIT,
            .event = OFFER_EVENT_NONE,
            .visit = &work->said,
            .who = gateway_actor(node, call),
    };
    enum code code;
    if (!acts_take(node, &order, &code, err))
        return false;
    if (code != CODE_OK)
        call->judged = order.judged;
    return gateway_refuse(call, code);
}

/* ------------------------------------------------------------- of a signal */

/* What was seen and said at the door is told to nobody: it stays with the signal. */
static bool keep_words(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err)
{
    enum { WORDS_BYTES = 9000 };
    const struct visit *said = &work->said;
    char *words = arena_take(&node->scratch, WORDS_BYTES);
    size_t len = 0;
    if (words == NULL)
        return err_set(err, E_SIZE, "no room for what was said");
    for (size_t i = 0; i < said->n_observations && len < WORDS_BYTES; i++) {
        int put = snprintf(words + len, WORDS_BYTES - len, "%s%s", i == 0 ? "" : ", ",
                vocab_label(VOCAB_OBSERVATION, said->observations[i], call->lang));
        len += put > 0 ? (size_t)put : 0;
    }
    if (said->text[0] != '\0' && len < WORDS_BYTES)
        snprintf(words + len, WORDS_BYTES - len, "%s%s", len == 0 ? "" : ". ",
                said->text);
    if (len == 0 && said->text[0] == '\0')
        return true;
    return gateway_confidence_list((const char *const[]){words}, 1, &work->confidence,
            err);
}

static bool note(struct node *node, struct gateway_call *call, struct visiting *work,
        struct err *err)
{
    int64_t now = node_now(node);
    if (call->request->actor[0] == '\0')
        return gateway_wrong(call, E_FIELD, "actor", WORDS_ACTOR);
    if (work->row.result == VISIT_RESULT_MET && work->signal.contact_ms == 0)
        work->signal.contact_ms = now;
    work->file.unread = false;
    work->file.updated_ms = now;
    return keep_words(node, call, work, err) &&
           spool_save_signal(node->db, &work->signal, err) &&
           spool_save_case(node->db, &work->file, err);
}

/* ------------------------------------------------------------- the whole */

bool gateway_visit_write(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err)
{
    bool signal = work->file.kind == CASE_KIND_SIGNAL_IN;
    if (!(signal ? note(node, call, work, err) : tell(node, call, work, err)) ||
            (call->code == CODE_OK && !write_rows(node, call, work, err)))
        return false;
    if (call->code != CODE_OK)
        return true;
    return gateway_confidence_keep(node, call, &work->file, &work->confidence, err) &&
           trace(node, call, work, err) &&
           gateway_made(node, call,
                   &(struct made){.case_number = work->file.number,
                           .state = STEPS[work->ask->step].state,
                           .text = signal ? "" : offer_state_name(work->offer.state)},
                   err);
}
