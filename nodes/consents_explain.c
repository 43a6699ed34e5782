/* consents_explain.c - from a decision to what is kept of it, and from there to its
 * questions in words. */
#include "nodes/consents_explain.h"

#include <stdio.h>

#include "core/consent_explain.h"
#include "core/wire.h"

enum { TRACES_READ = 400 };

static const char *const POINTS[] = {
        [SPOOL_POINT_SENDING] = "sending",
        [SPOOL_POINT_RECEIVING] = "receiving",
};

/* ------------------------------------------------------------- keeping */

static bool pack_areas(struct node *node, const struct consent_case *facts,
        struct judged *kept, struct err *err)
{
    const char **areas =
            arena_take(&node->scratch, (facts->recipient_n_areas + 1) * sizeof *areas);
    if (areas == NULL)
        return err_set(err, E_SIZE, "no room for a decision");
    for (uint32_t i = 0; i < facts->recipient_n_areas; i++)
        areas[i] = facts->recipient_areas[i];
    kept->recipient_areas = areas;
    kept->n_recipient_areas = facts->recipient_n_areas;
    return true;
}

bool consents_judged(struct node *node, const struct consents_ask *ask,
        enum spool_point point, enum code code, struct spool_judged *judged,
        struct err *err)
{
    struct consent_case facts;
    consents_facts(node, ask, &facts);
    const struct partnership_fact *with = &facts.partnership;
    struct judged kept = {
            .known = ask->known->there,
            .withdrawn = facts.withdrawn,
            .conflict = facts.conflict,
            .partnership = (uint32_t)with->state,
            .partnership_purposes = with->purposes,
            .partnership_data = with->data_categories,
            .secrecy_bound = with->secrecy_bound_of_recipient,
            .niss_allowed = with->niss_allowed,
            .partnership_until_day = (uint32_t)with->until_day,
            .sender_type = facts.sender_type,
            .recipient_type = facts.recipient_type,
            .recipient_supports = facts.recipient_supports,
            .offer_sender = ask->offer_sender != NULL ? ask->offer_sender : "",
            .offer_target = ask->offer_target != NULL ? ask->offer_target : "",
            .offer_accepted = facts.offer_accepted,
            .lodging = facts.lodging,
            .first_claim = facts.first_claim,
            .actual_categories = facts.actual_categories,
            .onward_used = facts.onward_used,
    };
    struct spool_judged row = {
            .msg_id = ask->core->msg_id,
            .point = point,
            .at_ms = node_now(node),
            .code = code == CODE_OK ? "" : code_name(code),
    };
    /* What is refused here is kept nowhere else. */
    bool fresh = ask->known->there && ask->known->bytes.len == 0 && code != CODE_OK;
    if (!pack_areas(node, &facts, &kept, err) ||
            !wire_put_arena(&WIRE_LETTER_CORE, ask->core, &node->scratch, &kept.core,
                    err) ||
            (fresh && !wire_put_arena(&WIRE_CONSENT, &ask->known->capsule,
                              &node->scratch, &kept.capsule, err)) ||
            !wire_put_arena(&WIRE_JUDGED, &kept, &node->scratch, &row.facts, err))
        return err_wrap(err, "keeping a decision");
    *judged = row;
    return true;
}

/* ------------------------------------------------------------- reading back */

/* What was known then; `known` may hold more by now. */
struct then {
    struct judged kept;
    struct letter_core core;
    struct consents_known known; /* as of now */
    struct consent capsule;
    struct consent_case facts; /* as of then */
    char (*areas)[6];
};

static bool read_areas(struct node *node, struct then *then, struct err *err)
{
    size_t n = then->kept.n_recipient_areas;
    then->areas = arena_take(&node->scratch, (n + 1) * sizeof *then->areas);
    if (then->areas == NULL)
        return err_set(err, E_SIZE, "no room to explain a decision");
    for (size_t i = 0; i < n; i++)
        snprintf(then->areas[i], sizeof *then->areas, "%s",
                then->kept.recipient_areas[i]);
    return true;
}

static bool read_capsule(struct node *node, struct then *then, struct err *err)
{
    if (!consents_known(node, &then->core.consent_id, &then->known, err))
        return false;
    then->capsule = then->known.capsule;
    if (then->kept.capsule.len == 0)
        return true;
    return wire_get(&WIRE_CONSENT, then->kept.capsule, &node->scratch, &then->capsule,
            err);
}

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static bool read_then(struct node *node, const struct spool_judged *judged,
        struct then *then, struct err *err)
{
    struct judged *kept = &then->kept;
    if (!wire_get(&WIRE_JUDGED, judged->facts, &node->scratch, kept, err) ||
            !wire_get(&WIRE_LETTER_CORE, kept->core, &node->scratch, &then->core,
                    err) ||
            !read_areas(node, then, err) || !read_capsule(node, then, err))
        return err_wrap(err, "a kept decision");
    bool there = kept->capsule.len > 0 || then->known.there;
    then->facts = (struct consent_case){
            .core = &then->core,
            .capsule = kept->known && there ? &then->capsule : NULL,
            .withdrawn = kept->withdrawn,
            .conflict = kept->conflict,
            .partnership = {.state = (enum partnership_state)kept->partnership,
                            .purposes = kept->partnership_purposes,
                            .data_categories = kept->partnership_data,
                            .secrecy_bound_of_recipient = kept->secrecy_bound,
                            .niss_allowed = kept->niss_allowed,
                            .until_day = (int32_t)kept->partnership_until_day},
            .sender_type = kept->sender_type,
            .recipient_type = kept->recipient_type,
            .recipient_supports = kept->recipient_supports,
            .recipient_n_areas = (uint32_t)kept->n_recipient_areas,
            .recipient_areas = (const char(*)[6])then->areas,
            .offer_sender = or_null(kept->offer_sender),
            .offer_target = or_null(kept->offer_target),
            .offer_accepted = kept->offer_accepted,
            .lodging = kept->lodging,
            .first_claim = kept->first_claim,
            .actual_categories = kept->actual_categories,
            .actual_known = true,
            .onward_used = kept->onward_used,
    };
    return true;
}

/* The same letter under what is known by now of consent, partnership and partners. */
static enum code ask_now(struct node *node, struct then *then)
{
    struct consents_known known = then->known;
    if (!known.there && then->facts.capsule != NULL) {
        known.there = true;
        known.capsule = then->capsule;
    }
    const struct consents_ask ask = {
            .core = &then->core,
            .known = &known,
            .offer_sender = then->facts.offer_sender,
            .offer_target = then->facts.offer_target,
            .offer_accepted = then->facts.offer_accepted,
            .lodging = then->facts.lodging,
            .first_claim = then->facts.first_claim,
            .actual_categories = then->facts.actual_categories,
            .hands = then->facts.onward_used,
    };
    return consents_judge(node, &ask);
}

/* ------------------------------------------------------------- telling */

static const char *keep(struct node *node, const char *text, bool *ok)
{
    size_t len = strlen(text) + 1;
    char *copy = arena_take(&node->scratch, len);
    *ok = *ok && copy != NULL;
    if (copy == NULL)
        return "";
    memcpy(copy, text, len);
    return copy;
}

static bool tell_questions(struct node *node, const struct consent_case *facts,
        int64_t at_ms, enum lang lang, struct judgement *told, struct err *err)
{
    struct consent_answer answers[CONSENT_ANSWERS];
    char words[CONSENT_SENTENCE_BYTES];
    enum code verdict;
    bool ok = true;
    size_t n = consent_explain(facts, at_ms, answers, &verdict);
    struct question *questions = arena_take(&node->scratch, n * sizeof *questions);
    if (questions == NULL)
        return err_set(err, E_SIZE, "no room to explain a decision");
    for (size_t i = 0; i < n; i++) {
        const struct consent_answer *answer = &answers[i];
        questions[i] = (struct question){
                .rule = answer->rule,
                .asked = answer->asked,
                .holds = answer->holds,
                .code = code_name(answer->code),
                .question = consent_question(answer, lang),
                .answer = keep(node, consent_sentence(answer, lang, words), &ok),
                .allowed = keep(node,
                        consent_values_text(&answer->allowed, NULL, words), &ok),
                .found = keep(node, consent_values_text(&answer->found, NULL, words),
                        &ok),
                .over = keep(node, consent_values_text(&answer->over, NULL, words),
                        &ok),
        };
    }
    told->questions = questions;
    told->n_questions = n;
    return ok || err_set(err, E_SIZE, "no room to explain a decision");
}

void consents_tell_letter(const struct letter_core *core, enum code code,
        enum lang lang, struct judgement *told)
{
    *told = (struct judgement){
            .msg_id = core->msg_id,
            .point = "checking",
            .type = core->type,
            .sender = core->sender,
            .recipient = core->recipient,
            .on_behalf_of = core->on_behalf_of,
            .code = code == CODE_OK ? "" : code_name(code),
            .sentence = code == CODE_OK ? "" : code_sentence(code, lang),
            .other = "",
            .other_code = "",
            .other_sentence = "",
            .now_code = code == CODE_OK ? "" : code_name(code),
    };
}

/* What others have said of this letter since: a code in the trace that is not ours. */
static bool tell_others(struct node *node, enum lang lang, struct judgement *told,
        struct err *err)
{
    size_t n = 0;
    struct trace_line *lines = arena_take(&node->scratch, TRACES_READ * sizeof *lines);
    if (lines == NULL)
        return err_set(err, E_SIZE, "no room to explain a decision");
    if (told->case_number == 0)
        return true;
    if (!spool_traces(node->db, told->case_number, &node->scratch, lines, TRACES_READ,
                &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        enum code code = code_find(lines[i].code);
        if (!id_equal(&lines[i].msg_id, &told->msg_id) || code == N_CODES ||
                code == CODE_OK || strcmp(lines[i].who, node->partner) == 0)
            continue;
        told->other = lines[i].who;
        told->other_code = lines[i].code;
        told->other_sentence = code_sentence(code, lang);
        told->other_at_ms = lines[i].at_ms;
    }
    return true;
}

bool consents_tell(struct node *node, const struct spool_judged *judged, bool whole,
        enum lang lang, struct judgement *told, struct err *err)
{
    struct then *then = arena_take(&node->scratch, sizeof *then);
    if (then == NULL)
        return err_set(err, E_SIZE, "no room to explain a decision");
    if (!read_then(node, judged, then, err))
        return false;
    enum code code = judged->code[0] == '\0' ? CODE_OK : code_find(judged->code);
    enum code now = ask_now(node, then);
    consents_tell_letter(&then->core, code, lang, told);
    told->at_ms = (uint64_t)judged->at_ms;
    told->case_number = judged->case_number;
    told->point = POINTS[judged->point == SPOOL_POINT_SENDING ? SPOOL_POINT_SENDING
                                                              : SPOOL_POINT_RECEIVING];
    told->now_code = now == CODE_OK ? "" : code_name(now);
    return tell_others(node, lang, told, err) &&
           (!whole ||
                   tell_questions(node, &then->facts, judged->at_ms, lang, told, err));
}

bool consents_tell_asked(struct node *node, const struct consents_ask *ask,
        enum code code, enum lang lang, struct judgement *told, struct err *err)
{
    struct consent_case facts;
    consents_facts(node, ask, &facts);
    consents_tell_letter(ask->core, code, lang, told);
    told->at_ms = (uint64_t)node_now(node);
    return tell_questions(node, &facts, node_now(node), lang, told, err);
}
